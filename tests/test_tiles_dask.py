"""Tiles on a Dask cluster: a real scheduler and two workers on loopback."""

import os
import signal
import threading

import pytest
from arrays import relative_l2
from clusters import kill_a_busy_one, start_scheduler, start_worker

from gluon_style.errors import StyleError
from gluon_style.runs.run import network, run
from gluon_style.runs.settings import Settings
from gluon_style.sweeps import cluster
from gluon_style.sweeps.tile_crew import crew_on

ASKED = Settings(
    80,
    64,
    weights='student',
    epochs=3,
    lr=0.1,
    tile='32',
    content_layers=('conv2_2',),
    style_layers=('conv1_1', 'conv2_1'),
)
# the same sums in the same order; another number of threads may round one
# product differently, and Adam makes steps of that: two runs of 3 steps
# are then as far apart as in test_tiles
SAME = 1e-3


@pytest.fixture(scope='module')
def workers(start, scheduler):
    return {name: start_worker(start, scheduler, name) for name in ('a', 'b')}


@pytest.fixture
def images(picture):
    return picture(60, 80), picture(50, 70)


def test_a_worker_killed_within_a_step_loses_nothing(
    workers, scheduler, images
):
    import distributed

    net, killed, records = network(ASKED), [], []
    wanted = run(*images, ASKED, net=net)

    def kill():
        with distributed.Client(scheduler, set_as_default=False) as client:
            killed.append(kill_a_busy_one(client, workers, 'tile'))

    def note(record, picture):
        records.append(record.epoch)
        if record.epoch == 1:  # the next step's tiles are on both by then
            threads[0].start()

    threads = [threading.Thread(target=kill, daemon=True)]
    with crew_on(scheduler) as crew_of:
        got = run(*images, ASKED, note, 1, net=net, crew_of=crew_of)
    threads[0].join(60)
    assert killed
    assert records == [1, 2, 3]
    assert relative_l2(got, wanted) <= SAME


def test_a_scheduler_that_freezes_is_not_waited_for(
    start, images, monkeypatch
):
    """It is stopped, and its connections stand."""
    monkeypatch.setattr(cluster, 'PATIENCE', 2)
    process, address = start_scheduler(start)
    start_worker(start, address, 'frozen')

    def freeze(record, picture):
        os.kill(process.pid, signal.SIGSTOP)

    silent = pytest.raises(StyleError, match='has not answered for 2 s')
    try:
        with crew_on(address) as crew_of, silent:
            run(*images, ASKED, freeze, 1, crew_of=crew_of)
    finally:
        os.kill(process.pid, signal.SIGCONT)


def test_a_worker_without_the_weights_is_one_line(
    workers, scheduler, images, tmp_path, monkeypatch
):
    from gluon_style.sweeps import tile_crew

    monkeypatch.setattr(
        tile_crew, 'digest_of', lambda name: (name, 'sha256:0123')
    )
    missing = pytest.raises(StyleError, match='has no weights sha256:0123')
    with crew_on(scheduler) as crew_of, missing:
        run(*images, ASKED, crew_of=crew_of)


def test_a_picture_of_one_tile_has_nothing_to_spread(tmp_path, capsys):
    from gluon_style.cli import main

    code = main(
        ['transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '-o',
         str(tmp_path / 'a.png'), '--weights', 'student', '--width', '90',
         '--scheduler', 'tcp://127.0.0.1:1']
    )  # fmt: skip
    said = capsys.readouterr().err.strip()
    assert code == 1
    assert 'for a picture of one tile' in said
    assert len(said.splitlines()) == 1
