"""Run tasks on a Dask cluster: the one door to dask.distributed."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import functools
import queue
import threading
import time
import warnings
from dataclasses import replace
from typing import (
    Any,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from urllib.parse import urlsplit

from ..errors import StyleError
from .child import News
from .on_dask_worker import run_cell, same, stop_children
from .tasks import Outcome, Task

__all__ = [
    'ClusterError',
    'check_address',
    'connected',
    'run_on_cluster',
    'sent_once',
    'slots_of',
    'watched',
]

TIMEOUT = 8  # seconds for the scheduler to answer, and to have a worker
PATIENCE = 60  # seconds without a worker, or a word, in the midst of work
# two classes before Python 3.11
TIMED_OUT = (TimeoutError, asyncio.TimeoutError)


class ClusterError(StyleError, ConnectionError):
    """A Dask cluster cannot be reached or has gone."""


def run_on_cluster(tasks: Sequence[Task], address: str) -> Iterator[News]:
    """Run tasks on a cluster and yield what happens.

    A cell whose worker dies is given to another by the scheduler. Closing
    the iterator withdraws what is not done.

    Parameters
    ----------
    tasks : sequence of Task
        No two of one identity.
    address : str
        Of the scheduler: 'tcp://HOST:PORT'.

    Raises
    ------
    ClusterError
        dask.distributed is missing, no scheduler answers, it has no
        workers, or they are all gone.
    """
    with connected(address) as client:
        yield from watched(client, _submitted(client, tasks), address)


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give a client of the scheduler at an address, which has a worker.

    Raises
    ------
    ClusterError
        As `run_on_cluster`.
    """
    client = _client(address)
    try:
        yield client
    finally:
        with contextlib.suppress(OSError, *TIMED_OUT):  # it is gone
            _within(TIMEOUT, client.close)


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            'a cluster needs dask.distributed: pip install '
            "'.[cluster]', here and on the workers"
        ) from None
    check_address(address)
    try:
        client = _within(
            TIMEOUT + 1,  # what is there may be something else, and silent
            lambda: distributed.Client(
                address, timeout=TIMEOUT, set_as_default=False
            ),
        )
    except (OSError, *TIMED_OUT):
        raise ClusterError(
            f'no Dask scheduler answers at {address} (waited {TIMEOUT} s): '
            'start one with: dask scheduler, or see why the one there is '
            'silent'
        ) from None
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TIMED_OUT:
        client.close()
        raise ClusterError(
            f'the scheduler at {address} has no workers: start some with: '
            f'dask worker {address}'
        ) from None
    return client


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what a call gives, which may never do so.

    Raises
    ------
    TimeoutError
        It has not yet; it goes on in a thread that ends with the process.
    """
    answers: queue.Queue[Any] = queue.Queue()

    def answer() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=answer, daemon=True).start()
    try:
        value, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error:
        raise error
    return value


def check_address(address: str) -> None:
    """Refuse what is no scheduler's address.

    Raises
    ------
    ClusterError
        It is not.
    """
    try:
        parts = urlsplit(address)
        known = parts.scheme in ('tcp', 'tls', 'ws', 'wss')
        good = known and bool(parts.port and parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ClusterError(
            f'got the scheduler {address!r}, wanted tcp://HOST:PORT, such '
            'as tcp://127.0.0.1:8786'
        )


def watched(
    client: Any, submitted: Iterable[tuple[Any, Any]], address: str
) -> Iterator[News]:
    """Yield what happens to tasks that are on a cluster.

    Parameters
    ----------
    client : distributed.Client
        From `connected`.
    submitted : iterable of pairs
        A future and its task, which has an `identity`.
    address : str
        Of the scheduler.

    Raises
    ------
    ClusterError
        The scheduler is gone, or has had no workers or given no answer for
        `PATIENCE`.
    """
    done: queue.Queue[Any] = queue.Queue()
    futures: dict[Any, Any] = {}
    try:
        for future, task in submitted:
            futures[future] = task
            future.add_done_callback(done.put)
            yield News('started', task.identity)
        alive = time.monotonic()
        while futures:
            try:
                future = done.get(timeout=1)
            except queue.Empty:
                if _answered(client.scheduler_info, address).get('workers'):
                    alive = time.monotonic()
                elif time.monotonic() - alive > PATIENCE:
                    raise ClusterError(
                        f'the scheduler at {address} has had no worker for '
                        f'{PATIENCE} s: start some and run this again'
                    ) from None
                continue
            task = futures.pop(future)
            outcome = _outcome(future, task, address)
            yield News('finished', task.identity, outcome=outcome)
    finally:
        if futures:
            with contextlib.suppress(OSError, *TIMED_OUT):  # it is gone
                _within(TIMEOUT, lambda: _withdraw(client, futures))


def _answered(call: Callable[[], Any], address: str) -> Any:
    """Return what a scheduler answers to a call.

    Raises
    ------
    ClusterError
        It does not for `PATIENCE`.
    """
    try:
        return _within(PATIENCE, call)
    except TIMED_OUT:
        raise ClusterError(
            f'the scheduler at {address} has not answered for {PATIENCE} s: '
            'run this again with one that does; what is done is kept'
        ) from None


def _withdraw(client: Any, futures: Mapping[Any, Any]) -> None:
    """Take back what is not done, also from workers that are at it."""
    identities = {task.identity for task in futures.values()}
    client.cancel(list(futures))
    client.run(stop_children, identities, on_error='ignore')


def _submitted(client: Any, tasks: Sequence[Task]) -> Iterator[Any]:
    # the images are tasks too, so that they are sent once and, if their
    # worker is gone, made again
    images: dict[str, Any] = {}
    slots = slots_of(client)
    for task in tasks:
        sources = (task.content, task.style)
        for source in sources:
            if source.sha256 not in images:
                key = f'gluon-style-image-{source.sha256}'
                images[source.sha256] = sent_once(client, source, key)
        bare = [replace(source, data=b'') for source in sources]
        future = client.submit(
            run_cell,
            replace(task, content=bare[0], style=bare[1]),
            *[images[source.sha256] for source in sources],
            slots,
            key=f'gluon-style-cell-{task.identity}',
        )
        yield future, task


def slots_of(client: Any) -> dict[str, int]:
    """Count the threads that the workers of each machine have."""
    slots: collections.Counter[str] = collections.Counter()
    for worker in client.scheduler_info()['workers'].values():
        slots[worker['host']] += worker['nthreads']
    return dict(slots)


def sent_once(client: Any, value: Any, key: str) -> Any:
    """Make a value a task, so that a dead worker's share of it is made again.

    What is scattered has no such past.
    """
    with warnings.catch_warnings():
        # which advises that
        warnings.filterwarnings('ignore', 'Sending large graph')
        return client.submit(functools.partial(same, value), key=key)


def _outcome(future: Any, task: Any, address: str) -> Outcome:
    if future.cancelled():
        raise ClusterError(
            f'the scheduler at {address} is gone: run this again with one '
            'that is there; what is done is kept'
        )
    error = future.exception()
    if error is None:
        return _answered(future.result, address)
    first = ' '.join(str(error).strip().splitlines()[:1])
    return Outcome(task.identity, error=f'{type(error).__name__}: {first}')
