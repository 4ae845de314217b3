"""The figures of a ladder as words: rows, sentences, Markdown."""

from __future__ import annotations

from typing import Any

from ...drawing.page import text_table
from .distances import TERMS

__all__ = ['agreement_rows', 'change', 'facts', 'markdown', 'rung_lines',
           'rung_rows']  # fmt: skip

TITLES = {'content': 'content', 'style': 'style', 'tv': 'TV', 'total': 'total'}
FRAMEWORKS = {'pytorch': 'PyTorch', 'mxnet': 'MXNet'}
HEAD = (
    'rung',
    'RMSE',
    'PSNR, dB',
    'floor',
    *(f'{title} loss' for title in TITLES.values()),
    'run in',
    's',
)
NOTES = (
    'Losses, at epoch 1 → at the last, carry their weights and are those of '
    "the picture before the epoch's step. RMSE and PSNR: the distance of the "
    "final picture from the previous rung's, in grey levels of 0 to 255. "
    'Floor: how far one float32 rounding of the first picture moves the '
    'final one with the same settings; a distance of that size is no effect '
    '(compare --floors measures it for every rung of PyTorch). s: seconds.'
)
ALSO = (
    'The editions differ in these as well. They are not run here: every rung '
    'has the same files, the same weights and the same size.'
)


def number(value: float | None, digits: int = 4) -> str:
    """Write a figure with so many digits; a dash for none."""
    return '–' if value is None else f'{value:.{digits}g}'


def loss(value: float) -> str:
    """Write a loss, and a rounding around 0 shortly."""
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


def rung_rows(found: dict[str, Any]) -> list[list[str]]:
    """Return the table of the rungs as text."""
    rows = []
    for i, rung in enumerate(found['rungs'], 1):
        apart = rung['distance'] or {'rmse': None, 'psnr': None}
        rows.append(
            [
                f'{i}. {change(rung)}',
                number(apart['rmse'], 3),
                number(apart['psnr'], 3),
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


AGREEMENT_HEAD = (
    'loss',
    'PyTorch',
    'MXNet',
    'difference',
    'allowed',
    'verdict',
)


def facts(found: dict[str, Any]) -> str:
    """Say what was run, in one line."""
    return (
        f'{found["width"]}x{found["height"]}, {found["epochs"]} epochs, '
        f'{found["content"]} in the style of {found["style"]}, '
        f'weights {found["weights"]}'
    )


def rung_lines(found: dict[str, Any]) -> str:
    """Say what each rung did, one line each, and what the framework does."""
    lines = [
        f'{i}. {change(rung)}. {rung["headline"]}'
        for i, rung in enumerate(found['rungs'], 1)
    ]
    if found['framework']:
        lines += [agreed(found['framework']), found['framework']['verdict']]
    return '\n'.join(lines)


def agreed(framework: dict[str, Any]) -> str:
    """Say whether the frameworks agree at epoch 1."""
    if framework['agrees']:
        return 'At epoch 1 the frameworks agree to float32 rounding.'
    return 'At epoch 1 the frameworks DIFFER by more than rounding.'


def not_run(found: dict[str, Any]) -> list[str]:
    return [
        f'{i["field"]} ({i["before"]} → {i["after"]}): {i["effect"]}'
        for i in found['not_run']
    ]


def markdown(found: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    parts = [
        f'# From {found["from"]} to {found["to"]}',
        facts(found),
        text_table(HEAD, rung_rows(found)),
        NOTES,
        '\n'.join(
            f'{i}. {change(rung)}. {rung["headline"]} {rung["effect"]}'.strip()
            for i, rung in enumerate(found['rungs'], 1)
        ),
    ]
    framework = found['framework']
    if framework:
        rows = agreement_rows(framework)
        parts += [
            '## The framework alone',
            text_table(AGREEMENT_HEAD, rows),
            agreed(framework),
            framework['reason'],
            framework['verdict'],
            framework['drift_reason'],
        ]
    if found['not_run']:
        lines = [f'- {line}' for line in not_run(found)]
        parts += ['## Not rungs', ALSO, '\n'.join(lines)]
    return '\n\n'.join(parts) + '\n'
