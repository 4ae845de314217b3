"""What a cluster takes beside what `plan --workers` computes; its table.

    python benchmarks/cluster.py costs       # of a task, and of a byte
    python benchmarks/cluster.py measure     # one and two workers on loopback
    python benchmarks/cluster.py table       # the forecast by size and workers

The schedulers and workers are real, on loopback: each worker has one core and
one thread. Linux only. See docs/larger.md for the figures.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator

import typer
from children import bare_environment

from gluon_style.drawing.tables import text_table

TILES = Path(__file__).with_name('tiles.py')
SHALLOW = {'content_layers': (0,), 'style_layers': (0,)}
LOOPBACK = 1e9  # MB a second: what copying takes is a cost of its own
SIZES = '900x600,1350x900,1920x1280,3840x2560,7680x5120'
app = typer.Typer(help=str(__doc__))


def environment() -> dict[str, str]:
    """Return an environment in which each process has one thread."""
    return {**bare_environment()[0], 'OMP_NUM_THREADS': '1'}


def started(pattern: str, *arguments: object, core: int | None = None) -> Any:
    """Start a part of a cluster; return it and what it says of itself."""
    process = subprocess.Popen(
        [sys.executable, '-m', *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    if core is not None:  # before it has threads, which inherit it
        os.sched_setaffinity(process.pid, {core})
    for line in process.stderr:
        found = re.search(pattern, line)
        if found:
            # the rest is read too, else the pipe would fill
            rest = threading.Thread(target=process.stderr.read, daemon=True)
            rest.start()
            return process, found[1]
    raise SystemExit(f'cluster.py: {arguments[0]} did not start')


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[tuple[str, str]]:
    """Start a scheduler with workers, each on a core.

    Gives its address, and the numbers of the processes: 'PID,...'.
    """
    cores = sorted(os.sched_getaffinity(0))
    if workers > len(cores):
        raise SystemExit(f'cluster.py: {workers} workers, {len(cores)} cores')
    local = ('--host', '127.0.0.1', '--no-dashboard')
    scheduler, address = started(
        r'Scheduler at:\s*(tcp://\S+)',
        'distributed.cli.dask_scheduler', *local, '--port', 0,
    )  # fmt: skip
    processes = [scheduler]
    try:
        for core in cores[:workers]:
            process, _ = started(
                '(Registered) to', 'distributed.cli.dask_worker', address,
                *local, '--nthreads', 1, '--no-nanny', core=core,
            )  # fmt: skip
            processes.append(process)
        yield address, ','.join(str(i.pid) for i in processes)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def one(weights: str, size: str, tile: str, *options: object) -> Any:
    """Run some steps in a fresh process; return what they took."""
    command = [sys.executable, TILES, '--weights', weights, 'one', size, tile]
    done = subprocess.run(
        [str(i) for i in (*command, *options)],
        env=environment(),
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def time_the_processor() -> None:
    """Let the probe read it: of one thread, the same but for other work."""
    from gluon_style import training

    time.perf_counter = training.now = time.process_time


def settings_for(weights: str, size: str, tile: str, **fields: Any) -> Any:
    """Return the chapter's settings, or others, of a size in tiles."""
    from gluon_style import Settings

    width, height = map(int, size.split('x'))
    return Settings(width, height, weights=weights, tile=tile, **fields)


@app.command()
def costs(sides: str = '32,800', rounds: int = 20) -> None:
    """Find what a task and a byte cost, from a small tile and a large one.

    One tile at a time goes to one worker and comes back, in turns. What it
    takes beside its computing, at the least, is a cost for each task and for
    each byte.
    """
    import numpy
    from tiles import crew

    lengths, sizes = [int(i) for i in sides.split(',')], []
    trips: list[list[float]] = [[] for _ in lengths]
    with cluster(1) as (address, _), crew(address) as (crew_of, computing):
        travels = [trip(crew_of, length) for length in lengths]
        for _, (index, go) in itertools.product(
            range(rounds), enumerate(travels)
        ):
            computing.clear()
            start = time.perf_counter()
            sizes.append(go())
            trips[index].append(time.perf_counter() - start - sum(computing))
    least = [min(i[1:]) for i in trips]  # the first loads the network
    sent = sizes[: len(lengths)]
    byte, task = numpy.polyfit(sent, least, 1)
    for length, size, same in zip(lengths, sent, trips):
        print(f'{length}: {size} bytes, {numpy.percentile(same, [0, 25, 50])}')
    print(f'a task {1e3 * task:.1f} ms, a byte {1e9 * byte:.2f} ns')


def trip(crew_of: Any, length: int) -> Any:
    """Return a function that sends a tile, and gives the bytes that passed."""
    import numpy

    from gluon_style._mxnet import np
    from gluon_style.runs.objective import find_scope

    size = f'{2 * length}x{length}'
    asked = settings_for('student', size, str(length), **SHALLOW)
    scope = find_scope(asked)
    assert scope
    crew = crew_of(asked, scope, None, [None, None])
    window = scope.tiles()[0].window(scope.deepest)
    X = np.zeros((1, 3, length, 2 * length))
    pulls = crew._send([numpy.zeros((32, 32), 'float32')])

    def go() -> int:
        pixels = X[window].asnumpy()
        ((_, gradient),) = crew._computed('gradient', [pixels], [None], pulls)
        np.array(gradient).wait_to_read()
        return pixels.nbytes + gradient.nbytes

    return go


