"""The network in bfloat16, where the processor computes in it.

bfloat16 keeps the range of float32 with 8 of its 24 bits. Features are
rounded to it from layer to layer; what the losses see, the picture and the
optimiser stay float32.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Sequence

import numpy

from .._mxnet import mx, nn, np, npx
from ..vgg.layers import Layer, layer_index
from .device import gpu_number
from .machine import BFLOAT16_INSTRUCTIONS, cpu_flags
from .settings import Settings

__all__ = ['NOISE', 'available_precision', 'bfloat16_network']

BFLOAT16 = numpy.dtype([('bfloat16', numpy.uint16)])  # MXNet's name for it
# relative error of a loss: seen up to 1e-5 at 225x150 with VGG-19, and 1e-3
# at 48x32 with the student
NOISE = {'float32': 1e-6, 'bfloat16': 1e-3}


def available_precision(settings: Settings) -> str:
    """Return the precision that a run with these settings really has.

    'bfloat16' only on a CPU with instructions for it (avx512_bf16 or
    amx_bf16, as Linux lists them): elsewhere MXNet is slower with it.
    """
    on_cpu = gpu_number(settings.device) is None
    capable = on_cpu and bool(BFLOAT16_INSTRUCTIONS & cpu_flags())
    return settings.precision if capable else 'float32'


def bfloat16_network(
    net: nn.Sequential, layers: Sequence[Layer]
) -> nn.Sequential:
    """Return a network that computes in bfloat16.

    Parameters
    ----------
    net : mx.gluon.nn.Sequential
        In float32, with all its weights; it is not changed.
    layers : sequence of int or str
        Those whose outputs are compared: they are given in float32.

    Returns
    -------
    mx.gluon.nn.Sequential
        Takes and gives float32. Its values are those of `net` within
        0.4 %, and its gradients within 5 % (relative L2).
    """
    compared = {layer_index(layer) for layer in layers}
    rounded = nn.Sequential()
    for i, layer in enumerate(net):
        rounded.add(_BFloat16(layer, i in compared))
    return rounded


class _BFloat16(nn.Block):
    """A layer that computes in bfloat16.

    Parameters
    ----------
    layer : mx.gluon.nn.Block
        A convolution, ReLU or pooling in float32.
    compared : bool
        Whether to give float32.
    """

    def __init__(self, layer: nn.Block, compared: bool) -> None:
        super().__init__()
        self._compute: Any = layer.forward
        if isinstance(layer, nn.Conv2D):
            self._compute = _convolution(layer)
        self._compared = compared

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Give what the layer gives for `X`, in float32 or bfloat16."""
        Y = self._compute(_cast(X, BFLOAT16))
        return _cast(Y, 'float32') if self._compared else Y


def _cast(X: np.ndarray, dtype: Any) -> np.ndarray:
    # the one operator of MXNet 1.9.1 that knows bfloat16
    return mx.nd.amp_cast(X.as_nd_ndarray(), dtype=dtype).as_np_ndarray()


def _convolution(layer: nn.Conv2D) -> Any:
    weight, bias = (
        _cast(parameter.data(), BFLOAT16)
        for parameter in (layer.weight, layer.bias)
    )
    # every convolution of VGG-19 is 3x3
    return partial(
        npx.convolution,
        weight=weight,
        bias=bias,
        kernel=(3, 3),
        pad=(1, 1),
        num_filter=weight.shape[0],
    )
