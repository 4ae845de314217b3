"""What a cluster would take, computed: its counts, its limits, its words."""

import json
import math
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluon_style._mxnet import autograd, mx
from gluon_style.cli import main
from gluon_style.runs import cluster_forecast, probe
from gluon_style.runs.cluster_forecast import ClusterStep, measure_here
from gluon_style.runs.load import PIXEL, Load
from gluon_style.runs.objective import find_scope, objective_of
from gluon_style.runs.recipes import settings_of
from gluon_style.runs.run import network
from gluon_style.runs.settings import Settings
from gluon_style.sweeps.tile_crew import ClusterCrew
from gluon_style.sweeps.worker import run_task

TILED = Settings(
    90,
    61,
    weights='student',
    tile='32',
    content_layers=('conv2_2',),
    style_layers=('conv1_1', 'conv2_1'),
)
LARGE = Settings(3840, 2560, weights='random', tile='auto')
few = settings(max_examples=30, deadline=None)


@pytest.fixture
def free(monkeypatch):
    """Tasks and copies cost nothing."""
    monkeypatch.setattr(cluster_forecast, 'TASK', 0)
    monkeypatch.setattr(cluster_forecast, 'COPYING', 0)


# what travels


class Done:
    """A future that is there."""

    def __init__(self, value):
        self.value = value

    def add_done_callback(self, call):
        call(self)

    def cancelled(self):
        return False

    def exception(self):
        return None

    def result(self):
        return self.value


class Client:
    """Stands in for Dask's: a worker is this process. It notes what passes."""

    def __init__(self):
        self.sent, self.matrices, self.given = [], [], []

    def submit(self, function, *arguments, key):
        if isinstance(function, partial):  # see `sent_once`
            (value,) = function.args
            kind = self.matrices if isinstance(value, list) else self.sent
            kind.append(value)
            return Done(value)
        task, *values = [getattr(i, 'value', i) for i in arguments[:-1]]
        names = 'content', 'pixels', 'pulls'
        outcome = run_task(replace(task, **dict(zip(names, values))), print)
        assert not outcome.error, outcome.traceback
        self.given.append(outcome.picture[1])
        return Done(outcome)


def test_the_bytes_counted_are_those_that_a_crew_sends(picture):
    """But for four of each tile's content loss."""
    client, net = Client(), network(TILED)
    crew_of = partial(ClusterCrew, client, 'tcp://nowhere:1', {})
    images = picture(60, 80), picture(50, 70)
    objective = objective_of(images, TILED, net, mx.cpu(), crew_of)
    losses_of, X = objective.losses(net), objective.content.copy()
    for kind in (client.sent, client.matrices, client.given):
        kind.clear()  # what follows is a step
    X.attach_grad()
    with autograd.record():
        losses_of(X)[-1].backward()
    gradients = [i for i in client.given if not isinstance(i, list)]
    grams = [G for i in client.given if isinstance(i, list) for G in i]
    (pulls,) = client.matrices
    load = Load.of(TILED)
    assert len(gradients) == len(load.second) == 6
    assert len(client.given) - len(gradients) == len(load.first) == 2
    arrays = [*client.sent, *gradients, *grams, *pulls]
    assert load.sent(1) == sum(i.nbytes for i in arrays)
    assert load.sent(2) - load.sent(1) == sum(i.nbytes for i in pulls)


def test_the_chapters_matrices_are_2_4_megabytes():
    assert Load.of(LARGE).matrices == 4 * (64**2 + 128**2 + 256**2
                                           + 2 * 512**2)  # fmt: skip


# the limits of the model


def of(asked, workers, bandwidth=math.inf, here=0.0, seconds=60.0):
    return ClusterStep.of(asked, seconds, here, workers, bandwidth)


@few
@given(
    st.integers(64, 5000),
    st.integers(64, 5000),
    st.sampled_from(['64', '320', '640', 'auto']),
)
def test_one_worker_at_no_cost_takes_what_this_machine_takes(
    width, height, tile
):
    """The windows are those of the forecast, and no pass counts twice."""
    asked = replace(LARGE, width=width, height=height, tile=tile)
    load = Load.of(asked)
    if load is None:
        assert of(asked, 1) is None
        return
    assert load.work == pytest.approx(counted_by_tiles(asked))
    for here in (0, 1e-8):
        step = of(asked, 1, here=here)
        assert step.first + step.second + step.here == pytest.approx(60)


def counted_by_tiles(settings):
    scope = find_scope(settings)
    first, others = (
        sum(
            math.prod(i.stop - i.start for i in tile.window(one.deepest)[2:])
            for tile in one.tiles()
        )
        for one in (scope.wider, scope)
    )
    return first / 2 + others


