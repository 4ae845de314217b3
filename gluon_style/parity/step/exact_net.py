"""VGG-19 in float64 and NumPy alone, there and back to the pixels."""

from __future__ import annotations

from typing import Any, Sequence

import numpy
from numpy.lib.stride_tricks import sliding_window_view

from ...vgg.layers import VGG19_LAYERS
from .quantities import Case

__all__ = ['backward', 'convolve', 'forward', 'pool', 'unpool']

CHUNK = 1 << 23  # values in the columns of a convolution: 64 MB


def convolve(
    X: numpy.ndarray, kernel: numpy.ndarray, bias: Any
) -> numpy.ndarray:
    """Correlate (c, h, w) with a kernel (out, c, 3, 3), zeros around."""
    channels, height, width = X.shape
    padded = numpy.pad(X, ((0, 0), (1, 1), (1, 1)))
    both: Any = (1, 2)  # NumPy's annotation knows one axis
    windows = sliding_window_view(padded, (3, 3), axis=both)
    Y = numpy.empty((len(kernel), height, width))
    rows = max(1, CHUNK // (9 * channels * width))
    for i in range(0, height, rows):
        Y[:, i : i + rows] = numpy.tensordot(
            kernel, windows[:, i : i + rows], ([1, 2, 3], [0, 3, 4])
        )
    return Y + numpy.reshape(bias, (-1, 1, 1))


def pool(X: numpy.ndarray, kind: str) -> tuple[numpy.ndarray, Any]:
    """Halve (c, h, w); return what `unpool` needs as well."""
    c, h, w = X.shape[0], X.shape[1] // 2, X.shape[2] // 2
    blocks = X[:, : 2 * h, : 2 * w].reshape(c, h, 2, w, 2)
    blocks = blocks.transpose(0, 1, 3, 2, 4).reshape(c, h, w, 4)
    if kind == 'average':
        return blocks.mean(axis=3), (X.shape, None)
    chosen = blocks.argmax(axis=3)[..., None]
    Y = numpy.take_along_axis(blocks, chosen, axis=3)[..., 0]
    return Y, (X.shape, chosen.astype('int8'))


def unpool(gradient: numpy.ndarray, memory: Any) -> numpy.ndarray:
    """Take the gradient of a pooled map back to the map."""
    shape, chosen = memory
    c, h, w = gradient.shape
    if chosen is None:
        blocks = numpy.repeat(gradient[..., None] / 4, 4, axis=3)
    else:
        blocks = (numpy.arange(4) == chosen) * gradient[..., None]
    X = numpy.zeros(shape)
    X[:, : 2 * h, : 2 * w] = (
        blocks.reshape(c, h, w, 2, 2)
        .transpose(0, 1, 3, 2, 4)
        .reshape(c, 2 * h, 2 * w)
    )
    return X


def forward(
    case: Case, X: numpy.ndarray, kept: Sequence[int]
) -> tuple[dict[int, numpy.ndarray], list[Any]]:
    """Run a picture (1, 3, h, w) through the network.

    Returns
    -------
    features : dict of int to numpy.ndarray
        The outputs (c, h, w) of the layers kept.
    tape : list
        What `backward` needs of each layer.
    """
    X, features, tape = X[0].astype('float64'), {}, []
    for layer in VGG19_LAYERS[: max(kept) + 1]:
        if layer.is_convolution:
            kernel, bias = case.convolutions[layer.index]
            kernel = kernel.astype('float64')
            X, memory = convolve(X, kernel, bias), kernel
        elif layer.name.startswith('relu'):
            memory = X > 0
            X = X * memory
        else:
            X, memory = pool(X, case.settings.pooling)
        tape.append(memory)
        if layer.index in kept:
            features[layer.index] = X
    return features, tape


def backward(
    tape: list[Any], gradients: dict[int, numpy.ndarray]
) -> numpy.ndarray:
    """Take the gradients by the layers' outputs back to the pixels."""
    gradient: Any = 0.0
    for layer in reversed(VGG19_LAYERS[: len(tape)]):
        gradient = gradient + gradients.get(layer.index, 0.0)
        memory = tape[layer.index]
        if layer.is_convolution:
            turned = memory.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
            gradient = convolve(gradient, turned, 0.0)
        elif layer.name.startswith('relu'):
            gradient = gradient * memory
        else:
            gradient = unpool(gradient, memory)
    return gradient[None]
