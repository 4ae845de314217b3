"""The grammars of English and Turkish, from the package's data files.

`data/text_style/LANGUAGE.json` has the parts of a `Grammar`. A content word
that is always written in one way stands in a list of such words, or has one
phrase instead of three; one with a single form has no name for it.

Turkish marks the address in its suffixes: "gönderebilir misiniz" against
"göndersene". Its words are stems and suffixes joined by `+`, which `harmony`
adapts to the vowels of the stem.
"""

from __future__ import annotations

import json
from typing import Any

from ...errors import SettingsError
from ...storage import DATA
from .grammar import Forms, Grammar, same_word
from .harmony import harmonise

__all__ = ['find_grammar']

MORPHOLOGIES = {'english': same_word, 'turkish': harmonise}


def find_grammar(language: str) -> Grammar:
    """Look up the grammar of a language: `'english'` or `'turkish'`.

    Raises
    ------
    SettingsError
        There is no grammar of that language.
    """
    if language not in MORPHOLOGIES:
        known = ', '.join(MORPHOLOGIES)
        raise SettingsError(f'no grammar of {language!r}: take one of {known}')
    path = DATA / 'text_style' / f'{language}.json'
    parts = json.loads(path.read_text(encoding='utf-8'))
    return Grammar(
        styles=tuple(parts['styles']),
        frames=parts['frames'],
        slots={
            slot: _lexicon(words) for slot, words in parts['slots'].items()
        },
        fits=parts['fits'],
        sites=parts['sites'],
        leaning={
            word: style
            for style, words in parts['leaning'].items()
            for word in words
        },
        unseen=frozenset(parts['unseen']),
        morphology=MORPHOLOGIES[language],
    )


def _lexicon(words: Any) -> dict[str, Forms]:
    """Write a slot's words out in full: three phrases for each form."""
    if isinstance(words, list):
        words = {word: [word] for word in words}
    lexicon: dict[str, Forms] = {}
    for word, entry in words.items():
        forms = entry if isinstance(entry, dict) else {'': entry}
        lexicon[word] = {name: _synonyms(*forms[name]) for name in forms}
    return lexicon


def _synonyms(
    neutral: str, first: str = '', second: str = ''
) -> tuple[str, str, str]:
    return neutral, first or neutral, second or neutral
