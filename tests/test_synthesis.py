"""The picture as parameter, and its optimiser."""

import numpy
import pytest
from arrays import assert_equal, plain

import gluon_style as gs
from gluon_style._mxnet import gluon, mx, np


def test_the_picture_is_the_only_parameter():
    block = gs.SynthesizedImage((1, 3, 4, 5))
    block.initialize()
    (parameter,) = block.collect_params().values()
    assert parameter is block.weight
    assert parameter.shape == (1, 3, 4, 5)
    assert_equal(block(), parameter.data())


def test_inits_copy_the_picture_and_compute_gram_matrices(rng):
    X = np.array(rng.randn(1, 3, 6, 7).astype('float32'))
    before = plain(X).copy()
    Y = np.array(rng.randn(1, 4, 3, 3).astype('float32'))
    picture, (gram_Y,), trainer = gs.get_inits(X, mx.cpu(), 0.5, [Y])
    assert_equal(picture, X)
    assert_equal(gram_Y, gs.gram(Y))
    assert isinstance(trainer, gluon.Trainer)
    assert isinstance(trainer.optimizer, mx.optimizer.Adam)
    assert trainer.learning_rate == 0.5
    picture[:] = 0
    assert_equal(X, before)


def test_first_step_is_that_of_mxnets_adam():
    # MXNet adds epsilon before the second moment's bias is corrected, so
    # that a small gradient moves less than in PyTorch: with g the gradient,
    # lr * g * sqrt(1 - beta2) / (sqrt(1 - beta2) * |g| + epsilon)
    gradient = numpy.float32([1, -1e-4, 1e-6, 1e-8, 0]).reshape(1, 1, 1, 5)
    X, _, trainer = gs.get_inits(np.zeros(gradient.shape), mx.cpu(), 0.1, [])
    with mx.autograd.record():
        value = (X * np.array(gradient)).sum()
    value.backward()
    trainer.step(1)
    root = (1 - 0.999) ** 0.5
    g = gradient.astype('float64')
    expected = -0.1 * root * g / (root * abs(g) + 1e-8)
    # 1 - beta2 loses 4 digits in float32
    assert plain(X) == pytest.approx(expected, rel=1e-4)
    assert abs(expected).ravel()[2:4] == pytest.approx(
        [0.0760, 0.0031], rel=0.02
    )
