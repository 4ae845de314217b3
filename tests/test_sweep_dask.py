"""A sweep on a Dask cluster: a real scheduler and two workers on loopback."""

import csv
import socket
import sys

import numpy
import pytest
from clusters import kill_a_busy_one, start_worker
from PIL import Image

from gluon_style import Settings
from gluon_style._mxnet.runtime import physical_cores
from gluon_style.errors import StyleError
from gluon_style.sweeps import cluster, sweep

IMAGES = ('sample:mountain-lake', 'sample:autumn-avenue')
TINY = Settings(
    width=48,
    height=32,
    epochs=3,
    lr=0.1,
    weights='random',
    content_layers=('conv2_1',),
    style_layers=('conv1_1', 'conv1_2'),
)
GRID = {'style_weight': [1e2, 1e3, 1e4], 'lr': [0.1, 0.2]}


@pytest.fixture(scope='module')
def local(tmp_path_factory):
    """The same sweep by the local pool, with the threads of two workers."""
    folder = tmp_path_factory.mktemp('local')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('OMP_NUM_THREADS', str(max(1, physical_cores() // 2)))
        return sweep(GRID, TINY, *IMAGES, folder, workers=1)


class KillOne:
    """Callback that kills a worker once cells are running on both."""

    def __init__(self, scheduler, workers):
        import distributed

        self.client = distributed.Client(scheduler, set_as_default=False)
        self.workers, self.killed, self.events = workers, None, []

    def __call__(self, news):
        self.events.append((news.event, news.index))
        if self.killed is None and news.event == 'done':
            self.killed = kill_a_busy_one(
                self.client, self.workers, 'gluon-style-cell'
            )


def picture(result):
    return numpy.asarray(Image.open(result.picture)).astype(int)


def test_bad_addresses_are_one_line(tmp_path):
    for address in ('localhost', 'tcp://', 'tcp://a:b', 'http://a:1'):
        with pytest.raises(StyleError, match='wanted tcp://HOST:PORT'):
            sweep({'lr': [0.1]}, TINY, *IMAGES, tmp_path, scheduler=address)


@pytest.mark.parametrize('silent', [False, True])
def test_an_unreachable_scheduler_is_one_line_soon(
    tmp_path, capsys, monkeypatch, silent
):
    pytest.importorskip('distributed', reason='needs dask.distributed')
    from gluon_style.cli import main

    monkeypatch.setattr(cluster, 'TIMEOUT', 1)
    with socket.socket() as free:  # bound, and nobody listens
        free.bind(('127.0.0.1', 0))
        if silent:  # takes the connection, and never says a word
            free.listen()
        address = f'tcp://127.0.0.1:{free.getsockname()[1]}'
        code = main(
            ['sweep', *IMAGES, '--weights', 'random', '--grid', 'lr=0.1',
             '-o', str(tmp_path / 'out'), '--scheduler', address]
        )  # fmt: skip
    said = capsys.readouterr().err.strip()
    assert code == 1
    assert 'no Dask scheduler answers at ' + address in said
    assert len(said.splitlines()) == 1


def test_missing_dask_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'distributed', None)
    with pytest.raises(StyleError, match=r"'\.\[cluster\]'"):
        sweep({'lr': [0.1]}, TINY, *IMAGES, tmp_path, scheduler='tcp://a:1')


def test_no_workers_is_one_line(scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, 'TIMEOUT', 2)
    with pytest.raises(StyleError, match='has no workers: start some'):
        sweep({'lr': [0.1]}, TINY, *IMAGES, tmp_path, scheduler=scheduler)


def test_a_killed_worker_loses_nothing_and_nothing_counts_twice(
    start, scheduler, local, tmp_path
):
    workers = {
        name: start_worker(start, scheduler, name) for name in ('a', 'b')
    }
    callback = KillOne(scheduler, workers)
    results = sweep(
        GRID, TINY, *IMAGES, tmp_path, scheduler=scheduler, callback=callback
    )
    callback.client.close()
    assert callback.killed is not None
    assert [i.status for i in results] == ['done'] * 6
    finished = [i for event, i in callback.events if event == 'done']
    assert sorted(finished) == list(range(6))  # each once
    with open(tmp_path / 'losses.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [(row['style_weight'], row['lr']) for row in rows] == [
        (weight, lr) for weight in ('100', '1000', '10000')
        for lr in ('0.1', '0.2')
    ]  # fmt: skip
    assert len({row['run'] for row in rows}) == 6
    assert len(list((tmp_path / 'cells').iterdir())) == 12
    for got, expected in zip(results, local):
        assert got.identity == expected.identity
        assert got.total_loss == pytest.approx(expected.total_loss, rel=1e-5)
        assert abs(picture(got) - picture(expected)).max() <= 1


def test_a_failing_cell_fails_alone_and_weights_go_by_digest(
    start, scheduler, tmp_path, monkeypatch
):
    """The file is gone when the cell runs, as on another machine."""
    start_worker(start, scheduler, 'c')
    path = tmp_path / 'w.safetensors'
    path.write_bytes(b'whatever')
    monkeypatch.setattr(
        'gluon_style.sweeps.sweeping.tasks_of', tasks_without(path)
    )
    grid = {'weights': [str(path), 'random']}
    results = sweep(grid, TINY, *IMAGES, tmp_path / 'out', scheduler=scheduler)
    assert [i.status for i in results] == ['failed', 'done']
    assert 'has no weights sha256:' in results[0].error
    assert 'GLUON_STYLE_WEIGHTS' in results[0].error


def tasks_without(path):
    """`tasks_of`, after which the weights are no more."""
    from gluon_style.sweeps.tasks import tasks_of

    def gone(cells):
        result = tasks_of(cells)
        path.unlink()
        return result

    return gone
