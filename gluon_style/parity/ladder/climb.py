"""Run a ladder: every rung from the same images, and one rounding beside it.

The rungs are planned by `rungs`, measured by `distances`, told by `report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy

from .rungs import Rung

__all__ = ['LadderRuns', 'RungRun', 'climb', 'picture_epochs', 'twin_places']

ROUNDING = 2.0**-23  # float32's step above 1


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
        By the rung's place among the runs: PyTorch's once more, from a
        picture one float32 rounding away.
    content, style : numpy.ndarray
        The images as the last rung sees them, (h, w, 3) in [0, 1].
    """

    runs: list[RungRun]
    twins: dict[int, RungRun]
    content: numpy.ndarray
    style: numpy.ndarray

    @property
    def framework_pair(self) -> tuple[int, int] | None:
        """Places of the runs that differ in the framework: PyTorch, MXNet."""
        for i, run in enumerate(self.runs):
            if run.rung.field == 'framework':
                torch_last = run.rung.framework == 'pytorch'
                return (i, i - 1) if torch_last else (i - 1, i)
        return None


Tell = Callable[[str, Any], object]


def twin_places(plan: list[Rung], floors: bool = False) -> list[int]:
    """Say which rungs run twice: PyTorch's beside MXNet's, or all of it."""
    torch = [i for i, r in enumerate(plan) if r.framework == 'pytorch']
    if floors:
        return torch
    for i, rung in enumerate(plan):
        if rung.field == 'framework':
            return [i if i in torch else i - 1]
    return []


def climb(
    content: Any,
    style: Any,
    plan: list[Rung],
    tell: Tell | None = None,
    floors: bool = False,
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
        Whether to run every rung of PyTorch twice, the second time from a
        picture one rounding away; else only the one beside MXNet's.

    Returns
    -------
    LadderRuns
    """
    from ...images import postprocess, preprocess, read_image
    from ...runs.settings import fitted_shape

    def run(i: int, nudge: float = 0) -> RungRun:
        # the drift of the framework's pair needs pictures on the way
        every = any(rung.field == 'framework' for rung in plan[i : i + 2])
        return _run(content, style, plan[i], tell, every, nudge)

    runs = [run(i) for i in range(len(plan))]
    twins = {i: run(i, ROUNDING) for i in twin_places(plan, floors)}
    last = plan[-1].settings
    images = read_image(content), read_image(style)
    size = fitted_shape(last, images[0].shape)
    shown = [postprocess(preprocess(i, size)).asnumpy() for i in images]
    return LadderRuns(runs, twins, *shown)


def _run(
    content: Any,
    style: Any,
    rung: Rung,
    tell: Tell | None,
    every: bool,
    nudge: float = 0,
) -> RungRun:
    run = RungRun(rung, [], {})
    settings = rung.settings
    kept = picture_epochs(rung.epochs) if every else set()

    def note(record: Any, picture: Callable[[], numpy.ndarray]) -> None:
        run.records.append(record)
        last = max(run.pictures, default=0)
        if last not in kept:
            run.pictures.pop(last, None)
        run.pictures[record.epoch] = picture()
        if tell:
            tell(rung.name + ', one rounding away' * bool(nudge), record)

    if rung.framework == 'mxnet':
        from ...images import read_image
        from ...runs.run import run as run_mxnet

        images = read_image(content), read_image(style)
        run_mxnet(*images, settings, note, every=1)
    else:
        from .torch_tab import run_torch

        run_torch(content, style, settings, note, nudge=nudge)
    return run


def picture_epochs(epochs: int) -> set[int]:
    """Choose the epochs whose pictures are kept: the first ten, then forty."""
    every = max(1, epochs // 40)
    later = range(every, epochs + 1, every)
    return {*range(1, min(epochs, 10) + 1), *later, epochs}
