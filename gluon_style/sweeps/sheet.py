"""The contact sheet of a sweep: matplotlib's subplots with labels."""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy
from PIL import Image, ImageOps

from ..errors import SettingsError
from ..storage.image_files import open_rgb
from ..storage.named_images import find_image
from .results import CellResult, notes, same_weights

__all__ = ['contact_sheet']

GREY = '#5f666d'
ABSENT = {  # word, ink and paper
    'failed': ('failed', '#a3200d', '#fbe3df'),
    'missing': ('not run', GREY, '#eceff1'),
}
PLACES: Any = {  # a corner, points from there, and the part's corner there
    'above': {'xy': (0, 1), 'xybox': (0, 5), 'box_alignment': (0, 0)},
    'below': {'xy': (0, 0), 'xybox': (0, -5), 'box_alignment': (0, 1)},
    'left': {'xy': (0, 1), 'xybox': (-9, 3), 'box_alignment': (1, 1)},
    'inside': {'xy': (0, 1), 'xybox': (6, -6), 'box_alignment': (0, 1)},
    'head': {'xy': (0, 1), 'xybox': (9, 20), 'box_alignment': (0, 0)},
}
BREAKS = re.compile(r'( +)|(?<=[+:/])|(?<=,)(?!\d)')  # where a line may end
DPI = 72  # a point is a pixel
SMALLEST = (180, 90)  # pixels of a cell, so that words fit in and below
LARGEST = 20_000  # pixels of all pictures of a row or a column
MOST = 2**16  # pixels of a side that matplotlib can draw


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
        'not run', 'epochs', 'losses without their weights', where the
        weights come from ('VGG-19 file'), an axis's name, a label, or the
        decimal point of the losses ('.').

    Returns
    -------
    PIL.Image.Image
        RGB.

    Raises
    ------
    SettingsError
        There is no cell, or there are more than fit on a sheet.
    """
    from matplotlib import style as looks  # late: a worker draws nothing

    if not results:
        raise SettingsError('got no cell to draw, wanted what sweep returns')
    given = {'content': content, 'style': style}
    images: Any = {kind: str(name) for kind, name in given.items() if name}
    file = io.BytesIO()
    # a file's name may hold dollar signs, which are no mathematics
    with looks.context(['default', {'text.parse_math': False}]):
        sheet = Sheet(results, cell_width, words or {})
        sheet.draw(replace(results[0], **images), title)
        sheet.figure.savefig(file, bbox_inches=sheet.bounds())
    return Image.open(file).convert('RGB')


class Sheet:
    """A figure with axes of `size` pixels for each cell."""

    def __init__(
        self, results: Sequence[CellResult], cell_width: int, words: Any
    ) -> None:
        from matplotlib import figure, offsetbox

        self.results, self.words, self.boxes = results, words, offsetbox
        self.rows = {result.labels[:-1]: result for result in results}
        self.columns = {result.labels[-1]: result for result in results}
        self.counts = numpy.array([len(self.columns), len(self.rows)])
        most = LARGEST // max(self.counts)
        paths = {i.labels: i.picture for i in results if i.picture}
        self.pictures = {
            i: _enlarged(path, cell_width, most) for i, path in paths.items()
        }
        sizes = [picture.size for picture in self.pictures.values()]
        self.size = numpy.max([SMALLEST, *sizes], axis=0)
        self.letters = max(12, min(18, self.size[0] // 22))
        self.thumbnail = (self.size * 0.6).astype(int)
        # more than enough to begin with, else there is no layout
        pixels = self.counts * (self.size + 20 * self.letters)
        if max(pixels) >= MOST:
            raise SettingsError(
                'got {1} rows and {0} columns, wanted no more than fit on a '
                'sheet: take fewer values, or another axis as the last, which '
                'gives the columns'.format(*self.counts)
            )
        self.figure = figure.Figure(pixels / DPI, DPI)
        self.weighted = same_weights(results)

    def draw(self, first: CellResult, title: str) -> None:
        """Draw the cells, their headings and, above all, the images."""
        bare: Any = {'frame_on': False, 'xticks': [], 'yticks': []}
        grid = self.figure.subplots(
            *self.counts[::-1], squeeze=False, subplot_kw=bare
        )
        rows, columns = list(self.rows), list(self.columns)
        for result in self.results:
            row, column = result.labels[:-1], result.labels[-1]
            axes = grid[rows.index(row), columns.index(column)]
            self._draw_cell(axes, result)
        *outer, last = first.values
        for axes, result in zip(grid[0], self.columns.values()):
            self._place(axes, 'above', self._heading(result, last))
        headed = self.rows.values() if outer else ()
        for axes, result in zip(grid[:, 0], headed):
            self._place(axes, 'left', self._heading(result, *outer))
        self._fit(grid[0, 0])
        kinds = [i for i in ('content', 'style') if i not in first.values]
        parts = [self._stack(self._heading(first, kind)) for kind in kinds]
        big: Any = {'size': 1.6 * self.letters, 'weight': 'bold'}
        about = [self._text(title, 3, **big)] if title else []
        note = notes(self.results, self.words)
        about.append(self._text(note, 3, color=GREY))
        parts.append(self._stack(about))
        head = self.boxes.HPacker(children=parts, pad=0, sep=18, align='top')
        self._place(self.figure, 'head', [head])

    def _fit(self, axes: Any) -> None:
        """Size the figure so that all axes, like these, have their size."""
        layout: Any = {'w_pad': 0.1, 'h_pad': 0.15, 'wspace': 0, 'hspace': 0}
        self.figure.set_layout_engine('constrained', **layout)
        for _ in range(3):  # what is around the axes keeps its size
            self.figure.draw_without_rendering()
            pixels = self.figure.get_size_inches() * DPI
            lack = self.size - axes.get_position(True).size * pixels
            if abs(lack).max() < 0.1:
                break
            self.figure.set_size_inches((pixels + lack * self.counts) / DPI)
        self.figure.set_layout_engine('none')
        self._snap()

    def _snap(self) -> None:
        """Move all axes to whole pixels: no picture is resampled then."""
        pixels = self.figure.get_size_inches() * DPI
        whole = numpy.ceil(pixels)
        self.figure.set_size_inches(whole / DPI)
        for axes in self.figure.axes:
            corner = numpy.round(axes.get_position(True).p0 * pixels)
            # less a hair: up to 3.10 matplotlib rounds a picture's size up
            hair = 0.01
            corner, size = corner + hair, self.size - 2 * hair
            axes.set_position((*corner / whole, *size / whole))

    def bounds(self) -> Any:
        """Return what to save: all that is drawn and a margin, in inches."""
        tight = self.figure.get_tightbbox().padded(0.3)
        tight.set_points(numpy.round(tight.get_points() * DPI) / DPI)
        return tight

    def _draw_cell(self, axes: Any, result: CellResult) -> None:
        axes.set(xlim=(0, self.size[0]), ylim=(self.size[1], 0))
        if picture := self.pictures.get(result.labels):
            look: Any = {'aspect': 'auto', 'interpolation': 'nearest'}
            extent = (0, picture.width, picture.height, 0)
            axes.imshow(picture, extent=extent, clip_on=False, **look)
        else:
            word, ink, paper = ABSENT[result.status]
            axes.set(frame_on=True, facecolor=paper)
            axes.spines[:].set_color(ink)
            room = int(0.75 * self.size.prod() / self.letters**2)  # letters
            text = f'{self.words.get(word, word)}: {result.error}'.strip(' :')
            text = textwrap.shorten(text, room, placeholder='\u2026')
            self._place(axes, 'inside', [self._text(text, 0.9, color=ink)])
        if caption := result.caption(self.words, self.weighted):
            self._place(axes, 'below', [self._text(caption)])

    def _heading(self, result: CellResult, *axes: str) -> list[Any]:
        """Write axes and a cell's labels, and show what images they are."""
        parts = []
        for axis in axes:
            word = self.words.get(axis, axis)
            parts.append(self._text(word, 0.7, color=GREY))
            if label := result.values.get(axis):
                label = self.words.get(label, label)
                big: Any = {'size': 1.4 * self.letters, 'weight': 'bold'}
                parts.append(self._text(label, 0.7, **big))
            if axis in ('content', 'style'):
                pixels = open_rgb(find_image(getattr(result, axis)))
                image = Image.fromarray(pixels)
                image.thumbnail(self.thumbnail)
                parts.append(self.boxes.OffsetImage(numpy.asarray(image)))
        return parts

    def _text(self, text: str, share: float = 1, **look: Any) -> Any:
        """Return a text in lines of a share of a cell's width."""
        look = {'size': self.letters, 'linespacing': 1.3, **look}
        letters = int(share * self.size[0] / look['size'] / 0.6)
        wrapper: Any = textwrap.TextWrapper(letters)
        wrapper.wordsep_re = BREAKS
        lines = map(wrapper.fill, text.splitlines())
        return self.boxes.TextArea('\n'.join(lines), textprops=look)

    def _stack(self, parts: list[Any]) -> Any:
        return self.boxes.VPacker(children=parts, pad=0, sep=5)

    def _place(self, home: Any, place: str, parts: list[Any]) -> None:
        """Stack parts at a place of the axes or of the figure."""
        transform = home.transFigure if place == 'head' else home.transAxes
        look: Any = {'boxcoords': 'offset points', 'frameon': False, 'pad': 0}
        box = self.boxes.AnnotationBbox(
            self._stack(parts), xycoords=transform, **PLACES[place], **look
        )
        box.set_clip_on(False)  # counts in the layout
        home.add_artist(box)


def _enlarged(path: Path, width: int, most: int) -> Image.Image:
    """Read a picture; its pixels become squares that bring it near a width."""
    picture = Image.fromarray(open_rgb(path))
    times = max(1, round(width / picture.width))
    picture = ImageOps.scale(picture, times, Image.Resampling.NEAREST)
    picture.thumbnail((most, most))
    return picture
