"""What has to happen before MXNet 1.9.1 is imported.

MXNet has been retired since 2023. On a current machine it needs four things
that it does not do itself: names that NumPy and Python have dropped
(`import_hook`), all of the processors instead of half of them, memory that is
kept from one step to the next, and a clear error message when it cannot be
imported (`failures`).
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import warnings
from pathlib import Path

from .import_hook import watch_for_mxnet

# what the user had set before `prepare` did
THREADS_ASKED = os.environ.get('OMP_NUM_THREADS')
MOST_THREADS = 256  # that any machine is taken to bear
# <malloc.h>
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -3, -4, -8
MOST_MAPS, LARGE = 2**16, 2**20  # blocks, and bytes of one


def prepare() -> None:
    """Make the process fit for MXNet 1.9.1; called when the package loads."""
    watch_for_mxnet()
    _drop_bad_thread_number()
    # operators run one after the other, so that one copy of the memory that
    # they work in does; MXNet takes four in turn, and keeps them all
    os.environ.setdefault('MXNET_CPU_TEMP_COPY', '1')
    if 'mxnet' not in sys.modules:
        os.environ.setdefault('OMP_NUM_THREADS', str(physical_cores()))
    elif 'OMP_NUM_THREADS' not in os.environ:
        warnings.warn(
            'mxnet was imported before gluon_style, so it uses only half of '
            'the processors: import gluon_style first, or set '
            'OMP_NUM_THREADS',
            RuntimeWarning,
            stacklevel=3,
        )
    keep_freed_memory()


def _drop_bad_thread_number() -> None:
    # MXNet aborts at what is no number, and at threads that nobody grants
    text = os.environ.get('OMP_NUM_THREADS')
    if not text or threads_of(text):
        return
    del os.environ['OMP_NUM_THREADS']
    warnings.warn(
        f'OMP_NUM_THREADS is {text!r}, wanted a whole number of threads, '
        f'1 to {_most_threads()}: it is taken as not set',
        RuntimeWarning,
        stacklevel=4,
    )


def threads_of(text: str) -> int | None:
    """Read an OMP_NUM_THREADS, such as '2' or '2,1'; None if it is none."""
    number = re.fullmatch(r'\s*([1-9]\d{,8})\s*(,.*)?', text)
    threads = int(number[1]) if number else 0
    return threads if 0 < threads <= _most_threads() else None


def _most_threads() -> int:
    return max(MOST_THREADS, os.cpu_count() or 1)


def physical_cores() -> int:
    """Count the physical cores that this process may run on."""
    cpus = (
        os.sched_getaffinity(0)
        if hasattr(os, 'sched_getaffinity')
        else range(os.cpu_count() or 1)
    )
    return len({_siblings(cpu) for cpu in cpus})


def _siblings(cpu: int) -> str:
    path = f'/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list'
    try:
        return Path(path).read_text()
    except OSError:
        return str(cpu)


def keep_freed_memory() -> bool:
    """Tell glibc to keep freed memory for the next step.

    MXNet frees and allocates every feature map at every step; glibc would
    hand each back to the system and fault it in again, page by page (130,000
    page faults, a sixth of a step's time at 450x300: see docs/design.md).
    Any `MALLOC_...` variable of the user's, or `GLUON_STYLE_MALLOC=system`,
    leaves the allocator alone.

    Returns
    -------
    bool
        Whether the allocator was set.
    """
    return _mallopt(
        (M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_ARENA_MAX, 1)
    )


def give_back_freed_memory() -> bool:
    """Tell glibc to give large blocks back when they are freed.

    MXNet asks for aligned blocks, for which glibc needs a larger hole than
    the same block has left: kept, the maps of some tiles take twice the
    memory that is used at any time (docs/larger.md).

    Returns
    -------
    bool
        Whether the allocator was set: see `keep_freed_memory`.
    """
    done = _mallopt((M_MMAP_MAX, MOST_MAPS), (M_MMAP_THRESHOLD, LARGE))
    if done:  # and what an earlier stage has left
        ctypes.CDLL(None).malloc_trim(0)
    return done


def _mallopt(*settings: tuple[int, int]) -> bool:
    """Set glibc's allocator, if it is there and the user has not set it."""
    if os.environ.get('GLUON_STYLE_MALLOC') == 'system' or any(
        name.startswith('MALLOC_') for name in os.environ
    ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # not glibc
        return False
    return all(mallopt(name, value) for name, value in settings)
