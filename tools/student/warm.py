"""How many steps of the real network a warm start by the student saves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Sequence

from gluon_style._mxnet import nn, np
from gluon_style.drawing.tables import text_table
from gluon_style.runs.run import network, run, warm_up
from gluon_style.runs.settings import Settings
from gluon_style.training import EpochRecord

from .worth import read_pair

# epochs, learning rate; it falls ten times in a run, as in the chapter
SCHEDULES = ((500, 0.9), (250, 0.9), (250, 0.3), (150, 0.3), (60, 0.1))


@dataclass(frozen=True)
class ScheduleResult:
    """How a run with one schedule came down to the chapter's total loss."""

    warm: bool  # whether the student ran first
    epochs: int  # of the real network, as all below
    lr: float
    final: float  # total loss at the end
    steps: int | None  # until within 5 % of the chapter's 500 epochs, if ever
    student_steps: float  # what the student's run cost, by time


def compare_schedules(
    pair: str,
    settings: Settings,
    schedules: Sequence[tuple[int, float]] | None = None,
    after_epoch: Callable[[], object] = lambda: None,
) -> list[ScheduleResult]:
    """Run every schedule (epochs, rate) without and with a warm start.

    `settings` have the size, the weights, `warm_start` and
    `warm_start_epochs`; without `schedules` Adam has `SCHEDULES`, and
    L-BFGS, which has no rate, all and half of its epochs. The first schedule
    without a warm start is the yardstick. `after_epoch` is called at every
    epoch.
    """
    if schedules is None:
        lengths = settings.epochs, settings.epochs // 2
        by_length = [(epochs, settings.lr) for epochs in lengths]
        adam = settings.optimizer == 'adam'
        schedules = SCHEDULES if adam else by_length
    images = read_pair(pair)
    cold = replace(settings, warm_start=None)
    first = warm_up(settings)
    teacher = network(cold)
    picture, curve = _run(images, first, network(first), after_epoch)
    student_seconds = curve[-1].seconds / len(curve)
    results: list[ScheduleResult] = []
    for epochs, lr in schedules:
        decay = max(1, epochs // 10)
        own = replace(cold, epochs=epochs, lr=lr, lr_decay_epoch=decay)
        for start in (None, picture):
            _, curve = _run(images, own, teacher, after_epoch, start)
            warm, final = start is not None, curve[-1].total_loss
            bar = 1.05 * (results[0].final if results else final)
            below = (r.epoch for r in curve if r.total_loss <= bar)
            steps = next(below, None)
            seconds = curve[-1].seconds / len(curve)
            cost = first.epochs * student_seconds / seconds if warm else 0
            results.append(
                ScheduleResult(warm, epochs, lr, final, steps, cost)
            )
    return results


def _run(
    images: tuple[np.ndarray, np.ndarray],
    settings: Settings,
    net: nn.Sequential,
    after_epoch: Callable[[], object],
    start: np.ndarray | None = None,
) -> tuple[np.ndarray, list[EpochRecord]]:
    records: list[EpochRecord] = []

    def note(record: EpochRecord, _: object) -> None:
        records.append(record)
        after_epoch()

    return run(*images, settings, note, 1, net, start), records


def schedule_table(results: Sequence[ScheduleResult]) -> str:
    """Return the results as a table in Markdown."""
    head = ['start', 'epochs', 'learning rate', 'final total']
    head += ['steps to 5 %', 'student, in steps', 'together']
    rows = []
    for result in results:
        cost, steps = result.student_steps, result.steps
        rows.append(
            [
                'student' if result.warm else 'content image',
                f'{result.epochs}',
                f'{result.lr}',
                f'{result.final:.2f}',
                f'{steps or "never"}',
                f'{cost:.0f}',
                f'{steps + cost:.0f}' if steps else 'never',
            ]
        )
    return text_table(head, rows, markdown=True)
