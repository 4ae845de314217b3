"""The parity lab: its arbiter, its verdicts, its traces."""

import dataclasses
import json
import math
import struct
import subprocess
import sys
import tracemalloc
import zipfile

import numpy
import pytest
import typer
from arrays import assert_close, assert_equal, relative_l2
from PIL import Image

import gluon_style as gs
from gluon_style import images, losses
from gluon_style._mxnet import np, npx
from gluon_style.cli.parity import parity, trace
from gluon_style.errors import OutputError, StyleError
from gluon_style.parity.published import read_curves
from gluon_style.parity.step import arbiter, measuring, mxnet_side
from gluon_style.parity.step.arbiter import convolve, pool, unpool
from gluon_style.parity.step.quantities import ParityError, weights_digest
from gluon_style.parity.step.trace import feature_steps, read_trace, sampled
from gluon_style.parity.step.verdicts import (
    MEDIAN,
    TOLERANCES,
    distance,
    kind_of,
    passed,
    table,
    verdict_rows,
)
from gluon_style.runs.recipes import find_recipe
from gluon_style.storage import DATA

SMALL = measuring.Options(48, 32, 'random:5')


# the others differ from these in numbers alone
DISTINCT = ['d2l-0.17-mxnet', 'd2l-0.17-pytorch', 'gatys-2016']


@pytest.fixture
def torch_side():
    pytest.importorskip('torch', reason='needs PyTorch')
    from gluon_style.parity.step import torch_side

    return torch_side


@pytest.fixture(params=['arbiter', 'torch'])
def against(request):
    """Compare with float64 alone, and with PyTorch where it is."""
    if request.param == 'torch':
        request.getfixturevalue('torch_side')
    return request.param


def small_case(size=(48, 32), recipe='d2l-0.17-mxnet', **more):
    settings = dataclasses.replace(
        find_recipe(recipe).settings,
        width=size[0],
        height=size[1],
        weights='random:5',
        **more,
    )
    files = (
        gs.find_image('sample:mountain-lake'),
        gs.find_image('sample:autumn-avenue'),
    )
    return mxnet_side.make_case(*files, settings)


@pytest.fixture(scope='module')
def case():
    return small_case()


@pytest.fixture(scope='module')
def exact(case):
    return measuring.quantities_of(arbiter, case)


@pytest.fixture
def theirs(against, case, exact, request):
    if against == 'arbiter':
        return None
    torch_side = request.getfixturevalue('torch_side')
    return measuring.quantities_of(torch_side, case, exact['gradient'])


def failed(rows):
    return {row.name for row in rows if row.verdict != 'ok'}


# the arbiter


def test_convolution_is_a_correlation_with_zeros_around(rng):
    from scipy.signal import correlate2d

    X, kernel, bias = rng.randn(3, 5, 7), rng.randn(4, 3, 3, 3), rng.randn(4)
    expected = [
        sum(correlate2d(x, k, 'same') for x, k in zip(X, kernel[i])) + bias[i]
        for i in range(4)
    ]
    numpy.testing.assert_allclose(
        convolve(X, kernel, bias), expected, rtol=1e-12
    )


def test_convolution_in_chunks_is_the_same(rng, monkeypatch):
    X, kernel = rng.randn(3, 11, 7), rng.randn(4, 3, 3, 3)
    whole = convolve(X, kernel, 0.0)
    monkeypatch.setattr('gluon_style.parity.step.arbiter.CHUNK', 9 * 3 * 7 * 2)
    numpy.testing.assert_allclose(convolve(X, kernel, 0.0), whole, rtol=1e-12)


def test_pooling_by_hand():
    X = numpy.array([[[1.0, 5, 9], [3, 2, 9], [9, 9, 9]]])  # odd: cut off
    Y, memory = pool(X, 'max')
    assert Y.tolist() == [[[5]]]
    back = unpool(numpy.ones((1, 1, 1)), memory)
    assert back.tolist() == [[[0, 1, 0], [0, 0, 0], [0, 0, 0]]]
    Y, memory = pool(X, 'average')
    assert Y.tolist() == [[[11 / 4]]]
    back = unpool(numpy.ones((1, 1, 1)), memory)
    assert back[0, :2, :2].tolist() == [[0.25, 0.25], [0.25, 0.25]]


