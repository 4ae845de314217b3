"""Where the files of a sweep stand, and whether they may be written there."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Collection, Iterator

from ..runs.identity import weights_files
from ..storage import whole_files
from .tasks import Task

__all__ = [
    'check_places',
    'picture_path',
    'refuse_inputs',
    'remove_leftovers',
    'sheet_path',
    'table_path',
]

DIGITS = 16  # of a run's digest, in the names of its files


def picture_path(folder: Path, task: Task) -> Path:
    """Return where the picture of a run stands."""
    return folder / 'cells' / f'{task.identity[:DIGITS]}.png'


def sheet_path(folder: Path) -> Path:
    """Return where the contact sheet stands."""
    return folder / 'sheet.png'


def table_path(folder: Path) -> Path:
    """Return where the table stands."""
    return folder / 'losses.csv'


def refuse_inputs(folder: Path, tasks: Collection[Task]) -> None:
    """Refuse to write over what the cells read, by whatever name.

    Raises
    ------
    OutputError
        A file of the folder is an image or a weights file of a cell.
    """
    inputs = [
        name
        for task in tasks
        for name in (
            *(task.content.path, task.style.path),
            *weights_files(task.settings),
        )
    ]
    whole_files.refuse_inputs(_written(folder, tasks), inputs, 'the sweep')


def check_places(folder: Path, tasks: Collection[Task]) -> None:
    """Refuse, before a cell runs, a place where its file could not be.

    Raises
    ------
    OutputError
        A folder, a pipe or the like is there, or it is not to be written to.
    """
    for path in _written(folder, tasks):
        whole_files.check_target(path, (path.suffix,))


def _written(folder: Path, tasks: Collection[Task]) -> Iterator[Path]:
    """List the files that a sweep may write."""
    yield from (sheet_path(folder), table_path(folder))
    for task in tasks:
        picture = picture_path(folder, task)
        yield from (picture, picture.with_suffix('.json'))


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed sweep had begun to write; call it when locked."""
    for path in (folder / 'cells').glob(f'{whole_files.UNFINISHED}*'):
        with contextlib.suppress(OSError):
            path.unlink()
