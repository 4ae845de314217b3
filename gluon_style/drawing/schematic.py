"""The method as a drawing: three layers, forwards and backwards.

Rows are the painting, the synthesised picture and the photo; what is between
two rows compares them.
"""

from __future__ import annotations

from typing import Any, Mapping

import numpy
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

__all__ = ['LABELS', 'schematic']

LABELS = {
    'style': 'style image',
    'picture': 'synthesised image',
    'content': 'content image',
    'network': 'frozen network',
    'layer': 'layer',
    'style loss': 'style loss',
    'content loss': 'content loss',
    'tv loss': 'TV loss',
    'total': 'total\nloss',
    'forward': 'forward',
    'backward': 'backward: the gradient, down to the pixels',
}
INK, BACK = '#1d2329', '#d55e00'
FILLS = {'style loss': '#fbe3b5', 'content loss': '#cfe5f3',
         'tv loss': '#d5ecdf', 'total': '#eceff1'}  # fmt: skip
ROWS = {'style': 50.0, 'picture': 29.0, 'content': 8.0}
BETWEEN = {'style loss': 39.5, 'content loss': 18.5}
COLUMNS = (36.0, 54.0, 71.0)
SIDES = (11.0, 8.0, 5.6)  # a deeper layer has fewer places, more channels
PICTURE = (11.0, 15.0, 10.0)  # middle, width, height
TOTAL = 90.0


def _arrow(
    ax: Any,
    start: tuple[float, float],
    end: tuple[float, float],
    backward: bool = False,
) -> None:
    look: dict[str, Any] = (
        {'color': BACK, 'linestyle': (0, (1, 1.6)), 'linewidth': 2}
        if backward
        else {'color': INK, 'linewidth': 1.4}
    )
    # the head of a dotted arrow would be dotted as well
    head = '-' if backward else '-|>'
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle=head, mutation_scale=11, shrinkA=0,
            shrinkB=0, zorder=3, **look,
        )
    )  # fmt: skip
    if backward:
        near = tuple(e - 0.04 * numpy.sign(e - s) for s, e in zip(start, end))
        ax.add_patch(
            FancyArrowPatch(
                near, end, arrowstyle='-|>', mutation_scale=13, shrinkA=0,
                shrinkB=0, color=BACK, zorder=3,
            )
        )  # fmt: skip


def _box(
    ax: Any, x: tuple[float, float], y: float, text: str, fill: str
) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x[0], y - 2.2), x[1] - x[0], 4.4, facecolor=fill,
            edgecolor=INK, boxstyle='round,pad=0,rounding_size=1.2', zorder=4,
        )
    )  # fmt: skip
    ax.text(
        sum(x) / 2, y, text, ha='center', va='center', fontsize=10, zorder=5
    )


def _layers(ax: Any, y: float) -> None:
    for x, side, count in zip(COLUMNS, SIDES, (2, 3, 4)):
        for i in reversed(range(count)):
            shift = 0.9 * (i - (count - 1) / 2)
            ax.add_patch(
                Rectangle(
                    (x - 0.3 * side + shift, y - side / 2 + shift),
                    0.6 * side, side, facecolor='#f6f7f8', edgecolor=INK,
                    linewidth=1, zorder=2,
                )
            )  # fmt: skip


def _edge(i: int) -> float:
    return 0.3 * SIDES[i] + 0.45 * (i + 1)


def _top(i: int) -> float:
    return SIDES[i] / 2 + 0.45 * (i + 1)


def _row(ax: Any, y: float, backward: bool) -> None:
    middle, width, _ = PICTURE
    starts = [middle + width / 2] + [
        x + _edge(i) for i, x in enumerate(COLUMNS[:2])
    ]
    ends = [x - _edge(i) for i, x in enumerate(COLUMNS)]
    for start, end in zip(starts, ends):
        up = 1.4 if backward else 0
        _arrow(ax, (start + 0.5, y + up), (end - 0.5, y + up))
        if backward:
            _arrow(ax, (end - 0.5, y - up), (start + 0.5, y - up), True)


