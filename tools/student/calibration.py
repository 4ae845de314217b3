"""Rescale a student so that the chapter's loss weights fit it."""

from __future__ import annotations

from typing import Sequence

import numpy

from gluon_style._mxnet import nn, np

from .imitation import grams
from .narrow import (
    CONVOLUTIONS,
    FILTERS,
    Convolutions,
    convolutions,
    narrow_vgg19,
    set_convolutions,
)
from .rescaling import channel_lengths, loss_scales, rescaled

__all__ = ['calibrated', 'pair_losses']


def pair_losses(net: nn.Sequential, X: np.ndarray) -> dict:
    """Compare each picture of a batch with the next one, layer by layer.

    Returns
    -------
    dict of int to (content losses, style losses)
        By layer: the chapter's losses without weights, shape (b - 1,).
    """
    losses = {}
    for i in range(max(CONVOLUTIONS) + 1):
        X = net[i](X)
        if i in CONVOLUTIONS:
            gram = grams(X)
            losses[i] = (
                np.square(X[1:] - X[:-1]).mean((1, 2, 3)).asnumpy(),
                np.square(gram[1:] - gram[:-1]).mean((1, 2)).asnumpy(),
            )
    return losses


def calibrated(
    net: nn.Sequential,
    heads: nn.Sequential,
    teacher: nn.Sequential,
    X: np.ndarray,
    filters: Sequence[int] = FILTERS,
) -> Convolutions:
    """Return the student's convolutions at the scale of the teacher's losses.

    Parameters
    ----------
    net, heads, teacher : mx.gluon.nn.Sequential
        The student, its 1x1 convolutions, and what it imitates.
    X : mx.np.ndarray
        Pictures to compare with one another, shape (b, 3, h, w).
    """
    kernels = [head.weight.data().asnumpy() for head in heads]
    lengths = channel_lengths(kernels)
    values = rescaled(convolutions(net), lengths)
    scaled = narrow_vgg19(filters)
    set_convolutions(scaled, values)
    scales = loss_scales(pair_losses(scaled, X), pair_losses(teacher, X))
    return rescaled(
        values,
        {
            i: numpy.full(len(bias), scales[i], 'float32')
            for i, (_, bias) in values.items()
        },
    )
