"""The training loop of the student: resumable, the same for the same seed."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Callable

import numpy

from gluon_style._mxnet import autograd, gluon, mx, nn, np
from gluon_style.errors import TrainingError
from gluon_style.features import vgg19_features
from gluon_style.storage.whole_files import check_folder, whole_file

from .crops import HELD_OUT, PHOTOGRAPHS, Pictures, photograph
from .narrow import (
    TAPS,
    Heads,
    Spreads,
    grams,
    imitation_errors,
    narrow_vgg19,
    tapped,
)
from .own_pictures import own_pictures
from .plan import (
    CHECKPOINT,
    LessonRecord,
    Plan,
    append_to_log,
    load_checkpoint,
    read_plan,
    save_checkpoint,
)
from .scale import calibrated
from .start import begin_from_teacher

TAP_WEIGHTS = {0: 0.5, 5: 1, 10: 1, 16: 0.5, 19: 1, 25: 3, 28: 1}


class StudentTraining:
    """A student in training, with all that has to be kept to go on.

    Checkpoint, log and the student's own pictures are kept in `folder`; a
    training that was stopped goes on from there. `teacher` names weights of
    the real VGG-19, as for `load_weights`.

    Raises
    ------
    TrainingError
        The folder holds a training by another plan.
    """

    def __init__(
        self, plan: Plan, folder: Path, teacher: str | None = None
    ) -> None:
        self.plan, self.folder = plan, folder
        check_folder(folder / 'own')
        self.teacher = vgg19_features(teacher)
        mx.random.seed(plan.seed)
        self.net = narrow_vgg19(plan.filters)
        self.heads = Heads(self.net)
        self.parameters = [
            *self.net.collect_params().values(),
            *self.heads.collect_params().values(),
        ]
        self.trainer = gluon.Trainer(
            self.parameters, 'adam', {'learning_rate': plan.lr}
        )
        self.lesson = 0
        photographs = [photograph(name) for name in PHOTOGRAPHS]
        self.pictures = Pictures(photographs, plan.seed, plan.drawn)
        self.held_out = self._held_out()
        self.spreads = Spreads.of(tapped(self.teacher, self.held_out))
        if (folder / CHECKPOINT).exists():
            self._resume()
        else:
            self._begin()
            self._save()

    def _held_out(self) -> np.ndarray:
        state = numpy.random.RandomState([self.plan.seed, 2**31])
        photographs = [photograph(name) for name in HELD_OUT]
        others = Pictures(photographs, self.plan.seed + 1, 24)
        return np.array(others.batch(state, 24, self.plan.size))

    def _begin(self) -> None:
        state = numpy.random.RandomState([self.plan.seed, 2**29])
        count, size = self.plan.count, self.plan.size
        batches = [
            np.array(self.pictures.batch(state, count, size))
            for _ in range(self.plan.start)
        ]
        nets = self.net, self.heads, self.teacher
        begin_from_teacher(*nets, batches, self.spreads, self.plan.seed)

    def run(self, callback: Callable[[LessonRecord], object]) -> None:
        """Train up to the plan's end, reporting every lesson.

        Raises
        ------
        TrainingError
            The error is no longer a number.
        """
        while self.lesson < self.plan.lessons:
            error = self._learn()
            self.lesson += 1
            if not math.isfinite(error):
                raise TrainingError(
                    f'the error is {error} after {self.lesson} lessons: lower '
                    'the learning rate and start again in an empty folder'
                )
            rate = self.trainer.learning_rate
            record = LessonRecord(self.lesson, error, rate)
            if self.lesson % self.plan.check_every == 0:
                record = replace(
                    record,
                    own=self._add_own_pictures(),
                    held_out=self.errors(self.held_out),
                )
                self._save()
                append_to_log(self.folder, record)
            callback(record)
        self._save()

    def _save(self) -> None:
        save_checkpoint(
            self.folder, self.plan, self.lesson, self.parameters, self.trainer
        )

    def _learn(self) -> float:
        """Take the steps of one lesson; return the mean error."""
        plan = self.plan
        state = numpy.random.RandomState([plan.seed, self.lesson])
        batches = []
        for _ in range(plan.batches):
            size = plan.count, plan.size, plan.own_share
            X = np.array(self.pictures.batch(state, *size))
            outputs = tapped(self.teacher, X)
            batches.append((X, outputs, [grams(Y) for Y in outputs]))
        order = [
            i
            for _ in range(plan.passes)
            for i in state.permutation(len(batches))
        ]
        total = 0.0
        for step, i in enumerate(order):
            rate = plan.learning_rate(self.lesson, step)
            self.trainer.set_learning_rate(rate)
            total += self._step(*batches[i])
        return total / len(order)

    def _step(
        self,
        X: np.ndarray,
        outputs: list[np.ndarray],
        output_grams: list[np.ndarray],
    ) -> float:
        teacher = outputs, output_grams
        with autograd.record():
            errors = imitation_errors(
                tapped(self.net, X), *teacher, self.heads, self.spreads
            )
            l = sum(
                TAP_WEIGHTS[i] * (feature + self.plan.gram_weight * gram)
                for i, feature, gram in zip(TAPS, *errors)
            )
        l.backward()
        self.trainer.step(1)
        return float(l)

    def errors(self, X: np.ndarray) -> tuple[float, ...]:
        """Return the feature errors on pictures (b, 3, h, w), by tap."""
        outputs = tapped(self.teacher, X)
        teacher = outputs, [grams(Y) for Y in outputs]
        errors, _ = imitation_errors(
            tapped(self.net, X), *teacher, self.heads, self.spreads
        )
        return tuple(float(e) for e in errors)

    def calibrated_net(self) -> nn.Sequential:
        """Return a copy of the student at the scale of the teacher."""
        state = numpy.random.RandomState([self.plan.seed, 2**30])
        X = np.array(self.pictures.batch(state, 16, self.plan.size, 0))
        filters = self.plan.filters
        return calibrated(self.net, self.heads, self.teacher, X, filters)

    def _add_own_pictures(self) -> tuple[float, ...]:
        net = self.calibrated_net()
        state = numpy.random.RandomState([self.plan.seed, self.lesson, 2**20])
        new: list[numpy.ndarray] = []
        for _ in range(self.plan.own_runs):
            new += own_pictures(net, self.pictures, state)
        with whole_file(self._own_file(self.lesson)) as target:
            numpy.save(target, numpy.stack(new))
        self.pictures.own += [i.astype('float32') for i in new]
        return self.errors(np.array(numpy.stack(new), dtype='float32'))

    def _own_file(self, lesson: int) -> Path:
        return self.folder / 'own' / f'{lesson:05}.npy'

    def _resume(self) -> None:
        before, self.lesson = read_plan(self.folder)
        if replace(before, lessons=self.plan.lessons) != self.plan:
            raise TrainingError(
                f'{self.folder} holds a training by another plan ({before}): '
                'name an empty folder, or that plan'
            )
        load_checkpoint(self.folder, self.parameters, self.trainer)
        every = self.plan.check_every
        for lesson in range(every, self.lesson + 1, every):
            saved = numpy.load(self._own_file(lesson)).astype('float32')
            self.pictures.own += list(saved)
