"""What the reports are made of: one page without requests, charts, tables.

Charts are SVG and pictures PNG, all as data URIs; nothing is loaded from
anywhere and nothing is scripted.
"""

from __future__ import annotations

import base64
import io
from html import escape
from typing import Any, Sequence

import numpy
from matplotlib.figure import Figure
from PIL import Image

__all__ = ['chart', 'figure', 'heat', 'html_page', 'html_table',
           'picture_uri', 'text_table']  # fmt: skip

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
CSS = """
:root{--ink:#1d2329;--soft:#5b6670;--line:#dfe3e7;--back:#f6f7f8;--tint:#0a6a8f}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 56px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.2rem;margin:2.4rem 0 .7rem}
h3{font-size:1.02rem;margin:0 0 .3rem}
p{margin:.4rem 0;max-width:76ch}
small,figcaption,.soft{color:var(--soft);font-size:.86rem}
code{font-size:.92em;background:#eceff1;border-radius:4px;padding:.1em .35em;
overflow-wrap:anywhere}
.card{background:#fff;border:1px solid var(--line);border-radius:10px;
padding:16px 18px;margin:14px 0}
.scroll{overflow-x:auto;background:#fff;border:1px solid var(--line);
border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:.86rem;
font-variant-numeric:tabular-nums}
th,td{padding:7px 8px;text-align:right;white-space:nowrap;
border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
th{font-weight:600;color:var(--soft);font-size:.82rem}
.words th:first-child,.words td:first-child,.left{text-align:left}
.wrap{white-space:normal;min-width:16em}
figure{margin:0}
figure img{display:block;width:100%;height:auto;border-radius:6px}
.chart img{border-radius:0}
.grid{display:grid;gap:16px;
grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
.pair{grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr))}
.tag{display:inline-block;font-size:.76rem;font-weight:600;
border-radius:99px;padding:.1em .7em;margin-left:.5em;color:#fff;
background:#5b6670;vertical-align:.1em}
.tag.mxnet{background:#0a6a8f}.tag.pytorch{background:#c2481f}
.yes{color:#00704f;font-weight:600}.no{color:#b3261e;font-weight:600}
.head{font-weight:600}
p.card{max-width:none}
.bar{height:10px;border-radius:3px;margin:.45rem 0 .1rem}
.scale{display:flex;justify-content:space-between}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.88rem;
margin:.2rem 0 .8rem}
.legend i{display:inline-block;width:22px;height:0;border-top:3px solid;
vertical-align:.25em;margin-right:.45em}
"""
# dark to light, as lightness grows with the difference
HEAT = numpy.array(
    [
        (13, 8, 35),
        (74, 16, 110),
        (158, 42, 99),
        (229, 89, 52),
        (250, 176, 30),
        (252, 253, 191),
    ],
    'float64',
)
HEAT_CSS = 'linear-gradient(90deg,{})'.format(
    ','.join('rgb({:.0f},{:.0f},{:.0f})'.format(*rgb) for rgb in HEAT)
)


def html_page(title: str, body: str) -> str:
    """Return a whole page."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        # or the browser asks for /favicon.ico
        '<link rel="icon" href="data:,">'
        f'<title>{escape(title)}</title><style>{CSS}</style></head>'
        f'<body><main>{body}</main></body></html>\n'
    )


def html_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], style: str = 'words'
) -> str:
    """Return a table that scrolls by itself; its cells are HTML."""
    titles = ''.join(f'<th>{cell}</th>' for cell in head)
    lines = ''.join(
        '<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>'
        for row in rows
    )
    return (
        f'<div class="scroll"><table class="{style}"><thead><tr>{titles}'
        f'</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ['---'] * len(head), *rows]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def figure(source: str, caption: str, style: str = '') -> str:
    """Return an image with a caption, which is HTML; a chart has its own."""
    plain = escape(caption.partition('<')[0].strip())
    below = '' if style == 'chart' else f'<figcaption>{caption}</figcaption>'
    return (
        f'<figure class="{style}"><img src="{source}" alt="{plain}">'
        f'{below}</figure>'
    )


def _uri(data: bytes, kind: str) -> str:
    return f'data:image/{kind};base64,' + base64.b64encode(data).decode()


def picture_uri(picture: numpy.ndarray) -> str:
    """Return a picture (h, w, 3) in [0, 1] as a PNG in a data URI."""
    png = io.BytesIO()
    grey_levels = (picture * 255).round().astype('uint8')
    Image.fromarray(grey_levels).save(png, 'PNG', optimize=True)
    return _uri(png.getvalue(), 'png')


def heat(a: numpy.ndarray, b: numpy.ndarray) -> tuple[numpy.ndarray, float]:
    """Colour the differences of two pictures, and say the top of the scale.

    Returns
    -------
    map : numpy.ndarray
        (h, w, 3) in [0, 1]: the mean absolute difference of the channels.
    top : float
        The grey levels of the lightest colour, a round number that one
        pixel in a hundred may exceed.
    """
    steps = 255 * numpy.abs(a.astype('float64') - b).mean(2)
    wanted = max(float(numpy.percentile(steps, 99)), 1e-6)
    power = 10.0 ** numpy.floor(numpy.log10(wanted))
    top = float(next(i * power for i in (1, 2, 5, 10) if i * power >= wanted))
    places = (steps / top).clip(0, 1) * (len(HEAT) - 1)
    channels = [
        numpy.interp(places, range(len(HEAT)), HEAT[:, i]) for i in range(3)
    ]
    return numpy.stack(channels, 2) / 255, top


def chart(
    title: str,
    ylabel: str,
    curves: Sequence[dict[str, Any]],
    log: bool = True,
) -> str:
    """Draw curves into an SVG in a data URI.

    Each curve is a dict with 'x' and 'y' (None where there is no value),
    and what else `Axes.plot` takes.
    """
    drawing = Figure(figsize=(5, 3.1), layout='constrained')
    draw(drawing.subplots(), title, ylabel, curves, log)
    data = io.BytesIO()
    drawing.savefig(data, format='svg', metadata={'Date': None})
    return _uri(data.getvalue(), 'svg+xml')


def draw(
    axes: Any,
    title: str,
    ylabel: str,
    curves: Sequence[dict[str, Any]],
    log: bool,
) -> None:
    """Draw curves into matplotlib axes; see `chart`."""
    for curve in curves:
        style = {k: v for k, v in curve.items() if k not in 'xy'}
        points = [
            (x, y)
            for x, y in zip(curve['x'], curve['y'])
            if y is not None and (y > 0 or not log)
        ]
        axes.plot(*(zip(*points) if points else ((), ())), **style)
    if log and any(line.get_xdata().size for line in axes.get_lines()):
        axes.set_yscale('log')
        plain_labels(axes.yaxis)
    axes.set_title(title, fontsize=11, loc='left')
    axes.set(xlabel='epoch', ylabel=ylabel)
    axes.grid(color='#e6e9ec', linewidth=0.8)
    axes.spines[['top', 'right']].set_visible(False)


def plain_labels(axis: Any) -> None:
    """Label a logarithmic axis 0.5, 1, 2, not 5 x 10^-1."""
    low, high = axis.get_view_interval()
    few = high < 100 * low
    axis.set_major_formatter(lambda x, _: f'{x:g}')
    axis.set_minor_formatter(
        lambda x, _: f'{x:g}' if few and f'{x:e}'[0] in '25' else ''
    )
