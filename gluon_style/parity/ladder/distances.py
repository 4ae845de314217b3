"""The results of a ladder: losses, distances, agreement and drift.

Everything the report says is computed here, once, as plain values.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from ...runs.recipes import explain
from ...storage import DATA
from . import ORDER
from .climb import LadderRuns, RungRun
from .noise import distance, noise, rmse

__all__ = ['ladder_results']

TITLES = {'content': 'content', 'style': 'style', 'tv': 'TV', 'total': 'total'}
TERMS = tuple(TITLES)
# how far apart the frameworks may be at epoch 1, and why
AGREEMENT = json.loads((DATA / 'agreement.json').read_text(encoding='utf-8'))
ALLOWED = AGREEMENT['allowed']


def losses(record: Any) -> dict[str, float]:
    """Return the four losses of an `EpochRecord` by term."""
    return {term: getattr(record, f'{term}_loss') for term in TERMS}


def relative(a: float, b: float) -> float | None:
    """Return |a - b| / |b|, or None where b is 0 and a is not."""
    if a == b:
        return 0.0
    return abs(a - b) / abs(b) if b else None


def _curve(run: RungRun) -> dict[str, list[Any]]:
    by_epoch = [losses(record) for record in run.records]
    return {
        'epoch': [record.epoch for record in run.records],
        **{term: [i[term] for i in by_epoch] for term in TERMS},
    }


def _rung(ladder: LadderRuns, i: int, noises: list[Any]) -> dict[str, Any]:
    run = ladder.runs[i]
    before = ladder.runs[i - 1] if i else None
    apart = before and distance(
        ladder.pictures(i), ladder.pictures(i - 1), noises[i - 1 : i + 1]
    )
    results: dict[str, Any] = {
        **asdict(run.rung),
        'name': run.rung.name,
        'effect': run.rung.effect,
        'initial': losses(run.records[0]),
        'final': losses(run.records[-1]),
        'distance': apart,
        'noise': noises[i],
        'seconds': run.records[-1].seconds,
        'curve': _curve(run),
    }
    first = losses(before.records[0]) if before else None
    results['headline'] = headline(results, first)
    return results


def _noise(ladder: LadderRuns, i: int) -> dict[str, Any] | None:
    """Return the noise of a rung; MXNet's is taken to be its peer's."""
    pair = ladder.framework_pair or ()
    for place in (i, *(pair if i in pair else ())):
        if place in ladder.twins:
            return noise(ladder.pictures(place))
    return None


def headline(rung: dict[str, Any], before: dict[str, float] | None) -> str:
    """Say what a rung did, in one sentence with its figures."""
    first, last = rung['initial'], rung['final']
    if before is None:
        return (
            f'The total loss goes from {first["total"]:.4g} at epoch 1 to '
            f'{last["total"]:.4g} at epoch {rung["curve"]["epoch"][-1]}.'
        )
    changed = [
        f'{TITLES[term]} × {first[term] / before[term]:.3g}'
        for term in TERMS[1:]
        if before[term] and abs(first[term] / before[term] - 1) > 5e-4
    ]
    epoch_1 = ', '.join(changed) if changed else 'the same losses'
    return f'At epoch 1: {epoch_1}. In the end {_apart(rung["distance"])}.'


def _apart(apart: dict[str, Any]) -> str:
    error, floor = apart['rmse'], apart['floor']
    if error is None:
        return 'the final picture has another size'
    if error == 0:
        return 'the final picture is the same bits'
    said = (
        f'the final picture moves by {error:.3g} grey levels '
        f'({apart["psnr"]:.1f} dB)'
    )
    if floor is None:
        return said
    said += f'; noise alone does {floor:.3g}'
    if apart['beyond_noise'] is False:
        return f'{said}, so that no effect is seen'
    return f'{said}, so that the effect is {apart["effect"]:.3g}'


def agreement(torch_run: RungRun, mxnet_run: RungRun) -> list[dict[str, Any]]:
    """Hold the losses of epoch 1 of the two frameworks together."""
    theirs, ours = losses(torch_run.records[0]), losses(mxnet_run.records[0])
    rows = []
    for term in TERMS:
        scale, allowed = 'relative', ALLOWED
        difference = relative(ours[term], theirs[term])
        if term == 'content':
            scale, allowed = 'absolute', ALLOWED**2 * theirs['total']
            difference = abs(ours[term] - theirs[term])
        rows.append(
            {
                'term': term,
                'pytorch': theirs[term],
                'mxnet': ours[term],
                'scale': scale,
                'difference': difference,
                'allowed': allowed,
                'agrees': difference is not None and difference <= allowed,
            }
        )
    return rows


def drift(run: RungRun, other: RungRun) -> dict[str, Any]:
    """Follow two runs of the same settings away from each other."""
    epochs = sorted({*run.pictures} & {*other.pictures})
    ours, theirs = _curve(run), _curve(other)
    return {
        'picture_epoch': epochs,
        'rmse': [rmse(run.pictures[i], other.pictures[i]) for i in epochs],
        'epoch': ours['epoch'],
        **{
            term: list(map(relative, ours[term], theirs[term]))
            for term in TERMS
        },
    }


def _framework(ladder: LadderRuns, noises: list[Any]) -> dict[str, Any] | None:
    pair = ladder.framework_pair
    if pair is None:
        return None
    torch_run, mxnet_run = (ladder.runs[i] for i in pair)
    rows = agreement(torch_run, mxnet_run)
    between = drift(mxnet_run, torch_run)
    itself = [drift(twin, torch_run) for twin in ladder.twins[pair[0]]]
    return {
        'agreement': rows,
        'agrees': all(row['agrees'] for row in rows),
        'reason': AGREEMENT['reason'].format(allowed=ALLOWED),
        'drift_reason': AGREEMENT['drift_reason'],
        'drift': between,
        'self_drift': itself,
        'verdict': _verdict(between, noises[pair[0]]),
    }


def _verdict(between: dict[str, Any], itself: Any) -> str:
    a, b, spread = between['rmse'][-1], itself['rmse'], itself['spread']
    width = '' if spread is None else f' ± {spread:.2g}'
    said = (
        f'After {between["epoch"][-1]} epochs the pictures of the two '
        f'frameworks are {a:.3g} grey levels apart, and those of PyTorch, '
        f'begun one float32 rounding from each other, {b:.3g}{width}'
    )
    if a <= 3 * b:
        return f'{said}: the framework does no more than a rounding does.'
    times = a / b if b else math.inf
    return f'{said}: the framework does {times:.3g} times that.'


def ladder_results(
    ladder: LadderRuns, start: str, end: str, **facts: Any
) -> dict[str, Any]:
    """Return everything that a climb measured, as plain values.

    Parameters
    ----------
    ladder : LadderRuns
        From `climb`.
    start, end : str
        The recipes.
    **facts : object
        Plain values to keep with it: names of files, versions, ...
    """
    height, width = ladder.content.shape[:2]
    kept = ('width', 'height', 'epochs')
    places = range(len(ladder.runs))
    noises = [_noise(ladder, i) for i in places]
    return {
        'from': start,
        'to': end,
        **facts,
        'width': width,
        'height': height,
        'epochs': ladder.runs[-1].rung.settings.epochs,
        'rungs': [_rung(ladder, i, noises) for i in places],
        'framework': _framework(ladder, noises),
        'not_run': [
            {'field': field, 'before': a, 'after': b, 'effect': effect}
            for field, a, b, effect in explain(start, end)
            if field not in (*ORDER, *kept, 'framework')
        ],
    }
