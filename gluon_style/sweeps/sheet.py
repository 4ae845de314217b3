"""The contact sheet of a sweep, laid out by matplotlib."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy
from PIL import Image

from ..errors import SettingsError
from .captions import caption, notes, vary
from .layout import empty_grid, fit_figure
from .pen import FAILED_INK, GREY, Pen, enlarged
from .results import WEIGHTS, CellResult

__all__ = ['contact_sheet']

FAILED, MISSING, RULE = '#fbe3df', '#eceff1', '#c3c9cf'
IMAGES = ('content', 'style')  # axes whose labels have an image
LARGEST = 50_000  # pixels of all boxes in a row; matplotlib draws 2**16
SMALLEST = (180, 90)  # pixels of a box, so that words fit in and below


def contact_sheet(
    results: Sequence[CellResult],
    content: str | Path | None = None,
    style: str | Path | None = None,
    cell_width: int = 400,
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
        About how many pixels wide a picture is on the sheet. Pictures stay
        sharp: each of their pixels becomes a square of whole pixels, of as
        many as come nearest to this width, and of one at least. Only
        where there are too many cells for that they are reduced.
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
        There is no cell, or there are more than fit on a sheet.
    """
    if not results:
        raise SettingsError('got no cell to draw, wanted what sweep returns')
    images = {'content': content, 'style': style}
    return Sheet(results, images, cell_width, title, words or {}).drawn()


