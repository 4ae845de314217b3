"""What a Dask worker runs: each task in a process of its own.

The worker's nanny allows one thread for arithmetic, and MXNet's NumPy
semantics do not hold in its threads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Collection, Mapping
from urllib.parse import urlsplit

from .._mxnet.runtime import physical_cores
from .child import Children
from .tasks import Outcome, Source, Task

__all__ = ['run_cell', 'run_in_child', 'same', 'stop_children']


def same(value: Any) -> Any:
    """Return what was sent."""
    return value


def run_cell(
    task: Task, content: Source, style: Source, slots: Mapping[str, int]
) -> Outcome:
    """Run a cell, whose images are tasks of their own."""
    return run_in_child(replace(task, content=content, style=style), slots)


def run_in_child(task: Any, slots: Mapping[str, int]) -> Outcome:
    """Run a task on this Dask worker, in a process with its share of cores."""
    from distributed import get_worker

    worker = get_worker()
    host = urlsplit(worker.address).hostname
    threads = max(1, physical_cores() // slots.get(str(host), 1))
    children = _children_of(worker).setdefault(threads, Children(threads))
    return children.run(task, lambda news: None)


def stop_children(identities: Collection[str], dask_worker: Any) -> None:
    """Stop tasks; Dask gives its worker to a parameter of this name."""
    for children in _children_of(dask_worker).values():
        children.stop(identities)


def _children_of(worker: Any) -> dict[int, Children]:
    """Return the processes that a Dask worker keeps, by their threads."""
    return vars(worker).setdefault('gluon_style_children', {})
