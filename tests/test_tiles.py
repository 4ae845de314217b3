"""Tiles: where they lie, and that they give what the whole picture gives."""

from dataclasses import replace

import numpy
import pytest
from arrays import assert_equal, relative_l2
from hypothesis import given, settings
from hypothesis import strategies as st

import gluon_style as gs
from gluon_style._mxnet import autograd, mx, np
from gluon_style.errors import SettingsError
from gluon_style.runs.objective import find_objective, find_scope, objective_of
from gluon_style.runs.run import network, run
from gluon_style.runs.score import scorer
from gluon_style.runs.settings import Settings
from gluon_style.runs.stages import stages, tilings
from gluon_style.tiles.geometry import PICTURE, halo, tile_side, tiles_of
from gluon_style.vgg.layers import VGG19_LAYERS

# sums over other groups of the same products: measured 6e-7 at most here, and
# 5.6e-6 with 2700 tiles of one pixel each
EQUAL = 1e-5
LAYERS = st.integers(0, len(VGG19_LAYERS) - 1)
SIDES, MOST = st.integers(32, 300), st.integers(8, 200)
few = settings(max_examples=50, deadline=None)


def outputs(side, layer):
    """How many rows the output of a layer has."""
    for info in VGG19_LAYERS[: layer + 1]:
        side = side // 2 if info.name.startswith('pool') else side
    return side


def needed(rows, side, at):
    """Which rows at the output of `at` those of the next layer depend on."""
    start, stop = rows
    info = VGG19_LAYERS[at + 1]
    if info.is_convolution:
        start, stop = start - 1, stop + 1
    elif info.name.startswith('pool'):
        start, stop = 2 * start, 2 * stop
    return max(0, start), min(stop, outputs(side, at))


def spans(side, most, deepest):
    """What the tiles of a square have of its rows."""
    tiles = tiles_of((side, side), most, deepest)
    return [tile.rows for tile in tiles if tile.columns.start == 0]


@few
@given(SIDES, MOST, LAYERS)
def test_tiles_cover_each_row_of_each_layer_once(side, most, deepest):
    rows = spans(side, most, deepest)
    for layer in range(PICTURE, deepest + 1):
        own = [span.own(layer) for span in rows]
        assert all(start < stop for start, stop in own)
        covered = [i for bounds in own for i in range(*bounds)]
        assert covered == list(range(outputs(side, layer)))
        assert sum(span.share(layer) for span in rows) == pytest.approx(1)


def test_tiles_cover_each_pixel_once():
    counts = numpy.zeros((97, 131), int)
    for tile in tiles_of((97, 131), 40, 28):
        rows, columns = tile.rows, tile.columns
        counts[rows.start : rows.stop, columns.start : columns.stop] += 1
    assert (counts == 1).all()


@few
@given(SIDES, MOST, LAYERS)
def test_a_tile_sees_all_that_its_values_depend_on(side, most, deepest):
    """Each layer's needs are followed backwards, layer by layer."""
    for span in spans(side, most, deepest):
        for layer in range(deepest + 1):
            wanted = span.own(layer)
            for at in range(layer - 1, PICTURE - 1, -1):
                first, last = span.seen(at, deepest)
                wanted = needed(wanted, side, at)
                assert first <= wanted[0]
                assert wanted[1] <= last


@few
@given(SIDES, MOST, LAYERS)
def test_tiles_start_on_the_grid_and_end_on_it_or_with_the_picture(
    side, most, deepest
):
    grid = VGG19_LAYERS[deepest].stride
    for span in spans(side, most, deepest):
        for start, stop in ((span.start, span.stop),
                            span.seen(PICTURE, deepest)):  # fmt: skip
            assert start % grid == 0
            assert stop % grid == 0 or stop == side
        assert span.stop - span.start < max(most, grid) + grid


def test_the_halo_is_the_reach_of_the_convolutions_behind():
    # conv5_1: 2 x 1 + 2 x 2 + 4 x 4 + 4 x 8 + 1 x 16 = 70, on a grid of 16
    assert halo(PICTURE, 28) == 80
    assert halo(PICTURE, 0) == 1
    assert halo(28, 28) == 0


def test_auto_makes_tiles_of_large_pictures_alone():
    assert tile_side('auto', (1000, 1000), 28) is None
    assert tile_side('auto', (1001, 1000), 28) == 640
    assert tile_side('off', (9000, 9000), 28) is None


