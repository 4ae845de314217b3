"""The method as a drawing: three layers, forwards and backwards.

Rows are the painting, the synthesised picture and the photo; what is between
two rows compares them.
"""

from __future__ import annotations

from typing import Any, Mapping, Tuple

import numpy
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

__all__ = ['LABELS', 'schematic']

Point = Tuple[float, float]
LABELS = {
    'style': 'style image',
    'picture': 'synthesised image',
    'content': 'content image',
    'network': 'frozen network',
    'layer': 'layer {}',
    'style loss': 'style loss',
    'content loss': 'content loss',
    'tv loss': 'TV loss',
    'total': 'total\nloss',
    'forward': 'forward',
    'backward': 'backward: the gradient, down to the pixels',
}
INK, BACK = '#1d2329', '#d55e00'
DOTTED: dict[str, Any] = {
    'color': BACK, 'linestyle': (0, (1, 1.6)), 'linewidth': 2,
}  # fmt: skip
FILLS = {'style loss': '#fbe3b5', 'content loss': '#cfe5f3',
         'tv loss': '#d5ecdf', 'total': '#eceff1'}  # fmt: skip
ROWS = {'style': 50.0, 'picture': 29.0, 'content': 8.0}
BETWEEN = {'style loss': 39.5, 'content loss': 18.5}
COLUMNS = (36.0, 54.0, 71.0)
SIDES = (11.0, 8.0, 5.6)  # a deeper layer has fewer places, more channels
PICTURE = (11.0, 15.0, 10.0)  # middle, width, height
TOTAL = 90.0
NETWORK = (27.0, -0.2, 52.0, 61.0)  # left, bottom, width, height
LIMITS: dict[str, Point] = {'xlim': (-1, 98), 'ylim': (-8, 62)}


def _arrow(ax: Any, start: Point, end: Point, backward: bool = False) -> None:
    def add(start: Point, arrowstyle: str, size: int, **look: Any) -> None:
        ax.add_patch(
            FancyArrowPatch(start, end, arrowstyle=arrowstyle, zorder=3,
                            mutation_scale=size, shrinkA=0, shrinkB=0, **look)
        )  # fmt: skip

    if not backward:
        add(start, '-|>', 11, color=INK, linewidth=1.4)
        return
    # the head of a dotted arrow would be dotted as well
    add(start, '-', 11, **DOTTED)
    near = [e - 0.04 * numpy.sign(e - s) for s, e in zip(start, end)]
    add((near[0], near[1]), '-|>', 13, color=BACK)


def _box(
    ax: Any, x: Point, y: float, text: str, fill: str, height: float = 4.4
) -> None:
    ax.add_patch(
        FancyBboxPatch((x[0], y - height / 2), x[1] - x[0], height,
                       facecolor=fill, edgecolor=INK, zorder=4,
                       boxstyle='round,pad=0,rounding_size=1.2')
    )  # fmt: skip
    ax.text(
        sum(x) / 2, y, text, ha='center', va='center', fontsize=10, zorder=5
    )


def _layers(ax: Any, y: float) -> None:
    for x, side, count in zip(COLUMNS, SIDES, (2, 3, 4)):
        for i in reversed(range(count)):
            shift = 0.9 * (i - (count - 1) / 2)
            corner = x - 0.3 * side + shift, y - side / 2 + shift
            ax.add_patch(
                Rectangle(corner, 0.6 * side, side, facecolor='#f6f7f8',
                          edgecolor=INK, linewidth=1, zorder=2)
            )  # fmt: skip


def _edge(i: int) -> float:
    return 0.3 * SIDES[i] + 0.45 * (i + 1)


def _top(i: int) -> float:
    return SIDES[i] / 2 + 0.45 * (i + 1)


def _row(ax: Any, y: float, backward: bool) -> None:
    starts = [PICTURE[0] + PICTURE[1] / 2]
    starts += [x + _edge(i) for i, x in enumerate(COLUMNS[:2])]
    ends = [x - _edge(i) for i, x in enumerate(COLUMNS)]
    up = 1.4 if backward else 0
    for start, end in zip(starts, ends):
        _arrow(ax, (start + 0.5, y + up), (end - 0.5, y + up))
        if backward:
            _arrow(ax, (end - 0.5, y - up), (start + 0.5, y - up), True)


