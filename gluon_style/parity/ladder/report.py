"""The report of a ladder: a page, and its figures in JSON and Markdown.

The rows of its tables and its sentences are the command's as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...drawing.charts import COLOURS, above_rounding, curves
from ...drawing.page import figure_uri, render
from ...storage.whole_files import PathLike, to_json, write_all
from .climb import LadderRuns
from .distances import TITLES

__all__ = ['rung_lines', 'write_report']

FRAMEWORKS = {'pytorch': 'PyTorch', 'mxnet': 'MXNet'}
HEAD = ('rung', 'RMSE', 'PSNR, dB', 'floor', 'effect', 'noise',
        *(f'{title} loss' for title in TITLES.values()), 'run in',
        's')  # fmt: skip
DRIFT_LOOKS: tuple[dict[str, Any], ...] = (
    {'label': 'MXNet against PyTorch', 'color': COLOURS[0],
     'linestyle': '-', 'linewidth': 1.8},
    {'label': 'PyTorch, a rounding away', 'color': COLOURS[1],
     'linestyle': '--', 'linewidth': 1.8},
)  # fmt: skip
DRIFTS = (
    ('distance of the pictures', 'RMSE, grey levels', 'picture_epoch', 'rmse'),
    ('difference of the total losses', 'relative', 'epoch', 'total'),
)
AGREEMENT_HEAD = ('loss', 'PyTorch', 'MXNet', 'difference', 'allowed',
                  'verdict')  # fmt: skip


def number(value: float | None, digits: int = 4) -> str:
    """Write a figure with so many digits; a dash for none."""
    return '–' if value is None else f'{value:.{digits}g}'


def loss(value: float) -> str:
    """Write a loss, with one digit where it is a rounding around 0."""
    return number(value, 4 if value > 1e-6 else 1)


def noise(measured: dict[str, Any] | None) -> str:
    """Write a rung's noise with its spread."""
    if not measured:
        return number(None)
    spread = measured['spread']
    around = '' if spread is None else f' ± {number(spread, 2)}'
    return number(measured['rmse'], 3) + around


def effect(distance: dict[str, Any]) -> str:
    """Write an effect, or that noise hides it."""
    if distance.get('beyond_noise') is False:
        return 'within noise'
    return number(distance.get('effect'), 3)


def labels(results: dict[str, Any]) -> list[str]:
    """Say what each rung changes, after its number."""

    def change(rung: dict[str, Any]) -> str:
        if not rung['field']:
            return 'as printed'
        before, after = (
            FRAMEWORKS.get(str(i), i) for i in (rung['before'], rung['after'])
        )
        return f'{rung["field"]}: {before} → {after}'

    rungs = enumerate(results['rungs'], 1)
    return [f'{i}. {change(rung)}' for i, rung in rungs]


def rung_rows(results: dict[str, Any]) -> list[list[str]]:
    """Return the table of the rungs as text."""
    rows = []
    for label, rung in zip(labels(results), results['rungs']):
        distance = rung['distance'] or {}
        apart = map(distance.get, ('rmse', 'psnr', 'floor'))
        losses = [
            f'{loss(rung["initial"][term])} → {loss(rung["final"][term])}'
            for term in TITLES
        ]
        cells = [label, *(number(i, 3) for i in apart)]
        cells += [effect(distance), noise(rung['noise']), *losses]
        cells += [FRAMEWORKS[rung['framework']], number(rung['seconds'], 3)]
        rows.append(cells)
    return rows


def agreement_rows(framework: dict[str, Any]) -> list[list[str]]:
    """Return the table of the agreement at epoch 1 as text."""
    return [
        [
            TITLES[row['term']],
            number(row['pytorch'], 8),
            number(row['mxnet'], 8),
            f'{number(row["difference"], 2)} ({row["scale"]})',
            number(row['allowed'], 2),
            'agrees' if row['agrees'] else 'DIFFERS',
        ]
        for row in framework['agreement']
    ]


def agreed(framework: dict[str, Any]) -> str:
    """Say whether the frameworks agree at epoch 1."""
    if framework['agrees']:
        return 'At epoch 1 the frameworks agree to float32 rounding.'
    return 'At epoch 1 the frameworks DIFFER by more than rounding.'


def rung_lines(results: dict[str, Any]) -> str:
    """Say what each rung did, one line each, and what the framework does."""
    lines = [
        f'{label}. {rung["headline"]}'
        for label, rung in zip(labels(results), results['rungs'])
    ]
    framework = results['framework']
    if framework:
        lines += [agreed(framework), framework['verdict']]
    return '\n'.join(lines)


def _looks(results: dict[str, Any]) -> list[dict[str, Any]]:
    count = len(results['rungs'])
    looks = []
    for i, (label, rung) in enumerate(zip(labels(results), results['rungs'])):
        mxnet = rung['framework'] == 'mxnet'  # it may hide another beneath it
        looks.append(
            {
                'label': label,
                'color': '#111111' if mxnet else COLOURS[i % len(COLOURS)],
                'linestyle': '--' if mxnet else '-',
                # what lies beneath an equal curve shows at its sides
                'linewidth': 1.2 + 2.4 * (count - 1 - i) / count,
            }
        )
    return looks


def _chart(
    title: str, ylabel: str, looks: Any, points: list[tuple[Any, Any]]
) -> tuple[str, str]:
    lines = [{**look, 'x': x, 'y': y} for look, (x, y) in zip(looks, points)]
    figure = curves(
        {title: lines}, 'epoch', True, 5, 3.1, ylabel, legend=False
    )
    return title, figure_uri(figure)


def _framework(framework: dict[str, Any]) -> dict[str, Any]:
    drifts = framework['drift'], *framework['self_drift']
    mxnet, pytorch = DRIFT_LOOKS
    looks = mxnet, *[pytorch] * len(framework['self_drift'])
    return {
        'agreed': agreed(framework),
        'agreement_head': AGREEMENT_HEAD,
        'agreement_rows': agreement_rows(framework),
        'drift_lines': DRIFT_LOOKS,
        'drifts': [
            _chart(title, unit, looks, [(i[x], i[y]) for i in drifts])
            for title, unit, x, y in DRIFTS
        ],
    }


def write_report(
    results: dict[str, Any], ladder: LadderRuns, folder: PathLike
) -> list[Path]:
    """Write ladder.html, ladder.json and ladder.md, or none of them."""
    looks = _looks(results)
    by_rung = [rung['curve'] for rung in results['rungs']]
    values = {
        'results': results,
        'ladder': ladder,
        'labels': labels(results),
        'frameworks': FRAMEWORKS,
        'head': HEAD,
        'rows': rung_rows(results),
        'lines': looks,
        'losses': [
            _chart(f'{title} loss', 'weighted loss', looks,
                   [(i['epoch'], above_rounding(i[term])) for i in by_rung])
            for term, title in TITLES.items()
        ],
    }  # fmt: skip
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
