"""What other editions of the chapter do otherwise, one function each.

The chapter's modules hold the default recipe. The differences that a recipe
can name (see `recipes`) are here, so that nobody meets them in the lesson.
"""

from __future__ import annotations

import math
from typing import Any, Sequence

import numpy
from PIL import Image

from .._mxnet import mx, nn, np
from ..vgg.layers import VGG19_LAYERS, Layer, layer_index
from .settings import Settings

__all__ = [
    'PyTorchAdam',
    'adam_options',
    'aliased_layers',
    'average_pooling',
    'compared_layers',
    'layer_names',
    'resize_antialiased',
]


def resize_antialiased(
    img: np.ndarray, image_shape: tuple[int, int]
) -> np.ndarray:
    """Resize with Pillow's bilinear, as torchvision's `Resize` does.

    Pillow widens its filter when it shrinks, so that fine texture is
    averaged; OpenCV takes two samples in each direction and skips the rest.

    Parameters
    ----------
    img : mx.np.ndarray
        Shape (h, w, 3), uint8.
    image_shape : tuple of int
        (width, height).

    Returns
    -------
    mx.np.ndarray
        Shape (height, width, 3), uint8: `preprocess` leaves its size alone.
    """
    picture = Image.fromarray(img.asnumpy())
    resized = picture.resize(image_shape, Image.Resampling.BILINEAR)
    return np.array(numpy.asarray(resized), dtype='uint8')


def aliased_layers(layers: Sequence[Layer], deepest: int) -> list[int]:
    """Name the layers whose values the PyTorch tab really compares.

    torchvision's ReLU works in place: it overwrites the convolution output
    that `extract_features` has stored, so that every feature is that of the
    ReLU behind it, but for the deepest layer, where the network ends.

    Examples
    --------
    >>> aliased_layers(['conv1_1', 28], 28)
    [1, 28]
    """
    indices = [layer_index(layer) for layer in layers]
    return [
        i + 1 if VGG19_LAYERS[i].is_convolution and i < deepest else i
        for i in indices
    ]


def compared_layers(
    settings: Settings,
) -> tuple[list[Layer], list[Layer]]:
    """Return the content and style layers whose outputs are compared."""
    layers = (settings.content_layers, settings.style_layers)
    if settings.features == 'convolution':
        return list(layers[0]), list(layers[1])
    deepest = settings.deepest.index
    content, style = (aliased_layers(i, deepest) for i in layers)
    return list(content), list(style)


def layer_names(settings: Settings) -> list[str]:
    """Name the layers of `EpochRecord.layers`, in their order.

    Examples
    --------
    >>> layer_names(Settings(style_layers=[5, 'conv1_1']))
    ['content conv4_4', 'style conv1_1', 'style conv2_1']
    """
    return [
        f'{term} {VGG19_LAYERS[index].name}'
        for term, layers in zip(
            ('content', 'style'), compared_layers(settings)
        )
        for index in sorted({layer_index(i) for i in layers})
    ]


def average_pooling(net: nn.Sequential) -> nn.Sequential:
    """Return a network with average instead of maximum pooling."""
    pooled = nn.Sequential()
    for layer in net:
        average = isinstance(layer, nn.MaxPool2D)
        pooled.add(nn.AvgPool2D(2, 2) if average else layer)
    pooled.weights_used = net.weights_used
    return pooled


@mx.optimizer.register
class PyTorchAdam(mx.optimizer.Adam):
    """Adam with epsilon where PyTorch has it.

    Both divide by sqrt(v) + epsilon, PyTorch after it has corrected the bias
    of v, MXNet before: at step t MXNet's epsilon is larger by the factor
    1 / sqrt(1 - beta2**t), 32 at the first step.
    """

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Take one step with the epsilon that makes it PyTorch's."""
        done = self._index_update_count.get(index, self.begin_num_update)
        whole: float = self.epsilon  # type: ignore[has-type]
        self.epsilon = whole * math.sqrt(1 - self.beta2 ** (done + 1))
        super().update(index, weight, grad, state)
        self.epsilon = whole


def adam_options(settings: Settings) -> dict[str, Any]:
    """Return what `train` takes beside the chapter's arguments."""
    pytorch = settings.adam_epsilon == 'pytorch'
    cosine = settings.schedule == 'cosine'
    return {
        'lr_decay': settings.lr_decay,
        'optimizer': 'pytorchadam' if pytorch else 'adam',
        'optimizer_params': {
            'beta1': settings.beta1,
            'beta2': settings.beta2,
        },
        'schedule': mx.lr_scheduler.CosineScheduler(
            settings.epochs, base_lr=settings.lr
        )
        if cosine
        else None,
        'in_range': settings.in_range,
    }
