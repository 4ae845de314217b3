"""What a picture is to become, and how far it is from that: its losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from .._mxnet import mx, nn, np
from ..features import extract_features, get_contents, get_styles
from ..losses import LossWeights, compute_loss, gram
from . import variants
from .lbfgs import gatys_loss
from .settings import Settings

__all__ = ['Objective', 'find_objective']


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

    def losses(self, net: nn.Sequential) -> Callable[[np.ndarray], tuple]:
        """Return a function that gives the losses of a picture by `net`."""
        styles_Y_gram = [gram(Y) for Y in self.styles]

        def losses_of(X: np.ndarray) -> tuple:
            features = extract_features(X, net, **self.layers)
            wanted = self.contents, styles_Y_gram
            return self.compute_loss(X, *features, *wanted, self.loss_weights)

        return losses_of


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
    if settings.resize == 'pillow':
        images = tuple(variants.resize_antialiased(i, shape) for i in images)
    X, contents_Y = get_contents(images[0], net, shape, device, **layers)
    _, styles_Y = get_styles(images[1], net, shape, device, **layers)
    loss = gatys_loss if settings.loss == 'gatys' else compute_loss
    return Objective(
        X, contents_Y, styles_Y, layers, settings.loss_weights, loss
    )
