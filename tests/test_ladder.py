"""The ladder from tab to tab, its report, and the published curves."""

import csv
import html.parser
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy
import pytest
import typer
from arrays import assert_close
from PIL import Image
from tolerances import FEATURES

import gluon_style as gs
from gluon_style.cli import main
from gluon_style.cli.compare import compare
from gluon_style.errors import OutputError, SettingsError, StyleError
from gluon_style.parity.ladder import rungs
from gluon_style.runs.recipes import RECIPES
from gluon_style.runs.settings import Settings
from gluon_style.vgg.layers import CONTENT_LAYERS, STYLE_LAYERS
from gluon_style.vgg.weights import load_weights

START, END = 'd2l-0.17-pytorch', 'd2l-0.17-mxnet'
SMALL = {'width': 32, 'height': 24, 'epochs': 3, 'weights': 'random:3'}
# sums in another order, and MXNet's steps, longer by 6.7e-6 (see
# test_adams_epsilon_is_mxnets); measured 2.8e-6
ONE_STEP = 2e-5
# a tie or a vanishing gradient that rounds the other way moves its pixel by
# a step the other way; measured 2.3e-2 with PyTorch's epsilon and a rate of
# 0.9, where PyTorch drifts from itself as far, and 5e-3 otherwise
THREE_STEPS = 5e-2


@pytest.fixture(scope='module')
def torch():
    return pytest.importorskip(
        'torch', reason="needs PyTorch (pip install -e '.[torch]')"
    )


@pytest.fixture(scope='module')
def files():
    names = ('sample:mountain-lake', 'sample:autumn-avenue')
    return [gs.find_image(name) for name in names]


@pytest.fixture(scope='module')
def ladder(torch, files):
    from gluon_style.parity.ladder.climb import climb

    return climb(*files, rungs(START, END, **SMALL))


@pytest.fixture(scope='module')
def results(ladder):
    from gluon_style.parity.ladder.distances import ladder_results

    facts = {'content': 'a.jpg', 'style': 'b.jpg', 'weights': 'random'}
    return ladder_results(ladder, START, END, **facts)


# the plan


def test_the_rungs_stand_in_order_and_end_at_the_recipe():
    plan = rungs(START, END, **SMALL)
    assert [(rung.name, rung.framework) for rung in plan] == [
        ('start', 'pytorch'),
        ('resize', 'pytorch'),
        ('features', 'pytorch'),
        ('adam_epsilon', 'pytorch'),
        ('lr', 'pytorch'),
        ('framework', 'mxnet'),
    ]
    for rung, name in ((plan[0], START), (plan[-1], END)):
        recipe = replace(RECIPES[name].settings, device='cpu', **SMALL)
        assert rung.settings == recipe


def test_a_field_given_is_that_of_every_rung():
    plan = rungs(START, END, **SMALL, lr_decay_epoch=10, lr=0.5)
    assert {rung.settings.lr_decay_epoch for rung in plan} == {10}
    assert {rung.settings.lr for rung in plan} == {0.5}
    names = ['start', 'resize', 'features', 'adam_epsilon', 'framework']
    assert [rung.name for rung in plan] == names


@pytest.mark.parametrize('start', RECIPES)
@pytest.mark.parametrize('end', RECIPES)
def test_each_rung_changes_one_thing(start, end):
    if start == end or {start, end} == {'quick', 'fine'}:
        with pytest.raises(SettingsError, match='compute the same'):
            rungs(start, end)
        return
    plan = rungs(start, end)
    for below, above in zip(plan, plan[1:]):
        left, right = below.settings.record(), above.settings.record()
        changed = [name for name in left if left[name] != right[name]]
        if below.framework != above.framework:
            changed.append('framework')
        assert changed == [above.field]
        assert above.effect
    assert plan[-1].settings.lr == RECIPES[end].settings.lr
    assert plan[-1].settings.loss == RECIPES[end].settings.loss


def test_the_framework_changes_beside_the_mxnet_end():
    back = rungs(END, START, **SMALL)
    assert [rung.name for rung in back[:2]] == ['start', 'framework']
    assert [rung.framework for rung in back] == ['mxnet'] + ['pytorch'] * 5
    alone = rungs(END, 'd2l-1.0-mxnet', **SMALL)
    assert {rung.framework for rung in alone} == {'mxnet'}
    assert [i.name for i in alone] == [
        'start',
        'style_weight',
        'style_repeats',
    ]


# the PyTorch tab


