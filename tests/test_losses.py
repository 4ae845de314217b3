"""The losses: analytic values first, then properties."""

import numpy
import pytest
from arrays import assert_close, assert_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from tolerances import REDUCTION

import gluon_style as gs
from gluon_style._mxnet import autograd, np
from gluon_style.errors import ImageError, StyleError


def arr(values):
    return np.array(numpy.asarray(values, 'float32'))


def checkerboard(height, width):
    i, j = numpy.indices((height, width))
    return arr((i + j) % 2)[None, None]


def test_content_loss_of_equal_features_is_zero(rng):
    Y = arr(rng.randn(1, 4, 5, 6))
    assert float(gs.content_loss(Y, Y)) == 0


def test_content_loss_is_the_mean_square():
    Y_hat, Y = arr([[[[1, 2], [3, 4]]]]), arr([[[[0, 0], [0, 0]]]])
    assert float(gs.content_loss(Y_hat, Y)) == (1 + 4 + 9 + 16) / 4


def test_tv_loss_of_a_constant_is_zero():
    assert float(gs.tv_loss(np.full((1, 3, 5, 7), 0.3))) == 0


@pytest.mark.parametrize('shape', [(2, 2), (5, 7), (8, 3)])
def test_tv_loss_of_a_checkerboard_is_one(shape):
    # every step is 1, in both directions: 0.5 * (1 + 1)
    assert float(gs.tv_loss(checkerboard(*shape))) == 1


def test_tv_loss_of_a_ramp_is_half_its_slope():
    ramp = np.tile(np.arange(6).reshape(1, 1, 6, 1), (1, 1, 1, 4)) * 0.25
    assert float(gs.tv_loss(ramp)) == 0.125


@pytest.mark.parametrize('shape', [(1, 3, 4, 5), (1, 7, 1, 9)])
def test_gram_of_ones_is_one_over_c(shape):
    # h * w ones times ones, divided by c * h * w
    expected = numpy.full((shape[1], shape[1]), 1 / shape[1], 'float32')
    assert_equal(gs.gram(np.ones(shape)), expected)


def test_gram_of_disjoint_channels_is_diagonal():
    X = arr([[[[1, 0]], [[0, 2]]]])
    assert_equal(gs.gram(X), [[0.25, 0], [0, 1]])


@pytest.mark.parametrize('shape', [(2, 3, 4, 5), (0, 3, 4, 5), (3, 4, 5)])
def test_gram_refuses_a_batch_other_than_one(shape):
    with pytest.raises(ImageError, match=r'got .*wanted \(1, c, h, w\)'):
        gs.gram(np.ones(shape))


def test_gram_gradient_equals_that_of_the_plain_product(rng):
    X, weight = arr(rng.randn(1, 8, 5, 7)), arr(rng.randn(8, 8))
    gradients = []
    for product in (gs.gram, plain_gram):
        X.attach_grad()
        with autograd.record():
            value = (product(X) * weight).sum()
        value.backward()
        gradients.append(X.grad.asnumpy())
    assert_close(*gradients, REDUCTION)


def plain_gram(X):
    c = X.shape[1]
    X = X.reshape(c, -1)
    return np.dot(X, X.T) / X.size


def test_style_loss_is_the_mean_square_of_gram_differences():
    # Gram of two channels of ones is 1/2 everywhere; against zeros: 1/4
    assert (
        float(gs.style_loss(np.ones((1, 2, 3, 4)), np.zeros((2, 2)))) == 0.25
    )


def test_total_counts_the_style_losses_ten_times():
    X = checkerboard(4, 4)
    ones, zeros = np.ones((1, 2, 3, 4)), np.zeros((1, 2, 3, 4))
    contents_l, styles_l, tv_l, l = gs.compute_loss(
        X, [ones], [ones, ones], [zeros], [np.zeros((2, 2))] * 2
    )
    assert [float(i) for i in contents_l] == [1]
    assert [float(i) for i in styles_l] == [250, 250]
    assert float(tv_l) == 10
    assert float(l) == 10 * 500 + 1 + 10


