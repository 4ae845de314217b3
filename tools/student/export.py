"""Write a trained student as the file that the package ships."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Sequence

import numpy

from gluon_style.vgg.formats import Tensors, write_tensors

from .narrow import Convolutions

__all__ = ['LICENCE', 'export', 'tensors_digest']

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


def export(
    values: Convolutions,
    filters: Sequence[int],
    target: Path,
    origin: str,
) -> dict[str, str]:
    """Write a calibrated student in float16.

    Parameters
    ----------
    values : mapping of int to (kernel, bias)
        By layer index.
    filters : sequence of int
        Channels of the five blocks.
    target : Path
        A .safetensors file.
    origin : str
        What it was trained on, by whom and for how long.

    Returns
    -------
    dict of str to str
        The metadata of the file.

    Raises
    ------
    ValueError
        A value does not fit into float16.
    OutputError
        The file cannot be written.
    """
    tensors: Tensors = {}
    largest = numpy.finfo('float16').max
    for i, pair in values.items():
        for name, value in zip(('weight', 'bias'), pair):
            if not (abs(value) <= largest).all():
                raise ValueError(f'layer {i}: a {name} too large for float16')
            tensors[f'features.{i}.{name}'] = value.astype('float16')
    metadata = {
        'network': 'a narrow VGG-19, conv1_1 to conv5_1',
        'filters': ','.join(str(i) for i in filters),
        'licence': LICENCE,
        'sha256_of_tensors': tensors_digest(tensors),
    }
    write_tensors(tensors, target, origin, metadata)
    return {'origin': origin, **metadata}
