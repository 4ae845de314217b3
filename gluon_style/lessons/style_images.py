"""Other style images from one painting, and how alike a painting's parts are.

Images are arrays (h, w, 3), uint8.
"""

from __future__ import annotations

import numpy

from .._mxnet import nn, np
from ..features import extract_features
from ..images import preprocess
from ..losses import LossWeights, gram, style_loss
from ..vgg.network import device_of

__all__ = ['corner_loss', 'detail', 'shuffled_tiles']


def detail(image: numpy.ndarray) -> numpy.ndarray:
    """Cut out a third of the width and height, below the middle.

    Resized to the picture, its strokes are three times as large as those of
    the whole.
    """
    height, width = image.shape[:2]
    top, left = height // 2, width // 3
    return image[top : top + height // 3, left : left + width // 3]


def shuffled_tiles(image: numpy.ndarray, side: int = 40) -> numpy.ndarray:
    """Cut an image into square tiles and lay them out in a random order.

    What is left at the right and lower edge, less than a side, is dropped.
    """
    rows, columns = (length // side for length in image.shape[:2])
    tiles = (
        image[: rows * side, : columns * side]
        .reshape(rows, side, columns, side, 3)
        .swapaxes(1, 2)
        .reshape(-1, side, side, 3)
    )
    order = numpy.random.RandomState(0).permutation(len(tiles))
    return (
        tiles[order]
        .reshape(rows, columns, side, side, 3)
        .swapaxes(1, 2)
        .reshape(rows * side, columns * side, 3)
    )


def corner_loss(
    img: np.ndarray, shape: tuple[int, int], net: nn.Sequential
) -> float:
    """Measure how unlike the whole an image's four quarters are in style.

    Parameters
    ----------
    img : mx.np.ndarray
        From `read_image`.
    shape : tuple of int
        (width, height) of the picture, to which it is resized.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`, with the chapter's layers.

    Returns
    -------
    float
        The chapter's style loss of a quarter's features against the whole's,
        the mean over the quarters.
    """
    device = device_of(net)
    X = preprocess(img, shape).copyto(device)
    losses = []
    for Y in extract_features(X, net)[1]:
        height, width = (-(-side // 2) for side in Y.shape[2:])
        for rows in (slice(height), slice(-height, None)):
            for columns in (slice(width), slice(-width, None)):
                quarter = Y[:, :, rows, columns]
                losses.append(float(style_loss(quarter, gram(Y))))
    return LossWeights().style * sum(losses) / 4
