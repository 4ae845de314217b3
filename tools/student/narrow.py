"""The student: the model zoo's VGG-19 up to conv5_1 with fewer channels."""

from __future__ import annotations

from typing import Mapping, Sequence

import numpy

from gluon_style._mxnet import gluon, init, mx, nn, np
from gluon_style.vgg.layers import VGG19_LAYERS

__all__ = [
    'CONVOLUTIONS',
    'FILTERS',
    'TAPS',
    'Convolutions',
    'Heads',
    'convolutions',
    'narrow_vgg19',
    'parameters',
    'set_convolutions',
    'tapped',
]

Convolutions = Mapping[int, 'tuple[numpy.ndarray, numpy.ndarray]']

FILTERS = (32, 64, 96, 192, 128)  # channels of the five blocks
CONVOLUTIONS = [i.index for i in VGG19_LAYERS[:29] if i.is_convolution]
# compared with the teacher: the chapter's layers and conv3_4
TAPS = (0, 5, 10, 16, 19, 25, 28)


def narrow_vgg19(filters: Sequence[int] = FILTERS) -> nn.HybridSequential:
    """Build the first 29 layers of VGG-19 with other numbers of channels.

    Parameters
    ----------
    filters : sequence of int
        Channels of the five blocks; VGG-19 has (64, 128, 256, 512, 512).

    Returns
    -------
    mx.gluon.nn.HybridSequential
        Layers by the indices of VGG-19, drawn after He et al.
    """
    whole = gluon.model_zoo.vision.VGG([2, 2, 4, 4, 4], list(filters))
    net = nn.HybridSequential()
    for layer in VGG19_LAYERS[:29]:
        net.add(whole.features[layer.index])
    net.initialize(init.MSRAPrelu('in', 0), force_reinit=True)
    net(np.zeros((1, 3, 32, 32)))  # the shapes are known at first use
    return net


def tapped(net: nn.Sequential, X: np.ndarray) -> list[np.ndarray]:
    """Return the outputs of the layers in `TAPS`, each (b, c, h, w).

    Of conv1_1 and conv2_1, a quarter of the picture: they have few weights
    and two thirds of all values.
    """
    outputs = []
    for i in range(max(TAPS) + 1):
        X = net[i](X)
        if i in TAPS:
            half = X.shape[2] // 2
            outputs.append(X[:, :, :half, :half] if i < 10 else X)
    return outputs


class Heads(nn.HybridSequential):
    """The 1x1 convolutions through which student and teacher are compared.

    One for each tap, from the student's channels to the teacher's; they are
    thrown away after training, but for the lengths of their columns: see
    `rescaling`.
    """

    def __init__(self, net: nn.Sequential) -> None:
        super().__init__()
        for i in TAPS:
            wanted, given = VGG19_LAYERS[i].channels, net[i].weight.shape[0]
            self.add(nn.Conv2D(wanted, 1, in_channels=given))
        self.initialize(init.MSRAPrelu('in', 1))


def convolutions(net: nn.Sequential) -> Convolutions:
    """Return kernels and biases by layer index, as NumPy arrays."""
    return {
        i: (net[i].weight.data().asnumpy(), net[i].bias.data().asnumpy())
        for i in CONVOLUTIONS
    }


def set_convolutions(net: nn.Sequential, values: Convolutions) -> None:
    """Give a network its kernels and biases."""
    for i, (kernel, bias) in values.items():
        net[i].weight.set_data(np.array(kernel, dtype='float32'))
        net[i].bias.set_data(np.array(bias, dtype='float32'))


def parameters(*blocks: gluon.Block) -> list[mx.gluon.Parameter]:
    """Return the parameters of the blocks, in a fixed order."""
    return [p for b in blocks for p in b.collect_params().values()]
