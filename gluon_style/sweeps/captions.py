"""What a contact sheet says in words: captions, notes, lines that fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Mapping, Sequence

from .results import WEIGHTS, CellResult
from .values import short_number

__all__ = ['caption', 'notes', 'vary', 'wrapped']

PARTS = {'content_loss': 'content', 'style_loss': 'style', 'tv_loss': 'TV'}
HARD_SPACE = '\N{NO-BREAK SPACE}'
DASH = '\N{EN DASH}'
ELLIPSIS = '\N{HORIZONTAL ELLIPSIS}'
# a line may end after one of these
_PART = re.compile(r'[^ +,:/-]*[ +,:/-]*')


def caption(
    result: CellResult, words: Mapping[str, str], unweighted: bool
) -> list[str]:
    """Write what stands below a picture: its values, then its losses.

    Parameters
    ----------
    result : CellResult
        A cell.
    words : mapping
        As for `contact_sheet`.
    unweighted : bool
        Whether the losses are shown without their weights. A loss of
        weight 0 is then a dash: a run keeps weighted losses alone.
    """
    values = ', '.join(
        f'{words.get(axis, axis)}{HARD_SPACE}{label}'
        for axis, label in result.values.items()
    )
    if result.status != 'done':
        return [values]
    losses = {
        word: result.unweighted(name) if unweighted else getattr(result, name)
        for name, word in PARTS.items()
    }
    shown = '  '.join(
        f'{words.get(word, word)}{HARD_SPACE}{_number(loss)}'
        for word, loss in losses.items()
    )
    return [values, shown]


def _number(loss: float | None) -> str:
    if loss is None:
        return DASH
    small = 0 < loss < 0.01  # as 4.2e-4, which is easier to compare
    text = f'{loss:.1e}' if small else short_number(loss, 3)
    return text.replace('e-0', 'e-')


def notes(
    results: Sequence[CellResult], words: Mapping[str, str]
) -> list[str]:
    """Write what all cells share: size, epochs, weights, kind of losses."""
    records = [result.record for result in results if result.record]
    if not records:
        return []
    lines = []
    if not vary(results, ('width', 'height')):
        lines.append('{width} x {height}'.format(**records[0]))
    if not vary(results, ('epochs',)):
        epochs = words.get('epochs', 'epochs')
        lines.append(f'{records[0]["epochs"]} {epochs}')
    origins = [i['weights_used'] for i in records if i['weights_used']]
    if origins and all(origin == origins[0] for origin in origins):
        detail = Path(origins[0]['detail']).name
        lines.append(f'VGG-19 {origins[0]["source"]}: {detail}')
    if vary(results, tuple(WEIGHTS.values())):
        phrase = 'losses without their weights'
        lines.append(words.get(phrase, phrase))
    return lines


def vary(results: Sequence[CellResult], names: Sequence[str]) -> bool:
    """Return whether records differ in one of these fields."""
    return any(
        len({i.record[name] for i in results if name in i.record}) > 1
        for name in names
    )


def wrapped(
    text: str,
    width_of: Callable[[str], float],
    width: float,
    most: int | None = None,
) -> list[str]:
    """Break a text into lines of at most `width`, by `width_of` a line.

    A part that is wider than a line is cut. With `most`, no more lines than
    that; the last ends in an ellipsis if there was more.

    Examples
    --------
    >>> wrapped('conv1_1+conv2_1', len, 10)
    ['conv1_1+', 'conv2_1']
    """
    lines = ['']
    for part in _PART.findall(text):
        fits = width_of(part.rstrip()) <= width
        for piece in [part] if fits else part:
            if lines[-1] and width_of((lines[-1] + piece).rstrip()) > width:
                lines.append('')
            lines[-1] += piece
    lines = [line.strip() for line in lines if line.strip()] or ['']
    if most and len(lines) > most:
        lines = lines[:most]
        while lines[-1] and width_of(lines[-1] + ELLIPSIS) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += ELLIPSIS
    return lines
