"""Begin with what can be had of the teacher by least squares.

Layer by layer, the student's channels are set to imitate as many of the
teacher's, those that say most about the rest (found by pivoting, in the
spirit of channel pruning: He, Zhang and Sun 2017), from what the student's
layer before really gives. Training then starts where drawn weights would
need hours to come.
"""

from __future__ import annotations

from typing import Sequence

import numpy
from numpy.lib.stride_tricks import sliding_window_view
from scipy import linalg

from gluon_style._mxnet import nn, np
from gluon_style.vgg.layers import VGG19_LAYERS

from .narrow import (
    CONVOLUTIONS,
    TAPS,
    Heads,
    Spreads,
    set_convolutions,
    tapped,
)
from .scale import rescaled

SAMPLES = 1500  # positions of a batch that the equations are made from
RIDGE = 1e-4  # of the mean variance


def begin_from_teacher(
    net: nn.Sequential,
    heads: Heads,
    teacher: nn.Sequential,
    batches: Sequence[np.ndarray],
    spreads: Spreads,
    seed: int,
) -> None:
    """Set a student's convolutions and heads by least squares.

    The weights of `net` and `heads` are replaced by what imitates `teacher`
    best on the pictures (b, 3, h, w) of `batches`, at positions that `seed`
    chooses; `spreads` are the teacher's.
    """
    state = numpy.random.RandomState(seed)
    given, targets = list(batches), list(batches)
    solved = {}
    for layer in VGG19_LAYERS[: max(CONVOLUTIONS) + 1]:
        i = layer.index
        before = given
        targets = [teacher[i](X) for X in targets]
        if layer.is_convolution:
            width = net[i].weight.shape[0]
            chosen = _telling_channels(targets, width, state)
            solved[i] = _fitted(before, targets, chosen, 3, state)
            set_convolutions(net, {i: solved[i]})
        given = [net[i](X) for X in before]
        for X in (*given, *targets):
            X.wait_to_read()
    _fit_heads(net, heads, teacher, batches, spreads, state)
    _to_size_one(net, heads, solved, batches)


def _telling_channels(
    outputs: Sequence[np.ndarray], count: int, state: numpy.random.RandomState
) -> numpy.ndarray:
    """Choose the channels from which the others can best be told."""
    values = numpy.concatenate(
        [_at(X.asnumpy(), _positions(X, state)) for X in outputs[:8]]
    )
    values = numpy.maximum(values, 0).astype('float64')
    covariance = numpy.cov(values, rowvar=False)
    _, order, _, _ = linalg.lapack.dpstrf(covariance)
    return order[:count] - 1  # LAPACK counts from 1


def _positions(
    X: np.ndarray, state: numpy.random.RandomState
) -> tuple[numpy.ndarray, ...]:
    b, _, h, w = X.shape
    flat = state.permutation(b * h * w)[:SAMPLES]
    return numpy.unravel_index(flat, (b, h, w))


def _at(X: numpy.ndarray, where: tuple[numpy.ndarray, ...]) -> numpy.ndarray:
    """Read all channels at some positions, (n, c)."""
    b, y, x = where
    return X[b, :, y, x]


def _patches(
    X: numpy.ndarray, where: tuple[numpy.ndarray, ...], size: int
) -> numpy.ndarray:
    """Read what a convolution sees there, and a one for its bias."""
    b, y, x = where
    edge = size // 2
    padded = numpy.pad(X, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
    windows = sliding_window_view(padded, (size, size), (2, 3))  # type: ignore
    # (n, c, size, size), the order of a kernel's values
    patches = windows[b, :, y, x].reshape(len(b), -1)
    return numpy.hstack([patches, numpy.ones((len(b), 1), 'float32')])


def _fitted(
    given: Sequence[np.ndarray],
    targets: Sequence[np.ndarray],
    channels: numpy.ndarray,
    size: int,
    state: numpy.random.RandomState,
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Solve for the convolution that leads from `given` to `targets`.

    Returns kernel (channels, in_channels, size, size) and bias.
    """
    squares, products = [], []
    for X, Y in zip(given, targets):
        where = _positions(Y, state)
        patches = _patches(X.asnumpy(), where, size)
        squares.append(patches.T @ patches)
        products.append(patches.T @ _at(Y.asnumpy(), where)[:, channels])
        # summed as they come, for each may be of 1,700 by 1,700 values
        squares, products = [sum(squares)], [sum(products)]
    left = squares[0].astype('float64')
    ridge = RIDGE * numpy.trace(left) / len(left)
    left += ridge * numpy.eye(len(left))
    solution = linalg.solve(left, products[0], assume_a='pos').T
    kernel = solution[:, :-1].reshape(len(channels), -1, size, size)
    return kernel.astype('float32'), solution[:, -1].astype('float32')


def _fit_heads(
    net: nn.Sequential,
    heads: Heads,
    teacher: nn.Sequential,
    batches: Sequence[np.ndarray],
    spreads: Spreads,
    state: numpy.random.RandomState,
) -> None:
    pairs = [(tapped(net, X), tapped(teacher, X)) for X in batches]
    for k, head in enumerate(heads):
        size_one = [
            (outputs[k] - spreads.means[k]) / spreads.features[k] ** 0.5
            for _, outputs in pairs
        ]
        every = numpy.arange(size_one[0].shape[1])
        given = [outputs[k] for outputs, _ in pairs]
        kernel, bias = _fitted(given, size_one, every, 1, state)
        head.weight.set_data(np.array(kernel))
        head.bias.set_data(np.array(bias))


def _to_size_one(
    net: nn.Sequential,
    heads: Heads,
    solved: dict,
    batches: Sequence[np.ndarray],
) -> None:
    """Give every channel the deviation 1, at which Adam's steps fit."""
    X, scales = batches[0], {}
    for i in range(max(CONVOLUTIONS) + 1):
        X = net[i](X)
        if i in CONVOLUTIONS:
            scales[i] = 1 / (X.asnumpy().std((0, 2, 3)) + 1e-6)
    set_convolutions(net, rescaled(solved, scales))
    for i, head in zip(TAPS, heads):
        kernel = head.weight.data().asnumpy()
        head.weight.set_data(np.array(kernel / scales[i][:, None, None]))
