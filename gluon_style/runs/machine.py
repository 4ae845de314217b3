"""What the machine has: processor, memory, limits, and what moves numbers."""

from __future__ import annotations

import os
import platform
import resource
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Iterator

import psutil

from .._mxnet.room import left_of_limits
from .._mxnet.runtime import threads_of
from ..version import __version__

__all__ = [
    'BFLOAT16_INSTRUCTIONS',
    'cpu_flags',
    'cpu_model',
    'free_memory',
    'memory_of_a_run',
    'peak_memory',
    'surroundings',
    'versions',
]

BFLOAT16_INSTRUCTIONS = {'avx512_bf16', 'amx_bf16'}
# by which oneDNN, and OpenBLAS within MXNet, choose how to compute
CHOOSING = {'sse4_1', 'avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni',
            'avx_vnni', 'amx_tile', *BFLOAT16_INSTRUCTIONS}  # fmt: skip
LIBRARIES = ('mxnet', 'numpy', 'scipy', 'pillow')
# what begins so tunes a library that computes, but for places of files, what
# is said elsewhere, and what moves no number
TUNING = ('MXNET_', 'OMP_', 'GOMP_', 'KMP_', 'MKL_', 'OPENBLAS_', 'DNNL_',
          'ONEDNN_')  # fmt: skip
NOT_TUNING = {'MXNET_HOME', 'MXNET_GLUON_REPO', 'MXNET_LIBRARY_PATH',
              'OMP_NUM_THREADS', 'MXNET_CPU_TEMP_COPY'}  # fmt: skip
CPUINFO = Path('/proc/cpuinfo')
CGROUPS = Path('/sys/fs/cgroup')
# the files of a group: its limit, its use, and how its statistics name the
# part of that which the kernel gives back
GROUP_FILES = (
    ('memory.max', 'memory.current', 'inactive_file'),
    (
        'memory.limit_in_bytes',
        'memory.usage_in_bytes',
        'total_inactive_file',
    ),
)


def cpu_flags() -> set[str]:
    """Return the processor's instructions as Linux lists them, else none."""
    return {flag for line in _cpu_lines('flags') for flag in line.split()}


def cpu_model() -> str:
    """Name the processor."""
    return next(_cpu_lines('model name'), platform.processor() or 'unknown')


def versions() -> dict[str, str]:
    """Return the versions of what a picture is made with, by name."""
    libraries = {name: _version(name) for name in LIBRARIES}
    python = platform.python_version()
    return {'gluon_style': __version__, 'python': python, **libraries}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # a build under another name
        return getattr(sys.modules.get(name), '__version__', 'unknown')


def surroundings(bfloat16: bool) -> dict[str, Any]:
    """Return what moves the last bits of a run on this machine.

    Parameters
    ----------
    bfloat16 : bool
        Whether the network of the run was in it.

    Returns
    -------
    dict
        'processor'; 'instructions', those by which a library chooses how to
        compute; 'threads', 0 if OMP_NUM_THREADS is not set; 'bfloat16';
        'variables', those of the environment that tune such a library.
    """
    return {
        'processor': cpu_model(),
        'instructions': sorted(CHOOSING & cpu_flags()),
        'threads': threads_of(os.environ.get('OMP_NUM_THREADS', '')) or 0,
        'bfloat16': bfloat16,
        'variables': {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(TUNING) and name not in NOT_TUNING
        },
    }


def peak_memory() -> int:
    """Return the most memory that this process has had at once, in bytes."""
    try:
        status = Path('/proc/self/status').read_text(encoding='utf-8')
        return int(status.split('VmHWM:')[1].split()[0]) * 1024
    except (OSError, IndexError):  # not Linux
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == 'darwin' else most * 1024


def _cpu_lines(field: str) -> Iterator[str]:
    try:
        lines = CPUINFO.read_text(encoding='utf-8').splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        name, _, value = line.partition(':')
        if name.strip() == field:
            yield value.strip()


def free_memory() -> int:
    """Return how many bytes this process can still have.

    The least of what the machine has and what the limits of its control
    groups (those of a container) and its own (`ulimit -v`, `-d`) leave.
    """
    free = psutil.virtual_memory().available
    return min([free, *_left_in_groups(), *left_of_limits()])


def memory_of_a_run() -> int:
    """Return how many bytes a run has in this process, or one in its place.

    What is free, and what the process holds already: for the machine and the
    groups that is what it does not share with others, such as libraries,
    which may be counted elsewhere.
    """
    held = psutil.Process().memory_info()
    own = held.rss - getattr(held, 'shared', 0)  # Linux
    shared_out = [psutil.virtual_memory().available, *_left_in_groups()]
    limits = (left + held.rss for left in left_of_limits())
    return min([i + own for i in shared_out] + [*limits])


def _left_in_groups() -> Iterator[int]:
    for folder in _group_folders():
        for limit, usage, kept in GROUP_FILES:
            try:
                most = (folder / limit).read_text().strip()
                used = int((folder / usage).read_text())
                stat = (folder / 'memory.stat').read_text().split()
            except OSError:
                continue
            if most != 'max':
                cache = int(stat[stat.index(kept) + 1]) if kept in stat else 0
                yield max(0, int(most) - used + cache)


def _group_folders() -> Iterator[Path]:
    """List the folders of this process's groups and of those above.

    Inside a container the paths may be those outside: the root counts too.
    """
    try:
        lines = Path('/proc/self/cgroup').read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(':', 2)
        if controllers not in ('', 'memory'):
            continue
        root = CGROUPS / controllers
        folder = root / path.lstrip('/')
        while folder != root:
            yield folder
            folder = folder.parent
        yield root
