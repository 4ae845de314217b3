"""How far from float64 a float32 implementation may be, and why.

The one table of tolerances of `gluon-style parity`. Errors are relative in
L2 but for the inputs, whose largest absolute error counts, and the median
of the gradient's.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ['MEDIAN', 'TOLERANCES', 'Tolerance', 'kind_of']


MEDIAN = 'gradient (median)'  # the row that kinks do not move


class Tolerance(NamedTuple):
    """What an error is held against.

    Attributes
    ----------
    factor : float
        Beside PyTorch: how many times its error ours may be.
    floor : float
        Beside PyTorch: an error that is accepted however small PyTorch's is.
    alone : float
        Without PyTorch: the error accepted, of ours and of a trace's.
    absolute : bool
        Whether the largest absolute error counts, instead of relative L2.
    reason : str
        Where the error comes from.
    """

    factor: float
    floor: float
    alone: float
    absolute: bool
    reason: str


# Measured with MXNet 1.9.1 and PyTorch 2.13.0 on one processor (AVX-512),
# real weights at 96x64 and 450x300 with the samples, ten more pictures X at
# 96x64 and 225x150, random weights at 48x32. Another processor's libraries
# add in another order: factors are about twice the worst one measured.
TOLERANCES: dict[str, Tolerance] = {
    'image': Tolerance(
        1, 0.0176, 0.0176, True,
        'the resized image is rounded to eight bits: one level is 1 / 255 / '
        '0.224; measured 0.013; the other resizing is off by 0.6 to 2.3',
    ),
    'start': Tolerance(
        1, 1e-6, 1e-6, True,
        'a sum of two float32 numbers below 8: measured 1.3e-7',
    ),
    'features': Tolerance(
        8, 3e-7, 5e-6, False,
        'sums of up to 4608 products in each convolution: measured 1.9e-7, '
        'targets 5.9e-7 and 4.2 times PyTorch (random weights 1.8e-6): '
        'outside autograd.record MXNet runs another convolution of oneDNN '
        '(brgconv); floor: 5 roundings of 6e-8',
    ),
    'gram': Tolerance(
        6, 5e-7, 5e-6, False,
        'sums of up to 135000 products of features: measured 4.8e-7, 3.4 '
        'times PyTorch; floor: 8 roundings',
    ),
    'loss': Tolerance(
        6, 5e-6, 1e-5, False,
        'one number, whose error may be 0 by luck (17 times PyTorch at '
        '1e-7), so that the floor decides: measured 9.7e-7, random weights '
        '2.8e-6; differences of nearly equal features lose digits',
    ),
    'gradient': Tolerance(
        6, 1e-3, 1e-3, False,
        'away from kinks 9.2e-7 (with the loss of Gatys et al. 2.4e-6), 2.4 '
        'times PyTorch; but where a value is so '
        'near 0, or two so near each other, that rounding turns a ReLU or a '
        'maximum the other way, a path of the gradient moves, in 3 of 15 '
        'pictures: measured 2.5e-4, of PyTorch as of MXNet',
    ),
    'median': Tolerance(
        5, 5e-7, 5e-6, False,
        'the median error of a pixel over the root mean square gradient, '
        'which few kinks do not move: measured 3.3e-7 (Gatys et al. '
        '1.3e-6), 2.5 times PyTorch',
    ),
    'adam': Tolerance(
        4, 1e-5, 1e-5, False,
        'MXNet takes 1 - beta in float32: 1 - beta2 is 1.3e-5 too small, '
        'which makes the step 6.4e-6 too long, and 1 - beta1 adds 0.24e-6: '
        '6.7e-6 in all, 78 times the error of PyTorch, which takes them in '
        'double; epsilon in the other place: 4e-3, 1e-2',
    ),
}  # fmt: skip


def kind_of(name: str) -> str:
    """Return the row of the table that a quantity belongs to.

    Examples
    --------
    >>> kind_of('features_conv1_1'), kind_of('style_loss'), kind_of('X')
    ('features', 'loss', 'start')
    """
    if 'loss' in name:
        return 'loss'
    if 'gram' in name:
        return 'gram'
    if name.startswith(('features', 'target')):
        return 'features'
    return {
        'content_X': 'image',
        'style_X': 'image',
        'X': 'start',
        'gradient': 'gradient',
        MEDIAN: 'median',
        'adam_step': 'adam',
    }[name]
