"""Extract content and style features with the convolutions of VGG-19.

Source: d2l, Neural Style Transfer, "Extracting Features".
"""

from __future__ import annotations

from typing import Sequence

from ._mxnet import check_arrays, mx, nn, np
from .errors import ImageError, LayerError
from .images import preprocess
from .vgg.layers import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    VGG19_LAYERS,
    Layer,
    layer_index,
)
from .vgg.network import pretrained_vgg19
from .vgg.weights import load_weights

__all__ = [
    'vgg19_features',
    'extract_features',
    'get_contents',
    'get_styles',
]


def vgg19_features(
    weights: str | None = None,
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
    device: mx.Context | None = None,
) -> nn.Sequential:
    """Cut the model zoo's VGG-19 off behind the deepest layer asked for.

    Source: d2l, "Extracting Features".

    Parameters
    ----------
    weights : str, optional
        A file, `model-zoo`, `torchvision`, `student`, `random`, or `auto`
        (the default): see `gluon_style.vgg.weights.load_weights`.
    content_layers, style_layers : sequence of int or str
        Layers by index (25) or by name ('conv4_4').
    device : mx.Context, optional
        Where the network is to run; the CPU by default.

    Returns
    -------
    mx.gluon.nn.Sequential
        The frozen network: its parameters have no gradients. Its attribute
        `weights_used` says which weights it holds.

    Raises
    ------
    LayerError
        A layer that VGG-19 does not have, or no layer at all.
    WeightsError
        The weights are missing, damaged or out of reach.
    """
    layers = [layer_index(i) for i in (*content_layers, *style_layers)]
    if not layers:
        raise LayerError('got no layer: name at least one, e.g. conv4_4')
    loaded = load_weights(weights, max(layers))
    pretrained_net = pretrained_vgg19(loaded, device)
    net = nn.Sequential()
    for i in range(max(layers) + 1):
        net.add(pretrained_net[i])
    net.weights_used = loaded.origin
    return net


def extract_features(
    X: np.ndarray,
    net: nn.Sequential,
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Run `X` through the network and keep the outputs of some layers.

    Source: d2l, "Extracting Features".

    Parameters
    ----------
    X : mx.np.ndarray
        Shape (1, 3, h, w), from `preprocess`.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`.
    content_layers, style_layers : sequence of int or str
        Layers whose outputs are wanted.

    Returns
    -------
    contents, styles : list of mx.np.ndarray
        One array (1, channels, h / stride, w / stride) for each layer, in
        the network's order. What a convolution gives is its own output,
        before the ReLU, so it has negative values.

    Raises
    ------
    LayerError
        The network was cut off above a layer asked for.
    ImageError
        The picture is smaller than the stride of the network.
    """
    check_arrays(X=X)
    contents, styles = [], []
    content_layers = _checked_layers(net, content_layers)
    style_layers = _checked_layers(net, style_layers)
    stride = VGG19_LAYERS[len(net) - 1].stride
    if min(X.shape[2:]) < stride:
        raise ImageError(
            f'the picture is {X.shape[3]}x{X.shape[2]} pixels and the '
            f'deepest layer needs at least {stride}x{stride}: take a larger '
            'size or a shallower layer'
        )
    for i in range(len(net)):
        X = net[i](X)  # -> (1, channels, h / stride, w / stride)
        if i in style_layers:
            styles.append(X)
        if i in content_layers:
            contents.append(X)
    return contents, styles


def _checked_layers(net: nn.Sequential, layers: Sequence[Layer]) -> list[int]:
    indices = [layer_index(layer) for layer in layers]
    if max(indices, default=0) >= len(net):
        raise LayerError(
            f'the network ends at layer {len(net) - 1} and cannot give layer '
            f'{max(indices)}: name that layer when calling vgg19_features'
        )
    return indices


def get_contents(
    content_img: np.ndarray,
    net: nn.Sequential,
    image_shape: tuple[int, int],
    device: mx.Context,
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Preprocess the content image and extract its content features.

    Parameters are those of `preprocess` and `extract_features`; `device` is
    an mx.Context such as `try_gpu()`.

    Source: d2l, "Extracting Features".

    Returns
    -------
    content_X : mx.np.ndarray
        Shape (1, 3, height, width).
    contents_Y : list of mx.np.ndarray
        One array for each content layer.
    """
    content_X = preprocess(content_img, image_shape).copyto(device)
    contents_Y, _ = extract_features(
        content_X, net, content_layers, style_layers
    )
    return content_X, contents_Y


def get_styles(
    style_img: np.ndarray,
    net: nn.Sequential,
    image_shape: tuple[int, int],
    device: mx.Context,
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Preprocess the style image and extract its style features.

    Like `get_contents`: returns style_X (1, 3, height, width) and styles_Y,
    one array for each style layer.

    Source: d2l, "Extracting Features".
    """
    style_X = preprocess(style_img, image_shape).copyto(device)
    _, styles_Y = extract_features(style_X, net, content_layers, style_layers)
    return style_X, styles_Y