class Sheet:
    """A figure with axes for each cell, and what stands around them.

    `boxes` are the axes by the labels of their cells, each of `size` pixels.
    """

    def __init__(
        self,
        results: Sequence[CellResult],
        images: Mapping[str, str | Path | None],
        cell_width: int,
        title: str,
        words: Mapping[str, str],
    ) -> None:
        self.results, self.words = results, words
        self.axes = {
            axis: list({result.values[axis]: None for result in results})
            for axis in results[0].values
        }
        *row_axes, self.columns = self.axes.values()
        self.rows = list(itertools.product(*row_axes))
        most = LARGEST // max(len(self.rows), len(self.columns))
        self.pictures = {
            result.labels: enlarged(result.picture, cell_width, most)
            for result in results
            if result.picture is not None
        }
        self.size = self._box_size(cell_width)
        letters = max(12, min(18, self.size[0] // 20))
        self.gap, self.margin = letters + 3, round(letters * 1.8)
        self.thumbnail = max(60, min(180, round(self.size[1] * 0.6)))
        self.grid = empty_grid(len(self.rows), len(self.columns))
        self.boxes = dict(
            zip(itertools.product(*self.axes.values()), self.grid.flat)
        )
        self.figure = self.grid[0, 0].figure
        self.canvas = self.figure.canvas
        self.pen = Pen(self.canvas, letters)
        unweighted = vary(results, tuple(WEIGHTS.values()))
        for result in results:
            self._cell(result, unweighted)
        self._column_headings()
        self.offsets = self._row_headings()
        self._lay_out(self._head(images, title))

    def drawn(self) -> Image.Image:
        """Return the sheet in pixels."""
        self.canvas.draw()
        pixels = numpy.asarray(self.canvas.buffer_rgba())[..., :3]
        return Image.fromarray(pixels.copy())

    def corner(self, labels: tuple[str, ...]) -> tuple[int, int]:
        """Return where a box's left upper corner is, from the sheet's."""
        wide, high = self.canvas.get_width_height()
        position = self.boxes[labels].get_position()
        return round(position.x0 * wide), round((1 - position.y1) * high)

    def _box_size(self, cell_width: int) -> tuple[int, int]:
        shapes = [picture.size for picture in self.pictures.values()]
        shapes = shapes or [(cell_width, round(cell_width / 1.5))]
        wide, high = (max(sides) for sides in zip(*shapes, SMALLEST))
        return wide, high

    def _word(self, word: str) -> str:
        return self.words.get(word, word)

    def _cell(self, result: CellResult, unweighted: bool) -> None:
        box = self.boxes[result.labels]
        if result.status != 'done':
            self._absent(result, box)
        texts = caption(result, self.words, unweighted)
        lines = [self.pen.text(texts, self.size[0])]
        below = (0, -self.pen.letters // 3)
        self.pen.place(lines, box, corner=(0, 0), shift=below)

    def _absent(self, result: CellResult, box: Any) -> None:
        failed = result.status == 'failed'
        ink = FAILED_INK if failed else GREY
        box.patch.set_visible(True)
        box.set_facecolor(FAILED if failed else MISSING)
        box.spines[:].set_visible(True)
        box.spines[:].set_color(ink)
        pad = self.pen.letters
        width = self.size[0] - 2 * pad
        word = self._word('failed' if failed else 'not run')
        parts = [self.pen.text([word], width, ink, bold=True)]
        if result.error:
            room = int(self.size[1] / pad / 1.5) - 3  # lines
            text = ' '.join(result.error.split())
            parts += [self.pen.text([text], width, ink, most=max(1, room))]
        self.pen.place(parts, box, shift=(pad, -pad))

    def _label(self, axis: str, label: str, width: int) -> list[Any]:
        parts = [self.pen.text([label], width, scale=1.4, bold=True)]
        if axis in IMAGES:
            image = next(
                getattr(result, axis)
                for result in self.results
                if result.values[axis] == label
            )
            parts.append(self.pen.image(image, width, self.thumbnail))
        return parts

    def _column_headings(self) -> None:
        axis, shift = list(self.axes)[-1], (0, self.pen.letters // 2)
        name = self.pen.text([self._word(axis)], self.size[0], GREY)
        for column, box in zip(self.columns, self.grid[0]):
            parts = self._label(axis, column, self.size[0])
            if box is self.grid[0, 0]:
                parts.insert(0, name)
            self.pen.place(parts, box, shift=shift, below=False)

    def _row_headings(self) -> list[float]:
        """Head the rows; return how far left of the boxes each axis is."""
        widest = round(self.size[0] * 0.7)
        offsets = [0.0]
        for depth, axis in reversed(list(enumerate([*self.axes][:-1]))):
            name = self.pen.text([self._word(axis)], widest, GREY)
            headings = {
                row: self._label(axis, self.rows[row][depth], widest)
                for row in range(len(self.rows))
                if self._first_change(row) <= depth
            }
            parts = [name, *itertools.chain(*headings.values())]
            left = offsets[0] - self.gap
            left -= max(self.pen.size_of(part)[0] for part in parts)
            above = (left, self.pen.letters // 2)
            self.pen.place([name], self.grid[0, 0], shift=above, below=False)
            for row, heading in headings.items():
                self.pen.place(heading, self.grid[row, 0], shift=(left, 0))
            offsets.insert(0, left)
        return offsets

    def _first_change(self, row: int) -> int:
        """Return the first axis whose label is not that of the row above."""
        pairs = zip(self.rows[row], self.rows[row - 1])
        return [a == b for a, b in pairs].index(False) if row else 0

    def _head(self, images: Mapping[str, Any], title: str) -> Any:
        letters = self.pen.letters
        parts = []
        for kind, given in images.items():
            if kind not in self.axes:
                name = given or getattr(self.results[0], kind)
                side = self.thumbnail
                image = self.pen.image(name, 2 * side, side)
                word = self.pen.text([self._word(kind)], 2 * side, GREY)
                parts.append(self.pen.column([image, word]))
        if lines := notes(self.results, self.words):
            parts.append(self.pen.text(lines, 30 * letters, GREY))
        blocks = [self.pen.row(parts, self.gap)] if parts else []
        if title:
            width = max(30 * letters, self.size[0] * len(self.columns))
            line = self.pen.text([title], width, scale=1.6, bold=True)
            blocks.insert(0, line)
        return self.pen.column(blocks, letters) if blocks else None

    def _lay_out(self, head: Any) -> None:
        wide, high = self.pen.size_of(head) if head else (0, 0)
        above = (wide, high + 1.5 * self.pen.letters if head else 0)
        fit_figure(self.grid, self.size, self.gap, self.margin, above)
        if head:
            corner = (self.margin, -self.margin)
            self.pen.place([head], self.figure, shift=corner)
        high = self.canvas.get_width_height()[1]
        for labels, picture in self.pictures.items():
            left, top = self.corner(labels)
            low = high - top - picture.height
            pixels = numpy.asarray(picture)
            self.figure.figimage(pixels, left, low, origin='upper')
        self._rules()

    def _rules(self) -> None:
        """Draw a thin line above each row but the first."""
        for row, box in enumerate(self.grid[1:, 0], 1):
            left = box.bbox.x0 + self.offsets[self._first_change(row)]
            right, y = self.grid[row, -1].bbox.x1, box.bbox.y1 + self.gap / 2
            line = {'arrowstyle': '-', 'color': RULE, 'shrinkA': 0}
            ends = ((left, y), (right, y))
            box.annotate('', *ends, 'figure pixels', arrowprops=line)
