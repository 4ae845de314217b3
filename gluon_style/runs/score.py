"""The losses of a picture, whoever made it, and how far it is out of range."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable

import numpy

from .._mxnet import mx, nn, np
from ..errors import StyleError, TrainingError
from ..images import picture_range, postprocess, preprocess, read_image
from ..storage.records import save_picture
from .device import find_device
from .objective import objective_of
from .settings import Settings

__all__ = [
    'Score',
    'excess',
    'from_file',
    'scorer',
    'scores_at_end',
    'standardised',
]


@dataclass(frozen=True)
class Score:
    """What a picture is worth.

    Attributes
    ----------
    content_loss, style_loss, tv_loss, total_loss : float
        Weighted, as in `EpochRecord`.
    out_of_range : float
        Share of the pixels, 0 to 1, of which a channel is below black or
        above white: no file can hold them.
    overshoot : float
        How far the furthest value is below black or above white, where
        white is 1 above black; 0 for a picture in range.

    Raises
    ------
    TrainingError
        The total loss is not finite.
    """

    content_loss: float
    style_loss: float
    tv_loss: float
    total_loss: float
    out_of_range: float
    overshoot: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.total_loss):
            raise TrainingError(
                f'the loss of the picture is {self.total_loss}: lower the '
                'learning rate, or check the weights and their scale'
            )


def scorer(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    shape: tuple[int, int],
) -> Callable[[np.ndarray], Score]:
    """Return a function that scores pictures of one size.

    Parameters
    ----------
    images : pair of mx.np.ndarray
        The content and the style image, (h, w, 3), uint8; of any sizes.
    settings : Settings
        Layers, weights of the losses, and whatever else they depend on.
    net : mx.gluon.nn.Sequential
        From `network`: float32, whatever the precision of the run.
    shape : tuple of int
        (width, height) of the pictures in pixels.

    Raises
    ------
    SettingsError
        The pictures are too small for the layers.
    """
    width, height = shape
    sized = replace(settings, width=width, height=height)
    device = find_device(settings.device)
    losses_of = objective_of(images, sized, net, device).losses(net)

    def score(X: np.ndarray) -> Score:
        X = X.as_in_ctx(device)
        contents_l, styles_l, tv_l, l = losses_of(X)
        return Score(
            float(sum(contents_l)),
            float(sum(styles_l)),
            float(tv_l),
            float(l),
            *excess(X),
        )

    return score


def excess(X: np.ndarray) -> tuple[float, float]:
    """Return `out_of_range` and `overshoot` of a picture (1, 3, h, w)."""
    black, white = picture_range(X.ctx)
    beyond = np.maximum(black - X, X - white) / (white - black)
    worst = beyond.max(axis=1)  # -> (1, h, w): each pixel's channels
    return float((worst > 0).mean()), max(0.0, float(worst.max()))


def standardised(img: np.ndarray) -> np.ndarray:
    """Take an image (h, w, 3), uint8, to the network's input at its size."""
    return preprocess(img, (img.shape[1], img.shape[0]))


def from_file(picture: numpy.ndarray, suffix: str) -> np.ndarray:
    """Return what a file of a kind keeps of a picture, standardised.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1], from `postprocess`.
    suffix : str
        '.png', '.jpg', ...: see `save_picture`.

    Returns
    -------
    mx.np.ndarray
        Shape (1, 3, h, w). The pixels do not depend on the record that a
        file is given: these are those of the file to come.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'picture').with_suffix(suffix)
        save_picture(picture, path, {})
        return standardised(read_image(path))


def scores_at_end(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    X: np.ndarray,
    suffix: str = '.png',
) -> tuple[dict[str, Score], Exception | None]:
    """Score a picture as a run left it and as its file is to hold it.

    Parameters
    ----------
    images, settings, net : pair of mx.np.ndarray, Settings, Sequential
        As `scorer` takes them.
    X : mx.np.ndarray
        The picture, shape (1, 3, h, w).
    suffix : str
        Of the file.

    Returns
    -------
    dict, Exception or None
        'as_left' and 'as_saved', and the error that left one out: no picture
        is lost for it.
    """
    scores: dict[str, Score] = {}
    try:
        score = scorer(images, settings, net, (X.shape[3], X.shape[2]))
        scores['as_left'] = score(X)
        picture = postprocess(X).asnumpy()
        scores['as_saved'] = score(from_file(picture, suffix))
    except (StyleError, OSError, MemoryError, mx.base.MXNetError) as error:
        return scores, error
    return scores, None
