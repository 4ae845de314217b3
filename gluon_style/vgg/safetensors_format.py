"""Safetensors files, with what they say about themselves."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Iterator, Mapping

import numpy

from ..errors import WeightsError, printable
from .file_bytes import Keep, Tensors, damage_explained

__all__ = ['read_metadata', 'read_safetensors', 'write_safetensors']


TYPES = ('F64', 'F32', 'F16', 'I64', 'I32', 'I16', 'I8', 'U8', 'BOOL')


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from safetensors import SafetensorError, safe_open  # late: 0.1 s

    with damage_explained(path, SafetensorError), safe_open(
        str(path), framework='numpy'
    ) as file:
        yield file


def read_safetensors(path: Path, keep: Keep) -> Tensors:
    """Read the arrays that are asked for; as `read_params`."""
    with _opened(path) as file:
        names = [name for name in list(file.keys()) if keep(name)]
        for name in names:
            dtype = file.get_slice(name).get_dtype()
            if dtype not in TYPES:
                raise WeightsError(
                    f'{path}: {printable(name)[:80]} has the type {dtype}, '
                    f'wanted one of {", ".join(TYPES)}: save it as float32'
                )
        return {name: file.get_tensor(name) for name in names}


def read_metadata(path: Path) -> dict[str, str]:
    """Read what a file says of itself; nothing if it is of another kind."""
    if path.suffix.lower() != '.safetensors':
        return {}
    with _opened(path) as file:
        return dict(file.metadata() or {})


def write_safetensors(
    tensors: Tensors, path: Path, metadata: Mapping[str, str]
) -> None:
    """Write arrays with metadata."""
    from safetensors.numpy import save_file

    whole = {k: numpy.ascontiguousarray(v) for k, v in tensors.items()}
    save_file(whole, str(path), metadata=dict(metadata))
