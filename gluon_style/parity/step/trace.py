"""Traces: every quantity in one .npz file, for other implementations.

docs/trace-format.md describes the file.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Iterable, NamedTuple

import numpy

from ...storage.whole_files import check_target, whole_file
from ...version import __version__
from .quantities import Case, ParityError, Quantities, weights_digest

__all__ = ['FORMAT_VERSION', 'INPUTS', 'Trace', 'check_keys', 'feature_steps',
           'read_trace', 'sampled', 'write_trace']  # fmt: skip

FORMAT_VERSION = 1
INPUTS = ('content_X', 'style_X', 'X', 'adam_gradient')
WHOLE = 2**19  # features of more values are sampled
_DAMAGE = (OSError, EOFError, ValueError, TypeError, AttributeError,
           zipfile.BadZipFile, zlib.error)  # fmt: skip


def check_keys(
    path: Path, keys: Iterable[str], arrays: dict[str, Any]
) -> None:
    """Check that a trace has all of these keys.

    Raises
    ------
    ParityError
        It has not; the message lists those missing.
    """
    missing = [name for name in keys if name not in arrays]
    if missing:
        raise ParityError(
            f'{path} has no {", ".join(missing)}: docs/trace-format.md '
            'lists every key that a trace must have'
        )


class Trace(NamedTuple):
    """A trace as read.

    Attributes
    ----------
    path : Path
        The file.
    recipe : dict
        What `recipe_of` makes.
    weights_sha256, made_by : str
        See docs/trace-format.md.
    arrays : dict of str to numpy.ndarray
        All inputs and quantities, float32.
    """

    path: Path
    recipe: dict[str, Any]
    weights_sha256: str
    made_by: str
    arrays: Quantities


def _smallest_prime(least: int) -> int:
    number = max(least, 2)
    while any(number % i == 0 for i in range(2, int(number**0.5) + 1)):
        number += 1
    return number


def feature_steps(quantities: Quantities) -> dict[str, int]:
    """Say which values of the features a trace keeps: every so many.

    1 for up to 2**19 values, else the smallest prime that leaves at most so
    many: a prime meets every column and every channel.
    """
    return {
        name: _smallest_prime(-(-array.size // WHOLE))
        if array.size > WHOLE
        else 1
        for name, array in quantities.items()
        if name.startswith(('features_', 'target_'))
        and not name.startswith('target_gram_')
    }


def sampled(quantities: Quantities, steps: dict[str, int]) -> Quantities:
    """Keep every so many values of the features; a step of 1 keeps all."""
    return {
        name: array.ravel()[:: steps[name]]
        if steps.get(name, 1) > 1
        else array
        for name, array in quantities.items()
    }


def write_trace(
    path: Path, case: Case, recipe: dict[str, Any], quantities: Quantities
) -> None:
    """Write a trace, whole or not at all.

    Raises
    ------
    OutputError
        The name does not end in .npz, or the file cannot be written.
    """
    check_target(path, ('.npz',))
    from .mxnet_side import VERSION

    steps = feature_steps(quantities)
    arrays = {
        name: numpy.ascontiguousarray(array, '<f4').reshape(array.shape)
        for name, array in sampled(quantities, steps).items()
    }
    with whole_file(path) as target:
        numpy.savez_compressed(
            target,
            format_version=numpy.array(FORMAT_VERSION, '<i8'),
            made_by=numpy.array(f'gluon_style {__version__}, {VERSION}'),
            recipe=numpy.array(json.dumps({**recipe, 'feature_steps': steps})),
            weights_sha256=numpy.array(weights_digest(case.convolutions)),
            **arrays,
        )


def read_trace(path: Path) -> Trace:
    """Read a trace and check its frame; its arrays are checked later.

    Raises
    ------
    ParityError
        There is no such file, it is no trace, or of another version.
    """
    remedy = 'write one with: gluon-style trace -o TRACE.npz'
    if not path.is_file():
        raise ParityError(f'no such trace: {path}: {remedy}')
    try:
        with numpy.load(str(path), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except _DAMAGE as error:
        raise ParityError(
            f'{path} is cut short or not an .npz file without pickles '
            f'({error}): {remedy}'
        ) from None
    frame = ('format_version', 'made_by', 'recipe', 'weights_sha256')
    check_keys(path, frame, arrays)
    version, made_by, text, digest = (str(arrays.pop(i)) for i in frame)
    if version != str(FORMAT_VERSION):
        raise ParityError(
            f'{path} has format_version {version}, wanted {FORMAT_VERSION}: '
            'write it again after docs/trace-format.md'
        )
    recipe = _parsed(text)
    if recipe is None:
        raise ParityError(
            f'{path}: its recipe is not the JSON that docs/trace-format.md '
            'describes: copy the recipe of a trace of ours'
        )
    return Trace(path, recipe, digest, made_by, arrays)


def _parsed(text: str) -> dict[str, Any] | None:
    kinds = {
        'recipe': str, 'content': str, 'style': str, 'width': int,
        'height': int, 'feature_steps': dict,
    }  # fmt: skip
    try:
        recipe = json.loads(text)
    except ValueError:
        return None
    if not isinstance(recipe, dict):
        return None
    if any(not isinstance(recipe.get(i), kinds[i]) for i in kinds):
        return None
    steps = recipe['feature_steps'].values()
    good = all(isinstance(step, int) and step > 0 for step in steps)
    return recipe if good else None
