"""What is to be seen of a lab, and how often it may be looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Mapping, Sequence

import numpy

from ...errors import HistoryError, StyleError
from ...training import EpochRecord, State
from .bench import Bench
from .history import History

__all__ = ['Frame', 'Kept', 'Ration', 'View']


class Ration:
    """Lets work that recurs take a share of the time, at most.

    Parameters
    ----------
    share : float
        0 to 1.
    gap : float
        Seconds between two turns, at least.
    """

    def __init__(self, share: float, gap: float = 0.0) -> None:
        self._share, self._gap, self._next = share, gap, 0.0

    def due(self) -> bool:
        """Whether it is its turn."""
        return time.monotonic() >= self._next

    def spend(self, seconds: float) -> None:
        """Note what a turn has cost."""
        pause = max(self._gap, seconds / self._share)
        self._next = time.monotonic() + pause


@dataclass(frozen=True)
class Frame:
    """A picture of the run.

    Attributes
    ----------
    step : int
        After how many steps.
    pixels : numpy.ndarray
        Shape (h, w, 3), uint8.
    out_of_range : float
        As `Score.out_of_range`.
    """

    step: int
    pixels: numpy.ndarray
    out_of_range: float


@dataclass(frozen=True)
class Kept:
    """A picture that was kept, and all that the run can go on from.

    Attributes
    ----------
    frame : Frame
        The picture.
    history : History
        How it was made.
    records : tuple of EpochRecord
        Of its steps.
    state : dict, optional
        From `CurrentPicture.state`; None before the first step.
    bench : Bench
        What it was made with.
    """

    frame: Frame
    history: History
    records: tuple[EpochRecord, ...]
    state: State | None
    bench: Bench


@dataclass(frozen=True)
class View:
    """What is to be seen of a lab.

    Attributes
    ----------
    version : int
        Counted up with each view.
    history : History, optional
        None before `Lab.prepare` has done its work; its steps may be those
        of the last change, see `so_far`.
    step : int
        How many steps were taken.
    steps : sequence of EpochRecord
        Of each step; the run may have added to it, see `records`.
    running, loading : bool
        Whether steps are being taken, or a network and images loaded.
    frame : Frame, optional
        The latest picture.
    pulls : mapping, optional
        Each term's share of the gradients, 0 to 1; measured after
        `pulls_step` steps.
    speed : float
        Steps per second; 0 if unknown.
    kept : tuple of Kept
        In the order in which they were kept.
    error : StyleError, optional
        What could not be done last.
    """

    version: int = 0
    history: History | None = None
    step: int = 0
    steps: Sequence[EpochRecord] = ()
    running: bool = False
    loading: bool = False
    frame: Frame | None = None
    pulls: Mapping[str, float] | None = None
    pulls_step: int = 0
    speed: float = 0.0
    kept: tuple[Kept, ...] = ()
    error: StyleError | None = None

    @property
    def records(self) -> list[EpochRecord]:
        """The records of the steps that were taken."""
        return list(self.steps[: self.step])

    @property
    def so_far(self) -> History:
        """The history with the steps that were taken.

        Raises
        ------
        HistoryError
            None were.
        """
        if self.history is None or not self.step:
            raise HistoryError('nothing has been made: take a step first')
        return replace(self.history, steps=self.step)
