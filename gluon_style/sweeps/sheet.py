"""The contact sheet of a sweep, laid out by matplotlib."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy
from PIL import Image

from ..errors import SettingsError
from .captions import caption, notes, vary
from .layout import DPI, fit_figure
from .pen import FAILED_INK, GREY, Pen, enlarged
from .results import WEIGHTS, CellResult

__all__ = ['contact_sheet']

FAILED, MISSING, RULE = '#fbe3df', '#eceff1', '#c3c9cf'
IMAGES = ('content', 'style')  # axes whose labels have an image
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
        many as come nearest to this width, and of one at least.
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
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.results, self.words = results, words
        self.pictures = {
            result.labels: enlarged(result.picture, cell_width)
            for result in results
            if result.picture is not None
        }
        self.size = self._box_size(cell_width)
        letters = max(12, min(18, self.size[0] // 20))
        self.gap, self.margin = letters + 3, round(letters * 1.8)
        self.thumbnail = max(60, min(180, round(self.size[1] * 0.6)))
        self.figure = Figure(dpi=DPI, facecolor='white')
        self.canvas = FigureCanvasAgg(self.figure)
        self.pen = Pen(self.canvas, letters)
        self._subplots()
        unweighted = vary(results, tuple(WEIGHTS.values()))
        for result in results:
            self._cell(result, unweighted)
        self._column_headings()
        self.offsets = self._row_headings()
        self._lay_out(self._head(images, title))

    def drawn(self) -> Image.Image:
        """Return the sheet in pixels."""
        self.canvas.draw()
        pixels = numpy.asarray(self.canvas.buffer_rgba())
        return Image.fromarray(pixels[..., :3].copy())

    def corner(self, labels: tuple[str, ...]) -> tuple[int, int]:
        """Return where a box's left upper corner is, from the sheet's."""
        wide, high = self.canvas.get_width_height()
        position = self.boxes[labels].get_position()
        return round(position.x0 * wide), round((1 - position.y1) * high)

    def _box_size(self, cell_width: int) -> tuple[int, int]:
        shapes = [picture.size for picture in self.pictures.values()]
        if not shapes:
            shapes = [(cell_width, round(cell_width / 1.5))]
        wide, high = (max(sides) for sides in zip(*shapes))
        return max(wide, SMALLEST[0]), max(high, SMALLEST[1])

    def _subplots(self) -> None:
        axes = {
            axis: list({result.values[axis]: None for result in self.results})
            for axis in self.results[0].values
        }
        *row_axes, self.columns = axes.values()
        self.names = list(axes)
        self.rows = list(itertools.product(*row_axes))
        shape = (len(self.rows), len(self.columns))
        self.grid = self.figure.subplots(*shape, squeeze=False)
        for box in self.grid.flat:
            box.xaxis.set_visible(False)
            box.yaxis.set_visible(False)
            box.spines[:].set_visible(False)
            box.patch.set_visible(False)
        labels = itertools.product(*axes.values())
        self.boxes = dict(zip(labels, self.grid.flat))

    def _word(self, word: str) -> str:
        return self.words.get(word, word)

    def _cell(self, result: CellResult, unweighted: bool) -> None:
        box = self.boxes[result.labels]
        if result.status != 'done':
            self._absent(result, box)
        texts = caption(result, self.words, unweighted)
        lines = self.pen.text(texts, self.size[0])
        shift = (0, -self.pen.letters // 3)
        self.pen.place(lines, box, corner=(0, 0), shift=shift)

    def _absent(self, result: CellResult, box: Any) -> None:
        failed = result.status == 'failed'
        ink = FAILED_INK if failed else GREY
        box.patch.set_visible(True)
        box.set_facecolor(FAILED if failed else MISSING)
        box.spines[:].set(visible=True, color=ink)
        pad = self.pen.letters
        width = self.size[0] - 2 * pad
        parts = [
            self.pen.text(
                [self._word('failed' if failed else 'not run')],
                width,
                ink,
                bold=True,
            )
        ]
        if result.error:
            room = int(self.size[1] / pad / 1.5) - 3  # lines
            text = ' '.join(result.error.split())
            parts += [self.pen.text([text], width, ink, most=max(1, room))]
        self.pen.place(self.pen.column(parts), box, shift=(pad, -pad))

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
        axis, shift = self.names[-1], (0, self.pen.letters // 2)
        name = self.pen.text([self._word(axis)], self.size[0], GREY)
        for column, box in zip(self.columns, self.grid[0]):
            parts = self._label(axis, column, self.size[0])
            if box is self.grid[0, 0]:
                parts.insert(0, name)
            heading = self.pen.column(parts)
            self.pen.place(heading, box, shift=shift, below=False)

    def _row_headings(self) -> list[float]:
        """Head the rows; return how far left of the boxes each axis is."""
        widest = round(self.size[0] * 0.7)
        offsets = [0.0]
        for depth, axis in reversed(list(enumerate(self.names[:-1]))):
            name = self.pen.text([self._word(axis)], widest, GREY)
            headings = {
                row: self.pen.column(
                    self._label(axis, self.rows[row][depth], widest)
                )
                for row in range(len(self.rows))
                if self._first_change(row) <= depth
            }
            widths = [self.pen.size_of(i)[0] for i in headings.values()]
            left = offsets[0] - self.gap
            left -= max(*widths, self.pen.size_of(name)[0])
            above = (left, self.pen.letters // 2)
            self.pen.place(name, self.grid[0, 0], shift=above, below=False)
            for row, heading in headings.items():
                self.pen.place(heading, self.grid[row, 0], shift=(left, 0))
            offsets.insert(0, left)
        return offsets

    def _first_change(self, row: int) -> int:
        """Return the first axis whose label is not that of the row above."""
        if not row:
            return 0
        pairs = zip(self.rows[row], self.rows[row - 1])
        return next(
            i for i, (here, above) in enumerate(pairs) if here != above
        )

    def _head(self, images: Mapping[str, Any], title: str) -> Any:
        letters = self.pen.letters
        parts = []
        for kind, given in images.items():
            if kind not in self.names:
                name = given or getattr(self.results[0], kind)
                side = self.thumbnail
                image = self.pen.image(name, 2 * side, side)
                word = self.pen.text([self._word(kind)], 2 * side, GREY)
                parts.append(self.pen.column([image, word]))
        lines = notes(self.results, self.words)
        if lines:
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
            shift = (self.margin, -self.margin)
            self.pen.place(head, self.figure, shift=shift)
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
            left = self.offsets[self._first_change(row)]
            right, y = self.grid[row, -1].bbox.x1, box.bbox.y1 + self.gap / 2
            self.pen.rule(box.bbox.x0 + left, right, y, RULE)
