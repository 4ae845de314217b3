"""The headings of a contact sheet's columns and rows."""

from __future__ import annotations

from typing import Callable, Sequence

from .layout import IMAGES, Layout
from .lettering import height_of, wrapped
from .pen import GREY, INK, Pen, thumbnail
from .results import CellResult

__all__ = ['column_headings', 'row_headings']


def column_headings(
    pen: Pen,
    layout: Layout,
    results: Sequence[CellResult],
    word: Callable[[str], str],
) -> None:
    """Write the name of the last axis, and its labels above the columns."""
    axis = list(layout.axes)[-1]
    top = layout.margin + layout.head
    name = layout.name_font
    pen.lines([word(axis)], layout.left, top, name, GREY)
    top += height_of([''], name)
    for label in layout.columns:
        one = next(i for i in results if i.values[axis] == label)
        left, _, right, _ = layout.box(one.values)
        _label(pen, layout, one, axis, (left, top, right - left))


def row_headings(
    pen: Pen,
    layout: Layout,
    results: Sequence[CellResult],
    word: Callable[[str], str],
) -> None:
    """Write a column of labels for each other axis, once for a group."""
    left = layout.margin
    right = layout.size[0] - layout.margin
    for depth, axis in enumerate(list(layout.axes)[:-1]):
        width = layout.headings[axis]
        names = wrapped(word(axis), layout.name_font, width)
        top = layout.first - height_of(names, layout.name_font)
        top -= layout.letters // 2
        pen.lines(names, left, top, layout.name_font, GREY)
        before = None
        for row, labels in enumerate(layout.rows):
            if labels[: depth + 1] == before:
                continue  # rows that share a heading
            before = labels[: depth + 1]
            one = next(
                i for i in results if tuple(i.values.values())[:-1] == labels
            )
            top = layout.box(one.values)[1]
            if row:
                pen.rule(left, right, top - layout.gap // 2)
            _label(pen, layout, one, axis, (left, top, width))
        left += width + layout.gap


def _label(
    pen: Pen,
    layout: Layout,
    one: CellResult,
    axis: str,
    at: tuple[int, int, int],
) -> None:
    left, top, width = at
    face = layout.label_font
    lines = wrapped(one.values[axis], face, width)
    pen.lines(lines, left, top, face, INK)
    if axis in IMAGES:
        image = thumbnail(getattr(one, axis), width, layout.thumbnail)
        pen.paste(image, left, top + height_of(lines, face))
