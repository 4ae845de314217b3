"""Whether tensors are those of VGG-19, or of a narrower network."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import numpy

from ..errors import WeightsError, shortened
from .file_bytes import Tensors
from .layers import FILTERS, VGG19_LAYERS, vgg19_layers, whole_number

__all__ = ['check_tensors', 'network_filters', 'network_name']

MOST_FILTERS = 4096
LARGEST = 1e6  # VGG-19's are below 20, those for pixels of 0 to 255 too


def network_filters(
    path: Path, tensors: Tensors, metadata: Mapping[str, str]
) -> tuple[int, ...]:
    """Return how many channels the five blocks of a file's network have.

    What a safetensors file says of itself comes first. Otherwise they are
    read off the first kernel of each block, if all shapes then are those of
    such a network; if not, or where a block has no kernel, they are
    VGG-19's, so that `check_tensors` says what differs from it.

    Parameters
    ----------
    path : Path
        The file.
    tensors, metadata
        What `read_weights_file` has read from it.

    Raises
    ------
    WeightsError
        What the metadata says is not five numbers.
    """
    text = metadata.get('filters', '')
    if text:
        return _stated_filters(path, text)
    filters = list(FILTERS)
    for layer in reversed(VGG19_LAYERS):
        kernel = tensors.get(f'features.{layer.index}.weight')
        if kernel is not None and kernel.ndim:
            filters[layer.block - 1] = kernel.shape[0]
    fitting = all(
        tensors[key].shape == shape
        for layer in vgg19_layers(filters)
        for key, shape in layer.shapes.items()
        if key in tensors
    )
    return tuple(filters) if fitting else FILTERS


def _stated_filters(path: Path, text: str) -> tuple[int, ...]:
    numbers = [whole_number(i, MOST_FILTERS) for i in text.split(',')]
    if len(numbers) != len(FILTERS) or not all(numbers):
        raise WeightsError(
            f'{path}: its metadata gives the filters {shortened(text)}, '
            'wanted five numbers such as 32,64,96,192,128: export it again'
        )
    return tuple(i for i in numbers if i)


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
        One is missing, of another shape or type, not finite in float32, too
        large for features to be so, or of one value alone.
    """
    for layer in vgg19_layers(filters):
        if layer.index > deepest:
            break
        for key, shape in layer.shapes.items():
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
                    f'wanted {shape} for {layer.name} of '
                    f'{network_name(filters)}; take the file of that network'
                )
            _check_values(tensors[key], f'{path}: {key}')


def _check_values(array: numpy.ndarray, name: str) -> None:
    if array.dtype.kind != 'f':
        raise WeightsError(
            f'{name} has the type {array.dtype}, wanted floating-point '
            'numbers: take a file that is not quantised'
        )
    with numpy.errstate(all='ignore'):  # what float32 cannot hold is infinite
        values = array.astype('float32', copy=False)
    if not numpy.isfinite(values).all():
        raise WeightsError(
            f'{name} holds values that are not finite in float32; the file is '
            'damaged or its training failed: take another'
        )
    largest = numpy.abs(values).max()
    if largest > LARGEST:
        raise WeightsError(
            f'{name} holds a value of size {largest:.3g}, wanted at most '
            f'{LARGEST:g}: features of that size overflow; take another file'
        )
    if array.ndim > 1 and values.min() == values.max():
        raise WeightsError(
            f'{name} holds {values.max() + 0:g} in all its places: no network '
            'was trained to that; take another file'
        )


def network_name(filters: Sequence[int]) -> str:
    """Name a network by its blocks' channels."""
    if tuple(filters) == FILTERS:
        return 'VGG-19'
    numbers = ','.join(str(i) for i in filters)
    return f'a VGG-19 of {numbers} filters'
