"""Errors against the arbiter, how large they may be, and the verdicts.

Errors are relative in L2 but for the inputs, whose largest absolute error
counts, and the median of the gradient's.
"""

from __future__ import annotations

import json
import math
import textwrap
from typing import NamedTuple, Sequence

import numpy

from ...drawing.tables import text_table
from ...storage import DATA
from .quantities import Quantities

__all__ = ['MEDIAN', 'TOLERANCES', 'Error', 'Row', 'Tolerance', 'distance',
           'kind_of', 'median_distance', 'passed', 'table',
           'verdict_rows']  # fmt: skip

MEDIAN = 'gradient (median)'  # the row that kinks do not move


class Tolerance(NamedTuple):
    """What an error is held against.

    Attributes
    ----------
    factor : float
        Beside PyTorch: how many times its error ours may be.
    floor : float
        Beside PyTorch: an error that is accepted however small PyTorch's is.
    alone : float
        Without PyTorch: the error accepted, of ours and of a trace's.
    absolute : bool
        Whether the largest absolute error counts, instead of relative L2.
    reason : str
        Where the error comes from.
    """

    factor: float
    floor: float
    alone: float
    absolute: bool
    reason: str


# Measured with MXNet 1.9.1 and PyTorch 2.13.0 on one processor (AVX-512),
# real weights at 96x64 and 450x300 with the samples, ten more pictures X at
# 96x64 and 225x150, random weights at 48x32. Another processor's libraries
# add in another order: factors are about twice the worst one measured.
TOLERANCES = {
    kind: Tolerance(**rule)
    for kind, rule in json.loads(
        (DATA / 'tolerances.json').read_text(encoding='utf-8')
    ).items()
}


def kind_of(name: str) -> str:
    """Return the kind in `TOLERANCES` that a quantity is of.

    Examples
    --------
    >>> kind_of('features_conv1_1'), kind_of('style_loss'), kind_of('X')
    ('features', 'loss', 'start')
    """
    for part in ('loss', 'gram', 'features', 'target'):
        if part in name:
            return 'features' if part == 'target' else part
    return {
        'content_X': 'image', 'style_X': 'image', 'X': 'start',
        'gradient': 'gradient', MEDIAN: 'median', 'adam_step': 'adam',
    }[name]  # fmt: skip


class Error(NamedTuple):
    """Distance from the arbiter: largest absolute, and relative in L2."""

    max_abs: float
    relative: float


class Row(NamedTuple):
    """One quantity: the errors of ours and of the peer, and the verdict.

    `peer` is None where there is none, `ratio` NaN; `verdict` is 'ok', or
    says whose error is beyond `tolerance`.
    """

    name: str
    kind: str
    ours: Error
    peer: Error | None
    ratio: float
    tolerance: float
    verdict: str


def distance(got: numpy.ndarray, exact: numpy.ndarray) -> Error:
    """Measure how far an array is from the arbiter's.

    Where the arbiter's is all 0 the relative error is 0 or infinite.

    Raises
    ------
    ValueError
        The shapes differ.
    """
    if got.shape != exact.shape:
        raise ValueError(f'got shape {got.shape}, wanted {exact.shape}')
    difference = got.astype('float64') - exact
    norm = float(numpy.linalg.norm(exact))
    error = float(numpy.linalg.norm(difference))
    relative = error / norm if norm else math.inf if error else 0.0
    return Error(float(abs(difference).max()), relative)


def median_distance(got: numpy.ndarray, exact: numpy.ndarray) -> Error:
    """Measure as `distance`, the median error by the root mean square."""
    size = float(numpy.sqrt(numpy.square(exact).mean()))
    error = abs(got.astype('float64') - exact)
    median = float(numpy.median(error))
    return Error(float(error.max()), median / size if size else math.nan)


def verdict_rows(
    exact: Quantities,
    ours: Quantities,
    peer: Quantities | None = None,
    trusted: bool = True,
    label: str = '',
) -> list[Row]:
    """Hold every quantity of ours against the arbiter's.

    Parameters
    ----------
    exact, ours, peer : dict of str to numpy.ndarray
        The arbiter's, MXNet's and the other implementation's; `peer` may
        lack some.
    trusted : bool
        Whether the peer's errors are the measure of ours (PyTorch), or are
        held against the same tolerance themselves (a trace).
    label : str
        Put before the kinds, whose tolerances are others then, and behind
        the names.

    Returns
    -------
    list of Row
        In the order of `ours`; the gradient has a second one, of medians.
    """
    rows = []
    for name, array in ours.items():
        theirs = None if peer is None else peer.get(name)
        errors = {name: distance}
        if name == 'gradient':
            errors[MEDIAN] = median_distance
        for row_name, error_of in errors.items():
            error = error_of(array, exact[name])
            other = None if theirs is None else error_of(theirs, exact[name])
            kind = f'{label} {kind_of(row_name)}'.strip()
            full = f'{row_name} {label}'.strip()
            rows.append(_row(full, kind, error, other, trusted))
    return rows


def _row(
    name: str, kind: str, ours: Error, peer: Error | None, trusted: bool
) -> Row:
    rule = TOLERANCES[kind]
    at = 0 if rule.absolute else 1
    ratio, tolerance, failed = math.nan, rule.alone, []
    if peer is not None:
        ratio = ours[at] / peer[at] if peer[at] else math.inf
        if ours[at] == 0:
            ratio = 0.0
        if trusted:
            tolerance = max(rule.factor * peer[at], rule.floor)
        elif not peer[at] <= tolerance:  # NaN fails as well
            failed.append('theirs')
    if not ours[at] <= tolerance:
        failed.insert(0, 'ours')
    verdict = f'FAIL ({" and ".join(failed)})' if failed else 'ok'
    return Row(name, kind, ours, peer, ratio, tolerance, verdict)


def passed(rows: Sequence[Row]) -> bool:
    """Whether there are rows and each is within its tolerance."""
    return bool(rows) and all(row.verdict == 'ok' for row in rows)


def table(rows: Sequence[Row], peer: str | None = None) -> str:
    """Lay the rows out in columns, with the reasons below.

    Parameters
    ----------
    rows : sequence of Row
        From `verdict_rows`.
    peer : str, optional
        What the other implementation is called.
    """
    head = ['quantity', 'mxnet max', 'rel L2']
    head += [f'{peer} max', 'rel L2', 'ratio'] if peer else []
    lines = []
    for row in rows:
        cells = [row.name, *(f'{i:.1e}' for i in row.ours)]
        if peer and row.peer is not None:
            form = '.2f' if row.ratio < 1000 else '.0e'
            cells += [*(f'{i:.1e}' for i in row.peer), f'{row.ratio:{form}}']
        cells += ['-'] * (len(head) - len(cells))
        lines.append([*cells, f'{row.tolerance:.1e}', row.kind, row.verdict])
    head += ['tolerance', 'kind', 'verdict']
    left = {0, len(head) - 2, len(head) - 1}
    text = [text_table(head, lines, left=left), '']
    text += ['why each kind may err, and how far:']
    for kind in {row.kind: None for row in rows}:  # each once, in order
        text += textwrap.wrap(
            f'{kind}: {TOLERANCES[kind].reason}',
            79,
            initial_indent='  ',
            subsequent_indent='    ',
        )
    return '\n'.join(text)
