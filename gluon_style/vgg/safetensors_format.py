"""Safetensors files, with what they say about themselves.

The length of a header, the header (JSON: type, shape and place of each
tensor, and metadata) and the tensors, one behind the other. The library's own
reader maps the file, and a file that is cut meanwhile kills the process.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Mapping

import numpy

from ..errors import WeightsError, printable
from .file_bytes import (
    Cursor,
    DamageError,
    FileBytes,
    Keep,
    Tensors,
    damage_explained,
    held_or_opened,
)

__all__ = ['read_metadata', 'read_safetensors', 'write_safetensors']

TYPES = {
    'F64': 'float64', 'F32': 'float32', 'F16': 'float16', 'I64': 'int64',
    'I32': 'int32', 'I16': 'int16', 'I8': 'int8', 'U8': 'uint8',
    'BOOL': 'bool',
}  # fmt: skip
LONGEST_HEADER = 1 << 22  # bytes; VGG-19's have 3,000
MOST_DIMENSIONS = 32
DAMAGE = (ValueError, RecursionError)  # of JSON


def read_safetensors(
    path: Path, keep: Keep, data: FileBytes | None = None
) -> Tensors:
    """Read the arrays that are asked for; as `read_params`."""
    with damage_explained(path, *DAMAGE), held_or_opened(path, data) as file:
        entries, _, start = _header(file)
        for name, (kind, *_) in entries.items():
            if keep(name) and kind not in TYPES:
                raise WeightsError(
                    f'{path}: {printable(name)[:80]} has the type {kind}, '
                    f'wanted one of {", ".join(TYPES)}: save it as float32'
                )
        return {
            name: file.array(start + place, shape, _little(kind))
            for name, (kind, shape, place) in entries.items()
            if keep(name)
        }


def read_metadata(path: Path, data: FileBytes | None = None) -> dict[str, str]:
    """Read what a file says of itself; nothing if it is of another kind."""
    if path.suffix.lower() != '.safetensors':
        return {}
    with damage_explained(path, *DAMAGE), held_or_opened(path, data) as file:
        return _header(file)[1]


def _little(kind: str) -> numpy.dtype:
    return numpy.dtype(TYPES[kind]).newbyteorder('<')


def _header(file: FileBytes) -> tuple[dict[str, Any], dict[str, str], int]:
    """Return type, shape and place of each tensor, the metadata, the start.

    Places are counted from the start of the tensors.
    """
    cursor = Cursor(file)
    (length,) = cursor.numbers('Q')
    if length > LONGEST_HEADER:
        raise DamageError(f'a header of {length} bytes')
    header = json.loads(
        cursor.read(length).decode(), object_pairs_hook=_without_repeats
    )
    if type(header) is not dict:
        raise DamageError('its header is no table')
    metadata = header.pop('__metadata__', {})
    if type(metadata) is not dict or any(
        type(value) is not str for value in metadata.values()
    ):
        raise DamageError('metadata that is no text')
    entries = {name: _entry(value) for name, value in header.items()}
    end = 0
    for place, size in sorted(entry[2:] for entry in entries.values()):
        if place != end:
            raise DamageError('tensors that overlap, or a gap between them')
        end += size
    start = cursor.skip(end)
    cursor.finish()
    known = {name: entry[:3] for name, entry in entries.items()}
    return known, metadata, start


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise DamageError('a name that comes twice')
    return table


def _entry(value: Any) -> tuple[str, tuple[int, ...], int, int]:
    """Check what a header says of a tensor: type, shape, place and size."""
    if type(value) is not dict or value.keys() != {
        'dtype', 'shape', 'data_offsets'
    }:  # fmt: skip
        raise DamageError('a tensor without type, shape or place')
    kind, shape, offsets = (
        value[key] for key in ('dtype', 'shape', 'data_offsets')
    )
    if (
        type(kind) is not str
        or len(kind) > MOST_DIMENSIONS
        or type(shape) is not list
        or len(shape) > MOST_DIMENSIONS
        or type(offsets) is not list
        or len(offsets) != 2
        or any(type(i) is not int or i < 0 for i in (*shape, *offsets))
    ):
        raise DamageError('a tensor of no shape')
    start, end = offsets
    size = end - start
    if size < 0 or (
        kind in TYPES and size != math.prod(shape) * _little(kind).itemsize
    ):
        raise DamageError('a tensor of two sizes')
    return kind, tuple(shape), start, size


def write_safetensors(
    tensors: Tensors, path: Path, metadata: Mapping[str, str]
) -> None:
    """Write arrays with metadata."""
    from safetensors.numpy import save_file  # late: 0.1 s

    whole = {k: numpy.ascontiguousarray(v) for k, v in tensors.items()}
    save_file(whole, str(path), metadata=dict(metadata))
