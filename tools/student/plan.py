"""What a training of the student depends on, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass

from .narrow import FILTERS

__all__ = ['LessonRecord', 'Plan']


@dataclass(frozen=True)
class Plan:
    """What a training depends on.

    Attributes
    ----------
    lessons : int
        After so many the training ends. A plan can be lengthened and
        resumed until the last part, `fall`, has begun.
    batches, passes : int
        A lesson: so many batches, for which the teacher is asked once, are
        gone through so many times in changing order.
    count, size : int
        Crops in a batch, and their side in pixels.
    lr, fall, warm_up : float, float, int
        Learning rate of Adam; share of the lessons in which it falls to
        nothing; steps in which it rises.
    start : int
        Batches for the least squares that training starts from.
    gram_weight : float
        What the Gram matrices count for beside the features.
    own_runs, own_share : int, float
        After each `check_every` lessons so many runs of the student add
        their pictures; what share of a batch is cut from them.
    check_every : int
        Lessons between two measurements on held-out pictures, each followed
        by a checkpoint.
    seed, drawn : int
        Of everything random; how many pictures are drawn.
    filters : tuple of int
        Channels of the five blocks.
    """

    lessons: int = 60
    batches: int = 25
    passes: int = 3
    count: int = 8
    size: int = 128
    lr: float = 5e-5
    fall: float = 0.25
    warm_up: int = 50
    start: int = 96
    gram_weight: float = 0.02
    own_runs: int = 2
    own_share: float = 0.375
    check_every: int = 4
    seed: int = 0
    drawn: int = 600
    filters: tuple[int, ...] = FILTERS

    def learning_rate(self, lesson: int, step: int) -> float:
        """Return the learning rate of a step of a lesson, from 0."""
        steps = self.batches * self.passes
        done = lesson + step / steps
        left = (self.lessons - done) / max(self.fall * self.lessons, 1e-9)
        rise = (done * steps + 1) / max(1, self.warm_up)
        return self.lr * min(1, rise, max(left, 0))


@dataclass(frozen=True)
class LessonRecord:
    """What the training reports of one lesson.

    Attributes
    ----------
    lesson : int
        Counted from 1.
    error : float
        The objective, averaged over the lesson's steps.
    learning_rate, seconds : float
        At the lesson's end; since this process began to train.
    held_out : tuple of float
        Feature errors on the held-out pictures, by tap; empty but after
        every `check_every` lessons.
    own : tuple of float
        Feature errors on the newest own pictures before the student has
        learnt from them, by tap.
    """

    lesson: int
    error: float
    learning_rate: float
    seconds: float
    held_out: tuple[float, ...] = ()
    own: tuple[float, ...] = ()
