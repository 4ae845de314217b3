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

from .narrow import CONVOLUTIONS, TAPS, Convolutions

__all__ = ['channel_lengths', 'loss_scales', 'rescaled']


def rescaled(
    convolutions: Convolutions, scales: Mapping[int, numpy.ndarray]
) -> dict[int, tuple[numpy.ndarray, numpy.ndarray]]:
    """Multiply the channels of some layers, and undo it in the next layer.

    Parameters
    ----------
    convolutions : mapping of int to (kernel, bias)
        By layer index, in order.
    scales : mapping of int to array
        Factors above 0, shape (channels,), for some of the layers.

    Returns
    -------
    dict of int to (kernel, bias)
        A network whose layer i gives `scales[i]` times what it gave.
    """
    result = {}
    undo = numpy.ones(3)
    for i, (kernel, bias) in convolutions.items():
        scale = numpy.asarray(scales.get(i, numpy.ones(len(bias))))
        if not (scale > 0).all():
            raise ValueError(f'layer {i}: a scale that is not above 0')
        new = kernel * scale[:, None, None, None] / undo[:, None, None]
        result[i] = (new.astype('float32'), (bias * scale).astype('f'))
        undo = scale
    return result


def channel_lengths(heads: Sequence[numpy.ndarray]) -> dict:
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


def loss_scales(
    student: Mapping[int, tuple[numpy.ndarray, numpy.ndarray]],
    teacher: Mapping[int, tuple[numpy.ndarray, numpy.ndarray]],
) -> dict[int, float]:
    """Find the scale of each layer at which its losses are the teacher's.

    Parameters
    ----------
    student, teacher : mapping of int to (content losses, style losses)
        By layer: the losses of the same pairs of pictures.

    Returns
    -------
    dict of int to float
        A content loss grows with the square of a layer's scale, a style
        loss with its fourth power. The content layer (conv4_4) is scaled
        by its content loss, the others by their style loss; by the median
        over the pairs.
    """
    scales = {}
    for i in CONVOLUTIONS:
        kind, power = (0, 2) if i == 25 else (1, 4)
        ratio = teacher[i][kind] / student[i][kind]
        scales[i] = float(numpy.median(ratio)) ** (1 / power)
    return scales
