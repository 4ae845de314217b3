"""Where the tiles of a picture lie, and how much each sees around it.

A value of a feature map depends on the pixels around its own place alone. A
tile that is given those computes its own part of every map exactly as the
whole picture does. It starts on the grid of the deepest pooling, so that
every pooling pairs the same values; at the borders of the picture it ends
where the picture does, and has the network's zero padding there and nowhere
else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from ..vgg.layers import VGG19_LAYERS

__all__ = [
    'PICTURE',
    'POOLINGS',
    'SIDE',
    'UNTILED',
    'Span',
    'Tile',
    'halo',
    'layout',
    'spans_of',
    'tile_side',
    'tiles_of',
    'windows_of',
]

PICTURE = -1  # stands for the layer whose output is the picture
SIDE = 640  # pixels, of a tile where 'auto' makes them: see docs/larger.md
UNTILED = 10**6  # pixels of a picture for which 'auto' makes none
Bounds = Tuple[int, int]
POOLINGS = [i.index for i in VGG19_LAYERS if i.name.startswith('pool')]


def _stride(layer: int) -> int:
    return 1 if layer == PICTURE else VGG19_LAYERS[layer].stride


def halo(layer: int, deepest: int) -> int:
    """How far a tile must see beyond itself at the output of a layer.

    Each 3x3 convolution behind it reaches one value further, which is as
    many pixels as its stride.

    Parameters
    ----------
    layer, deepest : int
        Indices of layers, or `PICTURE`; `deepest` is the last one compared.

    Returns
    -------
    int
        Pixels, rounded up to the grid of the deepest layer.

    Examples
    --------
    >>> halo(PICTURE, 28), halo(9, 28), halo(27, 28), halo(28, 28)
    (80, 64, 16, 0)
    """
    behind = VGG19_LAYERS[layer + 1 : deepest + 1]
    reach = sum(info.stride for info in behind if info.is_convolution)
    grid = _stride(deepest)
    return -(-reach // grid) * grid


@dataclass(frozen=True)
class Span:
    """What a tile has of one side of the picture.

    Attributes
    ----------
    start, stop : int
        Its own pixels.
    side : int
        The picture's.
    """

    start: int
    stop: int
    side: int

    def own(self, layer: int) -> Bounds:
        """Return its own part of the output of a layer."""
        stride = _stride(layer)
        return self.start // stride, self.stop // stride

    def seen(self, layer: int, deepest: int) -> Bounds:
        """Return the part of the output of a layer that it computes.

        What is needed no more is cut off behind each pooling.
        """
        cut = max((i for i in POOLINGS if i <= layer), default=PICTURE)
        return self._with(halo(cut, deepest), layer)

    def kept(self, pooling: int, deepest: int) -> Bounds:
        """Return which part of a pooling's output is kept, from 0."""
        before = self._with(halo_before(pooling, deepest), pooling)
        start, stop = self.seen(pooling, deepest)
        return start - before[0], stop - before[0]

    def own_in_seen(self, layer: int, deepest: int) -> Bounds:
        """Return where its own part lies in what it computes, from 0."""
        first, _ = self.seen(layer, deepest)
        start, stop = self.own(layer)
        return start - first, stop - first

    def share(self, layer: int) -> float:
        """Return its own part of the values of a layer, 0 to 1."""
        start, stop = self.own(layer)
        return (stop - start) / (self.side // _stride(layer))

    def _with(self, margin: int, layer: int) -> Bounds:
        stride = _stride(layer)
        start = max(0, self.start - margin)
        stop = min(self.side, self.stop + margin)
        return start // stride, stop // stride


def halo_before(pooling: int, deepest: int) -> int:
    """Return the halo, in pixels, with which a pooling is computed."""
    before = max((i for i in POOLINGS if i < pooling), default=PICTURE)
    return halo(before, deepest)


@dataclass(frozen=True)
class Tile:
    """A tile: its rows and its columns."""

    rows: Span
    columns: Span

    def window(self, deepest: int) -> tuple[slice, ...]:
        """Return the slices of a picture (1, 3, h, w) that it is given."""
        return _slices(
            self.rows.seen(PICTURE, deepest),
            self.columns.seen(PICTURE, deepest),
        )

    def kept(self, pooling: int, deepest: int) -> tuple[slice, ...]:
        """Return the slices of a pooling's output that are kept."""
        return _slices(
            self.rows.kept(pooling, deepest),
            self.columns.kept(pooling, deepest),
        )

    def own(self, layer: int, deepest: int) -> tuple[slice, ...]:
        """Return the slices of its own part in what it computes."""
        return _slices(
            self.rows.own_in_seen(layer, deepest),
            self.columns.own_in_seen(layer, deepest),
        )

    def share(self, layer: int) -> float:
        """Return its own part of the values of a layer, 0 to 1."""
        return self.rows.share(layer) * self.columns.share(layer)


def _slices(rows: Bounds, columns: Bounds) -> tuple[slice, ...]:
    return slice(None), slice(None), slice(*rows), slice(*columns)


def tiles_of(size: tuple[int, int], side: int, deepest: int) -> list[Tile]:
    """Cut a picture into tiles of about one size, row by row.

    Parameters
    ----------
    size : tuple of int
        (height, width) of the picture, each at least the deepest stride.
    side : int
        The most pixels that a tile has in a row or a column. What is below
        the deepest stride is taken as that, and the last tile of a row or a
        column has what is left of the grid beside its own.
    deepest : int
        Index of the last layer compared.

    Examples
    --------
    >>> [(t.rows.stop, t.columns.stop) for t in tiles_of((97, 64), 64, 28)]
    [(48, 64), (97, 64)]
    """
    rows, columns = (spans_of(pixels, side, deepest) for pixels in size)
    return [Tile(row, column) for row in rows for column in columns]


def spans_of(pixels: int, side: int, deepest: int) -> list[Span]:
    """Cut one side of a picture, of so many pixels, as `tiles_of` does."""
    grid = _stride(deepest)
    units, most = pixels // grid, max(1, side // grid)
    count = -(-units // most)
    edges = [units * i // count * grid for i in range(count)] + [pixels]
    return [Span(a, b, pixels) for a, b in zip(edges, edges[1:])]


def windows_of(pixels: int, side: int, deepest: int) -> list[Bounds]:
    """Return what the tiles see of one side of a picture."""
    spans = spans_of(pixels, side, deepest)
    return [span.seen(PICTURE, deepest) for span in spans]


def layout(size: tuple[int, int], side: int, deepest: int) -> str:
    """Say how many tiles there are, across and down: '8x5'."""
    rows, columns = (len(spans_of(i, side, deepest)) for i in size)
    return f'{columns}x{rows}'


def tile_side(setting: str, size: tuple[int, int], deepest: int) -> int | None:
    """Return the side of a picture's tiles, or None for no tiles.

    Parameters
    ----------
    setting : str
        'off', a number of pixels, or 'auto': tiles of `SIDE`, in a picture
        of more than `UNTILED` pixels.
    size : tuple of int
        (height, width) of the picture.
    deepest : int
        Index of the last layer compared.

    Examples
    --------
    >>> tile_side('auto', (300, 450), 28), tile_side('64', (300, 450), 28)
    (None, 64)
    >>> tile_side('512', (300, 450), 28)  # one tile is the whole picture
    """
    if setting == 'off' or (
        setting == 'auto' and size[0] * size[1] <= UNTILED
    ):
        return None
    side = SIDE if setting == 'auto' else int(setting)
    return None if layout(size, side, deepest) == '1x1' else side