def test_loss_weights_are_used_and_frozen():
    weights = gs.LossWeights(content=2, style=4, tv=8, style_repeats=1)
    X, ones = checkerboard(4, 4), np.ones((1, 2, 3, 4))
    *_, l = gs.compute_loss(
        X, [ones], [ones], [ones * 0], [np.zeros((2, 2))], weights
    )
    assert float(l) == 2 + 1 + 8
    with pytest.raises(AttributeError):
        weights.style = 3


SIDES = st.integers(2, 9)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, SIDES, st.floats(0.125, 8), st.integers(0, 2**31))
def test_properties(c, h, w, scale, seed):
    X = numpy.random.RandomState(seed).randn(1, c, h, w).astype('float32')
    G = gs.gram(arr(X)).asnumpy()
    expected = numpy.einsum('ihw,jhw->ij', X[0], X[0], dtype='float64')
    size = numpy.abs(G).max()
    numpy.testing.assert_allclose(
        G, expected / X.size, rtol=0, atol=REDUCTION * size
    )
    # a product need not add in one order on both sides of the diagonal
    numpy.testing.assert_allclose(G, G.T, rtol=0, atol=REDUCTION * size)
    assert numpy.linalg.eigvalsh(G.astype('float64')).min() > -1e-5 * size
    tv = float(gs.tv_loss(arr(X)))
    scaled = float(gs.tv_loss(arr(X * numpy.float32(scale) + 3)))
    assert scaled == pytest.approx(scale * tv, rel=1e-5)
    mirrored = float(gs.tv_loss(arr(X[:, :, ::-1, ::-1])))
    assert mirrored == pytest.approx(tv, rel=REDUCTION)


def test_lists_of_unequal_length_are_refused(rng):
    Y = np.array(rng.rand(1, 2, 3, 3))
    X, G = np.array(rng.rand(1, 3, 4, 4)), gs.gram(Y)
    for lists in (
        ([Y, Y], [Y], [Y], [G]),
        ([Y], [Y], [Y, Y], [G]),
        ([Y], [Y], [Y], [G]),
    ):
        contents_Y_hat, styles_Y_hat, contents_Y, styles_Y = lists
        wrong = len(contents_Y_hat) != len(contents_Y) or len(
            styles_Y_hat
        ) != len(styles_Y)
        if not wrong:
            gs.compute_loss(X, *lists)
            continue
        with pytest.raises(StyleError, match='as many of each'):
            gs.compute_loss(X, *lists)


def test_other_sizes_are_refused_and_not_broadcast(rng):
    Y = np.array(rng.rand(1, 2, 3, 3))
    with pytest.raises(StyleError, match='two of one shape'):
        gs.content_loss(Y, Y[:, :, :1])
    with pytest.raises(StyleError, match='two of one shape'):
        gs.style_loss(Y, gs.gram(Y)[:1])


@pytest.mark.parametrize('other', [numpy.zeros((1, 3, 4, 4)), None, [1.0]])
def test_arrays_of_other_libraries_are_one_line(other, random_net):
    for call in (
        lambda: gs.content_loss(other, other),
        lambda: gs.gram(other),
        lambda: gs.tv_loss(other),
        lambda: gs.preprocess(other, (4, 4)),
        lambda: gs.postprocess(other),
        lambda: gs.extract_features(other, random_net),
    ):
        with pytest.raises(StyleError, match=r'wanted mxnet\.np') as caught:
            call()
        assert len(str(caught.value).splitlines()) == 1


def test_an_image_from_0_to_1_is_refused(rng):
    with pytest.raises(StyleError, match='wanted 0 to 255'):
        gs.preprocess(np.array(rng.rand(4, 4, 3)), (4, 4))
