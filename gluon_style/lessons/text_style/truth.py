"""What can be looked up because the sentences are made: no real ones tell."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

from .corpus import Corpora
from .grammar import Grammar, Sentence
from .markers import NGram, delete
from .scores import Verdict

__all__ = [
    'KINDS',
    'Deleted',
    'choose_worst',
    'count_deleted',
    'share_new',
    'share_right',
    'sort_by_kind',
]

KINDS = ('all', 'neutral', 'new word', 'leaning word', 'none of these')
RULES = ('least content', 'least fluent', 'wrong style')


class Deleted(NamedTuple):
    """What deletion takes, in per cent: of content words, of the rest."""

    content: float
    others: float


def count_deleted(
    corpora: Corpora, markers: Mapping[str, Mapping[NGram, float]]
) -> Deleted:
    """Say how much of the content words and of other tokens is deleted.

    The sentences are those of `train`; `markers` are those of each style.
    """
    before, after = [0, 0], [0, 0]  # content words, others
    for sentence in corpora.train:
        left = delete(sentence.tokens, markers[sentence.style]).content
        for counts, tokens in ((before, sentence.tokens), (after, left)):
            content = sum(token in corpora.lemmas for token in tokens)
            counts[0] += content
            counts[1] += len(tokens) - content
    return Deleted(*(100 * (1 - b / a) for a, b in zip(before, after)))


def share_new(corpora: Corpora) -> float:
    """Say how many of 100 tokens of `test` are not in `train`."""
    known = {token for s in corpora.train for token in s.tokens}
    tokens = [token for s in corpora.test for token in s.tokens]
    return 100 * sum(token not in known for token in tokens) / len(tokens)


def share_right(verdicts: Sequence[Verdict], limit: float) -> float:
    """Say how many of 100 answers pass on all three measures.

    The style is hit, the content is complete with nothing added, and the
    perplexity is `limit` at most.
    """
    right = [
        v.hit and v.content == 1 and v.perplexity <= limit for v in verdicts
    ]
    return 100 * sum(right) / len(right)


def sort_by_kind(
    sentences: Sequence[Sentence], grammar: Grammar
) -> dict[str, list[int]]:
    """Give the places of the sentences of each of the `KINDS`.

    A sentence may be of several: neutral, and with a new word.
    """
    places: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for i, sentence in enumerate(sentences):
        words = sentence.content.words
        traits = {
            'neutral': sentence.plain,
            'new word': not words.isdisjoint(grammar.unseen),
            'leaning word': not words.isdisjoint(grammar.leaning),
        }
        kinds = [kind for kind, holds in traits.items() if holds]
        for kind in ['all', *(kinds or ['none of these'])]:
            places[kind].append(i)
    return places


def choose_worst(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Choose a method's answers to be shown, by rule and not by taste.

    The places of that with the least content, that with the highest
    perplexity, and, of those that miss the style, that which kept most
    content. Of equal ones, the first.
    """
    places, v = range(len(verdicts)), verdicts
    chosen = (
        min(places, key=lambda i: v[i].content),
        max(places, key=lambda i: v[i].perplexity),
        max(places, key=lambda i: (not v[i].hit, v[i].content)),
    )
    return dict(zip(RULES, chosen))
