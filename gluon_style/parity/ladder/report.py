"""The report of a ladder: a page, and its figures in JSON and Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...drawing.charts import COLOURS, above_rounding, curves
from ...drawing.page import figure_uri, heat, picture_uri, render
from ...storage.whole_files import PathLike, to_json, write_all
from .climb import LadderRuns
from .words import (
    AGREEMENT_HEAD,
    FRAMEWORKS,
    HEAD,
    TITLES,
    agreed,
    agreement_rows,
    change,
    facts,
    not_run,
    rung_rows,
)

__all__ = ['write_report']

DRIFT_LINES: dict[str, dict[str, Any]] = {
    'drift': {'label': 'MXNet against PyTorch', 'color': COLOURS[0],
              'linestyle': '-', 'linewidth': 1.8},
    'self_drift': {'label': 'PyTorch, one rounding away', 'color': COLOURS[1],
                   'linestyle': '--', 'linewidth': 1.8},
}  # fmt: skip
DRIFTS = (
    ('distance of the pictures', 'RMSE, grey levels', 'picture_epoch', 'rmse'),
    ('difference of the total losses', 'relative', 'epoch', 'total'),
)


def _cards(results: dict[str, Any], ladder: LadderRuns) -> list[dict]:
    cards, before = [], None
    for rung, run in zip(results['rungs'], ladder.runs):
        card: dict[str, Any] = {
            'change': change(rung),
            'framework': FRAMEWORKS[rung['framework']],
            'picture': picture_uri(run.picture),
            'difference': None,
        }
        if before is not None and before.shape == run.picture.shape:
            coloured, top = heat(run.picture, before)
            card.update(difference=picture_uri(coloured), top=top)
        before = run.picture
        cards.append(card)
    return cards


def _lines(results: dict[str, Any]) -> list[dict[str, Any]]:
    count = len(results['rungs'])
    lines = []
    for i, rung in enumerate(results['rungs']):
        mxnet = rung['framework'] == 'mxnet'  # it may hide another beneath it
        lines.append(
            {
                'label': f'{i + 1}. {change(rung)}',
                'color': '#111111' if mxnet else COLOURS[i % len(COLOURS)],
                'linestyle': '--' if mxnet else '-',
                # what lies beneath an equal curve shows at its sides
                'linewidth': 1.2 + 2.4 * (count - 1 - i) / count,
            }
        )
    return lines


def _chart(title: str, ylabel: str, lines: list[dict]) -> tuple[str, str]:
    figure = curves(
        {title: lines}, 'epoch', True, 5, 3.1, ylabel, legend=False
    )
    return title, figure_uri(figure)


def _loss_charts(results: dict[str, Any]) -> list[tuple[str, str]]:
    charts = []
    for term, title in TITLES.items():
        lines = [
            {
                **line,
                'x': rung['curve']['epoch'],
                'y': above_rounding(rung['curve'][term]),
            }
            for line, rung in zip(_lines(results), results['rungs'])
        ]
        charts.append(_chart(f'{title} loss', 'weighted loss', lines))
    return charts


def _framework(framework: dict[str, Any]) -> dict[str, Any]:
    charts = []
    for title, unit, x, y in DRIFTS:
        lines = [
            {**line, 'x': framework[name][x], 'y': framework[name][y]}
            for name, line in DRIFT_LINES.items()
        ]
        charts.append(_chart(title, unit, lines))
    return {
        'agreed': agreed(framework),
        'agreement_head': AGREEMENT_HEAD,
        'agreement_rows': agreement_rows(framework),
        'drift_lines': list(DRIFT_LINES.values()),
        'drifts': charts,
    }


def write_report(
    results: dict[str, Any], ladder: LadderRuns, folder: PathLike
) -> list[Path]:
    """Write ladder.html, ladder.json and ladder.md, or none of them."""
    values = {
        'results': results,
        'facts': facts(results),
        'content': picture_uri(ladder.content),
        'style': picture_uri(ladder.style),
        'head': HEAD,
        'rows': rung_rows(results),
        'cards': _cards(results, ladder),
        'lines': _lines(results),
        'losses': _loss_charts(results),
        'not_run': not_run(results),
    }
    if results['framework']:
        values.update(_framework(results['framework']))
    return write_all(
        folder,
        {
            'ladder.html': render('ladder.html', **values),
            'ladder.json': to_json(results),
            'ladder.md': render('ladder.md', **values),
        },
    )
