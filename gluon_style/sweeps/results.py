"""What a sweep leaves: a picture and a record for each run, and a table."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Sequence

from ..storage.whole_files import whole_file
from .grid import Cell, short_number
from .tasks import Outcome, Task

__all__ = [
    'LOSSES',
    'WEIGHTS',
    'CellResult',
    'SweepProgress',
    'notes',
    'read_result',
    'same_weights',
    'write_outcome',
    'write_table',
]

LOSSES = ('content_loss', 'style_loss', 'tv_loss', 'total_loss')
WEIGHTS = {
    'content_loss': 'content_weight',
    'style_loss': 'style_weight',
    'tv_loss': 'tv_weight',
}


@dataclass(frozen=True)
class CellResult:
    """One cell of a sweep.

    Attributes
    ----------
    index : int
        Its place in the grid's order.
    values : dict of str to str
        Labels by axis.
    status : str
        'done', 'failed' or 'missing'.
    content_loss, style_loss, tv_loss, total_loss : float, optional
        Of the last epoch, as the chapter plots them: with their weights.
    seconds : float, optional
        That the run took.
    error : str
        Why it failed.
    picture : Path, optional
        A PNG file.
    record : dict
        All settings, the weights used, the last epoch: what stands in the
        JSON file beside the picture.
    reused : bool
        Whether an earlier sweep had run it.
    content, style : str
        Its images.
    identity : str
        Hash of all that determines the picture; '' where nothing can run.
    """

    index: int
    values: dict[str, str]
    status: str
    content_loss: float | None = None
    style_loss: float | None = None
    tv_loss: float | None = None
    total_loss: float | None = None
    seconds: float | None = None
    error: str = ''
    picture: Path | None = None
    record: dict[str, Any] = field(default_factory=dict)
    reused: bool = False
    content: str = ''
    style: str = ''
    identity: str = ''

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its values, in the order of the axes."""
        return tuple(self.values.values())

    def unweighted(self, loss: str) -> float | None:
        """Return a loss without its weight, to compare unlike cells."""
        value, weight = getattr(self, loss), self.record.get(WEIGHTS[loss])
        return value / weight if weight and value is not None else None

    def caption(self, words: Mapping[str, str], weighted: bool) -> str:
        """Write the losses in a line, if any: its values head row and column.

        `words` stand in place of the losses' names and of the decimal point,
        '.'. Where losses are without their weights, that of weight 0 is a
        dash: it is not kept.
        """
        losses = []
        for name in WEIGHTS if self.status == 'done' else ():
            loss = getattr(self, name) if weighted else self.unweighted(name)
            shown = '\u2013' if loss is None else short_number(loss, 3)
            shown = shown.replace('.', words.get('.', '.'))
            word = name[: -len('_loss')].replace('tv', 'TV')
            losses.append(f'{words.get(word, word)}\xa0{shown}')
        return '  '.join(losses)


@dataclass(frozen=True)
class SweepProgress:
    """What a sweep tells its callback.

    Attributes
    ----------
    event : str
        'reused', 'started', 'epoch', 'retried', 'done' or 'failed'.
    index, values : int, dict
        The cell's.
    epoch, epochs : int
        Where the cell is, of how many; a cluster does not say.
    finished, total : int
        Cells that are done or failed, and all.
    error : str
        Why the cell failed or is tried again.
    """

    event: str
    index: int
    values: dict[str, str]
    epoch: int
    epochs: int
    finished: int
    total: int
    error: str = ''


def same_weights(results: Sequence[CellResult]) -> bool:
    """Return whether the losses of all done cells can be compared."""
    return _shared(results).keys() >= {*WEIGHTS.values()}


def notes(results: Sequence[CellResult], words: Mapping[str, str]) -> str:
    """Write what all done cells share, and which losses are shown.

    `words` are those of `CellResult.caption`.
    """
    shared, lines = _shared(results), []
    if {'width', 'height'} <= shared.keys():
        lines.append('{width} x {height}'.format(**shared))
    if 'epochs' in shared:
        lines.append(f'{shared["epochs"]} {words.get("epochs", "epochs")}')
    if used := shared.get('weights_used'):
        source = words.get(used['source'], used['source'])
        lines.append(f'VGG-19 {source}: {Path(used["detail"]).name}')
    if shared and not same_weights(results):
        phrase = 'losses without their weights'
        lines.append(words.get(phrase, phrase))
    return '\n'.join(lines)


def _shared(results: Sequence[CellResult]) -> dict[str, Any]:
    """Return those fields that the records of all done cells agree on."""
    records = [i.record for i in results if i.status == 'done'] or [{}]
    return {
        name: value
        for name, value in records[0].items()
        if all(record.get(name) == value for record in records)
    }


def write_outcome(folder: Path, task: Task, outcome: Outcome) -> None:
    """Write a run's picture and then its record, each whole or not at all."""
    from ..storage.records import save_picture

    record = {
        'gluon_style': task.version,
        'identity': task.identity,
        'status': 'failed' if outcome.error else 'done',
        'content': task.content.name,
        'content_sha256': task.content.sha256,
        'style': task.style.name,
        'style_sha256': task.style.sha256,
        'weights_used': outcome.weights_used,
        'weights_digest': task.digests[0],
        'last_epoch': outcome.last,
        'seconds': round(outcome.seconds, 2),
        'error': outcome.error,
        'traceback': outcome.traceback,
        **task.settings.record(),
    }
    path = folder / 'cells' / f'{task.identity}.png'
    if not outcome.error:
        save_picture(outcome.picture / 255, path, record)
    with whole_file(path.with_suffix('.json')) as target:
        target.write_text(
            json.dumps(record, indent=1) + '\n', encoding='utf-8'
        )


def read_result(
    folder: Path, cell: Cell, task: Task | None, reused: bool
) -> CellResult:
    """Read what has become of a cell."""
    common: dict[str, Any] = {
        'index': cell.index,
        'values': cell.values,
        'content': cell.content,
        'style': cell.style,
    }
    if task is None:
        return CellResult(status='failed', error=str(cell.error), **common)
    common['identity'] = task.identity
    picture = folder / 'cells' / f'{task.identity}.png'
    try:
        text = picture.with_suffix('.json').read_text(encoding='utf-8')
        record = json.loads(text)
    except (OSError, ValueError):
        return CellResult(status='missing', **common)
    common.update(record=record, seconds=record['seconds'])
    if record['status'] == 'failed':
        return CellResult(status='failed', error=record['error'], **common)
    if not picture.is_file():
        return CellResult(status='missing', **common)
    losses = {name: record['last_epoch'][name] for name in LOSSES}
    return CellResult(
        status='done', picture=picture, reused=reused, **losses, **common
    )


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
