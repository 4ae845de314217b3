"""The floor: how fast this machine multiplies float32 matrices.

A lap is `steps` products of two square matrices of `size` rows by one of the
`LIBRARIES`, with a thread for each physical core.
"""

import time

import numpy
from laps import Laps

LIBRARIES = ('numpy', 'mxnet', 'torch')


def product(library, size):
    """Return a function that multiplies two matrices and waits for it."""
    state = numpy.random.RandomState(0)
    A, B = state.standard_normal((2, size, size)).astype('float32')
    return {'numpy': _numpy, 'mxnet': _mxnet, 'torch': _torch}[library](A, B)


def _numpy(A, B):
    return lambda: numpy.dot(A, B)


def _mxnet(A, B):
    from mxnet import np, npx

    import gluon_style  # noqa: F401  (mends NumPy and Python for MXNet)

    A, B = np.array(A), np.array(B)

    def multiply():  # by oneDNN, which is faster than the OpenBLAS of np.dot
        npx.fully_connected(
            A, B, num_hidden=len(B), no_bias=True
        ).wait_to_read()

    return multiply


def _torch(A, B):
    import torch

    A, B = torch.from_numpy(A), torch.from_numpy(B)
    return lambda: torch.matmul(A, B)


def main():
    """Multiply at the parent's pace; the "loss" is the shortest time."""
    laps = Laps()
    multiply = product(laps.job['library'], laps.job['size'])
    laps.start()
    times = []
    for epoch in range(laps.job['epochs']):
        start = time.perf_counter()
        multiply()
        times.append(time.perf_counter() - start)
        laps.end_epoch(epoch + 1, lambda: None, lambda: min(times))


if __name__ == '__main__':
    main()
