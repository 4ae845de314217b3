"""What a sweep leaves: a picture and a record for each run, and a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Sequence

from ..runs.record_schema import LOSSES
from .grid import short_number

__all__ = [
    'LOSSES',
    'WEIGHTS',
    'CellResult',
    'SweepProgress',
    'notes',
    'same_weights',
]

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
        How it was made, as docs/record.md says: what stands in the JSON
        file beside the picture.
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
        settings = self.record.get('settings', {})
        value, weight = getattr(self, loss), settings.get(WEIGHTS[loss])
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
        source = f'VGG-19 {used["source"]}'
        name = Path(used['detail']).name
        lines.append(f'{words.get(source, source)}: {name}')
    if shared and not same_weights(results):
        phrase = 'losses without their weights'
        lines.append(words.get(phrase, phrase))
    return '\n'.join(lines)


def _shared(results: Sequence[CellResult]) -> dict[str, Any]:
    """Return settings and weights that the records of all done cells share."""
    records = [
        {**i.record['settings'], 'weights_used': i.record['weights_used']}
        for i in results
        if i.status == 'done'
    ] or [{}]
    return {
        name: value
        for name, value in records[0].items()
        if all(record.get(name) == value for record in records)
    }
