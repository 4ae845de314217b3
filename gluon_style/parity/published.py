"""A run against the loss curves that the book's own notebooks show.

The report is a page, a plot, JSON and Markdown.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any, Iterable

from ..drawing.charts import COLOURS, above_rounding, curves
from ..drawing.page import figure_bytes, figure_uri, render
from ..errors import SettingsError
from ..runs.recipes import RECIPES, find_recipe
from ..storage import DATA
from ..storage.plain_files import open_plain
from ..storage.whole_files import PathLike, to_json, write_all

__all__ = ['compare_published', 'published_curves', 'read_curves',
           'write_published']  # fmt: skip

CURVES = DATA / 'published_loss_curves.csv'
ORIGIN = (
    "Published: read off the SVG plots of the book's executed notebooks; a "
    'curve is missing where the axis of the plot cuts it off.'
)
CAUTION = (  # when the curves can coincide at all
    'The published run had {}. A run with any other weights cannot coincide '
    "with it, however right it is: the losses are made of the network's "
    'activations. A log does not say which weights it had; the record in the '
    'picture does.'
)
OWNERS = {
    'model-zoo': "the Gluon model zoo's weights (vgg19-ad2f660d)",
    'torchvision': "torchvision's weights (vgg19-dcbb9e9d)",
}
TERMS = {'content': 'content', 'style': 'style', 'tv': 'TV'}
EPOCHS = (100, 200, 300, 500)
FARTHEST = 50  # epochs from the one asked for to the nearest point
MOST_EPOCHS = 10**8  # of all stages of a run
NAMES = {'d2l-0.7-mxnet': 'd2l-0.7-mxnet-stage1'}  # in the file
HEAD = ('loss', 'epoch', 'published', 'run', 'deviation', 'note')
LINES: tuple[dict[str, Any], ...] = (
    {'label': 'published', 'color': COLOURS[1], 'linewidth': 4, 'alpha': 0.45},
    {'label': 'run', 'color': COLOURS[0], 'linewidth': 1.6},
)
AXES = ('epoch', True, 4.3, 3.6, 'weighted loss')  # of every chart


def read_curves(path: PathLike) -> dict[str, dict[int, float]]:
    """Read the curves of a log: a dict by epoch for each of three terms.

    Raises
    ------
    SettingsError
        It is not a log of `gluon-style transfer --log`.
    """
    remedy = (
        'wanted the .csv that gluon-style transfer CONTENT STYLE -o PICTURE '
        '--log RUN.csv writes'
    )
    try:
        with open_plain(path) as data:
            file = io.TextIOWrapper(data, encoding='utf-8', newline='')
            by_term = _curves(csv.DictReader(file))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f'cannot read {path}: {remedy}') from None
    except (KeyError, TypeError, ValueError, csv.Error):
        raise SettingsError(
            f'{path} is no log of losses by epoch: {remedy}'
        ) from None
    if not any(by_term.values()):
        raise SettingsError(f'{path} holds no epoch: {remedy}')
    return by_term


def _curves(rows: Iterable[dict[str, str]]) -> dict[str, dict[int, float]]:
    by_term: dict[str, dict[int, float]] = {term: {} for term in TERMS}
    for row in rows:
        for term, curve in by_term.items():
            if row[f'{term}_loss']:
                epoch, loss = int(row['epoch']), float(row[f'{term}_loss'])
                if not 0 <= epoch <= MOST_EPOCHS or not 0 <= loss < math.inf:
                    raise ValueError
                curve[epoch] = loss
    return by_term


def published_curves(recipe: str) -> dict[str, dict[int, float]]:
    """Return the published curves of a recipe, as `read_curves` does.

    Raises
    ------
    SettingsError
        There is no such recipe, or its curves are not published.
    """
    name = NAMES.get(find_recipe(recipe).name, recipe)
    with open(CURVES, newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    points = [row for row in rows if row['recipe'] == name]
    if not points:
        known = {row['recipe'] for row in rows}
        names = [i for i in RECIPES if NAMES.get(i, i) in known]
        raise SettingsError(
            f'no curves of {recipe} are published: take one of '
            f'{", ".join(names)}'
        )
    return _curves(points)


def _nearest(curve: dict[int, float], epoch: int) -> int | None:
    best = min(curve, key=lambda i: (abs(i - epoch), i), default=None)
    if best is None or abs(best - epoch) > FARTHEST:
        return None
    return best


def deviation(
    run: dict[int, float], published: dict[int, float], epoch: int
) -> dict[str, Any]:
    """Compare one term near one epoch.

    Returns
    -------
    dict
        'asked'; 'published_epoch' and 'run_epoch', the nearest points that
        there are, or None; 'published', 'run' and 'deviation', which is
        (run - published) / published; 'note', what was not as asked.
    """
    row: dict[str, Any] = dict.fromkeys(
        ('published_epoch', 'run_epoch', 'published', 'run', 'deviation')
    )
    row.update(asked=epoch, published_epoch=_nearest(published, epoch))
    there = row['published_epoch']
    if there is None:
        return {**row, 'note': 'nothing published near it'}
    row['published'] = published[there]
    row['run_epoch'] = here = _nearest(run, there)
    if here is None:
        return {**row, 'note': 'the run has no epoch near it'}
    row.update(run=run[here], deviation=run[here] / published[there] - 1)
    notes = [f'published at {there}, the nearest'] if there != epoch else []
    notes += [f'run at {here}, the nearest'] if here != there else []
    return {**row, 'note': '; '.join(notes)}


def compare_published(path: PathLike, recipe: str) -> dict[str, Any]:
    """Compare a run's log with the published curves of a recipe."""
    run, published = read_curves(path), published_curves(recipe)
    edition = find_recipe(recipe)
    return {
        'run': Path(path).name,
        'recipe': recipe,
        'source': edition.source,
        'weights': edition.weights,
        'origin': ORIGIN,
        'caution': CAUTION.format(OWNERS[edition.weights]),
        'deviations': {
            term: [deviation(run[term], published[term], i) for i in EPOCHS]
            for term in TERMS
        },
        'curves': {
            term: {'run': run[term], 'published': published[term]}
            for term in TERMS
        },
    }


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


def _line(look: dict[str, Any], curve: dict[int, float]) -> dict[str, Any]:
    return {**look, 'x': list(curve), 'y': above_rounding(curve.values())}


def write_published(results: dict[str, Any], folder: PathLike) -> list[Path]:
    """Write published.html, .png, .json and .md, or none of them."""
    by_term = results['curves']
    panels = {
        f'{title} loss': [
            _line(look, by_term[term][look['label']]) for look in LINES
        ]
        for term, title in TERMS.items()
    }
    charts = [
        (title, figure_uri(curves({title: lines}, *AXES, legend=False)))
        for title, lines in panels.items()
    ]
    values = {'results': results, 'head': HEAD, 'rows': _rows(results),
              'lines': LINES, 'losses': charts}  # fmt: skip
    return write_all(
        folder,
        {
            'published.html': render('published.html', **values),
            'published.png': figure_bytes(curves(panels, *AXES), 'png'),
            'published.json': to_json(results),
            'published.md': render('published.md', **values),
        },
    )
