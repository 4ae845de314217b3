"""Write a trained student as the file that the package ships."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Sequence

import numpy

from gluon_style.errors import TrainingError
from gluon_style.vgg.formats import Tensors, write_tensors

from .narrow import Convolutions, convolutions
from .plan import read_plan
from .training import StudentTraining

LICENCE = (
    'Apache-2.0, as gluon_style; it imitates VGG-19 by Karen Simonyan and '
    'Andrew Zisserman, whose weights are under CC BY 4.0'
)


def tensors_digest(tensors: Tensors) -> str:
    """Return the SHA-256 of the tensors' bytes, in the order of their names.

    A file cannot hold its own digest; this is the digest of what it holds.
    """
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(numpy.ascontiguousarray(tensors[name]).tobytes())
    return digest.hexdigest()


def write_student(
    values: Convolutions, filters: Sequence[int], target: Path, origin: str
) -> dict[str, str]:
    """Write a calibrated student in float16; return the file's metadata.

    `values` are kernels and biases by layer, `filters` the channels of the
    five blocks; `origin` says what the student was trained on and how long.

    Raises
    ------
    TrainingError
        A value does not fit into float16.
    OutputError
        The file cannot be written.
    """
    tensors: Tensors = {}
    largest = numpy.finfo('float16').max
    for i, pair in values.items():
        for name, value in zip(('weight', 'bias'), pair):
            if not (abs(value) <= largest).all():
                raise TrainingError(
                    f'layer {i} has a {name} too large for float16, whose '
                    f'largest is {largest:.0f}: train the student longer'
                )
            tensors[f'features.{i}.{name}'] = value.astype('float16')
    metadata = {
        'network': 'a narrow VGG-19, conv1_1 to conv5_1',
        'filters': ','.join(str(i) for i in filters),
        'licence': LICENCE,
        'sha256_of_tensors': tensors_digest(tensors),
    }
    write_tensors(tensors, target, origin, metadata)
    return {'origin': origin, **metadata}


def export_training(
    folder: Path, target: Path, teacher: str | None = None
) -> dict[str, str]:
    """Write the student of a training to a file; return its metadata.

    Raises as `read_plan`, `StudentTraining` and `write_student` do.
    """
    plan, _ = read_plan(folder)
    training = StudentTraining(plan, folder, teacher)
    steps = training.lesson * plan.batches * plan.passes
    origin = (
        f'trained by gluon_style for {steps} steps (seed {plan.seed}) to '
        f'imitate {training.teacher.weights_used.digest} on drawn pictures, '
        "scikit-image's public-domain photographs and its own pictures"
    )
    values = convolutions(training.calibrated_net())
    return write_student(values, plan.filters, target, origin)
