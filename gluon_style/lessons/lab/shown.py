"""What is to be seen of a view: pictures and words, as HTML."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ...drawing.live import marked_curves, share_bars
from ...training import EpochRecord
from .saving import data_address, jpeg
from .views import Frame, View
from .words import changes_told, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    'LINES',
    'bars',
    'curves',
    'image',
    'loss_lines',
    'picture',
    'shares_figure',
    'status',
]

DOTS = 90  # per inch, of the charts
LINES = {
    'content': 'content_loss',
    'style': 'style_loss',
    'TV': 'tv_loss',
    'total': 'total_loss',
}


def image(source: str, alt: str, width: int) -> str:
    """Return the HTML of an image that is never wider than its place."""
    return (
        f'<img src="{source}" alt="{escape(alt)}" decoding="sync" '
        f'style="display:block; width:{width}px; max-width:100%; '
        'height:auto">'
    )


def picture(
    frame: Frame, names: tuple[str, str], words: dict[str, str], width: int
) -> str:
    """Return a picture with its description."""
    content, style = names
    alt = words['picture'].format(
        step=frame.step, content=content, style=style
    )
    return image(data_address(jpeg(frame), 'image/jpeg'), alt, width)


def status(view: View, words: dict[str, str]) -> str:
    """Say in a line how far the run is."""
    if view.loading or view.frame is None:
        return words['loading']
    line = words['status'].format(
        step=view.step,
        speed=number(view.speed, words),
        outside=percent(view.frame.out_of_range, words),
    )
    return f'{line} · {words["running" if view.running else "paused"]}'


def curves(view: View, words: dict[str, str]) -> str:
    """Draw the losses of the steps so far, and where something changed."""
    records = view.records
    if len(records) < 2 or view.history is None:
        return ''
    told = changes_told(view.history, words)
    figure = marked_curves(
        loss_lines(records, words),
        {step + 0.5: names for step, names in told.items() if step},
        words['steps'],
        words['loss'],
        decimal=words['decimal'],
    )
    return image(_png(figure), _curves_told(view, told, words), 520)


def loss_lines(
    records: Sequence[EpochRecord], words: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the curves of the losses as `charts.curves` takes them."""
    return [
        {
            'label': words[name],
            'x': [record.epoch for record in records],
            'y': [getattr(record, field) for record in records],
            'linestyle': '--' if name == 'total' else '-',
        }
        for name, field in LINES.items()
    ]


def _curves_told(view: View, told: dict, words: dict[str, str]) -> str:
    last = view.records[-1]
    marks = '; '.join(
        words['after'].format(step=step, names=names)
        for step, names in told.items()
    )
    return words['curves'].format(
        step=view.step,
        content=number(last.content_loss, words),
        style=number(last.style_loss, words),
        tv=number(last.tv_loss, words),
        total=number(last.total_loss, words),
        marks=words['marks'].format(marks) if marks else words['no marks'],
    )


def bars(view: View, words: dict[str, str]) -> str:
    """Draw each term's share of the gradients."""
    if not view.pulls:
        return ''
    told = told_shares(view.pulls, words)
    figure = shares_figure(view.pulls, view.pulls_step, words)
    alt = '; '.join(f'{name} {label}' for name, label in told.items())
    return image(_png(figure), words['bars'].format(shares=alt), 360)


def told_shares(
    pulls: Mapping[str, float], words: dict[str, str]
) -> dict[str, str]:
    """Return the names of the terms and their shares, in words."""
    told = {}
    for name, share in pulls.items():
        kind, *layer = name.split(' ')
        told[' '.join([words[kind], *layer])] = percent(share, words)
    return told


def shares_figure(
    pulls: Mapping[str, float], step: int, words: dict[str, str]
) -> Figure:
    """Draw the shares of the gradients after a step."""
    told = told_shares(pulls, words)
    shares = dict(zip(told, pulls.values()))
    return share_bars(shares, told, words['share'].format(step))


def _png(figure: Any) -> str:
    file = io.BytesIO()
    figure.savefig(file, format='png', dpi=DOTS)
    return data_address(file.getvalue(), 'image/png')
