"""Train the small networks on 32 sentences; print what they learned as JSON.

A script for tests/test_text_style.py, which runs it with one thread: where
other work keeps the processors busy, two threads wait for each other for
seconds at every step of networks as small as these.
"""

import json
import sys

import numpy

from gluon_style._mxnet import autograd, init, mx, np, npx
from gluon_style.lessons.text_style import (
    Content,
    Judges,
    Pair,
    Rewriter,
    Sentence,
    Vocabulary,
    classify,
    fit_classifier,
    fit_language_model,
    fit_rewriter,
    measure_answers,
    perplexities,
    perplexity,
    rewrite,
    summarise,
    table,
)
from gluon_style.lessons.text_style.batches import pad

STYLES = ('formal', 'informal')


def sentence(greeting, style, name, thing):
    """Write one of the 32."""
    text = f'{greeting} {name} , bring the {thing}'
    content = Content('f', (('name', name), ('thing', thing)))
    return Sentence(tuple(text.split()), style, content, False)


SMALL = [
    sentence(greeting, style, name, thing)
    for greeting, style in [('dear', 'formal'), ('hey', 'informal')]
    for name in ('anna', 'omar', 'lena', 'tom')
    for thing in ('map', 'tent', 'bike', 'ticket')
]
TEXTS = [s.tokens for s in SMALL]


def judging():
    """Train the judges, and let them judge copies and right answers."""
    words = Vocabulary(TEXTS)
    judges = Judges(
        fit_classifier(SMALL, words, STYLES, 40),
        fit_language_model(SMALL, words, 40),
        words,
        STYLES,
    )
    odd = [(), ('never', 'heard'), TEXTS[0]]
    lemmas = {word: word for s in SMALL for word in s.content.words}
    asked = [STYLES[s.style == 'formal'] for s in SMALL]
    scores = {}
    for name, texts in [('copy', TEXTS), ('right', TEXTS[16:] + TEXTS[:16])]:
        verdicts = measure_answers(judges, texts, SMALL, asked, lemmas)
        scores[name] = summarise(judges, verdicts, texts, SMALL)
    return {
        'right': sum(
            seen == s.style for seen, s in zip(classify(judges, TEXTS), SMALL)
        ),
        'perplexity': perplexity(judges, TEXTS),
        'backwards': perplexity(judges, [text[::-1] for text in TEXTS]),
        'odd': [classify(judges, odd), perplexities(judges, odd).tolist()],
        'alone': float(perplexities(judges, odd[2:])[0]),
        'scores': {name: score._asdict() for name, score in scores.items()},
        'table': table(scores, ['', 'a', 'b', 'c', 'd', 'e']),
    }


def rewriting():
    """Train a rewriter to put the greeting back; ask for the other one."""
    words = Vocabulary(TEXTS, special=[f'<{style}>' for style in STYLES])
    pairs = [Pair(s.tokens[1:], s.style, s.tokens) for s in SMALL]
    losses = []
    net = fit_rewriter(
        pairs, words, 60, report=lambda epoch, loss: losses.append(loss)
    )
    sources = [text[1:] for text in TEXTS[:16]]
    written = rewrite(net, words, sources, ['informal'] * 16)
    right = sum(a == b for a, b in zip(written, TEXTS[16:]))
    return {'losses': losses, 'right': right}


def losses_of(seed):
    """Give the first losses of a language model."""
    seen = []
    fit_language_model(
        SMALL,
        Vocabulary(TEXTS),
        2,
        seed,
        report=lambda epoch, loss: seen.append(loss),
    )
    return seen


def gradients():
    """Hold the largest entry of each gradient against a difference."""
    mx.random.seed(0)
    net = Rewriter(12, 8, 8)
    net.initialize(init.Normal(0.5))
    source, lengths = pad([[4, 5, 6, 3], [7, 8, 3]])
    target, _ = pad([[2, 4, 5, 6, 3], [2, 8, 9, 7]])

    def loss():
        memory, state = net.encode(source, lengths)
        log_probs, _ = net(target[:, :-1], state, memory, source, lengths)
        return -npx.pick(log_probs, target[:, 1:]).sum()

    with autograd.record():
        l = loss()
    l.backward()
    compared = []
    for name, parameter in net.collect_params().items():
        gradient = parameter.grad().asnumpy()
        place = numpy.unravel_index(abs(gradient).argmax(), gradient.shape)
        start = parameter.data().asnumpy().copy()
        values = []
        for step in (0.01, -0.01):
            moved = start.copy()
            moved[place] += step
            parameter.set_data(np.array(moved))
            values.append(float(loss()))
        parameter.set_data(np.array(start))
        slope = (values[0] - values[1]) / 0.02
        compared.append([name, float(gradient[place]), slope])
    return compared


if __name__ == '__main__':
    lessons = {
        'gradients': gradients(),
        'judging': judging(),
        'rewriting': rewriting(),
        'seeds': [losses_of(seed) for seed in (1, 1, 2)],
    }
    sys.stdout.write(json.dumps(lessons))