@pytest.mark.parametrize('recipe', DISTINCT)
def test_the_arbiters_gradient_is_that_of_its_loss(rng, recipe, monkeypatch):
    """Central differences of the total loss, pixel by pixel.

    With steps of 1e-6 a float64 difference quotient of smooth functions is
    good to about 1e-7 of the largest gradient. Where a ReLU, a maximum or
    an absolute value of TV has a kink within the step, one path of many is
    off; none is here, for the noise in X keeps ties away.
    """
    case = small_case((21, 18), recipe=recipe)
    case = dataclasses.replace(case, X=case.X.astype('float64'))
    gradient = arbiter.evaluate(case)['gradient']
    # the losses alone from here on
    monkeypatch.setattr(arbiter, 'backward', lambda *_: 0.0)

    def loss(X):
        return arbiter.evaluate(dataclasses.replace(case, X=X))['total_loss']

    for _ in range(4):
        at = (0, *(rng.randint(side) for side in case.X.shape[1:]))
        step = numpy.zeros(case.X.shape)
        step[at] = 1e-6
        slope = (loss(case.X + step) - loss(case.X - step)) / 2e-6
        assert abs(slope - gradient[at]) <= 1e-6 * abs(gradient).max(), at
    # and along all pixels at once, relative to the slope itself
    step = 1e-7 * numpy.sign(gradient)
    slope = (loss(case.X + step) - loss(case.X - step)) / 2e-7
    assert math.isclose(slope, abs(gradient).sum(), rel_tol=1e-6)


@pytest.mark.parametrize('recipe', DISTINCT)
def test_the_arbiter_is_pytorch_in_float64(torch_side, recipe):
    case = small_case((37, 51), recipe=recipe)
    expected = torch_side.evaluate(case, 'float64')
    exact = arbiter.evaluate(case)
    assert list(expected) == list(exact)
    for name, array in expected.items():
        assert array.shape == exact[name].shape
        assert distance(exact[name], array).relative < 1e-11, name


@pytest.mark.parametrize('antialias', [False, True])
@pytest.mark.parametrize('size', [(40, 30), (13, 70), (200, 7)])
def test_the_arbiter_resizes_as_the_libraries_do(rng, antialias, size):
    img = rng.randint(0, 256, (53, 61, 3)).astype('uint8')
    got = arbiter.preprocess(img, size, antialias)
    filters = Image.Resampling.BILINEAR
    expected = (
        numpy.asarray(Image.fromarray(img).resize(size, filters))
        if antialias
        else images.image.imresize(np.array(img, dtype='uint8'), *size)
    )
    expected = gs.preprocess(np.array(expected, dtype='uint8'), size).asnumpy()
    assert abs(got - expected).max() <= TOLERANCES['image'].alone


def test_adams_first_step_by_hand(case):
    gradient = numpy.array([1e-9, -1e-7, 1e-3]).reshape(1, 3, 1, 1)
    got = arbiter.adam_step(case, gradient).ravel()
    expected = [
        -0.9 * g / (abs(g) + 1e-8 / math.sqrt(1e-3)) for g in gradient.ravel()
    ]
    numpy.testing.assert_allclose(got, expected, rtol=1e-9)
    pytorchs = small_case(adam_epsilon='pytorch')
    got = arbiter.adam_step(pytorchs, gradient).ravel()
    expected = [-0.9 * g / (abs(g) + 1e-8) for g in gradient.ravel()]
    numpy.testing.assert_allclose(got, expected, rtol=1e-9)


# the verdicts


@pytest.mark.parametrize('recipe', DISTINCT)
def test_recipes_are_within_their_tolerances(against, recipe):
    rows, _ = measuring.measure(SMALL._replace(recipe=recipe), against)
    assert passed(rows), table(rows)
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    has_adam = find_recipe(recipe).settings.optimizer == 'adam'
    assert ('adam_step' in names) == has_adam


