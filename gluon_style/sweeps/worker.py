"""The process that runs cells: tasks come in, frames with news go out.

MXNet never runs in the process that asks for a sweep: a cell that runs out
of memory takes only this one with it, each has its own number of threads,
and MXNet's NumPy semantics, which hold for one thread alone, are those of
this process's first thread.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from dataclasses import asdict, replace
from typing import Any, Callable

from ..errors import StyleError, TrainingError, WeightsError
from ..runs.machine import peak_memory, surroundings, versions
from ..runs.record import epochs_table, reported
from ..runs.settings import Settings
from ..storage.image_files import eight_bits
from ..version import __version__
from ..vgg.weights import find_by_digest
from .tasks import Outcome, Task
from .tile_tasks import TileTask, run_tile

__all__ = ['main', 'run_task']

EVERY = 10  # epochs between two in a record


def run_task(task: Task | TileTask, report: Callable[[int], None]) -> Outcome:
    """Run a cell in this process.

    Parameters
    ----------
    task : Task
        The cell, or a tile of a picture.
    report : callable
        Called with each epoch's number.

    Returns
    -------
    Outcome
        With the picture, or with the error that ended it; nothing is raised.
    """
    start = time.perf_counter()
    try:
        _check_version(task)
        if isinstance(task, TileTask):
            outcome = Outcome(task.identity, run_tile(task, _located))
        else:
            outcome = _run(task, report)
    except StyleError as error:
        outcome = Outcome(task.identity, error=' '.join(str(error).split()))
    except Exception as error:  # a defect: it is shown, and the rest goes on
        first = ' '.join(str(error).strip().splitlines()[:1])
        outcome = Outcome(
            task.identity,
            error=f'{type(error).__name__}: {first}',
            traceback=traceback.format_exc(),
        )
    return replace(outcome, seconds=time.perf_counter() - start)


def _check_version(task: Task | TileTask) -> None:
    if task.version != __version__:
        raise StyleError(
            f'the worker on {socket.gethostname()} has gluon_style '
            f'{__version__}, wanted {task.version}: install the same there'
        )


def _located(settings: Settings, digests: tuple[str, str]) -> Settings:
    """Name the weights as this machine knows them."""
    names = (settings.weights, settings.warm_start)
    weights, warm_start = map(_local, names, digests)
    return replace(settings, weights=weights, warm_start=warm_start)


def _run(task: Task, report: Callable[[int], None]) -> Outcome:
    settings = _located(task.settings, task.digests)
    from ..images import postprocess, read_image
    from ..runs.run import network, run
    from ..runs.score import scores_at_end

    images = read_image(task.content.data), read_image(task.style.data)
    net = network(settings)
    epochs: list[Any] = []

    def note(record: Any, _: object) -> None:
        if epochs and epochs[-1].epoch % EVERY:
            del epochs[-1]
        epochs.append(record)
        report(record.epoch)

    # a report at every epoch costs little and finds a bad loss at once
    output = run(*images, settings, note, every=1, net=net)
    picture = eight_bits(postprocess(output).asnumpy())
    scores, failure = scores_at_end(images, settings, net, output)
    if isinstance(failure, TrainingError):  # its last step went too far
        raise failure
    marks = {name: asdict(score) for name, score in scores.items()}
    parts = {**_parts(task.settings, net, epochs), **marks}
    return Outcome(task.identity, picture, parts)


def _parts(settings: Settings, net: Any, epochs: list[Any]) -> dict[str, Any]:
    """Collect what the record says of the run here."""
    from ..runs.precision import available_precision
    from ..runs.variants import layer_names

    precision = available_precision(settings)  # not always what was asked
    return {
        'settings': replace(settings, precision=precision).record(),
        'weights_used': asdict(net.weights_used),
        'versions': versions(),
        'machine': surroundings(precision == 'bfloat16'),
        'last_epoch': reported(epochs[-1]),
        'epochs': epochs_table(epochs, layer_names(settings)),
        'peak_memory': peak_memory(),
    }


def _local(name: str | None, digest: str) -> str | None:
    """Find the weights of a digest on this machine."""
    if not name:
        return name
    found = find_by_digest(digest, name)
    if found is None:
        raise WeightsError(
            f'the worker on {socket.gethostname()} has no weights '
            f'{digest[:19]}... (there: {name}): copy that file to the same '
            'place, or set GLUON_STYLE_WEIGHTS there'
        )
    return found


def main() -> None:
    """Run the tasks that come on standard input, until it ends.

    A task is a pickled `Task`; the frames that go out on what was standard
    output are ('epoch', n) and ('outcome', Outcome).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    with os.fdopen(os.dup(1), 'wb') as out:
        os.dup2(2, 1)  # what a library prints is no frame
        tasks: queue.Queue[Task] = queue.Queue()
        threading.Thread(target=_receive, args=(tasks,), daemon=True).start()

        def send(frame: tuple[str, Any]) -> None:
            pickle.dump(frame, out)
            out.flush()

        while True:
            task = tasks.get()
            outcome = run_task(task, lambda epoch: send(('epoch', epoch)))
            send(('outcome', outcome))


def _receive(tasks: queue.Queue[Task]) -> None:
    """Queue what comes; end the process with its parent, even in a cell."""
    try:
        while True:
            tasks.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)
