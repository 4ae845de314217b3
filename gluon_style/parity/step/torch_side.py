"""The PyTorch side: the PyTorch tab's network and losses.

Of one step here, in float32; `ladder.torch_tab` makes whole runs of them.
What makes the tab another computation happens as it does there: the in-place
ReLU, torchvision's, overwrites the features that were kept (`features`
'aliased' of a recipe). In a step it is not in place, and the formulas are
those of the book.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy

from ...errors import SystemLibraryError
from ...runs.settings import Settings
from ...vgg.layers import VGG19_LAYERS
from .quantities import (
    BETAS,
    EPSILON,
    Case,
    Quantities,
    by_name,
    loss_factors,
)

try:
    import torch
    from torch import nn
except ImportError:
    raise SystemLibraryError(
        'PyTorch is missing, and this runs the PyTorch tab: install it with '
        "pip install '.[torch]'"
    ) from None

__all__ = ['VERSION', 'adam_step', 'compute_loss', 'evaluate',
           'extract_features', 'extract_targets', 'inputs', 'nn', 'torch',
           'vgg19']  # fmt: skip

VERSION = f'torch {torch.__version__}'


def vgg19(
    convolutions: Mapping[int, tuple[numpy.ndarray, numpy.ndarray]],
    deepest: int,
    pooling: str = 'max',
    inplace: bool = False,
) -> nn.Sequential:
    """Build torchvision's VGG-19 down to layer `deepest`, frozen.

    Parameters
    ----------
    convolutions : mapping
        Kernel (out, in, 3, 3) and bias (out,) by layer index, float32.
    deepest : int
        The index of the last layer.
    pooling : str
        'max' or 'average'.
    inplace : bool
        Whether a ReLU works in place, as torchvision's does, and so
        overwrites the output of the convolution before it.
    """
    net = nn.Sequential()
    for layer in VGG19_LAYERS[: deepest + 1]:
        if layer.is_convolution:
            module: nn.Module = nn.Conv2d(
                layer.in_channels, layer.channels, 3, padding=1
            )
            weight, bias = convolutions[layer.index]
            module.weight.data = torch.from_numpy(weight.copy())
            module.bias.data = torch.from_numpy(bias.copy())
        elif layer.name.startswith('relu'):
            module = nn.ReLU(inplace)
        elif pooling == 'average':
            module = nn.AvgPool2d(2, 2)
        else:
            module = nn.MaxPool2d(2, 2)
        net.append(module)
    return net.requires_grad_(False)


def extract_features(
    X: torch.Tensor,
    net: nn.Sequential,
    content_layers: Sequence[int],
    style_layers: Sequence[int],
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Keep the outputs of some layers; a ReLU in place overwrites them."""
    contents, styles = [], []
    for i, layer in enumerate(net):
        X = layer(X)
        if i in style_layers:
            styles.append(X)
        if i in content_layers:
            contents.append(X)
    return contents, styles


def extract_targets(
    content_X: torch.Tensor,
    style_X: torch.Tensor,
    net: nn.Sequential,
    *layers: Sequence[int],
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return the content image's features, the style's Gram matrices."""
    contents_Y, _ = extract_features(content_X, net, *layers)
    _, styles_Y = extract_features(style_X, net, *layers)
    return contents_Y, [gram(Y) for Y in styles_Y]


def squared_error(Y_hat: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
    """Mean squared difference."""
    return torch.square(Y_hat - Y.detach()).mean()


def gram(X: torch.Tensor) -> torch.Tensor:
    """Gram matrix of (1, c, h, w), divided by c * h * w."""
    flat = X.reshape((X.shape[1], -1))
    return torch.matmul(flat, flat.T) / X.numel()


def tv_loss(X: torch.Tensor) -> torch.Tensor:
    """Half of the mean absolute steps down and across."""
    down = torch.abs(X[:, :, 1:, :] - X[:, :, :-1, :]).mean()
    return 0.5 * (down + torch.abs(X[..., 1:] - X[..., :-1]).mean())


def compute_loss(
    X: torch.Tensor,
    contents: Sequence[torch.Tensor],
    styles: Sequence[torch.Tensor],
    contents_Y: Sequence[torch.Tensor],
    grams_Y: Sequence[torch.Tensor],
    settings: Settings,
) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor, Any]:
    """Weigh the losses; arguments and results as `losses.compute_loss`."""
    by_content, by_style, by_tv, repeats = loss_factors(
        settings, contents, styles
    )
    contents_l = [
        factor * squared_error(Y_hat, Y)
        for factor, Y_hat, Y in zip(by_content, contents, contents_Y)
    ]
    styles_l = [
        factor * squared_error(gram(Y_hat), G)
        for factor, Y_hat, G in zip(by_style, styles, grams_Y)
    ]
    tv_l = by_tv * tv_loss(X)
    # a list times a number repeats the list
    l = sum(repeats * styles_l + contents_l + [tv_l])
    return contents_l, styles_l, tv_l, l


def inputs(case: Case) -> Quantities:
    """Return nothing: how PyTorch's tab reads images, `ladder` compares."""
    return {}


def evaluate(case: Case, dtype: str = 'float32') -> Quantities:
    """Return every quantity but `adam_step`, in float32 or float64."""
    deepest = max(i for layers in case.layers for i in layers)
    net = vgg19(case.convolutions, deepest, case.settings.pooling)
    net = net.to(getattr(torch, dtype))
    content_X, style_X, X = (
        torch.from_numpy(array.astype(dtype))
        for array in (case.content_X, case.style_X, case.X)
    )
    targets = extract_targets(content_X, style_X, net, *case.layers)
    X.requires_grad_()
    features = extract_features(X, net, *case.layers)
    losses = compute_loss(X, *features, *targets, case.settings)
    losses[-1].backward()
    return by_name(
        case,
        lambda value: torch.as_tensor(value).detach().numpy(),
        features,
        targets,
        [gram(Y) for Y in features[1]],
        losses,
        X.grad,
    )


def adam_step(case: Case, gradient: numpy.ndarray) -> numpy.ndarray:
    """Return where torch.optim.Adam's first step takes a picture of zeros."""
    epsilon = EPSILON
    if case.settings.adam_epsilon == 'mxnet':  # the same at the first step
        epsilon /= (1 - BETAS[1]) ** 0.5
    X = torch.zeros(gradient.shape, requires_grad=True)
    X.grad = torch.from_numpy(gradient.astype('float32'))
    torch.optim.Adam([X], case.settings.lr, BETAS, epsilon).step()
    return X.detach().numpy()
