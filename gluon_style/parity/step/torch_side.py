"""The PyTorch side, in float32, as the formulas stand in the book.

The ReLU is not in place: torchvision's is, and overwrites the features that
the PyTorch tab has stored. That edition is a recipe (`features` 'aliased').
"""

from __future__ import annotations

from typing import Any

import numpy

from ...vgg.layers import VGG19_LAYERS
from .quantities import (
    BETAS,
    EPSILON,
    Case,
    Computed,
    ParityError,
    Quantities,
    by_name,
    loss_factors,
)

__all__ = ['adam_step', 'evaluate', 'load', 'version']


def load() -> Any:
    """Import PyTorch.

    Raises
    ------
    ParityError
        It is not installed.
    """
    try:
        import torch
    except ImportError:
        raise ParityError(
            'PyTorch is not installed: install it (pip install '
            "'gluon-style[torch]'), or compare with the float64 arbiter "
            'alone: --against arbiter'
        ) from None
    return torch


def version() -> str:
    """Return 'torch' and its version."""
    return f'torch {load().__version__}'


def features(
    case: Case, X: Any, convolutions: dict[int, Any]
) -> tuple[list[Any], list[Any]]:
    """Return the outputs of the content and of the style layers."""
    F = load().nn.functional
    pool = F.avg_pool2d if case.settings.pooling == 'average' else F.max_pool2d
    outputs = {}
    deepest = max(i for layers in case.layers for i in layers)
    for layer in VGG19_LAYERS[: deepest + 1]:
        if layer.is_convolution:
            kernel, bias = convolutions[layer.index]
            X = F.conv2d(X, kernel, bias, padding=1)
        elif layer.name.startswith('relu'):
            X = F.relu(X)
        else:
            X = pool(X, 2)
        outputs[layer.index] = X
    content, style = ([outputs[i] for i in layers] for layers in case.layers)
    return content, style


def gram(X: Any) -> Any:
    """Return the Gram matrix of (1, c, h, w), divided by c * h * w."""
    flat = X.reshape(X.shape[1], -1)
    return flat @ flat.T / X.numel()


def tv(X: Any) -> Any:
    """Return the total variation of (1, 3, h, w)."""
    down = (X[:, :, 1:, :] - X[:, :, :-1, :]).abs().mean()
    return 0.5 * (down + (X[:, :, :, 1:] - X[:, :, :, :-1]).abs().mean())


def evaluate(case: Case, dtype: str = 'float32') -> Quantities:
    """Return every quantity but `adam_step`, in float32 or float64."""
    torch = load()
    mse = torch.nn.functional.mse_loss

    def tensor(array: numpy.ndarray) -> Any:
        return torch.from_numpy(array.astype(dtype))

    convolutions = {
        i: tuple(tensor(array) for array in pair)
        for i, pair in case.convolutions.items()
    }
    with torch.no_grad():
        content_X, style_X = tensor(case.content_X), tensor(case.style_X)
        contents_Y, _ = features(case, content_X, convolutions)
        _, styles_Y = features(case, style_X, convolutions)
        grams_Y = [gram(Y) for Y in styles_Y]
    X = tensor(case.X).requires_grad_()
    contents, styles = features(case, X, convolutions)
    by_content, by_style, by_tv, repeats = loss_factors(case, contents, styles)
    grams = [gram(Y) for Y in styles]
    contents_l = [
        factor * mse(Y_hat, Y)
        for factor, Y_hat, Y in zip(by_content, contents, contents_Y)
    ]
    styles_l = [
        factor * mse(G_hat, G)
        for factor, G_hat, G in zip(by_style, grams, grams_Y)
    ]
    tv_l = by_tv * tv(X)
    l = sum(repeats * styles_l + contents_l + [tv_l])
    l.backward()
    computed = Computed(
        contents, styles, contents_Y, grams, grams_Y, contents_l, styles_l,
        tv_l, l, X.grad,
    )  # fmt: skip
    return by_name(
        case, computed, lambda i: torch.as_tensor(i).detach().numpy()
    )


def adam_step(case: Case, gradient: numpy.ndarray) -> numpy.ndarray:
    """Return where torch.optim.Adam's first step takes a picture of zeros."""
    torch = load()
    epsilon = EPSILON
    if case.settings.adam_epsilon == 'mxnet':  # the same at the first step
        epsilon /= (1 - BETAS[1]) ** 0.5
    X = torch.zeros(gradient.shape, requires_grad=True)
    X.grad = torch.from_numpy(gradient.astype('float32'))
    torch.optim.Adam([X], case.settings.lr, BETAS, epsilon).step()
    return X.detach().numpy()
