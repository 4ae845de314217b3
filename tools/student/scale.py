"""Give the student's layers the scale at which the chapter's weights fit.

A ReLU network computes the same if a channel's kernel is multiplied by a
number above 0 and the next layer's divided by it. That freedom is used
twice: each channel of a tapped layer gets the weight that the teacher's
channels give it (the length of its column in the 1x1 head), so that
distances between student features are nearly distances between teacher
features; and each layer as a whole gets the scale at which its losses have
the size of the teacher's.
"""

from __future__ import annotations

from typing import Mapping, Sequence

import numpy

from gluon_style._mxnet import nn, np
from gluon_style.errors import TrainingError

from .narrow import (
    CONVOLUTIONS,
    TAPS,
    Convolutions,
    convolutions,
    grams,
    narrow_vgg19,
    set_convolutions,
)

CONTENT_LAYER = 25  # conv4_4
# by layer: content losses, style losses
Losses = Mapping[int, 'tuple[numpy.ndarray, numpy.ndarray]']


def calibrated(
    net: nn.Sequential,
    heads: nn.Sequential,
    teacher: nn.Sequential,
    X: np.ndarray,
    filters: Sequence[int],
) -> nn.Sequential:
    """Return the student at the scale of the teacher's losses, frozen.

    `net` has `filters` channels by block, `heads` are its 1x1 convolutions;
    the pictures `X`, (b, 3, h, w), are compared with one another.
    """
    kernels = [head.weight.data().asnumpy() for head in heads]
    values = rescaled(convolutions(net), channel_lengths(kernels))
    scaled = narrow_vgg19(filters)
    set_convolutions(scaled, values)
    scales = loss_scales(pair_losses(scaled, X), pair_losses(teacher, X))
    per_channel = {
        i: numpy.full(len(bias), scales[i], 'float32')
        for i, (_, bias) in values.items()
    }
    set_convolutions(scaled, rescaled(values, per_channel))
    scaled.collect_params().setattr('grad_req', 'null')
    return scaled


def rescaled(
    convolutions: Convolutions, scales: Mapping[int, numpy.ndarray]
) -> dict[int, tuple[numpy.ndarray, numpy.ndarray]]:
    """Multiply the channels of some layers, and undo it in the next layer.

    Layer i of the network returned gives `scales[i]`, shape (channels,),
    times what it gave; layers without scales give what they gave.

    Raises
    ------
    TrainingError
        A factor is not above 0, and no ReLU would let it pass.
    """
    result = {}
    undo = numpy.ones(3)
    for i, (kernel, bias) in convolutions.items():
        scale = numpy.asarray(scales.get(i, numpy.ones(len(bias))))
        if not (scale > 0).all():
            raise TrainingError(
                f'layer {i} got a scale that is not above 0: train the '
                'student longer, or again with another seed'
            )
        new = kernel * scale[:, None, None, None] / undo[:, None, None]
        result[i] = (new.astype('float32'), (bias * scale).astype('f'))
        undo = scale
    return result


def channel_lengths(
    heads: Sequence[numpy.ndarray],
) -> dict[int, numpy.ndarray]:
    """Return how much each student channel counts for the teacher, by tap.

    `heads` are the kernels of the 1x1 convolutions, (teacher's channels,
    student's channels, 1, 1). Channels that count for nearly nothing are
    kept above a hundredth of the mean, for the next layer divides by it.
    """
    lengths = {}
    for i, kernel in zip(TAPS, heads):
        length = numpy.linalg.norm(kernel[:, :, 0, 0], axis=0)
        lengths[i] = numpy.maximum(length, 0.01 * length.mean())
    return lengths


def pair_losses(net: nn.Sequential, X: np.ndarray) -> Losses:
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


def loss_scales(student: Losses, teacher: Losses) -> dict[int, float]:
    """Find the scale of each layer at which its losses are the teacher's.

    A content loss grows with the square of a layer's scale, a style loss
    with its fourth power. The content layer (conv4_4) is scaled by its
    content loss, the others by their style loss; by the median over the
    pairs of pictures, which are the same for both.
    """
    scales = {}
    for i in CONVOLUTIONS:
        kind, power = (0, 2) if i == CONTENT_LAYER else (1, 4)
        ratio = teacher[i][kind] / student[i][kind]
        scales[i] = float(numpy.median(ratio)) ** (1 / power)
    return scales
