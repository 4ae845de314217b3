"""Whether a picture made again is the same, and within which floor."""

from __future__ import annotations

import contextlib
import math
from itertools import combinations
from pathlib import Path
from typing import Any, Dict, Tuple

import numpy
import typer

from ..errors import printable
from ..runs.record import differences, settings_of_record
from . import signals
from .progress import Progress

__all__ = ['verdict']

ROUNDING = 2.0**-23  # float32's step above 1
TWINS = 2  # which make three pairs with the run itself
MARGIN = 1.25  # three pairs do not tell all of the spread
LEAST = 1.0  # grey levels: what rounding to eight bits may leave


def verdict(
    then: Dict[str, Any],
    now: Dict[str, Any],
    pair: Tuple[Any, Any],
    files: Tuple[Path, Path],
    quiet: bool,
) -> int:
    """Say whether two pictures are the same; return the exit code."""
    named = differences(then, now)
    same = then['picture']['pixels_sha256'] == now['picture']['pixels_sha256']
    code, text = 0, 'identical  the same pixels, to the bit'
    if not same:
        code, text = _compared(now, pair, files, quiet)
    lines = [text]
    for name, a, b in named:
        lines.append(f'differs    {name}: {a} then, {b} now')
    if not same and not named:
        lines.append('differs    nothing that the record names')
    if not quiet:
        typer.echo('\n'.join(map(printable, lines)))
    return code


def _compared(
    now: Dict[str, Any],
    pair: Tuple[Any, Any],
    files: Tuple[Path, Path],
    quiet: bool,
) -> Tuple[int, str]:
    """Compare two pictures whose bytes differ with the noise of a run."""
    if pair[0] is None:
        return 1, 'different  by how much is not known: the picture is gone'
    apart = _distance(*pair)
    try:
        floor = max(LEAST, MARGIN * _noise(now, files, pair[1], quiet))
    except KeyboardInterrupt as stop:  # the picture is written
        return getattr(stop, 'code', signals.CTRL_C), (
            f'stopped    {apart:.2f} grey levels (root mean square); the '
            'floor was not measured'
        )
    verdict = 'different' if apart > floor else 'equal    '
    how = 'above' if apart > floor else 'within'
    return int(apart > floor), (
        f'{verdict}  {apart:.2f} grey levels (root mean square), {how} the '
        f'floor of {floor:.2f}: {MARGIN} times what {TWINS + 1} runs are '
        f'apart that begin a rounding apart, at least {LEAST:.0f}'
    )


def _distance(a: numpy.ndarray, b: numpy.ndarray) -> float:
    if a.shape != b.shape:
        return math.inf
    return math.sqrt(numpy.square(a.astype('float64') - b).mean())


def _noise(
    record: Dict[str, Any],
    files: Tuple[Path, Path],
    levels: numpy.ndarray,
    quiet: bool,
) -> float:
    """Run from starts one and two roundings away; return how far they part.

    That is the longest distance of any two of these runs and the one of
    `levels`, in grey levels. A signal ends it at the next step.
    """
    from ..images import postprocess, read_image
    from ..runs.objective import content_of
    from ..runs.run import network, run
    from ..runs.stages import stages
    from ..storage.image_files import eight_bits

    settings = settings_of_record(record)
    background = record['inputs']['background']
    images: Any = tuple(read_image(file, background) for file in files)
    first, net = stages(settings)[0].settings, network(settings)
    start, pictures = content_of(images[0], first), [levels]
    progress = Progress(TWINS * settings.total_epochs, 'epoch', quiet)

    def note(*_: Any) -> None:
        progress.update('the floor')
        signals.raise_pending()

    with contextlib.closing(progress):
        for roundings in range(1, TWINS + 1):
            nudged = start * (1 + roundings * ROUNDING)
            twin = run(images[0], images[1], settings, note, 1, net, nudged)
            pictures.append(eight_bits(postprocess(twin).asnumpy()))
    return max(_distance(*pair) for pair in combinations(pictures, 2))
