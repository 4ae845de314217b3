"""L-BFGS over the pixels, and the loss of Gatys et al. (2016).

Source: Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional
Neural Networks", CVPR 2016, section 2.
"""

from __future__ import annotations

import time
from typing import Callable

import numpy
from scipy.fft import fftfreq, irfft2, rfft2, rfftfreq
from scipy.optimize import minimize

from .._mxnet import autograd, np
from ..images import picture_range
from ..losses import LossWeights, content_loss, style_loss
from ..training import Callback, CurrentPicture, EpochRecord
from .projected import minimise_between

__all__ = ['gatys_loss', 'train_lbfgs']


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
        Relative error of the losses, see `minimise_between`.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, h, w).
    """
    start, epoch = time.perf_counter(), 0
    point = _Point(X, losses_of)

    def report(pixels: numpy.ndarray) -> None:
        if callback:
            point.ensure(pixels)  # which was evaluated last as a rule
            seconds = time.perf_counter() - start
            record = EpochRecord.of(epoch, point.losses, 0.0, seconds)
            # a copy, for the next evaluation may be of a worse picture
            callback(record, CurrentPicture(point.X.copy()))

    def count(pixels: numpy.ndarray) -> None:
        nonlocal epoch
        epoch += 1
        if epoch % every == 0:
            report(pixels)

    last = (
        _minimise_in_range(point, count, num_epochs, noise)
        if in_range
        else _minimise(point, count, num_epochs)
    )
    if epoch == 0 or epoch % every:
        report(last)
    point.ensure(last)
    return point.X


def _minimise(
    point: _Point, callback: Callable[[numpy.ndarray], None], iterations: int
) -> numpy.ndarray:
    return minimize(
        point.move,
        point.pixels,
        jac=True,
        method='L-BFGS-B',
        callback=callback,
        options={'maxiter': iterations, 'maxfun': 20 * iterations},
    ).x


def _minimise_in_range(
    point: _Point,
    callback: Callable[[numpy.ndarray], None],
    iterations: int,
    noise: float,
) -> numpy.ndarray:
    lower, upper = (
        numpy.broadcast_to(level.asnumpy(), point.X.shape).ravel()
        for level in picture_range(point.X.ctx)
    )
    return minimise_between(
        point.move,
        point.pixels.astype('float32'),
        lower,
        upper,
        iterations,
        callback,
        noise,
        _coarse_first(point.X.shape),
    )


def _coarse_first(
    shape: tuple[int, ...],
) -> Callable[[numpy.ndarray], numpy.ndarray]:
    """Return a map that weighs waves of a picture by 1 / sqrt(frequency).

    A gradient is mostly grain, and coarse changes pay as much: with it as
    the guess of `minimise_between` 20 evaluations do what else takes 30.
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