def test_aliasing_happens(torch):
    from gluon_style.parity.step.torch_side import extract_features, vgg19

    convolutions = load_weights('random:3').convolutions
    X = torch.randn(1, 3, 24, 32, generator=torch.Generator().manual_seed(1))
    (contents, styles), (own_c, own_s) = (
        extract_features(
            X.clone(),
            vgg19(convolutions, 28, inplace=inplace),
            CONTENT_LAYERS,
            STYLE_LAYERS,
        )
        for inplace in (True, False)
    )
    assert all((Y < 0).any() for Y in own_c + own_s)
    for got, convolution in zip(contents + styles[:-1], own_c + own_s[:-1]):
        assert torch.equal(got, convolution.relu())
    assert torch.equal(styles[-1], own_s[-1])  # where the network ends


@pytest.mark.parametrize('resize', ['opencv', 'pillow'])
def test_preprocess_agrees_with_the_library(torch, picture, resize):
    from gluon_style.parity.ladder.torch_tab import preprocess
    from gluon_style.runs.variants import resize_antialiased

    img = ours = picture(50, 70)
    if resize == 'pillow':
        ours = resize_antialiased(img, (32, 24))
    expected = gs.preprocess(ours, (32, 24)).asnumpy()
    numpy.testing.assert_array_equal(
        preprocess(img, (32, 24), resize).numpy(), expected
    )


def test_adams_epsilon_is_mxnets(torch):
    """A gradient of epsilon's size tells the two placements apart."""
    from gluon_style._mxnet import np
    from gluon_style.parity.ladder.torch_tab import _adam
    from gluon_style.runs.variants import mx

    slopes = numpy.array([1e-9, 1e-7, 1e-5, 1e-1], 'float32')

    def last(epsilon):
        settings = Settings(lr=0.9, epochs=5, adam_epsilon=epsilon)
        X = torch.zeros(4)
        factors = torch.from_numpy(slopes)
        return _adam(
            X,
            lambda X: [(X * factors).sum()],
            settings,
            lambda *_: None,
        ).numpy()

    weight = np.zeros(4).as_nd_ndarray()
    slope = np.array(slopes).as_nd_ndarray()
    adam = mx.optimizer.create('adam', learning_rate=0.9)
    state = adam.create_state(0, weight)
    for _ in range(5):
        adam.update(0, weight, slope, state)
    # MXNet takes 1 - beta in float32: 1 - beta2 is 1.3e-5 too small, and so
    # it divides by a smaller root where the gradient outweighs epsilon;
    # 1 - beta1 is too large, and so is the mean of the gradients
    by_beta2 = (1e-3 / (1 - float(numpy.float32(0.999)))) ** 0.5
    by_beta1 = (1 - float(numpy.float32(0.9))) / 0.1
    longer = by_beta1 * by_beta2
    # written with two or three digits here
    assert by_beta2 - 1 == pytest.approx(6.4e-6, rel=0.01)
    assert by_beta1 - 1 == pytest.approx(0.24e-6, rel=0.01)
    assert longer - 1 == pytest.approx(6.7e-6, rel=0.01)
    ratio = weight.asnumpy() / last('mxnet')
    # in between, epsilon (1e-8) takes a part of the effect of beta2; where
    # the slope is 1e-1 none, and float32 rounds 5 steps, 3e-8 each
    assert ratio == pytest.approx([1, 1, longer, longer], abs=4e-6)
    assert ratio[-1] == pytest.approx(longer, abs=2e-7)
    assert abs(last('pytorch') / last('mxnet') - 1)[0] > 1


@pytest.mark.parametrize(
    'change',
    [
        {},
        {'features': 'aliased', 'resize': 'pillow', 'lr': 0.3},
        {'adam_epsilon': 'pytorch', 'style_repeats': 1, 'style_weight': 1e4},
        {'pooling': 'average', 'lr': 0.01, 'lr_decay': 0.1},
        {'optimizer': 'l-bfgs'},
        {
            'optimizer': 'l-bfgs',
            'loss': 'gatys',
            'content_layers': ['relu4_2'],
        },
        {'lr': 0.01, 'second_scale': 2, 'second_epochs': 1},
    ],
    ids=lambda change: ','.join(change) or 'chapter',
)
def test_the_tab_with_any_settings_is_the_library_with_them(
    torch, files, change
):
    from gluon_style.parity.ladder.torch_tab import run_torch

    settings = Settings(**{**SMALL, 'lr_decay_epoch': 2, **change})
    ours, theirs = [], []
    images = [gs.read_image(file) for file in files]

    def into(kept):
        return lambda record, picture: kept.append((record, picture()))

    X = gs.run(*images, settings, into(ours), every=1)
    Y = run_torch(*images, settings, into(theirs))
    second = settings.second_epochs if settings.second_scale else 0
    assert len(ours) == len(theirs) == 3 + second
    for (a, _), (b, _) in zip(ours, theirs):
        assert a.epoch == b.epoch
        assert a.learning_rate == pytest.approx(b.learning_rate)
        assert a.total_loss == pytest.approx(b.total_loss, rel=THREE_STEPS)
    seconds = [record.seconds for record, _ in theirs]
    assert seconds == sorted(seconds)  # a second stage goes on counting
    (a, picture), (b, picture_t) = ours[0], theirs[0]
    for term in ('style_loss', 'tv_loss', 'total_loss'):
        assert getattr(a, term) == pytest.approx(
            getattr(b, term), rel=FEATURES
        )
    assert_close(picture, picture_t, ONE_STEP)
    assert_close(X, Y, THREE_STEPS)


