"""How many steps of the real network a warm start by the student saves."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Callable, Sequence

from gluon_style.runs.run import network, run, warm_up
from gluon_style.runs.settings import Settings
from gluon_style.training import EpochRecord

from .pairs import read_pair

__all__ = ['SCHEDULES', 'Climb', 'climbs']

# epochs, learning rate; it falls ten times in a run, as in the chapter
SCHEDULES = ((500, 0.9), (250, 0.9), (250, 0.3), (150, 0.3), (60, 0.1))


@dataclass(frozen=True)
class Climb:
    """How a run with one schedule came down to the chapter's total loss.

    Attributes
    ----------
    warm : bool
        Whether the student ran first.
    epochs, lr : int, float
        Of the real network.
    final : float
        Its total loss at the end.
    steps : int or None
        Steps of the real network until its total loss was within 5 % of
        the chapter's after 500 epochs; None if it never was.
    student_steps : float
        What the student's run cost, in steps of the real network by time.
    """

    warm: bool
    epochs: int
    lr: float
    final: float
    steps: int | None
    student_steps: float


def climbs(
    pair: str,
    settings: Settings,
    schedules: Sequence[tuple[int, float]] = SCHEDULES,
    tick: Callable[[], object] = lambda: None,
) -> list[Climb]:
    """Run every schedule without and with a warm start.

    Parameters
    ----------
    pair : str
        One of `PAIRS`.
    settings : Settings
        Size, weights, `warm_start` and `warm_start_epochs`; the first
        schedule without a warm start is the yardstick.
    schedules : sequence of (epochs, learning rate)
        Of the real network.
    tick : callable
        Called at every epoch.
    """
    images = read_pair(pair)
    cold = replace(settings, warm_start=None)
    first = warm_up(settings)
    student, teacher = network(first), network(cold)

    def totals(net: object, chosen: Settings, start: object = None) -> tuple:
        curve: list[float] = []

        def note(record: EpochRecord, _: object) -> None:
            curve.append(record.total_loss)
            tick()

        begin = time.perf_counter()
        X = run(*images, chosen, note, 1, net, start)
        return X, curve, (time.perf_counter() - begin) / len(curve)

    start, _, student_seconds = totals(student, first)
    found: list[Climb] = []
    wanted = 0.0
    for number, lr in schedules:
        chosen = replace(
            cold, epochs=number, lr=lr, lr_decay_epoch=max(1, number // 10)
        )
        for picture in (None, start):
            _, curve, seconds = totals(teacher, chosen, picture)
            wanted = wanted or 1.05 * curve[-1]
            steps = next(
                (k for k, total in enumerate(curve, 1) if total <= wanted),
                None,
            )
            cost = first.epochs * student_seconds / seconds
            found.append(
                Climb(
                    picture is not None,
                    number,
                    lr,
                    curve[-1],
                    steps,
                    0 if picture is None else cost,
                )
            )
    return found
