"""The notebooks' pictures of pictures; every word on them is an argument.

Each function returns a matplotlib Figure, which a notebook shows. Pictures
are NumPy arrays (h, w, 3) in [0, 1], feature maps (c, h, w).
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.linalg.lapack import dpstrf

from .charts import subplots

__all__ = ['feature_sheet', 'gram_heatmaps', 'stages', 'strip', 'triptych',
           'varied_channels']  # fmt: skip

PANEL = 2.6  # inches, width of a picture


def strip(
    pictures: Sequence[numpy.ndarray],
    titles: Sequence[str],
    columns: int | None = None,
    width: float = PANEL,
    ticks: bool = False,
) -> Figure:
    """Lay pictures out in rows, a title above each.

    Parameters
    ----------
    pictures : sequence of numpy.ndarray
        Shape (h, w, 3), of one aspect ratio.
    titles : sequence of str
        One for each.
    columns : int, optional
        Pictures in a row; by default all.
    width : float
        Inches of one picture.
    ticks : bool
        Whether axes count the pixels.
    """
    columns = min(columns or len(pictures), len(pictures))
    rows = -(-len(pictures) // columns)
    lines = max(title.count('\n') + 1 for title in titles)
    height = width * pictures[0].shape[0] / pictures[0].shape[1]
    height = rows * (height + 0.1 + 0.19 * lines)
    figure, axes = subplots(columns * width, height, rows, columns)
    for ax in axes.flat:
        ax.axis('off')
    for ax, picture, title in zip(axes.flat, pictures, titles):
        ax.axis('on' if ticks else 'off')
        ax.imshow(picture)
        ax.set_title(title, fontsize=10)
    return figure


def triptych(
    content: numpy.ndarray,
    style: numpy.ndarray,
    result: numpy.ndarray,
    titles: Sequence[str],
) -> Figure:
    """Show the result large, and content and style beside it.

    The pictures are of any sizes; `titles` are of the three.
    """
    figure = Figure(figsize=(9.6, 4.6), layout='constrained')
    axes = figure.subplot_mosaic(
        [['content', 'result'], ['style', 'result']], width_ratios=(1, 2.3)
    )
    for name, picture, title in zip(
        ('content', 'style', 'result'), (content, style, result), titles
    ):
        axes[name].imshow(picture)
        axes[name].set_title(title, fontsize=11)
        axes[name].axis('off')
    return figure


def stages(
    pictures: Mapping[str, numpy.ndarray], crop: tuple[int, int, int, int]
) -> Figure:
    """Show pictures of one size, and below each a part of it enlarged.

    Parameters
    ----------
    pictures : mapping
        Titles, and pictures (h, w, 3).
    crop : tuple of int
        Left, top, width and height of the part, in pixels; it is framed on
        the first picture.
    """
    left, top, width, height = crop
    first = next(iter(pictures.values()))
    panel = 2.1  # inches
    size = panel * len(pictures), panel * first.shape[0] / first.shape[1]
    figure, (wholes, parts) = subplots(
        size[0], size[1] + panel * height / width + 0.4, 2, len(pictures)
    )
    figure.set_layout_engine('constrained', w_pad=0.02, h_pad=0.02)
    for whole, part, title in zip(wholes, parts, pictures):
        picture = pictures[title]
        whole.imshow(picture)
        whole.set_title(title, fontsize=10)
        part.imshow(
            picture[top : top + height, left : left + width],
            interpolation='nearest',
        )
        whole.axis('off')
        part.axis('off')
    wholes[0].add_patch(
        Rectangle((left - 0.5, top - 0.5), width, height, fill=False,
                  edgecolor='white', linewidth=1.5)
    )  # fmt: skip
    return figure


def varied_channels(maps: numpy.ndarray, count: int) -> list[int]:
    """Choose channels that vary much, and each in another way.

    The first is that of the largest standard deviation; each other one has
    the largest part that those before it do not show.

    Examples
    --------
    >>> maps = numpy.array([[[0, 3.0]], [[0, 2.9]], [[1, 1.0]], [[0, 1]]])
    >>> varied_channels(maps, 1)
    [0]
    """
    left = maps.reshape(len(maps), -1).astype('float64')
    left -= left.mean(axis=1, keepdims=True)
    # the pivots of Cholesky's factorisation: the largest remainder is next
    _, pivots, *_ = dpstrf(left @ left.T)
    return [int(i) - 1 for i in pivots[:count]]


def feature_sheet(
    sheets: Mapping[str, Mapping[str, numpy.ndarray]],
    energy: str,
    channel: str,
    count: int = 3,
) -> Figure:
    """Show what layers make of some pictures, a row for each layer.

    Parameters
    ----------
    sheets : mapping
        The name of each picture, and its feature maps (c, h, w) by layer.
    energy, channel : str
        What is above the first column of a picture, the root mean square
        over all channels, and above a channel, before its number.
    count : int
        Channels for each layer: the same for every picture, chosen by
        `varied_channels` on the first.
    """
    first = next(iter(sheets.values()))
    columns = len(sheets) * (count + 2) - 1  # one between two pictures
    wide = ([1] * (count + 1) + [0.15]) * len(sheets)
    wide.pop()
    figure, axes = subplots(
        1.2 * sum(wide),
        0.96 * len(first) + 0.3,
        len(first),
        columns,
        width_ratios=wide,
    )
    figure.set_layout_engine('constrained', w_pad=0.02, h_pad=0.02)
    for row, layer in zip(axes, first):
        chosen = varied_channels(first[layer], count)
        for i, (name, maps) in enumerate(sheets.items()):
            panels = row[i * (count + 2) :]
            panels[0].imshow(
                numpy.sqrt((maps[layer] ** 2).mean(0)), cmap='magma'
            )
            for ax, k in zip(panels[1:], chosen):
                low, high = numpy.percentile(maps[layer][k], (1, 99))
                ax.imshow(maps[layer][k], cmap='gray', vmin=low, vmax=high)
                ax.set_title(f'{channel} {k}', fontsize=7, pad=2)
            if row[0] is axes[0, 0]:
                panels[0].set_title(f'{name}: {energy}', fontsize=8, pad=2)
        row[0].set_ylabel(layer, fontsize=9)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return figure


def gram_heatmaps(
    rows: Mapping[str, Sequence[numpy.ndarray]],
    layers: Sequence[str],
    scale: str,
    captions: Mapping[str, Sequence[str]] | None = None,
    count: int = 48,
    decimal: str = '.',
) -> Figure:
    """Show Gram matrices as heat maps, one column for each layer.

    Colours tell a value as a share of the largest of the first row's matrix
    of that layer, on a scale that is linear up to 0.01 and logarithmic from
    there. Channels are sorted by the first row's diagonal, and the `count`
    strongest are shown.

    Parameters
    ----------
    rows : mapping
        Titles of the rows, and the matrices (c, c) of each.
    layers : sequence of str
        What is above the columns.
    scale : str
        What is beside the scale of colours.
    captions : mapping, optional
        By the title of a row, what is below each of its matrices.
    count : int
        How many channels are shown.
    decimal : str
        What stands before the decimals of the scale.
    """
    size = 1.65 * len(layers) + 1.2, 1.75 * len(rows) + 0.2
    figure, axes = subplots(*size, len(rows), len(layers))
    norm = SymLogNorm(linthresh=0.01, vmin=-1, vmax=1)
    targets = next(iter(rows.values()))
    drawn: Any = None
    for ax_row, (title, grams) in zip(axes, rows.items()):
        below = (captions or {}).get(title, [''] * len(layers))
        for ax, layer, target, G, caption in zip(
            ax_row, layers, targets, grams, below
        ):
            order = numpy.argsort(-target.diagonal())[:count]
            shown = G[numpy.ix_(order, order)] / abs(target).max()
            drawn = ax.imshow(
                shown, cmap='RdBu_r', norm=norm, interpolation='nearest'
            )
            ax.set(xticks=[], yticks=[])
            ax.set_xlabel(caption, fontsize=9)
            if ax_row[0] is axes[0, 0]:
                ax.set_title(layer, fontsize=10)
        ax_row[0].set_ylabel(title, fontsize=10)
    ticks = [-1, -0.1, -0.01, 0, 0.01, 0.1, 1]
    bar = figure.colorbar(drawn, ax=axes, ticks=ticks, shrink=0.8)
    bar.ax.set_yticklabels([f'{i:g}'.replace('.', decimal) for i in ticks])
    bar.ax.minorticks_off()
    bar.set_label(scale, fontsize=9)
    return figure
