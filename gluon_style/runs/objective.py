"""What a picture is to become, and how far it is from that: its losses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from .._mxnet import mx, nn, np
from .._mxnet.runtime import give_back_freed_memory, keep_freed_memory
from ..features import extract_features, get_contents, get_styles
from ..images import preprocess
from ..losses import LossWeights, compute_loss, gram
from ..tiles.geometry import tile_side
from ..tiles.part import Scope, indices
from ..tiles.whole import Here, grams_of, tiled_losses
from ..vgg.layers import Layer
from . import variants
from .lbfgs import gatys_loss
from .settings import Settings

__all__ = [
    'Objective',
    'TiledObjective',
    'content_of',
    'find_objective',
    'find_scope',
    'objective_of',
]

LOSSES = {'chapter': compute_loss, 'gatys': gatys_loss}


@dataclass(frozen=True)
class Objective:
    """What a descent makes small.

    Attributes
    ----------
    content : mx.np.ndarray
        The content image, shape (1, 3, h, w).
    contents, styles : list of mx.np.ndarray
        The features wanted, from `get_contents` and `get_styles`.
    layers : dict
        `content_layers` and `style_layers`, as `extract_features` takes
        them.
    loss_weights : LossWeights
        What each loss counts for.
    compute_loss : callable
        The chapter's, or the paper's with the same arguments.
    """

    content: np.ndarray
    contents: list[np.ndarray]
    styles: list[np.ndarray]
    layers: dict[str, Any]
    loss_weights: LossWeights
    compute_loss: Callable[..., tuple]

    @property
    def float32_layers(self) -> list[Layer]:
        """Layers whose outputs are wanted in float32."""
        return [layer for layers in self.layers.values() for layer in layers]

    def losses(self, net: nn.Sequential) -> Callable[[np.ndarray], tuple]:
        """Return a function that gives the losses of a picture by `net`."""
        styles_Y_gram = [gram(Y) for Y in self.styles]

        def losses_of(X: np.ndarray) -> tuple:
            features = extract_features(X, net, **self.layers)
            wanted = self.contents, styles_Y_gram
            return self.compute_loss(X, *features, *wanted, self.loss_weights)

        return losses_of


@dataclass(frozen=True)
class TiledObjective:
    """The same of a picture in tiles.

    Attributes
    ----------
    content : mx.np.ndarray
        The content image, shape (1, 3, h, w).
    scope : Scope
        What the tiles have in common.
    contents : list
        What the crew knows of the content wanted of each tile.
    grams : list of mx.np.ndarray
        The Gram matrices wanted.
    crew_of : callable
        Gives what computes the tiles, by a network and `contents`.
    """

    content: np.ndarray
    scope: Scope
    contents: list[Any]
    grams: list[np.ndarray]
    crew_of: Callable[..., Any]

    @property
    def float32_layers(self) -> list[Layer]:
        """Layers whose outputs are wanted in float32."""
        return list(self.scope.float32_layers)

    def losses(self, net: nn.Sequential) -> Callable[[np.ndarray], tuple]:
        """Return a function that gives the losses of a picture by `net`."""
        return tiled_losses(self.crew_of(net, self.contents), self.grams)


def find_objective(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    device: mx.Context,
) -> Objective:
    """Extract what the settings want of a content and a style image.

    Parameters
    ----------
    images : pair of mx.np.ndarray
        Shape (h, w, 3), uint8, from `read_image`; of any sizes.
    settings : Settings
        Of one stage: the size of the picture is their width and height.
    net : mx.gluon.nn.Sequential
        From `network`, in float32.
    device : mx.Context
        Where `net` is and the features are to be.
    """
    content_layers, style_layers = variants.compared_layers(settings)
    layers = {'content_layers': content_layers, 'style_layers': style_layers}
    shape: Any = settings.width, settings.height
    images = _resized(images, settings)
    X, contents_Y = get_contents(images[0], net, shape, device, **layers)
    _, styles_Y = get_styles(images[1], net, shape, device, **layers)
    loss = LOSSES[settings.loss]
    return Objective(
        X, contents_Y, styles_Y, layers, settings.loss_weights, loss
    )


def objective_of(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    device: mx.Context,
    crew_of: Callable[..., Any] | None = None,
) -> Objective | TiledObjective:
    """Extract the same, in tiles if the settings have them.

    From then on freed memory is given back for tiles, and kept otherwise.
    `crew_of` makes what computes the tiles, of the settings, their `Scope`,
    a network and the content features; by default it is `Here`.
    """
    scope = find_scope(settings)
    if scope is None:
        keep_freed_memory()
        return find_objective(images, settings, net, device)
    give_back_freed_memory()
    shape: Any = settings.width, settings.height
    images = _resized(images, settings)
    new_crew = partial(crew_of or _here, settings, scope)
    crew = new_crew(net, None)
    X = preprocess(images[0], shape).as_in_ctx(device)
    contents = crew.contents(X)
    style_X = preprocess(images[1], shape).as_in_ctx(device)
    grams = grams_of(crew, style_X)
    return TiledObjective(X, scope, contents, grams, new_crew)


def _here(settings: Settings, scope: Scope, net: Any, contents: Any) -> Here:
    return Here(scope, net, contents)


def _resized(
    images: tuple[np.ndarray, np.ndarray], settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    if settings.resize == 'opencv':  # as `preprocess` does it
        return images
    shape: Any = settings.width, settings.height
    content, style = (variants.resize_antialiased(i, shape) for i in images)
    return content, style


def content_of(image: np.ndarray, settings: Settings) -> np.ndarray:
    """Return the content image, (h, w, 3), resized: shape (1, 3, h, w)."""
    shape: Any = settings.width, settings.height
    return preprocess(_resized((image, image), settings)[0], shape)


def find_scope(settings: Settings) -> Scope | None:
    """Return what the tiles of a stage have in common; None for no tiles."""
    content_layers, style_layers = map(
        indices, variants.compared_layers(settings)
    )
    assert settings.width is not None
    assert settings.height is not None
    size = settings.height, settings.width
    side = tile_side(settings.tile, size, settings.deepest.index)
    if side is None:
        return None
    return Scope(
        size,
        side,
        content_layers,
        style_layers,
        LOSSES[settings.loss],
        settings.loss_weights,
        are_means=settings.loss == 'chapter',
    )