# losses and gradients


def losses_and_gradient(losses_of, X):
    X.attach_grad()
    with autograd.record():
        *losses, l = losses_of(X)
    l.backward()
    contents_l, styles_l, tv_l = losses
    values = [float(i) for i in (*contents_l, *styles_l, tv_l, l)]
    return numpy.array(values), X.grad.asnumpy()


DEEP = {'content_layers': (25,), 'style_layers': (0, 5, 10, 19, 28)}
SHALLOW = {'content_layers': ('conv2_2',), 'style_layers': ('conv1_1', 5)}
GATYS = {'loss': 'gatys', 'optimizer': 'l-bfgs', 'style_weight': 1e-3}


@pytest.mark.parametrize(
    ('size', 'tile', 'fields'),
    [
        ((131, 97), '48', DEEP),
        ((193, 129), '64', {**DEEP, 'pooling': 'average'}),
        ((97, 131), '48', {**DEEP, **GATYS}),
        ((113, 90), '48', {**DEEP, 'features': 'aliased'}),
        ((45, 61), '12', SHALLOW),
        ((45, 60), '13', {**SHALLOW, 'pooling': 'average', 'tv_weight': 0}),
        ((61, 45), '16', {'content_layers': (4, 9), 'style_layers': ()}),
        ((33, 47), '9', {'content_layers': (), 'style_layers': (0, 1, 9)}),
    ],
)  # fmt: skip
def test_losses_and_gradient_are_the_whole_pictures(
    size, tile, fields, picture, rng
):
    width, height = size
    asked = Settings(width, height, weights='student', **fields)
    images = picture(90, 70), picture(50, 80)
    net = network(asked)
    noise = np.array(rng.randn(1, 3, height, width).astype('float32'))
    whole = find_objective(images, asked, net, mx.cpu())
    tiled = objective_of(images, replace(asked, tile=tile), net, mx.cpu())
    assert len(tiled.scope.tiles()) > 1
    X = whole.content + 0.3 * noise
    wanted = losses_and_gradient(whole.losses(net), X.copy())
    got = losses_and_gradient(tiled.losses(net), X.copy())
    numpy.testing.assert_allclose(got[0], wanted[0], rtol=EQUAL)
    assert relative_l2(got[1], wanted[1]) <= EQUAL
    values = tiled.losses(net)(X)  # without a gradient
    assert float(values[-1]) == pytest.approx(got[0][-1], rel=EQUAL)


def test_losses_are_scored_in_tiles(picture):
    asked = Settings(49, 37, weights='student', **SHALLOW)
    images, net = (picture(60, 40), picture(30, 50)), network(asked)
    X = gs.preprocess(picture(37, 49), (49, 37))
    scores = [
        scorer(images, replace(asked, tile=tile), net, (49, 37))(X)
        for tile in ('off', '8')
    ]
    assert scores[0].total_loss == pytest.approx(
        scores[1].total_loss, rel=EQUAL
    )
    assert scores[0].overshoot == scores[1].overshoot


# whole runs


DISTANCES = {
    # Adam divides a gradient by its size: rounding turns whole steps
    'adam': {'optimizer': 'adam'},
    'adam in range': {'optimizer': 'adam', 'in_range': True},
    'l-bfgs': {'optimizer': 'l-bfgs'},
    'l-bfgs in range': {'optimizer': 'l-bfgs', 'in_range': True},
}


@pytest.mark.parametrize('kind', DISTANCES)
def test_a_run_in_tiles_is_nearer_than_a_rounding_of_its_start(
    kind, picture, rng
):
    """Runs grow any rounding; the whole picture's own is the measure.

    Measured: 1.2 times nearer at the least (4 and 12 epochs, deep and
    shallow layers).
    """
    asked = Settings(
        61, 45, weights='student', epochs=4, lr=0.1, **SHALLOW,
        **DISTANCES[kind],
    )  # fmt: skip
    images, net = (picture(60, 80), picture(50, 70)), network(asked)
    start = gs.preprocess(images[0], (61, 45))
    signs = rng.choice([-1, 1], start.shape)
    rounded = start * np.array((1 + 6e-8 * signs).astype('float32'))
    whole, tiled, moved = (
        run(*images, replace(asked, tile=tile), net=net, start=X).asnumpy()
        for tile, X in (('off', start), ('16', start), ('off', rounded))
    )
    assert relative_l2(tiled, whole) <= relative_l2(moved, whole)
    assert relative_l2(tiled, whole) <= 1e-2