def counted_lbfgs(monkeypatch, content, style, **change):
    """Run the tab with L-BFGS; return records, results, evaluations."""
    from gluon_style.parity.ladder import torch_tab

    counts, records, optima = [], [], []
    minimize, make_losses = torch_tab.minimize, torch_tab._losses

    def counting(*arguments):
        losses = make_losses(*arguments)
        return lambda X: counts.append(X.detach().clone()) or losses(X)

    def kept(*arguments, **options):
        optima.append(minimize(*arguments, **options))
        return optima[-1]

    monkeypatch.setattr(torch_tab, '_losses', counting)
    monkeypatch.setattr(torch_tab, 'minimize', kept)
    settings = Settings(**{**SMALL, 'optimizer': 'l-bfgs', **change})
    X = torch_tab.run_torch(
        gs.read_image(content),
        gs.read_image(style),
        settings,
        lambda record, picture: records.append((record, picture())),
    )
    return X, records, optima[0], counts


def test_lbfgs_evaluates_the_network_once_for_each_point(
    torch, files, monkeypatch
):
    from gluon_style.parity.ladder.torch_tab import postprocess

    X, records, optimum, points = counted_lbfgs(monkeypatch, *files, epochs=6)
    assert [record.epoch for record, _ in records] == [1, 2, 3, 4, 5, 6]
    assert len(points) == optimum.nfev
    # each report holds the losses of the picture reached
    evaluated = [postprocess(point) for point in points]
    places = [
        next(i for i, img in enumerate(evaluated) if (img == picture).all())
        for _, picture in records
    ]
    assert places == sorted(set(places))
    assert records[-1][0].total_loss == optimum.fun
    numpy.testing.assert_array_equal(X.ravel(), optimum.x.astype('float32'))


def test_lbfgs_that_stops_early_reports_its_last_iterate(
    torch, tmp_path, monkeypatch
):
    """A flat grey image in its own style: the gradient is 0 from the start."""
    grey = tmp_path / 'grey.png'
    Image.fromarray(numpy.full((24, 32, 3), 128, 'uint8')).save(grey)
    gatys = {'loss': 'gatys', 'content_layers': ['relu4_2']}
    _, records, optimum, _ = counted_lbfgs(monkeypatch, grey, grey, **gatys)
    assert optimum.nit == 0
    ((record, picture),) = records
    assert record.epoch == 0
    assert record.total_loss == optimum.fun
    # standardised and back in float32, as in test_images.test_round_trip
    assert picture == pytest.approx(128 / 255, abs=1e-6)


def test_a_second_stage_counts_on_from_the_epochs_that_were_reached(
    torch, tmp_path, monkeypatch
):
    """The flat grey image again: no stage takes a step."""
    grey = tmp_path / 'grey.png'
    Image.fromarray(numpy.full((24, 32, 3), 128, 'uint8')).save(grey)
    change = {
        'loss': 'gatys',
        'content_layers': ['relu4_2'],
        'second_scale': 2,
        'second_epochs': 2,
    }
    _, records, _, _ = counted_lbfgs(monkeypatch, grey, grey, **change)
    assert [record.epoch for record, _ in records] == [0, 0]


def test_the_clock_counts_the_descents_alone(torch, files, monkeypatch):
    """As MXNet's: no reading of weights, no resizing."""
    from gluon_style.parity.ladder import torch_tab

    now = [0.0]

    def taking(seconds, function):
        def slow(*arguments):
            now[0] += seconds
            return function(*arguments)

        return slow

    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr(torch_tab, 'time', clock)
    for name, seconds in (
        ('preprocess', 1000),
        ('_losses', 1000),
        ('compute_loss', 1),
    ):
        slow = taking(seconds, getattr(torch_tab, name))
        monkeypatch.setattr(torch_tab, name, slow)
    records = []
    torch_tab.run_torch(
        *(gs.read_image(file) for file in files),
        Settings(**{**SMALL, 'second_scale': 2, 'second_epochs': 2}),
        lambda record, picture: records.append(record),
    )
    assert [record.seconds for record in records] == [1, 2, 3, 4, 5]


