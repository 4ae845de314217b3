"""How hard each term of the loss pulls at the pixels, step by step."""

from __future__ import annotations

from typing import Collection

import numpy

from .._mxnet import nn, np
from ..losses import gram
from ..runs.objective import Objective, find_objective
from ..runs.run import run
from ..runs.score import standardised
from ..runs.settings import Settings
from ..storage.image_files import eight_bits
from ..training import CurrentPicture, EpochRecord
from ..vgg.network import device_of
from .measures import gradient_norms, gradient_shares

__all__ = ['pulls_at', 'shares_of_gradient', 'watch_pulls']


def pulls_at(
    picture: numpy.ndarray,
    content_img: np.ndarray,
    style_img: np.ndarray,
    settings: Settings,
    net: nn.Sequential,
) -> dict[str, float]:
    """Measure each term's share of the pull at one picture.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1]; its size is that of the settings.
    content_img, style_img : mx.np.ndarray
        From `read_image`, of any sizes.
    settings : Settings
        The layers and weights of the loss.
    net : mx.gluon.nn.Sequential
        From `network`, with these layers.

    Returns
    -------
    dict
        As `gradient_shares` gives them; they add up to 1.
    """
    settings = settings.sized(content_img.shape)
    objective = _objective(content_img, style_img, settings, net)
    pixels = np.array(eight_bits(picture), dtype='uint8')
    return shares_of_gradient(standardised(pixels), objective, net)


def watch_pulls(
    content_img: np.ndarray,
    style_img: np.ndarray,
    settings: Settings,
    net: nn.Sequential,
    steps: Collection[int],
) -> dict[int, dict[str, float]]:
    """Run, and measure the shares after some of the steps.

    Step 0 is the content image, where the run begins. Otherwise as
    `pulls_at`; the result is by step.
    """
    settings = settings.sized(content_img.shape)
    objective = _objective(content_img, style_img, settings, net)
    watched = {}
    if 0 in steps:
        watched[0] = shares_of_gradient(objective.content, objective, net)

    def watch(record: EpochRecord, picture: CurrentPicture) -> None:
        if record.epoch in steps:
            watched[record.epoch] = shares_of_gradient(
                picture.X, objective, net
            )

    run(content_img, style_img, settings, watch, 1, net)  # type: ignore[arg-type]
    return watched


def _objective(
    content_img: np.ndarray,
    style_img: np.ndarray,
    settings: Settings,
    net: nn.Sequential,
) -> Objective:
    device = device_of(net)
    return find_objective((content_img, style_img), settings, net, device)


def shares_of_gradient(
    X: np.ndarray, objective: Objective, net: nn.Sequential
) -> dict[str, float]:
    """Measure the shares at a picture (1, 3, h, w), as `pulls_at` does."""
    norms = gradient_norms(
        X.as_in_ctx(objective.content.ctx),
        net,
        objective.contents,
        [gram(Y) for Y in objective.styles],
        loss_weights=objective.loss_weights,
        **objective.layers,
    )
    return gradient_shares(norms)