def test_quick_has_rows_for_its_network_in_bfloat16(monkeypatch):
    quick = SMALL._replace(recipe='quick')
    monkeypatch.setattr(measuring, 'available_precision', lambda _: 'float32')
    plain, _ = measuring.measure(quick, 'arbiter')
    monkeypatch.undo()
    settings = find_recipe('quick').settings
    if measuring.available_precision(settings) != 'bfloat16':
        pytest.skip('needs a processor with avx512_bf16 or amx_bf16')
    rows, _ = measuring.measure(quick, 'arbiter')
    assert passed(rows), table(rows)
    assert [row.name for row in rows[: len(plain)]] == [i.name for i in plain]
    errors = {row.name: row.ours.relative for row in rows}
    coarse = rows[len(plain) :]
    assert {row.kind for row in coarse} == {
        f'bfloat16 {kind}'
        for kind in ('features', 'gram', 'loss', 'gradient', 'median')
    }
    for row in coarse:
        if row.name != 'tv_loss bfloat16':  # which the network does not touch
            assert errors[row.name] > 10 * errors[row.name[:-9]], row


def test_real_weights_are_within_their_tolerances(against, real_weights):
    rows, name = measuring.measure(
        SMALL._replace(weights=real_weights), against
    )
    assert passed(rows), table(rows, name)


def test_the_quantities_are_all_there(exact):
    style = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']
    assert list(exact) == [
        'content_X', 'style_X', 'X',
        *(f'features_{i}' for i in [*style[:4], 'conv4_4', style[4]]),
        'target_conv4_4',
        *(f'gram_{i}' for i in style),
        *(f'target_gram_{i}' for i in style),
        'content_loss_conv4_4',
        *(f'style_loss_{i}' for i in style),
        'content_loss', 'style_loss', 'tv_loss', 'total_loss',
        'gradient', 'adam_step',
    ]  # fmt: skip
    for name, array in exact.items():
        assert array.dtype == 'float64'
        assert abs(array).max() > 0, name  # no row that says nothing


def alias(monkeypatch):
    extract = mxnet_side.extract_features

    def aliased(X, net, *layers):
        contents, styles = extract(X, net, *layers)
        last = styles[-1]  # the network ends there
        return (
            [npx.relu(i) for i in contents],
            [*(npx.relu(i) for i in styles[:-1]), last],
        )

    monkeypatch.setattr(mxnet_side, 'extract_features', aliased)


def swap_epsilon(monkeypatch):
    get_inits = mxnet_side.get_inits

    def swapped(X, device, lr, styles_Y, optimizer):
        assert optimizer == 'adam'
        return get_inits(X, device, lr, styles_Y, 'pytorchadam')

    monkeypatch.setattr(mxnet_side, 'get_inits', swapped)


def pillow_resize(monkeypatch):
    def imresize(img, width, height):
        picture = Image.fromarray(img.asnumpy())
        picture = picture.resize((width, height), Image.BILINEAR)
        return np.array(numpy.asarray(picture), dtype='uint8')

    monkeypatch.setattr(images.image, 'imresize', imresize)


def undivided_gram(monkeypatch):
    gram = losses.gram
    for module in (losses, mxnet_side):
        monkeypatch.setattr(module, 'gram', lambda X: gram(X) * X.shape[2])


def multiplied_list(monkeypatch):
    compute_loss = mxnet_side.compute_loss

    def once(*arguments):
        *terms, l = compute_loss(*arguments)
        return (*terms, l - 9 * sum(terms[1]))

    monkeypatch.setattr(mxnet_side, 'compute_loss', once)


def summed_tv(monkeypatch):
    tv_loss = losses.tv_loss
    monkeypatch.setattr(losses, 'tv_loss', lambda X: 2 * tv_loss(X))


def coarse_weights(monkeypatch):
    network = mxnet_side.network

    def rounded(settings):
        net = network(settings)
        kernel = net[10].weight.data()
        net[10].weight.set_data(kernel.astype('float16').astype('float32'))
        return net

    monkeypatch.setattr(mxnet_side, 'network', rounded)