def test_whole_waves_of_equal_tiles_take_an_nth(free, monkeypatch):
    equal = Load(8 * (400,), 16 * (100,), 10**6)
    monkeypatch.setattr(Load, 'of', lambda _: equal)
    times = [of(LARGE, n).seconds for n in (1, 2, 4, 8)]
    assert times == pytest.approx([60, 30, 15, 7.5])
    # 3 are as slow as the one of them that has 3 and 6 tiles, of 8 and 16
    assert of(LARGE, 3).seconds == pytest.approx(60 * 3 / 8)
    # 16 in pass 2, but 8 in pass 1, which is half of the work
    assert of(LARGE, 16).seconds == pytest.approx(60 / 8 / 2 + 60 / 16 / 2)


def test_what_the_asker_does_is_not_shared(free):
    alone, many = (of(LARGE, n, here=1e-6) for n in (1, 4))
    assert alone.seconds == pytest.approx(60)
    assert many.here == alone.here == pytest.approx(3840 * 2560 * 1e-6)


def test_workers_beyond_the_tiles_gain_nothing():
    most = len(Load.of(LARGE).second)
    assert of(LARGE, most, 110) == of(LARGE, 10 * most, 110)
    times = [of(LARGE, n) for n in range(1, most + 1)]
    for one, next_one in zip(times, times[1:]):
        assert next_one.first <= one.first
        assert next_one.second <= one.second


@few
@given(st.floats(1, 1e4), st.floats(1, 1e4), st.integers(1, 40))
def test_a_slower_wire_is_never_faster(one, other, workers):
    slow, fast = sorted((one, other))
    slower, faster = (of(LARGE, workers, i) for i in (slow, fast))
    assert slower.seconds >= faster.seconds
    assert slower.wire * slow == pytest.approx(faster.wire * fast)
    assert slower.wire == pytest.approx(slower.sent / (slow * 1e6))


def test_costs_are_for_each_task_and_each_byte():
    load, step = Load.of(LARGE), of(LARGE, 4)
    tasks = len(load.first) + len(load.second)
    assert step.tasks == pytest.approx(
        cluster_forecast.TASK * tasks + cluster_forecast.COPYING * step.sent
    )
    pixels = sum(load.first) + 2 * sum(load.second)
    assert step.sent > PIXEL * pixels


@pytest.mark.parametrize('recipe', ['book', 'quick'])
def test_the_askers_part_is_timed_without_a_network(recipe, monkeypatch):
    monkeypatch.setattr(cluster_forecast, 'SIZE', (96, 64))
    assert measure_here(settings_of(recipe, weights='missing.params')) > 0


# the words


@pytest.fixture
def said(monkeypatch, capsys):
    """Return a function that plans with a forecast that is known."""
    stage = probe.StageForecast(
        1800, 1200, 10, 'student', '3x2', 20.0, 200.0, 1.0
    )
    alone = probe.Forecast((stage,), 10**9, 10**10, None, 20.0, 230.0, 0.1)
    monkeypatch.setattr(probe, 'forecast', lambda *_: alone)
    monkeypatch.setattr(cluster_forecast, 'measure_here', lambda _: 1e-7)

    def plan(*options):
        code = main(['plan', 'sample:mountain-lake', '--weights', 'student',
                     '--width', '1800', '--height', '1200', '--epochs', '10',
                     *options])  # fmt: skip
        return code, capsys.readouterr()

    return plan


def test_plan_says_that_it_is_computed(said):
    code, text = said('--workers', '2')
    assert code == 0
    assert 'computed from these figures, not measured' in text.out
    assert '2 workers like this machine, 110 MB/s' in text.out
    assert '1800x1200, 10 epochs of 20 s in 3x2 tiles' in text.out
    code, text = said('--workers', '2', '--bandwidth', '1000', '--json')
    cluster = json.loads(text.out)['cluster']
    assert cluster['computed_not_measured'] is True
    (step,) = cluster['stages']
    assert cluster['seconds_per_step'] == pytest.approx(
        sum(seconds for name, seconds in step.items() if name != 'sent')
    )
    assert step['wire'] == pytest.approx(step['sent'] / 1e9)
    saved = 20 - cluster['seconds_per_step']
    assert cluster['seconds'] == pytest.approx(230 - 10 * saved)
    assert 'cluster' not in json.loads(said('--json')[1].out)


def test_a_picture_of_one_tile_is_refused(said):
    code, text = said('--workers', '2', '--tile', 'off')
    assert code == 1
    (line,) = text.err.splitlines()
    assert 'got --workers 2 for a picture of one tile' in line
    assert 'give --tile less than the 1800x1200 pixels' in line


def test_a_wire_needs_workers(said):
    code, text = said('--bandwidth', '110')
    assert code == 1
    assert 'got --bandwidth 110.0 and no --workers' in text.err


@pytest.mark.parametrize('number', ['0', '-1', 'nan', 'inf', '1e-320'])
def test_a_wire_that_is_none_is_refused(said, number):
    code, text = said('--workers', '2', '--bandwidth', number)
    assert code == 1
    assert len(text.err.splitlines()) == 1
    assert 'wanted MB a second' in text.err
