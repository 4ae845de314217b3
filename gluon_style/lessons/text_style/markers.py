"""Find what marks a style by n-gram salience, and delete it.

The first step of Delete, Retrieve, Generate (Li, Jia, He, Liang, 2018).
"""

from __future__ import annotations

import collections
from typing import Mapping, NamedTuple, Sequence, Tuple

from .grammar import Sentence

__all__ = [
    'Stripped',
    'count_ngrams',
    'delete',
    'find_markers',
    'ngrams',
    'salience',
]

MAX_N = 3
SMOOTHING = 1.0
NGram = Tuple[str, ...]


class Stripped(NamedTuple):
    """A sentence without its markers, and the markers with their places."""

    content: tuple[str, ...]
    markers: tuple[tuple[int, NGram], ...]  # content tokens before it; tokens


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
