"""The three measures of the survey: style, content, fluency."""

from __future__ import annotations

import collections
import math
from typing import Mapping, NamedTuple, Sequence

import numpy

from .grammar import Sentence
from .learning import Judges, classify, perplexities, surprises
from .markers import NGram, ngrams

__all__ = [
    'Scores',
    'Verdict',
    'bleu',
    'content_f1',
    'measure_answers',
    'perplexity',
    'summarise',
]


class Verdict(NamedTuple):
    """What the measures say of one answer."""

    hit: bool  # the classifier sees the style asked for
    content: float  # F1 of the content words
    perplexity: float


class Scores(NamedTuple):
    """What the measures say of all answers of a method, the mean last."""

    style: float  # share of hits
    self_bleu: float
    content: float  # mean F1
    perplexity: float  # of all tokens together
    mean: float  # geometric, of style, content and fluency


def content_f1(
    words: Sequence[str], sentence: Sentence, lemmas: Mapping[str, str]
) -> float:
    """F1 of the content words of an answer, against what was to be said.

    `lemmas` says which token means which content word; "purchase" and "buy"
    are the same one. Missing words and added ones both cost.
    """
    asked = sentence.content.words
    said = {lemmas[word] for word in words if word in lemmas}
    shared = len(asked & said)
    return 2 * shared / (len(asked) + len(said))


def bleu(
    answers: Sequence[NGram], references: Sequence[NGram], max_n: int = 4
) -> float:
    """BLEU of all answers together, one reference for each; 0 to 1.

    The geometric mean of the shares of n-grams that are in the reference,
    lowered where the answers are shorter. With the sentences that were to
    be rewritten as references, it is the survey's self-BLEU.

    >>> bleu([tuple('abcde')], [tuple('abcde')])
    1.0
    """
    logs = []
    for n in range(1, max_n + 1):
        shared = total = 0
        for answer, reference in zip(answers, references):
            counts = collections.Counter(ngrams(answer, n))
            known = collections.Counter(ngrams(reference, n))
            shared += sum((counts & known).values())
            total += sum(counts.values())
        if not shared:
            return 0.0
        logs.append(math.log(shared / total))
    length = sum(map(len, answers))
    reference_length = sum(map(len, references))
    brevity = min(0.0, 1 - reference_length / length)
    return math.exp(sum(logs) / max_n + brevity)


def measure_answers(
    judges: Judges,
    answers: Sequence[NGram],
    sentences: Sequence[Sentence],
    styles: Sequence[str],
    lemmas: Mapping[str, str],
) -> list[Verdict]:
    """Measure each answer to a sentence that was to be put into a style."""
    columns = (
        classify(judges, answers),
        styles,
        answers,
        sentences,
        perplexities(judges, answers).tolist(),
    )
    return [
        Verdict(seen == style, content_f1(answer, sentence, lemmas), rate)
        for seen, style, answer, sentence, rate in zip(*columns)
    ]


def perplexity(judges: Judges, texts: Sequence[NGram]) -> float:
    """Perplexity of some texts together, each token counting the same."""
    nats, counts = surprises(judges, texts)
    return float(numpy.exp(nats.sum() / counts.sum()))


def summarise(
    judges: Judges,
    verdicts: Sequence[Verdict],
    answers: Sequence[NGram],
    sentences: Sequence[Sentence],
) -> Scores:
    """Sum up the verdicts on a method's answers.

    For the geometric mean, fluency must lie between 0 and 1: it is the
    perplexity of the sentences as they were written over that of the
    answers, 1 at most.
    """
    written = [sentence.tokens for sentence in sentences]
    style = sum(verdict.hit for verdict in verdicts) / len(verdicts)
    content = sum(verdict.content for verdict in verdicts) / len(verdicts)
    rate = perplexity(judges, answers)
    fluency = min(1.0, perplexity(judges, written) / rate)
    mean = (style * content * fluency) ** (1 / 3)
    return Scores(style, bleu(answers, written), content, rate, mean)