@app.command()
def measure(
    weights: str = 'student',
    size: str = '900x600',
    tile: str = '256',
    rounds: int = 3,
    steps: int = 3,
    most: int = typer.Option(2, help='Workers.'),
) -> None:
    """Let no cluster, one worker and more take turns, beside the forecast.

    The forecast is made from the step that was measured without a cluster in
    the same round, so that it is the model which is judged. The processor
    time is that of the tiles alone, of the worker that has used most: on a
    machine with other work it says more.
    """
    rows = []
    time_the_processor()  # of what who asks does, which is forecast alone
    with contextlib.ExitStack() as stack:
        ways: list[tuple] = [()]
        for i in range(1, most + 1):
            address, numbers = stack.enter_context(cluster(i))
            ways.append(('--scheduler', address, '--processes', numbers))
        asked = settings_for(weights, size, tile)
        for _ in range(rounds):
            taken = [one(weights, size, tile, '--steps', steps, *i)
                     for i in ways]  # fmt: skip
            rows.append(compared(taken, asked))
            print(json.dumps([taken, rows[-1]]), file=sys.stderr, flush=True)
    head = ['workers', 's/step', 'forecast', 'ratio', 'processor, tiles',
            'forecast', 'ratio']  # fmt: skip
    print(text_table(head, summed(rows), markdown=True, left=()))


def processor_steps(run: Any) -> list[float]:
    """Return the processor time of each step but the first.

    That of the process alone, or of the tiles of who has used most.
    """
    ends, each = run['processor_seconds'], []
    for before, after in zip(ends, ends[1:]):
        spent = [[b - a for a, b in zip(*one)] for one in zip(before, after)]
        each.append(max(i[1] for i in spent) or spent[0][0])
    return each


def compared(taken: list[Any], asked: Any) -> list[list[float]]:
    """Return what was measured and forecast, for each number of workers."""
    from gluon_style.runs.cluster_forecast import ClusterStep, measure_here

    here, rows = measure_here(asked), []
    each = [
        (min(i['step_seconds'][1:]), min(processor_steps(i))) for i in taken
    ]
    for workers, real in enumerate(each):
        if not workers:
            rows.append([real[0], real[0], real[1], real[1]])
            continue
        by_seconds, by_work = (
            ClusterStep.of(asked, i, here, workers, LOOPBACK) for i in each[0]
        )
        assert by_seconds
        assert by_work
        said = by_seconds.seconds, by_work.first + by_work.second
        rows.append([real[0], said[0], real[1], said[1]])
    return rows


def summed(rounds: list[list[list[float]]]) -> list[list[str]]:
    """Write the medians over the rounds, of ratios too."""
    lines = []
    for workers, same in enumerate(zip(*rounds)):
        cells = [str(workers or 'no cluster')]
        for at in (0, 2):
            pairs = [i[at : at + 2] for i in same]
            real, said = (statistics.median(i) for i in zip(*pairs))
            ratio = statistics.median(b / a for a, b in pairs)
            cells += [f'{real:.2f}', f'{said:.2f}', f'{ratio:.2f}']
        lines.append(cells)
    return lines


@app.command()
def table(
    weights: str = 'auto',
    sizes: str = SIZES,
    tiles: str = '640,320',
    workers: str = '1,2,4,8,16',
    bandwidth: float = 110,
    probes: int = typer.Option(5, help='Of which the fastest steps count.'),
    processor: bool = typer.Option(
        False, help='Time the probe by the processor, not by the clock.'
    ),
) -> None:
    """Compute a step by size, tile and workers."""
    if processor:
        time_the_processor()
    from gluon_style.runs.cluster_forecast import ClusterStep, measure_here
    from gluon_style.runs.probe import StageForecast, measure_pace

    numbers = [int(i) for i in workers.split(',')]
    probed = settings_for(weights, '900x600', 'off')
    paces = [measure_pace(probed) for _ in range(probes)]
    here = min(measure_here(probed) for _ in range(probes))
    least = tuple(map(min, zip(*(i.steps for i in paces))))
    pace, rows = replace(paces[0], steps=least), []
    print(f'{pace}, here {1e9 * here:.0f} ns a pixel', file=sys.stderr)
    for size, tile in itertools.product(sizes.split(','), tiles.split(',')):
        asked = settings_for(weights, size, tile)
        usual = replace(asked, tile='auto')
        alone, best = (
            StageForecast.of(i, pace).seconds_per_step for i in (asked, usual)
        )
        steps = [
            ClusterStep.of(asked, alone, here, i, bandwidth) for i in numbers
        ]
        if None in steps:
            continue
        gains = [f'{best / step.seconds:.1f}' for step in steps if step]
        last = steps[-1]
        assert last
        parts = last.wire, last.tasks, last.here
        shares = [f'{100 * i / last.seconds:.0f} %' for i in parts]
        rows.append([size, tile, f'{best:.1f}', *gains, *shares])
    head = ['size', 'tile', 's/step alone', *map(str, numbers),
            f'wire, at {numbers[-1]}', 'tasks', 'here']  # fmt: skip
    print(text_table(head, rows, markdown=True, left=(0,)))


if __name__ == '__main__':
    app()
