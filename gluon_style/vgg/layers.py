"""The table of VGG-19's layers, and how to name one of them.

The indices are those of Gluon's `vgg19().features` and of torchvision's.
This module needs no MXNet, so that a bad layer name is refused at once.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Sequence, Union

from ..errors import LayerError

__all__ = [
    'CONTENT_LAYERS',
    'CONVOLUTIONS',
    'FILTERS',
    'STYLE_LAYERS',
    'VGG19_LAYERS',
    'layer_index',
    'vgg19_layers',
    'whole_number',
]

Layer = Union[int, str]

DEPTHS = (2, 2, 4, 4, 4)  # convolutions of the five blocks
FILTERS = (64, 128, 256, 512, 512)  # and their channels


class LayerInfo(NamedTuple):
    """One layer: index, name, channels out and in, stride in pixels."""

    index: int  # type: ignore[assignment]
    name: str
    channels: int
    in_channels: int
    stride: int

    @property
    def is_convolution(self) -> bool:
        """Whether the layer has weights."""
        return self.name.startswith('conv')

    @property
    def block(self) -> int:
        """Number of the block, from 1: the 3 of conv3_2."""
        return int(self.name[4])

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of kernel and bias by torchvision's keys, if it has any."""
        if not self.is_convolution:
            return {}
        kernel = (self.channels, self.in_channels, 3, 3)
        key = f'features.{self.index}'
        return {f'{key}.weight': kernel, f'{key}.bias': kernel[:1]}


def vgg19_layers(filters: Sequence[int] = FILTERS) -> Iterator[LayerInfo]:
    """List the layers of a VGG-19 whose five blocks have so many channels."""
    index, previous, stride = 0, 3, 1
    blocks = zip(DEPTHS, filters)
    for block, (convolutions, channels) in enumerate(blocks, 1):
        names = [
            f'{kind}{block}_{i}'
            for i in range(1, convolutions + 1)
            for kind in ('conv', 'relu')
        ]
        for name in [*names, f'pool{block}']:
            stride *= 2 if name.startswith('pool') else 1
            yield LayerInfo(index, name, channels, previous, stride)
            index, previous = index + 1, channels


VGG19_LAYERS = tuple(vgg19_layers())
CONVOLUTIONS = tuple(i.index for i in VGG19_LAYERS if i.is_convolution)
STYLE_LAYERS: tuple[Layer, ...] = (0, 5, 10, 19, 28)
CONTENT_LAYERS: tuple[Layer, ...] = (25,)


def layer_index(layer: Layer) -> int:
    """Find the index of a layer given as index or as name.

    Raises
    ------
    LayerError
        VGG-19 has no such layer; the message lists the valid names.

    Examples
    --------
    >>> layer_index('conv4_4'), layer_index(28), layer_index('0')
    (25, 28, 0)
    """
    for info in VGG19_LAYERS:
        if str(layer).strip() in (info.name, str(info.index)):
            return info.index
    raise LayerError(
        f'VGG-19 has no layer {layer!r}; its layers are 0 to '
        f'{len(VGG19_LAYERS) - 1} or '
        + ', '.join(info.name for info in VGG19_LAYERS)
    )


def whole_number(text: str, most: int) -> int | None:
    """Read a number of at most `most` in ASCII digits, or return None.

    `int` alone also takes digits of other scripts, signs and underscores,
    and refuses some thousand digits in words of its own.

    Examples
    --------
    >>> whole_number('12', 99), whole_number('120', 99), whole_number('²', 99)
    (12, None, None)
    """
    digits = re.fullmatch('[0-9]{1,10}', text)
    return int(text) if digits and int(text) <= most else None
