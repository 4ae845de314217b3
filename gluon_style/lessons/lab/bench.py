"""Drive the chapter's `train` from one change of settings to the next.

`train` goes on from a state to the same bits, so a change needs nothing new:
the run ends after a step, and goes on from its state with other arguments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import numpy

from ..._mxnet import nn, np
from ...runs import variants
from ...runs.counting import RunPicture
from ...runs.device import find_device
from ...runs.objective import Objective, find_objective
from ...runs.run import network
from ...runs.settings import Settings
from ...training import CurrentPicture, EpochRecord, State, train
from ...vgg.layers import layer_index
from ..pulls import shares_of_gradient
from .history import History, Leg

__all__ = ['Bench', 'replay', 'with_rate']


class Bench:
    """All that a steered run needs and that no change touches.

    Parameters
    ----------
    images : pair of mx.np.ndarray
        The content and the style image, (h, w, 3), uint8; of any sizes.
    settings : Settings
        With width and height; its style layers are all that can count.
    net : mx.gluon.nn.Sequential, optional
        From `network`, with the same settings.
    """

    def __init__(
        self,
        images: tuple[np.ndarray, np.ndarray],
        settings: Settings,
        net: nn.Sequential | None = None,
    ) -> None:
        self.net = net or network(settings)
        device = find_device(settings.device)
        self._whole = find_objective(images, settings, self.net, device)
        self._layers = sorted(map(layer_index, settings.style_layers))

    @property
    def content(self) -> np.ndarray:
        """The content image, where a run begins: (1, 3, h, w)."""
        return self._whole.content

    def objective(self, settings: Settings) -> Objective:
        """Return what is made small with these settings."""
        on = {layer_index(i) for i in settings.style_layers}
        styles = [
            Y for i, Y in zip(self._layers, self._whole.styles) if i in on
        ]
        return replace(
            self._whole,
            styles=styles,
            layers={**self._whole.layers, 'style_layers': sorted(on)},
            loss_weights=settings.loss_weights,
        )

    def go(
        self,
        leg: Leg,
        state: State | None,
        callback: Callable[[EpochRecord, CurrentPicture], object],
    ) -> State:
        """Go on from a state to the end of a leg; return the state there.

        Parameters
        ----------
        leg : Leg
            Its settings.
        state : dict, optional
            From `CurrentPicture.state`; None to begin.
        callback : callable
            Called after each step; see `train`.
        """
        reached: State = {}

        def note(record: EpochRecord, picture: Any) -> None:
            callback(record, picture)
            if record.epoch == leg.until:
                reached.update(picture.state())

        settings, objective = leg.settings, self.objective(leg.settings)
        if state and leg.lr is not None:
            state = with_rate(state, leg.lr)
        train(
            self.content,
            objective.contents,
            objective.styles,
            self.net,
            self.content.ctx,
            settings.lr,
            leg.until,
            settings.lr_decay_epoch,
            note,
            every=1,
            loss_weights=objective.loss_weights,
            state=state,
            **objective.layers,
            **variants.adam_options(settings),
        )
        return reached

    def pulls(self, X: np.ndarray, settings: Settings) -> dict[str, float]:
        """Return each term's share of the gradients at a picture.

        It costs about as much as a step for each term. A layer that is
        switched off has no share.
        """
        return shares_of_gradient(X, self.objective(settings), self.net)


def with_rate(state: State, lr: float) -> State:
    """Return the state with another learning rate for the next step."""
    return {**state, 'learning_rate': numpy.array(lr)}


def replay(
    history: History,
    images: tuple[np.ndarray, np.ndarray],
    net: nn.Sequential | None = None,
    callback: Callable[[EpochRecord, RunPicture], object] | None = None,
    device: str | None = None,
) -> np.ndarray:
    """Make a steered run again, to the same bits on the same machine.

    Parameters
    ----------
    history : History
        What was changed when.
    images, net
        As for `Bench`; see `History.check_inputs`.
    callback : callable, optional
        Called after each step as `run` calls its own.
    device : str, optional
        Another than the history has.

    Returns
    -------
    mx.np.ndarray
        The picture, shape (1, 3, height, width).
    """
    settings = history.settings
    settings = replace(settings, device=device or settings.device)
    bench = Bench(images, settings, net)
    state: State = {'X': bench.content.asnumpy()}  # of no step

    def note(record: EpochRecord, picture: CurrentPicture) -> None:
        if callback:
            callback(record, RunPicture(picture.X, picture.state))

    for leg in history.legs():
        state = bench.go(leg, state if 'epoch' in state else None, note)
    return np.array(state['X'], ctx=bench.content.ctx)
