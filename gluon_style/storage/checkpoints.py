"""The state of a run in a file, so that it can go on after anything.

Arrays and numbers only, in safetensors: nothing that is read can run. A
checkpoint stands in its run's folder (`run_folder`). It is written there,
brought to the disk and renamed; until then the one before stands.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping

import numpy

from ..errors import CheckpointError, printable
from .plain_files import open_plain
from .run_folder import NEW, remove_litter
from .whole_files import to_disk

__all__ = [
    'difference',
    'differences',
    'read_checkpoint',
    'save_checkpoint',
]

KIND = 'gluon-style checkpoint 3'  # counted up when its form changes
Arrays = Dict[str, numpy.ndarray]


def save_checkpoint(
    path: Path, arrays: Mapping[str, numpy.ndarray], about: Mapping[str, Any]
) -> None:
    """Write a checkpoint; on any failure the one before stands.

    Parameters
    ----------
    path : Path
        From `checkpoint_path`.
    arrays : mapping
        NumPy arrays of numbers by name, such as `RunPicture.state` gives.
    about : mapping
        Plain values, as JSON has them: whose state it is.

    Raises
    ------
    OSError
        The disk is full, or the folder has gone.
    """
    from safetensors import SafetensorError  # late: 0.1 s
    from safetensors.numpy import save_file

    whole = {k: numpy.require(v, requirements='C') for k, v in arrays.items()}
    text = json.dumps(about)
    metadata = {'kind': KIND, 'about': text, 'sha256': _digest(whole, text)}
    new = path.with_name(NEW)
    try:
        save_file(whole, str(new), metadata=metadata)
        to_disk(new)
        os.replace(new, path)
        to_disk(path.parent)
    except SafetensorError as error:  # in place of an OSError
        raise OSError(f'cannot write {new}: {error}') from None
    finally:
        remove_litter(path.parent)  # a full disk has need of its room


def read_checkpoint(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the plain values of a checkpoint.

    Raises
    ------
    CheckpointError
        It cannot be read, is damaged, or no checkpoint of this version.
    OSError, MemoryError
        The disk or the memory fails, which is no fault of its.
    """
    from safetensors import safe_open

    _check_readable(path)
    try:
        with safe_open(str(path), framework='numpy') as file:
            metadata = dict(file.metadata() or {})
            names = list(file.keys())
            arrays = {name: file.get_tensor(name) for name in names}
        kind, text = metadata['kind'], metadata['about']
        whole = metadata['sha256'] == _digest(arrays, text)
        about = json.loads(text) if whole else {}
    except (OSError, MemoryError):  # no fault of the file's
        raise
    except Exception:  # whatever a damaged file makes a reader raise
        kind, whole, about = KIND, False, {}
    if kind != KIND:
        raise CheckpointError(
            f'{path} is a {printable(kind)[:40]}, wanted a {KIND}: it can go '
            'on with the version of gluon-style that wrote it'
        )
    if not whole or not isinstance(about, dict):
        raise CheckpointError(
            f'{path} is damaged: start afresh with --overwrite'
        )
    return arrays, about


def _check_readable(path: Path) -> None:
    try:
        open_plain(path).close()  # a pipe would hold us
    except OSError as error:
        raise CheckpointError(
            f'cannot read {path}: {error.strerror}: mend that, or start '
            'afresh with --overwrite'
        ) from None


def difference(
    kept: Mapping[str, Any], wanted: Mapping[str, Any]
) -> str | None:
    """Name the first thing in which two runs differ, or return None.

    Examples
    --------
    >>> difference({'epochs': 5, 'lr': 0.9}, {'epochs': 5, 'lr': 0.5})
    'lr is 0.9 there and 0.5 here'
    """
    for name, there, here in differences(kept, wanted):
        return f'{name} is {there} there and {here} here'
    return None


def differences(
    kept: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Name each thing in which two runs differ, what it was and what it is."""
    for name in {**wanted, **kept}:
        there, here = (_text(i.get(name, 'nothing')) for i in (kept, wanted))
        if there != here:
            yield name, there[:80], here[:80]


def _text(value: Any) -> str:
    listed = isinstance(value, (list, tuple))
    text = ', '.join(map(str, value)) if listed else str(value)
    return text or 'nothing'


def _digest(arrays: Mapping[str, numpy.ndarray], about: str) -> str:
    """Digest what is said, and names, types, shapes and bytes."""
    digest = hashlib.sha256(about.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f'{name} {array.dtype} {array.shape}'.encode())
        plain = numpy.require(array, requirements='C')
        digest.update(plain.reshape(-1).view('uint8').data)
    return digest.hexdigest()
