"""Run tasks in processes of this machine."""

from __future__ import annotations

import os
import queue
import threading
from typing import Iterator, Sequence

from .._mxnet.runtime import physical_cores
from .child import ChildDiedError, Children, News
from .tasks import Task

__all__ = ['run_local', 'total_threads']


def total_threads() -> int:
    """Count the threads that all workers may have together."""
    said = os.environ.get('OMP_NUM_THREADS', '')
    return int(said) if said.isdigit() and int(said) else physical_cores()


def run_local(tasks: Sequence[Task], workers: int) -> Iterator[News]:
    """Run tasks in `workers` processes and yield what happens.

    Closing the iterator ends the processes.
    """
    waiting: queue.Queue[Task] = queue.Queue()
    for task in tasks:
        waiting.put(task)
    news: queue.Queue[News | BaseException] = queue.Queue()
    workers = min(workers, len(tasks))
    children = Children(max(1, total_threads() // max(1, workers)))

    def work() -> None:
        try:
            while True:
                task = waiting.get_nowait()
                news.put(News('started', task.identity))
                outcome = children.run(task, news.put)
                news.put(News('finished', task.identity, outcome=outcome))
        except (queue.Empty, ChildDiedError):
            pass
        except BaseException as error:
            news.put(error)

    threads = [
        threading.Thread(target=work, daemon=True) for _ in range(workers)
    ]
    left = len(tasks)
    try:
        for thread in threads:
            thread.start()
        while left:
            one = news.get()
            if isinstance(one, BaseException):
                raise one
            left -= one.kind == 'finished'
            yield one
    finally:
        children.close()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
