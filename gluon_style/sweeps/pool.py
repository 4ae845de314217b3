"""Run tasks in processes of this machine."""

from __future__ import annotations

import os
import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, Sequence

from .._mxnet.runtime import physical_cores
from .child import Children, News
from .tasks import Task

__all__ = ['run_local', 'total_threads']


def total_threads() -> int:
    """Count the threads that all workers may have together."""
    given = os.environ.get('OMP_NUM_THREADS', '')
    return int(given) if given.isdigit() and int(given) else physical_cores()


def run_local(tasks: Sequence[Task], workers: int) -> Iterator[News]:
    """Run tasks in `workers` processes and yield what happens.

    Closing the iterator ends the processes.
    """
    news: queue.Queue[News | BaseException] = queue.Queue()
    workers = max(1, min(workers, len(tasks)))
    children = Children(max(1, total_threads() // workers))

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
