"""What the machine has: its processor, its memory, its limits."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Iterator

import psutil

__all__ = ['BFLOAT16_INSTRUCTIONS', 'cpu_flags', 'cpu_model', 'free_memory',
           'memory_of_a_run']  # fmt: skip

BFLOAT16_INSTRUCTIONS = {'avx512_bf16', 'amx_bf16'}
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
    groups (those of a container) and its own (`ulimit -v`) leave.
    """
    free = psutil.virtual_memory().available
    return min([free, *_left_in_groups(), *_left_of_limits()])


def memory_of_a_run() -> int:
    """Return how many bytes a run has in this process, or in its place.

    What is free, and what the process holds already.
    """
    return free_memory() + psutil.Process().memory_info().rss


def _left_of_limits() -> Iterator[int]:
    process = psutil.Process()
    used = process.memory_info()
    for name, taken in (('RLIMIT_AS', 'vms'), ('RLIMIT_DATA', 'data')):
        if hasattr(psutil, name):  # Linux
            most, _ = process.rlimit(getattr(psutil, name))
            if most != psutil.RLIM_INFINITY:
                yield max(0, most - getattr(used, taken))


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
