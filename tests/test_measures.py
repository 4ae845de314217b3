"""What the exercises measure: analytic values first."""

from dataclasses import replace

import numpy
import pytest
from arrays import assert_equal
from tolerances import FEATURES, REDUCTION

import gluon_style as gs
from gluon_style._mxnet import autograd, mx, np
from gluon_style.errors import ImageError
from gluon_style.lessons import measures


def grey(values):
    """Give all three channels the same values."""
    return numpy.repeat(numpy.asarray(values, 'float64')[:, :, None], 3, 2)


def checkerboard(height, width):
    i, j = numpy.indices((height, width))
    return grey((i + j) % 2)


def wave(side, k, axis):
    """A cosine with k half periods along a side: one line of the spectrum."""
    places = (numpy.indices((side, side))[axis] + 0.5) / side
    return grey(numpy.cos(numpy.pi * k * places))


CONSTANT = numpy.full((6, 9, 3), (0.1, 0.7, 0.3))
RAMP = grey(numpy.tile(numpy.arange(6)[:, None] / 8, (1, 4)))


@pytest.mark.parametrize(
    ('picture', 'variation'),
    [
        (CONSTANT, 0),
        (checkerboard(6, 9), 1),  # every step is 1: 0.5 * (1 + 1)
        (RAMP, 0.5 * 0.125),
    ],
    ids=['constant', 'checkerboard', 'ramp'],
)
def test_total_variation(picture, variation):
    assert measures.total_variation(picture) == variation


def test_a_constant_has_no_high_frequencies():
    assert measures.high_frequency_share(CONSTANT) == 0


@pytest.mark.parametrize('axis', [0, 1])
def test_a_wave_is_at_its_frequency(axis):
    # 16 half periods in 32 pixels: Nyquist's frequency times 16 / 32
    below, at, above = (
        measures.high_frequency_share(wave(32, k, axis)) for k in (15, 16, 17)
    )
    # what is left of the other frequencies is rounding: 1e-16, squared
    assert below == pytest.approx(0, abs=1e-20)
    assert at == pytest.approx(0, abs=1e-20)
    assert above == pytest.approx(1, abs=1e-12)
    finer = measures.high_frequency_share(wave(32, 15, axis), 0.4)
    assert finer == pytest.approx(1, abs=1e-12)


def test_a_sum_of_waves_has_the_share_of_its_squares():
    mixed = 0.5 + 3 * wave(24, 2, 0) + 4 * wave(24, 20, 1)
    share = measures.high_frequency_share(mixed)
    assert share == pytest.approx(16 / (9 + 16), abs=1e-12)
    scaled = measures.high_frequency_share(0.01 * mixed - 7)
    assert scaled == pytest.approx(share, abs=1e-12)


def test_diagonal_frequencies_count_by_their_radius():
    # 0.4 of Nyquist's in each direction is 0.57 along the diagonal
    diagonal = wave(20, 8, 0) * wave(20, 8, 1)
    assert measures.high_frequency_share(diagonal) == pytest.approx(1)
    assert measures.high_frequency_share(diagonal, 0.6) < 1e-20


def test_a_checkerboard_is_almost_all_fine():
    # mirrored at an edge, two equal pixels meet: about (1 / 32) ** 2 leaks
    share = measures.high_frequency_share(checkerboard(32, 32))
    assert 1 - 2 / 32**2 < share < 1


def test_noise_fills_the_spectrum_evenly(rng):
    # the share's standard deviation over 240 * 240 coefficients is 0.002
    share = measures.high_frequency_share(grey(rng.randn(240, 240)))
    assert share == pytest.approx(1 - numpy.pi / 16, abs=0.01)


def test_the_edges_do_not_count_as_jumps():
    # from black on the left to white on the right: hardly anything fine,
    # though taken as a period it jumps at every edge
    ramp = grey(numpy.tile(numpy.linspace(0, 1, 64), (64, 1)))
    assert measures.high_frequency_share(ramp) < 1e-3


