"""MXNet's `.params` files, all four versions, without MXNet.

A list header, the arrays (magic, storage type, shape, device, type, raw
bytes) and their names, all little-endian: `NDArray::Load` and `Save` in
MXNet 1.9.1, src/ndarray/ndarray.cc. MXNet itself trusts what it reads.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy

from ..errors import WeightsError
from .file_bytes import (
    Cursor,
    DamageError,
    FileBytes,
    Keep,
    Tensors,
    damage_explained,
    held_or_opened,
)

__all__ = ['read_params', 'write_params']

LIST = 0x112
V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA  # V0 has no magic
CPU = (1, 0)
TYPES = ('float32', 'float64', 'float16', 'uint8', 'int32', 'int8', 'int64',
         'bool', 'int16')  # fmt: skip
MOST_ARRAYS, MOST_DIMENSIONS, LONGEST_NAME = 10_000, 32, 1000


def read_params(
    path: Path, keep: Keep, data: FileBytes | None = None
) -> Tensors:
    """Read the arrays of a `.params` file that are asked for.

    Parameters
    ----------
    path : Path
        A file written by `save_parameters`, `mx.nd.save` or `npx.save`.
    keep : callable
        Which names are asked for; the others' bytes are never touched.
    data : FileBytes, optional
        The file, where it is open already.

    Returns
    -------
    dict of str to numpy.ndarray
        By the file's own names and in its own types.

    Raises
    ------
    WeightsError
        Any count, shape, type, length or name in the file is not as MXNet
        writes it, or its arrays have no names.
    """
    with damage_explained(path), held_or_opened(path, data) as opened:
        file = Cursor(opened)
        header, _, count = file.numbers('Q', 3)
        if header != LIST or count > MOST_ARRAYS:
            raise DamageError('it does not begin as one')
        arrays = [_array(file) for _ in range(count)]
        names = _names(file, count)
        file.finish()
        if arrays and not names:
            raise WeightsError(
                f'{path} holds arrays without names: wanted a file written '
                'by save_parameters'
            )
        return {k: opened.array(*v) for k, v in zip(names, arrays) if keep(k)}


def _array(file: Cursor) -> tuple[int, tuple[int, ...], numpy.dtype]:
    """Return where an array lies, its shape and its type."""
    (magic,) = file.numbers('I')
    if magic in (V2, V3) and file.numbers('i') != (0,):
        raise DamageError('an array of it is sparse')
    known = magic in (V1, V2, V3)
    dimensions = file.numbers('I')[0] if known else magic
    if dimensions > MOST_DIMENSIONS or (magic != V3 and not dimensions):
        raise DamageError(f'an array of {dimensions} dimensions')
    shape = file.numbers('q' if known else 'I', dimensions)
    if min(shape, default=1) < 1:
        raise DamageError(f'an array of shape {shape}')
    file.numbers('i', 2)  # the device it was on
    (kind,) = file.numbers('i')
    if not 0 <= kind < len(TYPES):
        raise DamageError(f'an array of unknown type {kind}')
    dtype = numpy.dtype(TYPES[kind]).newbyteorder('<')
    start = file.skip(math.prod(shape) * dtype.itemsize)
    return start, shape, dtype


def _names(file: Cursor, arrays: int) -> list[str]:
    (count,) = file.numbers('Q')
    if count not in (0, arrays):
        raise DamageError(f'{count} names for {arrays} arrays')
    names = []
    for _ in range(count):
        (length,) = file.numbers('Q')
        if length > LONGEST_NAME:
            raise DamageError(f'a name of {length} bytes')
        try:
            names.append(file.read(length).decode())
        except UnicodeDecodeError:
            raise DamageError('a name that is not UTF-8') from None
    if len(set(names)) < count:
        raise DamageError('two arrays of one name')
    return names


def write_params(tensors: Tensors, path: Path) -> None:
    """Write arrays as MXNet does without NumPy semantics (version 2).

    No version is loaded by `mx.nd.load` with and without NumPy semantics;
    Gluon's `load_parameters` takes this one in either mode.

    Raises
    ------
    WeightsError
        MXNet has no such type.
    """
    with open(path, 'wb') as file:
        file.write(struct.pack('<3Q', LIST, 0, len(tensors)))
        for name, array in tensors.items():
            if array.dtype.name not in TYPES:
                raise WeightsError(
                    f'{name} has the type {array.dtype}, which MXNet does '
                    f'not have: wanted one of {", ".join(TYPES)}'
                )
            file.write(struct.pack('<IiI', V2, 0, array.ndim))
            file.write(struct.pack(f'<{array.ndim}q', *array.shape))
            file.write(struct.pack('<3i', *CPU, TYPES.index(array.dtype.name)))
            little = array.dtype.newbyteorder('<')
            file.write(numpy.ascontiguousarray(array, little).data)
        file.write(struct.pack('<Q', len(tensors)))
        for name in tensors:
            file.write(struct.pack('<Q', len(name.encode())) + name.encode())
