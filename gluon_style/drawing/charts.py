"""The charts of notebooks and reports; every word on them is an argument.

Each function returns a matplotlib Figure.
"""

from __future__ import annotations

from typing import Any, Collection, Mapping, Sequence

import numpy
from matplotlib.figure import Figure

__all__ = ['COLOURS', 'above_rounding', 'curves', 'shares',
           'subplots']  # fmt: skip

COLOURS = (  # told apart by the colour-blind: Okabe and Ito
    '#0072b2',
    '#d55e00',
    '#009e73',
    '#cc79a7',
    '#e69f00',
    '#56b4e9',
    '#7a5195',
    '#8c6d31',
)


def subplots(
    width: float, height: float, rows: int = 1, columns: int = 1, **more: Any
) -> tuple[Figure, numpy.ndarray]:
    """Return a figure of that size in inches, its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout='constrained')
    return figure, figure.subplots(rows, columns, squeeze=False, **more)


def shares(
    epochs: Sequence[float],
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    xlabel: str,
    ylabel: str,
) -> Figure:
    """Show what each part is of the sum of all, epoch by epoch.

    Parameters
    ----------
    epochs : sequence of float
        They stand at even distances, so that the first steps show.
    panels : mapping
        Titles, and the parts of each panel: a label, and a value for each
        epoch. The labels are those of the first panel.
    xlabel, ylabel : str
        Of the epochs, and of the shares in per cent.
    """
    figure, (axes,) = subplots(
        3.9 * len(panels), 3.4, 1, len(panels), sharey=True
    )
    for ax, (title, parts) in zip(axes, panels.items()):
        values = numpy.array(list(parts.values()), dtype='float64')
        percent = 100 * values / values.sum(axis=0)
        places = range(len(epochs))
        ax.stackplot(places, percent, labels=parts, colors=COLOURS, alpha=0.85)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel=xlabel, ylim=(0, 100))
        ax.set_xticks(places, [f'{epoch:g}' for epoch in epochs])
        if len(epochs) > 1:
            ax.set_xlim(0, len(epochs) - 1)
    axes[0].set_ylabel(ylabel)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(  # from the top down, as the areas lie
        handles[::-1],
        labels[::-1],
        loc='outside right center',
        frameon=False,
        fontsize=9,
    )
    return figure


def curves(
    panels: Mapping[str, Sequence[Mapping[str, Any]]],
    xlabel: str,
    log: bool = True,
    width: float = 3.4,
    height: float = 2.9,
    ylabel: str = '',
    legend: bool = True,
    decimal: str = '.',
) -> Figure:
    """Draw panels of curves side by side, with one legend below.

    Parameters
    ----------
    panels : mapping
        Titles, and the curves of each: 'label', 'x', 'y' (None where there
        is no value), and what else `Axes.plot` takes. Where y is not above 0
        a logarithmic axis shows nothing.
    xlabel, ylabel : str
        Of every panel.
    log : bool
        Whether the vertical axes are logarithmic.
    width, height : float
        Inches of a panel.
    legend : bool
        Whether there is one.
    decimal : str
        What stands before the decimals on the axes.
    """
    figure, (axes,) = subplots(width * len(panels), height, 1, len(panels))
    handles: dict[str, Any] = {}  # by label
    for ax, (title, lines) in zip(axes, panels.items()):
        _draw_lines(ax, lines, log, decimal)
        ax.set_title(title, fontsize=10, loc='left')
        ax.set(xlabel=xlabel, ylabel=ylabel)
        for handle, label in zip(*ax.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    if legend:
        figure.legend(
            list(handles.values()),
            list(handles),
            loc='outside lower center',
            ncols=min(3, len(handles)),
            frameon=False,
            fontsize=9,
        )
    return figure


def _draw_lines(
    ax: Any, lines: Sequence[Mapping[str, Any]], log: bool, decimal: str
) -> None:
    for i, line in enumerate(lines):
        style = {'color': COLOURS[i % len(COLOURS)], **line}
        x, y = numpy.array(style.pop('x')), numpy.array(style.pop('y'), float)
        with numpy.errstate(invalid='ignore'):
            seen = y > 0 if log else numpy.isfinite(y)
        ax.plot(x[seen], y[seen], **style)
    if log:
        ax.set_yscale('log')
    _plain_labels(ax.yaxis, log, decimal)
    ax.grid(color='#e6e9ec', which='both', linewidth=0.6)
    ax.spines[['top', 'right']].set_visible(False)


def _plain_labels(axis: Any, log: bool, decimal: str) -> None:
    """Label a logarithmic axis 0.5, 1, 2, not 5 x 10^-1."""
    low, high = axis.get_view_interval()
    few = high < 30 * low

    def label(value: float, _: object = None) -> str:
        return f'{value:g}'.replace('.', decimal)

    if log or decimal != '.':
        axis.set_major_formatter(label)
    if log:
        axis.set_minor_formatter(
            lambda value, _: (
                label(value) if few and f'{value:e}'[0] in '25' else ''
            )
        )


def above_rounding(losses: Collection[float]) -> list[float | None]:
    """Leave out what is a rounding, and would be all of a logarithmic axis."""
    least = 1e-6 * max(losses, default=0)
    return [loss if loss > least else None for loss in losses]
