"""Notebook 01 up to the losses: its figures and tables, in any language.

The figures are matplotlib Figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Mapping, Sequence

import numpy

from .._mxnet import nn, np, npx
from ..drawing import panels
from ..drawing.schematic import LABELS, schematic
from ..drawing.tables import text_table
from ..features import extract_features
from ..images import postprocess
from ..losses import gram, style_loss
from ..vgg.layers import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    VGG19_LAYERS,
    Layer,
    layer_index,
)
from .wording import Wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    'features_figure',
    'images_figure',
    'layer_table',
    'method_figure',
    'pictures_figure',
    'shuffled',
    'style_loss_table',
    'style_losses',
]

PICTURE_LAYERS = sorted({*CONTENT_LAYERS, *STYLE_LAYERS}, key=layer_index)


def _image(img: np.ndarray) -> numpy.ndarray:
    return img.asnumpy() / 255


def images_figure(
    content_img: np.ndarray, style_img: np.ndarray, wording: Wording
) -> Figure:
    """Show two images (h, w, 3), uint8, and count their pixels."""
    titles = [wording('content image'), wording('style image')]
    pictures = [_image(content_img), _image(style_img)]
    return panels.strip(pictures, titles, width=3.3, ticks=True)


def method_figure(
    content_img: np.ndarray, style_img: np.ndarray, wording: Wording
) -> Figure:
    """Draw how three losses make a picture out of two images."""
    photo, painting = _image(content_img), _image(style_img)
    labels = {**LABELS, 'network': 'VGG-19, frozen'}
    pictures = {'style': painting, 'picture': photo, 'content': photo}
    return schematic(
        pictures, {name: wording(label) for name, label in labels.items()}
    )


def layer_table(roles: Mapping[str, Sequence[Layer]], wording: Wording) -> str:
    """List the convolutions of VGG-19, and what those named are for."""
    role_of = {
        layer_index(layer): role
        for role, layers in roles.items()
        for layer in layers
    }
    head = ['index', 'name', 'channels', 'stride', 'role']
    rows = [
        [
            str(layer.index),
            layer.name,
            str(layer.channels),
            str(layer.stride),
            role_of.get(layer.index, ''),
        ]
        for layer in VGG19_LAYERS
        if layer.is_convolution
    ]
    return text_table([wording(i) for i in head], rows, left=(1, 4))


def features_figure(
    pictures: Mapping[str, np.ndarray], net: nn.Sequential, wording: Wording
) -> Figure:
    """Show what the chapter's layers make of pictures (1, 3, h, w)."""
    sheets = {}
    for name, X in pictures.items():
        maps, _ = extract_features(X, net, PICTURE_LAYERS, ())
        sheets[name] = {
            VGG19_LAYERS[layer_index(layer)].name: Y[0].asnumpy()
            for layer, Y in zip(PICTURE_LAYERS, maps)
        }
    return panels.feature_sheet(sheets, wording('all'), wording('channel'))


def shuffled(Y: np.ndarray, seed: int = 0) -> np.ndarray:
    """Shuffle the places of (1, c, h, w), in all channels in one way."""
    places = numpy.random.RandomState(seed).permutation(Y[0, 0].size)
    values = Y.asnumpy().reshape(Y.shape[1], -1)[:, places]
    return np.array(values.reshape(Y.shape), ctx=Y.ctx)


def pictures_figure(
    pictures: Mapping[str, np.ndarray], width: float = 2.6
) -> Figure:
    """Show pictures (1, 3, h, w) side by side, clipped as a file clips."""
    seen = [postprocess(X).asnumpy() for X in pictures.values()]
    return panels.strip(seen, list(pictures), width=width)


def style_losses(
    X: np.ndarray, styles_Y: Sequence[np.ndarray], net: nn.Sequential,
    after_relu: bool = False,
) -> list[float]:  # fmt: skip
    """Measure a picture's style losses against features of another.

    Parameters
    ----------
    X : mx.np.ndarray
        Shape (1, 3, h, w).
    styles_Y : sequence of mx.np.ndarray
        From `get_styles` with the chapter's layers.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`.
    after_relu : bool
        Whether the Gram matrices are those of what the ReLU lets pass.

    Returns
    -------
    list of float
        Not weighted, one for each style layer.
    """
    _, styles_Y_hat = extract_features(X, net)
    if after_relu:
        styles_Y = [npx.relu(Y) for Y in styles_Y]
        styles_Y_hat = [npx.relu(Y) for Y in styles_Y_hat]
    return [
        float(style_loss(Y_hat, gram(Y)))
        for Y_hat, Y in zip(styles_Y_hat, styles_Y)
    ]


def style_loss_table(
    losses: Mapping[str, Iterable[float]], wording: Wording
) -> str:
    """Lay out pictures' style losses by layer, a thousand times each."""
    names = [VGG19_LAYERS[layer_index(i)].name for i in STYLE_LAYERS]
    rows = [
        [name, *(wording.number(1e3 * value) for value in values)]
        for name, values in losses.items()
    ]
    return text_table([wording('style loss x 1000:'), *names], rows)
