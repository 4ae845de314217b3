"""Ask one side of the loss alone, to see what a layer still knows.

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional
Neural Networks", CVPR 2016, section 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy

from .._mxnet import nn, np
from ..images import preprocess
from ..runs.run import run
from ..runs.settings import Settings
from ..training import Callback
from ..vgg.layers import Layer

__all__ = ['content_only', 'reconstruct', 'style_only']


def content_only(settings: Settings, *layers: Layer) -> Settings:
    """Return settings that ask for the content of some layers alone.

    `layers` are the settings' own by default; the other losses get weight 0
    and the style layers go.
    """
    return replace(
        settings,
        content_layers=layers or settings.content_layers,
        style_layers=(),
        content_weight=1,
        style_weight=0,
        tv_weight=0,
    )


def style_only(settings: Settings, *layers: Layer) -> Settings:
    """Return settings that ask for the style of some layers alone.

    Like `content_only`; the style weight is the chapter's if it was 0.
    """
    return replace(
        settings,
        content_layers=(),
        style_layers=layers or settings.style_layers,
        content_weight=0,
        style_weight=settings.style_weight or Settings.style_weight,
        tv_weight=0,
    )


def reconstruct(
    img: np.ndarray,
    settings: Settings,
    callback: Callback | None = None,
    every: int = 10,
    net: nn.Sequential | None = None,
) -> np.ndarray:
    """Find a picture that has what the settings ask of `img`, from noise.

    With `content_only` this shows what a layer's features still know of the
    image; with `style_only`, what its Gram matrix knows.

    Parameters
    ----------
    img : mx.np.ndarray
        Shape (h, w, 3), uint8, from `read_image`: content and style image
        in one.
    settings : Settings
        From `content_only` or `style_only`; the seed is that of the noise.
    callback, every, net
        As for `run`.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width).
    """
    settings = settings.sized(img.shape)
    shape: Any = settings.width, settings.height
    noise = numpy.random.RandomState(settings.seed)
    pixels = noise.randint(0, 256, (*shape[::-1], 3))
    start = preprocess(np.array(pixels, dtype='uint8'), shape)
    return run(img, img, settings, callback, every, net, start)
