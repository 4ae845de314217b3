"""The PyTorch tab's images, network and losses; `torch_tab` runs them.

What makes the tab another computation is here as it happens there: the
in-place ReLU that overwrites the features kept, and Pillow's smoothing
resize. `Settings` turns each into the MXNet tab's counterpart.
"""

from __future__ import annotations

from typing import Any

import numpy
from PIL import Image

from ... import images
from ...errors import SystemLibraryError
from ...runs.settings import Settings
from ...vgg.layers import VGG19_LAYERS, layer_index
from ...vgg.weights import load_weights

try:
    import torch
    from torch import nn
except ImportError:
    raise SystemLibraryError(
        'PyTorch is missing, and this runs the PyTorch tab: install it with '
        "pip install 'gluon-style[torch]'"
    ) from None

__all__ = ['Losses', 'extract_features', 'nn', 'postprocess', 'preprocess',
           'torch', 'vgg19']  # fmt: skip

RGB_MEAN = torch.tensor([0.485, 0.456, 0.406])
RGB_STD = torch.tensor([0.229, 0.224, 0.225])


def preprocess(img: Any, size: tuple[int, int], resize: str) -> torch.Tensor:
    """Resize and standardise an image: (h, w, 3) uint8 to (1, 3, h, w).

    With 'pillow' as torchvision's Resize, ToTensor and Normalize do; with
    'opencv' by the library itself, so that the pixels are the same bits.
    `size` is (width, height).
    """
    if resize == 'opencv':
        return torch.from_numpy(images.preprocess(img, size).asnumpy())
    picture = Image.fromarray(img.asnumpy())
    picture = picture.resize(size, Image.Resampling.BILINEAR)
    X = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) / 255
    mean, std = RGB_MEAN[:, None, None], RGB_STD[:, None, None]
    return ((X - mean) / std).unsqueeze(0)


def postprocess(X: torch.Tensor) -> numpy.ndarray:
    """Return the picture (h, w, 3) in [0, 1] of X (1, 3, h, w)."""
    img = X.detach()[0].permute(1, 2, 0)
    return torch.clamp(img * RGB_STD + RGB_MEAN, 0, 1).numpy()


def vgg19(settings: Settings) -> nn.Sequential:
    """Build torchvision's VGG-19 down to the deepest layer asked for.

    The network is frozen. With aliased features its ReLU works in place, as
    torchvision's does.
    """
    layers = (*settings.content_layers, *settings.style_layers)
    deepest = max(layer_index(i) for i in layers)
    name = settings.weights
    loaded = load_weights(
        f'random:{settings.seed}' if name == 'random' else name, deepest
    )
    net = nn.Sequential()
    for layer in VGG19_LAYERS[: deepest + 1]:
        if layer.is_convolution:
            made: nn.Module = nn.Conv2d(
                layer.in_channels, layer.channels, 3, padding=1
            )
            weight, bias = loaded.convolutions[layer.index]
            made.weight.data = torch.from_numpy(weight.copy())
            made.bias.data = torch.from_numpy(bias.copy())
        elif layer.name.startswith('relu'):
            made = nn.ReLU(inplace=settings.features == 'aliased')
        elif settings.pooling == 'average':
            made = nn.AvgPool2d(2, 2)
        else:
            made = nn.MaxPool2d(2, 2)
        net.append(made)
    return net.requires_grad_(False)


def extract_features(
    X: torch.Tensor, net: nn.Sequential, settings: Settings
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Keep the outputs of some layers; one in place may overwrite them."""
    content_layers = [layer_index(i) for i in settings.content_layers]
    style_layers = [layer_index(i) for i in settings.style_layers]
    contents, styles = [], []
    for i, layer in enumerate(net):
        X = layer(X)
        if i in style_layers:
            styles.append(X)
        if i in content_layers:
            contents.append(X)
    return contents, styles


def content_loss(Y_hat: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
    """Mean squared difference."""
    return torch.square(Y_hat - Y.detach()).mean()


def gram(X: torch.Tensor) -> torch.Tensor:
    """Gram matrix of the channels, divided by the number of values."""
    num_channels, n = X.shape[1], X.numel() // X.shape[1]
    X = X.reshape((num_channels, n))
    return torch.matmul(X, X.T) / (num_channels * n)


def tv_loss(X: torch.Tensor) -> torch.Tensor:
    """Half of the mean absolute steps down and across."""
    down = torch.abs(X[:, :, 1:, :] - X[:, :, :-1, :]).mean()
    return 0.5 * (down + torch.abs(X[..., 1:] - X[..., :-1]).mean())


class Losses:
    """The weighted losses of a picture, against features kept."""

    def __init__(
        self,
        net: nn.Sequential,
        settings: Settings,
        content_X: torch.Tensor,
        style_X: torch.Tensor,
    ) -> None:
        self.net, self.settings = net, settings
        self.contents_Y, _ = extract_features(content_X, net, settings)
        _, styles_Y = extract_features(style_X, net, settings)
        self.styles_Y_gram = [gram(Y) for Y in styles_Y]

    def __call__(self, X: torch.Tensor) -> list[torch.Tensor]:
        """Return content, style and total variation losses, and the total."""
        contents, styles = extract_features(X, self.net, self.settings)
        pairs = list(zip(contents, self.contents_Y))
        grams = [(gram(Y), G) for Y, G in zip(styles, self.styles_Y_gram)]
        weights = self.settings
        if weights.loss == 'gatys':
            share = weights.style_weight / max(len(grams), 1)
            contents_l = [
                content_loss(*i) * (weights.content_weight * i[1].numel() / 2)
                for i in pairs
            ]
            styles_l = [
                content_loss(*i) * (share * i[1].shape[0] ** 2 / 4)
                for i in grams
            ]
            tv_l, repeats = torch.zeros(()), 1
        else:
            contents_l = [
                content_loss(*i) * weights.content_weight for i in pairs
            ]
            styles_l = [content_loss(*i) * weights.style_weight for i in grams]
            tv_l, repeats = (
                tv_loss(X) * weights.tv_weight,
                weights.style_repeats,
            )
        # a list times a number repeats the list
        l = sum(repeats * styles_l + contents_l + [tv_l])
        return [sum(contents_l), sum(styles_l), tv_l, l]  # type: ignore[list-item]
