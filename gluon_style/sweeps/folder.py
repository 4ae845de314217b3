"""The folder of a sweep: a picture and a record for each run, and a table.

A record is believed only if it is whole, of that very run, and of the picture
beside it.
"""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Collection, Sequence

from ..errors import OutputError, RecordError, StyleError, StyleWarning
from ..runs.record import (
    IMAGES,
    check_record,
    for_picture,
    new_record,
    picture_part,
    settings_of_record,
)
from ..runs.settings import Settings
from ..storage.download import file_hash
from ..storage.plain_files import open_plain
from ..storage.records import read_record, save_picture, write_record
from ..storage.whole_files import whole_file
from .grid import Cell
from .places import picture_path, sheet_path, table_path
from .results import LOSSES, WEIGHTS, CellResult
from .tasks import BACKGROUND, Outcome, Task, identity_of

__all__ = [
    'read_result',
    'refuse_other_grids',
    'write_outcome',
    'write_table',
]

ENDS = 'as_left', 'as_saved'  # of the picture, in its record


def refuse_other_grids(folder: Path, identities: Collection[str]) -> None:
    """Refuse a folder whose sheet shows runs that are not in the grid.

    Raises
    ------
    OutputError
        It does.
    """
    try:
        with open_plain(table_path(folder)) as file:
            rows = csv.DictReader(io.TextIOWrapper(file, 'utf-8', newline=''))
            shown = {row.get('run') or '' for row in rows}
    except FileNotFoundError:
        shown = {'?'} if sheet_path(folder).exists() else set()
    except (OSError, ValueError, csv.Error):
        shown = {'?'}
    others = shown - {'', *identities}
    if others:
        raise OutputError(
            f'{folder} holds the sheet and the table of another grid (or of '
            'other images, weights or another version): name another folder, '
            'or replace them with --overwrite; the pictures in cells/ stay '
            'either way'
        )


def write_outcome(folder: Path, task: Task, outcome: Outcome) -> None:
    """Write a run's picture and then its record, each whole or not at all."""
    path, failed = picture_path(folder, task), bool(outcome.error)
    for file in (path, path.with_suffix('.json')):
        if file.is_symlink():  # whose target may be of use elsewhere
            file.unlink()
    parts = {'settings': task.settings.record(), **outcome.parts}
    last = parts.get('last_epoch', {'epoch': 0})
    end: dict[str, Any] = {'how': 'finished', 'epoch': last['epoch']}
    if failed:
        end.update(how='failed', why=outcome.error)
        end['traceback'] = outcome.traceback
    record = new_record(
        run=_identity(task, settings_of_record(parts)),
        inputs=_inputs(task),
        warm_start_digest=task.digests[1] or None,
        end=end,
        seconds=round(outcome.seconds, 2),
        picture=None if failed else picture_part(outcome.picture),
        **parts,
    )
    if not failed:
        save_picture(outcome.picture / 255, path, for_picture(record))
        record['picture'].update(name=path.name, sha256=file_hash(path))
    write_record(record, path.with_suffix('.json'))


def _identity(task: Task, settings: Settings) -> str:
    """Hash what determines the picture of a task with these settings."""
    return identity_of(settings, task.content, task.style, task.digests)


def _inputs(task: Task) -> dict[str, Any]:
    """Return what a record says of the images of its run."""
    images = {
        kind: {'name': i.path.name, 'path': str(i.path), 'sha256': i.sha256}
        for kind, i in zip(IMAGES, (task.content, task.style))
    }
    return {**images, 'background': BACKGROUND, 'keep_alpha': False}


def read_result(
    folder: Path, cell: Cell, task: Task | None, reused: bool
) -> CellResult:
    """Read what has become of a cell.

    Warns
    -----
    StyleWarning
        Its record or picture is damaged or another run's: it counts as
        missing.
    """
    common: dict[str, Any] = {
        'index': cell.index,
        'values': cell.values,
        'content': cell.content,
        'style': cell.style,
    }
    if task is None:
        return CellResult(status='failed', error=str(cell.error), **common)
    common['identity'] = task.identity
    picture = picture_path(folder, task)
    path = picture.with_suffix('.json')
    try:
        record = _read_record(path, task)
        done = record['end']['how'] == 'finished'
        if done:
            _check_picture(picture, record)
    except FileNotFoundError as error:
        if str(error.filename) == str(picture):
            _warn(path, 'its picture is gone')
        return CellResult(status='missing', **common)
    except (OSError, StyleError) as error:
        _warn(path, ' '.join(str(error).split())[:80])
        return CellResult(status='missing', **common)
    common.update(record=record, seconds=record['seconds'])
    if not done:
        common['error'] = record['end'].get('why', '')
        return CellResult(status='failed', **common)
    losses = {name: record['last_epoch'][name] for name in LOSSES}
    common.update(picture=picture, reused=reused)
    return CellResult(status='done', **losses, **common)


def _check_picture(picture: Path, record: dict[str, Any]) -> None:
    """Check that picture and record are those that were written together.

    Raises
    ------
    OSError, StyleError
        They are not.
    """
    if file_hash(picture) != record['picture'].get('sha256'):
        raise RecordError('its picture is another')
    # the picture's hash is right, so the record in it can be trusted
    if read_record(picture) != for_picture(record):
        raise RecordError('it says otherwise than its picture')


def _warn(path: Path, reason: str) -> None:
    warnings.warn(
        f'{path} cannot be relied on ({reason}): the cell runs again',
        StyleWarning,
        stacklevel=2,
    )


def _read_record(path: Path, task: Task) -> dict[str, Any]:
    """Read a record and check that it is sound and of the task.

    Raises
    ------
    OSError, RecordError
        It is not.
    """
    path.stat()  # FileNotFoundError, which is not damage
    record = read_record(path)
    check_record(record)
    inputs, own = record['inputs'], _inputs(task)
    if any(inputs[i]['sha256'] != own[i]['sha256'] for i in IMAGES):
        raise RecordError('it is of other images')
    used = settings_of_record(record)
    asked = used
    if used.precision == 'float32':  # the worker may have had no other
        asked = replace(used, precision=task.settings.precision)
    if (_identity(task, used), _identity(task, asked)) != (
        record['run'],
        task.identity,
    ):
        raise RecordError('it is of another run')
    return record


def write_table(results: Sequence[CellResult], path: Path) -> None:
    """Write one row for each cell as CSV, whole or not at all."""
    axes = list(results[0].values)
    parts = tuple(WEIGHTS)
    with whole_file(path) as target, open(
        target, 'w', newline='', encoding='utf-8'
    ) as file:
        rows = csv.writer(file)
        rows.writerow(
            [*axes, 'status', *LOSSES]
            + [f'{name}_unweighted' for name in parts]
            + [f'total_{name}' for name in ENDS]
            + ['seconds', 'run', 'error']
        )
        for result in results:
            losses = [getattr(result, name) for name in LOSSES]
            losses += [result.unweighted(name) for name in parts]
            ends = (result.record.get(name, {}) for name in ENDS)
            losses += [end.get('total_loss') for end in ends]
            shown = ['' if i is None else f'{i:.6g}' for i in losses]
            seconds = '' if result.seconds is None else result.seconds
            end = (seconds, result.identity, result.error)
            rows.writerow(
                [*result.values.values(), result.status, *shown, *end]
            )
