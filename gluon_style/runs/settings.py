"""What a run depends on, checked before anything slow begins."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Sequence

from ..errors import SettingsError
from ..vgg.layers import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    VGG19_LAYERS,
    Layer,
    layer_index,
)

__all__ = ['Settings', 'fitted_shape', 'parsed_field']

PIXELS = 450 * 300  # the chapter's
CHOICES = {
    'features': ('convolution', 'aliased'),
    'resize': ('opencv', 'pillow'),
    'adam_epsilon': ('mxnet', 'pytorch'),
    'pooling': ('max', 'average'),
    'optimizer': ('adam', 'l-bfgs'),
    'loss': ('chapter', 'gatys'),
}


@dataclass(frozen=True)
class Settings:
    """The hyperparameters of a run; the defaults are the given chapter's.

    Attributes
    ----------
    width, height : int, optional
        Size of the picture in pixels. One alone gives the other by the
        content image's aspect ratio; neither, about the chapter's number
        of pixels.
    epochs, lr, lr_decay_epoch, lr_decay : int, float, int, float
        Steps, the learning rate, and the steps after which it is multiplied
        by `lr_decay`.
    content_weight, style_weight, tv_weight : float
        What each loss counts for.
    style_repeats : int
        How often the total counts the style losses: see `LossWeights`.
    content_layers, style_layers : sequence of int or str
        Layers of VGG-19, by index or name.
    features : str
        'convolution': what the layers named give. 'aliased': what the
        PyTorch tab compares, see `variants.aliased_layers`.
    resize : str
        'opencv' (no smoothing) or 'pillow' (antialiased).
    adam_epsilon : str
        'mxnet' or 'pytorch', see `variants.PyTorchAdam`.
    pooling : str
        'max' or 'average'.
    optimizer : str
        'adam', or 'l-bfgs' (no learning rate).
    loss : str
        'chapter', or 'gatys' for the sums of the paper (no total
        variation; with 'l-bfgs' alone).
    second_scale, second_epochs, second_lr_decay_epoch : int
        A second stage at so many times the size, from the enlarged picture
        of the first; 0 for none.
    weights : str, optional
        See `gluon_style.weights.load_weights`.
    warm_start, warm_start_epochs : str, int
        Weights of a network that runs first, for so many epochs by the
        same schedule drawn together; the run proper starts from its
        picture. None for no such run.
    device : str
        'auto', 'cpu', 'gpu' or 'gpu:1'.
    seed : int
        For random weights and MXNet's generator.

    Raises
    ------
    SettingsError
        A value that no run can have.
    LayerError
        A layer that VGG-19 does not have.
    """

    width: int | None = None
    height: int | None = None
    epochs: int = 500
    lr: float = 0.9
    lr_decay_epoch: int = 50
    lr_decay: float = 0.8
    content_weight: float = 1
    style_weight: float = 1e3
    tv_weight: float = 10
    style_repeats: int = 10
    content_layers: Sequence[Layer] = CONTENT_LAYERS
    style_layers: Sequence[Layer] = STYLE_LAYERS
    features: str = 'convolution'
    resize: str = 'opencv'
    adam_epsilon: str = 'mxnet'
    pooling: str = 'max'
    optimizer: str = 'adam'
    loss: str = 'chapter'
    second_scale: int = 0
    second_epochs: int = 300
    second_lr_decay_epoch: int = 100
    weights: str | None = None
    warm_start: str | None = None
    warm_start_epochs: int = 250
    device: str = 'auto'
    seed: int = 0

    def __post_init__(self) -> None:
        layers = [
            layer_index(i) for i in (*self.content_layers, *self.style_layers)
        ]
        if not layers:
            raise SettingsError('got no layer: name at least one')
        for side in ('width', 'height'):
            self._check(
                side,
                getattr(self, side) is None
                or getattr(self, side) >= VGG19_LAYERS[max(layers)].stride,
                f'at least {VGG19_LAYERS[max(layers)].stride} pixels, for '
                f'layer {VGG19_LAYERS[max(layers)].name}',
            )
        for name in (
            'epochs',
            'lr_decay_epoch',
            'style_repeats',
            'second_epochs',
            'second_lr_decay_epoch',
            'warm_start_epochs',
        ):
            self._check(name, getattr(self, name) >= 1, 'at least 1')
        self._check('second_scale', self.second_scale >= 0, 'at least 0')
        self._check('lr_decay', 0 < self.lr_decay <= 1, 'above 0, at most 1')
        for name, choices in CHOICES.items():
            wanted = ' or '.join(choices)
            self._check(name, getattr(self, name) in choices, wanted)
        self._check(
            'loss',
            self.loss == 'chapter' or self.optimizer == 'l-bfgs',
            'chapter, or gatys with optimizer l-bfgs',
        )
        self._check('seed', 0 <= self.seed < 2**32, '0 to 2**32 - 1')
        self._check(
            'lr', 0 < self.lr < math.inf, 'a number above 0, such as 0.9'
        )
        for name in ('content_weight', 'style_weight', 'tv_weight'):
            self._check(
                name,
                0 <= getattr(self, name) < math.inf,
                'a number of at least 0',
            )

    def _check(self, name: str, good: bool, wanted: str) -> None:
        if not good:
            value = getattr(self, name)
            raise SettingsError(f'got {name} {value}, wanted {wanted}')

    @property
    def total_epochs(self) -> int:
        """Steps of all stages."""
        warm = self.warm_start_epochs if self.warm_start else 0
        second = self.second_epochs if self.second_scale else 0
        return warm + self.epochs + second

    @property
    def weights_name(self) -> str | None:
        """The weights by a name that says all: 'random' with its seed."""
        random = self.weights == 'random'
        return f'random:{self.seed}' if random else self.weights

    def sized(self, content_shape: tuple[int, ...]) -> Settings:
        """Return the settings with the size that a content image gives."""
        width, height = fitted_shape(self, content_shape)
        return replace(self, width=width, height=height)

    def record(self) -> dict[str, Any]:
        """Return the settings as plain values, to be kept with a picture."""
        return asdict(self)


def parsed_field(text: str) -> tuple[str, Any]:
    """Read 'field=value' for a field of `Settings`.

    Raises
    ------
    SettingsError
        There is no such field, or the value is of another kind.

    Examples
    --------
    >>> parsed_field('resize=pillow'), parsed_field('lr_decay=0.5')
    (('resize', 'pillow'), ('lr_decay', 0.5))
    """
    name, equals, value = text.partition('=')
    defaults: dict[str, Any] = {i.name: i.default for i in fields(Settings)}
    if not equals or name not in defaults:
        raise SettingsError(
            f'got {text!r}, wanted FIELD=VALUE with one of '
            f'{", ".join(defaults)}'
        )
    if isinstance(defaults[name], tuple):
        return name, tuple(i.strip() for i in value.split(',') if i.strip())
    kind = int if name in ('width', 'height') else type(defaults[name])
    if name in ('weights', 'warm_start') or kind is str:
        return name, value
    number = float if name.endswith('_weight') else kind
    try:
        return name, number(value)
    except ValueError:
        raise SettingsError(
            f'got {text!r}, wanted a number for {name}'
        ) from None


def fitted_shape(
    settings: Settings, content_shape: tuple[int, ...]
) -> tuple[int, int]:
    """Choose (width, height) for a content image of shape (h, w, ...).

    Examples
    --------
    >>> fitted_shape(Settings(), (1365, 2048, 3))
    (450, 300)
    >>> fitted_shape(Settings(width=150), (1365, 2048, 3))
    (150, 100)
    """
    height, width = content_shape[:2]
    if settings.width and settings.height:
        return settings.width, settings.height
    if settings.width:
        scale = settings.width / width
    elif settings.height:
        scale = settings.height / height
    else:
        scale = math.sqrt(PIXELS / (width * height))
    fitted = (
        settings.width or max(1, round(width * scale)),
        settings.height or max(1, round(height * scale)),
    )
    replace(settings, width=fitted[0], height=fitted[1])  # checks them
    return fitted
