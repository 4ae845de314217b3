"""Tiles of a picture as tasks: what a worker needs to compute one."""

from __future__ import annotations

import functools
import socket
from dataclasses import dataclass, replace
from typing import Any, Callable

import numpy

from ..errors import SettingsError
from ..runs.settings import Settings
from ..version import __version__

__all__ = ['Fixed', 'TileTask', 'run_tile']

KEPT = 4  # networks that a process keeps


@dataclass(frozen=True)
class Fixed:
    """Pixels that stay the same from step to step, and their digest."""

    pixels: numpy.ndarray
    digest: str


@dataclass(frozen=True)
class TileTask:
    """One tile of one pass, as it is sent to a worker.

    Attributes
    ----------
    identity : str
        Of this task alone.
    index : int
        Which tile.
    settings : Settings
        Of the stage, with its size in pixels.
    wanted : str
        'grams', 'losses' or 'gradient': see `Part` and `Scope.wider`.
    exact : bool
        Whether in float32, whatever the settings say, as the features wanted
        always are.
    digests : tuple of str
        As those of `Task`.
    content : Fixed, optional
        The tile's window of the content image.
    pixels : numpy.ndarray, optional
        The tile's window of the picture, shape (1, 3, h, w).
    pulls : list of numpy.ndarray, optional
        See `Part.gradient`.
    version : str
        Of this package.
    """

    identity: str
    index: int
    settings: Settings
    wanted: str
    exact: bool
    digests: tuple[str, str]
    content: Fixed | None = None
    pixels: Any = None
    pulls: Any = None
    version: str = __version__


def run_tile(task: TileTask, located: Callable[..., Settings]) -> list[Any]:
    """Compute a tile in this process.

    Parameters
    ----------
    task : TileTask
        The tile.
    located : callable
        Gives settings whose weights have the names that this machine knows,
        by the task's settings and digests.

    Returns
    -------
    list
        What the methods of `Part` return, as NumPy arrays.
    """
    from .._mxnet import np

    workbench = _workbench(_key(task.settings), task.digests, located)
    part = workbench.part(task.index, task.exact, task.wanted == 'grams')
    contents_Y = workbench.contents(task.index, task.content)
    device = workbench.device
    pixels = np.array(task.pixels, ctx=device)
    if task.wanted == 'gradient':
        pulls = [np.array(i, ctx=device) for i in task.pulls]
        contents_l, gradient = part.gradient(pixels, contents_Y, pulls)
        return [[i.asnumpy() for i in contents_l], gradient.asnumpy()]
    return [
        [i.asnumpy() for i in arrays]
        for arrays in part.losses(pixels, contents_Y)
    ]


def _key(settings: Settings) -> Settings:
    """Return settings that can be hashed."""
    return replace(
        settings,
        content_layers=tuple(settings.content_layers),
        style_layers=tuple(settings.style_layers),
    )


@functools.lru_cache(maxsize=KEPT)
def _workbench(
    settings: Settings,
    digests: tuple[str, str],
    located: Callable[..., Settings],
) -> Workbench:
    return Workbench(located(settings, digests))


class Workbench:
    """The network of a run and what its tiles want, kept between steps."""

    def __init__(self, settings: Settings) -> None:
        from .._mxnet.runtime import give_back_freed_memory
        from ..runs.device import find_device
        from ..runs.objective import find_scope
        from ..runs.precision import available_precision, bfloat16_network
        from ..runs.run import network

        if available_precision(settings) != settings.precision:
            raise SettingsError(
                f'the worker on {socket.gethostname()} has no '
                f'{settings.precision}: add --set precision=float32'
            )
        scope = find_scope(settings)
        assert scope is not None
        give_back_freed_memory()
        self.device = find_device(settings.device)
        self._scope, self._exact = scope, network(settings)
        self._net = self._exact
        if settings.precision == 'bfloat16':
            self._net = bfloat16_network(self._exact, scope.float32_layers)
        self._contents: dict[int, tuple[str, list[Any]]] = {}

    def part(self, index: int, exact: bool, wider: bool = False) -> Any:
        """Return a tile; an exact one computes in float32."""
        from ..tiles.part import Part

        net = self._exact if exact else self._net
        scope = self._scope.wider if wider else self._scope
        return Part(scope, net, scope.tiles()[index])

    def contents(self, index: int, content: Fixed | None) -> list[Any]:
        """Return the content features wanted of a tile, computed once."""
        from .._mxnet import np

        if content is None:
            return []
        kept = self._contents.get(index)
        if not kept or kept[0] != content.digest:
            pixels = np.array(content.pixels, ctx=self.device)
            features = self.part(index, exact=True).contents(pixels)
            kept = self._contents[index] = content.digest, features
        return kept[1]
