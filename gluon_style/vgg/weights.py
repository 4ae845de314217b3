"""Weights for VGG-19: where they come from, and whether they are right.

Whatever the file, weights are held as torchvision names them:
`features.{index}.weight` (out, in, 3, 3) and `features.{index}.bias`
(out,), for the indices in `VGG19_LAYERS`; dense layers are dropped.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy

from ..errors import WeightsError, shortened
from ..storage import DATA
from ..storage.download import remembered_hash
from .checks import check_tensors, network_filters
from .formats import read_filters, read_weights_file
from .layers import CONVOLUTIONS, FILTERS, VGG19_LAYERS, whole_number
from .sources import damaged_cache, fetch, model_zoo_path, on_disk

__all__ = [
    'Origin',
    'VGG19Weights',
    'find_by_digest',
    'find_filters',
    'find_on_disk',
    'load_weights',
    'locate_weights',
    'weights_origin',
]

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
FILES_WANTED = 'the path of a .safetensors, .params or .pth file'
KINDS_WANTED = f': give {FILES_WANTED}, or one of {", ".join(KINDS)}'
# a path alone: the variable has no names
VARIABLE_WANTED = (
    f' (from GLUON_STYLE_WEIGHTS): set it to {FILES_WANTED}; '
    f"the student's is {STUDENT}"
)


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
        'sha256:...' of the bytes that were read; empty for random weights.
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
        He-initialised; or 'auto', the default: the file that
        `GLUON_STYLE_WEIGHTS` names, else the model zoo's file if it is on
        disk, else a download of it.
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
    if _is_random(name):
        return _random_weights(name, deepest)
    source, path, why = locate_weights(name)
    file = read_weights_file(path, deepest)
    tensors = file.tensors
    filters = network_filters(path, tensors, file.metadata)
    check_tensors(tensors, path, deepest, filters)
    convolutions = {
        i: (
            tensors[f'features.{i}.weight'].astype('float32', copy=False),
            tensors[f'features.{i}.bias'].astype('float32', copy=False),
        )
        for i in CONVOLUTIONS
        if i <= deepest
    }
    origin = _origin(source, path, why, file.sha256)
    return VGG19Weights(convolutions, origin, filters)


def weights_origin(weights: str | None = None) -> Origin:
    """Name weights, as `load_weights` would, without reading a tensor.

    Raises
    ------
    WeightsError
        They are missing or out of reach.
    """
    name = str(weights or 'auto')
    if _is_random(name):
        return Origin('random', f'seed {_seed(name)}')
    source, path, why = locate_weights(name)
    return _origin(source, path, why, remembered_hash(path))


def find_filters(weights: str | None = None) -> tuple[int, ...]:
    """Return the channels of the five blocks, as `load_weights` would.

    Little of a file is read, and nothing is downloaded: what would be is
    VGG-19's.

    Raises
    ------
    WeightsError
        There is no such file, or it is damaged.

    Examples
    --------
    >>> find_filters('student'), find_filters('random:3')
    ((32, 64, 96, 192, 128), (64, 128, 256, 512, 512))
    """
    name = str(weights or 'auto')
    if name == 'auto':
        name = os.environ.get('GLUON_STYLE_WEIGHTS') or name
    if _is_random(name) or name in ('auto', 'model-zoo', 'torchvision'):
        return FILTERS
    return read_filters(locate_weights(name)[1])


def _origin(source: str, path: Path, why: str, sha256: str) -> Origin:
    student = source == 'student'
    detail = 'the small network shipped with us' if student else str(path)
    return Origin(source, detail, f'sha256:{sha256}', why)


def locate_weights(name: str) -> tuple[str, Path, str]:
    """Find the file that a name stands for, downloading it if it must be.

    Returns
    -------
    source, path, why
        As in `Origin`.
    """
    if name == 'auto':
        nothing = 'auto: nothing on disk'
        return find_on_disk() or ('model-zoo', fetch('model-zoo'), nothing)
    if name in ('model-zoo', 'torchvision'):
        return (name, fetch(name), '')
    if name == 'student':
        return ('student', STUDENT, '')
    path = _existing(name, KINDS_WANTED)
    return (_source_of(path), path, '')


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
        path = _existing(variable, VARIABLE_WANTED)
        return (_source_of(path), path, 'auto: GLUON_STYLE_WEIGHTS')
    if damaged_cache():
        raise WeightsError(
            f'{model_zoo_path()} is damaged (wrong sha1): fetch it again '
            'with: gluon-style weights fetch model-zoo'
        )
    zoo = on_disk('model-zoo')
    return ('model-zoo', zoo, 'auto: on disk') if zoo else None


def find_by_digest(digest: str, *names: str) -> str | None:
    """Find weights on this machine by their digest.

    Parameters
    ----------
    digest : str
        'sha256:...' of a file, or 'random:SEED'.
    names : str
        Files that may be it; others that are looked at are the student's and
        what `find_on_disk` finds.

    Returns
    -------
    str or None
        A name for `load_weights`.
    """
    if _is_random(digest):
        return digest
    on_disk = find_on_disk()
    places = [*map(Path, names), STUDENT, *([on_disk[1]] if on_disk else [])]
    for path in places:
        if path.is_file() and f'sha256:{remembered_hash(path)}' == digest:
            return 'student' if path == STUDENT else str(path)
    return None


def _existing(name: str, wanted: str) -> Path:
    path = Path(os.path.expanduser(name))
    if not os.path.isfile(path):  # Path's raises if the name is too long
        raise WeightsError(f'no such weights file: {name}{wanted}')
    return path


def _source_of(path: Path) -> str:
    return 'student' if path.samefile(STUDENT) else 'file'


def _is_random(name: str) -> bool:
    return name == 'random' or name.startswith('random:')


def _seed(name: str) -> int:
    seed = whole_number(name.partition(':')[2] or '0', 2**32 - 1)
    if seed is None:
        raise WeightsError(
            f'got weights {shortened(name)}, wanted random:SEED with '
            'a whole number below 2**32, for example random:1'
        )
    return seed


def _random_weights(name: str, deepest: int) -> VGG19Weights:
    state = numpy.random.RandomState(_seed(name))
    convolutions = {}
    for layer in VGG19_LAYERS[: deepest + 1]:
        if layer.is_convolution:
            kernel, bias = layer.shapes.values()
            spread = math.sqrt(2 / (layer.in_channels * 9))  # He et al. 2015
            convolutions[layer.index] = (
                (state.standard_normal(kernel) * spread).astype('float32'),
                numpy.zeros(bias, 'float32'),
            )
    return VGG19Weights(convolutions, weights_origin(name))