FEATURES = {f'features_conv{i}_1' for i in range(1, 5)}
GRAMS = {f'gram_conv{i}_1' for i in range(1, 6)}
INPUTS = {'content_X', 'style_X', 'X'}
MUTATIONS = {
    # what is put back, some of the rows that must fail, some that must not
    alias: (
        FEATURES | {'style_loss', 'content_loss', 'gradient'},
        {*INPUTS, 'features_conv5_1', 'gram_conv5_1', 'tv_loss', 'adam_step'},
    ),
    swap_epsilon: ({'adam_step'}, FEATURES | GRAMS | {'gradient'}),
    pillow_resize: (
        {'content_X', 'style_X'},
        FEATURES | GRAMS | {'gradient', 'adam_step'},
    ),
    undivided_gram: (GRAMS | {'style_loss', 'gradient'}, FEATURES),
    multiplied_list: ({'total_loss', 'gradient'}, {'style_loss', 'tv_loss'}),
    summed_tv: (
        {'tv_loss', 'total_loss', 'gradient'},
        {'style_loss', 'content_loss'},
    ),
    coarse_weights: (
        {'features_conv3_1', 'features_conv4_1', 'gradient (median)'},
        {'features_conv1_1', 'features_conv2_1', 'gram_conv2_1'},
    ),
}


@pytest.mark.parametrize('mutation', MUTATIONS, ids=lambda i: i.__name__)
def test_a_difference_put_back_fails(
    against, theirs, case, exact, monkeypatch, mutation
):
    must, must_not = MUTATIONS[mutation]
    mutation(monkeypatch)
    mine = measuring.quantities_of(mxnet_side, case, exact['gradient'])
    rows = verdict_rows(exact, mine, theirs)
    assert not passed(rows)
    assert must <= failed(rows)
    assert not must_not & failed(rows)
    assert all('ours' in row.verdict for row in rows if row.name in must)


def test_what_is_not_a_number_fails(exact):
    ours = {name: array.astype('float32') for name, array in exact.items()}
    assert passed(verdict_rows(exact, ours))
    ours['gradient'] = ours['gradient'].copy()
    ours['gradient'][0, 0, 0, 0] = numpy.nan
    rows = {'gradient', 'gradient (median)'}
    assert failed(verdict_rows(exact, ours)) == rows
    assert failed(verdict_rows(exact, ours, exact)) == rows
    assert not passed([])


def test_distance():
    got, exact = numpy.float32([3, 4]), numpy.float64([3, 5])
    assert distance(got, exact) == (1, 1 / math.sqrt(34))
    zeros = numpy.zeros(2)
    assert distance(zeros, zeros) == (0, 0)
    assert distance(got, zeros) == (4, math.inf)
    with pytest.raises(ValueError, match='shape'):
        distance(numpy.float32(1), exact)


def test_every_tolerance_has_a_reason(exact):
    kinds = {kind_of(name) for name in (*exact, MEDIAN)}
    coarse = {kind for kind in TOLERANCES if kind.startswith('bfloat16 ')}
    assert kinds == set(TOLERANCES) - coarse
    assert coarse == {
        f'bfloat16 {kind}' for kind in kinds - {'image', 'start', 'adam'}
    }
    for kind, rule in TOLERANCES.items():
        most = 0.25 if kind in coarse else 0.02
        assert len(rule.reason) > 40
        assert 0 < rule.floor <= rule.alone < most
        assert 1 <= rule.factor < 20


def test_the_table_is_aligned(exact):
    ours = {name: array.astype('float32') for name, array in exact.items()}
    half = {'gradient': exact['gradient'] / 2}
    rows = verdict_rows(exact, ours, half)
    for text in (table(rows), table(rows, 'torch')):
        lines = text.splitlines()[: len(rows) + 1]
        assert len({line.index(' ok') for line in lines[1:]}) == 1
        assert lines[0].startswith('quantity')
        for kind in {row.kind for row in rows}:
            assert TOLERANCES[kind].reason in ' '.join(text.split())
    assert '5.0e-01' in text  # of PyTorch's gradient


# traces


@pytest.fixture(scope='module')
def a_trace(tmp_path_factory):
    path = tmp_path_factory.mktemp('trace') / 'a.npz'
    assert measuring.write_trace_of(SMALL, path) == {}
    return path


