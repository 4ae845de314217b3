"""The values of a sweep's axes: read, made comparable, written."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, Sequence

from ..errors import SettingsError
from ..runs.settings import Settings, parsed_field
from ..vgg.layers import VGG19_LAYERS, layer_index

__all__ = [
    'FIELDS',
    'NAMED',
    'label',
    'labels_of',
    'parsed',
    'plain',
    'short_number',
]

FIELDS = tuple(field.name for field in fields(Settings))
LAYERS = ('content_layers', 'style_layers')
NAMED = ('content', 'style', 'recipe')  # axes that are no field
_KIND = re.compile('^(book|sample):')
NONE = {'content_layers': (), 'style_layers': (), 'warm_start': None}


def parsed(name: str, text: str) -> Any:
    """Read a value of an axis from text; '+' joins layers."""
    if name in NAMED:
        return text
    if text == 'none' and name in NONE:
        return NONE[name]
    if name in LAYERS:
        text = text.replace('+', ',')
    return parsed_field(f'{name}={text}')[1]


def plain(name: str, value: Any) -> Any:
    """Return a value as its field holds it, so that equal values are equal."""
    if isinstance(value, (str, Path)):
        value = parsed(name, str(value))
    if name in LAYERS:
        layers = value if isinstance(value, (tuple, list, range)) else (value,)
        return tuple(VGG19_LAYERS[layer_index(i)].name for i in layers)
    if name not in NAMED and value is not None:
        text = isinstance(getattr(Settings(), name), str)
        text = text or name in ('weights', 'warm_start')
        if not isinstance(value, str if text else (int, float)):
            kind = 'a text' if text else 'a number'
            raise SettingsError(f'got {name} {value!r}, wanted {kind}')
    return value


def labels_of(name: str, values: Sequence[Any]) -> list[str]:
    """Write the values of an axis as they are shown, no two alike."""
    labels = [label(name, value) for value in values]
    if len(set(labels)) == len(labels):
        return labels
    return [str(value) for value in values]  # files of one name


def label(name: str, value: Any) -> str:
    """Write a value as it is shown: layers by name, images without folder."""
    if name in LAYERS:
        return '+'.join(value) or 'none'
    if isinstance(value, float):
        short = short_number(value)
        return short if float(short) == value else repr(value)
    if name in ('content', 'style'):
        return Path(_KIND.sub('', str(value))).name
    if name == 'weights':
        return Path(value).name if value else 'auto'
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
