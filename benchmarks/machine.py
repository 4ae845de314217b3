"""What the machine is, and how much of it others use."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Tuple

__all__ = ['busy_seconds', 'describe', 'physical_cores']

ROOT = Path(__file__).resolve().parent.parent


def physical_cores() -> int:
    """Count the physical cores that this process may run on."""
    cpus = os.sched_getaffinity(0)
    return len({_siblings(cpu) for cpu in cpus})


def _siblings(cpu: int) -> str:
    path = f'/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list'
    try:
        return Path(path).read_text()
    except OSError:
        return str(cpu)


def busy_seconds() -> Tuple[float, float]:
    """Return how long all processors were busy, stolen time included.

    The second figure is how long they were there: busy or idle.
    """
    fields = Path('/proc/stat').read_text().split('\n', 1)[0].split()[1:9]
    times = [int(field) / os.sysconf('SC_CLK_TCK') for field in fields]
    idle = times[3] + times[4]
    return sum(times) - idle, sum(times)


def describe() -> dict:
    """Return CPU, cores, memory, versions and the commit."""
    return {
        'cpu': _cpu_model(),
        'logical_cores': len(os.sched_getaffinity(0)),
        'physical_cores': physical_cores(),
        'memory_gib': round(
            os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30, 1
        ),
        'system': f'{platform.system()} {platform.release()}',
        'python': platform.python_version(),
        **{name: _version(name) for name in ('mxnet', 'torch', 'numpy')},
        'gluon_style': _version('gluon-style'),
        'commit': _commit(),
    }


def _cpu_model() -> str:
    lines = Path('/proc/cpuinfo').read_text().splitlines()
    names = [line.split(':')[1] for line in lines if 'model name' in line]
    return names[0].strip() if names else platform.machine()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ''


def _commit() -> str:
    try:
        commit = _git('rev-parse', '--short=12', 'HEAD')
        return commit + ('+changes' if _git('status', '--porcelain') else '')
    except (OSError, subprocess.CalledProcessError):
        return ''


def _git(*arguments: str) -> str:
    return subprocess.run(
        ['git', '-C', str(ROOT), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout.strip()
