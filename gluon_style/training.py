"""The training loop: the picture's pixels follow the gradient.

Source: d2l, Neural Style Transfer, "Training".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from time import perf_counter as now
from typing import Any, Callable, Mapping, Sequence

import numpy

from ._mxnet import autograd, mx, nn, np
from ._mxnet.arrays import check_finite
from ._mxnet.trainer_state import State, descent_state, restore_trainer
from .errors import TrainingError, check_counts
from .features import extract_features
from .images import clip_to_range
from .losses import LossWeights, compute_loss
from .synthesis import CurrentPicture, get_inits
from .vgg.layers import CONTENT_LAYERS, STYLE_LAYERS, Layer

__all__ = ['try_gpu', 'EpochRecord', 'CurrentPicture', 'State', 'train']


def try_gpu(i: int = 0) -> mx.Context:
    """Return GPU `i` if MXNet can use it, else the CPU.

    Source: d2l, "GPUs".
    """
    return mx.gpu(i) if mx.context.num_gpus() > i else mx.cpu()


@dataclass(frozen=True)
class EpochRecord:
    """What `train` reports of one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1, as the chapter's plot does; 0 where L-BFGS found
        nothing to improve.
    content_loss, style_loss, tv_loss : float
        The weighted losses, as the chapter plots them, of the picture as it
        was before this epoch's step.
    total_loss : float
        What is minimised. It counts `style_loss` ten times with the given
        chapter's weights: see `LossWeights.style_repeats`.
    learning_rate : float
        The one this epoch's step was taken with.
    seconds : float
        Since training began, up to the end of this epoch's step.
    layers : tuple of float
        The same losses layer by layer, the content's first.

    Raises
    ------
    TrainingError
        The total loss is not finite.
    """

    epoch: int
    content_loss: float
    style_loss: float
    tv_loss: float
    total_loss: float
    learning_rate: float
    seconds: float
    layers: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not math.isfinite(self.total_loss):
            lower = 'loss weights' if self.epoch < 2 else 'learning rate'
            raise TrainingError(
                f'the loss is {self.total_loss} at epoch {self.epoch}: lower '
                f'the {lower}, or check the weights and their scale'
            )

    @classmethod
    def of(
        cls, epoch: int, losses: tuple, learning_rate: float, seconds: float
    ) -> EpochRecord:
        """Make a record of what `compute_loss` returns."""
        contents_l, styles_l, *others = losses
        terms = map(float, (sum(contents_l), sum(styles_l), *others))
        layers = tuple(map(float, (*contents_l, *styles_l)))
        values: tuple = (*terms, learning_rate, seconds, layers)
        return cls(epoch, *values)


Callback = Callable[[EpochRecord, Callable[[], numpy.ndarray]], object]


def train(
    X: np.ndarray,
    contents_Y: list[np.ndarray],
    styles_Y: list[np.ndarray],
    net: nn.Sequential,
    device: mx.Context,
    lr: float,
    num_epochs: int,
    lr_decay_epoch: int,
    callback: Callback | None = None,
    *,
    every: int = 10,
    lr_decay: float = 0.8,
    optimizer: str = 'adam',
    optimizer_params: Mapping[str, Any] | None = None,
    schedule: Callable[[int], float] | None = None,
    in_range: bool = False,
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
    loss_weights: LossWeights = LossWeights(),
    losses_of: Callable[[np.ndarray], tuple] | None = None,
    state: State | None = None,
) -> np.ndarray:
    """Change picture `X` until its features are as wanted.

    Source: d2l, "Training".

    Parameters
    ----------
    X : mx.np.ndarray
        The picture to start from, shape (1, 3, h, w); it is not changed.
    contents_Y, styles_Y : list of mx.np.ndarray
        The features wanted, from `get_contents` and `get_styles`.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`.
    device : mx.Context
        Where `net`, `X` and the features are.
    lr, num_epochs, lr_decay_epoch : float, int, int
        The learning rate; the number of steps; the learning rate is
        multiplied by `lr_decay` every `lr_decay_epoch` steps.
    callback : callable, optional
        Called as `callback(record, picture)` with an `EpochRecord` and the
        `CurrentPicture`: `picture()` is a NumPy array (h, w, 3) in [0, 1].
    every : int
        Epochs between two calls; the last epoch is always reported. MXNet
        works ahead of Python; each report makes it wait.
    lr_decay, optimizer, optimizer_params
        The chapter's are 0.8, Adam and Adam's own: see `get_inits`.
    schedule : callable, optional
        Gives the learning rate after so many steps, in place of `lr_decay`;
        for example one of `mx.lr_scheduler`.
    in_range : bool
        Whether each step ends at a picture that a file can hold: see
        `clip_to_range`.
    content_layers, style_layers, loss_weights
        As for `extract_features` and `compute_loss`.
    losses_of : callable, optional
        Gives what these two would for `X`, from tiles; they are not asked.
    state : dict, optional
        From `CurrentPicture.state`: go on from there, to the same bits.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, h, w); `postprocess` makes it visible.

    Raises
    ------
    SettingsError
        The learning rate is not above 0 or not finite, or a number of epochs
        is none.
    TrainingError
        A loss that is reported, or the picture, is not finite.
    """
    check_counts(num_epochs, lr_decay_epoch=lr_decay_epoch, every=every)
    X, styles_Y_gram, trainer = get_inits(
        X, device, lr, styles_Y, optimizer, optimizer_params
    )
    done, seconds = restore_trainer(trainer, X, state) if state else (0, 0.0)
    start = now() - seconds
    for epoch in range(done + 1, num_epochs + 1):
        with autograd.record():
            if losses_of:  # differs from the chapter, which has no tiles
                losses = losses_of(X)
            else:
                Y_hat = extract_features(X, net, content_layers, style_layers)
                losses = compute_loss(
                    X, *Y_hat, contents_Y, styles_Y_gram, loss_weights
                )
        losses[-1].backward()
        trainer.step(1)
        if in_range:  # differs from the chapter, which clips at the end
            X[:] = clip_to_range(X)
        rate = trainer.learning_rate
        if schedule:
            trainer.set_learning_rate(schedule(epoch))
        elif epoch % lr_decay_epoch == 0:
            trainer.set_learning_rate(rate * lr_decay)
        if callback and (epoch % every == 0 or epoch == num_epochs):
            X.wait_to_read()  # the losses alone would not wait for the step
            record = EpochRecord.of(epoch, losses, rate, now() - start)
            state_of = partial(descent_state, X, trainer, record)
            callback(record, CurrentPicture(X, state_of))
    return check_finite(X)