def test_green_is_seen_better_than_blue():
    coarse, fine = wave(16, 2, 0)[:, :, 0], wave(16, 14, 0)[:, :, 0]
    picture = numpy.stack([0 * coarse, fine, coarse], axis=2)
    share = measures.high_frequency_share(picture)
    assert share == pytest.approx(0.587**2 / (0.587**2 + 0.114**2))


@pytest.mark.parametrize('shape', [(6, 9), (6, 9, 1), (1, 9, 3), (1, 3, 6, 9)])
@pytest.mark.parametrize(
    'measure', [measures.total_variation, measures.high_frequency_share]
)
def test_a_picture_of_another_shape_is_refused(measure, shape):
    with pytest.raises(ImageError, match=r'got .*wanted \(height, width, 3\)'):
        measure(numpy.zeros(shape))


def test_the_yardstick_has_the_losses_of_the_chapter(random_net, picture):
    photo, painting, other = (picture(32, 48) for _ in range(3))
    seen = other.asnumpy() / 255
    got = measures.yardstick(seen, photo, painting, random_net)
    where = ((48, 32), gs.try_gpu())
    _, contents_Y = gs.get_contents(photo, random_net, *where)
    _, styles_Y = gs.get_styles(painting, random_net, *where)
    X = gs.preprocess(other, (48, 32))
    contents_l, styles_l, *_ = gs.compute_loss(
        X,
        *gs.extract_features(X, random_net),
        contents_Y,
        [gs.gram(Y) for Y in styles_Y],
    )
    # the same operations on the same 8-bit pixels
    assert got == {
        'content': float(sum(contents_l)),
        'style': float(sum(styles_l)),
        'tv': measures.total_variation(seen),
        'fine': measures.high_frequency_share(seen),
    }
    same = measures.yardstick(photo.asnumpy() / 255, photo, photo, random_net)
    assert (same['content'], same['style']) == (0, 0)


def test_the_yardstick_works_on_the_device_of_the_network(
    picture, monkeypatch
):
    # MXNet takes cpu(1) for another device but lets arrays of both mix, which
    # it refuses of a CPU and a GPU: the devices themselves are compared
    net = gs.vgg19_features('random:3')
    photo, painting = picture(32, 48), picture(32, 48)
    seen = picture(32, 48).asnumpy() / 255
    here = measures.yardstick(seen, photo, painting, net)
    devices = []

    def compute_loss(X, contents_Y_hat, styles_Y_hat, *others):
        devices.extend(Y.ctx for Y in (X, *contents_Y_hat, *styles_Y_hat))
        return gs.compute_loss(X, contents_Y_hat, styles_Y_hat, *others)

    monkeypatch.setattr(measures, 'compute_loss', compute_loss)
    net.collect_params().reset_ctx(mx.cpu(1))
    assert measures.yardstick(seen, photo, painting, net) == here
    assert devices == [mx.cpu(1)] * 7  # the picture, 1 content, 5 styles


CONTENT, STYLE = ['conv1_2'], ['conv2_1', 'conv1_1']


@pytest.fixture
def pulled(shallow_net, picture):
    """A picture and what it is to become."""
    img, other, third = (picture(24, 32) for _ in range(3))
    where = ((32, 24), gs.try_gpu(), CONTENT, STYLE)
    _, contents_Y = gs.get_contents(img, shallow_net, *where)
    _, styles_Y = gs.get_styles(other, shallow_net, *where)
    X = gs.preprocess(third, (32, 24))
    return X, shallow_net, contents_Y, [gs.gram(Y) for Y in styles_Y]


def total_gradient(pulled, weights):
    X, net, *targets = pulled
    X = X.copy()
    X.attach_grad()
    with autograd.record():
        features = gs.extract_features(X, net, CONTENT, STYLE)
        *_, l = gs.compute_loss(X, *features, *targets, weights)
    l.backward()
    return float(numpy.linalg.norm(X.grad.asnumpy()))


