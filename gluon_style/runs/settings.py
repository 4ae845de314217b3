"""What a run depends on, checked before anything slow begins."""

# ruff: noqa: UP045  (Python 3.8 must evaluate the annotations of Settings)
from __future__ import annotations

import collections.abc
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Optional, Sequence

from ..errors import SettingsError, shortened
from ..vgg.layers import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    VGG19_LAYERS,
    Layer,
    LayerInfo,
    layer_index,
)
from .rules import KINDS, LONGEST_SIDE, check_fields, field_kinds

if TYPE_CHECKING:
    from ..losses import LossWeights

__all__ = ['Settings', 'fitted_shape', 'parsed_field']

PIXELS = 450 * 300  # the chapter's
TRUTH = {'true': True, 'false': False}


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
    schedule : str
        'step', or 'cosine': from `lr` down to 0 along half a cosine.
    beta1, beta2 : float
        Adam's decay rates of the two moments.
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
    in_range : bool
        Whether the pixels are kept where a file can hold them, at each
        step; else they are clipped when the picture is made visible.
    precision : str
        'float32', or 'bfloat16' for the network of the descent: see
        `precision.available_precision`.
    second_scale, second_epochs, second_lr_decay_epoch : int
        A second stage at so many times the size, from the enlarged picture
        of the first; 0 for none.
    scales, coarse_epochs : int, int
        How many sizes the picture is made at, each twice the one before,
        from the enlarged picture of that; the steps at each but the last,
        None for `epochs`.
    weights : str, optional
        See `gluon_style.weights.load_weights`.
    warm_start, warm_start_epochs : str, int
        Weights of a network that runs first, for so many epochs by the
        same schedule drawn together; the run proper starts from its
        picture. None for no such run.
    tile : str
        'off'; the pixels of a tile's side, for a picture that is computed
        tile by tile, to the same losses in less memory; or 'auto': see
        `tiles.geometry.tile_side`.
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

    width: Optional[int] = None
    height: Optional[int] = None
    epochs: int = 500
    lr: float = 0.9
    lr_decay_epoch: int = 50
    lr_decay: float = 0.8
    schedule: str = 'step'
    beta1: float = 0.9
    beta2: float = 0.999
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
    in_range: bool = False
    precision: str = 'float32'
    second_scale: int = 0
    second_epochs: int = 300
    second_lr_decay_epoch: int = 100
    scales: int = 1
    coarse_epochs: Optional[int] = None
    weights: Optional[str] = None
    warm_start: Optional[str] = None
    warm_start_epochs: int = 250
    tile: str = 'off'
    device: str = 'auto'
    seed: int = 0

    def __post_init__(self) -> None:
        check_fields(self)
        deepest = self.deepest
        for side in ('width', 'height'):
            pixels = getattr(self, side)
            if (pixels or 0) * max(self.second_scale, 1) > LONGEST_SIDE:
                times = self.second_scale
                larger = f' and second_scale {times}' if times else ''
                raise SettingsError(
                    f'got {side} {shortened(pixels)}{larger}, wanted at most '
                    f'{LONGEST_SIDE} pixels at any stage'
                )
            least = deepest.stride * 2 ** (self.scales - 1)
            if pixels is not None and pixels < least:
                at_all = f' at {self.scales} scales' if self.scales > 1 else ''
                raise SettingsError(
                    f'got {side} {shortened(pixels)}, wanted at least '
                    f'{least} pixels, for layer {deepest.name}{at_all}'
                )
        if self.loss == 'gatys' and self.optimizer != 'l-bfgs':
            raise SettingsError(
                f'got loss gatys with optimizer {self.optimizer}, wanted '
                'loss chapter, or gatys with optimizer l-bfgs'
            )

    @property
    def deepest(self) -> LayerInfo:
        """The last layer compared, at which the network ends."""
        layers = *self.content_layers, *self.style_layers
        if not layers:
            raise SettingsError('got no layer: name at least one')
        return VGG19_LAYERS[max(map(layer_index, layers))]

    @property
    def weights_name(self) -> str | None:
        """The weights as `load_weights` takes them: 'random' with the seed."""
        random = self.weights == 'random'
        return f'random:{self.seed}' if random else self.weights

    @property
    def loss_weights(self) -> LossWeights:
        """What each loss counts for, as `compute_loss` takes it."""
        from ..losses import LossWeights  # which imports MXNet

        return LossWeights(
            self.content_weight,
            self.style_weight,
            self.tv_weight,
            self.style_repeats,
        )

    @property
    def total_epochs(self) -> int:
        """Steps of all stages."""
        warm = self.warm_start_epochs if self.warm_start else 0
        second = self.second_epochs if self.second_scale else 0
        coarse = (self.scales - 1) * (self.coarse_epochs or self.epochs)
        return warm + coarse + self.epochs + second

    def sized(self, content_shape: tuple[int, ...]) -> Settings:
        """Fill in width and height for a content image of shape (h, w, ...).

        Raises
        ------
        SettingsError
            A side becomes smaller than the layers can do with.

        Examples
        --------
        >>> sized = Settings(width=150).sized((1365, 2048, 3))
        >>> sized.width, sized.height
        (150, 100)
        """
        height, width = content_shape[:2]
        if self.width:
            scale = self.width / width
        elif self.height:
            scale = self.height / height
        else:
            scale = math.sqrt(PIXELS / (width * height))
        return replace(
            self,
            width=self.width or max(1, round(width * scale)),
            height=self.height or max(1, round(height * scale)),
        )

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
    >>> parsed_field('in_range=true')
    ('in_range', True)
    """
    name, equals, value = text.partition('=')
    kinds = field_kinds(Settings)
    if not equals or name not in kinds:
        raise SettingsError(
            f'got {shortened(text)}, wanted FIELD=VALUE with one of '
            f'{", ".join(kinds)}'
        )
    kind, _ = kinds[name]
    if kind is collections.abc.Sequence:
        return name, tuple(i.strip() for i in value.split(',') if i.strip())
    read = TRUTH.__getitem__ if kind is bool else kind
    try:
        if kind is not str and ('_' in value or not value.isascii()):
            raise ValueError
        return name, read(value)
    except (KeyError, ValueError):
        raise SettingsError(
            f'got {shortened(text)}, wanted {KINDS[kind][1]} for {name}'
        ) from None


def fitted_shape(
    settings: Settings, content_shape: tuple[int, ...]
) -> tuple[int, int]:
    """Choose (width, height) for a content image of shape (h, w, ...).

    Examples
    --------
    >>> fitted_shape(Settings(), (1365, 2048, 3))
    (450, 300)
    """
    sized = settings.sized(content_shape)
    return sized.width, sized.height  # type: ignore[return-value]
