"""What the fields of `Settings` hold: their types, choices and ranges."""

from __future__ import annotations

import collections.abc
import functools
import numbers
import os
from typing import Any, Sequence, get_args, get_origin, get_type_hints

from ..errors import SettingsError, shortened
from ..vgg.layers import whole_number

__all__ = [
    'CHOICES',
    'KINDS',
    'LONGEST_SIDE',
    'RANGES',
    'check_fields',
    'field_kinds',
]

CHOICES = {
    'features': ('convolution', 'aliased'),
    'resize': ('opencv', 'pillow'),
    'adam_epsilon': ('mxnet', 'pytorch'),
    'pooling': ('max', 'average'),
    'optimizer': ('adam', 'l-bfgs'),
    'loss': ('chapter', 'gatys'),
    'schedule': ('step', 'cosine'),
    'precision': ('float32', 'bfloat16'),
}
LONGEST_SIDE = 2**15  # pixels
MOST_SCALES = 8
MOST_LAYERS = 100  # or the record is too long for a JPEG
TINY, HUGE = 1.1754944e-38, 3.4028234e38  # float32's, not subnormal
EPOCHS = (
    'epochs',
    'lr_decay_epoch',
    'second_epochs',
    'second_lr_decay_epoch',
    'warm_start_epochs',
    'coarse_epochs',
)
# fields, what their values must be, and that in words
RANGES: tuple[tuple[Sequence[str], Any, str], ...] = (
    (
        EPOCHS,
        lambda n: n is None or 1 <= n <= 10**7,
        'at least 1, at most 10**7',
    ),
    (
        ['scales'],
        lambda n: 1 <= n <= MOST_SCALES,
        f'at least 1, at most {MOST_SCALES}',
    ),
    (
        ['tile'],
        lambda text: (
            text in ('off', 'auto') or whole_number(text, LONGEST_SIDE)
        ),
        f'off, auto, or a number of pixels, 1 to {LONGEST_SIDE}',
    ),
    (
        ['weights', 'warm_start'],
        lambda name: name is None or str(name),
        'a name or a file, or to be left out',
    ),
    (['device'], bool, 'auto, cpu, gpu or gpu:NUMBER'),
    (
        ['style_repeats'],
        lambda n: 1 <= n <= 10**6,
        'at least 1, at most 10**6',
    ),
    (
        ['second_scale'],
        lambda n: 0 <= n <= LONGEST_SIDE,
        f'at least 0, at most {LONGEST_SIDE}',
    ),
    (['lr_decay'], lambda x: TINY <= x <= 1, 'above 0 in float32, at most 1'),
    (['beta1', 'beta2'], lambda x: 0 <= x < 1, 'at least 0, below 1'),
    (['seed'], lambda n: 0 <= n < 2**32, '0 to 2**32 - 1'),
    (
        ['lr'],
        lambda x: TINY <= x <= HUGE,
        'a number above 0 that float32 holds, such as 0.9',
    ),
    (
        ['content_weight', 'style_weight', 'tv_weight'],
        lambda x: x == 0 or TINY <= x <= HUGE,
        'a number of at least 0 that float32 holds',
    ),
    (
        ['content_layers', 'style_layers'],
        lambda layers: len(layers) <= MOST_LAYERS,
        f'at most {MOST_LAYERS} layers',
    ),
)
# what a field of each type holds, and that in words
KINDS: dict[Any, tuple[Any, str]] = {
    bool: (bool, 'true or false'),
    int: (numbers.Integral, 'a whole number'),
    float: (numbers.Real, 'a number'),
    str: ((str, os.PathLike), 'text'),
    collections.abc.Sequence: (collections.abc.Sequence, 'a list of layers'),
}


@functools.lru_cache(maxsize=None)
def field_kinds(settings_class: Any) -> dict[str, tuple[Any, bool]]:
    """Return the type of each field, and whether it may be None."""
    kinds = {}
    for name, hint in get_type_hints(settings_class).items():
        optional = type(None) in get_args(hint)
        kind = get_args(hint)[0] if optional else hint
        kinds[name] = get_origin(kind) or kind, optional
    return kinds


def check_fields(settings: Any) -> None:
    """Check each field of `Settings` by itself.

    Raises
    ------
    SettingsError
        A value of another type, or one that no run can have.
    """
    for name, (kind, optional) in field_kinds(settings.__class__).items():
        value = getattr(settings, name)
        holds, rule = KINDS[kind]
        layers = kind is collections.abc.Sequence
        good = isinstance(value, holds) and not (
            layers and isinstance(value, str)
        )
        _check(settings, name, good or (optional and value is None), rule)
    for names, is_good, rule in RANGES:
        for name in names:
            _check(settings, name, is_good(getattr(settings, name)), rule)
    for name, choices in CHOICES.items():
        good = getattr(settings, name) in choices
        _check(settings, name, good, ' or '.join(choices))


def _check(settings: Any, name: str, good: bool, rule: str) -> None:
    if not good:
        raise SettingsError(
            f'got {name} {shortened(getattr(settings, name))}, wanted {rule}'
        )
