"""The report of a ladder: a page, and its figures in JSON and Markdown."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from ...drawing.page import (
    COLOURS,
    HEAT_CSS,
    chart,
    figure,
    heat,
    html_page,
    html_table,
    picture_uri,
)
from ...storage.whole_files import PathLike, to_json, write_all
from .climb import Climb
from .words import (
    AGREEMENT_HEAD,
    ALSO,
    FRAMEWORKS,
    HEAD,
    NOTES,
    TITLES,
    agreed,
    agreement_rows,
    change,
    facts,
    markdown,
    not_run,
    rung_rows,
)

__all__ = ['page', 'write_report']


def _opening(found: dict[str, Any], whole: Climb) -> str:
    head = [escape(cell) for cell in HEAD]
    rows = [[escape(cell) for cell in row] for row in rung_rows(found)]
    images = figure(picture_uri(whole.content), 'The content image') + figure(
        picture_uri(whole.style), 'The style image'
    )
    return (
        f'<h1>From {escape(found["from"])} to {escape(found["to"])}, one '
        f'difference at a time</h1><p>{escape(facts(found))}</p>'
        f'<div class="card"><div class="grid">{images}</div>'
        '<p class="soft">Both as the last rung sees them.</p></div>'
        '<h2>The rungs</h2>'
        + html_table(head, rows)
        + f'<p class="soft">{NOTES}</p>'
    )


def _cards(found: dict[str, Any], whole: Climb) -> str:
    cards = []
    for i, (rung, run) in enumerate(zip(found['rungs'], whole.runs), 1):
        pictures = figure(picture_uri(run.picture), 'The picture')
        below = whole.runs[i - 2].picture
        if i > 1 and below.shape == run.picture.shape:
            pictures += _difference(run.picture, below)
        kind = rung['framework']
        effect = f'<p class="soft">{escape(rung["effect"])}</p>'
        cards.append(
            f'<section class="card"><h3>{i}. {escape(change(rung))}'
            f'<span class="tag {kind}">{FRAMEWORKS[kind]}</span></h3>'
            f'<p class="head">{escape(rung["headline"])}</p>'
            + (effect if rung['effect'] else '')
            + f'<div class="grid pair">{pictures}</div></section>'
        )
    return '<h2>What each does to the picture</h2>' + ''.join(cards)


def _difference(picture: Any, below: Any) -> str:
    coloured, top = heat(picture, below)
    caption = (
        'Difference from the previous rung, in grey levels'
        f'<div class="bar" style="background:{HEAT_CSS}"></div>'
        f'<div class="scale"><span>0</span><span>{top / 2:.3g}</span>'
        f'<span>{top:.3g} and more</span></div>'
    )
    return figure(picture_uri(coloured), caption)


def _seen(losses: list[float]) -> list[float | None]:
    # a content loss begins at a rounding, which would be all of the chart
    return [i if i > 1e-6 * max(losses) else None for i in losses]


def _curves(found: dict[str, Any]) -> str:
    count = len(found['rungs'])
    styles = [
        {
            'color': COLOURS[i % len(COLOURS)],
            # what lies beneath an equal curve shows at its sides
            'linewidth': 1.2 + 2.4 * (count - 1 - i) / count,
            'linestyle': '-',
        }
        for i in range(count)
    ]
    for style, rung in zip(styles, found['rungs']):
        if rung['framework'] == 'mxnet':  # it may hide another beneath it
            style.update(color='#111111', linestyle='--')
    legend = ''.join(
        f'<span><i style="border-color:{style["color"]};border-top-style:'
        f'{"dashed" if style["linestyle"] == "--" else "solid"}"></i>'
        f'{i}. {escape(change(rung))}</span>'
        for i, (style, rung) in enumerate(zip(styles, found['rungs']), 1)
    )
    charts = [
        figure(
            chart(
                f'{title} loss',
                'weighted loss',
                [
                    {
                        'x': r['curve']['epoch'],
                        'y': _seen(r['curve'][term]),
                        **style,
                    }
                    for style, r in zip(styles, found['rungs'])
                ],
            ),
            f'The {title} loss of every rung',
            'chart',
        )
        for term, title in TITLES.items()
    ]
    return (
        f'<h2>The curves</h2><div class="card"><div class="legend">{legend}'
        f'</div><div class="grid pair">{"".join(charts)}</div></div>'
    )


def _framework(found: dict[str, Any]) -> str:
    part = found['framework']
    if part is None:
        return ''
    rows = [[escape(cell) for cell in row] for row in agreement_rows(part)]
    for row in rows:
        good = row[-1] == 'agrees'
        row[-1] = f'<span class="{"yes" if good else "no"}">{row[-1]}</span>'
    two = [
        (part['drift'], 'MXNet against PyTorch', COLOURS[0], '-'),
        (part['self_drift'], 'PyTorch, one rounding away', COLOURS[1], '--'),
    ]
    legend = ''.join(
        f'<span><i style="border-color:{colour};border-top-style:'
        f'{"dashed" if line == "--" else "solid"}"></i>{name}</span>'
        for _, name, colour, line in two
    )
    charts = [
        figure(
            chart(
                title,
                unit,
                [
                    {'x': one[x], 'y': one[y], 'color': colour,
                     'linestyle': line, 'linewidth': 1.8}
                    for one, _, colour, line in two
                ],
            ),
            f'{title}, against PyTorch',
            'chart',
        )
        for title, unit, x, y in (
            ('distance of the pictures', 'RMSE, grey levels',
             'picture_epoch', 'rmse'),
            ('difference of the total losses', 'relative', 'epoch', 'total'),
        )
    ]  # fmt: skip
    return (
        f'<h2>The framework alone</h2><p class="head">{agreed(part)}</p>'
        + html_table(AGREEMENT_HEAD, rows)
        + f'<p class="soft">{escape(part["reason"])}</p>'
        f'<div class="card"><p class="head">{escape(part["verdict"])}</p>'
        f'<p class="soft">{escape(part["drift_reason"])}</p>'
        f'<div class="legend">{legend}</div>'
        f'<div class="grid pair">{"".join(charts)}</div></div>'
    )


def page(found: dict[str, Any], whole: Climb) -> str:
    """Return the page as HTML."""
    others = ''.join(f'<li>{escape(line)}</li>' for line in not_run(found))
    return html_page(
        f'{found["from"]} to {found["to"]}',
        _opening(found, whole)
        + _cards(found, whole)
        + _curves(found)
        + _framework(found)
        + (
            f'<h2>Not rungs</h2><p>{ALSO}</p><ul>{others}</ul>'
            if others
            else ''
        ),
    )


def write_report(
    found: dict[str, Any], whole: Climb, folder: PathLike
) -> list[Path]:
    """Write ladder.html, ladder.json and ladder.md, or none of them."""
    return write_all(
        folder,
        {
            'ladder.html': page(found, whole),
            'ladder.json': to_json(found),
            'ladder.md': markdown(found),
        },
    )
