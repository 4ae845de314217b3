"""The editions of the chapter as named settings, and what sets them apart.

A recipe says how an edition of the chapter computes, and where it stands.
`gluon-style transfer --recipe NAME` runs its arithmetic on MXNet; the
framework itself is a difference that `gluon_style.parity` measures. Three
recipes are presets: `book`, the given chapter, and this package's own `quick`
and `fine`, whose pictures stay where a file can hold them.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, fields, replace
from typing import Any

from ..errors import SettingsError
from ..storage import DATA
from .settings import Settings

__all__ = [
    'DEFAULT',
    'PRESETS',
    'RECIPES',
    'Recipe',
    'effects',
    'explain',
    'find_recipe',
    'settings_of',
]


@dataclass(frozen=True)
class Recipe:
    """An edition of the chapter, or a paper.

    Attributes
    ----------
    name, source : str
        What it is called here, and where it stands.
    framework, size_order, reader, weights, plot_limits : str
        What it is printed for; the order of its size tuple; what reads its
        images; the weights it downloads; the limits of its loss axis.
    settings : Settings
        All that its arithmetic depends on.
    """

    name: str
    source: str
    framework: str
    size_order: str
    reader: str
    weights: str
    plot_limits: str
    settings: Settings

    def values(self) -> dict[str, Any]:
        """Return every field by name, the settings' among them."""
        own = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ('name', 'source', 'settings')
        }
        arithmetic = self.settings.record()
        for name in MACHINE:
            del arithmetic[name]
        return {**own, **arithmetic}


# what an edition does not say
MACHINE = (
    'scales',
    'coarse_epochs',
    'tile',
    'weights',
    'warm_start',
    'warm_start_epochs',
    'device',
    'seed',
)
MXNET: dict[str, str] = {
    'framework': 'mxnet',
    'size_order': '(width, height)',
    'reader': 'opencv',
    'weights': 'model-zoo',
    'plot_limits': '0 to 20',
}
PYTORCH: dict[str, str] = {
    'framework': 'pytorch',
    'size_order': '(height, width)',
    'reader': 'pillow',
    'weights': 'torchvision',
    'plot_limits': 'all',
}
D2L_0_17 = Settings(width=450, height=300)
TORCH_0_17 = replace(
    D2L_0_17,
    lr=0.3,
    features='aliased',
    resize='pillow',
    adam_epsilon='pytorch',
)
# docs/speed.md has what these cost and give, and why so many steps
QUICK = replace(
    D2L_0_17,
    epochs=40,
    optimizer='l-bfgs',
    in_range=True,
    precision='bfloat16',
)
FINE = replace(QUICK, epochs=170)
PLAIN_SUM: dict[str, Any] = {'style_weight': 1e4, 'style_repeats': 1}

_RECIPES = [
    Recipe(
        'd2l-0.17-mxnet',
        'd2l 0.17.0 to 1.0.0-alpha, MXNet tab: the given chapter',
        settings=D2L_0_17,
        **MXNET,
    ),
    Recipe(
        'd2l-0.17-pytorch',
        'd2l 0.17.0 to 1.0.0-alpha, PyTorch tab',
        settings=TORCH_0_17,
        **PYTORCH,
    ),
    Recipe(
        'd2l-1.0-mxnet',
        'd2l 1.0.0-beta to 1.0.3, MXNet tab',
        settings=replace(D2L_0_17, **PLAIN_SUM),
        **MXNET,
    ),
    Recipe(
        'd2l-1.0-pytorch',
        'd2l 1.0.0-beta to 1.0.3, PyTorch tab',
        settings=replace(TORCH_0_17, **PLAIN_SUM),
        **PYTORCH,
    ),
    Recipe(
        'd2l-0.7-mxnet',
        'd2l 0.7 to 0.16, MXNet, both stages',
        settings=Settings(
            width=225,
            height=150,
            lr=0.01,
            lr_decay=0.1,
            lr_decay_epoch=200,
            style_repeats=1,
            second_scale=4,
        ),
        **{**MXNET, 'plot_limits': 'all'},
    ),
    Recipe(
        'gatys-2016',
        'Gatys, Ecker, Bethge, CVPR 2016',
        framework='caffe',
        size_order='(width, height)',
        reader='pillow',
        weights='caffe, rescaled',
        plot_limits='none',
        settings=Settings(
            content_layers=('relu4_2',),
            style_layers=(
                'relu1_1',
                'relu2_1',
                'relu3_1',
                'relu4_1',
                'relu5_1',
            ),
            resize='pillow',
            pooling='average',
            optimizer='l-bfgs',
            loss='gatys',
            content_weight=1,
            style_weight=1e3,
            tv_weight=0,
            style_repeats=1,
        ),
    ),
    Recipe(
        'quick',
        "this package's: in range, in about a fortieth of the chapter's time",
        settings=QUICK,
        **MXNET,
    ),
    Recipe(
        'fine',
        "this package's: in range, in about a tenth of the chapter's time",
        settings=FINE,
        **MXNET,
    ),
]
RECIPES = {recipe.name: recipe for recipe in _RECIPES}
DEFAULT = 'd2l-0.17-mxnet'
PRESETS = {'book': DEFAULT, 'quick': 'quick', 'fine': 'fine'}


def find_recipe(name: str) -> Recipe:
    """Return the recipe or the preset of that name.

    Raises
    ------
    SettingsError
        There is none; the message lists the names.
    """
    known = {**RECIPES, **{i: RECIPES[name] for i, name in PRESETS.items()}}
    if name not in known:
        raise SettingsError(
            f'got recipe {name!r}, wanted one of {", ".join(known)}'
        )
    return known[name]


def settings_of(recipe: str = DEFAULT, **given: Any) -> Settings:
    """Lay fields over a recipe.

    Without a size, a preset takes the content image's aspect ratio, and any
    other recipe its own size.

    Parameters
    ----------
    recipe : str
        Its name, or a preset's.
    **given : object
        Fields of `Settings`; those that are None are not given.

    Raises
    ------
    SettingsError
        No such recipe or field, or a value that no run can have.

    Examples
    --------
    >>> settings_of(epochs=20) == Settings(epochs=20)
    True
    >>> settings_of('d2l-0.7-mxnet', lr=None).width
    225
    """
    base = find_recipe(recipe)
    given = {name: i for name, i in given.items() if i is not None}
    known = base.settings.record()
    for name in given:
        if name not in known:
            raise SettingsError(
                f'got the field {name!r}, wanted one of {", ".join(known)}'
            )
    is_preset = base.name in PRESETS.values()
    if is_preset or 'width' in given or 'height' in given:
        given = {'width': None, 'height': None, **given}
    return replace(base.settings, **given)


@functools.lru_cache(maxsize=None)
def effects() -> dict[str, str]:
    """Say in a sentence for each field of a recipe what it does.

    The figures are those of docs/numerics.md: the chapter's images at
    225x150, 100 epochs, where nothing else is said; distances in grey levels
    of 255, beside the floor that one float32 rounding reaches.
    """
    text = (DATA / 'effects.json').read_text(encoding='utf-8')
    return json.loads(text)


def explain(a: str, b: str) -> list[tuple[str, Any, Any, str]]:
    """List the fields in which two recipes differ.

    Returns
    -------
    list of (field, value in a, value in b, effect)
    """
    left, right = find_recipe(a).values(), find_recipe(b).values()
    return [
        (name, left[name], right[name], effects()[name])
        for name in left
        if left[name] != right[name]
    ]