@pytest.fixture
def changed(a_trace, tmp_path):
    """Return a function that writes a trace with some arrays replaced."""

    def change(**arrays):
        with numpy.load(a_trace) as file:
            kept = {**file, **arrays}
        path = tmp_path / 'changed.npz'
        numpy.savez(path, **{k: v for k, v in kept.items() if v is not None})
        return str(path)

    return change


@pytest.fixture
def recipe(a_trace):
    """Return a function that gives the recipe with some fields replaced."""

    def change(**fields):
        with numpy.load(a_trace) as file:
            return json.dumps({**json.loads(str(file['recipe'])), **fields})

    return change


def test_a_trace_of_ours_is_as_far_as_ours(a_trace):
    options = measuring.Options(weights='random:5')  # the rest is the trace's
    rows, name = measuring.measure(options, str(a_trace))
    assert passed(rows), table(rows, name)
    for row in rows:
        assert row.ours == row.peer or row.name == 'adam_step'
    assert name == 'trace'
    again, _ = measuring.measure(SMALL, str(a_trace))
    assert [row.name for row in again] == [row.name for row in rows]


def test_a_trace_holds_what_the_page_says(a_trace, case):
    with numpy.load(a_trace, allow_pickle=False) as file:
        arrays = dict(file)
    assert arrays['format_version'] == 1
    assert str(arrays['made_by']).startswith('gluon_style ')
    assert str(arrays['weights_sha256']) == weights_digest(case.convolutions)
    recipe = json.loads(str(arrays['recipe']))
    assert recipe['recipe'] == 'd2l-0.17-mxnet'
    assert recipe['content_layers'] == ['conv4_4']
    assert recipe['start_noise'] == 0.1
    assert set(recipe['feature_steps'].values()) == {1}
    noise = numpy.random.RandomState(0).standard_normal((1, 3, 32, 48))
    assert_close(arrays['X'], arrays['content_X'] + 0.1 * noise, 1e-7)
    assert arrays['features_conv2_1'].shape == (1, 128, 16, 24)
    assert arrays['gram_conv5_1'].shape == (512, 512)
    assert arrays['style_loss'].shape == ()
    numbers = [i for i in arrays.values() if i.dtype.kind == 'f']
    assert all(i.dtype == '<f4' for i in numbers)
    page = (DATA.parents[1] / 'docs/trace-format.md').read_text()
    for name in arrays:
        kind = name.split('_conv')[0]
        assert f'`{kind}' in page, name


def test_a_third_implementation_in_numpy_passes(changed, exact, case):
    gradient = exact['gradient'].astype('float32')
    theirs = {k: v.astype('<f4') for k, v in exact.items()}
    for name in ('content_X', 'style_X', 'X'):
        theirs[name] = getattr(case, name)
    path = changed(**theirs, adam_gradient=gradient, made_by='NumPy 1.23')
    rows, _ = measuring.measure(SMALL, path)
    assert passed(rows), table(rows)


def test_a_wrong_third_implementation_fails(changed, a_trace):
    with numpy.load(a_trace) as file:
        wrong = numpy.maximum(file['features_conv3_1'], 0)
        nothing = numpy.full((), numpy.nan, 'float32')
    rows, _ = measuring.measure(
        SMALL, changed(features_conv3_1=wrong, tv_loss=nothing)
    )
    assert failed(rows) == {'features_conv3_1', 'tv_loss'}
    assert {row.verdict for row in rows} == {'ok', 'FAIL (theirs)'}


def test_ours_is_held_to_the_trace_as_well(a_trace, monkeypatch):
    undivided_gram(monkeypatch)
    rows, _ = measuring.measure(SMALL, str(a_trace))
    assert failed(rows) >= GRAMS
    assert {row.verdict for row in rows} == {'ok', 'FAIL (ours)'}


