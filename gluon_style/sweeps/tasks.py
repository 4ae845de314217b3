"""What a cell needs to run anywhere, and the hash that identifies it."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Sequence

from ..errors import StyleError, WeightsError
from ..runs.device import gpu_number
from ..runs.settings import Settings
from ..storage.download import file_hash
from ..storage.image_files import open_rgb
from ..storage.named_images import find_image
from ..version import __version__
from ..vgg.layers import layer_index
from ..vgg.weights import locate_weights, weights_origin
from .grid import Cell, refuse_hopeless

__all__ = [
    'Outcome',
    'Source',
    'Task',
    'digest_of',
    'find_source',
    'identity_of',
    'tasks_of',
]

DIGITS = 16  # of a cell's identity


@dataclass(frozen=True)
class Source:
    """An image: its name, the bytes of its file and its size in pixels."""

    name: str
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
    `tile_tasks`; `last` a plain `EpochRecord`,
    `weights_used` a plain `Origin`.
    """

    identity: str
    picture: Any = None
    last: dict[str, Any] | None = None
    weights_used: dict[str, str] | None = None
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
    path = find_image(str(name))
    height, width, _ = open_rgb(path).shape
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return Source(path.name, data, sha256, width, height)


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
        origin = weights_origin(name)  # or it refuses the seed
        name = f'random:{origin.detail.split()[-1]}'
        return name, name
    source, path, _ = locate_weights(name)
    if not path.is_file():
        raise WeightsError(f'the weights {name} are missing: no file {path}')
    shown = 'student' if source == 'student' else str(Path(path).resolve())
    return shown, 'sha256:' + file_hash(path)


def identity_of(
    settings: Settings,
    content: Source,
    style: Source,
    digests: tuple[str, str],
) -> str:
    """Hash all that determines the picture of a run."""
    determining: dict[str, Any] = {
        name: float(value) if isinstance(value, (int, float)) else value
        for name, value in asdict(settings).items()
    }
    for name in ('content_layers', 'style_layers'):
        determining[name] = sorted(layer_index(i) for i in determining[name])
    determining.update(
        weights=digests[0],
        warm_start=digests[1],
        content=content.sha256,
        style=style.sha256,
        version=__version__,
    )
    text = json.dumps(determining, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
