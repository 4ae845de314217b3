"""The three losses of style transfer and their weighted sum.

Source: d2l, Neural Style Transfer, "Defining the Loss Function".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from ._mxnet import check_arrays, np, npx
from .errors import ArrayError, ImageError

__all__ = [
    'content_loss',
    'gram',
    'style_loss',
    'tv_loss',
    'LossWeights',
    'compute_loss',
]


def content_loss(Y_hat: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Mean squared difference of two feature maps of one shape.

    Returns a scalar array (shape ()), at least 0.

    Source: d2l, "Content Loss".
    """
    _check_alike(Y_hat, Y)
    return np.square(Y_hat - Y).mean()


def _check_alike(Y_hat: np.ndarray, Y: np.ndarray) -> None:
    check_arrays(Y_hat=Y_hat, Y=Y)
    if Y_hat.shape != Y.shape:
        raise ArrayError(
            f'got features or Gram matrices of the shapes {Y_hat.shape} and '
            f'{Y.shape}, wanted two of one shape: take both at one size and '
            'from the same layers'
        )


def _check_lengths(name: str, first: Sequence[Any], second: Any) -> None:
    if len(first) != len(second):
        raise ArrayError(
            f'got {name} of {len(first)} and {len(second)} layers, wanted as '
            'many of each: extract both with the same layers'
        )


def gram(X: np.ndarray) -> np.ndarray:
    """Gram matrix of the channels of one feature map.

    Parameters
    ----------
    X : mx.np.ndarray
        Shape (1, c, h, w), float32, any range.

    Returns
    -------
    mx.np.ndarray
        Shape (c, c): inner products of the channels, divided by c * h * w.

    Raises
    ------
    ImageError
        The batch is not 1; the chapter's version mixes such samples
        without a word.

    Notes
    -----
    Gatys et al. do not divide.

    Source: d2l, "Style Loss".
    """
    check_arrays(X=X)
    # differs from the chapter, which mixes the samples of a larger batch
    if X.ndim != 4 or X.shape[0] != 1:
        raise ImageError(
            f'got features of shape {X.shape}, wanted (1, c, h, w): one '
            'sample at a time, for the Gram matrices of several would mix'
        )
    num_channels, n = X.shape[1], X.shape[2] * X.shape[3]
    X = X.reshape(num_channels, n)  # (1, c, h, w) -> (c, h*w)
    # differs from the chapter's dot(X, X.T), whose gradient is two equal
    # products: here the second factor is held fixed (detached), and the
    # transpose brings in what it would have added
    XXT = npx.fully_connected(
        X, X.detach(), num_hidden=num_channels, no_bias=True
    )  # -> (c, c)
    XXT = XXT + XXT.T - XXT.detach()
    return XXT / (num_channels * n)


def style_loss(Y_hat: np.ndarray, gram_Y: np.ndarray) -> np.ndarray:
    """Mean squared difference of the Gram matrix of `Y_hat` and `gram_Y`.

    `Y_hat` has shape (1, c, h, w), or is a Gram matrix already; `gram_Y` has
    (c, c). Returns a scalar array.

    Source: d2l, "Style Loss".
    """
    check_arrays(Y_hat=Y_hat)
    # differs from the chapter: tiles have summed their Gram matrices up
    gram_Y_hat = Y_hat if Y_hat.ndim == 2 else gram(Y_hat)
    _check_alike(gram_Y_hat, gram_Y)
    return np.square(gram_Y_hat - gram_Y).mean()


def tv_loss(Y_hat: np.ndarray) -> np.ndarray:
    """Total variation: half of the mean absolute steps down and across.

    `Y_hat` has shape (1, c, h, w) with h and w at least 2. Returns a scalar
    array.

    Source: d2l, "Total Variation Loss".
    """
    check_arrays(Y_hat=Y_hat)
    return 0.5 * (
        np.abs(Y_hat[:, :, 1:, :] - Y_hat[:, :, :-1, :]).mean()
        + np.abs(Y_hat[:, :, :, 1:] - Y_hat[:, :, :, :-1]).mean()
    )


@dataclass(frozen=True)
class LossWeights:
    """What each loss counts for; the defaults are the given chapter's.

    Attributes
    ----------
    content, style, tv : float
        Factors of the three losses. The losses reported carry them.
    style_repeats : int
        How many times the total counts the style losses. The chapter's
        `sum(10 * styles_l + ...)` multiplies a list, that is, repeats it:
        the style loss reported is a tenth of the one that is minimised.
    """

    content: float = 1
    style: float = 1e3
    tv: float = 10
    style_repeats: int = 10


def compute_loss(
    X: np.ndarray,
    contents_Y_hat: list[np.ndarray],
    styles_Y_hat: list[np.ndarray],
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    loss_weights: LossWeights = LossWeights(),
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray, np.ndarray]:
    """Weigh the losses of picture `X` and add them up.

    Source: d2l, "Loss Function".

    Parameters
    ----------
    X : mx.np.ndarray
        The synthesised picture, shape (1, 3, h, w).
    contents_Y_hat, styles_Y_hat : list of mx.np.ndarray
        Its features, from `extract_features`.
    contents_Y, styles_Y_gram : list of mx.np.ndarray
        The content image's features and the style image's Gram matrices.
    loss_weights : LossWeights
        What each loss counts for.

    Returns
    -------
    contents_l, styles_l : list of scalar arrays
        The weighted losses, one for each layer.
    tv_l, l : scalar arrays
        The weighted total variation, and the total that is minimised: it
        holds `styles_l` `loss_weights.style_repeats` times.

    Raises
    ------
    ArrayError
        Lists of unequal length, two shapes, or arrays of another library.
    """
    _check_lengths('contents', contents_Y_hat, contents_Y)
    _check_lengths('styles', styles_Y_hat, styles_Y_gram)
    contents_l = [
        content_loss(Y_hat, Y) * loss_weights.content
        for Y_hat, Y in zip(contents_Y_hat, contents_Y)
    ]
    styles_l = [
        style_loss(Y_hat, Y) * loss_weights.style
        for Y_hat, Y in zip(styles_Y_hat, styles_Y_gram)
    ]
    tv_l = tv_loss(X) * loss_weights.tv
    l = sum(loss_weights.style_repeats * styles_l + contents_l + [tv_l])
    return contents_l, styles_l, tv_l, l