def test_everyone_is_fed_the_traces_inputs(changed, a_trace):
    """Another picture fails as an input and nowhere else."""
    with numpy.load(a_trace) as file:
        other = file['content_X'][..., ::-1].copy()
    rows, _ = measuring.measure(SMALL, changed(content_X=other))
    theirs = {row.name for row in rows if 'theirs' in row.verdict}
    assert {'content_X', 'X', 'target_conv4_4'} <= theirs
    assert not any('ours' in row.verdict for row in rows)
    assert not theirs & (FEATURES | GRAMS)


@pytest.mark.parametrize(
    ('arrays', 'message'),
    [
        ({'gram_conv4_1': None, 'gradient': None},
         'has no gram_conv4_1, gradient'),
        ({'X': None}, 'has no X'),
        ({'recipe': None}, 'has no recipe'),
        ({'gradient': numpy.zeros((1, 3, 48, 32), 'f4')},
         r'gradient has the shape \(1, 3, 48, 32\).*wanted \(1, 3, 32, 48\)'),
        ({'tv_loss': numpy.array('low')}, 'tv_loss has .* type <U3'),
        ({'content_X': numpy.zeros(3)}, 'content_X has the shape'),
        ({'weights_sha256': '0' * 64}, 'other weights: .*--weights'),
        ({'format_version': 2}, 'format_version 2, wanted 1'),
        ({'recipe': 'chapter'}, 'not the JSON'),
        ({'recipe': '[]'}, 'not the JSON'),
        ({'recipe': '{"recipe": "d2l-0.17-mxnet"}'}, 'not the JSON'),
    ],
)  # fmt: skip
def test_a_bad_trace_is_refused(changed, arrays, message):
    with pytest.raises(ParityError, match=message):
        measuring.measure(SMALL, changed(**arrays))


@pytest.mark.parametrize(
    ('fields', 'message'),
    [
        ({'tv_weight': 5}, r'another recipe: tv_weight 5 \(ours 10'),
        ({'start_noise': 0.2}, r'start_noise 0.2 \(ours 0.1'),
        ({'extra': 1}, r'extra 1 \(ours None'),
        ({'content_sha256': 'x'}, "content_sha256 'x'"),
        ({'recipe': 'none'}, 'got recipe'),
        ({'feature_steps': {'features_conv1_1': 0}}, 'not the JSON'),
        ({'feature_steps': {'features_conv1_1': 10**30}}, 'not the JSON'),
        ({'width': 10**400}, 'not the JSON'),
        ({'height': 0}, 'not the JSON'),
        ({'width': True}, 'not the JSON'),
        ({'feature_steps': {'features_conv1_1': 3}},
         r'features_conv1_1 has the shape .*wanted \(32768,\)'),
    ],
)  # fmt: skip
def test_a_trace_of_another_recipe_is_refused(
    changed, recipe, fields, message
):
    with pytest.raises(StyleError, match=message):
        measuring.measure(SMALL, changed(recipe=recipe(**fields)))


def test_options_that_are_not_the_traces_are_refused(a_trace):
    for options, message in (
        (SMALL._replace(weights='random:6'), 'other weights'),
        (SMALL._replace(width=32), 'content_X has the shape'),
        (SMALL._replace(recipe='d2l-1.0-mxnet'), 'style_weight 1000'),
        (SMALL._replace(content='sample:autumn-avenue'), 'content_sha256'),
    ):
        with pytest.raises(ParityError, match=message):
            measuring.measure(options, str(a_trace))


def test_files_that_are_no_traces_are_refused(tmp_path, a_trace):
    with pytest.raises(ParityError, match=r'no such trace.*gluon-style trace'):
        read_trace(tmp_path / 'none.npz')
    path = tmp_path / 'bad.npz'
    whole = a_trace.read_bytes()
    for content in (b'', b'text', whole[:-500], whole[:4000]):
        path.write_bytes(content)
        with pytest.raises(ParityError, match=r'cut short or not an \.npz'):
            read_trace(path)
    numpy.save(str(tmp_path / 'array.npy'), numpy.zeros(3))
    with pytest.raises(ParityError, match='not an'):
        read_trace(tmp_path / 'array.npy')
    objects = tmp_path / 'objects.npz'
    numpy.savez(objects, recipe=numpy.array([{}], dtype=object))
    with pytest.raises(ParityError, match='without pickles'):
        read_trace(objects)


