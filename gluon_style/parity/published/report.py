"""The report of a run against the book: a page, a plot, JSON, Markdown."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ...drawing.page import (
    COLOURS,
    chart,
    draw,
    figure,
    html_page,
    html_table,
    text_table,
)
from ...storage.whole_files import PathLike, to_json, write_all
from .curves import EPOCHS, ORIGIN, TERMS

__all__ = ['write_published']


def _rows(found: dict[str, Any]) -> list[list[str]]:
    rows = []
    for term, title in TERMS.items():
        for i, epoch in enumerate(EPOCHS):
            row = found['deviations'][term][i]
            rows.append(
                [
                    title,
                    str(epoch),
                    '–'
                    if row['published'] is None
                    else f'{row["published"]:.4g}',
                    '–' if row['run'] is None else f'{row["run"]:.4g}',
                    '–'
                    if row['deviation'] is None
                    else f'{100 * row["deviation"]:+.1f} %',
                    row['note'] or 'as asked',
                ]
            )
    return rows


HEAD = ('loss', 'epoch', 'published', 'run', 'deviation', 'note')


def _panels(found: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    styles: tuple[dict[str, Any], ...] = (
        {'label': 'published', 'color': COLOURS[1], 'linewidth': 4,
         'alpha': 0.45},
        {'label': 'run', 'color': COLOURS[0], 'linewidth': 1.6},
    )  # fmt: skip
    return [
        (
            f'{title} loss',
            [
                {
                    'x': list(found['curves'][term][style['label']]),
                    'y': list(found['curves'][term][style['label']].values()),
                    **style,
                }
                for style in styles
            ],
        )
        for term, title in TERMS.items()
    ]


def _png(found: dict[str, Any]) -> bytes:
    drawing = Figure(figsize=(13, 3.6), layout='constrained')
    for axes, (title, curves) in zip(drawing.subplots(1, 3), _panels(found)):
        draw(axes, title, 'weighted loss', curves, True)
        axes.legend(frameon=False)
    data = io.BytesIO()
    drawing.savefig(data, format='png', dpi=110)
    return data.getvalue()


def _page(found: dict[str, Any]) -> str:
    charts = ''.join(
        figure(
            chart(title, 'weighted loss', curves),
            f'The {title}, published and run',
            'chart',
        )
        for title, curves in _panels(found)
    )
    rows = [[escape(cell) for cell in row] for row in _rows(found)]
    title = f'{found["run"]} against the book'
    return html_page(
        title,
        f'<h1>{escape(title)}</h1><p>{escape(found["recipe"])}: '
        f'{escape(found["source"])}. {ORIGIN}</p>'
        f'<p class="card head">{escape(found["caution"])}</p>'
        '<div class="card"><div class="legend">'
        f'<span><i style="border-color:{COLOURS[1]};opacity:.45;'
        'border-top-width:6px"></i>published</span>'
        f'<span><i style="border-color:{COLOURS[0]}"></i>run</span></div>'
        f'<div class="grid">{charts}</div></div>'
        '<h2>Deviations</h2>' + html_table(HEAD, rows),
    )


def _markdown(found: dict[str, Any]) -> str:
    parts = [
        f'# {found["run"]} against the book',
        f'{found["recipe"]}: {found["source"]}. {ORIGIN}',
        found['caution'],
        '![curves](published.png)',
        text_table(HEAD, _rows(found)),
    ]
    return '\n\n'.join(parts) + '\n'


def write_published(found: dict[str, Any], folder: PathLike) -> list[Path]:
    """Write published.html, .png, .json and .md, or none of them."""
    return write_all(
        folder,
        {
            'published.html': _page(found),
            'published.png': _png(found),
            'published.json': to_json(found),
            'published.md': _markdown(found),
        },
    )
