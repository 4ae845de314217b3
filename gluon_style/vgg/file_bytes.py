"""The bytes of a weights file, read where they are asked for and no others.

A map would be simpler, but kills the process if the file is cut meanwhile.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import numpy

from ..errors import WeightsError
from ..storage.plain_files import open_plain

__all__ = [
    'Cursor',
    'DamageError',
    'FileBytes',
    'Keep',
    'Tensors',
    'damage_explained',
    'held_or_opened',
]

Tensors = Dict[str, numpy.ndarray]
Keep = Callable[[str], bool]  # whether the array of a name is asked for


class DamageError(Exception):
    """What is wrong with a file, in a few words."""


@contextlib.contextmanager
def damage_explained(path: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn DamageError, OSError and `errors` into one line."""
    expected: tuple[type[Exception], ...] = (DamageError, OSError, *errors)
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


class FileBytes:
    """A file's bytes, read from the disk where they are used.

    Raises
    ------
    OSError, DamageError
        It is no plain file, cannot be opened, or is empty.
    """

    def __init__(self, path: Path):
        self.file = open_plain(path)
        self.size = os.fstat(self.file.fileno()).st_size
        if not self.size:
            self.file.close()
            raise DamageError('it is empty')

    def __enter__(self) -> FileBytes:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.file.close()

    def array(
        self, start: int, shape: tuple[int, ...], dtype: Any
    ) -> numpy.ndarray:
        """Read the array that lies at `start`.

        Raises
        ------
        DamageError
            The file ends before it.
        """
        values: numpy.ndarray = numpy.empty(shape, dtype)
        self.file.seek(start)
        got = self.file.readinto(values.reshape(-1).view('uint8').data)
        if got != values.nbytes:
            raise DamageError(f'{values.nbytes} bytes wanted, {got} read')
        return values

    def read(self, start: int, size: int) -> bytes:
        """Read `size` bytes at `start`; DamageError as for `array`."""
        return self.array(start, (size,), 'uint8').tobytes()

    def sha256(self) -> str:
        """Return the digest of the whole file."""
        digest = hashlib.sha256()
        self.file.seek(0)
        for block in iter(lambda: self.file.read(1 << 20), b''):
            digest.update(block)
        return digest.hexdigest()

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Refuse a file that is written to while the block reads it."""
        before = os.fstat(self.file.fileno())
        yield
        after = os.fstat(self.file.fileno())
        if (before.st_size, before.st_mtime_ns) != (
            after.st_size,
            after.st_mtime_ns,
        ):
            raise DamageError('it was written to while it was read')


@contextlib.contextmanager
def held_or_opened(path: Path, data: FileBytes | None) -> Iterator[FileBytes]:
    """Give `data`, or the file at `path`, opened for the block."""
    if data is not None:
        yield data
        return
    with FileBytes(path) as opened:
        yield opened


class Cursor:
    """A place in a file that cannot pass its end."""

    def __init__(self, data: FileBytes, place: int = 0):
        self.data, self.place = data, place

    def skip(self, size: int) -> int:
        """Pass over `size` bytes and return where they begin."""
        start, end = self.place, self.place + size
        if not 0 <= start <= end <= self.data.size:
            raise DamageError(
                f'{size} bytes wanted at {start}, more than there are'
            )
        self.place = end
        return start

    def read(self, size: int) -> bytes:
        """Read `size` bytes."""
        return self.data.read(self.skip(size), size)

    def numbers(self, kind: str, count: int = 1) -> tuple[Any, ...]:
        """Read little-endian numbers of one of `struct`'s kinds."""
        form = f'<{count}{kind}'
        return struct.unpack(form, self.read(struct.calcsize(form)))

    def finish(self) -> None:
        """Refuse bytes that are left over."""
        left = self.data.size - self.place
        if left:
            raise DamageError(f'{left} bytes behind its end')
