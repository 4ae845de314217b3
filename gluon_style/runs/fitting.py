"""Whether a run fits into the memory, and the largest size that does."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Callable, Sequence

from ..errors import SettingsError
from ..tiles.geometry import UNTILED
from .device import gpu_number
from .forecast import filters_of, forecast_memory
from .rules import LONGEST_SIDE
from .settings import Settings
from .stages import tilings

__all__ = ['SHARE', 'check_memory', 'gigabytes', 'largest_size']

# of what there is, for a size that is named: what is free changes until it is
# asked for, and what a run holds is not the same twice
SHARE = 0.95


def check_memory(settings: Settings, photos: Sequence[int] = ()) -> None:
    """Refuse, before anything slow, what does not fit into the memory.

    Parameters are those of `forecast_memory`.

    Raises
    ------
    SettingsError
        The forecast is above `machine.memory_of_a_run`; the message names
        the largest size of that shape that fits.
    """
    from .machine import memory_of_a_run  # late, like the above

    if gpu_number(settings.device) is not None:  # it has memory of its own
        return
    needed, there = forecast_memory(settings, photos), memory_of_a_run()
    if needed <= there:
        return
    size = largest_size(settings, SHARE * there, photos)
    remedies = ['close other programs, raise a limit (container, ulimit)']
    if size:
        remedies = [f'take at most --width {size[0]} --height {size[1]}']
    whole = tilings(settings)[-1] == 'whole'  # of the largest stage
    remedies.append('tiles (--tile 512)' if whole else 'smaller tiles')
    if settings.weights != 'student':
        remedies.append('a smaller network (--weights student)')
    remedies.append('try it with --no-memory-check')
    raise SettingsError(
        f'a picture of {settings.width}x{settings.height} takes about '
        f'{gigabytes(needed)} of memory and {gigabytes(there)} are there: '
        + ', or '.join(remedies)
    )


def gigabytes(number: float) -> str:
    """Write bytes as a person says them.

    Examples
    --------
    >>> gigabytes(1_380_000_000), gigabytes(12e9)
    ('1.4 GB', '12.0 GB')
    """
    return f'{number / 1e9:.1f} GB'


def largest_size(
    settings: Settings, free: float, photos: Sequence[int] = ()
) -> tuple[int, int] | None:
    """Find the largest size of that shape whose run fits into `free` bytes.

    Parameters
    ----------
    settings : Settings
        With width and height, whose ratio is kept.
    free : float
        Bytes for the whole process, see `machine.memory_of_a_run`; where the
        size is to be asked for later, a `SHARE` of them.
    photos : sequence of int
        As for `forecast_memory`.

    Returns
    -------
    tuple of int, optional
        (width, height) to be asked for; None if even the least size that the
        network can do with does not fit.
    """
    filters = filters_of(settings)
    shape = settings.width or 1, settings.height or 1
    most = LONGEST_SIDE // max(settings.second_scale, 1)
    high = most * shape[0] // max(shape)
    # where 'auto' begins to make tiles, memory falls: above it and below
    edge = min(high, math.isqrt(UNTILED * shape[0] // shape[1]))

    def fits(width: int) -> bool:
        size = _of_width(settings, width, shape)
        return size is None or forecast_memory(size, photos, filters) <= free

    for first, last in ((edge + 1, high), (0, edge)):
        width = _last_true(fits, first, last)
        fitting = _of_width(settings, width, shape) if width >= first else None
        if fitting is not None:
            return fitting.width or 0, fitting.height or 0
    return None


def _last_true(is_true: Callable[[int], bool], first: int, last: int) -> int:
    """Bisect for the last number for which it is true; `first` - 1 if none."""
    low = first - 1
    while low < last:
        middle = (low + last + 1) // 2
        if is_true(middle):
            low = middle
        else:
            last = middle - 1
    return low


def _of_width(
    settings: Settings, width: int, shape: tuple[int, int]
) -> Settings | None:
    """Give settings another width; None if the network needs more pixels."""
    height = max(1, round(shape[1] * width / shape[0]))
    try:
        return replace(settings, width=max(width, 1), height=height)
    except SettingsError:
        return None
