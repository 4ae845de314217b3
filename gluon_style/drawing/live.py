"""The figures of a run that goes on; every word on them is an argument.

Each function returns a matplotlib Figure.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from matplotlib.figure import Figure

from .charts import COLOURS, curves, subplots

__all__ = ['marked_curves', 'share_bars']

MOST_NAMES = 8  # of marks: more would cover the curves


def marked_curves(
    lines: Sequence[Mapping[str, Any]],
    marks: Mapping[float, str],
    xlabel: str,
    ylabel: str,
    size: tuple[float, float] = (5.2, 3.2),
    decimal: str = '.',
) -> Figure:
    """Draw curves over steps, with a mark where something was changed.

    Parameters
    ----------
    lines : sequence of mapping
        As for `charts.curves`; the vertical axis is logarithmic.
    marks : mapping
        What was changed, by the step; the last of them are named.
    xlabel, ylabel, decimal : str
        As for `charts.curves`.
    size : tuple of float
        Width and height in inches.
    """
    width, height = size
    figure = curves(
        {'': lines}, xlabel, True, width, height, ylabel, decimal=decimal
    )
    (ax,) = figure.axes
    named = list(marks)[-MOST_NAMES:]
    # above and below in turn, for changes are often close together
    for i, (step, name) in enumerate(marks.items()):
        ax.axvline(step, color='#555555', linewidth=0.8, linestyle=':')
        if step in named:
            ax.text(
                step,
                (0.98, 0.02)[i % 2],
                name,
                transform=ax.get_xaxis_transform(),
                rotation=90,
                ha='right',
                va=('top', 'bottom')[i % 2],
                fontsize=8,
                color='#333333',
            )
    return figure


def share_bars(
    shares: Mapping[str, float],
    labels: Mapping[str, str],
    xlabel: str,
    size: tuple[float, float] = (3.6, 3.2),
) -> Figure:
    """Draw shares of a whole as bars, the first on top.

    Parameters
    ----------
    shares : mapping
        Names, and shares from 0 to 1.
    labels : mapping
        What stands at the end of each bar.
    xlabel : str
        Of the shares, in per cent.
    size : tuple of float
        Width and height in inches.
    """
    figure, ((ax,),) = subplots(*size)
    kinds = list(dict.fromkeys(name.partition(' ')[0] for name in shares))
    colours = [COLOURS[kinds.index(n.partition(' ')[0])] for n in shares]
    percent = [100 * share for share in shares.values()]
    bars = ax.barh(list(shares), percent, color=colours)
    ax.bar_label(bars, [labels[name] for name in shares], padding=3)
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, xlim=(0, 118))
    ax.set_xticks(range(0, 101, 25))
    ax.spines[['top', 'right']].set_visible(False)
    return figure
