"""What the cells of a sweep are: axes, their values, every combination."""

from __future__ import annotations

import functools
import itertools
import math
import re
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Mapping, Sequence, Union

from ..errors import SettingsError, StyleError, shortened
from ..runs.recipes import settings_of
from ..runs.settings import Settings, parsed_field
from ..vgg.layers import VGG19_LAYERS, layer_index

__all__ = ['Base', 'Cell', 'Grid', 'parsed_grid', 'plan', 'refuse_hopeless']

Grid = Mapping[str, Sequence[Any]]
Base = Union[Settings, Mapping[str, Any]]
FIELDS = tuple(field.name for field in fields(Settings))
LAYERS = ('content_layers', 'style_layers')
NAMED = ('content', 'style', 'recipe')  # axes that are no field
MOST_CELLS = 10_000  # a thousand times what a sheet shows well
NONE = {'content_layers': (), 'style_layers': (), 'warm_start': None}


@dataclass(frozen=True)
class Cell:
    """One combination of the grid's values.

    Attributes
    ----------
    index : int
        Its place in the order of `itertools.product`.
    values : dict of str to str
        Labels by axis.
    content, style : str
        Names or paths of its images.
    settings : Settings, optional
        None where `error` says why no run can have them.
    error : StyleError, optional
        What is wrong with the combination.
    """

    index: int
    values: dict[str, str]
    content: str
    style: str
    settings: Settings | None
    error: StyleError | None = None


