"""A sweep from its grid to its contact sheet."""

from __future__ import annotations

import contextlib
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

from ..errors import SettingsError, StyleWarning, WeightsError, shortened
from ..runs.fitting import gigabytes
from ..runs.forecast import forecast_memory
from ..runs.machine import free_memory
from ..runs.settings import Settings
from ..storage.locks import locked
from ..storage.whole_files import PathLike, check_folder, whole_file
from .child import News, run_local
from .folder import (
    read_result,
    refuse_other_grids,
    write_outcome,
    write_table,
)
from .grid import Base, Cell, Grid, plan
from .places import (
    check_places,
    refuse_inputs,
    remove_leftovers,
    sheet_path,
    table_path,
)
from .results import CellResult, SweepProgress
from .sheet import contact_sheet
from .tasks import Task, tasks_of

__all__ = ['DEFAULT_WORKERS', 'MAX_CELLS', 'sweep']

MAX_CELLS = 100
# one process with all processors: half the memory, see docs/sweep.md
DEFAULT_WORKERS = 1

Callback = Callable[[SweepProgress], object]


def sweep(
    grid: Grid,
    base: Base = Settings(),
    content: PathLike = '',
    style: PathLike = '',
    folder: PathLike = 'sweep',
    workers: int | None = None,
    scheduler: str | None = None,
    max_cells: int = MAX_CELLS,
    callback: Callback | None = None,
    overwrite: bool = True,
) -> list[CellResult]:
    """Run every combination of a grid's values that was not run before.

    Parameters
    ----------
    grid : mapping of str to sequence
        Values by axis: a field of `Settings`, 'content', 'style' or
        'recipe'. The last axis gives the columns of the sheet.
    base : Settings or mapping
        What the axes do not say; a mapping is laid over the recipe that it,
        or the axis 'recipe', names.
    content, style : str or path
        The images, by name or path, where they are no axes.
    folder : path
        Made if it must be. It gets sheet.png, losses.csv, and for each run
        a picture and its record in cells/.
    workers : int, optional
        Processes on this machine.
    scheduler : str, optional
        'tcp://HOST:PORT' of a Dask scheduler, whose workers run the cells.
    max_cells : int
        The most cells there may be; at most `grid.MOST_CELLS`.
    callback : callable, optional
        Called with a `SweepProgress`.
    overwrite : bool
        Whether the sheet and the table of another grid may be replaced.

    Returns
    -------
    list of CellResult
        One for each cell, in the order of `itertools.product`.

    Raises
    ------
    StyleError
        The grid, an image, weights, the folder or the cluster are not as
        they should be. A cell that fails raises nothing.
    KeyboardInterrupt
        Ctrl-C; what is done is kept, and the table and the sheet show it.

    Warns
    -----
    StyleWarning
        A finished cell's record or picture is damaged or not its own: it
        runs again. Or the cells that run at once are not likely to fit into
        the memory.
    """
    workers = _checked_workers(workers)
    planned = plan(grid, base, os.fspath(content), os.fspath(style), max_cells)
    cells, tasks = tasks_of(planned)
    folder = Path(folder)
    refuse_inputs(folder, tasks.values())
    check_folder(folder / 'cells')
    check_places(folder, tasks.values())
    refusal = (
        f'another sweep is running in {folder}: wait for its end, or name '
        'another folder'
    )
    with locked(folder, refusal):
        remove_leftovers(folder)
        if not overwrite:
            identities = [task.identity for task in tasks.values()]
            refuse_other_grids(folder, identities)
        state = _State(folder, cells, tasks, callback)
        try:
            state.run(workers, scheduler)
        finally:
            if state.finished:  # there is something to show
                write_table(state.results, table_path(folder))
                sheet = contact_sheet(state.results)
                with whole_file(sheet_path(folder)) as target:
                    sheet.save(target)
    return state.results


def _checked_workers(workers: int | None) -> int:
    if workers is None:
        return DEFAULT_WORKERS
    if not isinstance(workers, int) or workers < 1:
        raise SettingsError(
            f'got workers {shortened(workers)}, wanted a whole number of at '
            'least 1'
        )
    return workers


def _warn_of_memory(tasks: Sequence[Task], workers: int) -> None:
    """Say that so many cells at once may not fit; they may fail alone."""
    needs = sorted(_memory(task) for task in tasks)[-workers:]
    there = free_memory()
    if sum(needs) > there:
        warnings.warn(
            f'{len(needs)} cells at once take about {gigabytes(sum(needs))} '
            f'of memory and {gigabytes(there)} are there: take fewer '
            '--workers or a smaller size',
            StyleWarning,
            stacklevel=2,
        )


def _memory(task: Task) -> int:
    images = task.content, task.style
    try:
        return forecast_memory(
            task.settings, [i.width * i.height for i in images]
        )
    except WeightsError:  # damaged: its cell will say so
        return 0


class _State:
    """The state of each cell: read, written when it changes, reported."""

    def __init__(
        self,
        folder: Path,
        cells: Sequence[Cell],
        tasks: dict[int, Task],
        callback: Callback | None,
    ) -> None:
        self.folder, self.cells, self.tasks = folder, cells, tasks
        self.callback = callback
        self.results = [self._read(cell, True) for cell in cells]
        self.finished = 0
        runs: dict[str, Task] = {}
        for result in self.results:
            if result.status == 'done':
                self._report('reused', result)
            elif result.index in tasks:
                runs[result.identity] = tasks[result.index]
                self.results[result.index] = replace(result, status='missing')
            else:
                self._report('failed', result, error=result.error)
        self.missing = list(runs.values())

    def run(self, workers: int, scheduler: str | None) -> None:
        """Run what is missing, here or on a cluster."""
        if not self.missing:
            return
        if scheduler is None:
            _warn_of_memory(self.missing, workers)
            self.follow(run_local(self.missing, workers))
        else:
            from .cluster import run_on_cluster

            self.follow(run_on_cluster(self.missing, scheduler))

    def follow(self, news: Iterator[News]) -> None:
        """Write each outcome when it comes."""
        runs = {task.identity: task for task in self.missing}
        with contextlib.closing(news):  # type: ignore[type-var]
            for event in news:
                if event.outcome is not None:
                    task = runs[event.identity]
                    write_outcome(self.folder, task, event.outcome)
                for index, task in self.tasks.items():
                    if task.identity == event.identity:
                        self._note(event, self.cells[index])

    def _note(self, news: News, cell: Cell) -> None:
        result = self.results[cell.index]
        if news.kind == 'finished':
            result = self.results[cell.index] = self._read(cell, False)
            self._report(result.status, result, error=result.error)
        else:
            self._report(news.kind, result, news.epoch, news.error)

    def _read(self, cell: Cell, reused: bool) -> CellResult:
        task = self.tasks.get(cell.index)
        return read_result(self.folder, cell, task, reused)

    def _report(
        self, event: str, result: CellResult, epoch: int = 0, error: str = ''
    ) -> None:
        self.finished += event in ('reused', 'done', 'failed')
        if self.callback is None:
            return
        settings: Any = self.cells[result.index].settings
        epochs = settings.total_epochs if settings else 0
        index, values = result.index, result.values
        counts = (epoch, epochs, self.finished, len(self.cells))
        self.callback(SweepProgress(event, index, values, *counts, error))
