"""One whole run, from two images to a picture, as a function of settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import numpy

from .._mxnet import mx, nn, np
from ..features import get_contents, get_styles, vgg19_features
from ..images import postprocess, preprocess
from ..losses import LossWeights, compute_loss
from ..training import Callback, EpochRecord, train
from . import variants
from .device import find_device
from .lbfgs import gatys_loss, train_lbfgs
from .settings import Settings, fitted_shape

__all__ = ['network', 'run', 'warm_up']


def network(settings: Settings) -> nn.Sequential:
    """Load the network of a run; see `vgg19_features`."""
    weights = settings.weights
    net = vgg19_features(
        f'random:{settings.seed}' if weights == 'random' else weights,
        settings.content_layers,
        settings.style_layers,
        find_device(settings.device),
    )
    return (
        variants.average_pooling(net) if settings.pooling == 'average' else net
    )


def warm_up(settings: Settings) -> Settings:
    """Return the settings of the run that gives a warm start its picture."""
    epochs = settings.warm_start_epochs
    decay = round(settings.lr_decay_epoch * epochs / settings.epochs)
    return replace(
        settings,
        weights=settings.warm_start,
        warm_start=None,
        epochs=epochs,
        lr_decay_epoch=max(1, decay),
    )


def run(
    content_img: np.ndarray,
    style_img: np.ndarray,
    settings: Settings = Settings(),
    callback: Callback | None = None,
    every: int = 10,
    net: nn.Sequential | None = None,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Give the content image the style of the other.

    Parameters
    ----------
    content_img, style_img : mx.np.ndarray
        Shape (h, w, 3), uint8, from `read_image`; of any sizes.
    settings : Settings
        The chapter's by default.
    callback, every
        As for `train`; a later stage goes on counting epochs.
    net : mx.gluon.nn.Sequential, optional
        A network loaded before with the same settings.
    start : mx.np.ndarray, optional
        The picture to start from, as `preprocess` gives it, of the size of
        the result of the first stage; by default the content image.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width); `postprocess` makes it
        visible.
    """
    mx.random.seed(settings.seed)
    net = net or network(settings)
    width, height = fitted_shape(settings, content_img.shape)
    images, shape = (content_img, style_img), (width, height)
    if settings.warm_start:
        first = warm_up(settings)
        net_of_first = network(first)
        stage = (images, shape, first, callback, every, net_of_first, start)
        start = _stage(*stage)
        callback = _counting_on(callback, first.epochs)
    output = _stage(images, shape, settings, callback, every, net, start)
    if settings.second_scale:
        shape = (width * settings.second_scale, height * settings.second_scale)
        second = replace(
            settings,
            epochs=settings.second_epochs,
            lr_decay_epoch=settings.second_lr_decay_epoch,
        )
        start = preprocess(postprocess(output) * 255, shape)
        later = _counting_on(callback, settings.epochs)
        output = _stage(images, shape, second, later, every, net, start)
    return output


def _stage(
    images: tuple[np.ndarray, np.ndarray],
    shape: tuple[int, int],
    settings: Settings,
    callback: Callback | None,
    every: int,
    net: nn.Sequential,
    start: np.ndarray | None = None,
) -> np.ndarray:
    device = find_device(settings.device)
    if settings.resize == 'pillow':
        images = tuple(variants.resize_antialiased(i, shape) for i in images)
    layers = variants.compared_layers(settings)
    X, contents_Y = get_contents(images[0], net, shape, device, *layers)
    _, styles_Y = get_styles(images[1], net, shape, device, *layers)
    options: dict[str, Any] = {
        'every': every,
        'content_layers': layers[0],
        'style_layers': layers[1],
        'loss_weights': LossWeights(
            settings.content_weight,
            settings.style_weight,
            settings.tv_weight,
            settings.style_repeats,
        ),
    }
    features = (X if start is None else start, contents_Y, styles_Y, net)
    if settings.optimizer == 'l-bfgs':
        gatys = settings.loss == 'gatys'
        options['compute_loss'] = gatys_loss if gatys else compute_loss
        return train_lbfgs(*features, settings.epochs, callback, **options)
    if settings.adam_epsilon == 'pytorch':
        options['optimizer'] = 'pytorchadam'
    return train(
        *features,
        device,
        settings.lr,
        settings.epochs,
        settings.lr_decay_epoch,
        callback,
        lr_decay=settings.lr_decay,
        **options,
    )


def _counting_on(callback: Callback | None, epochs: int) -> Callback | None:
    if callback is None:
        return None

    def later(
        record: EpochRecord, picture: Callable[[], numpy.ndarray]
    ) -> object:
        return callback(replace(record, epoch=record.epoch + epochs), picture)

    return later