def parsed_grid(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Read axes such as 'style_weight=1e2,1e3'.

    Layers of one value are joined by '+'; 'none' is no layer at all, and
    no warm start.

    Raises
    ------
    SettingsError
        No such axis, an axis that comes twice, no value, or a value of
        another kind.

    Examples
    --------
    >>> parsed_grid(['lr=0.3,0.9', 'content_layers=conv3_4,conv3_4+25'])
    {'lr': [0.3, 0.9], 'content_layers': [('conv3_4',), ('conv3_4', '25')]}
    """
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, _, values = (part.strip() for part in text.partition('='))
        _check_axis(name)
        if name in grid:
            raise SettingsError(
                f'got the axis {name} twice: join its values with commas'
            )
        parts = [value.strip() for value in values.split(',')]
        if not all(parts):
            raise SettingsError(
                f'got {text!r}, wanted AXIS=VALUE,VALUE,..., no empty value'
            )
        grid[name] = [_parsed(name, part) for part in parts]
    return grid


def plan(
    grid: Grid, base: Base, content: str, style: str, max_cells: int
) -> list[Cell]:
    """List the cells of a grid.

    Parameters
    ----------
    grid : mapping
        Values by axis: a field of `Settings`, 'content', 'style', 'recipe'.
    base : Settings or mapping
        What the axes do not say. A mapping is laid over a recipe, the one
        it names or the default.
    content, style : str
        The images, where they are no axes; '' for none.
    max_cells : int
        The most cells.

    Raises
    ------
    SettingsError
        The grid is empty, too large, or an axis is not as it should be.
    StyleError
        A value is good for no cell.
    """
    listed = {name: _listed(name, values) for name, values in grid.items()}
    _check_grid(listed, base, max_cells)
    axes = {name: _axis(name, values) for name, values in listed.items()}
    for kind, given in (('content', content), ('style', style)):
        if not given and kind not in axes:
            raise SettingsError(
                f'got no {kind} image: name one, or make {kind} an axis'
            )
    labelled = [list(zip(i, _labels_of(name, i))) for name, i in axes.items()]
    completed = (
        functools.partial(settings_of, **base)
        if not isinstance(base, Settings)
        else functools.partial(replace, base)
    )
    cells = []
    for index, choice in enumerate(itertools.product(*labelled)):
        values = {name: value for name, (value, _) in zip(axes, choice)}
        shown = {name: label for name, (_, label) in zip(axes, choice)}
        images = (values.pop('content', content), values.pop('style', style))
        try:
            settings, error = completed(**values), None
        except StyleError as cause:
            settings, error = None, cause
        cells.append(Cell(index, shown, *images, settings, error))
    refuse_hopeless(cells)
    return cells


def refuse_hopeless(cells: Sequence[Cell]) -> None:
    """Raise the error of a value that no cell can have.

    A combination that alone is impossible is a failed cell instead.
    """
    for axis in cells[0].values:
        for shown in {cell.values[axis]: None for cell in cells}:
            having = [cell for cell in cells if cell.values[axis] == shown]
            if having[0].error and all(cell.error for cell in having):
                raise having[0].error


def _check_axis(name: str) -> None:
    if name not in FIELDS and name not in NAMED:
        known = ', '.join((*NAMED, *FIELDS))
        raise SettingsError(f'got the axis {name!r}, wanted one of {known}')


def _check_grid(axes: Grid, base: Base, max_cells: int) -> None:
    if not axes:
        raise SettingsError(
            'got an empty grid, wanted at least one axis, such as '
            'style_weight=1e2,1e3,1e4'
        )
    if isinstance(base, Settings) and 'recipe' in axes:
        raise SettingsError(
            'got a grid over recipes and a whole Settings: give the fields '
            'to be laid over each recipe as a mapping'
        )
    total = math.prod(len(values) for values in axes.values())
    most = min(max_cells, MOST_CELLS)
    if total > most:
        sizes = ' x '.join(str(len(values)) for values in axes.values())
        raise SettingsError(
            f'got a grid of {sizes} = {total} cells, wanted at most {most}: '
            f'take fewer values, or raise max-cells (up to {MOST_CELLS})'
        )


def _listed(name: str, values: Sequence[Any]) -> list[Any]:
    """List the values of an axis, but not all of far too many."""
    _check_axis(name)
    if isinstance(values, str) or not hasattr(values, '__iter__'):
        got = f'{shortened(values)} for the axis {name}'
        raise SettingsError(f'got {got}, wanted a list of values')
    listed = list(itertools.islice(values, MOST_CELLS + 1))
    if not listed:
        raise SettingsError(f'got the axis {name} without a value')
    return listed


def _axis(name: str, values: Sequence[Any]) -> list[Any]:
    axis = [_plain(name, value) for value in values]
    for i, value in enumerate(axis):
        if value in axis[:i]:
            raise SettingsError(
                f'got {label(name, value)} twice in the axis {name}'
            )
    return axis


def _parsed(name: str, text: str) -> Any:
    """Read a value of an axis from text; '+' joins layers."""
    if name in NAMED:
        return text
    if text == 'none' and name in NONE:
        return NONE[name]
    if name in LAYERS:
        text = text.replace('+', ',')
    return parsed_field(f'{name}={text}')[1]


def _plain(name: str, value: Any) -> Any:
    """Return a value as its field holds it, so that equal values are equal."""
    if isinstance(value, (str, Path)):
        value = _parsed(name, str(value))
    if name in LAYERS:
        layers = value if isinstance(value, (tuple, list, range)) else (value,)
        return tuple(VGG19_LAYERS[layer_index(i)].name for i in layers)
    return value


def _labels_of(name: str, values: Sequence[Any]) -> list[str]:
    """Write the values of an axis as they are shown, no two alike."""
    labels = [label(name, value) for value in values]
    alike = len(set(labels)) < len(labels)  # files of one name
    return [str(value) for value in values] if alike else labels


def label(name: str, value: Any) -> str:
    """Write a value as it is shown: layers by name, images without folder."""
    if name in LAYERS:
        return '+'.join(value) or 'none'
    if isinstance(value, float):
        short = short_number(value)
        return short if float(short) == value else repr(value)
    if name in ('content', 'style'):
        return Path(re.sub('^(book|sample):', '', str(value))).name
    if name == 'weights':
        return Path(str(value)).name if value else 'auto'
    return 'none' if value is None else str(value)


def short_number(value: float, digits: int = 6) -> str:
    """Write a number as briefly as its digits allow.

    Examples
    --------
    >>> short_number(1000.0), short_number(0.00000123456, 3)
    ('1000', '1.23e-6')
    """
    text = f'{value:.{digits}g}'
    return re.sub(r'e([+-])0*', lambda i: 'e' + i[1].strip('+'), text)
