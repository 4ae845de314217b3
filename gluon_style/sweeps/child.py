"""Worker processes as their parent sees them, and a pool of them here."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Collection, Iterator, Sequence

from .._mxnet.runtime import physical_cores
from ..errors import StyleError
from ..vgg.layers import whole_number
from .tasks import Outcome, Task

__all__ = ['Children', 'ChildDiedError', 'News', 'run_local']

ATTEMPTS = 2  # processes that one cell may lose before it has failed
DASK_TRIM = ('MALLOC_TRIM_THRESHOLD_', '65536')
# the same modules are found as here, whatever folder the process starts in
CODE = (
    'import sys; sys.path[:] = sys.argv[1:]; '
    'from gluon_style.sweeps.worker import main; main()'
)


@dataclass(frozen=True)
class News:
    """What happens to a task: 'started', 'epoch', 'retried', 'finished'."""

    kind: str
    identity: str
    epoch: int = 0
    error: str = ''
    outcome: Outcome | None = None


class ChildDiedError(StyleError):
    """A worker process ended before it had given an outcome."""


class Child:
    """A process that runs one task at a time; the first one starts MXNet."""

    def __init__(self, threads: int) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (until close)
        self.process = subprocess.Popen(
            [sys.executable, '-c', CODE, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(threads),
        )
        self.stopped = False

    def run(self, task: Task, report: Callable[[int], None]) -> Outcome:
        """Give the process a task and wait for what becomes of it.

        Raises
        ------
        ChildDiedError
            The process has died.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            pickle.dump(task, self.process.stdin)
            self.process.stdin.flush()
            while True:
                kind, news = pickle.load(self.process.stdout)
                if kind == 'outcome':
                    return news
                report(news)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise ChildDiedError(self._cause_of_death()) from None

    def _cause_of_death(self) -> str:
        code = self.process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            remedy = ' (out of memory?)' if name == 'SIGKILL' else ''
            return f'the worker process was ended by {name}{remedy}'
        self._errors.seek(0)
        text = self._errors.read().decode(errors='replace').strip()
        last = (text.splitlines() or ['it said nothing'])[-1]
        return f'the worker process ended with code {code}: {last}'

    def kill(self) -> None:
        """End the process at once; who waits for it learns that it died."""
        self.stopped = True
        self.process.kill()

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()


class Children:
    """Processes that are kept for the next task; threads may share it.

    Parameters
    ----------
    threads : int
        Of each process's products and convolutions.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._busy: dict[Child, str] = {}
        self._closed = False

    def run(self, task: Task, tell: Callable[[News], None]) -> Outcome:
        """Run a task; if its process dies, once more in a new one.

        Raises
        ------
        ChildDiedError
            The task was stopped.
        """
        attempt = 1
        while True:
            child = self._take(task.identity)
            try:
                return child.run(
                    task,
                    lambda epoch: tell(News('epoch', task.identity, epoch)),
                )
            except ChildDiedError as error:
                if child.stopped:
                    raise
                if attempt == ATTEMPTS:
                    text = f'{error}, {attempt} times'
                    return Outcome(task.identity, error=text)
                attempt += 1
                tell(News('retried', task.identity, error=str(error)))
            finally:
                self._put_back(child)

    def _take(self, identity: str) -> Child:
        with self._lock:
            if self._closed:
                raise ChildDiedError('stopped')
            child = self._idle.pop() if self._idle else Child(self.threads)
            self._busy[child] = identity
            return child

    def _put_back(self, child: Child) -> None:
        with self._lock:
            del self._busy[child]
            if child.process.poll() is None and not child.stopped:
                self._idle.append(child)
                return
        child.close()

    def stop(self, identities: Collection[str]) -> None:
        """End the processes that have one of these tasks."""
        with self._lock:
            for child, identity in self._busy.items():
                if identity in identities:
                    child.kill()

    def close(self) -> None:
        """End all processes, whatever they do."""
        with self._lock:
            self._closed = True
            for child in self._busy:
                child.kill()
            while self._idle:
                self._idle.pop().close()


def _environment(threads: int) -> dict[str, str]:
    variables = {**os.environ, 'OMP_NUM_THREADS': str(threads)}
    # what Dask's nanny sets would have freed memory given back at every step
    if variables.get(DASK_TRIM[0]) == DASK_TRIM[1]:
        del variables[DASK_TRIM[0]]
    return variables


def run_local(tasks: Sequence[Task], workers: int) -> Iterator[News]:
    """Run tasks in `workers` processes and yield what happens.

    Closing the iterator ends the processes.
    """
    news: queue.Queue[News | BaseException] = queue.Queue()
    workers = max(1, min(workers, len(tasks)))
    children = Children(max(1, _total_threads() // workers))

    def run(task: Task) -> None:
        try:
            news.put(News('started', task.identity))
            outcome = children.run(task, news.put)
            news.put(News('finished', task.identity, outcome=outcome))
        except BaseException as error:
            news.put(error)

    with ThreadPoolExecutor(workers) as threads:
        try:
            for task in tasks:
                threads.submit(run, task)
            left = len(tasks)
            while left:
                event = news.get()
                if isinstance(event, BaseException):
                    raise event
                left -= event.kind == 'finished'
                yield event
        finally:
            children.close()  # so that what still waits ends at once


def _total_threads() -> int:
    """Count the threads that all workers may have together."""
    given = os.environ.get('OMP_NUM_THREADS', '')
    return whole_number(given, 9999) or physical_cores()
