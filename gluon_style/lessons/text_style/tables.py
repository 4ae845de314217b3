"""Tables and figures of the lesson; every word on them is an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Sequence

from ...drawing.charts import COLOURS, subplots
from ..wording import ENGLISH, Wording
from .scores import Scores, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    'draw_scores',
    'draw_thresholds',
    'kinds_table',
    'lay_out',
    'table',
]


def lay_out(rows: Sequence[Sequence[str]], width: int = 12) -> str:
    """Lay rows out in columns, the first one to the left.

    Parameters
    ----------
    width : int
        Characters of every column but the first, at least.

    Examples
    --------
    >>> lay_out([['', 'a'], ['one', '2']], 4).splitlines()
    ['      a', 'one   2']
    """
    first = max(len(row[0]) for row in rows)
    rest = [max(width, *map(len, column)) for column in list(zip(*rows))[1:]]
    return '\n'.join(
        name.ljust(first)
        + ''.join(cell.rjust(size) for cell, size in zip(cells, rest))
        for name, *cells in rows
    )


def table(
    scores: Mapping[str, Scores],
    heads: Sequence[str],
    wording: Wording = ENGLISH,
) -> str:
    """Lay scores out in columns: percentages, but for the perplexity."""
    rows = [list(heads)]
    for name, score in scores.items():
        cells = [wording.fixed(100 * value, 0) for value in score]
        cells[Scores._fields.index('perplexity')] = wording.fixed(
            score.perplexity, 1
        )
        rows.append([name, *cells])
    return lay_out(rows)


def kinds_table(
    verdicts: Mapping[str, Sequence[Verdict]],
    kinds: Mapping[str, Sequence[int]],
) -> str:
    """Lay out style and content, in per cent, by method and kind of sentence.

    Parameters
    ----------
    verdicts : mapping
        Names of the methods, and the verdicts on all of their answers.
    kinds : mapping
        Names of the kinds, and the places of their sentences.
    """
    rows = [['', *verdicts]]
    for kind, places in kinds.items():
        row = [f'{kind} ({len(places)})']
        for answers in verdicts.values():
            chosen = [answers[i] for i in places]
            number = max(1, len(chosen))
            style = 100 * sum(v.hit for v in chosen) / number
            content = 100 * sum(v.content for v in chosen) / number
            row.append(f'{style:6.0f} {content:5.0f}')
        rows.append(row)
    return lay_out(rows, 21)


def draw_thresholds(
    thresholds: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    chosen: float,
    xlabel: str,
    ylabel: str,
    yscale: str = 'linear',
) -> Figure:
    """Draw what changes with the threshold, the chosen one dotted.

    Parameters
    ----------
    lines : mapping
        Labels, and a value for each threshold.
    yscale : str
        'linear', or 'symlog' for values from 0 to many.
    """
    figure, ((ax,),) = subplots(6.2, 3)
    for (label, values), colour in zip(lines.items(), COLOURS):
        ax.plot(thresholds, values, 'o-', label=label, color=colour)
    ax.axvline(chosen, color='gray', linestyle=':')
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale='log', yscale=yscale)
    ax.set_xticks(thresholds, [f'{value:g}' for value in thresholds])
    ax.minorticks_off()
    if yscale != 'linear':
        ticks = [0, 1, 10, 100, 1000]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
    ax.set_ylim(0, None)
    ax.legend(frameon=False)
    return figure


def draw_scores(
    scores: Mapping[str, Scores],
    titles: Sequence[str],
    wording: Wording = ENGLISH,
) -> Figure:
    """Draw style, content and perplexity of each method as bars.

    Parameters
    ----------
    titles : sequence of str
        Of the three panels. The perplexity has a logarithmic axis.
    """
    figure, (axes,) = subplots(9.9, 3, 1, 3, sharey=True)
    columns = [
        [100 * score.style for score in scores.values()],
        [100 * score.content for score in scores.values()],
        [score.perplexity for score in scores.values()],
    ]
    for ax, title, values, places in zip(axes, titles, columns, (0, 0, 1)):
        bars = ax.barh(list(scores), values, color=COLOURS[0])
        labels = [wording.fixed(value, places) for value in values]
        ax.bar_label(bars, labels, padding=2, fontsize=8)
        ax.set_title(title, fontsize=10)
        ax.set_xlim(0, 115)
    axes[2].set(xscale='log', xlim=(1, 3 * max(columns[2])))
    ticks = [tick for tick in (1, 10, 100, 1000) if tick < max(columns[2])]
    axes[2].set_xticks(ticks, [str(tick) for tick in ticks])
    axes[2].minorticks_off()
    axes[0].invert_yaxis()
    return figure
