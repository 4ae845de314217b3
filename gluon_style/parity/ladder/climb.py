"""Run a ladder: each rung on the same images, and its twins beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy

from ...runs.settings import fitted_shape
from . import Rung

__all__ = ['LadderRuns', 'RungRun', 'climb', 'picture_epochs', 'twin_places']

ROUNDING = 2.0**-23  # float32's step above 1
TWINS = 3

Tell = Callable[[str, Any], object]


@dataclass(frozen=True)
class RungRun:
    """What a rung gave.

    Attributes
    ----------
    rung : Rung
        What ran.
    records : list of EpochRecord
        One for each epoch; its losses are those before its step.
    pictures : dict
        By epoch, shape (h, w, 3), in [0, 1], after its step: the last
        epoch's, and for the framework's pair some on the way.
    """

    rung: Rung
    records: list[Any]
    pictures: dict[int, numpy.ndarray]

    @property
    def picture(self) -> numpy.ndarray:
        """The picture at the end."""
        return self.pictures[max(self.pictures)]


@dataclass(frozen=True)
class LadderRuns:
    """All runs of a ladder.

    Attributes
    ----------
    runs : list of RungRun
        One for each rung.
    twins : dict
        By the rung's place among the runs: PyTorch's again, the first from
        a picture one float32 rounding away, the second two, ...
    content, style : numpy.ndarray
        The images as the last rung sees them, (h, w, 3) in [0, 1].
    """

    runs: list[RungRun]
    twins: dict[int, list[RungRun]]
    content: numpy.ndarray
    style: numpy.ndarray

    @property
    def framework_pair(self) -> tuple[int, int] | None:
        """Places of the runs that differ in the framework: PyTorch, MXNet."""
        return _framework_pair([run.rung for run in self.runs])

    def pictures(self, i: int) -> list[numpy.ndarray]:
        """Return the final pictures of a rung and of its twins."""
        return [j.picture for j in (self.runs[i], *self.twins.get(i, []))]


def _framework_pair(plan: list[Rung]) -> tuple[int, int] | None:
    for i, rung in enumerate(plan):
        if rung.field == 'framework':
            return (i, i - 1) if rung.framework == 'pytorch' else (i - 1, i)
    return None


def twin_places(plan: list[Rung], floors: bool = False) -> list[int]:
    """Say which rungs have twins: PyTorch's beside MXNet's, or all of it."""
    if floors:
        return [i for i, r in enumerate(plan) if r.framework == 'pytorch']
    return list(_framework_pair(plan) or ())[:1]


def climb(
    content: Any,
    style: Any,
    plan: list[Rung],
    tell: Tell | None = None,
    floors: bool = False,
    twins: int = TWINS,
) -> LadderRuns:
    """Run every rung on two image files.

    Parameters
    ----------
    content, style : path
        The images.
    plan : list of Rung
        From `rungs`.
    tell : callable, optional
        Called as `tell(name of the rung, record)` after every epoch.
    floors : bool
        Whether every rung of PyTorch has twins, so that each distance has a
        floor (see `noise`); else only the one beside MXNet's.
    twins : int
        How many: the same runs from pictures 1, 2, ... roundings away.

    Returns
    -------
    LadderRuns
    """
    from ...images import postprocess, preprocess, read_image

    images = [read_image(content), read_image(style)]
    pair = _framework_pair(plan) or ()

    def run(i: int, roundings: int = 0) -> RungRun:
        # the drift of the framework's pair needs pictures on the way
        epochs = plan[i].settings.total_epochs
        kept = picture_epochs(epochs) if i in pair else set()
        return _run(images, plan[i], tell, kept, roundings)

    runs = [run(i) for i in range(len(plan))]
    again = {
        i: [run(i, k) for k in range(1, twins + 1)]
        for i in twin_places(plan, floors)
    }
    size = fitted_shape(plan[-1].settings, images[0].shape)
    shown = [postprocess(preprocess(i, size)).asnumpy() for i in images]
    return LadderRuns(runs, again, *shown)


def _run(
    images: Any, rung: Rung, tell: Tell | None, kept: set[int], roundings: int
) -> RungRun:
    content_img, style_img = images
    run = RungRun(rung, [], {})

    def note(record: Any, picture: Callable[[], numpy.ndarray]) -> None:
        run.records.append(record)
        for epoch in {*run.pictures} - kept:
            del run.pictures[epoch]
        run.pictures[record.epoch] = picture()
        if tell:
            tell(rung.name + f', twin {roundings}' * bool(roundings), record)

    if rung.framework == 'mxnet':
        from ...runs.run import run as run_mxnet

        run_mxnet(content_img, style_img, rung.settings, note, every=1)
    else:
        from .torch_tab import run_torch

        nudge = roundings * ROUNDING
        run_torch(content_img, style_img, rung.settings, note, nudge)
    return run


def picture_epochs(epochs: int) -> set[int]:
    """Choose the epochs whose pictures are kept: the first ten, then forty."""
    every = max(1, epochs // 40)
    later = range(every, epochs + 1, every)
    return {*range(1, min(epochs, 10) + 1), *later, epochs}
