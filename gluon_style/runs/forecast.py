"""How much memory a run will take, from the network's table of layers.

Nothing here imports MXNet or runs anything. docs/larger.md has what was then
measured; `python benchmarks/forecast.py` measures it anew.
"""

from __future__ import annotations

import math
from typing import Mapping, Optional, Sequence, Tuple

from ..tiles.geometry import tile_side, windows_of
from ..vgg.layers import LayerInfo, layer_index, vgg19_layers
from ..vgg.weights import find_filters
from .settings import Settings
from .stages import stages, tilings

__all__ = ['filters_of', 'forecast_memory', 'maps_of']

Filters = Mapping[Optional[str], Tuple[int, ...]]

FLOAT = 4  # bytes of a number
# Fitted to what `benchmarks/forecast.py` measured, see docs/larger.md
BASE = 290e6  # bytes: Python, MXNet, matplotlib and the other libraries
WEIGHTS = 1.75  # times their bytes: in the network, and while a step runs
LOADING = 3.7  # times their bytes while they are read and checked
COMPARED = 2  # maps wanted, and laid out in rows for the Gram matrices
HELD = 1  # and those of the step before, which the chapter's loop still names
# maps of the largest size: gradients, what convolutions work in, and the
# gaps that the allocator leaves between them
PASSING = 9.5
PICTURES = 12  # of the picture: losses, gradients, the best so far
# The same in tiles, where freed memory is given back
TILED = 1.25  # times the maps of a tile, whose blocks go one by one
TILED_PICTURES = 8.5  # while a tile is computed
LBFGS_PICTURES = 12  # beside its pairs: direction, points, gradients
LEFT = 0.5  # of an earlier stage without tiles, which stays in holes
TV_PICTURES = 15.5  # while total variation is, between the passes
PHOTO_DECODED = 16  # bytes of each pixel of an image while it is read
PHOTO_KEPT = 3  # and afterwards


def forecast_memory(
    settings: Settings,
    photos: Sequence[int] = (),
    filters: Filters | None = None,
) -> int:
    """Forecast the most bytes that the process of a run ever holds.

    Parameters
    ----------
    settings : Settings
        With width and height; the largest of its stages counts.
    photos : sequence of int
        Pixels of the content and of the style image as they are read.
    filters : mapping, optional
        From `filters_of`, else looked up.

    Returns
    -------
    int
        Bytes in memory (VmHWM of the process), all libraries included.

    Raises
    ------
    WeightsError
        The weights name a file that is not there or damaged.
    """
    filters = filters or filters_of(settings)
    listed = [
        (stage.settings, _layers(stage.settings, filters))
        for stage in stages(settings)
    ]
    sizes = {one.weights_name: _weights(layers) for one, layers in listed}
    weights = sum(sizes.values())
    steps = _most(listed)
    most = max(
        PHOTO_DECODED * max(photos, default=0),
        LOADING * weights,
        WEIGHTS * weights + steps,
    )
    return round(BASE + PHOTO_KEPT * sum(photos) + most)


def _most(listed: Sequence[tuple[Settings, list[LayerInfo]]]) -> float:
    """Count the bytes that the steps of stages need, one after the other.

    What one has freed, the next takes; tiles, whose blocks are given back,
    take less of it.
    """
    most = whole = 0.0
    for settings, layers in listed:
        needed = _step(settings, layers)
        if tilings(settings) == ['whole']:
            whole = max(whole, needed)
            most = max(most, needed)
        else:
            most = max(most, needed + LEFT * whole)
    return most


def filters_of(settings: Settings) -> Filters:
    """Look up the channels of the blocks of each network of a run."""
    names = {stage.settings.weights_name for stage in stages(settings)}
    return {name: find_filters(name) for name in names}


def _layers(settings: Settings, filters: Filters) -> list[LayerInfo]:
    """List the layers that a stage computes."""
    layers = list(vgg19_layers(filters[settings.weights_name]))
    return layers[: settings.deepest.index + 1]


def _weights(layers: Sequence[LayerInfo]) -> int:
    """Count the bytes of kernels and biases."""
    shapes = (shape for i in layers for shape in i.shapes.values())
    return FLOAT * sum(map(math.prod, shapes))


def maps_of(
    layers: Sequence[LayerInfo], width: int, height: int
) -> dict[int, int]:
    """Count the values that each layer gives for a picture, by its index.

    Examples
    --------
    >>> from gluon_style.vgg.layers import VGG19_LAYERS
    >>> maps = maps_of(VGG19_LAYERS, 225, 150)
    >>> maps[0] == 64 * 225 * 150, maps[4] == 64 * 112 * 75
    (True, True)
    """
    return {
        layer.index: layer.channels
        * (width // layer.stride)
        * (height // layer.stride)
        for layer in layers
    }


def _step(settings: Settings, layers: Sequence[LayerInfo]) -> float:
    """Count the bytes that a stage's steps need."""
    width, height = settings.width or 0, settings.height or 0
    maps = maps_of(layers, width, height)
    picture = 3 * width * height
    side = tile_side(settings.tile, (height, width), layers[-1].index)
    if side:
        tiles = _tiled(settings, layers, maps, side) + TILED_PICTURES * picture
        values = max(tiles, TV_PICTURES * picture)
        if settings.optimizer == 'l-bfgs':
            values += LBFGS_PICTURES * picture
    else:
        values = _untiled(settings, layers, maps) + PICTURES * picture
    kept = _optimizer(settings) * picture
    # a checkpoint is a copy of the optimizer's, and that in bytes another
    saving = 3 * kept + FLOAT * TILED_PICTURES * picture
    return max(FLOAT * values + kept, saving)


def _untiled(
    settings: Settings, layers: Sequence[LayerInfo], maps: Mapping[int, int]
) -> float:
    """Count the values of the maps of a whole picture."""
    named = (*settings.content_layers, *settings.style_layers)
    compared = sum(maps[layer_index(i)] for i in named)
    copies = COMPARED + (HELD if settings.optimizer == 'adam' else 0)
    # the tape keeps all for the way back
    return (
        sum(maps.values()) + PASSING * max(maps.values()) + copies * compared
    )


def _tiled(
    settings: Settings,
    layers: Sequence[LayerInfo],
    maps: Mapping[int, int],
    side: int,
) -> float:
    """Count the values of the maps of one tile, and those wanted of all."""
    size = settings.height or 0, settings.width or 0
    deepest = layers[-1].index
    rows, columns = (
        max(stop - start for start, stop in windows_of(i, side, deepest))
        for i in size
    )
    window = maps_of(layers, columns, rows)
    wanted = sum(maps[layer_index(i)] for i in settings.content_layers)
    return TILED * sum(window.values()) + wanted


def _optimizer(settings: Settings) -> int:
    """Count the bytes that an optimizer keeps for each value of a picture."""
    if settings.optimizer == 'adam':
        return 2 * FLOAT  # the moments
    # late, for the command line: SciPy is slow to import
    if settings.in_range:
        from .projected import MEMORY

        return 2 * min(MEMORY, settings.epochs) * FLOAT  # the pairs
    from .unbounded import MEMORY

    # SciPy's working array, and its own arrays of the size of the picture
    return 2 * FLOAT * ((2 * MEMORY + 5) + 6)
