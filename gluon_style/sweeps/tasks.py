"""What a cell needs to run anywhere, and the hash that identifies it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Sequence

from ..errors import StyleError, WeightsError
from ..runs.device import gpu_number
from ..runs.identity import origin_digest, run_digest, run_identity
from ..runs.settings import Settings
from ..storage.download import remembered_hash
from ..storage.image_files import image_bytes, open_rgb
from ..storage.named_images import find_image
from ..version import __version__
from ..vgg.weights import locate_weights, weights_origin
from .grid import Cell, refuse_hopeless

__all__ = [
    'BACKGROUND',
    'Outcome',
    'Source',
    'Task',
    'digest_of',
    'find_source',
    'identity_of',
    'tasks_of',
]


BACKGROUND = 'white'  # of transparent images, as `read_image` has it


@dataclass(frozen=True)
class Source:
    """An image: its file, the bytes of it and its size in pixels."""

    path: Path  # absolute, on the machine that asks
    data: bytes
    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Task:
    """A cell as it is sent to a worker, which needs no file of ours.

    Attributes
    ----------
    identity : str
        Hash of all that determines the picture.
    settings : Settings
        With the size in pixels.
    content, style : Source
        The images.
    digests : tuple of str
        Of the weights and of the warm start's: 'sha256:...', 'random:SEED'
        or ''.
    version : str
        Of this package.
    """

    identity: str
    settings: Settings
    content: Source
    style: Source
    digests: tuple[str, str]
    version: str = __version__


@dataclass(frozen=True)
class Outcome:
    """What became of a task: a picture and its losses, or an error.

    `picture` is uint8, shape (h, w, 3), or what a tile gives: see
    `tile_tasks`; `parts` are those of its record that the worker knows.
    """

    identity: str
    picture: Any = None
    parts: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0
    error: str = ''
    traceback: str = ''


def tasks_of(
    cells: Sequence[Cell],
) -> tuple[list[Cell], dict[int, Task]]:
    """Read what the cells need, and refuse what cannot run.

    Returns
    -------
    cells
        Those given; where an image is too small for a cell, with its error.
    tasks
        By the index of a cell; cells with an error have none. Two cells may
        have tasks of one identity: they are the same run.

    Raises
    ------
    StyleError
        An image or weights are not there, or a value is good for no cell.
    """
    find = functools.lru_cache(maxsize=None)(find_source)
    digest = functools.lru_cache(maxsize=None)(digest_of)
    images = [(find(cell.content), find(cell.style)) for cell in cells]
    cells = [
        _sized(cell, content) for cell, (content, _) in zip(cells, images)
    ]
    refuse_hopeless(cells)
    tasks = {}
    for cell, pair in zip(cells, images):
        if cell.settings is None:
            continue
        start = replace(cell.settings, weights=cell.settings.warm_start)
        names = (cell.settings.weights_name or 'auto', start.weights_name)
        (weights, warm_start), digests = zip(*map(digest, names))
        settings = replace(
            cell.settings, weights=weights, warm_start=warm_start or None
        )
        key = identity_of(settings, *pair, digests)
        tasks[cell.index] = Task(key, settings, *pair, digests)
    return cells, tasks


def find_source(name: str) -> Source:
    """Read an image given by name or path, and check that it is whole."""
    source = image_bytes(find_image(str(name)))
    height, width, _ = open_rgb(source).shape
    data = source.getvalue()
    path = source.path.absolute()
    return Source(path, data, source.sha256, width, height)


def _sized(cell: Cell, content: Source) -> Cell:
    if cell.settings is None:
        return cell
    try:
        gpu_number(cell.settings.device)  # checks the name
        settings = cell.settings.sized((content.height, content.width, 3))
    except StyleError as error:
        return replace(cell, settings=None, error=error)
    return replace(cell, settings=settings)


def digest_of(name: str | None) -> tuple[str, str]:
    """Return weights by a name that other machines know, and their digest."""
    if name is None:
        return '', ''
    if name.partition(':')[0] == 'random':
        name = origin_digest(weights_origin(name))  # or it refuses the seed
        return name, name
    source, path, _ = locate_weights(name)
    if not path.is_file():
        raise WeightsError(f'the weights {name} are missing: no file {path}')
    shown = 'student' if source == 'student' else str(Path(path).resolve())
    return shown, 'sha256:' + remembered_hash(path)


def identity_of(
    settings: Settings,
    content: Source,
    style: Source,
    digests: tuple[str, str],
) -> str:
    """Hash all that determines the picture of a run."""
    images = content.sha256, style.sha256, BACKGROUND
    return run_digest(run_identity(images, settings, digests))
