"""The synthesised image: a network whose only parameter is the picture.

Source: d2l, Neural Style Transfer, "Initializing the Synthesized Image".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

import numpy

from ._mxnet import gluon, init, mx, nn, np
from ._mxnet.trainer_state import State
from .errors import check_rate
from .images import postprocess
from .losses import gram

__all__ = ['CurrentPicture', 'SynthesizedImage', 'get_inits']


class SynthesizedImage(nn.Block):
    """A block that takes no input and returns its parameter, the picture.

    Source: d2l, "Initializing the Synthesized Image".

    Parameters
    ----------
    img_shape : tuple of int
        (1, 3, height, width).
    """

    def __init__(self, img_shape: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.weight = self.params.get('weight', shape=img_shape)

    def forward(self) -> np.ndarray:
        """Return the picture, shape `img_shape`."""
        return self.weight.data()


def get_inits(
    X: np.ndarray,
    device: mx.Context,
    lr: float,
    styles_Y: list[np.ndarray],
    optimizer: str = 'adam',
    optimizer_params: Mapping[str, Any] | None = None,
) -> tuple[np.ndarray, list[np.ndarray], gluon.Trainer]:
    """Start a synthesised image at `X` and make its optimiser.

    Source: d2l, "Initializing the Synthesized Image".

    Parameters
    ----------
    X : mx.np.ndarray
        The picture to start from, shape (1, 3, h, w); it is copied.
    device : mx.Context
        Where the picture is to live.
    lr : float
        The learning rate.
    styles_Y : list of mx.np.ndarray
        The style image's features.
    optimizer : str
        One that `gluon.Trainer` knows; the chapter's is Adam.
    optimizer_params : mapping, optional
        What it takes beside the learning rate, such as beta1.

    Returns
    -------
    X : mx.np.ndarray
        The picture: the parameter itself, so that it changes at each step.
    styles_Y_gram : list of mx.np.ndarray
        The style image's Gram matrices.
    trainer : mx.gluon.Trainer
        The optimiser over the picture.

    Raises
    ------
    SettingsError
        The learning rate is not above 0 or not finite.
    """
    check_rate(lr)
    gen_img = SynthesizedImage(X.shape)
    gen_img.initialize(init.Constant(X), ctx=device, force_reinit=True)
    trainer = gluon.Trainer(
        gen_img.collect_params(),
        optimizer,
        {'learning_rate': lr, **(optimizer_params or {})},
    )
    styles_Y_gram = [gram(Y) for Y in styles_Y]
    return gen_img(), styles_Y_gram, trainer


@dataclass(frozen=True)
class CurrentPicture:
    """The picture of a run; called, it is made visible.

    Attributes
    ----------
    X : mx.np.ndarray
        As the run left it, shape (1, 3, h, w), not clipped.
    state : callable
        Gives, before the next step, all that the run can go on from.
    """

    X: np.ndarray
    state: Callable[[], State] = dict

    def __call__(self) -> numpy.ndarray:
        """Return the picture, shape (h, w, 3), in [0, 1]."""
        return postprocess(self.X).asnumpy()
