"""One whole run, from two images to a picture, as a function of settings."""

from __future__ import annotations

from ._mxnet import mx, nn, np
from .errors import DeviceError
from .features import get_contents, get_styles, vgg19_features
from .losses import LossWeights
from .settings import Settings, fitted_shape
from .training import Callback, train, try_gpu

__all__ = ['find_device', 'network', 'run']


def find_device(name: str) -> mx.Context:
    """Return the device of that name: 'auto', 'cpu', 'gpu' or 'gpu:1'.

    Raises
    ------
    DeviceError
        Another name, or a GPU that MXNet does not see.
    """
    if name in ('auto', 'cpu'):
        return try_gpu() if name == 'auto' else mx.cpu()
    kind, _, number = name.partition(':')
    if kind != 'gpu' or not (number or '0').isdigit():
        raise DeviceError(
            f'got device {name!r}, wanted auto, cpu, gpu or gpu:NUMBER'
        )
    if int(number or 0) >= mx.context.num_gpus():
        raise DeviceError(
            f'got device {name!r}, but MXNet {mx.__version__} sees '
            f'{mx.context.num_gpus()} GPUs (the build on PyPI has none): '
            'take cpu'
        )
    return mx.gpu(int(number or 0))


def network(settings: Settings) -> nn.Sequential:
    """Load the network of a run; see `vgg19_features`."""
    weights = settings.weights
    return vgg19_features(
        f'random:{settings.seed}' if weights == 'random' else weights,
        settings.content_layers,
        settings.style_layers,
        find_device(settings.device),
    )


def run(
    content_img: np.ndarray,
    style_img: np.ndarray,
    settings: Settings = Settings(),
    callback: Callback | None = None,
    every: int = 10,
    net: nn.Sequential | None = None,
) -> np.ndarray:
    """Give the content image the style of the other.

    Parameters
    ----------
    content_img, style_img : mx.np.ndarray
        Shape (h, w, 3), uint8, from `read_image`; of any sizes.
    settings : Settings
        The chapter's by default.
    callback, every
        As for `train`.
    net : mx.gluon.nn.Sequential, optional
        A network loaded before with the same settings.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width); `postprocess` makes it
        visible.
    """
    device = find_device(settings.device)
    mx.random.seed(settings.seed)
    net = net or network(settings)
    layers = (settings.content_layers, settings.style_layers)
    image_shape = fitted_shape(settings, content_img.shape)
    content_X, contents_Y = get_contents(
        content_img, net, image_shape, device, *layers
    )
    _, styles_Y = get_styles(style_img, net, image_shape, device, *layers)
    return train(
        content_X,
        contents_Y,
        styles_Y,
        net,
        device,
        settings.lr,
        settings.epochs,
        settings.lr_decay_epoch,
        callback,
        every=every,
        content_layers=settings.content_layers,
        style_layers=settings.style_layers,
        loss_weights=LossWeights(
            settings.content_weight,
            settings.style_weight,
            settings.tv_weight,
            settings.style_repeats,
        ),
    )