# the climb and its figures


def test_the_framework_agrees_at_epoch_1(results):
    assert results['framework']['agrees']
    rows = {row['term']: row for row in results['framework']['agreement']}
    assert rows['style']['difference'] < FEATURES
    assert rows['content']['scale'] == 'absolute'
    # the content loss begins near 0: a tolerance's square, times the total
    assert rows['content']['allowed'] < 1e-7


def test_the_agreement_can_fail(ladder):
    from gluon_style.parity.ladder.distances import agreement

    mxnet_run = ladder.runs[ladder.framework_pair[1]]
    rows = agreement(ladder.runs[1], mxnet_run)  # with other features
    assert [row['agrees'] for row in rows] == [True, False, True, False]


def test_the_drift_is_that_of_one_rounding(results):
    framework = results['framework']
    drifts = [framework['drift'], *framework['self_drift']]
    assert len(drifts) == 1 + 3
    for followed in drifts:
        assert followed['picture_epoch'] == [1, 2, 3]
        # in grey levels: less than the step of a file at first, and then
        # what Adam makes of it, if a pixel goes the other way by then;
        # bounds by powers of ten, not measured ones
        assert 0 < followed['rmse'][0] < 1e-2
        assert 0 < followed['rmse'][-1] < 1
        assert max(followed['total']) < 1e-3
    assert max(i['rmse'][-1] for i in drifts[1:]) > 1e-2
    assert 'no more than a rounding' in framework['verdict']


def test_every_rung_is_measured(ladder, results):
    first, *others = results['rungs']
    assert first['distance'] is None
    for rung, run in zip(results['rungs'], ladder.runs):
        assert rung['curve']['epoch'] == [1, 2, 3]
        assert rung['curve']['total'][0] == rung['initial']['total']
        assert rung['final']['style'] == run.records[-1].style_loss
        assert rung['seconds'] > 0
    for i, rung in enumerate(others, 1):
        squares = [
            (255.0 * (a.astype('float64') - b)) ** 2
            for a in ladder.pictures(i)
            for b in ladder.pictures(i - 1)
        ]
        assert len(squares) == [1, 1, 1, 4, 4][i - 1]  # twins of one rung
        apart = numpy.sqrt(numpy.mean(squares))
        assert rung['distance']['rmse'] == pytest.approx(apart)
        assert rung['distance']['psnr'] == pytest.approx(
            20 * numpy.log10(255 / apart)
        )
    # neither Adam nor its rate touches the losses before the first step
    assert all('same losses' in i['headline'] for i in results['rungs'][3:])


def test_pictures_on_the_way_are_kept_where_they_are_needed(ladder):
    kept = [sorted(run.pictures) for run in ladder.runs]
    assert kept == [[3]] * 4 + [[1, 2, 3]] * 2


def test_the_noise_is_that_of_the_twins(ladder, results):
    assert {i: len(twins) for i, twins in ladder.twins.items()} == {4: 3}
    noises = [rung['noise'] for rung in results['rungs']]
    assert noises[:4] == [None] * 4
    assert noises[4] == noises[5]  # PyTorch's serves MXNet's beside it
    assert noises[4]['pairs'] == 6
    drifts = [i['rmse'][-1] for i in results['framework']['self_drift']]
    assert len(set(drifts)) == 3  # one, two and three roundings away
    pictures = [255 * i.astype('float64') for i in ladder.pictures(4)]
    # twice the variance about the mean picture, with n - 1 = 3
    deviations = pictures - numpy.mean(pictures, 0)
    variance = numpy.mean(numpy.sum(deviations**2, 0)) / 3
    assert noises[4]['rmse'] == pytest.approx((2 * variance) ** 0.5)
    floors = [rung['distance']['floor'] for rung in results['rungs'][1:]]
    assert floors[:4] == [None] * 4
    assert floors[4] == pytest.approx(noises[4]['rmse'])
    headline = results['rungs'][5]['headline']
    assert f'noise alone does {floors[4]:.3g}' in headline


def noisy(level, size, count=4, effect=0.0, seed=0):
    """Draw pictures that are an effect and noise about grey, grey levels."""
    rng = numpy.random.default_rng(seed)
    shape = count, size, size, 3
    return list((128 + effect + rng.normal(0, level, shape)) / 255)


