"""A run's loss curves over those that the book's own notebooks show."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from ...errors import SettingsError
from ...runs.recipes import RECIPES, find_recipe
from ...storage import DATA
from ...storage.whole_files import PathLike

__all__ = ['compare_published', 'published_curves', 'read_curves']

CURVES = DATA / 'published_loss_curves.csv'
ORIGIN = (
    "Published: read off the SVG plots of the book's executed notebooks; a "
    'curve is missing where the axis of the plot cuts it off.'
)
TERMS = {'content': 'content', 'style': 'style', 'tv': 'TV'}
EPOCHS = (100, 200, 300, 500)
FARTHEST = 50  # epochs from the one asked for to the nearest point
NAMES = {'d2l-0.7-mxnet': 'd2l-0.7-mxnet-stage1'}  # in the file


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
        text = Path(path).read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f'cannot read {path}: {remedy}') from None
    try:
        curves = _curves(list(csv.DictReader(io.StringIO(text))))
    except (KeyError, TypeError, ValueError):
        raise SettingsError(
            f'{path} is no log of losses by epoch: {remedy}'
        ) from None
    if not any(curves.values()):
        raise SettingsError(f'{path} holds no epoch: {remedy}')
    return curves


def _curves(rows: list[dict[str, str]]) -> dict[str, dict[int, float]]:
    return {
        term: {
            int(row['epoch']): float(row[f'{term}_loss'])
            for row in rows
            if row[f'{term}_loss']
        }
        for term in TERMS
    }


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
    return {
        'run': Path(path).name,
        'recipe': recipe,
        'source': find_recipe(recipe).source,
        'weights': find_recipe(recipe).weights,
        'origin': ORIGIN,
        'caution': caution(recipe),
        'deviations': {
            term: [deviation(run[term], published[term], i) for i in EPOCHS]
            for term in TERMS
        },
        'curves': {
            term: {'run': run[term], 'published': published[term]}
            for term in TERMS
        },
    }


def caution(recipe: str) -> str:
    """Say under which condition the curves can coincide at all."""
    weights = find_recipe(recipe).weights
    owner = {
        'model-zoo': "the Gluon model zoo's weights (vgg19-ad2f660d)",
        'torchvision': "torchvision's weights (vgg19-dcbb9e9d)",
    }[weights]
    return (
        f'The published run had {owner}. A run with any other weights cannot '
        'coincide with it, however right it is: the losses are made of the '
        "network's activations. A log does not say which weights it had; the "
        'record in the picture does.'
    )
