"""Reports from templates: pages without requests, and Markdown.

Charts are SVG and pictures PNG, all as data URIs; nothing is loaded from
anywhere and nothing is scripted.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

import matplotlib
import numpy
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)
from matplotlib.figure import Figure
from PIL import Image

from .tables import text_table

__all__ = ['figure_bytes', 'figure_uri', 'heat', 'picture_uri', 'render']

HEAT = matplotlib.colormaps['inferno']  # it lightens with the difference
STOPS = ','.join(matplotlib.colors.to_hex(HEAT(i / 10)) for i in range(11))
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / 'templates'),
    autoescape=select_autoescape(['html']),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


def render(template: str, **values: object) -> str:
    """Fill a template; what is put into HTML is escaped."""
    return _TEMPLATES.get_template(template).render(values)


def _uri(data: bytes, kind: str) -> str:
    return f'data:image/{kind};base64,' + base64.b64encode(data).decode()


def picture_uri(picture: numpy.ndarray) -> str:
    """Return a picture (h, w, 3) in [0, 1] as a PNG in a data URI."""
    png = io.BytesIO()
    grey_levels = (picture * 255).round().astype('uint8')
    Image.fromarray(grey_levels).save(png, 'PNG', optimize=True)
    return _uri(png.getvalue(), 'png')


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a matplotlib figure as a file, 'png' or 'svg'."""
    file = io.BytesIO()
    dated = {'Date': None} if kind == 'svg' else None
    figure.savefig(file, format=kind, dpi=110, metadata=dated)
    return file.getvalue()


def figure_uri(figure: Figure) -> str:
    """Return a matplotlib figure as an SVG in a data URI."""
    return _uri(figure_bytes(figure, 'svg'), 'svg+xml')


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
    least = max(float(numpy.percentile(steps, 99)), 1e-6)
    power = 10.0 ** numpy.floor(numpy.log10(least))
    top = float(next(i * power for i in (1, 2, 5, 10) if i * power >= least))
    return HEAT((steps / top).clip(0, 1))[..., :3], top


_TEMPLATES.globals.update(
    heat=heat,
    heat_css=f'linear-gradient(90deg,{STOPS})',
    markdown_table=lambda head, rows: text_table(head, rows, markdown=True),
    picture_uri=picture_uri,
)