def test_distances_of_known_pictures_add_in_squares():
    from gluon_style.parity.ladder.noise import distance, noise

    black = numpy.zeros((2, 2, 3))
    levels = [black + i / 255 for i in (0, 3, 4)]
    measured = noise(levels)
    assert measured['rmse'] == pytest.approx(((9 + 16 + 1) / 3) ** 0.5)
    # of 3, 4 and 1, whose mean is 8/3: their variance is 7/3
    assert measured['spread'] == pytest.approx((7 / 3) ** 0.5)
    assert measured['pairs'] == 3
    assert noise(levels[:1]) is None
    assert noise(levels[:2]) == {
        'rmse': pytest.approx(3), 'spread': None, 'pairs': 1,
    }  # fmt: skip

    def rung(rmse, spread):
        return {'rmse': rmse, 'spread': spread, 'pairs': 6}

    # issue's figures: sqrt((13.5^2 + 34.1^2) / 2), and what is left of 42.4
    apart = distance(
        [black], [black + 42.4 / 255], [rung(13.5, 1), rung(34.1, 2)]
    )
    assert apart['rmse'] == pytest.approx(42.4)
    assert apart['floor'] == pytest.approx(25.93, abs=0.01)
    assert apart['effect'] == pytest.approx(33.55, abs=0.01)
    assert apart['beyond_noise'] is True
    near = distance([black], [black + 25 / 255], [rung(20, 1), rung(30, 1)])
    assert near['effect'] == 0  # sqrt(650) is more than 25
    assert near['beyond_noise'] is False
    # above the floor of 10, by less than two spreads of 1
    near = distance([black], [black + 11 / 255], [rung(10, 1)] * 2)
    assert near['effect'] == pytest.approx(21**0.5)
    assert near['beyond_noise'] is False
    assert distance([black], [black + 12.1 / 255], [rung(10, 1)] * 2)[
        'beyond_noise'
    ]


@pytest.mark.parametrize('effect', [0, 5, 30])
@pytest.mark.parametrize('levels', [(10, 10), (4, 25)])
def test_noise_and_effect_are_those_put_in(effect, levels):
    from gluon_style.parity.ladder.noise import distance, noise

    a = noisy(levels[0], 96, seed=1)
    b = noisy(levels[1], 96, effect=effect, seed=2)
    noises = noise(a), noise(b)
    # two runs differ by sqrt(2) times the noise of one; the mean over the
    # 27,648 values and 6 pairs is off by a part of 1 / sqrt(27648)
    for measured, level in zip(noises, levels):
        assert measured['rmse'] == pytest.approx(2**0.5 * level, rel=0.01)
        assert measured['spread'] < 0.01 * level
    apart = distance(a, b, noises)
    total = levels[0] ** 2 + levels[1] ** 2
    assert apart['floor'] == pytest.approx(total**0.5, rel=0.01)
    assert apart['rmse'] == pytest.approx((effect**2 + total) ** 0.5, rel=0.01)
    # an error of 1 % of the squares is what hides an effect
    assert apart['effect'] ** 2 == pytest.approx(effect**2, abs=0.02 * total)
    if effect:
        assert apart['beyond_noise'] is True


def test_what_cannot_be_measured_is_none():
    from gluon_style.parity.ladder.noise import distance

    small, large = numpy.zeros((2, 2, 3)), numpy.zeros((4, 4, 3))
    known = {'rmse': 1.0, 'spread': 0.1, 'pairs': 6}
    assert set(distance([small], [large], [known] * 2).values()) == {None}
    alone = distance([small], [small + 1], [known, None])
    assert alone['rmse'] == pytest.approx(255)
    assert alone['floor'] is alone['effect'] is alone['beyond_noise'] is None
    once = distance([small], [small + 1], [{**known, 'spread': None}] * 2)
    assert once['effect'] > 254
    assert once['beyond_noise'] is None


def test_the_headline_says_what_is_effect_and_what_is_noise():
    from gluon_style.parity.ladder.distances import headline

    losses = {'content': 0.0, 'style': 2.0, 'tv': 1.0, 'total': 3.0}
    rung = {'initial': losses, 'final': losses, 'distance': {
        'rmse': 42.4, 'psnr': 15.6, 'floor': 25.9, 'effect': 33.6,
        'beyond_noise': True,
    }}  # fmt: skip
    assert headline(rung, losses) == (
        'At epoch 1: the same losses. In the end the final picture moves by '
        '42.4 grey levels (15.6 dB); noise alone does 25.9, so that the '
        'effect is 33.6.'
    )
    rung['distance']['beyond_noise'] = False
    assert headline(rung, losses).endswith(
        'noise alone does 25.9, so that no effect is seen.'
    )


