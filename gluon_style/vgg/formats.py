"""Read and write weights as safetensors, Gluon `.params` and `.pth`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Mapping, NamedTuple

from ..errors import WeightsError
from ..storage.whole_files import check_target, whole_file
from .file_bytes import FileBytes, Tensors, damage_explained
from .layers import CONVOLUTIONS, FILTERS, VGG19_LAYERS
from .params_format import read_params, write_params
from .safetensors_format import (
    read_metadata,
    read_safetensors,
    write_safetensors,
)
from .torch_format import read_torch

__all__ = [
    'Tensors',
    'WeightsFile',
    'read_filters',
    'read_tensors',
    'read_weights_file',
    'write_tensors',
]

READERS = {
    '.safetensors': read_safetensors,
    '.params': read_params,
    '.pth': read_torch,
    '.pt': read_torch,
}
WRITABLE = ('.safetensors', '.params')
_BY_INDEX = re.compile(r'(?:features\.)?(0|[1-9][0-9]?)\.(weight|bias)')
# what Gluon wrote before 1.2: the third convolution is vgg0_conv2_weight
_BY_COUNT = re.compile(r'(?:vgg[0-9]+_)?conv(0|[1-9][0-9]?)_(weight|bias)')


def _standard_name(key: str, deepest: int) -> str | None:
    key = re.sub(r'^(arg:|aux:|module\.)', '', key)
    by_index, by_count = _BY_INDEX.fullmatch(key), _BY_COUNT.fullmatch(key)
    if by_index:
        index, kind = int(by_index[1]), by_index[2]
    elif by_count and int(by_count[1]) < len(CONVOLUTIONS):
        index, kind = CONVOLUTIONS[int(by_count[1])], by_count[2]
    else:
        return None
    asked_for = index in CONVOLUTIONS and index <= deepest
    return f'features.{index}.{kind}' if asked_for else None


class WeightsFile(NamedTuple):
    """What was read of a file: all from the same bytes.

    Attributes
    ----------
    tensors : dict of str to numpy.ndarray
        `features.{index}.weight` and `.bias`, in the file's own type.
    metadata : dict of str to str
        What a safetensors file says of itself.
    sha256 : str
        The digest of the bytes that the tensors were read from.
    """

    tensors: Tensors
    metadata: dict[str, str]
    sha256: str


def read_weights_file(
    path: Path, deepest: int = CONVOLUTIONS[-1]
) -> WeightsFile:
    """Read the convolutions up to layer `deepest` from a file.

    Parameters
    ----------
    path : Path
        A file whose name ends in .safetensors, .params, .pth or .pt.
    deepest : int
        Index of the last layer wanted.

    Raises
    ------
    WeightsError
        The file is of another kind, cut short, names a layer twice, or is
        written to meanwhile.
    """
    reader = _reader(path)
    # another file may take its place meanwhile: all is read from this one
    with damage_explained(path), FileBytes(path) as data, data.unchanged():
        arrays = reader(
            path, lambda key: bool(_standard_name(key, deepest)), data
        )
        metadata, digest = read_metadata(path, data), data.sha256()
    tensors = {
        str(_standard_name(key, deepest)): array
        for key, array in arrays.items()
    }
    if len(tensors) < len(arrays):
        raise WeightsError(
            f'{path} gives a layer under two names: '
            f'{", ".join(sorted(arrays))[:200]}; take a file of one network'
        )
    return WeightsFile(tensors, metadata, digest)


def _reader(path: Path) -> Callable[..., Tensors]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise WeightsError(
            f'cannot tell what kind of weights {path} holds: wanted a name '
            f'that ends in {", ".join(READERS)}'
        )
    return reader


def read_filters(path: Path) -> tuple[int, ...]:
    """Read how many channels the five blocks have, off the biases alone.

    A block that the file does not have is taken for VGG-19's.

    Raises
    ------
    WeightsError
        The file is of another kind or cut short.
    """
    deepest, reader = CONVOLUTIONS[-1], _reader(path)
    blocks = {
        f'features.{i}.bias': VGG19_LAYERS[i].block for i in CONVOLUTIONS
    }
    with damage_explained(path):
        biases = reader(
            path, lambda key: _standard_name(key, deepest) in blocks
        )
    filters = list(FILTERS)
    for key, bias in biases.items():
        filters[blocks[str(_standard_name(key, deepest))] - 1] = bias.size
    return tuple(filters)


def read_tensors(path: Path, deepest: int = CONVOLUTIONS[-1]) -> Tensors:
    """Return the tensors alone of `read_weights_file`."""
    return read_weights_file(path, deepest).tensors


def write_tensors(
    tensors: Tensors,
    path: Path,
    origin: str,
    metadata: Mapping[str, str] = {},
) -> None:
    """Write weights to a .safetensors or .params file, bit for bit.

    Parameters
    ----------
    tensors : dict of str to numpy.ndarray
        As `read_tensors` returns them.
    path : Path
        The file to write.
    origin : str
        Kept in the metadata of a safetensors file.
    metadata : mapping of str to str
        More to be kept there.

    Raises
    ------
    OutputError
        The name ends otherwise, or the file cannot be written.
    WeightsError
        MXNet has no such type of numbers.
    """
    check_target(path, WRITABLE)
    with whole_file(path) as target:
        if path.suffix.lower() == '.safetensors':
            metadata = {**metadata, 'origin': origin}
            write_safetensors(tensors, target, metadata)
        else:
            write_params(tensors, target)
