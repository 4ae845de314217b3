"""Where the parts of a contact sheet are, in pixels."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Callable, Mapping, Sequence, Tuple

from .lettering import Font, font, height_of, width_of, wrapped
from .results import CellResult

__all__ = ['Box', 'Layout', 'layout_of', 'letters_of']

IMAGES = ('content', 'style')  # axes whose labels have a picture

Box = Tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class Layout:
    """A grid with a head above it and headings left of it and above it.

    Attributes
    ----------
    axes : dict of str to list of str
        Labels by axis; the last axis gives the columns.
    cell : tuple of int
        Width and height of a picture's box.
    letters : int
        Height of a caption's letters.
    caption : int
        Height of the text below a picture.
    margin, gap : int
        Around the sheet, and between two cells.
    head : int
        Height of what stands above the grid.
    headings : dict of str to int
        Widths of the columns of row headings, by axis.
    top : int
        Height of the headings of the columns.
    thumbnail : int
        Height of an image beside a label, where images are an axis.
    """

    axes: dict[str, list[str]]
    cell: tuple[int, int]
    letters: int
    caption: int
    margin: int
    gap: int
    head: int
    headings: dict[str, int]
    top: int
    thumbnail: int

    @property
    def name_font(self) -> Font:
        """What the names of the axes are written in."""
        return font(self.letters + 1)

    @property
    def label_font(self) -> Font:
        """What the labels of rows and columns are written in."""
        return font(round(self.letters * 1.4), bold=True)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Labels of the row axes, row by row."""
        return list(itertools.product(*list(self.axes.values())[:-1]))

    @property
    def columns(self) -> list[str]:
        """Labels of the last axis."""
        return list(self.axes.values())[-1]

    @property
    def left(self) -> int:
        """Where the first picture begins."""
        return self.margin + sum(
            width + self.gap for width in self.headings.values()
        )

    @property
    def first(self) -> int:
        """Where the first row of pictures begins."""
        return self.margin + self.head + self.top

    @property
    def row_height(self) -> int:
        """Pixels from one row to the next."""
        return self.cell[1] + self.caption + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet."""
        width = self.left + len(self.columns) * (self.cell[0] + self.gap)
        height = self.first + len(self.rows) * self.row_height
        return width - self.gap + self.margin, height - self.gap + self.margin

    def box(self, values: Mapping[str, str]) -> Box:
        """Return where the picture of a cell is: left, top, right, bottom."""
        labels = tuple(values[axis] for axis in self.axes)
        row = self.rows.index(labels[:-1])
        column = self.columns.index(labels[-1])
        left = self.left + column * (self.cell[0] + self.gap)
        top = self.first + row * self.row_height
        return (left, top, left + self.cell[0], top + self.cell[1])


def layout_of(
    results: Sequence[CellResult],
    cell: tuple[int, int],
    head: int,
    thumbnail: int,
    word: Callable[[str], str],
    caption_lines: int,
) -> Layout:
    """Choose the measures of a sheet.

    Parameters
    ----------
    results : sequence of CellResult
        Whose values give the axes.
    cell : tuple of int
        Width and height of a picture's box.
    head, thumbnail : int
        As in `Layout`.
    word : callable
        Gives what an axis is called on the sheet.
    caption_lines : int
        Lines below each picture.
    """
    letters = letters_of(cell[0])
    bare = Layout(
        axes={
            axis: list({one.values[axis]: None for one in results})
            for axis in results[0].values
        },
        cell=cell,
        letters=letters,
        caption=height_of([''] * caption_lines, font(letters)) + letters // 2,
        margin=round(letters * 1.8),
        gap=letters + 3,
        head=head,
        headings={},
        top=0,
        thumbnail=thumbnail,
    )
    names, labels = bare.name_font, bare.label_font
    widest = round(cell[0] * 0.7)
    headings = {}
    for axis in list(bare.axes)[:-1]:
        texts = [(label, labels) for label in bare.axes[axis]]
        headings[axis] = max(
            width_of(line, face)
            for text, face in [*texts, (word(axis), names)]
            for line in wrapped(text, face, widest)
        )
        if axis in IMAGES:
            headings[axis] = max(headings[axis], round(thumbnail * 1.5))
    last = list(bare.axes)[-1]
    tallest = max(
        height_of(wrapped(label, labels, cell[0]), labels)
        for label in bare.columns
    )
    tallest += thumbnail if last in IMAGES else 0
    top = height_of([''], names) + tallest + letters // 2
    return replace(bare, headings=headings, top=top)


def letters_of(cell_width: int) -> int:
    """Return how high the letters are that suit a picture's width."""
    return max(12, cell_width // 19)