@pytest.mark.parametrize(('field', 'value'), [(6, 1), (8, 99)])
def test_traces_that_are_packed_otherwise(tmp_path, field, value):
    path = tmp_path / 'odd.npz'  # encrypted, or by an unknown method
    numpy.savez(path, recipe=numpy.array('{}'))
    data = bytearray(path.read_bytes())
    for place in (field, data.rindex(b'PK\1\2') + field + 2):
        struct.pack_into('<H', data, place, value)
    path.write_bytes(data)
    with pytest.raises(ParityError, match='cut short'):
        read_trace(path)


@pytest.mark.parametrize(
    'header', ['(' * 3000, "{'descr': '<f4', 'fortran_order': False, "
               "'shape': (1000000000000,)}", '[]'],
)  # fmt: skip
def test_arrays_that_cannot_be(tmp_path, header):
    path = tmp_path / 'odd.npz'
    size = struct.pack('<H', len(header))
    with zipfile.ZipFile(path, 'w') as archive:
        data = b'\x93NUMPY\1\0' + size + header.encode()
        archive.writestr('recipe.npy', data)
    with pytest.raises(ParityError, match='cut short'):
        read_trace(path)


@pytest.mark.parametrize('entry', ['more.npy', 'more', 'more.txt'])
def test_what_a_trace_does_not_need_is_not_unpacked(tmp_path, a_trace, entry):
    path = tmp_path / 'bomb.npz'
    path.write_bytes(a_trace.read_bytes())
    with zipfile.ZipFile(
        path, 'a', zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive, archive.open(entry, 'w', force_zip64=True) as file:
        for _ in range(1100):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 100_000_000
    tracemalloc.start()
    with pytest.raises(ParityError, match='not an'):
        read_trace(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_member_that_is_no_array(tmp_path, a_trace):
    path = tmp_path / 'odd.npz'
    with zipfile.ZipFile(a_trace) as before, zipfile.ZipFile(
        path, 'w'
    ) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == 'content_X.npy':
                data = b'other' + data
            after.writestr(name, data)
    with pytest.raises(ParityError, match='cut short or not'):
        read_trace(path)


@pytest.mark.parametrize(
    'row',
    ['1,nan,1,1', '1,1,inf,1', '1,1,1,-1', '-1,1,1,1', '9' * 5000 + ',1,1,1'],
)
def test_a_log_with_numbers_that_cannot_be(tmp_path, row):
    path = tmp_path / 'run.csv'
    head = 'epoch,content_loss,style_loss,tv_loss\n'
    path.write_text(head + '100,1,1,1\n' + row + '\n')
    with pytest.raises(StyleError, match='no log of losses'):
        read_curves(path)


def test_a_recipe_that_nests_too_far(tmp_path):
    frame = dict.fromkeys(('made_by', 'weights_sha256'), numpy.array('x'))
    frame.update(format_version=numpy.array(1))
    numpy.savez(
        tmp_path / 'deep.npz', **frame, recipe=numpy.array('[' * 100_000)
    )
    with pytest.raises(ParityError, match='its recipe is not the JSON'):
        read_trace(tmp_path / 'deep.npz')


def test_a_trace_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r'\.npz'):
        measuring.write_trace_of(SMALL, tmp_path / 'a.npy')

    def full(file, **arrays):
        file.write_bytes(b'half')
        raise OSError('the disk is full')

    monkeypatch.setattr(numpy, 'savez_compressed', full)
    with pytest.raises(OSError, match='full'):
        measuring.write_trace_of(SMALL, tmp_path / 'a.npz')
    assert not list(tmp_path.iterdir())


def test_large_features_are_sampled(tmp_path, monkeypatch):
    monkeypatch.setattr('gluon_style.parity.step.trace.WHOLE', 30000)
    steps = measuring.write_trace_of(SMALL, tmp_path / 'a.npz')
    assert steps == {'features_conv1_1': 5, 'features_conv2_1': 2}
    with numpy.load(tmp_path / 'a.npz') as file:
        assert file['features_conv1_1'].shape == (math.ceil(98304 / 5),)
        assert file['target_gram_conv5_1'].shape == (512, 512)
    rows, _ = measuring.measure(SMALL, str(tmp_path / 'a.npz'))
    assert passed(rows)
    # and what is sampled is told apart
    with numpy.load(tmp_path / 'a.npz') as file:
        kept = dict(file)
    kept['features_conv1_1'] = numpy.roll(kept['features_conv1_1'], 1)
    numpy.savez(tmp_path / 'b.npz', **kept)
    rows, _ = measuring.measure(SMALL, str(tmp_path / 'b.npz'))
    assert failed(rows) == {'features_conv1_1'}


def test_the_sampling_rule():
    conv = numpy.empty((1, 64, 300, 450), 'float32')
    arrays = {
        'features_conv1_1': conv,
        'target_gram_conv5_1': conv,
        'gradient': conv,
        'features_conv4_4': conv[:, :4],
    }
    # 8640000 / 2**19 is 16.5
    steps = {'features_conv1_1': 17, 'features_conv4_4': 2}
    assert feature_steps(arrays) == steps
    few = sampled({'features_conv4_4': numpy.arange(5.0)}, steps)
    assert_equal(few['features_conv4_4'], numpy.float64([0, 2, 4]))


# the command line


def run(*arguments):
    app = typer.Typer(rich_markup_mode=None)
    app.command()(parity)
    app.command()(trace)
    return app([str(i) for i in arguments], standalone_mode=False) or 0


ARGUMENTS = ['--width', 48, '--height', 32, '--weights', 'random:5']


def test_the_commands(tmp_path, capsys):
    path = tmp_path / 'a.npz'
    assert run('trace', '-o', path, *ARGUMENTS) == 0
    assert f'trace    {path}' in capsys.readouterr().out
    against = ['parity', '--against', path, '--weights', 'random:5']
    assert run(*against) == 0
    out = capsys.readouterr().out
    for text in (
        'd2l-0.17-mxnet, 48x32',
        'random: seed 5',
        'trace max',
        'made by gluon_style',
        'gradient ',
        'ok: 33 quant',
    ):
        assert text in out
    with numpy.load(path) as file:
        arrays = {**file, 'gradient': 2 * file['gradient']}
    numpy.savez(path, **arrays)
    assert run(*against) == 1
    out = capsys.readouterr().out
    assert 'FAIL: 2 of 33 quantities: gradient, gradient (median)' in out
    assert 'FAIL (theirs)' in out


def test_parity_without_torch(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, 'torch', None)
    with pytest.raises(ParityError, match='pip install'):
        run('parity', '--against', 'torch', *ARGUMENTS)
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    assert run('parity', *ARGUMENTS) == 0
    out = capsys.readouterr().out
    assert 'PyTorch is not installed: against float64 alone' in out
    assert 'torch max' not in out


def test_parity_with_torch(torch_side, capsys):
    assert run('parity', *ARGUMENTS) == 0
    assert 'torch max' in capsys.readouterr().out


def test_bad_arguments_are_one_line_each(tmp_path):
    for arguments in (
        ['parity', '--recipe', 'none'],
        ['parity', '--width', 3],
        ['parity', '--content', 'none.jpg'],
        ['parity', '--against', 'jax'],
        ['trace', '-o', tmp_path / 'a.npz', '--weights', 'none.params'],
        ['trace', '-o', tmp_path / 'a.txt'],
    ):
        with pytest.raises(StyleError):
            run(*arguments)


def test_importing_is_light():
    code = (
        'import sys, gluon_style.parity, gluon_style.cli.parity; '
        "print([i for i in ('mxnet', 'torch', 'scipy') if i in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.strip() == '[]'


def test_the_digest_is_that_of_the_numbers(case):
    kernel, bias = case.convolutions[0]
    same = {0: (numpy.asfortranarray(kernel).astype('>f4'), bias)}
    assert weights_digest(same) == weights_digest({0: (kernel, bias)})
    other = {0: (kernel, bias + 1)}
    assert weights_digest(other) != weights_digest({0: (kernel, bias)})
    assert relative_l2(same[0][0], kernel) == 0