@pytest.mark.parametrize('kind', ['adam', 'l-bfgs in range'])
def test_a_run_in_tiles_goes_on_to_the_same_bits(kind, picture):
    asked = Settings(
        61, 45, weights='student', epochs=4, lr=0.1, tile='16', **SHALLOW,
        **DISTANCES[kind],
    )  # fmt: skip
    images, net = (picture(60, 80), picture(50, 70)), network(asked)
    states = []
    wanted = run(*images, asked, lambda _, p: states.append(p.state()), 1, net)
    got = run(*images, asked, net=net, state=states[1])
    assert_equal(got, wanted)


def test_the_style_is_matched_at_every_scale(picture):
    asked = Settings(
        64, 48, weights='student', epochs=3, lr=0.1, scales=3,
        coarse_epochs=2, lr_decay_epoch=3, **SHALLOW,
    )  # fmt: skip
    listed = stages(asked)
    assert [
        (i.start, i.settings.width, i.settings.height, i.settings.epochs,
         i.settings.lr_decay_epoch)
        for i in listed
    ] == [
        ('given', 16, 12, 2, 2), ('enlarged', 32, 24, 2, 2),
        ('enlarged', 64, 48, 3, 3),
    ]  # fmt: skip
    assert sum(i.settings.total_epochs for i in listed) == asked.total_epochs
    records = []
    X = run(picture(60, 80), picture(50, 70), asked,
            lambda record, _: records.append(record), 1)  # fmt: skip
    assert X.shape == (1, 3, 48, 64)
    assert [i.epoch for i in records] == list(range(1, 8))


def test_a_warm_start_runs_at_the_smallest_scale():
    asked = Settings(64, 48, scales=2, warm_start='student', **SHALLOW)
    assert [(i.start, i.settings.width) for i in stages(asked)] == [
        ('given', 32), ('reached', 32), ('enlarged', 64),
    ]  # fmt: skip


def test_a_run_is_the_same_however_its_tiles_were_asked_for():
    """Its checkpoint goes on if the tiles are as many, by whatever name."""
    asked = Settings(1200, 900, scales=2)
    assert tilings(asked) == ['whole', 'whole']
    auto = tilings(replace(asked, tile='auto'))
    assert auto == ['whole', '2x2']
    assert tilings(replace(asked, tile='650')) == auto
    assert tilings(replace(asked, tile='512')) == ['2x1', '3x2']


def test_as_many_tiles_are_the_same_sums():
    """Of 112 pixels, tiles of 48 and of 56 are three; so are the wider."""
    scopes = [
        find_scope(Settings(112, 112, tile=side)) for side in ('48', '56')
    ]
    one, other = ([s.tiles(), s.wider.tiles()] for s in scopes)
    assert one == other


@pytest.mark.parametrize(
    ('fields', 'message'),
    [
        ({'tile': '0'}, "got tile '0', wanted off, auto, or a number"),
        ({'tile': '-5'}, 'wanted off, auto'),
        ({'tile': 'x'}, 'wanted off, auto'),
        ({'scales': 0}, 'wanted at least 1, at most 8'),
        ({'scales': 9}, 'wanted at least 1, at most 8'),
        ({'coarse_epochs': 0}, 'wanted at least 1'),
        ({'width': 60, 'scales': 3}, 'at least 64 pixels, .* at 3 scales'),
    ],
)
def test_settings_of_no_tiles_and_no_scales(fields, message):
    with pytest.raises(SettingsError, match=message):
        Settings(**fields)


def test_the_command_makes_a_picture_in_tiles(command, tmp_path):
    arguments = [
        'transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '-o',
        'a.png', '--weights', 'student', '--width', 90, '--height', 61,
        '--epochs', 3, '--lr', 0.1, '--scales', 2, '--tile', 32, '--no-plot',
    ]  # fmt: skip
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    sizes = '45x30, 3 epochs; then 90x61, 3 epochs in 3x2 tiles'
    assert sizes in done.stdout
    assert (tmp_path / 'a.png').is_file()