def _losses(ax: Any, labels: Mapping[str, str]) -> None:
    style_y, content_y = BETWEEN['style loss'], BETWEEN['content loss']
    left, right = COLUMNS[0] - 5, COLUMNS[2] + 5
    _box(ax, (left, right), style_y, labels['style loss'], FILLS['style loss'])
    middle = COLUMNS[1]
    _box(
        ax, (middle - 9, middle + 9), content_y, labels['content loss'],
        FILLS['content loss'],
    )  # fmt: skip
    for i, y, given in (
        (0, style_y, 'style'),
        (2, style_y, 'style'),
        (1, content_y, 'content'),
    ):
        x, up = COLUMNS[i], 1 if y > ROWS['picture'] else -1
        near, far = (
            ROWS['picture'] + up * (_top(i) + 0.3),
            ROWS[given] - up * (_top(i) + 0.3),
        )
        _arrow(ax, (x, far), (x, y + 2.4 * up))
        _arrow(ax, (x - 1.2, near), (x - 1.2, y - 2.4 * up))
        _arrow(ax, (x + 1.2, y - 2.4 * up), (x + 1.2, near), True)


def _total(ax: Any, labels: Mapping[str, str]) -> None:
    y, x = ROWS['picture'], PICTURE[0]
    ax.add_patch(
        FancyBboxPatch(
            (TOTAL - 5, y - 4), 10, 8, facecolor=FILLS['total'],
            edgecolor=INK, boxstyle='round,pad=0,rounding_size=1.2', zorder=4,
        )
    )  # fmt: skip
    ax.text(TOTAL, y, labels['total'], ha='center', va='center', zorder=5)
    _box(ax, (x - 7, x + 7), BETWEEN['content loss'], labels['tv loss'],
         FILLS['tv loss'])  # fmt: skip
    top = BETWEEN['content loss'] + 2.4
    _arrow(ax, (x - 1.2, y - PICTURE[2] / 2 - 0.3), (x - 1.2, top))
    _arrow(ax, (x + 1.2, top), (x + 1.2, y - PICTURE[2] / 2 - 0.3), True)
    for (left, level), low, (over, end) in (
        (
            (COLUMNS[2] + 5.3, BETWEEN['style loss']),
            BETWEEN['style loss'],
            (TOTAL, y + 4.3),
        ),
        (
            (COLUMNS[1] + 9.3, BETWEEN['content loss']),
            BETWEEN['content loss'],
            (TOTAL - 1, y - 4.3),
        ),
        (
            (x + 7.3, BETWEEN['content loss'] - 1),
            BETWEEN['content loss'] - 4.2,
            (TOTAL + 1, y - 4.3),
        ),
    ):
        ax.plot(
            (left, left + 3, over),
            (level, low, low),
            color=INK,
            linewidth=1.4,
            zorder=1,
        )
        _arrow(ax, (over, low), (over, end))


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
    figure = Figure(figsize=(9.6, 5.9))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 98), ylim=(-4, 62))
    ax.axis('off')
    ax.set_aspect('equal')
    ax.add_patch(Rectangle((27, -0.2), 52, 61, facecolor='#eef3f6', zorder=0))
    ax.text(53, 59.4, labels['network'], ha='center', va='center')
    for i, x in enumerate(COLUMNS):
        ax.text(x, 57.3, f'{labels["layer"]} {i + 1}', ha='center',
                va='center', fontsize=9, color='#5b6670')  # fmt: skip
    middle, width, height = PICTURE
    for name, y in ROWS.items():
        extent = (middle - width / 2, middle + width / 2,
                  y - height / 2, y + height / 2)  # fmt: skip
        ax.imshow(pictures[name], extent=extent, aspect='equal', zorder=2)
        ax.text(middle, y + height / 2 + 1.3, labels[name], ha='center')
        _layers(ax, y)
        _row(ax, y, name == 'picture')
    ax.set(xlim=(0, 98), ylim=(-4, 62))
    _losses(ax, labels)
    _total(ax, labels)
    for x, name in ((6, 'forward'), (32, 'backward')):
        _arrow(ax, (x, -2.3), (x + 6, -2.3), name == 'backward')
        ax.text(x + 7.5, -2.3, labels[name], va='center', fontsize=9)
    return figure
