"""Find what marks a style by n-gram salience, and delete it.

The first step of Delete, Retrieve, Generate (Li, Jia, He, Liang, 2018).
"""

from __future__ import annotations

import collections
import random
from typing import Mapping, NamedTuple, Sequence, Tuple

from ...errors import SettingsError
from .grammar import Sentence

__all__ = [
    'MarkerCount',
    'Stripped',
    'choose_threshold',
    'count_markers',
    'count_ngrams',
    'delete',
    'find_markers',
    'ngrams',
    'salience',
    'shuffle_styles',
]

MAX_N = 3
SMOOTHING = 1.0
NGram = Tuple[str, ...]


class Stripped(NamedTuple):
    """A sentence without its markers, and the markers with their places."""

    content: tuple[str, ...]
    markers: tuple[tuple[int, NGram], ...]  # content tokens before it; tokens


class MarkerCount(NamedTuple):
    """How many markers there are at a threshold, and how many by chance."""

    threshold: float
    markers: int
    by_chance: int  # with the styles dealt out anew


def ngrams(tokens: Sequence[str], n: int) -> list[NGram]:
    """List the runs of n tokens.

    >>> ngrams(['so', 'kind', 'as'], 2)
    [('so', 'kind'), ('kind', 'as')]
    """
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def count_ngrams(
    sentences: Sequence[Sentence], style: str
) -> dict[NGram, int]:
    """Count the n-grams, n up to 3, of the sentences of one style."""
    return collections.Counter(
        ngram
        for sentence in sentences
        if sentence.style == style
        for n in range(1, MAX_N + 1)
        for ngram in ngrams(sentence.tokens, n)
    )


def salience(
    ngram: NGram, counts: Mapping[NGram, int], others: Mapping[NGram, int]
) -> float:
    """How many times more often one style has an n-gram than the other.

    One is added to both counts, so that what is seen twice here and never
    there does not count for infinitely much.

    >>> salience(('hey',), {('hey',): 29}, {})
    30.0
    """
    here, there = counts.get(ngram, 0), others.get(ngram, 0)
    return (here + SMOOTHING) / (there + SMOOTHING)


def find_markers(
    sentences: Sequence[Sentence],
    styles: tuple[str, str],
    threshold: float,
) -> dict[str, dict[NGram, float]]:
    """Collect each style's n-grams whose salience reaches the threshold.

    A longer n-gram that holds a shorter marker is passed over: it would
    take words with it that mark nothing.
    """
    counts = {style: count_ngrams(sentences, style) for style in styles}
    markers: dict[str, dict[NGram, float]] = {}
    for style, other in (styles, styles[::-1]):
        own: dict[NGram, float] = {}
        for ngram in sorted(counts[style], key=lambda n: (len(n), n)):
            score = salience(ngram, counts[style], counts[other])
            parts = [
                part for n in range(1, len(ngram)) for part in ngrams(ngram, n)
            ]
            if score >= threshold and own.keys().isdisjoint(parts):
                own[ngram] = score
        markers[style] = own
    return markers


def delete(tokens: Sequence[str], markers: Mapping[NGram, float]) -> Stripped:
    """Take every token away that is part of a marker.

    >>> delete(['can', 'you', 'come', '?'], {('can', 'you'): 9.0})
    Stripped(content=('come', '?'), markers=((0, ('can', 'you')),))
    """
    marked = [False] * len(tokens)
    for n in range(1, MAX_N + 1):
        for i, ngram in enumerate(ngrams(tokens, n)):
            if ngram in markers:
                marked[i : i + n] = [True] * n
    content: list[str] = []
    runs: list[tuple[int, NGram]] = []
    for token, gone in zip(tokens, marked):
        if not gone:
            content.append(token)
        elif runs and runs[-1][0] == len(content):
            runs[-1] = (len(content), (*runs[-1][1], token))
        else:
            runs.append((len(content), (token,)))
    return Stripped(tuple(content), tuple(runs))


def shuffle_styles(
    sentences: Sequence[Sentence], seed: int = 0
) -> list[Sentence]:
    """Deal the styles out anew: what marks one now does so by chance."""
    styles = [sentence.style for sentence in sentences]
    random.Random(seed).shuffle(styles)
    return [
        sentence._replace(style=style)
        for sentence, style in zip(sentences, styles)
    ]


def count_markers(
    sentences: Sequence[Sentence],
    styles: tuple[str, str],
    thresholds: Sequence[float],
    seed: int = 0,
) -> list[MarkerCount]:
    """Count the markers of both styles at each threshold, and those of chance.

    Nothing is used that a collection of real sentences would not have.
    """

    def number(corpus: Sequence[Sentence], threshold: float) -> int:
        return sum(map(len, find_markers(corpus, styles, threshold).values()))

    shuffled = shuffle_styles(sentences, seed)
    return [
        MarkerCount(value, number(sentences, value), number(shuffled, value))
        for value in thresholds
    ]


def choose_threshold(
    counts: Sequence[MarkerCount], share: float = 0.05
) -> float:
    """Choose the lowest threshold at which chance plays no great part.

    Chance makes at most `share` as many markers there as the true styles
    do. A lower threshold would delete what marks nothing; a higher one would
    leave markers in.

    Raises
    ------
    SettingsError
        At every threshold chance makes more.
    """
    for count in sorted(counts):
        if count.by_chance <= share * count.markers:
            return count.threshold
    raise SettingsError(
        f'chance makes more than {share:.0%} of the markers at every'
        ' threshold: try higher ones, or more sentences'
    )
