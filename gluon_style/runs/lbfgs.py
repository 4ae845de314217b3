"""L-BFGS over the pixels, and the loss of Gatys et al. (2016).

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional
Neural Networks", CVPR 2016, section 2.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable

import numpy
from scipy.fft import fftfreq, irfft2, rfft2, rfftfreq

from .._mxnet import autograd, np
from ..images import picture_range
from ..losses import LossWeights, content_loss, style_loss
from ..training import Callback, CurrentPicture, EpochRecord, State
from .projected import BoundedLBFGS
from .unbounded import UnboundedLBFGS

__all__ = ['coarse_first', 'gatys_loss', 'train_lbfgs']


def gatys_loss(
    X: np.ndarray,
    contents_Y_hat: list[np.ndarray],
    styles_Y_hat: list[np.ndarray],
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    loss_weights: LossWeights,
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray, np.ndarray]:
    """Weigh the paper's losses; arguments and results as `compute_loss`.

    The paper sums where the chapter takes means. With c channels of h * w
    values its content loss is c * h * w / 2 times the chapter's, and its
    style loss of a layer, whose Gram matrix is not divided, c**2 / 4 times.
    The style layers share their weight evenly. There is no total variation.
    """
    contents_l = [
        content_loss(Y_hat, Y) * (loss_weights.content * Y.size / 2)
        for Y_hat, Y in zip(contents_Y_hat, contents_Y)
    ]
    share = loss_weights.style / max(len(styles_Y_hat), 1)
    styles_l = [
        style_loss(Y_hat, G) * (share * G.shape[0] ** 2 / 4)
        for Y_hat, G in zip(styles_Y_hat, styles_Y_gram)
    ]
    return contents_l, styles_l, np.zeros(()), sum(contents_l + styles_l)


class _Point:
    """The picture where a minimiser asked for its loss last.

    Attributes
    ----------
    X : mx.np.ndarray
        The picture, shape (1, 3, h, w), float32.
    pixels : numpy.ndarray
        The same as the minimiser gave it: one dimension; float64 for SciPy.
    losses : tuple
        What `losses_of` returns there.
    """

    def __init__(
        self, X: np.ndarray, losses_of: Callable[[np.ndarray], tuple]
    ) -> None:
        self.X = X.copy()
        self.X.attach_grad()
        self.pixels = X.asnumpy().ravel().astype('float64')
        self.losses: tuple = ()
        self._losses_of = losses_of

    def move(self, pixels: numpy.ndarray) -> tuple[float, numpy.ndarray]:
        """Go there; return the total loss and its gradient."""
        self.pixels, X = pixels.copy(), self.X
        X[:] = np.array(pixels.reshape(X.shape).astype('float32'), ctx=X.ctx)
        with autograd.record():
            self.losses = self._losses_of(X)
        self.losses[-1].backward()
        gradient = X.grad.asnumpy().ravel().astype(pixels.dtype)
        return float(self.losses[-1]), gradient

    def ensure(self, pixels: numpy.ndarray) -> None:
        """Go there unless that is where the picture is."""
        if not self.losses or not numpy.array_equal(pixels, self.pixels):
            self.move(pixels)


def train_lbfgs(
    X: np.ndarray,
    losses_of: Callable[[np.ndarray], tuple],
    num_epochs: int,
    callback: Callback | None = None,
    *,
    every: int = 10,
    in_range: bool = False,
    noise: float = 1e-6,
    state: State | None = None,
) -> np.ndarray:
    """Change picture `X` with SciPy's L-BFGS, or between bounds with ours.

    An epoch is an iteration of L-BFGS, which may evaluate the network more
    than once, and its record holds the losses of the picture reached. L-BFGS
    may end early; its last picture is always reported, at epoch 0 if there
    was nothing to improve. It has no learning rate: the record says 0.

    Parameters
    ----------
    X : mx.np.ndarray
        The picture to start from, shape (1, 3, h, w); it is not changed.
    losses_of : callable
        Gives the losses of a picture, the total last: see `Objective`.
    num_epochs, callback, every
        As for `train`.
    in_range : bool
        Whether the range of a picture bounds the pixels, see
        `picture_range`; the start is clipped to it.
    noise : float
        Relative error of the losses, see `BoundedLBFGS`.
    state : dict, optional
        As for `train`.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, h, w).
    """
    point = _Point(X, losses_of)
    make = _bounded if in_range else _unbounded
    minimiser = make(point, num_epochs, noise, state)
    epoch = reported = int(state['epoch']) if state else 0
    start = time.perf_counter() - (float(state['seconds']) if state else 0)

    def report() -> None:
        nonlocal reported
        if callback:
            point.ensure(minimiser.x)  # which was evaluated last as a rule
            seconds = time.perf_counter() - start
            record = EpochRecord.of(epoch, point.losses, 0.0, seconds)
            # a copy, for the next evaluation may be of a worse picture
            X = point.X.copy()
            going = partial(_state, X, minimiser, epoch, seconds)
            callback(record, CurrentPicture(X, going))
        reported = epoch

    for _ in minimiser:
        epoch += 1
        if epoch % every == 0:
            report()
    if epoch == 0 or epoch != reported:
        report()
    point.ensure(minimiser.x)
    return point.X


def _state(X: np.ndarray, minimiser: Any, epoch: int, seconds: float) -> State:
    """Copy what `train_lbfgs` goes on from."""
    done = {'epoch': numpy.array(epoch), 'seconds': numpy.array(seconds)}
    return {'X': X.asnumpy(), **done, **minimiser.state()}


def _unbounded(
    point: _Point, iterations: int, noise: float, state: State | None
) -> UnboundedLBFGS:
    return UnboundedLBFGS(point.move, point.pixels, iterations, state)


def _bounded(
    point: _Point, iterations: int, noise: float, state: State | None
) -> BoundedLBFGS:
    lower, upper = (
        numpy.broadcast_to(level.asnumpy(), point.X.shape).ravel()
        for level in picture_range(point.X.ctx)
    )
    return BoundedLBFGS(
        point.move,
        point.pixels.astype('float32'),
        (lower, upper),
        iterations,
        noise,
        coarse_first(point.X.shape),
        state,
    )


def coarse_first(
    shape: tuple[int, ...],
) -> Callable[[numpy.ndarray], numpy.ndarray]:
    """Return a map that weighs waves of a picture by 1 / sqrt(frequency).

    A gradient is mostly grain, and coarse changes pay as much: with it as
    the guess of `BoundedLBFGS` 20 evaluations do what else takes 30.
    """
    _, channels, height, width = shape
    down = fftfreq(height)[:, None]
    across = rfftfreq(width)
    slowest = 1 / max(height, width)
    frequency = numpy.hypot(down, across).clip(slowest)
    weights = (frequency**-0.5).astype('float32')

    def weigh(pixels: numpy.ndarray) -> numpy.ndarray:
        waves = rfft2(pixels.reshape(channels, height, width)) * weights
        return irfft2(waves, s=(height, width)).ravel()

    return weigh
