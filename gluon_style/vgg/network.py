"""The model zoo's VGG-19 with our weights in it, frozen."""

from __future__ import annotations

from .._mxnet import gluon, init, mx, nn, np
from .layers import DEPTHS
from .weights import VGG19Weights

__all__ = ['device_of', 'pretrained_vgg19']


def pretrained_vgg19(
    loaded: VGG19Weights, device: mx.Context | None = None
) -> nn.HybridSequential:
    """Build the network that the chapter calls `pretrained_net.features`.

    Parameters
    ----------
    loaded : VGG19Weights
        From `load_weights`. Layers behind its last convolution have no
        weights and cannot be used.
    device : mx.Context, optional
        Where the network is to run; the CPU by default.

    Returns
    -------
    mx.gluon.nn.HybridSequential
        The layers of `gluon.model_zoo.vision.vgg19().features`, or those of
        a narrower student.
    """
    # vgg19() itself, unless the weights are those of a narrower student
    features = gluon.model_zoo.vision.VGG(DEPTHS, loaded.filters).features
    # differs from the chapter, which computes these gradients for nothing
    features.collect_params().setattr('grad_req', 'null')
    for i, (weight, bias) in loaded.convolutions.items():
        features[i].weight.shape = weight.shape  # else known at first use
        features[i].initialize(init.Zero(), ctx=device or mx.cpu())
        features[i].weight.set_data(np.array(weight, dtype='float32'))
        features[i].bias.set_data(np.array(bias, dtype='float32'))
    return features


def device_of(net: nn.Block) -> mx.Context:
    """Say where the weights of a network are."""
    return next(iter(net.collect_params().values())).list_ctx()[0]
