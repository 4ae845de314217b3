"""Three corpora that share no content: for training, judging and testing."""

from __future__ import annotations

import random
from typing import NamedTuple

from ...errors import SettingsError
from .grammar import Content, Grammar, Sentence

__all__ = ['Corpora', 'make_corpora']

STRAYS = 0.1  # how often a word is met in the style it does not lean to
NUM_TEST = 400
TOKENS = ('words', 'pieces')


class Corpora(NamedTuple):
    """Sentences for the transfer, for its judges, and for the test.

    No content of one is in another. `judge` knows words that `train` lacks,
    and favours no word in either style. `answers[i]` is what the grammar
    makes of `test[i]` in the other style. `lemmas` says of each token that
    carries content which content word it means.
    """

    train: list[Sentence]
    judge: list[Sentence]
    test: list[Sentence]
    answers: list[Sentence]
    lemmas: dict[str, str]


def make_corpora(
    grammar: Grammar,
    num_sentences: int,
    tokens: str = 'words',
    seed: int = 0,
    num_test: int = NUM_TEST,
) -> Corpora:
    """Write the three corpora; each sentence of `test` also in answer.

    Parameters
    ----------
    num_sentences : int
        Sentences of `train`, half in each style, and as many of `judge`.
    tokens : {'words', 'pieces'}
        What a token is: see `Grammar.write`.

    Raises
    ------
    SettingsError
        Fewer than two sentences, or unknown tokens.
    """
    fewest = min(num_sentences, num_test)
    if fewest < 2:
        raise SettingsError(
            f'{fewest} sentences: two styles need two at least'
        )
    if tokens not in TOKENS:
        raise SettingsError(f'tokens {tokens!r}: take words or pieces')
    rng = random.Random(seed)
    taken: set[Content] = set()
    parts: list[list[Sentence]] = []
    # the first is the one for training
    for number in (num_sentences, num_sentences, num_test):
        part = []
        for i in range(number):
            style = grammar.styles[i % 2]
            content = _draw(grammar, style, not parts, taken, rng)
            plain = rng.random() < grammar.plainness
            part.append(grammar.write(content, style, rng, tokens, plain))
        taken.update(sentence.content for sentence in part)
        parts.append(part)
    train, judge, test = parts
    answers = [
        grammar.write(s.content, grammar.opposite(s.style), rng, tokens)
        for s in test
    ]
    lemmas = dict(
        pair for s in (*train, *judge, *test, *answers) for pair in s.lemmas
    )
    return Corpora(train, judge, test, answers, lemmas)


def _draw(
    grammar: Grammar,
    style: str,
    training: bool,
    taken: set[Content],
    rng: random.Random,
) -> Content:
    """Draw a content for a sentence in a style, one that no corpus has yet."""
    anything = not training or rng.random() < STRAYS
    words = {
        slot: [
            word
            for word in sorted(lexicon)
            if not (training and word in grammar.unseen)
            and (anything or grammar.leaning.get(word, style) == style)
        ]
        for slot, lexicon in grammar.slots.items()
    }
    content = grammar.say(rng, words)
    while content in taken:
        content = grammar.say(rng, words)
    return content
