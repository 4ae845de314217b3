"""The bytes of a weights file, mapped into memory and never passed over."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import numpy

from ..errors import WeightsError

__all__ = [
    'Cursor',
    'DamageError',
    'Keep',
    'Tensors',
    'damage_explained',
    'mapped',
]

Tensors = Dict[str, numpy.ndarray]
Keep = Callable[[str], bool]  # whether the array of a name is asked for


class DamageError(Exception):
    """What is wrong with a file, in a few words."""


@contextlib.contextmanager
def damage_explained(path: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn DamageError and `errors` into a WeightsError of one line."""
    expected: tuple[type[Exception], ...] = (DamageError, *errors)
    try:
        yield
    except WeightsError:  # a ValueError too, and complete
        raise
    except expected as error:
        first_line = ''.join(str(error).strip().splitlines()[:1])
        raise WeightsError(
            f'{path} is cut short or not a {path.suffix} file '
            f'({first_line[:80]}): fetch or copy it again'
        ) from None


def mapped(path: Path) -> numpy.ndarray:
    """Return a file's bytes (uint8), read from the disk where they are used.

    Raises
    ------
    DamageError
        The file is empty or cannot be read.
    """
    try:
        return numpy.memmap(path, dtype='uint8', mode='r')
    except (OSError, ValueError) as error:
        raise DamageError(str(error)) from None


class Cursor:
    """A place in a file's bytes that cannot pass their end."""

    def __init__(self, data: numpy.ndarray, place: int = 0):
        self.data, self.place = data, place

    def skip(self, size: int) -> int:
        """Pass over `size` bytes and return where they begin."""
        start, end = self.place, self.place + size
        if not 0 <= start <= end <= len(self.data):
            raise DamageError(
                f'{size} bytes wanted at {start}, more than there are'
            )
        self.place = end
        return start

    def numbers(self, kind: str, count: int = 1) -> tuple[Any, ...]:
        """Read little-endian numbers of one of `struct`'s kinds."""
        form = f'<{count}{kind}'
        start = self.skip(struct.calcsize(form))
        return struct.unpack(form, self.data[start : self.place].tobytes())

    def finish(self) -> None:
        """Refuse bytes that are left over."""
        left = len(self.data) - self.place
        if left:
            raise DamageError(f'{left} bytes behind its end')
