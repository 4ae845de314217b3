"""Tokens as numbers, in batches of equal length."""

from __future__ import annotations

from typing import Iterable, Sequence

import numpy

from ..._mxnet import np

__all__ = ['BEGIN', 'END', 'PAD', 'UNKNOWN', 'Vocabulary', 'pad', 'shuffled']

PAD, UNKNOWN, BEGIN, END = range(4)
SPECIAL = ('<pad>', '<unknown>', '<begin>', '<end>')


class Vocabulary:
    """The tokens of some texts, numbered in alphabetical order.

    Parameters
    ----------
    texts : iterable of sequences of str
        All tokens in them get a number; any other is `UNKNOWN`.
    special : sequence of str
        Further tokens that stand for no word, such as names of styles.
    """

    def __init__(
        self, texts: Iterable[Sequence[str]], special: Sequence[str] = ()
    ) -> None:
        words = {token for text in texts for token in text}
        self.special = (*SPECIAL, *special)
        self.tokens = [*self.special, *sorted(words - set(self.special))]
        self.numbers = {token: i for i, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Give the tokens' numbers."""
        return [self.numbers.get(token, UNKNOWN) for token in tokens]

    def decode(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Give back the tokens up to the end of the sentence."""
        tokens = []
        for number in numbers:
            if number == END:
                break
            tokens.append(self.tokens[number])
        return tuple(tokens)


def pad(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Fill rows up to the longest; also their true lengths.

    Returns
    -------
    rows : mx.np.ndarray
        Shape (batch, longest), int32.
    lengths : mx.np.ndarray
        Shape (batch,), float32, as MXNet's masks want them.
    """
    longest = max(len(row) for row in rows)
    filled = [list(row) + [PAD] * (longest - len(row)) for row in rows]
    lengths = numpy.array([len(row) for row in rows], 'float32')
    return np.array(filled, dtype='int32'), np.array(lengths)


def shuffled(
    number: int, batch_size: int, rng: numpy.random.RandomState
) -> list[list[int]]:
    """Deal the indices below `number` into batches, in a new order."""
    order = rng.permutation(number).tolist()
    return [order[i : i + batch_size] for i in range(0, number, batch_size)]
