"""What the student is to learn: the teacher's features and Gram matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from gluon_style._mxnet import nn, np, npx

__all__ = ['Spreads', 'grams', 'imitation_errors']


def grams(X: np.ndarray) -> np.ndarray:
    """Gram matrices of a batch, (b, c, h, w) -> (b, c, c).

    Divided by c * h * w, as `gluon_style.losses.gram` does for one sample.
    """
    b, c, h, w = X.shape
    X = X.reshape(b, c, h * w)
    return npx.batch_dot(X, X, transpose_b=True) / (c * h * w)


@dataclass(frozen=True)
class Spreads:
    """How much the teacher's outputs vary, by tap.

    Attributes
    ----------
    means : list of array
        Mean of each channel, (1, c, 1, 1).
    features, grams : list of float
        Variance of a channel about its mean, averaged over the channels;
        mean squared difference of a Gram matrix and the mean matrix.
    """

    means: list[np.ndarray]
    features: list[float]
    grams: list[float]

    @classmethod
    def of(cls, wanted: Sequence[np.ndarray]) -> Spreads:
        """Measure the spreads of a batch."""
        means, features, matrices = [], [], []
        for X in wanted:
            values = X.asnumpy()
            mean = values.mean((0, 2, 3), keepdims=True)
            means.append(np.array(mean))
            features.append(float(values.var((0, 2, 3)).mean()))
            matrices.append(float(grams(X).asnumpy().var(0).mean()))
        return cls(means, features, matrices)


def imitation_errors(
    imitated: Sequence[np.ndarray],
    wanted: Sequence[np.ndarray],
    wanted_grams: Sequence[np.ndarray],
    heads: nn.Sequential,
    spreads: Spreads,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Compare the student's tapped layers with the teacher's.

    Parameters
    ----------
    imitated, wanted : sequence of mx.np.ndarray
        Outputs of the tapped layers, before the ReLU, (b, c, h, w): the
        student's and the teacher's.
    wanted_grams : sequence of mx.np.ndarray
        The teacher's Gram matrices, (b, c, c).
    heads : Heads
        Leads from the student's channels to the teacher's.
    spreads : Spreads
        The teacher's, on some large batch.

    Returns
    -------
    feature_errors, gram_errors : list of scalar arrays
        One for each tap: mean squared error divided by the spread. 0 is
        perfect, 1 what a constant reaches.
    """
    feature_errors, gram_errors = [], []
    for k, (student, teacher) in enumerate(zip(imitated, wanted)):
        # the heads work at the size of 1, whatever the teacher's is
        guess = heads[k](student) * spreads.features[k] ** 0.5
        guess = guess + spreads.means[k]
        feature_errors.append(
            np.square(guess - teacher).mean() / spreads.features[k]
        )
        gram_errors.append(
            np.square(grams(guess) - wanted_grams[k]).mean() / spreads.grams[k]
        )
    return feature_errors, gram_errors
