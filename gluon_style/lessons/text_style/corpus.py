"""Three corpora that share no content: for training, judging and testing."""

from __future__ import annotations

import random
from typing import NamedTuple

from ...errors import SettingsError
from .grammar import Content, Grammar, Sentence

__all__ = ['Corpora', 'find_grammar', 'make_corpora']

STRAYS = 0.1  # how often a word is met in the style it does not lean to
NUM_TEST = 400
TOKENS = ('words', 'pieces')


class Corpora(NamedTuple):
    """Sentences for the transfer, for its judges, and for the test.

    No content of one is in another. `judge` knows words that `train` lacks,
    and favours no word in either style. `answers[i]` is what the grammar
    makes of `test[i]` in the other style.
    """

    train: list[Sentence]
    judge: list[Sentence]
    test: list[Sentence]
    answers: list[Sentence]
    lemmas: dict[str, str]


def find_grammar(language: str) -> Grammar:
    """Look up the grammar of a language: `'english'` or `'turkish'`.

    Raises
    ------
    SettingsError
        There is no grammar of that language.
    """
    from .english import ENGLISH
    from .turkish import TURKISH

    grammars = {'english': ENGLISH, 'turkish': TURKISH}
    if language not in grammars:
        raise SettingsError(
            f'no grammar of {language!r}: take one of ' + ', '.join(grammars)
        )
    return grammars[language]


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
    if min(num_sentences, num_test) < 2:
        raise SettingsError(
            f'{min(num_sentences, num_test)} sentences: two styles need '
            'two at least'
        )
    if tokens not in TOKENS:
        raise SettingsError(f'tokens {tokens!r}: take words or pieces')
    rng = random.Random(seed)
    taken: set[Content] = set()

    def write(number: int, training: bool) -> list[Sentence]:
        sentences = []
        for i in range(number):
            style = grammar.styles[i % 2]
            words = _words(grammar, style, rng, training)
            content = grammar.say(rng, words)
            while content in taken:
                content = grammar.say(rng, words)
            plain = rng.random() < grammar.plainness
            sentences.append(grammar.write(content, style, rng, tokens, plain))
        taken.update(sentence.content for sentence in sentences)
        return sentences

    grammar.lemmas.clear()
    train = write(num_sentences, training=True)
    judge = write(num_sentences, training=False)
    test = write(num_test, training=False)
    answers = [
        grammar.write(s.content, grammar.opposite(s.style), rng, tokens)
        for s in test
    ]
    return Corpora(train, judge, test, answers, dict(grammar.lemmas))


def _words(
    grammar: Grammar, style: str, rng: random.Random, training: bool
) -> dict[str, list[str]]:
    """List the content words that a sentence may use."""
    if not training:
        return {slot: sorted(words) for slot, words in grammar.slots.items()}
    stray = rng.random() < STRAYS
    return {
        slot: [
            word
            for word in sorted(words)
            if word not in grammar.unseen
            and (stray or grammar.leaning.get(word, style) == style)
        ]
        for slot, words in grammar.slots.items()
    }
