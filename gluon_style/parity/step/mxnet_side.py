"""The MXNet side: the chapter's own functions, as a run calls them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy

from ..._mxnet import autograd, mx, np
from ...features import extract_features
from ...images import preprocess, read_image
from ...losses import compute_loss, gram
from ...runs import variants
from ...runs.device import find_device
from ...runs.lbfgs import gatys_loss
from ...runs.precision import bfloat16_network
from ...runs.run import network
from ...runs.settings import Settings
from ...runs.variants import compared_layers
from ...synthesis import get_inits
from ...vgg.layers import layer_index
from ...vgg.weights import load_weights
from .quantities import Case, Quantities, by_name, moved

__all__ = ['VERSION', 'adam_step', 'evaluate', 'inputs', 'make_case']

VERSION = f'mxnet {mx.__version__}'


def make_case(
    content: Path,
    style: Path,
    settings: Settings,
    fed: Quantities | None = None,
) -> Case:
    """Read the images and the weights.

    Parameters
    ----------
    content, style : Path
        Files of images.
    settings : Settings
        With width and height.
    fed : dict, optional
        `content_X`, `style_X` and `X` to use instead of those that MXNet
        makes of the images.
    """
    settings = replace(settings, weights=settings.weights_name)
    content_layers, style_layers = (
        sorted({layer_index(i) for i in chosen})
        for chosen in compared_layers(settings)
    )
    images = read_image(content).asnumpy(), read_image(style).asnumpy()
    if fed is None:
        fed = _resized(images, settings)
        fed['X'] = moved(fed['content_X'])
    loaded = load_weights(settings.weights, settings.deepest.index)
    return Case(
        settings,
        images,
        fed['content_X'],
        fed['style_X'],
        fed['X'],
        loaded.convolutions,
        (content_layers, style_layers),
        str(loaded.origin),
    )


def _resized(
    images: tuple[numpy.ndarray, numpy.ndarray], settings: Settings
) -> Quantities:
    shape: Any = settings.width, settings.height
    pictures = [np.array(img, dtype='uint8') for img in images]
    if settings.resize == 'pillow':
        pictures = [variants.resize_antialiased(i, shape) for i in pictures]
    content, style = (preprocess(i, shape).asnumpy() for i in pictures)
    return {'content_X': content, 'style_X': style}


def inputs(case: Case) -> Quantities:
    """Return `content_X`, `style_X` and `X` of the case's images."""
    resized = _resized(case.images, case.settings)
    return {**resized, 'X': moved(case.content_X)}


def evaluate(case: Case, bfloat16: bool = False) -> Quantities:
    """Return every quantity but `adam_step`, in float32.

    Parameters
    ----------
    case : Case
        What to compute.
    bfloat16 : bool
        Whether X goes through the network in bfloat16, as in a run of that
        precision; the targets never do.
    """
    settings = case.settings
    device = find_device(settings.device)
    net = network(settings)
    content_X, style_X, X = (
        np.array(i, dtype='float32', ctx=device)
        for i in (case.content_X, case.style_X, case.X)
    )
    contents_Y, _ = extract_features(content_X, net, *case.layers)
    _, styles_Y = extract_features(style_X, net, *case.layers)
    grams_Y = [gram(Y) for Y in styles_Y]
    weigh = gatys_loss if settings.loss == 'gatys' else compute_loss
    if bfloat16:
        net = bfloat16_network(net, [*case.layers[0], *case.layers[1]])
    X.attach_grad()
    with autograd.record():
        features = extract_features(X, net, *case.layers)
        losses = weigh(
            X, *features, contents_Y, grams_Y, settings.loss_weights
        )
    losses[-1].backward()
    grams = [gram(Y) for Y in features[1]]
    targets = contents_Y, grams_Y
    return by_name(case, _plain, features, targets, grams, losses, X.grad)


def _plain(value: Any) -> numpy.ndarray:
    # a sum of no losses is Python's 0
    plain = value.asnumpy() if hasattr(value, 'asnumpy') else value
    return numpy.asarray(plain, 'float32')


def adam_step(case: Case, gradient: numpy.ndarray) -> numpy.ndarray:
    """Return where the trainer's first step takes a picture of zeros."""
    device = find_device(case.settings.device)
    pytorchs = case.settings.adam_epsilon == 'pytorch'
    X, _, trainer = get_inits(
        np.zeros(gradient.shape, ctx=device),
        device,
        case.settings.lr,
        [],
        'pytorchadam' if pytorchs else 'adam',
    )
    with autograd.record():  # a sum whose gradient is the one given
        l = (X * np.array(gradient, dtype='float32', ctx=device)).sum()
    l.backward()
    trainer.step(1)
    return X.asnumpy()
