"""Read and write weights as safetensors, Gluon `.params` and `.pth`."""

from __future__ import annotations

import contextlib
import pickle
import re
from pathlib import Path
from typing import Dict, Iterator, Mapping

import numpy

from ..errors import WeightsError
from ..storage.whole_files import check_target, whole_file
from .layers import FILTERS, VGG19_LAYERS

__all__ = ['Tensors', 'read_filters', 'read_tensors', 'write_tensors']

Tensors = Dict[str, numpy.ndarray]

WRITABLE = ('.safetensors', '.params')
_CONVOLUTIONS = [i.index for i in VGG19_LAYERS if i.is_convolution]
_BY_INDEX = re.compile(r'^(?:features\.)?(\d+)\.(weight|bias)$')
# what Gluon wrote before 1.2: the third convolution is vgg0_conv2_weight
_BY_COUNT = re.compile(r'^(?:vgg\d+_)?conv(\d+)_(weight|bias)$')


def _standard_name(key: str, deepest: int) -> str | None:
    key = re.sub(r'^(arg:|aux:|module\.)', '', key)
    by_index, by_count = _BY_INDEX.match(key), _BY_COUNT.match(key)
    if by_index:
        index, kind = int(by_index[1]), by_index[2]
    elif by_count and int(by_count[1]) < len(_CONVOLUTIONS):
        index, kind = _CONVOLUTIONS[int(by_count[1])], by_count[2]
    else:
        return None
    wanted = index in _CONVOLUTIONS and index <= deepest
    return f'features.{index}.{kind}' if wanted else None


def read_tensors(path: Path, deepest: int = _CONVOLUTIONS[-1]) -> Tensors:
    """Read the convolutions up to layer `deepest` from a file.

    Parameters
    ----------
    path : Path
        A file whose name ends in .safetensors, .params, .pth or .pt.
    deepest : int
        Index of the last layer wanted.

    Returns
    -------
    dict of str to numpy.ndarray
        `features.{index}.weight` and `.bias`, in the file's own type.

    Raises
    ------
    WeightsError
        The file is of another kind, cut short, or needs PyTorch.
    """
    readers = {
        '.safetensors': _read_safetensors,
        '.params': _read_params,
        '.pth': _read_torch,
        '.pt': _read_torch,
    }
    if path.suffix not in readers:
        raise WeightsError(
            f'cannot tell what kind of weights {path} holds: wanted a name '
            f'that ends in {", ".join(readers)}'
        )
    return readers[path.suffix](path, deepest)


@contextlib.contextmanager
def _damage_explained(path: Path, *errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        first_line = ''.join(str(error).strip().splitlines()[:1])
        raise WeightsError(
            f'{path} is cut short or not a {path.suffix} file '
            f'({first_line[:80]}): fetch or copy it again'
        ) from None


def _read_safetensors(path: Path, deepest: int) -> Tensors:
    from safetensors import SafetensorError, safe_open

    with _damage_explained(path, SafetensorError), safe_open(
        str(path), framework='numpy'
    ) as file:
        names = {k: _standard_name(k, deepest) for k in list(file.keys())}
        return {name: file.get_tensor(k) for k, name in names.items() if name}


def read_filters(path: Path) -> tuple[int, ...]:
    """Read how many channels the five blocks of a file's network have.

    A student's safetensors file says so in its metadata; every other file
    is taken for VGG-19's.

    Raises
    ------
    WeightsError
        What the metadata says is not five numbers.
    """
    if path.suffix != '.safetensors':
        return FILTERS
    from safetensors import SafetensorError, safe_open

    with _damage_explained(path, SafetensorError), safe_open(
        str(path), framework='numpy'
    ) as file:
        text = (file.metadata() or {}).get('filters', '')
    numbers = tuple(int(i) for i in text.split(',') if i.isdigit() and int(i))
    if text and (len(numbers) != len(FILTERS) or text.count(',') != 4):
        raise WeightsError(
            f'{path}: its metadata gives the filters {text!r}, wanted five '
            'numbers such as 32,64,96,192,128: export it again'
        )
    return numbers or FILTERS


def _read_params(path: Path, deepest: int) -> Tensors:
    from .._mxnet import mx

    with _damage_explained(path, mx.MXNetError, UnicodeDecodeError):
        arrays = mx.nd.load(str(path))
    if not isinstance(arrays, dict):
        raise WeightsError(
            f'{path} holds arrays without names: wanted a file written by '
            'save_parameters'
        )
    names = {key: _standard_name(key, deepest) for key in arrays}
    return {name: arrays[k].asnumpy() for k, name in names.items() if name}


def _read_torch(path: Path, deepest: int) -> Tensors:
    try:
        import torch
    except ImportError:
        raise WeightsError(
            f'{path} is a PyTorch file and PyTorch is not installed: install '
            "it (pip install 'gluon-style[torch]'), or convert the file on a "
            'machine that has it: gluon-style weights convert'
        ) from None
    damage = (RuntimeError, EOFError, pickle.UnpicklingError)
    with _damage_explained(path, *damage):
        state = torch.load(str(path), map_location='cpu', weights_only=True)
    names = {key: _standard_name(key, deepest) for key in state}
    return {name: state[k].numpy() for k, name in names.items() if name}


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
    """
    check_target(path, WRITABLE)
    with whole_file(path) as target:
        if path.suffix == '.safetensors':
            from safetensors.numpy import save_file

            whole = {k: numpy.ascontiguousarray(v) for k, v in tensors.items()}
            save_file(
                whole, str(target), metadata={'origin': origin, **metadata}
            )
        else:
            from .._mxnet import mx

            mx.nd.save(
                str(target),
                {k: mx.nd.array(v, dtype=v.dtype) for k, v in tensors.items()},
            )
