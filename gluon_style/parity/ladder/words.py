"""The results of a ladder as words: rows of tables, and sentences."""

from __future__ import annotations

from typing import Any

from .distances import TERMS

__all__ = ['AGREEMENT_HEAD', 'FRAMEWORKS', 'HEAD', 'TITLES', 'agreed',
           'agreement_rows', 'change', 'facts', 'not_run', 'rung_lines',
           'rung_rows']  # fmt: skip

TITLES = {'content': 'content', 'style': 'style', 'tv': 'TV', 'total': 'total'}
FRAMEWORKS = {'pytorch': 'PyTorch', 'mxnet': 'MXNet'}
HEAD = ('rung', 'RMSE', 'PSNR, dB', 'floor',
        *(f'{title} loss' for title in TITLES.values()), 'run in',
        's')  # fmt: skip
AGREEMENT_HEAD = ('loss', 'PyTorch', 'MXNet', 'difference', 'allowed',
                  'verdict')  # fmt: skip


def number(value: float | None, digits: int = 4) -> str:
    """Write a figure with so many digits; a dash for none."""
    return '–' if value is None else f'{value:.{digits}g}'


def loss(value: float) -> str:
    """Write a loss, with one digit where it is a rounding around 0."""
    return number(value, 4 if value > 1e-6 else 1)


def change(rung: dict[str, Any]) -> str:
    """Say what a rung changes."""
    if not rung['field']:
        return 'as printed'
    before, after = (
        FRAMEWORKS.get(str(rung[side]), rung[side])
        for side in ('before', 'after')
    )
    return f'{rung["field"]}: {before} → {after}'


def rung_rows(results: dict[str, Any]) -> list[list[str]]:
    """Return the table of the rungs as text."""
    rows = []
    for i, rung in enumerate(results['rungs'], 1):
        distance = rung['distance'] or {'rmse': None, 'psnr': None}
        rows.append(
            [
                f'{i}. {change(rung)}',
                number(distance['rmse'], 3),
                number(distance['psnr'], 3),
                number(rung['floor'], 3),
                *(
                    f'{loss(rung["initial"][term])} → '
                    f'{loss(rung["final"][term])}'
                    for term in TERMS
                ),
                FRAMEWORKS[rung['framework']],
                number(rung['seconds'], 3),
            ]
        )
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


def facts(results: dict[str, Any]) -> str:
    """Say what was run, in one line."""
    return (
        f'{results["width"]}x{results["height"]}, {results["epochs"]} epochs, '
        f'{results["content"]} in the style of {results["style"]}, '
        f'weights {results["weights"]}'
    )


def rung_lines(results: dict[str, Any]) -> str:
    """Say what each rung did, one line each, and what the framework does."""
    lines = [
        f'{i}. {change(rung)}. {rung["headline"]}'
        for i, rung in enumerate(results['rungs'], 1)
    ]
    if results['framework']:
        lines += [
            agreed(results['framework']),
            results['framework']['verdict'],
        ]
    return '\n'.join(lines)


def agreed(framework: dict[str, Any]) -> str:
    """Say whether the frameworks agree at epoch 1."""
    if framework['agrees']:
        return 'At epoch 1 the frameworks agree to float32 rounding.'
    return 'At epoch 1 the frameworks DIFFER by more than rounding.'


def not_run(results: dict[str, Any]) -> list[str]:
    """Say in what else the editions differ, one line each."""
    return [
        '{field} ({before} → {after}): {effect}'.format(**difference)
        for difference in results['not_run']
    ]