def test_floors_of_every_rung_can_be_asked_for(torch, files):
    from gluon_style.parity.ladder.climb import climb
    from gluon_style.parity.ladder.distances import ladder_results

    plan = rungs(START, 'd2l-1.0-pytorch', **{**SMALL, 'epochs': 1})
    ladder = climb(*files, plan, floors=True, twins=2)
    assert [len(twins) for twins in ladder.twins.values()] == [2] * len(plan)
    facts = {'content': 'a', 'style': 'b', 'weights': 'c'}
    results = ladder_results(ladder, START, 'd2l-1.0-pytorch', **facts)
    assert results['framework'] is None
    # a hundredth of a grey level, as at epoch 1 of the drift above
    assert all(0 < rung['noise']['rmse'] < 1e-2 for rung in results['rungs'])
    for below, rung in zip(results['rungs'], results['rungs'][1:]):
        squares = [i['noise']['rmse'] ** 2 for i in (below, rung)]
        floor = rung['distance']['floor']
        assert floor == pytest.approx(numpy.mean(squares) ** 0.5)


def test_a_ladder_with_a_second_stage(torch, files, tmp_path):
    """The 0.7 edition ends larger: no distance, but all the rest."""
    from gluon_style.parity.ladder.climb import climb
    from gluon_style.parity.ladder.distances import ladder_results
    from gluon_style.parity.ladder.report import write_report

    plan = rungs('d2l-1.0-pytorch', 'd2l-0.7-mxnet', **SMALL)
    short = {'epochs': 2, 'second_epochs': 2, 'second_scale': 2}
    plan = [
        replace(rung, settings=replace(rung.settings, **given))
        for rung in (plan[0], *plan[-2:])
        for given in ({**short, 'second_scale': 0}, short)
        if (rung is plan[0]) != (given is short)
    ]
    ladder = climb(*files, plan)
    facts = {'content': 'a', 'style': 'b', 'weights': 'c'}
    results = ladder_results(
        ladder, 'd2l-1.0-pytorch', 'd2l-0.7-mxnet', **facts
    )
    sizes = [run.picture.shape for run in ladder.runs]
    assert sizes == [(24, 32, 3), (48, 64, 3), (48, 64, 3)]
    assert 'has another size' in results['rungs'][1]['headline']
    assert results['rungs'][2]['distance']['rmse'] > 0
    drift = results['framework']['drift']
    assert drift['picture_epoch'] == drift['epoch'] == [1, 2, 3, 4]
    write_report(results, ladder, tmp_path)
    Page((tmp_path / 'ladder.html').read_text(encoding='utf-8'))


def test_pictures_of_other_sizes_have_no_distance():
    from gluon_style.parity.ladder.noise import psnr, rmse

    black = numpy.zeros((4, 4, 3))
    assert rmse(black, numpy.zeros((8, 8, 3))) is None
    assert rmse(black, black + 1) == pytest.approx(255)
    assert psnr(rmse(black, black + 1)) == pytest.approx(0)
    assert psnr(0.0) is None


# the report


