"""The student, VGG-19 up to conv5_1 with fewer channels, and its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

import numpy

from gluon_style._mxnet import gluon, init, nn, np, npx
from gluon_style.vgg.layers import DEPTHS, VGG19_LAYERS

Convolutions = Mapping[int, 'tuple[numpy.ndarray, numpy.ndarray]']

FILTERS = (32, 64, 96, 192, 128)  # channels of the five blocks
CONVOLUTIONS = [i.index for i in VGG19_LAYERS[:29] if i.is_convolution]
# compared with the teacher: the chapter's layers and conv3_4
TAPS = (0, 5, 10, 16, 19, 25, 28)


def narrow_vgg19(filters: Sequence[int] = FILTERS) -> nn.HybridSequential:
    """Build the first 29 layers of VGG-19 with other numbers of channels.

    `filters` are those of the five blocks; VGG-19 has (64, 128, 256, 512,
    512). Layers have VGG-19's indices; weights are drawn after He et al.
    """
    whole = gluon.model_zoo.vision.VGG(DEPTHS, filters)
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
    `scale`.
    """

    def __init__(self, net: nn.Sequential) -> None:
        super().__init__()
        for i in TAPS:
            outputs, inputs = VGG19_LAYERS[i].channels, net[i].weight.shape[0]
            self.add(nn.Conv2D(outputs, 1, in_channels=inputs))
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


def grams(X: np.ndarray) -> np.ndarray:
    """Gram matrices of a batch, (b, c, h, w) -> (b, c, c).

    Divided by c * h * w, as `gluon_style.losses.gram` does for one sample.
    """
    b, c, h, w = X.shape
    X = X.reshape(b, c, h * w)
    return npx.batch_dot(X, X, transpose_b=True) / (c * h * w)


@dataclass(frozen=True)
class Spreads:
    """How much the teacher's outputs vary, by tap."""

    means: list[np.ndarray]  # of each channel, (1, c, 1, 1)
    features: list[float]  # variance of a channel, averaged over channels
    grams: list[float]  # mean squared distance from the mean Gram matrix

    @classmethod
    def of(cls, outputs: Sequence[np.ndarray]) -> Spreads:
        """Measure the spreads of a batch's outputs, by tap."""
        means, features, matrices = [], [], []
        for X in outputs:
            values = X.asnumpy()
            mean = values.mean((0, 2, 3), keepdims=True)
            means.append(np.array(mean))
            features.append(float(values.var((0, 2, 3)).mean()))
            matrices.append(float(grams(X).asnumpy().var(0).mean()))
        return cls(means, features, matrices)


def imitation_errors(
    student: Sequence[np.ndarray],
    teacher: Sequence[np.ndarray],
    teacher_grams: Sequence[np.ndarray],
    heads: nn.Sequential,
    spreads: Spreads,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Compare the student's tapped layers with the teacher's.

    Parameters
    ----------
    student, teacher : sequence of mx.np.ndarray
        Their outputs of the tapped layers, before the ReLU, (b, c, h, w).
    teacher_grams : sequence of mx.np.ndarray
        The teacher's Gram matrices, (b, c, c).
    heads, spreads
        1x1 convolutions from the student's channels to the teacher's; the
        teacher's spreads on some large batch.

    Returns
    -------
    feature_errors, gram_errors : list of scalar arrays
        One for each tap: mean squared error divided by the spread. 0 is
        perfect, 1 what a constant reaches.
    """
    feature_errors, gram_errors = [], []
    for k, variance in enumerate(spreads.features):
        # the heads work at the size of 1, whatever the teacher's is
        guess = heads[k](student[k]) * variance**0.5
        guess = guess + spreads.means[k]
        feature_errors.append(np.square(guess - teacher[k]).mean() / variance)
        difference = np.square(grams(guess) - teacher_grams[k])
        gram_errors.append(difference.mean() / spreads.grams[k])
    return feature_errors, gram_errors
