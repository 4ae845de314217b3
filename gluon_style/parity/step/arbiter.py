"""The arbiter: every quantity once more, in float64, in NumPy alone.

Nothing here is shared with `gluon_style.features` or `gluon_style.losses`:
the network and the formulas stand here as the chapter defines them, with
their gradients written out. float64 has nine digits more than float32, so
what it says is exact here. tests/test_parity_lab.py holds the gradient
against differences of the losses and against PyTorch in float64.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy
from numpy.lib.stride_tricks import sliding_window_view

from ...vgg.layers import VGG19_LAYERS
from .quantities import (
    BETAS,
    EPSILON,
    Case,
    Quantities,
    by_name,
    loss_factors,
    moved,
)

__all__ = ['VERSION', 'adam_step', 'evaluate', 'inputs']

VERSION = f'NumPy {numpy.__version__}'
CHUNK = 1 << 23  # values in the columns of a convolution: 64 MB
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def bilinear(old: int, new: int, antialias: bool) -> numpy.ndarray:
    """Return the matrix (new, old) that resizes a line bilinearly.

    Pixels have their centres at i + 1/2. With `antialias` the triangle
    is as wide as a new pixel when it shrinks (Pillow), without it as wide as
    an old one (OpenCV).
    """
    scale = old / new
    reach = max(scale, 1.0) if antialias else 1.0
    centres = (numpy.arange(new)[:, None] + 0.5) * scale
    steps = (numpy.arange(old)[None] + 0.5 - centres) / reach
    matrix = numpy.maximum(1 - abs(steps), 0)
    return matrix / matrix.sum(axis=1, keepdims=True)


def preprocess(
    img: numpy.ndarray, shape: tuple[int, int], antialias: bool
) -> numpy.ndarray:
    """Resize (without rounding) and standardise an image (h, w, 3)."""
    down = bilinear(img.shape[0], shape[1], antialias)
    across = bilinear(img.shape[1], shape[0], antialias)
    resized = numpy.einsum(
        'yh,hwc,xw->cyx', down, img.astype('float64'), across, optimize=True
    )
    mean, std = (numpy.array(i)[:, None, None] for i in (MEAN, STD))
    return ((resized / 255 - mean) / std)[None]


def inputs(case: Case) -> Quantities:
    """Return `content_X`, `style_X` and `X` of the case's images."""
    antialias = case.settings.resize == 'pillow'
    size: Any = case.settings.width, case.settings.height
    content, style = (preprocess(i, size, antialias) for i in case.images)
    X = moved(case.content_X.astype('float64'))
    return {'content_X': content, 'style_X': style, 'X': X}


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
    blocks = blocks.reshape(c, h, w, 2, 2).transpose(0, 1, 3, 2, 4)
    X[:, : 2 * h, : 2 * w] = blocks.reshape(c, 2 * h, 2 * w)
    return X


def forward(
    case: Case, X: numpy.ndarray, kept: Sequence[int]
) -> tuple[dict[int, numpy.ndarray], list[Any]]:
    """Run a picture (1, 3, h, w) through the network.

    Returns
    -------
    features : dict of int to numpy.ndarray
        The outputs (c, h, w) of the layers kept, in the network's order.
    tape : list
        What `backward` needs of each layer.
    """
    X, features, tape = X[0].astype('float64'), {}, []
    for layer in VGG19_LAYERS[: max(kept, default=-1) + 1]:
        if layer.is_convolution:
            kernel, bias = case.convolutions[layer.index]
            memory = kernel.astype('float64')
            X = convolve(X, memory, bias)
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


def gram(X: numpy.ndarray) -> numpy.ndarray:
    """Return the Gram matrix of (c, h, w), divided by c * h * w."""
    flat = X.reshape(len(X), -1)
    return flat @ flat.T / X.size


def tv(X: numpy.ndarray) -> tuple[float, numpy.ndarray]:
    """Return the total variation of (1, 3, h, w) and its gradient."""
    value, gradient = 0.0, numpy.zeros(X.shape)
    for axis in (2, 3):
        step = numpy.diff(X, axis=axis)
        value += 0.5 * float(abs(step).mean())
        part = 0.5 * numpy.sign(step) / step.size
        back = [(0, 0)] * 4
        back[axis] = (1, 1)
        gradient -= numpy.diff(numpy.pad(part, back), axis=axis)
    return value, gradient


def content_term(
    Y_hat: numpy.ndarray, Y: numpy.ndarray, factor: float
) -> tuple[float, numpy.ndarray]:
    """Return a layer's content loss and its gradient by the features."""
    difference = Y_hat - Y
    loss = factor * numpy.square(difference).mean()
    return loss, factor * 2 * difference / Y.size


def style_term(
    Y_hat: numpy.ndarray, G_Y: numpy.ndarray, factor: float
) -> tuple[float, numpy.ndarray]:
    """Return a layer's style loss and its gradient by the features."""
    loss, by_gram = content_term(gram(Y_hat), G_Y, factor)
    by_features = 2 * by_gram @ Y_hat.reshape(len(Y_hat), -1) / Y_hat.size
    return loss, by_features.reshape(Y_hat.shape)


def _plain(value: Any) -> numpy.ndarray:
    # feature maps here have no batch
    array = numpy.asarray(value)
    return array[None] if array.ndim == 3 else array


def evaluate(case: Case) -> Quantities:
    """Return every quantity but `adam_step`, in float64."""
    content, style = case.layers
    contents_Y = [*forward(case, case.content_X, content)[0].values()]
    styles_Y = forward(case, case.style_X, style)[0].values()
    grams_Y = [gram(Y) for Y in styles_Y]
    X = case.X.astype('float64')
    features, tape = forward(case, X, [*content, *style])
    contents = [features[i] for i in content]
    styles = [features[i] for i in style]
    by_content, by_style, by_tv, repeats = loss_factors(
        case.settings, contents, styles
    )
    terms = (
        [content_term(*i) for i in zip(contents, contents_Y, by_content)],
        [style_term(*i) for i in zip(styles, grams_Y, by_style)],
    )
    gradients = {i: gradient for i, (_, gradient) in zip(content, terms[0])}
    for i, (_, gradient) in zip(style, terms[1]):
        gradients[i] = gradients.get(i, 0.0) + repeats * gradient
    contents_l, styles_l = ([loss for loss, _ in i] for i in terms)
    tv_l, tv_gradient = (by_tv * i for i in tv(X))
    total = sum(contents_l) + repeats * sum(styles_l) + tv_l
    return by_name(
        case,
        _plain,
        (contents, styles),
        (contents_Y, grams_Y),
        [gram(Y) for Y in styles],
        (contents_l, styles_l, tv_l, total),
        backward(tape, gradients) + tv_gradient,
    )


def adam_step(case: Case, gradient: numpy.ndarray) -> numpy.ndarray:
    """Return where Adam's first step takes a picture of zeros."""
    gradient = gradient.astype('float64')
    beta1, beta2 = BETAS
    m, v = (1 - beta1) * gradient, (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    epsilon = EPSILON
    if case.settings.adam_epsilon == 'mxnet':  # beside the uncorrected v
        epsilon /= (1 - beta2) ** 0.5
    return -case.settings.lr * m_hat / (numpy.sqrt(v_hat) + epsilon)
