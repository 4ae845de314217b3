"""Write sentences whose style and content are known, from a small grammar.

A grammar has *frames* (what is said), *slots* (the content words that fill a
frame) and *sites* (places where a writer of either style leaves traces). The
same content can be written in both styles, so that an answer of a transfer
system can be held against the truth, which real corpora do not have.
"""

from __future__ import annotations

import dataclasses
import random
import re
from typing import Callable, Mapping, NamedTuple, Sequence, Tuple

__all__ = ['Content', 'Grammar', 'Sentence', 'same_word', 'show_words']

Forms = Mapping[str, Tuple[str, str, str]]  # neutral, first, second style
Choices = Mapping[str, Sequence[str]]  # by style
SLOT = re.compile(r'\{(\w+)(?:\.(\w+))?\}(\S*)')
NEUTRAL = 'neutral'


def same_word(word: str) -> str:
    """Leave a word as it is: the morphology of a language without any."""
    return word


class Content(NamedTuple):
    """What is said: a frame and a word for each of its slots."""

    frame: str
    fillers: tuple[tuple[str, str], ...]

    @property
    def words(self) -> frozenset[str]:
        """The content words, as they stand in the grammar's lexicon."""
        return frozenset(word for _, word in self.fillers)


class Sentence(NamedTuple):
    """A sentence with what only its maker knows: its content, for example."""

    tokens: tuple[str, ...]
    style: str
    content: Content
    plain: bool  # written without any choice of style
    lemmas: tuple[tuple[str, str], ...] = ()  # token, content word it means


@dataclasses.dataclass(frozen=True)
class Grammar:
    """Two styles of a language, in frames, slots and sites.

    Parameters
    ----------
    styles : tuple of str
        Names of the two styles.
    frames : mapping
        For each frame its templates, by style or `'neutral'`. In a template,
        `{slot}` or `{slot.form}` stands for a content word and `[site]` for a
        trace of style. All templates of a frame name the same slots.
    slots : mapping
        For each slot its words; for each word its forms; for each form the
        neutral word and its synonym in either style. `*` marks the token
        that carries the meaning, the first if there is no mark.
    fits : mapping
        For a content word and a slot, the words of that slot that it goes
        with; all, if it is not named. Nobody prints a laptop.
    sites : mapping
        For each site what may stand there, by style or `'neutral'`.
    leaning : mapping
        Content words that the training corpus mostly has in one style.
    unseen : frozenset of str
        Content words that the training corpus does not have.
    morphology : callable, optional
        Gives a word, its pieces joined by `+`, the shape it has in writing.
    """

    styles: tuple[str, str]
    frames: Mapping[str, Choices]
    slots: Mapping[str, Mapping[str, Forms]]
    fits: Mapping[str, Mapping[str, Sequence[str]]]
    sites: Mapping[str, Choices]
    leaning: Mapping[str, str]
    unseen: frozenset[str]
    morphology: Callable[[str], str] = same_word
    own: float = 0.85  # how often a choice of style falls to the own style
    other: float = 0.03  # how often to the other one, by oversight
    plainness: float = 0.08  # how many sentences show no style at all

    def opposite(self, style: str) -> str:
        """Name the other of the two styles."""
        first, second = self.styles
        return second if style == first else first

    def say(
        self, rng: random.Random, words: Mapping[str, Sequence[str]]
    ) -> Content:
        """Draw a frame, and fill its slots with the words allowed."""
        frame = rng.choice(sorted(self.frames))
        template = next(iter(self.frames[frame].values()))[0]
        slots = sorted({slot for slot, _, _ in SLOT.findall(template)})
        while True:
            fillers = {slot: rng.choice(words[slot]) for slot in slots}
            if self._fit(fillers):
                return Content(frame, tuple(fillers.items()))

    def _fit(self, fillers: Mapping[str, str]) -> bool:
        """Whether the words of a content go with one another."""
        return all(
            fillers[slot] in allowed
            for word in fillers.values()
            for slot, allowed in self.fits.get(word, {}).items()
            if slot in fillers
        )

    def write(
        self,
        content: Content,
        style: str,
        rng: random.Random,
        tokens: str = 'words',
        plain: bool = False,
    ) -> Sentence:
        """Write a content in a style, with the oversights of a writer.

        Parameters
        ----------
        tokens : {'words', 'pieces'}
            Whether a token is a word or one of the pieces (stem, suffixes)
            that the grammar makes words of.
        """

        def choose(choices: Choices) -> str:
            return rng.choice(choices[self._whose(style, plain, rng)])

        template = choose(self.frames[content.frame])
        written: list[str] = []
        lemmas: list[tuple[str, str]] = []
        for word, lemma in self._expand(template, content, choose, rng):
            parts = self.morphology(word).split('+')
            if tokens == 'words':
                parts = [''.join(parts)]
            else:
                parts[1:] = ['+' + part for part in parts[1:]]
            if lemma:
                lemmas.append((parts[0], lemma))
            written += parts
        return Sentence(tuple(written), style, content, plain, tuple(lemmas))

    def _whose(self, style: str, plain: bool, rng: random.Random) -> str:
        """Choose whose words are used at one place of a sentence."""
        if plain:
            return NEUTRAL
        draw = rng.random()
        if draw < self.own:
            return style
        return (
            self.opposite(style) if draw < self.own + self.other else NEUTRAL
        )

    def _expand(
        self,
        template: str,
        content: Content,
        choose: Callable[[Choices], str],
        rng: random.Random,
    ) -> list[tuple[str, str]]:
        """Replace slots and sites until only words are left.

        Returns each word with the content word that it means, or ''.
        """
        words: list[tuple[str, str]] = []
        fillers = dict(content.fillers)
        for part in template.split():
            slot = SLOT.fullmatch(part)
            if slot:
                name, form, suffix = slot.groups()
                lemma = fillers[name]
                forms = self.slots[name][lemma]
                names = (NEUTRAL, *self.styles)
                synonyms = forms[form or '']
                synonym = choose({n: [w] for n, w in zip(names, synonyms)})
                words += carried(synonym + suffix, lemma)
            elif part.startswith('['):
                words += self._expand(
                    choose(self.sites[part[1:-1]]), content, choose, rng
                )
            else:
                words.append((part, ''))
        return words


def carried(phrase: str, lemma: str) -> list[tuple[str, str]]:
    """Say which word of a phrase carries its meaning.

    >>> carried('before *noon', 'noon')
    [('before', ''), ('noon', 'noon')]
    >>> carried('pick up', 'collect')
    [('pick', 'collect'), ('up', '')]
    """
    words = phrase.split()
    marked = [i for i, word in enumerate(words) if word.startswith('*')]
    carrier = marked[0] if marked else 0
    return [
        (word.lstrip('*'), lemma if i == carrier else '')
        for i, word in enumerate(words)
    ]


def show_words(tokens: Sequence[str]) -> str:
    """Join tokens as one reads them.

    >>> show_words(['hey', ',', 'gel', '+sene', '!'])
    'hey, gelsene!'
    """
    text = ' '.join(tokens).replace(' +', '')
    return re.sub(r' ([,.?!:;])', r'\1', text)
