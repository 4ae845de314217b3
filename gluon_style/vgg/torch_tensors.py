"""How tensors lie in the storages of PyTorch's files."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy

from .file_bytes import DamageError, FileBytes

__all__ = ['Blank', 'Storage', 'Tensor', 'described_tensor']

MOST_DIMENSIONS = 32
MOST_REPEATED = 1 << 22  # numbers of an expanded tensor; VGG-19's have 2.4e6


@dataclass(frozen=True)
class Storage:
    """The numbers of one or more tensors, as they lie in the file."""

    key: str
    dtype: str
    length: int  # in numbers

    @property
    def stored(self) -> numpy.dtype:
        """The type of its bytes; NumPy has no bfloat16."""
        name = 'uint16' if self.dtype == 'bfloat16' else self.dtype
        return numpy.dtype(name).newbyteorder('<')


@dataclass(frozen=True)
class Tensor:
    """Where the numbers of a tensor lie in their storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def values(self, data: FileBytes, start: int) -> numpy.ndarray:
        """Copy the numbers out of the storage that begins at `start`."""
        dtype, size = self.storage.stored, math.prod(self.shape)
        if size > max(self.storage.length, MOST_REPEATED):
            raise DamageError(f'a tensor that repeats {size} numbers')
        span = last_place(self.shape, self.strides) + 1 if size else 0
        flat = data.array(start + self.offset * dtype.itemsize, (span,), dtype)
        array: numpy.ndarray = numpy.ndarray(
            self.shape,
            dtype,
            flat,
            0,
            [i * dtype.itemsize for i in self.strides],
        )
        if self.storage.dtype == 'bfloat16':  # the upper half of a float32
            return (array.astype('uint32') << 16).view('float32')
        return numpy.array(array, order='C')


def last_place(shape: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """Return how far a tensor's last number is from its first."""
    return sum((size - 1) * step for size, step in zip(shape, strides))


class Blank:
    """A tensor that old versions of PyTorch made first and filled later."""

    tensor: Tensor | None = None

    def fill(self, state: tuple[Any, ...]) -> None:
        """Take a tensor's place, a tensor, or neither from its state."""
        first = state[0] if state else None
        if type(first) is Storage and len(state) == 4:
            self.tensor = described_tensor(*state)
        elif type(first) is Blank:
            self.tensor = first.tensor
        elif type(first) is Tensor:
            self.tensor = first


def described_tensor(
    storage: Any, offset: Any, shape: Any, strides: Any
) -> Tensor:
    """Check that a tensor does not leave its storage."""
    if (
        type(storage) is not Storage
        or type(shape) is not tuple
        or type(strides) is not tuple
        or len(shape) != len(strides)
        or len(shape) > MOST_DIMENSIONS
        or any(type(i) is not int or i < 0 for i in (offset, *shape, *strides))
    ):
        raise DamageError('a tensor of no shape')
    last = offset + last_place(shape, strides)
    if math.prod(shape) and last >= storage.length:
        raise DamageError('a tensor that leaves its storage')
    return Tensor(storage, offset, shape, strides)
