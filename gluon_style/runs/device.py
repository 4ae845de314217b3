"""The device of a run by name; a name is read without MXNet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DeviceError, shortened
from ..vgg.layers import whole_number

if TYPE_CHECKING:
    from .._mxnet import mx

__all__ = ['find_device', 'gpu_number']

MOST_GPUS = 999


def gpu_number(name: str) -> int | None:
    """Read a device's name: the number of its GPU, or None for a CPU.

    'auto' is None too: which it is, MXNet knows.

    Raises
    ------
    DeviceError
        Another name than 'auto', 'cpu', 'gpu' or 'gpu:NUMBER'.

    Examples
    --------
    >>> gpu_number('cpu'), gpu_number('gpu'), gpu_number('gpu:1')
    (None, 0, 1)
    """
    kind, _, number = name.partition(':')
    if name in ('auto', 'cpu'):
        return None
    gpu = whole_number(number or '0', MOST_GPUS)
    if kind == 'gpu' and gpu is not None:
        return gpu
    raise DeviceError(
        f'got device {shortened(name)}, wanted auto, cpu, gpu or gpu:NUMBER'
    )


def find_device(name: str) -> mx.Context:
    """Return the device of that name: 'auto', 'cpu', 'gpu' or 'gpu:1'.

    Raises
    ------
    DeviceError
        Another name, or a GPU that MXNet does not see.
    """
    gpu = gpu_number(name)
    from .._mxnet import mx
    from ..training import try_gpu

    if gpu is None:
        return try_gpu() if name == 'auto' else mx.cpu()
    if gpu >= mx.context.num_gpus():
        raise DeviceError(
            f'got device {name!r}, but MXNet {mx.__version__} sees '
            f'{mx.context.num_gpus()} GPUs (the build on PyPI has none): '
            'take cpu'
        )
    return mx.gpu(gpu)
