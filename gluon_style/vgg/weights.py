"""Weights for VGG-19: where they come from, and whether they are right.

Whatever the file, weights are held as torchvision names them:
`features.{index}.weight` (out, in, 3, 3) and `features.{index}.bias`
(out,), for the indices in `VGG19_LAYERS`; dense layers are dropped.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Sequence

import numpy

from ..errors import WeightsError
from ..storage import DATA
from ..storage.download import file_hash
from .formats import Tensors, read_filters, read_tensors
from .layers import FILTERS, VGG19_LAYERS, vgg19_layers
from .sources import (
    damaged_cache,
    fetch_model_zoo,
    fetch_torchvision,
    model_zoo_path,
)

__all__ = ['Origin', 'VGG19Weights', 'check_tensors', 'find_on_disk',
           'load_weights', 'locate_weights']  # fmt: skip

DEEPEST = 28  # conv5_1, the deepest layer of the chapter
KINDS = (
    'auto',
    'model-zoo',
    'torchvision',
    'student',
    'random',
    'random:SEED',
)
STUDENT = DATA / 'student.safetensors'


@dataclass(frozen=True)
class Origin:
    """Which weights a network holds.

    Attributes
    ----------
    source : str
        'file', 'model-zoo', 'torchvision', 'student' or 'random'.
    detail : str
        The file, or the seed.
    digest : str
        'sha256:...' of the file; empty for random weights.
    why : str
        What led to this choice, when `auto` made it.
    """

    source: str
    detail: str
    digest: str = ''
    why: str = ''

    def __str__(self) -> str:
        return ' '.join(
            part
            for part in (
                f'{self.source}: {self.detail}',
                f'({self.digest[:19]}...)' if self.digest else '',
                f'[{self.why}]' if self.why else '',
            )
            if part
        )


@dataclass(frozen=True)
class VGG19Weights:
    """The kernels and biases of the convolutions, and their origin.

    `filters` are the channels of the five blocks: a student has fewer.
    """

    convolutions: dict[int, tuple[numpy.ndarray, numpy.ndarray]]
    origin: Origin
    filters: tuple[int, ...] = FILTERS


def load_weights(
    weights: str | None = None, deepest: int = DEEPEST
) -> VGG19Weights:
    """Load and check the convolutions of VGG-19 up to one layer.

    Parameters
    ----------
    weights : str or path, optional
        The path of a `.safetensors`, Gluon `.params` or `.pth` file;
        'model-zoo' or 'torchvision', downloaded once; 'student', the small
        network that comes with the package; 'random' or 'random:SEED',
        drawn after He et al.; or 'auto', the default: the
        file that `GLUON_STYLE_WEIGHTS` names, else the model zoo's file if
        it is on disk, else a download of it.
    deepest : int
        Index of the last layer wanted; only the convolutions up to there
        are kept in memory.

    Returns
    -------
    VGG19Weights
        float32 kernels and biases by layer index, and their origin.

    Raises
    ------
    WeightsError
        They are missing, damaged, of another network, or out of reach; the
        message says what to do.
    """
    name = str(weights or 'auto')
    if name == 'random' or name.startswith('random:'):
        return _random_weights(name, deepest)
    source, path, why = locate_weights(name)
    tensors, filters = read_tensors(path, deepest), read_filters(path)
    check_tensors(tensors, path, deepest, filters)
    convolutions = {
        i: (
            tensors[f'features.{i}.weight'].astype('float32'),
            tensors[f'features.{i}.bias'].astype('float32'),
        )
        for i in _convolutions(deepest)
    }
    digest = 'sha256:' + file_hash(path)
    origin = Origin(source, str(path), digest, why)
    if source == 'student':
        origin = replace(origin, detail='the small network shipped with us')
    return VGG19Weights(convolutions, origin, filters)


def locate_weights(name: str) -> tuple[str, Path, str]:
    """Find the file that a name stands for, downloading it if it must be.

    Returns
    -------
    source, path, why
        As in `Origin`.
    """
    if name == 'auto':
        found = find_on_disk()
        if found:
            return found
        return ('model-zoo', fetch_model_zoo(), 'auto: nothing on disk')
    if name == 'model-zoo':
        return ('model-zoo', fetch_model_zoo(), '')
    if name == 'torchvision':
        return ('torchvision', fetch_torchvision(), '')
    if name == 'student':
        return ('student', STUDENT, '')
    return ('file', _existing(name), '')


def find_on_disk() -> tuple[str, Path, str] | None:
    """Find real weights without a download, in the order that `auto` takes.

    Returns None if there are none.

    Raises
    ------
    WeightsError
        `GLUON_STYLE_WEIGHTS` names no file, or the model zoo's file is
        damaged: a second choice is never taken in silence.
    """
    variable = os.environ.get('GLUON_STYLE_WEIGHTS')
    if variable:
        path = _existing(variable, ' (from GLUON_STYLE_WEIGHTS)')
        return ('file', path, 'auto: GLUON_STYLE_WEIGHTS')
    if model_zoo_path().exists():
        if damaged_cache():
            raise WeightsError(
                f'{model_zoo_path()} is damaged (wrong sha1): fetch it again '
                'with: gluon-style weights fetch model-zoo'
            )
        return ('model-zoo', model_zoo_path(), 'auto: on disk')
    return None


def _existing(name: str, remark: str = '') -> Path:
    path = Path(name).expanduser()
    if not path.is_file():
        raise WeightsError(
            f'no such weights file: {name}{remark}: give the path of a '
            f'.safetensors, .params or .pth file, or one of '
            f'{", ".join(KINDS)}'
        )
    return path


def _convolutions(deepest: int) -> list[int]:
    return [
        layer.index
        for layer in VGG19_LAYERS
        if layer.is_convolution and layer.index <= deepest
    ]


def check_tensors(
    tensors: Tensors,
    path: Path,
    deepest: int,
    filters: Sequence[int] = FILTERS,
) -> None:
    """Check that the convolutions up to `deepest` are there and sound.

    Raises
    ------
    WeightsError
        One is missing, of another shape, or not finite.
    """
    layers = tuple(vgg19_layers(filters))
    for i in _convolutions(deepest):
        layer = layers[i]
        shapes = {
            f'features.{i}.weight': (layer.channels, layer.in_channels, 3, 3),
            f'features.{i}.bias': (layer.channels,),
        }
        for key, shape in shapes.items():
            if key not in tensors:
                raise WeightsError(
                    f'{path} has no {key} ({layer.name}): wanted VGG-19 '
                    f'(without batch normalisation) at least up to '
                    f'{VGG19_LAYERS[deepest].name}; take another file or '
                    'shallower layers'
                )
            if tensors[key].shape != shape:
                raise WeightsError(
                    f'{path}: {key} has the shape {tensors[key].shape}, '
                    f'wanted {shape} for {layer.name} of VGG-19; take the '
                    'file of that network'
                )
            if not numpy.isfinite(tensors[key]).all():
                raise WeightsError(
                    f'{path}: {key} holds values that are not finite; the '
                    'file is damaged or its training failed: take another'
                )


def _random_weights(name: str, deepest: int) -> VGG19Weights:
    seed = name.partition(':')[2] or '0'
    if not seed.isdigit() or int(seed) >= 2**32:
        raise WeightsError(
            f'got weights {name!r}, wanted random:SEED with a whole number '
            'below 2**32, for example random:1'
        )
    state = numpy.random.RandomState(int(seed))
    convolutions = {}
    for i in _convolutions(deepest):
        layer = VGG19_LAYERS[i]
        shape = (layer.channels, layer.in_channels, 3, 3)
        spread = math.sqrt(2 / (layer.in_channels * 9))  # He et al. 2015
        convolutions[i] = (
            (state.standard_normal(shape) * spread).astype('float32'),
            numpy.zeros(layer.channels, 'float32'),
        )
    return VGG19Weights(convolutions, Origin('random', f'seed {int(seed)}'))
