"""One whole run, from two images to a picture, as a function of settings."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import Any, Callable

from .._mxnet import mx, nn, np
from .._mxnet.arrays import check_finite
from .._mxnet.trainer_state import KeptState
from ..errors import CheckpointError, check_counts
from ..features import vgg19_features
from ..images import clip_to_range, postprocess, preprocess
from ..training import Callback, State, train
from . import variants
from .counting import Counter
from .device import find_device
from .lbfgs import train_lbfgs
from .objective import Objective, TiledObjective, objective_of
from .precision import NOISE, available_precision, bfloat16_network
from .settings import Settings
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
    state: State | None = None,
    crew_of: Callable[..., Any] | None = None,
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
        The picture is a `RunPicture`.
    net : mx.gluon.nn.Sequential, optional
        A network loaded before with the same settings.
    start : mx.np.ndarray, optional
        The picture to start from, as `preprocess` gives it, of the size of
        the result of the first stage and on any device; by default the
        content image.
    state : dict, optional
        What `RunPicture.state` gave in a run with the same images and
        settings: go on from there, to the same bits.
    crew_of : callable, optional
        Makes what computes the tiles of a picture: see `objective_of`.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width); `postprocess` makes it
        visible.

    Raises
    ------
    SettingsError
        `every` is no whole number of at least 1.
    TrainingError
        The loss or the picture is not finite.
    CheckpointError
        The state is of a run with other settings.
    """
    check_counts(every=every)
    state = KeptState(state) if state else None
    settings = _with_precision(settings)
    mx.random.seed(settings.seed)
    nets = {settings.weights_name: net or network(settings)}
    counter = Counter(callback, state)
    listed = stages(settings.sized(content_img.shape))
    for number in range(counter.stage, len(listed)):
        stage = listed[number]
        name = stage.settings.weights_name
        if name not in nets:
            nets[name] = network(stage.settings)
        note = counter.start(number) if callback else None
        images = content_img, style_img
        objective = _objective(images, stage.settings, nets[name], crew_of)
        start = _descend(
            objective, stage, nets[name], start, note, every, state
        )
        check_finite(start)
        state = None
    return start


def _with_precision(settings: Settings) -> Settings:
    precision = available_precision(settings)
    if precision != settings.precision:
        warnings.warn(
            f'this processor has no {settings.precision}: the run is in '
            f'{precision}',
            RuntimeWarning,
            stacklevel=3,
        )
    return replace(settings, precision=precision)


def _objective(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    crew_of: Callable[..., Any] | None,
) -> Objective | TiledObjective:
    device = find_device(settings.device)
    return objective_of(images, settings, net, device, crew_of)


def _descend(
    objective: Objective | TiledObjective,
    stage: Stage,
    net: nn.Sequential,
    start: np.ndarray | None,
    callback: Callback | None,
    every: int,
    state: State | None,
) -> np.ndarray:
    settings = stage.settings
    X = _start(stage, objective.content, start, state)
    if settings.precision == 'bfloat16':
        net = bfloat16_network(net, objective.float32_layers)
    if settings.optimizer == 'l-bfgs':
        descend: Callable[..., np.ndarray] = partial(
            train_lbfgs,
            X,
            objective.losses(net),
            settings.epochs,
            in_range=settings.in_range,
            noise=NOISE[settings.precision],
        )
    else:
        descend = _adam(X, objective, net, settings)
    return descend(callback=callback, every=every, state=state)


def _start(
    stage: Stage,
    content: np.ndarray,
    start: np.ndarray | None,
    state: State | None,
) -> np.ndarray:
    """Find the picture that a stage begins with."""
    X = content
    if state:
        if state['X'].shape != X.shape:
            raise CheckpointError(
                f'the state has a picture of shape {state["X"].shape}, '
                f'wanted {X.shape}: go on with the settings that it had'
            )
        return np.array(state['X'], ctx=X.ctx)
    if stage.start == 'enlarged':
        height, width = X.shape[2:]
        start = preprocess(postprocess(start) * 255, (width, height))
    if start is not None:
        X = start.as_in_ctx(content.ctx)
    return clip_to_range(X) if stage.settings.in_range else X


def _adam(
    X: np.ndarray,
    objective: Objective | TiledObjective,
    net: nn.Sequential,
    settings: Settings,
) -> Callable[..., np.ndarray]:
    contents_Y: Any = []
    styles_Y: Any = []
    if isinstance(objective, TiledObjective):
        how: dict[str, Any] = {'losses_of': objective.losses(net)}
    else:
        contents_Y, styles_Y = objective.contents, objective.styles
        how = {'loss_weights': objective.loss_weights, **objective.layers}
    return partial(
        train,
        X,
        contents_Y,
        styles_Y,
        net,
        X.ctx,
        settings.lr,
        settings.epochs,
        settings.lr_decay_epoch,
        **how,
        **variants.adam_options(settings),
    )
