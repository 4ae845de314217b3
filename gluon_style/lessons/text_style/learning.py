"""Train the three networks; rewrite, classify and rate with them."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Sequence

import numpy

from ..._mxnet import autograd, gluon, init, mx, np, npx
from .batches import BEGIN, END, Vocabulary, pad, shuffled
from .grammar import Sentence
from .models import LanguageModel, Rewriter, StyleClassifier

__all__ = [
    'Judges',
    'Pair',
    'classify',
    'fit_classifier',
    'fit_language_model',
    'fit_rewriter',
    'perplexities',
    'rewrite',
    'surprises',
]

BATCH = 64
LONGEST = 40  # tokens; the grammars' longest sentences have about 30
Tokens = Sequence[str]
Report = Optional[Callable[[int, float], None]]


class Pair(NamedTuple):
    """What a rewriter learns from: a source, a style, and what to write."""

    source: tuple[str, ...]
    style: str
    target: tuple[str, ...]


class Judges(NamedTuple):
    """The two networks that measure, with their words."""

    classifier: StyleClassifier
    language_model: LanguageModel
    vocabulary: Vocabulary
    styles: tuple[str, str]


def fit(
    net: gluon.Block,
    loss_of: Callable[[list[int]], np.ndarray],
    number: int,
    num_epochs: int,
    lr: float,
    seed: int,
    report: Report = None,
) -> None:
    """Minimise the mean loss of batches with Adam.

    Weights and the order of the batches depend on the seed alone; `report`
    is called after each epoch with its number and mean loss.
    """
    mx.random.seed(seed)
    rng = numpy.random.RandomState(seed)
    net.initialize(init.Xavier(), force_reinit=True)
    trainer = gluon.Trainer(
        net.collect_params(), 'adam', {'learning_rate': lr}
    )
    for epoch in range(num_epochs):
        # the last third at a fifth of the rate
        trainer.set_learning_rate(lr if 3 * epoch < 2 * num_epochs else lr / 5)
        losses = []
        for indices in shuffled(number, BATCH, rng):
            with autograd.record():
                l = loss_of(indices)
            l.backward()
            trainer.step(1)
            losses.append(l)
        if report:
            report(epoch + 1, float(sum(losses)) / len(losses))


def cross_entropy(
    log_probs: np.ndarray, labels: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Mean negative log-likelihood of the labels that are not padding."""
    picked = npx.pick(log_probs, labels)
    mask = npx.sequence_mask(np.ones(labels.shape), lengths, True, axis=1)
    return -(picked * mask).sum() / mask.sum()


def fit_rewriter(
    pairs: Sequence[Pair],
    vocabulary: Vocabulary,
    num_epochs: int,
    seed: int = 0,
    report: Report = None,
) -> Rewriter:
    """Train a rewriter to write each target from its source and style.

    The vocabulary must hold the names of the styles as special tokens.
    """
    net = Rewriter(len(vocabulary))
    sources = [[*vocabulary.encode(pair.source), END] for pair in pairs]
    targets = [
        [*vocabulary.encode([f'<{pair.style}>', *pair.target]), END]
        for pair in pairs
    ]

    def loss_of(indices: list[int]) -> np.ndarray:
        source, source_lengths = pad([sources[i] for i in indices])
        target, lengths = pad([targets[i] for i in indices])
        memory, state = net.encode(source, source_lengths)
        log_probs, _ = net(
            target[:, :-1], state, memory, source, source_lengths
        )
        return cross_entropy(log_probs, target[:, 1:], lengths - 1)

    fit(net, loss_of, len(pairs), num_epochs, 0.005, seed, report)
    return net


def rewrite(
    net: Rewriter,
    vocabulary: Vocabulary,
    sources: Sequence[Tokens],
    styles: Sequence[str],
) -> list[tuple[str, ...]]:
    """Write a sentence for each source, always taking the likeliest token."""
    source, lengths = pad([[*vocabulary.encode(s), END] for s in sources])
    memory, state = net.encode(source, lengths)
    token = np.array(
        [vocabulary.encode([f'<{style}>']) for style in styles], dtype='int32'
    )
    # it may end, but neither pad nor write what is no word
    barred = numpy.zeros(len(vocabulary), 'float32')
    barred[: len(vocabulary.special)] = -1e9
    barred[END] = 0
    written = []
    for _ in range(LONGEST):
        log_probs, state = net(token, state, memory, source, lengths)
        token = (log_probs + np.array(barred)).argmax(axis=2).astype('int32')
        written.append(token.asnumpy()[:, 0])
    return [vocabulary.decode(row) for row in numpy.stack(written, 1).tolist()]


def fit_classifier(
    sentences: Sequence[Sentence],
    vocabulary: Vocabulary,
    styles: tuple[str, str],
    num_epochs: int,
    seed: int = 0,
    report: Report = None,
) -> StyleClassifier:
    """Train a classifier to tell the style of a sentence."""
    net = StyleClassifier(len(vocabulary))
    rows = [vocabulary.encode(sentence.tokens) for sentence in sentences]
    labels = [styles.index(sentence.style) for sentence in sentences]

    def loss_of(indices: list[int]) -> np.ndarray:
        tokens, lengths = pad([rows[i] for i in indices])
        label = np.array([labels[i] for i in indices])
        log_probs = npx.log_softmax(net(tokens, lengths))
        return -npx.pick(log_probs, label).mean()

    fit(net, loss_of, len(rows), num_epochs, 0.002, seed, report)
    return net


def classify(judges: Judges, texts: Sequence[Tokens]) -> list[str]:
    """Name the style of each text."""
    # a text may be empty: one token of padding is then all there is
    rows = [judges.vocabulary.encode(text) or [END] for text in texts]
    scores = judges.classifier(*pad(rows))
    return [judges.styles[int(i)] for i in scores.argmax(axis=1)]


def fit_language_model(
    sentences: Sequence[Sentence],
    vocabulary: Vocabulary,
    num_epochs: int,
    seed: int = 0,
    report: Report = None,
) -> LanguageModel:
    """Train a language model on sentences of both styles."""
    net = LanguageModel(len(vocabulary))
    rows = [_framed(vocabulary, sentence.tokens) for sentence in sentences]

    def loss_of(indices: list[int]) -> np.ndarray:
        tokens, lengths = pad([rows[i] for i in indices])
        log_probs = npx.log_softmax(net(tokens[:, :-1]))
        return cross_entropy(log_probs, tokens[:, 1:], lengths - 1)

    fit(net, loss_of, len(rows), num_epochs, 0.005, seed, report)
    return net


def _framed(vocabulary: Vocabulary, tokens: Tokens) -> list[int]:
    return [BEGIN, *vocabulary.encode(tokens), END]


def surprises(
    judges: Judges, texts: Sequence[Tokens]
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Sum each text's negative log-likelihood, in nats; count its tokens."""
    tokens, lengths = pad([_framed(judges.vocabulary, t) for t in texts])
    log_probs = npx.log_softmax(judges.language_model(tokens[:, :-1]))
    picked = npx.pick(log_probs, tokens[:, 1:])
    picked = npx.sequence_mask(picked, lengths - 1, True, axis=1)
    return -picked.sum(axis=1).asnumpy(), lengths.asnumpy() - 1


def perplexities(judges: Judges, texts: Sequence[Tokens]) -> numpy.ndarray:
    """Give each text's perplexity.

    It is one over the geometric mean of the tokens' probabilities, the end
    of the sentence included. A model that gives every token of its
    vocabulary the same has the size of the vocabulary; one that is sure and
    wrong has more.
    """
    nats, counts = surprises(judges, texts)
    return numpy.exp(nats / counts)
