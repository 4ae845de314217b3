"""The arbiter: every quantity once more, in float64, in NumPy alone.

Nothing here is shared with `gluon_style.features` or `gluon_style.losses`:
the formulas stand here as the chapter defines them, with their gradients
written out. float64 has nine digits more than float32, so what it says is
exact here. tests/test_parity_lab.py holds the gradient against differences
of the losses and against PyTorch in float64.
"""

from __future__ import annotations

from typing import Any

import numpy

from .exact_net import backward, forward
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
    content, style = (
        preprocess(img, case.shape, antialias) for img in case.images
    )
    X = moved(case.content_X.astype('float64'))
    return {'content_X': content, 'style_X': style, 'X': X}


def gram(X: numpy.ndarray) -> numpy.ndarray:
    """Return the Gram matrix of (c, h, w), divided by c * h * w."""
    flat = X.reshape(len(X), -1)
    return flat @ flat.T / X.size


def tv(X: numpy.ndarray) -> tuple[float, numpy.ndarray]:
    """Return the total variation of (1, 3, h, w) and its gradient."""
    value, gradient = 0.0, numpy.zeros(X.shape)
    for axis in (2, 3):
        step = numpy.diff(X, axis=axis)
        value += 0.5 * abs(step).mean()
        part = 0.5 * numpy.sign(step) / step.size
        back = [(0, 0)] * 4
        back[axis] = (1, 1)
        gradient -= numpy.diff(numpy.pad(part, back), axis=axis)
    return value, gradient


def outputs(
    case: Case, X: numpy.ndarray, layers: list[int]
) -> list[numpy.ndarray]:
    """Return the outputs (c, h, w) of some layers, or of none."""
    features = forward(case, X, layers)[0] if layers else {}
    return [features[i] for i in layers]


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
    contents_Y = outputs(case, case.content_X, content)
    grams_Y = [gram(Y) for Y in outputs(case, case.style_X, style)]
    X = case.X.astype('float64')
    features, tape = forward(case, X, [*content, *style])
    contents, styles = (
        [features[i] for i in chosen] for chosen in case.layers
    )
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
