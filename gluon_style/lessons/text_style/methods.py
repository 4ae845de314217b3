"""Ways of giving a sentence another style, from copying to generating."""

from __future__ import annotations

import collections
import math
import random
from typing import NamedTuple, Sequence

import numpy

from .grammar import Sentence
from .learning import Pair
from .markers import NGram, Stripped

__all__ = [
    'AND',
    'Match',
    'Retriever',
    'fill_template',
    'make_pairs',
    'retrieve',
    'with_markers',
]

AND = '<and>'  # between a content and the markers to be used with it
DROP = 0.1


class Match(NamedTuple):
    """A sentence retrieved, whole and without its markers."""

    sentence: Sentence
    stripped: Stripped


class Retriever:
    """Finds the sentence of a style whose content is nearest.

    Contents are compared as bags of tokens, by the cosine; a token counts
    for the more, the fewer sentences have it.

    Parameters
    ----------
    sentences : sequence of Sentence
        Where to look; those of other styles are left out.
    stripped : sequence of Stripped
        The same without their markers.
    style : str
        The style to find.
    """

    def __init__(
        self,
        sentences: Sequence[Sentence],
        stripped: Sequence[Stripped],
        style: str,
    ) -> None:
        pairs = [
            (sentence, strip)
            for sentence, strip in zip(sentences, stripped)
            if sentence.style == style
        ]
        self.sentences = [sentence for sentence, _ in pairs]
        self.stripped = [strip for _, strip in pairs]
        sentences_with = collections.Counter(
            token for strip in self.stripped for token in set(strip.content)
        )
        self.rarity = {
            token: math.log((1 + len(pairs)) / number)
            for token, number in sentences_with.items()
        }
        self.columns = {
            token: i for i, token in enumerate(sorted(self.rarity))
        }
        self.index = self._vectors([strip.content for strip in self.stripped])

    def _vectors(self, contents: Sequence[NGram]) -> numpy.ndarray:
        vectors = numpy.zeros((len(contents), len(self.columns)))
        for row, content in zip(vectors, contents):
            for token in content:
                if token in self.columns:
                    row[self.columns[token]] += self.rarity[token]
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / numpy.maximum(lengths, 1e-9)

    def find(self, contents: Sequence[NGram]) -> list[int]:
        """Give for each content the place of the nearest sentence.

        Of equally near ones, the first.
        """
        nearness = self._vectors(contents) @ self.index.T
        # rounded, so that ties do not hang on the last bit of a product
        return nearness.round(9).argmax(axis=1).tolist()


def retrieve(
    sentences: Sequence[Sentence],
    stripped: Sequence[Stripped],
    contents: Sequence[NGram],
    styles: Sequence[str],
) -> list[Match]:
    """Find for each content the nearest sentence of the style named for it.

    `stripped` are the sentences without their markers.
    """
    matches: dict[int, Match] = {}
    for style in sorted(set(styles)):
        retriever = Retriever(sentences, stripped, style)
        places = [i for i, asked in enumerate(styles) if asked == style]
        nearest = retriever.find([contents[i] for i in places])
        for i, place in zip(places, nearest):
            matches[i] = Match(
                retriever.sentences[place], retriever.stripped[place]
            )
    return [matches[i] for i in range(len(styles))]


def fill_template(here: Stripped, retrieved: Stripped) -> NGram:
    """Put another sentence's markers into a content, at the like places.

    A marker goes behind the content token it stood behind; if the content
    has no such token, it goes as far along as it was.

    >>> here = Stripped(('you', 'come', '?'), ((0, ('hey',)),))
    >>> there = Stripped(('you', 'go', '?'), ((0, ('could',)), (3, ('sir',))))
    >>> fill_template(here, there)
    ('could', 'you', 'come', '?', 'sir')
    """
    size, length = len(here.content), max(1, len(retrieved.content))
    at: dict[int, list[str]] = collections.defaultdict(list)
    for place, marker in retrieved.markers:
        target = round(place * size / length)
        if place and retrieved.content[place - 1] in here.content:
            target = here.content.index(retrieved.content[place - 1]) + 1
        at[target] += marker
    tokens: list[str] = []
    for i in range(size + 1):
        tokens += at[i]
        tokens += here.content[i : i + 1]
    return tuple(tokens)


def with_markers(content: NGram, retrieved: Stripped) -> NGram:
    """Join a content with the markers that a retrieved sentence had."""
    borrowed = [token for _, marker in retrieved.markers for token in marker]
    return (*content, AND, *borrowed)


def make_pairs(
    sentences: Sequence[Sentence],
    stripped: Sequence[Stripped],
    markers: bool = False,
    seed: int = 0,
) -> list[Pair]:
    """Make what a rewriter learns from: put back what was deleted.

    A tenth of the content's tokens are dropped, so that the rewriter does
    not learn that all it is to write is either there or a marker.

    Parameters
    ----------
    markers : bool
        Whether the source names the markers too, as `with_markers` does.
    """
    rng = random.Random(seed)
    pairs = []
    for sentence, strip in zip(sentences, stripped):
        source: tuple[str, ...] = tuple(
            token for token in strip.content if rng.random() >= DROP
        )
        if markers:
            source = with_markers(source, strip)
        pairs.append(Pair(source, sentence.style, sentence.tokens))
    return pairs
