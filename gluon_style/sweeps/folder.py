"""The folder of a sweep: a picture and a record for each run, and a table.

A record is believed only if it is whole, of that very run, and of the picture
beside it.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import json
import math
import os
import warnings
from pathlib import Path
from typing import Any, Collection, Iterator, Sequence

from ..errors import OutputError, StyleWarning
from ..runs.settings import Settings
from ..storage.download import file_hash
from ..storage.plain_files import open_plain
from ..storage.whole_files import whole_file
from .grid import FIELDS, Cell
from .results import LOSSES, WEIGHTS, CellResult
from .tasks import Outcome, Task, identity_of

__all__ = [
    'locked',
    'read_result',
    'refuse_other_grids',
    'write_outcome',
    'write_table',
]

LONGEST_RECORD = 1 << 20  # bytes


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other sweeps out of a folder; the system lets go of a dead one's.

    Raises
    ------
    OutputError
        Another sweep is in it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OutputError(
            f'another sweep is running in {folder}: wait for its end, or '
            'name another folder'
        ) from None
    try:
        yield
    finally:
        os.close(handle)


def refuse_other_grids(folder: Path, identities: Collection[str]) -> None:
    """Refuse a folder whose sheet shows runs that are not in the grid.

    Raises
    ------
    OutputError
        It does.
    """
    try:
        with open(folder / 'losses.csv', newline='', encoding='utf-8') as file:
            shown = {row.get('run') or '' for row in csv.DictReader(file)}
    except FileNotFoundError:
        shown = {'?'} if (folder / 'sheet.png').exists() else set()
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
    from ..storage.records import save_picture

    record = {
        **_origin(task),
        'content': task.content.name,
        'style': task.style.name,
        'status': 'failed' if outcome.error else 'done',
        'weights_used': outcome.weights_used,
        'last_epoch': outcome.last,
        'seconds': round(outcome.seconds, 2),
        'error': outcome.error,
        'traceback': outcome.traceback,
        **task.settings.record(),
    }
    path = _picture(folder, task)
    if not outcome.error:
        save_picture(outcome.picture / 255, path, record)
        record['picture_sha256'] = file_hash(path)
    with whole_file(path.with_suffix('.json')) as target:
        target.write_text(
            json.dumps(record, indent=1) + '\n', encoding='utf-8'
        )


def _origin(task: Task) -> dict[str, Any]:
    """Return what a record says of where its run came from."""
    return {
        'gluon_style': task.version,
        'identity': task.identity,
        'content_sha256': task.content.sha256,
        'style_sha256': task.style.sha256,
        'weights_digest': task.digests[0],
    }


def _picture(folder: Path, task: Task) -> Path:
    return folder / 'cells' / f'{task.identity}.png'


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
    picture = _picture(folder, task)
    path = picture.with_suffix('.json')
    try:
        record = _read_record(path, task)
        done = record['status'] == 'done'
        if done and file_hash(picture) != record['picture_sha256']:
            raise ValueError('its picture is another')
    except FileNotFoundError as error:
        if str(error.filename) == str(picture):
            _warn(path, 'its picture is gone')
        return CellResult(status='missing', **common)
    except (OSError, ValueError, RecursionError) as error:
        _warn(path, ' '.join(str(error).split())[:80])
        return CellResult(status='missing', **common)
    common.update(record=record, seconds=record['seconds'])
    if not done:
        return CellResult(status='failed', error=record['error'], **common)
    losses = {name: record['last_epoch'][name] for name in LOSSES}
    return CellResult(
        status='done', picture=picture, reused=reused, **losses, **common
    )


def _warn(path: Path, reason: str) -> None:
    warnings.warn(
        f'{path} cannot be relied on ({reason}): the cell runs again',
        StyleWarning,
        stacklevel=2,
    )


def _read_record(path: Path, task: Task) -> dict[str, Any]:
    """Read a record and check that it is whole and of the task.

    Raises
    ------
    OSError, ValueError, RecursionError
        It is not.
    """
    with open_plain(path) as file:
        data = file.read(LONGEST_RECORD + 1)
    if len(data) > LONGEST_RECORD:
        raise ValueError('it is too long')
    record = json.loads(data.decode())
    if type(record) is not dict:
        raise ValueError('it is no table')
    for name, value in _origin(task).items():
        if record.get(name) != value:
            raise ValueError(f'it is of another run: another {name}')
    settings = Settings(**{name: record.get(name, ...) for name in FIELDS})
    if task.identity != identity_of(
        settings, task.content, task.style, task.digests
    ):
        raise ValueError('it is of another run: other settings')
    _check_result(record)
    return record


def _check_result(record: dict[str, Any]) -> None:
    kinds: dict[str, type] = {
        'error': str,
        'traceback': str,
        'content': str,
        'style': str,
    }
    if record.get('status') == 'done':
        kinds.update(picture_sha256=str, last_epoch=dict, weights_used=dict)
    elif record.get('status') != 'failed':
        raise ValueError('its status is unknown')
    for name, kind in kinds.items():
        if type(record.get(name)) is not kind:
            raise ValueError(f'its {name} is damaged')
    last = record['last_epoch'] or {}
    numbers = [record.get('seconds')]
    if record['status'] == 'done':
        numbers += [last.get(name) for name in LOSSES]
        used = record['weights_used']
        if any(type(used.get(i)) is not str for i in ('source', 'detail')):
            raise ValueError('its weights_used is damaged')
    for number in numbers:
        if not isinstance(number, (int, float)) or not math.isfinite(number):
            raise ValueError('its losses or its seconds are no numbers')


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
            + ['seconds', 'run', 'error']
        )
        for result in results:
            losses = [getattr(result, name) for name in LOSSES]
            losses += [result.unweighted(name) for name in parts]
            shown = ['' if i is None else f'{i:.6g}' for i in losses]
            seconds = '' if result.seconds is None else result.seconds
            end = (seconds, result.identity, result.error)
            rows.writerow(
                [*result.values.values(), result.status, *shown, *end]
            )
