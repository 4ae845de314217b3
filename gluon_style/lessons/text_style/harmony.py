"""Vowel and consonant harmony of Turkish suffixes."""

from __future__ import annotations

__all__ = ['harmonise']

BACK, ROUND, VOWELS = 'aıou', 'oöuü', 'aeıioöuü'
VOICELESS = 'fstkçşhp'
HIGH = {
    (True, False): 'ı',
    (False, False): 'i',
    (True, True): 'u',
    (False, True): 'ü',
}  # by back, rounded


def harmonise(word: str) -> str:
    """Give the suffixes of a word the vowels and consonants they take.

    In a suffix, A stands for a or e, I for ı, i, u or ü, D for d or t; a
    consonant in brackets is there only behind a vowel.

    >>> harmonise('gönder+sAnA')
    'gönder+sene'
    >>> harmonise('yolla+(y)Abilir+sA+nIz')
    'yolla+yabilir+se+niz'
    >>> harmonise("onur+'(y)A")
    "onur+'a"
    """
    written = ''
    letters = iter(word)
    for sign in letters:
        letter = sign
        if sign == '(':
            letter = next(letters)
            next(letters)
            if _last(written) not in VOWELS:
                continue
        written += _adapted(letter, written)
    return written


def _last(written: str) -> str:
    return written.replace('+', '').replace("'", '')[-1]


def _adapted(letter: str, before: str) -> str:
    """Write a letter; A, I and D as what stands before asks for."""
    if letter not in 'AID':
        return letter
    if letter == 'D':
        return 't' if _last(before) in VOICELESS else 'd'
    vowel = [sound for sound in before if sound in VOWELS][-1]
    if letter == 'A':
        return 'a' if vowel in BACK else 'e'
    return HIGH[vowel in BACK, vowel in ROUND]
