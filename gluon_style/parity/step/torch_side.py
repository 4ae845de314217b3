"""The PyTorch side, in float32, as the formulas stand in the book.

The ReLU is not in place: torchvision's is, and overwrites the features that
the PyTorch tab has stored. That edition is a recipe (`features` 'aliased').
"""

from __future__ import annotations

import numpy

from ..torch_net import compute_loss, extract_features, gram, torch, vgg19
from .quantities import BETAS, EPSILON, Case, Quantities, by_name

__all__ = ['VERSION', 'adam_step', 'evaluate', 'inputs']

VERSION = f'torch {torch.__version__}'


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
    contents_Y, _ = extract_features(content_X, net, *case.layers)
    _, styles_Y = extract_features(style_X, net, *case.layers)
    grams_Y = [gram(Y) for Y in styles_Y]
    X.requires_grad_()
    contents, styles = extract_features(X, net, *case.layers)
    losses = compute_loss(
        X, contents, styles, contents_Y, grams_Y, case.settings
    )
    losses[-1].backward()
    return by_name(
        case,
        lambda value: torch.as_tensor(value).detach().numpy(),
        (contents, styles),
        (contents_Y, grams_Y),
        [gram(Y) for Y in styles],
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
