"""What a training depends on, what it reports, and how it is kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Sequence

import numpy

from gluon_style._mxnet import gluon, np
from gluon_style.errors import TrainingError
from gluon_style.storage.npz_files import read_arrays
from gluon_style.storage.whole_files import whole_file

from .narrow import FILTERS, TAPS

CHECKPOINT = 'checkpoint.npz'
LOG = 'log.csv'
MOMENTS = ('m', 'v')  # Adam's
MOST_BYTES = 4 << 30  # of a checkpoint


@dataclass(frozen=True)
class Plan:
    """What a training depends on; `lessons` alone may be raised later.

    A lesson is `batches` batches, for which the teacher is asked once, gone
    through `passes` times in changing order. Every `check_every` lessons end
    with a measurement on held-out pictures, `own_runs` runs of the student,
    which add their pictures, and a checkpoint.
    """

    lessons: int = 60
    batches: int = 25
    passes: int = 3
    count: int = 8  # crops in a batch
    size: int = 128  # of a crop, pixels
    lr: float = 5e-5
    fall: float = 0.25  # share of the lessons in which the rate falls to 0
    warm_up: int = 50  # steps in which the rate rises
    start: int = 96  # batches for the least squares at first
    gram_weight: float = 0.02  # of the Gram matrices, beside the features
    own_runs: int = 2
    own_share: float = 0.375  # of a batch, cut from own pictures
    check_every: int = 4
    seed: int = 0
    drawn: int = 600  # pictures
    filters: tuple[int, ...] = FILTERS  # channels of the five blocks

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

    `held_out` and `own` are feature errors by tap, given every `check_every`
    lessons: on the held-out pictures, and on the newest own pictures before
    the student has learnt from them.
    """

    lesson: int  # from 1
    error: float  # the objective, averaged over the lesson's steps
    learning_rate: float  # at the lesson's end
    held_out: tuple[float, ...] = ()
    own: tuple[float, ...] = ()


def save_checkpoint(
    folder: Path,
    plan: Plan,
    lesson: int,
    parameters: Sequence[gluon.Parameter],
    trainer: gluon.Trainer,
) -> None:
    """Write all that a training needs to go on into one file, whole."""
    values = {f'p{k}': p.data().asnumpy() for k, p in enumerate(parameters)}
    (updater,) = trainer._updaters
    counts = updater.optimizer._index_update_count
    for k, moments in updater.states.items():
        for name, moment in zip(MOMENTS, moments):
            values[f'{name}{k}'] = moment.asnumpy()
    steps = [counts.get(k, 0) for k in range(len(parameters))]
    text = json.dumps({'lesson': lesson, 'plan': asdict(plan)})
    with whole_file(folder / CHECKPOINT) as target:
        numpy.savez(
            target,
            steps=numpy.array(steps, 'int64'),
            text=numpy.array(text),
            **values,
        )


def read_plan(folder: Path) -> tuple[Plan, int]:
    """Read the plan of a training, and how many lessons are done.

    Raises
    ------
    TrainingError
        The folder holds no checkpoint, or one that cannot be read.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise TrainingError(
            f'{folder} holds no checkpoint of a training: name its folder, '
            'or begin one: python -m tools.student train FOLDER'
        )
    try:
        text = json.loads(str(read_arrays(path, MOST_BYTES)['text']))
        fields = {**text['plan'], 'filters': tuple(text['plan']['filters'])}
        plan, lesson = Plan(**fields), text['lesson']
        if type(lesson) is not int or lesson < 0:
            raise ValueError('no lesson')
    except Exception:  # a damaged zip, header or text raises anything
        raise TrainingError(
            f'{path} is damaged: begin again in an empty folder'
        ) from None
    return plan, lesson


def load_checkpoint(
    folder: Path,
    parameters: Sequence[gluon.Parameter],
    trainer: gluon.Trainer,
) -> None:
    """Set parameters and optimiser as the checkpoint has them.

    `Trainer.load_states` would unpickle, that is, run what a file says.

    Raises
    ------
    TrainingError
        It is damaged, or of another optimiser.
    """
    path = folder / CHECKPOINT
    (updater,) = trainer._updaters
    adam = updater.optimizer
    try:
        arrays = read_arrays(path, MOST_BYTES)
        steps = [int(i) for i in arrays['steps']]
        for k, (parameter, count) in enumerate(zip(parameters, steps)):
            value = arrays[f'p{k}'].reshape(parameter.shape)
            parameter.set_data(np.array(value, dtype='float32'))
            if count:
                state = adam.create_state_multi_precision(k, parameter.data())
                for name, moment in zip(MOMENTS, state):
                    moment[:] = arrays[f'{name}{k}'].reshape(moment.shape)
                updater.states[k], updater.states_synced[k] = state, True
                adam._index_update_count[k] = count
        adam.num_update = max(steps)
    except Exception:  # a damaged zip or header raises anything
        raise TrainingError(
            f'{path} is damaged: begin again in an empty folder'
        ) from None


def append_to_log(folder: Path, record: LessonRecord) -> None:
    """Add a line to log.csv; lines after the checkpoint are dropped.

    A stopped training repeats the lessons after its last checkpoint.
    """
    path = folder / LOG
    lines = path.read_text('utf-8').splitlines()[1:] if path.exists() else []
    kept = [i for i in lines if int(i.split(',')[0]) < record.lesson]
    head = ['lesson', 'error', 'learning_rate']
    head += [f'{kind}_{i}' for kind in ('held_out', 'own') for i in TAPS]
    values = record.lesson, record.error, record.learning_rate
    new = ','.join(map(str, (*values, *record.held_out, *record.own)))
    with whole_file(path) as target:
        text = '\n'.join([','.join(head), *kept, new]) + '\n'
        target.write_text(text, encoding='utf-8')
