"""Ask one side of the loss alone, to see what a layer still knows.

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional
Neural Networks", CVPR 2016, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy

from .._mxnet import nn, np
from ..images import postprocess, preprocess
from ..runs.objective import find_objective
from ..runs.run import network, run
from ..runs.settings import Settings
from ..training import Callback
from ..vgg.layers import Layer

__all__ = ['Reconstruction', 'content_only', 'reconstruct', 'style_only']


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


@dataclass(frozen=True)
class Reconstruction:
    """A picture that was to have the features asked for, and how near it is.

    Attributes
    ----------
    X : mx.np.ndarray
        The picture, shape (1, 3, h, w).
    loss : float
        The total loss of `X`, with its weights.
    noise_loss : float
        That of the noise which the search began with.
    """

    X: np.ndarray
    loss: float
    noise_loss: float

    @property
    def picture(self) -> numpy.ndarray:
        """The picture as it is seen: shape (h, w, 3), in [0, 1]."""
        return postprocess(self.X).asnumpy()

    @property
    def left(self) -> float:
        """Which share of the noise's loss is left; more than 1 is worse."""
        return self.loss / self.noise_loss


def reconstruct(
    img: np.ndarray,
    settings: Settings,
    callback: Callback | None = None,
    every: int = 10,
    net: nn.Sequential | None = None,
) -> Reconstruction:
    """Find a picture that has what the settings ask of `img`, from noise.

    With `content_only` this shows what a layer's features still know of the
    image; with `style_only`, what its Gram matrix knows. A picture shows it
    only where the search has come to its end: look at `left`. L-BFGS in range
    (`optimizer`, `in_range`) comes there soonest.

    Parameters
    ----------
    img : mx.np.ndarray
        Shape (h, w, 3), uint8, from `read_image`: content and style image
        in one.
    settings : Settings
        From `content_only` or `style_only`; the seed is that of the noise.
    callback, every, net
        As for `run`.
    """
    settings = settings.sized(img.shape)
    net = net or network(settings)
    shape: Any = settings.width, settings.height
    noise = numpy.random.RandomState(settings.seed)
    pixels = noise.randint(0, 256, (*shape[::-1], 3))
    start = preprocess(np.array(pixels, dtype='uint8'), shape)
    X = run(img, img, settings, callback, every, net, start)
    objective = find_objective((img, img), settings, net, X.ctx)
    losses_of = objective.losses(net)
    loss, noise_loss = (
        float(losses_of(i)[-1]) for i in (X, start.as_in_ctx(X.ctx))
    )
    return Reconstruction(X, loss, noise_loss)
