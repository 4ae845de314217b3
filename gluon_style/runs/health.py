"""Whether this machine can do what the package does, point by point."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Callable, Iterator

from .._mxnet.failures import LINK
from .._mxnet.link_libraries import loads, needed
from .._mxnet.runtime import THREADS_ASKED, physical_cores, threads_of
from ..errors import StyleError
from ..storage.download import cache_dir, remembered_hash
from ..version import __version__
from ..vgg.weights import find_on_disk
from .fitting import SHARE, largest_size
from .machine import (
    BFLOAT16_INSTRUCTIONS,
    cpu_flags,
    cpu_model,
    free_memory,
)
from .recipes import settings_of

__all__ = ['Finding', 'examine', 'worst']

GIGABYTE = 1e9
WHOLE_RUN = 2 * GIGABYTE  # the chapter's size takes 1.4
SHAPE = settings_of('quick', width=450, height=300)
DOWNLOAD = 1.5 * GIGABYTE  # the model zoo's file and what is made of it
PATIENCE = 120  # seconds
LEVELS = ('ok', 'warning', 'problem')
SEEN_FROM_INSIDE = """
import gluon_style, json, sys
from gluon_style._mxnet import mx
sys.stdout.write(json.dumps([
    mx.__version__, mx.runtime.Features().is_enabled('CUDA'),
    mx.context.num_gpus(),
]))
"""


@dataclass(frozen=True)
class Finding:
    """One point.

    Attributes
    ----------
    point, level, what : str
        What was looked at; 'ok', 'warning' (something is slower or missing)
        or 'problem' (runs fail); what there is.
    remedy : str
        What to do; empty if nothing.
    """

    point: str
    level: str
    what: str
    remedy: str = ''


def examine() -> Iterator[Finding]:
    """Look at every point in turn; MXNet is tried in a process of its own."""
    for look in LOOKS:
        yield look()


def worst(findings: list[Finding]) -> str:
    """Return the worst level of the findings."""
    return max((i.level for i in findings), key=LEVELS.index)


def _python() -> Finding:
    text = f'{platform.python_version()} ({sys.executable})'
    if sys.version_info < (3, 8) or sys.version_info >= (3, 15):
        return Finding('Python', 'warning', text, 'take 3.8 to 3.14')
    return Finding('Python', 'ok', text)


def _package() -> Finding:
    libraries = ('numpy', 'matplotlib', 'pillow', 'scipy')
    versions = ', '.join(f'{i} {metadata.version(i)}' for i in libraries)
    return Finding('gluon_style', 'ok', f'{__version__}; {versions}')


def _system_libraries() -> Finding:
    asked = needed()
    missing = [name for name in asked if not loads(name)]
    if not missing:
        what = f'{", ".join(asked)} of the system' if asked else 'none needed'
        return Finding('libraries', 'ok', what)
    what = f'the system lacks {", ".join(missing)}'
    remedy = f'make links what wheels have; by hand: {LINK}'
    return Finding('libraries', 'warning', what, remedy)


def _mxnet() -> Finding:
    process = subprocess.Popen(
        [sys.executable, '-c', SEEN_FROM_INSIDE],
        env={**os.environ, 'OMP_NUM_THREADS': '1'},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        answer, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        remedy = 'is the machine out of memory or very busy?'
        what = f'no answer in {PATIENCE} s'
        return Finding('MXNet', 'problem', what, remedy)
    if process.returncode:
        last = (errors.strip().splitlines() or ['no message'])[-1]
        remedy = 'see docs/install.md; make demo installs what is needed'
        return Finding('MXNet', 'problem', last, remedy)
    version, cuda, gpus = json.loads(answer.splitlines()[-1])
    build = f'a build for CUDA that sees {gpus} GPUs' if cuda else 'CPU build'
    lent = ', with the names that NumPy has dropped lent to it'
    return Finding('MXNet', 'ok', f'{version}, {build}{lent}')


def _threads() -> Finding:
    cores, text = physical_cores(), THREADS_ASKED
    what = f'{cores} physical cores, OMP_NUM_THREADS {text or "not set"}'
    if not text:
        return Finding('threads', 'ok', f'{what}: one thread a core')
    remedy = f'unset OMP_NUM_THREADS, or set it to {cores}'
    threads = threads_of(text)
    if not threads:
        return Finding('threads', 'problem', f'{what}: no number', remedy)
    level = 'ok' if threads == cores else 'warning'
    return Finding('threads', level, what, '' if level == 'ok' else remedy)


def _processor() -> Finding:
    has = sorted(BFLOAT16_INSTRUCTIONS & cpu_flags())
    what = f'{cpu_model()}; bfloat16 by {", ".join(has)}'
    if has:
        return Finding('processor', 'ok', what)
    what = f'{cpu_model()}; no bfloat16'
    remedy = 'quick and fine run in float32, and take 1.6 times as long'
    return Finding('processor', 'warning', what, remedy)


def _memory() -> Finding:
    free = free_memory()
    what = f'{free / GIGABYTE:.1f} GB free, limits of containers included'
    sizes = [
        largest_size(replace(SHAPE, weights=weights), SHARE * free)
        for weights in ('random', 'student')
    ]
    if all(sizes):
        vgg19, student = ('x'.join(map(str, size or ())) for size in sizes)
        what += f': VGG-19 does {vgg19} at most, the student {student}'
    if free >= WHOLE_RUN:
        return Finding('memory', 'ok', what)
    remedy = 'take smaller pictures, or the student: --weights student'
    return Finding('memory', 'warning', what, remedy)


def _weights() -> Finding:
    try:
        on_disk = find_on_disk()
    except StyleError as error:
        return Finding('weights', 'problem', str(error))
    if on_disk is None:
        remedy = 'gluon-style weights fetch model-zoo, or --weights student'
        return Finding('weights', 'warning', 'none of VGG-19', remedy)
    _, path, why = on_disk
    digest = remembered_hash(path)
    return Finding('weights', 'ok', f'{path} ({why}), sha256 {digest}')


def _cache() -> Finding:
    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        remedy = 'set GLUON_STYLE_CACHE to a folder that can be written'
        what = f'{folder}: {error.strerror}'
        return Finding('cache', 'warning', what, remedy)
    what = f'{folder}, {free / GIGABYTE:.1f} GB free'
    if free < DOWNLOAD:
        remedy = 'a download of weights needs 1.5 GB: make room'
        return Finding('cache', 'warning', what, remedy)
    return Finding('cache', 'ok', what)


def _working_folder() -> Finding:
    folder = Path.cwd()
    free = shutil.disk_usage(folder).free
    what = f'{folder}, {free / GIGABYTE:.1f} GB free'
    if os.access(folder, os.W_OK):
        return Finding('folder', 'ok', what)
    remedy = 'name an output elsewhere with -o'
    return Finding('folder', 'warning', f'{what}, not writable', remedy)


LOOKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _package,
    _system_libraries,
    _mxnet,
    _threads,
    _processor,
    _memory,
    _weights,
    _cache,
    _working_folder,
)
