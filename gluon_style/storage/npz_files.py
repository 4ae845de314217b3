"""Read .npz files that anyone may have written: arrays of numbers and text.

NumPy's own reader unpacks whatever size a file says it has, and hands on the
bytes of what is no array.
"""

from __future__ import annotations

import math
import zipfile
from typing import IO, Any

import numpy
from numpy.lib import format as npy

from .plain_files import open_plain
from .whole_files import PathLike

__all__ = ['read_arrays']

MOST_ARRAYS = 10_000
MOST_BYTES = 1 << 30  # of all arrays of a file, unpacked
HEADERS = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}


def read_arrays(
    path: PathLike, most: int = MOST_BYTES
) -> dict[str, numpy.ndarray]:
    """Read all arrays of an .npz file.

    Parameters
    ----------
    path : path
        The file.
    most : int
        Bytes that its arrays have at most, unpacked.

    Returns
    -------
    dict of str to numpy.ndarray
        By name; of numbers, truth values or text, never of objects.

    Raises
    ------
    OSError
        It cannot be opened, or is no plain file.
    Exception
        Of any type: it is damaged, larger, or holds something else. Nothing
        in it was run.
    """
    arrays = {}
    with open_plain(path) as file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        total = sum(entry.file_size for entry in entries)
        if len(entries) > MOST_ARRAYS or total > most:
            raise ValueError(
                f'{len(entries)} arrays of {total} bytes, wanted at most '
                f'{MOST_ARRAYS} of {most}'
            )
        for entry in entries:
            name, dot, kind = entry.filename.rpartition('.')
            if dot + kind != '.npy' or name in arrays:
                raise ValueError(f'an entry {entry.filename[:40]!r}')
            with archive.open(entry) as packed:
                arrays[name] = _array(packed, entry.file_size)
    return arrays


def _array(file: IO[bytes], size: int) -> numpy.ndarray:
    header: Any = HEADERS.get(npy.read_magic(file))
    if header is None:
        raise ValueError('an array of another version')
    shape, fortran_order, dtype = header(file)
    if dtype.kind not in 'biufUS':
        raise ValueError(f'an array of {dtype}')
    data = file.read(size)
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError('an array of two sizes')
    array = numpy.frombuffer(bytearray(data), dtype)
    return array.reshape(shape, order='F' if fortran_order else 'C')
