"""The editions of the chapter as named settings, and what sets them apart.

A recipe says how an edition of the chapter computes, and where it stands.
`gluon-style transfer --recipe NAME` runs its arithmetic on MXNet; the
framework itself is a difference that `gluon_style.parity` measures.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from ..errors import SettingsError
from .settings import Settings

__all__ = [
    'DEFAULT',
    'RECIPES',
    'Recipe',
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
]
RECIPES = {recipe.name: recipe for recipe in _RECIPES}
DEFAULT = 'd2l-0.17-mxnet'


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises
    ------
    SettingsError
        There is none; the message lists the names.
    """
    if name not in RECIPES:
        raise SettingsError(
            f'got recipe {name!r}, wanted one of {", ".join(RECIPES)}'
        )
    return RECIPES[name]


def settings_of(recipe: str = DEFAULT, **given: Any) -> Settings:
    """Lay fields over a recipe's settings; None is a field not given.

    Where neither width nor height is given, another recipe than the default
    keeps its own size, and the default follows the content image.

    Raises
    ------
    SettingsError
        No such recipe or field, or a value of another kind.
    """
    defaults = {field.name: field.default for field in fields(Settings)}
    for name, value in given.items():
        if name not in defaults:
            raise SettingsError(
                f'got the field {name!r}, wanted one of {", ".join(defaults)}'
            )
        side = name in ('width', 'height')
        number = side or isinstance(defaults[name], (int, float))
        kind: Any = (int, float) if number else (str, list, tuple, range)
        if value is not None and not isinstance(value, kind):
            raise SettingsError(
                f'got {name} {value!r}, wanted a '
                f'{"number" if number else "text"}'
            )
    given = {name: i for name, i in given.items() if i is not None}
    if recipe == DEFAULT or 'width' in given or 'height' in given:
        given = {'width': None, 'height': None, **given}
    return replace(find_recipe(recipe).settings, **given)


# one sentence for each field, with its effect as docs/numerics.md measures it
# (the chapter's images at 225x150, 100 epochs; distances in grey levels of
# 255, beside the floor that one float32 rounding reaches)
EFFECTS = {
    'framework': 'Rounding alone: the losses of epoch 1 agree to 1.3e-7, and '
    'Adam at 0.9 makes that 29.3 grey levels (floor 29.4).',
    'size_order': 'None, if each is given its own order.',
    'reader': 'None for RGB and grey files: they decode to the same bits, '
    'measured on both of the images.',
    'weights': 'Two trainings, so that curves cannot coincide: a third '
    'ends 13.5 % below the published content loss.',
    'plot_limits': 'What is seen: 0 to 20 cuts the content loss off up to '
    'epoch 50, the style loss up to 20.',
    'width': 'The picture is of another size: the style loss of epoch 1 is '
    '67.6 at 450x300 and 58.9 at 225x150, TV 1.81 and 2.36.',
    'height': 'The picture is of another size: the style loss of epoch 1 is '
    '67.6 at 450x300 and 58.9 at 225x150, TV 1.81 and 2.36.',
    'epochs': 'It goes on longer or stops sooner.',
    'lr': 'How far each step moves a pixel: 0.9 is 50 grey levels. 0.3 to '
    '0.9 moves the final picture by 55.4 (floor 29.4).',
    'lr_decay': 'How soon the steps become small: 0.1 instead of 0.8 moves '
    'the picture by 24.4 (150x100, 100 epochs).',
    'lr_decay_epoch': 'How soon the steps become small: every 200 instead of '
    'every 50 moves the picture by 26.6 (150x100, 100 epochs).',
    'content_weight': 'What the content counts for.',
    'style_weight': 'What the style counts for: 1e4 once is 1e3 ten times, '
    'and the style loss plotted is ten times as large.',
    'tv_weight': 'How smooth the picture becomes: none instead of 10 moves it '
    'by 63 (150x100, 40 epochs).',
    'style_repeats': 'How often the total counts the style loss plotted: ten '
    'times by the repetition of a list.',
    'content_layers': 'What counts as content: relu4_2 instead of conv4_4 '
    'moves the picture by 36.7 (150x100, 40 epochs).',
    'style_layers': 'What counts as style: the ReLUs instead of the '
    'convolutions moves the picture by 72.2 (150x100, 40 epochs).',
    'features': 'Values after the ReLU lose their negative half, so that '
    "all feature losses but conv5_1's become smaller: the style loss of "
    'epoch 1 by 4.74; the final picture moves by 55.1 (floor 9.5).',
    'resize': 'OpenCV keeps the fine texture that Pillow averages, so that '
    'both images are other images: TV of epoch 1 x 1.78, style x 1.20; the '
    'final picture moves by 39.7 (floor 16.8).',
    'adam_epsilon': 'Pixels whose gradient is below 1e-5 move less with '
    "MXNet's at first: the losses of epoch 1 are the same, the final picture "
    'moves by 12.2 (floor 8.9).',
    'pooling': 'Average pooling passes the gradient to every pixel: the '
    'picture moves by 58.4 (150x100, 40 epochs).',
    'optimizer': 'L-BFGS has no learning rate and searches along a line: the '
    'picture moves by 67.9 (150x100, 40 epochs).',
    'loss': 'Sums instead of means, so that deep layers weigh more: the '
    'picture moves by 70.9 (150x100, 40 epochs).',
    'second_scale': 'A second run on the enlarged picture adds detail and '
    'smooths: TV 2.84 to 1.74 (150x100, then twice that).',
    'second_epochs': 'Length of the second stage.',
    'second_lr_decay_epoch': 'Schedule of the second stage.',
}


def explain(a: str, b: str) -> list[tuple[str, Any, Any, str]]:
    """List the fields in which two recipes differ.

    Returns
    -------
    list of (field, value in a, value in b, effect)
    """
    left, right = find_recipe(a).values(), find_recipe(b).values()
    return [
        (name, left[name], right[name], EFFECTS[name])
        for name in left
        if left[name] != right[name]
    ]
