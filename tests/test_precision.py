"""The network in bfloat16, and the processors that have it."""

import dataclasses

import numpy
import pytest
from arrays import assert_equal, plain, relative_l2

import gluon_style as gs
from gluon_style._mxnet import autograd, nn
from gluon_style.runs import machine, precision
from gluon_style.runs.precision import available_precision, bfloat16_network
from gluon_style.runs.variants import average_pooling

HALF = gs.Settings(
    width=48, height=32, epochs=3, weights='student', precision='bfloat16',
    in_range=True, optimizer='l-bfgs',
)  # fmt: skip
LAYERS = (*gs.CONTENT_LAYERS, *gs.STYLE_LAYERS)
# 8 bits of mantissa round to 2**-9; measured over 28 layers: 8e-3
VALUES = 3e-2
needs_bfloat16 = pytest.mark.skipif(
    available_precision(HALF) != 'bfloat16',
    reason='needs a processor with avx512_bf16 or amx_bf16',
)


def rounded(array):
    """Round float32 to the nearest bfloat16, ties to even."""
    bits = array.astype('float32').view('uint32').astype('uint64')
    bits += 0x7FFF + ((bits >> 16) & 1)
    return (bits >> 16 << 16).astype('uint32').view('float32')


@pytest.fixture(scope='module')
def student():
    return gs.vgg19_features('student')


@pytest.fixture
def X(picture):
    return gs.preprocess(picture(40, 60), (48, 32))


@needs_bfloat16
def test_a_layer_rounds_what_it_takes_and_what_it_gives(student, X):
    """One convolution against float64 on values rounded beforehand."""
    layer = student[0]
    (Y,), _ = gs.extract_features(
        X, bfloat16_network(first(student, 1), [0]), [0], []
    )
    weight, bias = (
        rounded(plain(i.data())).astype('float64')
        for i in (layer.weight, layer.bias)
    )
    padded = numpy.pad(rounded(plain(X))[0], ((0, 0), (1, 1), (1, 1)))
    windows = numpy.lib.stride_tricks.sliding_window_view(
        padded.astype('float64'), (3, 3), axis=(1, 2)
    )
    wanted = numpy.einsum('chwij,ocij->ohw', windows, weight)
    wanted += bias[:, None, None]
    got = plain(Y)[0]
    assert got.dtype == numpy.float32
    assert_equal(got, rounded(got))
    # the sum is float32, its result one rounding to bfloat16: 2**-9, and the
    # bias may be rounded with it
    assert relative_l2(got, wanted) < 2**-8
    assert relative_l2(got, wanted) > 1e-5


def first(net, count):
    cut = nn.Sequential()
    for i in range(count):
        cut.add(net[i])
    return cut


@needs_bfloat16
@pytest.mark.parametrize('pooling', ['max', 'average'])
def test_layers_compared_are_float32_near_the_exact_ones(student, X, pooling):
    net = average_pooling(student) if pooling == 'average' else student
    half = bfloat16_network(net, LAYERS)
    exact = gs.extract_features(X, net)
    for values, wanted in zip(gs.extract_features(X, half), exact):
        for Y_hat, Y in zip(values, wanted):
            assert Y_hat.dtype == numpy.float32
            assert Y_hat.shape == Y.shape
            assert 1e-5 < relative_l2(Y_hat, Y) < VALUES
    # what nobody compares stays as it is
    Y = X
    for i in range(2):
        Y = half[i](Y)
    assert Y.dtype == precision.BFLOAT16


@needs_bfloat16
def test_any_layers_can_be_compared(student, X):
    content, style = ['relu3_2'], ['pool1', 'relu2_1']
    half = bfloat16_network(student, [*content, *style])
    contents, styles = gs.extract_features(X, half, content, style)
    exact = gs.extract_features(X, student, content, style)
    for Y_hat, Y in zip([*contents, *styles], [*exact[0], *exact[1]]):
        assert Y_hat.dtype == numpy.float32
        assert relative_l2(Y_hat, Y) < VALUES


@needs_bfloat16
def test_gradient_is_near_the_exact_one(student, X, picture):
    grams = [
        gs.gram(Y)
        for Y in gs.extract_features(
            gs.preprocess(picture(50, 30), (48, 32)), student
        )[1]
    ]
    contents_Y, _ = gs.extract_features(X, student)
    gradients, totals = [], []
    for net in (student, bfloat16_network(student, LAYERS)):
        at = X.copy()
        at.attach_grad()
        with autograd.record():
            l = gs.compute_loss(
                at, *gs.extract_features(at, net), contents_Y, grams
            )[-1]
        l.backward()
        gradients.append(plain(at.grad))
        totals.append(float(l))
    assert totals[1] == pytest.approx(totals[0], rel=2e-3)
    # measured with the real network: 4e-2
    assert 1e-4 < relative_l2(gradients[1], gradients[0]) < 0.15


def with_flags(monkeypatch, tmp_path, text):
    file = tmp_path / 'cpuinfo'
    if text is not None:
        file.write_text(text)
    monkeypatch.setattr(machine, 'CPUINFO', file)


@pytest.mark.parametrize(
    ('text', 'has'),
    [
        ('flags\t\t: fpu avx512f avx512_bf16 sse\n', True),
        ('flags\t\t: fpu amx_bf16 amx_tile\n', True),
        ('flags\t\t: fpu avx2 avx512f\n', False),
        ('model name\t: avx512_bf16\nflags\t\t: fpu\n', False),
        (None, False),
    ],
)
def test_processors(monkeypatch, tmp_path, text, has):
    with_flags(monkeypatch, tmp_path, text)
    assert available_precision(HALF) == ('bfloat16' if has else 'float32')
    exact = dataclasses.replace(HALF, precision='float32')
    assert available_precision(exact) == 'float32'
    on_gpu = dataclasses.replace(HALF, device='gpu:1')
    assert available_precision(on_gpu) == 'float32'


def test_without_the_instructions_a_run_says_so_and_is_float32(
    monkeypatch, tmp_path, picture
):
    with_flags(monkeypatch, tmp_path, 'flags : fpu\n')
    images = picture(40, 60), picture(50, 30)
    with pytest.warns(RuntimeWarning, match='no bfloat16: the run is in'):
        X = gs.run(*images, HALF)
    exact = dataclasses.replace(HALF, precision='float32')
    assert_equal(X, gs.run(*images, exact))


@needs_bfloat16
def test_a_bfloat16_run_is_another_run_that_ends_as_well(
    picture,
):
    images, ends = (picture(40, 60), picture(50, 30)), []
    for name in ('bfloat16', 'float32'):
        settings = dataclasses.replace(HALF, precision=name, epochs=15)
        X = gs.run(*images, settings, lambda r, _: ends.append(r.total_loss),
                   every=15)  # fmt: skip
        assert X.dtype == numpy.float32
    assert len(ends) == 2
    assert ends[0] != ends[1]
    assert ends[0] == pytest.approx(ends[1], rel=0.1)


@needs_bfloat16
def test_the_network_given_is_not_changed(student, X):
    before = plain(gs.extract_features(X, student)[0][0]).copy()
    bfloat16_network(student, LAYERS)
    assert_equal(gs.extract_features(X, student)[0][0], before)
    assert student[0].weight.data().dtype == numpy.float32
