"""How far a run is: epochs and seconds count on from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

import numpy

from ..training import Callback, CurrentPicture, EpochRecord, State
from .stages import counted_on, record_array, record_of_array

__all__ = ['Counter', 'RunPicture']


@dataclass(frozen=True)
class RunPicture(CurrentPicture):
    """The picture of a run, which may have stages.

    Attributes
    ----------
    stage : int
        Which of `stages` it is at, from 0.
    """

    stage: int = 0


class Counter:
    """Makes of the records of each stage those of the run.

    Parameters
    ----------
    callback : callable
        Of the run.
    state : dict, optional
        What the run goes on from.

    Attributes
    ----------
    stage : int
        Which of `stages` the run is at, from 0.
    """

    def __init__(self, callback: Callback | None, state: State | None) -> None:
        self.stage = int(state.get('stage', 0)) if state else 0
        self._callback = callback
        # the last record of the stage before, and of all
        self._before, self._last = (
            record_of_array(state[name]) if state and name in state else None
            for name in ('before', 'last')
        )

    def start(self, stage: int) -> Callback:
        """Return the callback of a stage."""
        if stage != self.stage:
            self._before = self._last
        self.stage = stage
        return self._note

    def _note(self, record: EpochRecord, picture: Any) -> None:
        assert self._callback is not None
        self._last = counted_on(self._before, record)
        where: State = {'stage': numpy.array(self.stage)}
        for name, known in (('before', self._before), ('last', self._last)):
            if known:
                where[name] = record_array(known)
        going = partial(_with, where, picture.state)
        self._callback(self._last, RunPicture(picture.X, going, self.stage))


def _with(where: State, state: Callable[[], State]) -> State:
    return {**where, **state()}