def test_each_norm_is_that_of_the_total_with_this_term_alone(pulled):
    weights = gs.LossWeights(content=2, style=30, tv=4, style_repeats=7)
    norms = measures.gradient_norms(*pulled, CONTENT, STYLE, weights)
    assert list(norms) == [
        'content conv1_2',
        'style conv1_1',
        'style conv2_1',
        'TV',
    ]
    nothing = gs.LossWeights(0, 0, 0, 7)
    content = total_gradient(pulled, replace(nothing, content=2))
    tv = total_gradient(pulled, replace(nothing, tv=4))
    assert norms['content conv1_2'] == pytest.approx(content, rel=FEATURES)
    assert norms['TV'] == pytest.approx(tv, rel=REDUCTION)
    # the styles' gradients are added in the total: a triangle
    style = total_gradient(pulled, replace(nothing, style=30))
    sides = norms['style conv1_1'], norms['style conv2_1']
    assert abs(sides[0] - sides[1]) < style < sum(sides)


def test_the_norm_of_one_style_layer_has_its_weight_and_repeats(pulled):
    X, net, contents_Y, styles_Y = pulled
    args = X, net, contents_Y, styles_Y[:1], CONTENT, ['conv1_1']
    once = measures.gradient_norms(*args, gs.LossWeights(style_repeats=1))
    thrice = measures.gradient_norms(
        *args, gs.LossWeights(style=2e3, style_repeats=3)
    )
    assert thrice['style conv1_1'] == pytest.approx(
        6 * once['style conv1_1'], rel=REDUCTION
    )
    assert thrice['TV'] == once['TV'] > 0


def test_the_gradients_add_up_to_that_of_the_total(pulled):
    weights = gs.LossWeights(content=2, style=30, tv=4, style_repeats=7)
    pulls = measures.gradients(*pulled, CONTENT, STYLE, weights)
    together = numpy.linalg.norm(sum(pulls.values()))
    total = total_gradient(pulled, weights)
    assert together == pytest.approx(total, rel=FEATURES)


def test_the_cosine_of_an_angle():
    a = numpy.array([[3.0, 0.0], [0.0, 4.0]])
    assert measures.cosine(a, 2 * a) == pytest.approx(1)
    assert measures.cosine(a, -a) == pytest.approx(-1)
    assert measures.cosine(a, a[::-1]) == 0
    # 3 of a length of 5
    assert measures.cosine(a, a * [[1, 0], [0, 0]]) == pytest.approx(0.6)


def test_the_norm_of_the_tv_gradient_of_a_ramp(shallow_net):
    # only the first and the last row are pulled: 10 / (2 * 3 * 15 * 8) each
    # of 2 * 3 * 8 values, for a mean over 3 * 15 * 8 steps
    ramp = np.tile(np.arange(16).reshape(1, 1, 16, 1), (1, 3, 1, 8)) * 0.1
    norms = measures.gradient_norms(ramp, shallow_net, [], [], [], [])
    norm = 10 / (2 * 3 * 15 * 8) * (2 * 3 * 8) ** 0.5
    assert norms == {'TV': pytest.approx(norm, rel=REDUCTION)}


def test_the_picture_measured_is_left_alone(pulled):
    X = pulled[0]
    X.attach_grad()
    before = X.asnumpy()
    measures.gradient_norms(*pulled, CONTENT, STYLE)
    assert_equal(X, before)
    assert_equal(X.grad, 0 * before)


def test_shares_add_up_to_one():
    norms = {'content conv4_4': 1.0, 'style conv1_1': 5.0, 'TV': 2.0}
    assert measures.gradient_shares(norms) == {
        'content conv4_4': 0.125,
        'style conv1_1': 0.625,
        'TV': 0.25,
    }
    assert measures.gradient_shares({'TV': 0.0}) == {'TV': 0.0}


def test_the_terms_of_the_loss_add_up_to_what_is_minimised(pulled):
    weights = gs.LossWeights(content=2, style=30, tv=4, style_repeats=7)
    X, net, contents_Y, styles_Y_gram = pulled
    *_, total = gs.compute_loss(
        X,
        *gs.extract_features(X, net, CONTENT, STYLE),
        contents_Y,
        styles_Y_gram,
        weights,
    )
    terms = measures.loss_terms(*pulled, CONTENT, STYLE, weights)
    norms = measures.gradient_norms(*pulled, CONTENT, STYLE, weights)
    assert list(terms) == list(norms)
    assert sum(terms.values()) == pytest.approx(float(total), rel=REDUCTION)
