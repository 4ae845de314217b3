"""Traces: every quantity in one .npz file, for other implementations.

docs/trace-format.md describes the file. One that is read is checked: whether
it is complete, and made of the same things as ours.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, Iterable, NamedTuple

import numpy

from ...errors import shortened
from ...runs.rules import LONGEST_SIDE
from ...runs.settings import Settings
from ...storage.npz_files import read_arrays
from ...storage.whole_files import check_target, whole_file
from ...version import __version__
from .quantities import Case, ParityError, Quantities, weights_digest

__all__ = ['FORMAT_VERSION', 'Trace', 'feature_steps', 'read_trace',
           'sampled', 'write_trace']  # fmt: skip

FORMAT_VERSION = 1
FRAME = ('format_version', 'made_by', 'recipe', 'weights_sha256')
INPUTS = ('content_X', 'style_X', 'X', 'adam_gradient')
WHOLE = 2**19  # features of more values are sampled


def _check_keys(
    path: Path, keys: Iterable[str], arrays: dict[str, Any]
) -> None:
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
        What `quantities.recipe_of` makes.
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

    def check_origin(self, case: Case, recipe: dict[str, Any]) -> None:
        """Check that it was made with this recipe and these weights.

        Raises
        ------
        ParityError
            It was not; the message says in what they differ.
        """
        theirs = {k: v for k, v in self.recipe.items() if k != 'feature_steps'}
        differing = [
            f'{name} {shortened(theirs.get(name))} (ours '
            f'{shortened(recipe.get(name))})'
            for name in {**recipe, **theirs}
            if theirs.get(name) != recipe.get(name)
        ]
        if differing:
            raise ParityError(
                f'{self.path} was made with another recipe: '
                f'{", ".join(differing)}: run parity with the same options, '
                'or trace again'
            )
        digest = weights_digest(case.convolutions)
        if self.weights_sha256 != digest:
            raise ParityError(
                f'{self.path} was made with other weights: sha256 '
                f'{self.weights_sha256[:12]}..., ours {digest[:12]}...: name '
                'the same file with --weights'
            )

    def check_quantities(self, expected: Quantities) -> None:
        """Check that it has every quantity, of the right shape.

        Raises
        ------
        ParityError
            A key is missing, or an array of another shape, or no numbers.
        """
        _check_keys(self.path, expected, self.arrays)
        for name, array in expected.items():
            got = self.arrays[name]
            if got.shape != array.shape or got.dtype.kind not in 'fiu':
                raise ParityError(
                    f'{self.path}: {name} has the shape {got.shape} and type '
                    f'{got.dtype}, wanted {array.shape} and float32: see '
                    'docs/trace-format.md'
                )

    def inputs(self, settings: Settings) -> Quantities:
        """Return what everyone is to be fed, float32, of the settings' size.

        Raises
        ------
        ParityError
            As for `check_quantities`.
        """
        shape: Any = (1, 3, settings.height, settings.width)
        names = INPUTS[: 4 if settings.optimizer == 'adam' else 3]
        self.check_quantities(dict.fromkeys(names, numpy.empty(shape)))
        return {name: self.arrays[name].astype('float32') for name in names}


def _smallest_prime(number: int) -> int:
    # from `number` on; but 1 for 1
    while any(number % i == 0 for i in range(2, int(number**0.5) + 1)):
        number += 1
    return number


def feature_steps(quantities: Quantities) -> dict[str, int]:
    """Say which values of the features a trace keeps: every so many.

    1 for up to 2**19 values, else the smallest prime that leaves at most so
    many: a prime meets every column and every channel.
    """
    return {
        name: _smallest_prime(math.ceil(array.size / WHOLE))
        for name, array in quantities.items()
        if name.startswith(('features_', 'target_')) and 'gram' not in name
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
) -> dict[str, int]:
    """Write a trace, whole or not at all.

    Returns
    -------
    dict of str to int
        Features of which only every so many values are kept.

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
            **arrays,  # type: ignore[arg-type]
        )
    return {name: step for name, step in steps.items() if step > 1}


def read_trace(path: Path) -> Trace:
    """Read a trace and check its frame; its arrays are checked later.

    Raises
    ------
    ParityError
        There is no such file, it is no trace, or of another version.
    """
    remedy = 'write one with: gluon-style trace -o TRACE.npz'
    if not os.path.isfile(path):  # Path's raises if the name is too long
        raise ParityError(f'no such trace: {path}: {remedy}')
    try:
        arrays = read_arrays(path)
    except Exception as error:  # a damaged zip or header raises anything
        raise ParityError(
            f'{path} is cut short or not an .npz file without pickles '
            f'({shortened(str(error))}): {remedy}'
        ) from None
    _check_keys(path, FRAME, arrays)
    version, made_by, text, digest = (str(arrays.pop(i)) for i in FRAME)
    if version != str(FORMAT_VERSION):
        raise ParityError(
            f'{path} has format_version {version}, wanted {FORMAT_VERSION}: '
            'write it again after docs/trace-format.md'
        )
    try:
        recipe = _parsed(text)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ParityError(
            f'{path}: its recipe is not the JSON that docs/trace-format.md '
            'describes: copy the recipe of a trace of ours'
        ) from None
    return Trace(path, recipe, digest, made_by, arrays)


def _parsed(text: str) -> dict[str, Any]:
    kinds = {
        'recipe': str, 'content': str, 'style': str, 'width': int,
        'height': int, 'feature_steps': dict,
    }  # fmt: skip
    recipe = json.loads(text)
    if not all(type(recipe[i]) is kind for i, kind in kinds.items()):
        raise TypeError
    steps = recipe['feature_steps'].values()
    sides = recipe['width'], recipe['height']
    if not (
        all(type(step) is int and 0 < step < 2**31 for step in steps)
        and all(0 < side <= LONGEST_SIDE for side in sides)
    ):
        raise ValueError
    return recipe
