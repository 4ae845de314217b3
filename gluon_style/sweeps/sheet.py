"""The contact sheet of a sweep, drawn with Pillow."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

from PIL import Image

from ..errors import SettingsError
from .headings import column_headings, row_headings
from .layout import Box, layout_of, letters_of
from .lettering import font, height_of, width_of, wrapped
from .pen import GREY, INK, Pen, fitted, opened, thumbnail
from .results import CellResult
from .values import short_number

__all__ = ['contact_sheet']

FAILED, FAILED_INK, MISSING = '#fbe3df', '#a3200d', '#eceff1'
PARTS = {'content_loss': 'content', 'style_loss': 'style', 'tv_loss': 'TV'}
WEIGHTS = ('content_weight', 'style_weight', 'tv_weight')
HARD_SPACE = '\N{NO-BREAK SPACE}'


def contact_sheet(
    results: Sequence[CellResult],
    content: str | Path | None = None,
    style: str | Path | None = None,
    cell_width: int = 300,
    title: str = '',
    words: Mapping[str, str] | None = None,
) -> Image.Image:
    """Draw the pictures of a sweep side by side, with their labels.

    Parameters
    ----------
    results : sequence of CellResult
        From `sweep`; the last axis gives the columns, the others the rows.
    content, style : str or path, optional
        Images shown above the grid; by default those of the cells, where
        they are no axes.
    cell_width : int
        Pixels of a picture on the sheet; letters grow with it.
    title : str
        A line at the top.
    words : mapping, optional
        What to write in place of 'content', 'style', 'TV', 'failed',
        'not run', 'epochs', 'losses without their weights' or an axis's
        name.

    Returns
    -------
    PIL.Image.Image
        RGB.

    Raises
    ------
    SettingsError
        There is no cell.
    """
    if not results:
        raise SettingsError('got no cell to draw, wanted what sweep returns')
    return _Sheet(results, content, style, cell_width, title, words).drawn()


class _Sheet:
    """One drawing."""

    def __init__(
        self,
        results: Sequence[CellResult],
        content: str | Path | None,
        style: str | Path | None,
        width: int,
        title: str,
        words: Mapping[str, str] | None,
    ) -> None:
        self.results, self.words, self.title = results, words or {}, title
        self.letters = letters_of(width)
        self.line = font(self.letters)
        self.fixed = {
            kind: str(given or getattr(results[0], kind))
            for kind, given in (('content', content), ('style', style))
            if kind not in results[0].values
        }
        self.unweighted = _vary(results, WEIGHTS)
        self.pictures = {
            one.index: opened(one.picture)
            for one in results
            if one.picture is not None
        }
        height = self._cell_height(width)
        self.thumbnail = max(60, min(width * 2 // 3, round(height * 0.6)))
        self.captions = {
            one.index: self._caption(one, width) for one in results
        }
        self.layout = layout_of(
            results,
            (width, height),
            self._head_height(),
            self.thumbnail,
            self._word,
            max(len(lines) for lines in self.captions.values()),
        )
        self.pen = Pen(self.layout.size)

    def drawn(self) -> Image.Image:
        """Draw all parts."""
        self._head()
        column_headings(self.pen, self.layout, self.results, self._word)
        row_headings(self.pen, self.layout, self.results, self._word)
        for one in self.results:
            self._cell(one)
        return self.pen.sheet

    def _word(self, word: str) -> str:
        return self.words.get(word, word)

    def _cell_height(self, width: int) -> int:
        shapes = [image.size for image in self.pictures.values()]
        shapes = shapes or [
            (one.record['width'], one.record['height'])
            for one in self.results
            if 'width' in one.record
        ]
        sides = [round(width * high / wide) for wide, high in shapes]
        return min(max(sides, default=round(width / 1.5)), 2 * width)

    def _caption(self, one: CellResult, width: int) -> list[str]:
        labels = ', '.join(
            f'{self._word(axis)}{HARD_SPACE}{label}'
            for axis, label in one.values.items()
        )
        lines = wrapped(labels, self.line, width)
        if one.status != 'done':
            return lines
        losses = '  '.join(
            f'{self._word(word)}{HARD_SPACE}{self._loss(one, name)}'
            for name, word in PARTS.items()
        )
        return [*lines, *wrapped(losses, self.line, width)]

    def _loss(self, one: CellResult, name: str) -> str:
        plain = one.unweighted(name) if self.unweighted else None
        value = getattr(one, name) if plain is None else plain
        small = 0 < value < 0.01  # as 4.2e-4, which is easier to compare
        text = f'{value:.1e}' if small else short_number(value, 3)
        return text.replace('e-0', 'e-')

    def _head_height(self) -> int:
        height = round(self.letters * 2.6) if self.title else 0
        if self.fixed:
            height += self.thumbnail + round(self.letters * 1.7)
        else:
            height += height_of([''] * 4, self.line)
        return height + round(self.letters * 1.2)

    def _head(self) -> None:
        left = top = margin = self.layout.margin
        if self.title:
            face = font(round(self.letters * 1.6), True)
            self.pen.lines([self.title], left, top, face, INK)
            top += round(self.letters * 2.6)
        for kind, name in self.fixed.items():
            image = thumbnail(name, 2 * self.thumbnail, self.thumbnail)
            self.pen.paste(image, left, top)
            text = self._word(kind)
            below = top + image.height + self.letters // 4
            self.pen.lines([text], left, below, self.line, GREY)
            wide = max(image.width, width_of(text, self.line))
            left += wide + self.layout.gap
        room = max(self.layout.size[0] - margin - left, self.letters * 8)
        lines = [
            line
            for text in self._notes()
            for line in wrapped(text, self.line, room)
        ]
        self.pen.lines(lines, left, top, self.line, GREY)

    def _notes(self) -> list[str]:
        records = [one.record for one in self.results if one.record]
        if not records:
            return []
        notes = []
        if not _vary(self.results, ('width', 'height')):
            notes.append('{width} x {height}'.format(**records[0]))
        if not _vary(self.results, ('epochs',)):
            notes.append(f'{records[0]["epochs"]} {self._word("epochs")}')
        used = {i['weights_used'] for i in records if i['weights_used']}
        if len(used) == 1:
            kind, _, detail = used.pop().partition(': ')
            detail = Path(detail.partition(' (')[0]).name
            notes.append(f'VGG-19 {kind}: {detail}')
        if self.unweighted:
            notes.append(self._word('losses without their weights'))
        return notes

    def _cell(self, one: CellResult) -> None:
        left, top, right, bottom = box = self.layout.box(one.values)
        if one.status == 'done':
            picture = self.pictures[one.index]
            image = fitted(picture, right - left, bottom - top)
            self.pen.paste(image, left, top)
        else:
            self._absent(one, box)
        below = bottom + self.letters // 3
        caption = self.captions[one.index]
        self.pen.lines(caption, left, below, self.line, INK)

    def _absent(self, one: CellResult, box: Box) -> None:
        failed = one.status == 'failed'
        ink = FAILED_INK if failed else GREY
        left, top, right, bottom = box
        self.pen.draw.rectangle(
            (left, top, right - 1, bottom - 1),
            fill=FAILED if failed else MISSING,
            outline=ink,
        )
        pad, bold = self.letters, font(self.letters, True)
        head = self._word('failed' if failed else 'not run')
        self.pen.lines([head], left + pad, top + pad, bold, ink)
        first = top + pad + height_of([head], bold)
        room = (bottom - pad - first) // height_of([''], self.line)
        width = right - left - 2 * pad
        lines = wrapped(one.error, self.line, width, max(1, room))
        self.pen.lines(lines, left + pad, first, self.line, ink)


def _vary(results: Sequence[CellResult], names: Sequence[str]) -> bool:
    return any(
        len({one.record[name] for one in results if name in one.record}) > 1
        for name in names
    )
