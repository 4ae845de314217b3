"""Keep a training, so that one that was stopped loses minutes."""

from __future__ import annotations

import csv
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Sequence

import numpy

from gluon_style._mxnet import gluon, np
from gluon_style.errors import TrainingError
from gluon_style.storage.whole_files import whole_file

from .narrow import TAPS
from .plan import LessonRecord, Plan

__all__ = [
    'CHECKPOINT',
    'append_to_log',
    'load_checkpoint',
    'read_plan',
    'save_checkpoint',
]

CHECKPOINT = 'checkpoint.npz'
LOG = 'log.csv'


def save_checkpoint(
    folder: Path,
    plan: Plan,
    lesson: int,
    parameters: Sequence[gluon.Parameter],
    trainer: gluon.Trainer,
) -> None:
    """Write all that a training needs to go on into one file, whole."""
    with tempfile.TemporaryDirectory() as temporary:
        states = Path(temporary) / 'states'
        trainer.save_states(str(states))
        adam = numpy.frombuffer(states.read_bytes(), 'uint8')
    values = {f'p{k}': p.data().asnumpy() for k, p in enumerate(parameters)}
    text = json.dumps({'lesson': lesson, 'plan': asdict(plan)})
    with whole_file(folder / CHECKPOINT) as target:
        numpy.savez(target, adam=adam, text=numpy.array(text), **values)


def read_plan(folder: Path) -> tuple[Plan, int]:
    """Read the plan of a training, and how many lessons are done.

    Raises
    ------
    TrainingError
        The folder holds no checkpoint.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise TrainingError(
            f'{folder} holds no checkpoint of a training: name its folder, '
            'or begin one: gluon-style student train FOLDER'
        )
    with numpy.load(path) as file:
        text = json.loads(str(file['text']))
    fields = {**text['plan'], 'filters': tuple(text['plan']['filters'])}
    return Plan(**fields), text['lesson']


def load_checkpoint(
    folder: Path,
    parameters: Sequence[gluon.Parameter],
    trainer: gluon.Trainer,
) -> None:
    """Set parameters and optimiser as the checkpoint has them."""
    with numpy.load(folder / CHECKPOINT) as file:
        for k, parameter in enumerate(parameters):
            parameter.set_data(np.array(file[f'p{k}'], dtype='float32'))
        adam = file['adam'].tobytes()
    with tempfile.TemporaryDirectory() as temporary:
        states = Path(temporary) / 'states'
        states.write_bytes(adam)
        trainer.load_states(str(states))


def append_to_log(folder: Path, record: LessonRecord) -> None:
    """Add a line to log.csv; lines after the checkpoint are dropped.

    A stopped training repeats the lessons after its last checkpoint.
    """
    path = folder / LOG
    header = ['lesson', 'error', 'learning_rate']
    header += [f'{kind}_{i}' for kind in ('held_out', 'own') for i in TAPS]
    rows: list[Sequence[Any]] = []
    if path.exists():
        with open(path, newline='', encoding='utf-8') as file:
            old = list(csv.reader(file))[1:]
        rows += [row for row in old if int(row[0]) < record.lesson]
    errors = (*record.held_out, *record.own)
    rows.append((record.lesson, record.error, record.learning_rate, *errors))
    with whole_file(path) as target, open(
        target, 'w', newline='', encoding='utf-8'
    ) as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
