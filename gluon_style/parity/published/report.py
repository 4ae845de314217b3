"""The report of a run against the book: a page, a plot, JSON, Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...drawing.charts import COLOURS, above_rounding, curves
from ...drawing.page import figure_bytes, figure_uri, render
from ...storage.whole_files import PathLike, to_json, write_all
from .curves import TERMS

__all__ = ['write_published']

HEAD = ('loss', 'epoch', 'published', 'run', 'deviation', 'note')
LINES: tuple[dict[str, Any], ...] = (
    {'label': 'published', 'color': COLOURS[1], 'linewidth': 4, 'alpha': 0.45},
    {'label': 'run', 'color': COLOURS[0], 'linewidth': 1.6},
)
AXES = ('epoch', True, 4.3, 3.6, 'weighted loss')  # of every chart


def _rows(results: dict[str, Any]) -> list[list[str]]:
    def cell(value: float | None, form: str) -> str:
        return '–' if value is None else form % value

    return [
        [
            title,
            str(row['asked']),
            cell(row['published'], '%.4g'),
            cell(row['run'], '%.4g'),
            cell(row['deviation'] and 100 * row['deviation'], '%+.1f %%'),
            row['note'] or 'as asked',
        ]
        for term, title in TERMS.items()
        for row in results['deviations'][term]
    ]


def _panels(results: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    panels = {}
    for term, title in TERMS.items():
        by_label = results['curves'][term]
        panels[f'{title} loss'] = [
            {
                **line,
                'x': list(by_label[line['label']]),
                'y': above_rounding(by_label[line['label']].values()),
            }
            for line in LINES
        ]
    return panels


def write_published(results: dict[str, Any], folder: PathLike) -> list[Path]:
    """Write published.html, .png, .json and .md, or none of them."""
    panels = _panels(results)
    values = {
        'results': results,
        'head': HEAD,
        'rows': _rows(results),
        'lines': LINES,
        'losses': [
            (title, figure_uri(curves({title: lines}, *AXES, legend=False)))
            for title, lines in panels.items()
        ],
    }
    return write_all(
        folder,
        {
            'published.html': render('published.html', **values),
            'published.png': figure_bytes(curves(panels, *AXES), 'png'),
            'published.json': to_json(results),
            'published.md': render('published.md', **values),
        },
    )
