"""The tables and charts of the exercises; every word is an argument.

A measured picture is what `yardstick` returns: 'content', 'style', 'tv' and
'fine'.
"""

from __future__ import annotations

import io
from typing import Any, Mapping, Sequence

import numpy
from PIL import Image

from ..drawing.charts import Figure, subplots
from ..drawing.panels import strip
from ..drawing.tables import text_table
from .measures import high_frequency_share
from .reconstruction import Reconstruction
from .wording import Wording

__all__ = ['as_jpeg', 'measured_chart', 'measured_table', 'measured_title',
           'pulls_chart', 'reconstruction_strip', 'table']  # fmt: skip

Measured = Mapping[str, float]
BLUES = ('#9ecae1', '#4292c6', '#084594')
ENDS = {'photo': '#009e73', 'painting': '#d55e00'}
BESIDE: Any = {
    'loc': 'center left',
    'bbox_to_anchor': (1, 0.5),
    'frameon': False,
}
# black for the content, oranges for the style layers, blue for TV
TERMS = ('#222222', '#fdd0a2', '#fdae6b', '#fd8d3c', '#e6550d', '#a63603',
         '#0072b2')  # fmt: skip


def table(rows: Mapping[str, Sequence[str]], heads: Sequence[str]) -> str:
    """Lay out rows by name below heads, numbers flush right."""
    cells = [[name, *row] for name, row in rows.items()]
    return text_table(['', *heads], cells)


def _cells(m: Measured, wording: Wording) -> tuple[str, str, str, str]:
    return (
        wording.number(m['content']),
        wording.number(m['style']),
        wording.fixed(m['tv'], 2),
        wording.percent(m['fine']),
    )


def measured_table(rows: Mapping[str, Measured], wording: Wording) -> str:
    """Write what the yardstick says of each picture, by its name."""
    heads = [wording(name) for name in ('content', 'style', 'tv', 'fine')]
    cells = {wording(name): _cells(m, wording) for name, m in rows.items()}
    return table(cells, heads)


def measured_title(name: str, m: Measured, wording: Wording) -> str:
    """Write what stands above a picture: its name and its four numbers."""
    content, style, tv, fine = _cells(m, wording)
    return (
        f'{wording(name)}\n{wording("content")} {content}, '
        f'{wording("style")} {style}\n'
        f'TV {tv}, {wording("fine")} {fine}'
    )


def measured_chart(
    cells: Mapping[tuple[str, str], Measured],
    ends: Mapping[str, Measured],
    heads: tuple[str, str],
    wording: Wording,
) -> Figure:
    """Draw the four numbers of every cell as bars, a panel for each number.

    Parameters
    ----------
    cells : mapping
        By row and column: a group of bars for each row, a colour for each
        column, of which there are at most three.
    ends : mapping
        'photo' and 'painting': dashed lines in the panels of TV and fine.
    heads : pair of str
        What the rows and the columns are.
    """
    figure, (axes,) = subplots(11, 2.6, 1, 4)
    for ax, key in zip(axes, ('content', 'style', 'tv', 'fine')):
        unit = 100 if key == 'fine' else 1
        values = {cell: unit * m[key] for cell, m in cells.items()}
        _draw_groups(ax, values, wording)
        sign = ' (%)' if key == 'fine' else ''
        ax.set(title=wording(key) + sign, xlabel=wording(heads[0]))
        for name, colour in ENDS.items() if key in ('tv', 'fine') else ():
            height = unit * ends[name][key]
            ax.axhline(height, color=colour, ls='--', label=wording(name))
    handles, labels = axes[3].get_legend_handles_labels()
    axes[3].legend(handles, labels, title=wording(heads[1]), **BESIDE)
    return figure


def _draw_groups(
    ax: Any, values: Mapping[tuple[str, str], float], wording: Wording
) -> None:
    """Draw a group of bars for each row, one for each column."""
    rows, columns = (list(dict.fromkeys(i)) for i in zip(*values))
    for i, (column, blue) in enumerate(zip(columns, BLUES)):
        ax.bar(
            numpy.arange(len(rows)) + 0.27 * (i - 1),
            [values[row, column] for row in rows],
            width=0.25,
            label=wording(column),
            color=blue,
        )
    ax.set_xticks(range(len(rows)), [wording(row) for row in rows])
    if max(values.values()) > 20 * min(values.values()):
        ax.set_yscale('log')
    ax.yaxis.set_major_formatter(lambda y, _: wording.number(y, 6))


def pulls_chart(
    watched: Mapping[int, Mapping[str, float]], wording: Wording
) -> Figure:
    """Draw the terms' shares after each step as a column of seven parts."""
    figure, ((ax,),) = subplots(7.5, 3)
    below = numpy.zeros(len(watched))
    names = next(iter(watched.values()))
    for name, colour in zip(names, TERMS):
        heights = [100 * shares[name] for shares in watched.values()]
        ax.bar(
            range(len(watched)),
            heights,
            bottom=below,
            color=colour,
            label=wording(name),
        )
        below += heights
    ax.set_xticks(range(len(watched)), [str(step) for step in watched])
    ax.set(
        xlabel=wording('after step'),
        ylabel=wording("share of the terms' gradients (%)"),
        ylim=(0, 100),
    )
    ax.legend(reverse=True, **BESIDE)
    return figure


def reconstruction_strip(
    target: numpy.ndarray,
    found: Mapping[str, Reconstruction],
    wording: Wording,
    columns: int = 3,
) -> Figure:
    """Show reconstructions beside their target, and what each has reached.

    Parameters
    ----------
    target : numpy.ndarray
        The image at the pictures' size, shape (h, w, 3), in [0, 1].
    found : mapping
        By name; above it stands the loss, the share of the noise's loss that
        is left, and the share of fine structure.
    """
    fine = wording('fine')
    titles = [
        f'{wording("target")}\n\n'
        f'{fine} {wording.percent(high_frequency_share(target))}'
    ]
    for name, reached in found.items():
        share = high_frequency_share(reached.picture)
        titles.append(
            f'{wording(name)}\n{wording("loss")} '
            f'{wording.number(reached.loss)}, {wording("left")} '
            f'{wording.percent(reached.left)}\n'
            f'{fine} {wording.percent(share)}'
        )
    pictures = [target, *(reached.picture for reached in found.values())]
    return strip(pictures, titles, columns, width=2.1)


def as_jpeg(image: Image.Image, quality: int = 45) -> bytes:
    """Return an image as the bytes of a JPEG file, a third of PNG's size."""
    file = io.BytesIO()
    image.convert('RGB').save(file, 'jpeg', quality=quality)
    return file.getvalue()
