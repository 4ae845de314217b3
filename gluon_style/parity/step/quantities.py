"""What is compared: one set of inputs, and the quantities made of them.

Whoever computes them names them alike, `features_conv1_1` to `adam_step`:
docs/trace-format.md has every name with its formula.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Sequence

import numpy

from ...errors import StyleError
from ...runs.settings import Settings
from ...storage.download import file_hash
from ...vgg.layers import VGG19_LAYERS, Layer, layer_index

__all__ = ['BETAS', 'EPSILON', 'START_NOISE', 'START_SEED', 'Case',
           'ParityError', 'Quantities', 'by_name', 'loss_factors', 'moved',
           'names', 'recipe_of', 'weights_digest']  # fmt: skip

Quantities = Dict[str, numpy.ndarray]
Convolutions = Dict[int, Any]

# at the content image itself the content loss and its gradient would be 0,
# and areas of one colour would be ties of the maxima
START_NOISE, START_SEED = 0.1, 0
FIELDS = (  # of the settings, those that the quantities depend on
    'width', 'height', 'lr', 'content_weight', 'style_weight', 'tv_weight',
    'style_repeats', 'features', 'resize', 'adam_epsilon', 'pooling',
    'optimizer', 'loss',
)  # fmt: skip
BETAS, EPSILON = (0.9, 0.999), 1e-8  # of Adam, in both frameworks


class ParityError(StyleError, ValueError):
    """A comparison that cannot be made."""


@dataclass(frozen=True)
class Case:
    """Everything that the quantities depend on.

    Attributes
    ----------
    settings : Settings
        With width and height.
    images : tuple of numpy.ndarray
        The content and the style image as read, (h, w, 3), uint8.
    content_X, style_X, X : numpy.ndarray
        What everyone is fed, (1, 3, height, width), float32: the two images
        and the picture at which losses and gradient are taken.
    convolutions : dict
        Kernels and biases by layer index, float32.
    layers : tuple of two lists of int
        The content and the style layers compared, in the network's order.
    origin : str
        Where the weights came from.
    """

    settings: Settings
    images: tuple[numpy.ndarray, numpy.ndarray]
    content_X: numpy.ndarray  # noqa: N815
    style_X: numpy.ndarray  # noqa: N815
    X: numpy.ndarray
    convolutions: Convolutions
    layers: tuple[list[int], list[int]]
    origin: str = ''


def names(layers: Sequence[Layer]) -> list[str]:
    """Name layers: [0, 'conv5_1'] gives ['conv1_1', 'conv5_1']."""
    return [VGG19_LAYERS[layer_index(layer)].name for layer in layers]


def by_name(
    case: Case,
    plain: Callable[[Any], numpy.ndarray],
    features: tuple[Sequence[Any], Sequence[Any]],
    targets: tuple[Sequence[Any], Sequence[Any]],
    grams: Sequence[Any],
    losses: tuple[Sequence[Any], Sequence[Any], Any, Any],
    gradient: Any,
) -> Quantities:
    """Name the quantities, in the order of their making.

    Parameters
    ----------
    case : Case
        Whose layers they are of.
    plain : callable
        Makes a NumPy array of an array or a scalar of this implementation.
    features : tuple of two lists
        The features of X, of the content and of the style layers.
    targets : tuple of two lists
        The content image's features and the style image's Gram matrices.
    grams : list
        The Gram matrices of X.
    losses : tuple
        Weighted, as `losses.compute_loss` returns them.
    gradient : array
        Of the total loss by X.
    """
    content, style = (names(layers) for layers in case.layers)
    contents_l, styles_l, tv_l, total = losses
    outputs = {
        i: Y for pair in zip(case.layers, features) for i, Y in zip(*pair)
    }
    quantities = {
        f'features_{names([i])[0]}': outputs[i] for i in sorted(outputs)
    }
    for kind, layer_names, arrays in (
        ('target', content, targets[0]),
        ('gram', style, grams),
        ('target_gram', style, targets[1]),
        ('content_loss', content, contents_l),
        ('style_loss', style, styles_l),
    ):
        keys = (f'{kind}_{name}' for name in layer_names)
        quantities.update(zip(keys, arrays))
    quantities.update(
        content_loss=sum(contents_l),
        style_loss=sum(styles_l),
        tv_loss=tv_l,
        total_loss=total,
        gradient=gradient,
    )
    return {name: plain(value) for name, value in quantities.items()}


def moved(content_X: numpy.ndarray) -> numpy.ndarray:
    """Return the picture X to look at: the content image and some noise."""
    noise = numpy.random.RandomState(START_SEED).standard_normal(
        content_X.shape
    )
    return content_X + (START_NOISE * noise).astype(content_X.dtype)


def loss_factors(
    settings: Settings, contents: Sequence[Any], styles: Sequence[Any]
) -> tuple[list[float], list[float], float, int]:
    """Return what each mean counts for, of content, style, TV; and repeats.

    For those who do not use `gluon_style.losses`. The features, of shape
    (1, c, h, w) or (c, h, w), are needed for the paper's sums alone.
    """
    if settings.loss == 'chapter':
        return (
            [settings.content_weight] * len(contents),
            [settings.style_weight] * len(styles),
            settings.tv_weight,
            settings.style_repeats,
        )
    sizes = [float(numpy.prod(Y.shape)) for Y in contents]
    channels = [Y.shape[-3] for Y in styles]
    share = settings.style_weight / max(len(styles), 1)
    return (
        [settings.content_weight * size / 2 for size in sizes],
        [share * c**2 / 4 for c in channels],
        0.0,
        1,
    )


def recipe_of(
    case: Case, chosen: dict[str, Any], files: Sequence[Path]
) -> dict[str, Any]:
    """Record what the quantities depend on, but for the weights.

    `chosen` has the names of recipe, content and style; `files` are the two
    images' paths.
    """
    return {
        'recipe': chosen['recipe'],
        'content': chosen['content'],
        'content_sha256': file_hash(files[0]),
        'style': chosen['style'],
        'style_sha256': file_hash(files[1]),
        **{name: getattr(case.settings, name) for name in FIELDS},
        'content_layers': names(case.layers[0]),
        'style_layers': names(case.layers[1]),
        'start': 'X = content_X + start_noise * '
        'RandomState(start_seed).standard_normal(shape)',
        'start_noise': START_NOISE,
        'start_seed': START_SEED,
    }


def weights_digest(convolutions: Convolutions) -> str:
    """Return the sha256 of kernel and bias of each layer in turn.

    They are read as little-endian float32, so that the digest is that of the
    numbers, whatever file they came from.
    """
    digest = hashlib.sha256()
    for index in sorted(convolutions):
        for array in convolutions[index]:
            digest.update(numpy.ascontiguousarray(array, '<f4').tobytes())
    return digest.hexdigest()