class Page(html.parser.HTMLParser):
    """Collects addresses, and tags that are not closed."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.addresses += [v for k, v in attrs if k in ('src', 'href')]
        assert tag != 'script'
        if tag not in ('meta', 'link', 'img'):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def report(results, ladder, tmp_path):
    from gluon_style.parity.ladder.report import write_report

    write_report(results, ladder, tmp_path / 'a' / 'b')
    return tmp_path / 'a' / 'b'


def test_the_page_is_whole_and_asks_for_nothing(report):
    text = (report / 'ladder.html').read_text(encoding='utf-8')
    page = Page(text)
    assert page.open == []
    assert len(page.addresses) > 15
    assert all(i.startswith('data:') for i in page.addresses)
    assert 'url(' not in text
    assert '@import' not in text


def test_page_json_and_markdown_say_the_same(report, results):
    text = (report / 'ladder.html').read_text(encoding='utf-8')
    markdown = (report / 'ladder.md').read_text(encoding='utf-8')
    assert (
        json.loads((report / 'ladder.json').read_text())['rungs'][2]['initial']
        == (results['rungs'][2]['initial'])
    )
    for rung in results['rungs']:
        for source in (text, markdown):
            assert rung['headline'] in source
            assert f'{rung["final"]["total"]:.4g}' in source
    assert results['framework']['verdict'] in markdown
    assert sorted(i.name for i in report.iterdir()) == [
        'ladder.html',
        'ladder.json',
        'ladder.md',
    ]


def chromium(page, folder, *options):
    name = shutil.which('chromium') or shutil.which('chromium-browser')
    if name is None:
        pytest.skip('needs Chromium (apt-get install chromium)')
    return subprocess.run(
        [
            name,
            '--headless',
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            f'--user-data-dir={folder}',
            '--enable-logging=stderr',
            '--v=0',
            *options,
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_chromium_shows_the_page_without_a_word(report, tmp_path):
    # a probe of the page's own, for a loaded page says nothing of a broken
    # image: it writes what it finds into the title
    text = (report / 'ladder.html').read_text(encoding='utf-8')
    probe = (
        '<script>addEventListener("load",()=>{document.title="probe "+'
        '[...document.images].filter(i=>!i.naturalWidth).length+" broken, "'
        '+(document.documentElement.scrollWidth-innerWidth)+" too wide, "'
        '+performance.getEntriesByType("resource").filter('
        'e=>!e.name.startsWith("data:")).length+" requests"})</script>'
    )
    probed = tmp_path / 'probed.html'
    probed.write_text(text.replace('</head>', probe + '</head>'), 'utf-8')
    size = '--window-size=500,900'  # the narrowest that Chromium makes
    done = chromium(probed, tmp_path / 'profile', '--dump-dom', size)
    assert 'CONSOLE' not in done.stderr
    title = re.search('<title>(.*?)</title>', done.stdout).group(1)
    assert re.fullmatch('probe 0 broken, (0|-[0-9]+) too wide, 0 requests',
                        title)  # fmt: skip


def test_chromium_would_have_told(tmp_path):
    page = tmp_path / 'bad.html'
    page.write_text('<script>console.error("alas"); nothing()</script>')
    done = chromium(page, tmp_path / 'profile', '--dump-dom')
    assert done.stderr.count('CONSOLE') == 2


def test_nothing_is_written_if_one_file_cannot_be(tmp_path):
    from gluon_style.storage.whole_files import write_all

    (tmp_path / 'b').mkdir()
    with pytest.raises((OSError, StyleError)):
        write_all(tmp_path, {'a': 'one', 'c/d': 'two'})
    assert [i.name for i in tmp_path.iterdir()] == ['b']


# the published curves


@pytest.fixture
def log(tmp_path):
    """Return a function that writes a log whose losses are multiples."""

    def write(factor, epochs, recipe='d2l-0.17-mxnet'):
        from gluon_style.parity.published import published_curves

        curves = published_curves(recipe)
        path = tmp_path / 'run.csv'
        with open(path, 'w', newline='') as file:
            rows = csv.writer(file)
            rows.writerow(
                ['epoch', 'content_loss', 'style_loss', 'tv_loss', 'seconds']
            )
            for i in epochs:
                losses = [
                    curves[term].get(i, 1) * factor
                    for term in ('content', 'style', 'tv')
                ]
                rows.writerow([i, *losses, 0.5])
        return path

    return write


def test_deviations_are_those_put_in(log):
    from gluon_style.parity.published import compare_published

    results = compare_published(log(1.25, range(10, 501, 10)), END)
    for rows in results['deviations'].values():
        assert [row['asked'] for row in rows] == [100, 200, 300, 500]
        assert [row['deviation'] for row in rows] == pytest.approx([0.25] * 4)
        assert {row['note'] for row in rows} == {''}
    assert results['deviations']['style'][0]['published'] == 1.537
    assert 'cannot coincide' in results['caution']


def test_a_missing_point_is_said_to_be(log):
    from gluon_style.parity.published import (
        compare_published,
        deviation,
    )

    results = compare_published(log(1, range(10, 201, 10)), END)
    assert [row['note'] for row in results['deviations']['tv']] == [
        '',
        '',
        'the run has no epoch near it',
        'the run has no epoch near it',
    ]
    row = deviation({99: 3.0}, {120: 2.0}, 100)
    assert row['deviation'] == pytest.approx(0.5)
    assert row['note'] == (
        'published at 120, the nearest; run at 99, the nearest'
    )
    assert deviation({100: 1.0}, {}, 100)['note'] == (
        'nothing published near it'
    )


@pytest.mark.parametrize('recipe', ['d2l-1.0-pytorch', 'd2l-0.7-mxnet'])
def test_other_recipes_are_published_too(log, recipe):
    from gluon_style.parity.published import compare_published

    results = compare_published(log(2, [100, 200, 300, 500], recipe), recipe)
    for rows in results['deviations'].values():
        assert rows[-1]['deviation'] == pytest.approx(1)


# the command


def call(tmp_path, **options):
    given = {
        'content': None,
        'style': None,
        'out': tmp_path / 'out',
        'start': None,
        'end': None,
        'epochs': None,
        'width': None,
        'height': None,
        'weights': None,
        'floors': False,
        'twins': None,
        'assignments': None,
        'published': None,
        'recipe': None,
        'quiet': False,
    }
    return compare(**{**given, **options})


def test_the_command_climbs(torch, tmp_path, capsys):
    code = call(
        tmp_path,
        content='sample:mountain-lake',
        style='sample:autumn-avenue',
        width=32,
        epochs=1,
        weights='random:3',
        twins=2,
        assignments=['lr_decay_epoch=10'],
    )
    assert code == 0
    said, progress = capsys.readouterr()
    assert ', loss ' in progress
    assert '\r' not in progress  # no terminal, no bar drawn over and over
    assert '2. resize: pillow → opencv. At epoch 1: ' in said
    assert 'agree to float32 rounding' in said
    results = json.loads((tmp_path / 'out' / 'ladder.json').read_text())
    assert (results['width'], results['height'], results['epochs']) == (
        32,
        21,
        1,
    )
    assert results['weights'] == 'random: seed 3'
    assert {i['settings']['lr_decay_epoch'] for i in results['rungs']} == {10}
    assert results['rungs'][-1]['noise']['pairs'] == 3


def test_the_command_compares_with_the_book(log, tmp_path, capsys):
    run = log(1.1, range(10, 501, 10))
    assert call(tmp_path, published=run) == 0
    assert 'cannot coincide' in capsys.readouterr().out
    out = tmp_path / 'out'
    names = [f'published.{i}' for i in ('html', 'json', 'md', 'png')]
    assert sorted(i.name for i in out.iterdir()) == names
    page = Page((out / 'published.html').read_text(encoding='utf-8'))
    assert page.open == []
    assert all(i.startswith('data:') for i in page.addresses)
    rows = (out / 'published.md').read_text(encoding='utf-8').splitlines()
    cells = [[i.strip() for i in row.split('|')] for row in rows]
    assert any(i[1:3] == ['TV', '500'] and i[5] == '+10.0 %' for i in cells
               if len(i) > 5)  # fmt: skip


def test_the_command_refuses(tmp_path, log):
    with pytest.raises(typer.BadParameter, match='give CONTENT'):
        call(tmp_path)
    with pytest.raises(typer.BadParameter, match='no images'):
        call(tmp_path, content='a', published=tmp_path)
    with pytest.raises(SettingsError, match='--log RUN.csv'):
        call(tmp_path, published=tmp_path / 'none.csv')
    (tmp_path / 'odd.csv').write_text('a,b\n1,2\n')
    with pytest.raises(SettingsError, match='no log of losses'):
        call(tmp_path, published=tmp_path / 'odd.csv')
    run = log(1, [100])
    with pytest.raises(SettingsError, match='take one of d2l-0.17-mxnet, '):
        call(tmp_path, published=run, recipe='gatys-2016')
    (tmp_path / 'file').write_text('')
    with pytest.raises(OutputError, match='name a folder'):
        call(tmp_path, published=run, out=tmp_path / 'file')
    with pytest.raises(SettingsError, match='compute the same'):
        call(tmp_path, content='a', style='b', start=END)


@pytest.mark.parametrize(
    'options',
    [
        ['--from', START],
        ['--to', END],
        ['--weights', 'auto'],
        ['--epochs', '500'],
        ['--width', '450'],
        ['--height', '300'],
        ['--floors'],
        ['--twins', '2'],
        ['--set', 'lr=0.1'],
    ],
    ids=' '.join,
)
def test_the_published_curves_take_no_option_of_a_ladder(
    tmp_path, log, capsys, options
):
    run, out = str(log(1, [100])), tmp_path / 'out'
    given = ['compare', '--published', run, '-o', str(out), *options]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert error.count('\n') == 1
    assert f'leave {options[0]} out' in error
    assert not out.exists()


def test_a_ladder_takes_no_recipe_of_published_curves(tmp_path, capsys):
    out = tmp_path / 'out'
    given = ['compare', 'a', 'b', '-o', str(out), '--recipe', END]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert error.count('\n') == 1
    assert 'leave --recipe out' in error
    assert '--from and --to' in error


def test_without_torch_one_line_says_what_to_do(tmp_path):
    code = (
        'import sys\n'
        'class Missing:\n'
        '    def find_spec(self, name, *_):\n'
        '        if name == "torch": raise ImportError(name)\n'
        'sys.meta_path.insert(0, Missing())\n'
        'from gluon_style.errors import StyleError\n'
        'from gluon_style.cli.compare import _check\n'
        'from gluon_style.parity.ladder import rungs\n'
        f'try: _check(rungs({START!r}, {END!r}), "out")\n'
        'except StyleError as error: print(error)'
    )
    done = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    assert done.stdout.count('\n') == 1
    assert done.stdout.endswith("pip install '.[torch]'\n")