def _losses(ax: Any, labels: Mapping[str, str]) -> None:
    middle, picture = COLUMNS[1], ROWS['picture']
    for name, sides in (
        ('style loss', (COLUMNS[0] - 5, COLUMNS[2] + 5)),
        ('content loss', (middle - 9, middle + 9)),
    ):
        _box(ax, sides, BETWEEN[name], labels[name], FILLS[name])
    for i, image in ((0, 'style'), (2, 'style'), (1, 'content')):
        x, y = COLUMNS[i], BETWEEN[f'{image} loss']
        up = 1 if y > picture else -1
        near = picture + up * (_top(i) + 0.3)
        far = ROWS[image] - up * (_top(i) + 0.3)
        _arrow(ax, (x, far), (x, y + 2.4 * up))
        _arrow(ax, (x - 1.2, near), (x - 1.2, y - 2.4 * up))
        _arrow(ax, (x + 1.2, y - 2.4 * up), (x + 1.2, near), True)


def _total(ax: Any, labels: Mapping[str, str]) -> None:
    """Lead three losses to their sum, and the gradient back from it."""
    y, left = ROWS['picture'], PICTURE[0] - 7
    style_y, content_y = BETWEEN['style loss'], BETWEEN['content loss']
    _box(ax, (TOTAL - 5, TOTAL + 5), y, labels['total'], FILLS['total'], 8)
    _box(ax, (left, left + 14), content_y, labels['tv loss'],
         FILLS['tv loss'])  # fmt: skip
    top, bottom = content_y + 2.4, y - PICTURE[2] / 2 - 0.3
    _arrow(ax, (PICTURE[0] - 1.2, bottom), (PICTURE[0] - 1.2, top))
    _arrow(ax, (PICTURE[0] + 1.2, top), (PICTURE[0] + 1.2, bottom), True)
    for apart, backward in ((0, False), (1.6, True)):
        # from the loss to the total; the gradient goes the other way
        start = COLUMNS[2] + 5.3, style_y - 0.8 + apart
        _route(ax, start, (TOTAL - 0.8 + apart, y + 4.3), backward)
        start = COLUMNS[1] + 9.3, content_y + 0.8 - apart
        _route(ax, start, (TOTAL - 3.6 + apart, y - 4.3), backward)
        start = left - 0.3, content_y - 0.8 + apart
        around = left - 1.6 - apart, NETWORK[1] - 1.4 - apart
        end = TOTAL + 2 + apart, y - 4.3
        _route(ax, start, end, backward, around)


def _route(
    ax: Any, start: Point, end: Point, backward: bool,
    around: Point | None = None,
) -> None:  # fmt: skip
    """Draw a bent arrow: across, then up or down; or around a corner first."""
    points = [start, (end[0], start[1]), end]
    if around:
        x, y = around
        points[1:2] = [(x, start[1]), (x, y), (end[0], y)]
    if backward:
        points.reverse()
    look = DOTTED if backward else {'color': INK, 'linewidth': 1.4}
    ax.plot(*zip(*points[:-1]), zorder=1, **look)
    _arrow(ax, points[-2], points[-1], backward)


def schematic(
    pictures: Mapping[str, numpy.ndarray], labels: Mapping[str, str] = LABELS
) -> Figure:
    """Draw the forward and the backward pass through three layers.

    Parameters
    ----------
    pictures : mapping
        'style', 'picture' and 'content': pictures (h, w, 3) in [0, 1],
        drawn 3:2.
    labels : mapping
        The words on the drawing; those of `LABELS` by default.
    """
    figure = Figure(figsize=(9.6, 6.8))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(**LIMITS)
    ax.axis('off')
    ax.set_aspect('equal')
    left, bottom, *size = NETWORK
    ax.add_patch(
        Rectangle((left, bottom), *size, facecolor='#eef3f6', zorder=0)
    )
    ax.text(53, 59.4, labels['network'], ha='center', va='center')
    for i, x in enumerate(COLUMNS):
        ax.text(x, 57.3, labels['layer'].format(i + 1), ha='center',
                va='center', fontsize=9, color='#5b6670')  # fmt: skip
    middle, width, height = PICTURE
    for name, y in ROWS.items():
        extent = (middle - width / 2, middle + width / 2,
                  y - height / 2, y + height / 2)  # fmt: skip
        ax.imshow(pictures[name], extent=extent, aspect='equal', zorder=2)
        ax.text(middle, y + height / 2 + 1.3, labels[name], ha='center')
        _layers(ax, y)
        _row(ax, y, name == 'picture')
    ax.set(**LIMITS)
    _losses(ax, labels)
    _total(ax, labels)
    for x, name in ((6, 'forward'), (32, 'backward')):
        _arrow(ax, (x, -6.2), (x + 6, -6.2), name == 'backward')
        ax.text(x + 7.5, -6.2, labels[name], va='center', fontsize=9)
    return figure
