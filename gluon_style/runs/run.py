"""One whole run, from two images to a picture, as a function of settings."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Callable

import numpy

from .._mxnet import mx, nn, np
from ..features import get_contents, get_styles, vgg19_features
from ..images import postprocess, preprocess
from ..losses import compute_loss
from ..training import Callback, EpochRecord, train
from . import variants
from .device import find_device
from .lbfgs import gatys_loss, train_lbfgs
from .settings import Settings, fitted_shape
from .stages import Stage, stages, warm_up

__all__ = ['network', 'run', 'warm_up']


def network(settings: Settings) -> nn.Sequential:
    """Load the network of a run; see `vgg19_features`."""
    net = vgg19_features(
        settings.weights_name,
        settings.content_layers,
        settings.style_layers,
        find_device(settings.device),
    )
    return (
        variants.average_pooling(net) if settings.pooling == 'average' else net
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
        As for `train`; a later stage goes on counting epochs and seconds.
    net : mx.gluon.nn.Sequential, optional
        A network loaded before with the same settings.
    start : mx.np.ndarray, optional
        The picture to start from, as `preprocess` gives it, of the size of
        the result of the first stage and on any device; by default the
        content image.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width); `postprocess` makes it
        visible.
    """
    mx.random.seed(settings.seed)
    nets = {settings.weights_name: net or network(settings)}
    last: EpochRecord | None = None

    def count_on(
        before: EpochRecord | None,
        record: EpochRecord,
        picture: Callable[[], numpy.ndarray],
    ) -> None:
        nonlocal last
        last = record if before is None else _after(before, record)
        if callback:
            callback(last, picture)

    for stage in stages(settings.sized(content_img.shape)):
        name = stage.settings.weights_name
        if name not in nets:
            nets[name] = network(stage.settings)
        note = partial(count_on, last) if callback else None
        images = content_img, style_img
        start = _descend(images, stage, nets[name], start, note, every)
    return start


def _after(before: EpochRecord, record: EpochRecord) -> EpochRecord:
    return replace(
        record,
        epoch=before.epoch + record.epoch,
        seconds=before.seconds + record.seconds,
    )


def _descend(
    images: tuple[np.ndarray, np.ndarray],
    stage: Stage,
    net: nn.Sequential,
    start: np.ndarray | None,
    callback: Callback | None,
    every: int,
) -> np.ndarray:
    settings = stage.settings
    device, layers = find_device(settings.device), _layers(settings)
    shape = fitted_shape(settings, images[0].shape)
    if settings.resize == 'pillow':
        images = tuple(variants.resize_antialiased(i, shape) for i in images)
    X, contents_Y = get_contents(images[0], net, shape, device, **layers)
    _, styles_Y = get_styles(images[1], net, shape, device, **layers)
    if stage.start == 'enlarged':
        start = preprocess(postprocess(start) * 255, shape)
    if start is not None:
        X = start.as_in_ctx(device)
    features = X, contents_Y, styles_Y, net
    options = {'every': every, 'loss_weights': settings.loss_weights, **layers}
    if settings.optimizer == 'l-bfgs':
        gatys = settings.loss == 'gatys'
        options['compute_loss'] = gatys_loss if gatys else compute_loss
        return train_lbfgs(*features, settings.epochs, callback, **options)
    pytorch = settings.adam_epsilon == 'pytorch'
    return train(
        *features,
        device,
        settings.lr,
        settings.epochs,
        settings.lr_decay_epoch,
        callback,
        lr_decay=settings.lr_decay,
        optimizer='pytorchadam' if pytorch else 'adam',
        **options,
    )


def _layers(settings: Settings) -> dict[str, Any]:
    content_layers, style_layers = variants.compared_layers(settings)
    return {'content_layers': content_layers, 'style_layers': style_layers}
