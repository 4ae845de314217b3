"""What the limits of this process leave: MXNet crashes where it has no room.

`ulimit -v` limits the addresses that a process may have, in memory or not, and
`ulimit -d` those that are its own. The libraries take far more of them than
of the memory, and more for each thread.
"""

from __future__ import annotations

import os
import sys
from typing import Iterator

import psutil

from ..errors import MXNetError
from .runtime import physical_cores, threads_of

__all__ = ['check_room', 'left_of_limits']

# psutil's names of the limit and of what it counts, and its name in a shell
LIMITS = (('RLIMIT_AS', 'vms', 'v'), ('RLIMIT_DATA', 'data', 'd'))
# bytes for the libraries and for each thread, measured: see docs/larger.md
IMPORT = {'v': (600e6, 56e6), 'd': (195e6, 56e6)}  # what the import takes
# and what libraries take in a run beyond the memory that they hold
BEFORE = {'v': (530e6, 73e6), 'd': (111e6, 73e6)}
AFTER = {'v': (100e6, 17e6), 'd': (100e6, 17e6)}  # MXNet is imported


def check_room() -> None:
    """Refuse to import MXNet where that would end the process with SIGSEGV.

    Raises
    ------
    MXNetError
        A limit leaves less than the import takes.
    """
    for shell, left in _left():
        needed = _bytes(IMPORT[shell])
        if left < needed:
            fewer = '' if _threads() == 1 else ', or set OMP_NUM_THREADS=1'
            raise MXNetError(
                f'MXNet takes {needed / 1e6:.0f} MB of what `ulimit -{shell}` '
                f'limits, and that leaves {left / 1e6:.0f}: raise it{fewer}'
            )


def left_of_limits() -> Iterator[int]:
    """Yield the bytes of memory that each limit leaves to a run."""
    beyond = AFTER if 'mxnet' in sys.modules else BEFORE
    for shell, left in _left():
        yield max(0, left - _bytes(beyond[shell]))


def _left() -> Iterator[tuple[str, int]]:
    process = psutil.Process()
    used = process.memory_info()
    for name, taken, shell in LIMITS:
        if hasattr(psutil, name):  # Linux
            most, _ = process.rlimit(getattr(psutil, name))
            if most != psutil.RLIM_INFINITY:
                yield shell, max(0, most - getattr(used, taken))


def _bytes(sizes: tuple[float, float]) -> int:
    return round(sizes[0] + sizes[1] * _threads())


def _threads() -> int:
    return (
        threads_of(os.environ.get('OMP_NUM_THREADS', '')) or physical_cores()
    )
