"""The tiles of a picture on a Dask cluster.

The two passes of a step are a map and a sum. A tile is a task of what it is
sent alone; what a worker keeps between steps, its network and the content
features of its tiles, it can make again. So a worker that dies loses
nothing: the scheduler gives its tasks to others.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import uuid
from dataclasses import replace
from typing import Any, Callable, Iterable, Iterator, Mapping

import numpy

from ..errors import StyleError
from ..runs.settings import Settings
from .cluster import connected, sent_once, slots_of, watched
from .on_dask_worker import run_in_child
from .tasks import Outcome, digest_of
from .tile_tasks import Fixed, TileTask

__all__ = ['ClusterCrew', 'crew_on']


@contextlib.contextmanager
def crew_on(address: str) -> Iterator[Callable[..., ClusterCrew]]:
    """Give what makes crews of the workers of a cluster; see `run`.

    Raises
    ------
    ClusterError
        As `connected`.
    """
    with connected(address) as client:
        # once, or a worker's death would change the threads of the others
        slots = slots_of(client)
        yield functools.partial(ClusterCrew, client, address, slots)


class ClusterCrew:
    """Computes tiles on a cluster; the same as `Here` to who asks.

    Parameters
    ----------
    client : distributed.Client
        From `connected`.
    address : str
        Of the scheduler.
    slots : mapping
        From `slots_of`.
    settings : Settings
        Of the stage.
    scope : Scope
        Of the picture.
    net : object
        Not used: the workers have their own.
    contents_Y : list, optional
        From `contents`.
    """

    def __init__(
        self,
        client: Any,
        address: str,
        slots: Mapping[str, int],
        settings: Settings,
        scope: Any,
        net: Any,
        contents_Y: list[Any] | None = None,
    ) -> None:
        self.scope = scope
        self._client, self._address, self._slots = client, address, slots
        self._exact = contents_Y is None
        self._contents_Y = contents_Y or [None for _ in scope.tiles()]
        self._name, self._numbers = uuid.uuid4().hex, itertools.count()
        weights, digest = digest_of(settings.weights_name or 'auto')
        self._settings = replace(settings, weights=weights)
        self._digests = digest, ''

    def contents(self, X: Any) -> list[Any]:
        """Return for each tile its window of the content image, sent."""
        windows = _windows(self.scope, X)
        return [self._send(_fixed(window)) for window in windows]

    def grams(self, X: Any) -> Iterator[list[Any]]:
        """Yield the parts of the Gram matrices of a picture."""
        wider = self.scope.wider
        if wider.style_layers:
            windows = _windows(wider, X)
            nothing = itertools.repeat(None)
            for _, grams in self._computed('grams', windows, nothing, None):
                yield _arrays(grams, X)

    def losses(self, X: Any) -> Iterator[tuple[list[Any], list[Any]]]:
        """Yield what each tile of a picture adds: see `Part.losses`."""
        windows = _windows(self.scope, X)
        for contents_l, grams in self._computed(
            'losses', windows, self._contents_Y, None
        ):
            yield _arrays(contents_l, X), _arrays(grams, X)

    def gradients(
        self, X: Any, pulls: list[Any]
    ) -> Iterator[tuple[list[Any], Any]]:
        """Yield what each tile of a picture adds: see `Part.gradient`."""
        windows = _windows(self.scope, X)
        sent = self._send([pull.asnumpy() for pull in pulls])
        for contents_l, gradient in self._computed(
            'gradient', windows, self._contents_Y, sent
        ):
            yield _arrays(contents_l, X), _arrays([gradient], X)[0]

    def _send(self, value: Any) -> Any:
        return sent_once(self._client, value, self._key('sent'))

    def _key(self, kind: str) -> str:
        return f'gluon-style-{kind}-{self._name}-{next(self._numbers)}'

    def _computed(
        self,
        wanted: str,
        windows: Iterable[numpy.ndarray],
        contents: Iterable[Any],
        pulls: Any,
    ) -> Iterator[list[Any]]:
        """Yield what the tiles give, in order, whoever ends first."""
        order: list[str] = []
        submitted = self._submitted(wanted, windows, contents, pulls, order)
        outcomes = {
            news.identity: news.outcome
            for news in watched(self._client, submitted, self._address)
            if news.kind == 'finished'
        }
        for identity in order:
            yield _result(outcomes.pop(identity))

    def _submitted(
        self,
        wanted: str,
        windows: Iterable[numpy.ndarray],
        contents: Iterable[Any],
        pulls: Any,
        order: list[str],
    ) -> Iterator[Any]:
        known = self._settings, wanted, self._exact, self._digests
        for i, (window, content) in enumerate(zip(windows, contents)):
            key = self._key('tile')
            task = TileTask(key, i, *known)
            pixels = self._send(window)
            future = self._client.submit(
                _compute, task, content, pixels, pulls, self._slots, key=key
            )
            order.append(key)
            yield future, task


def _windows(scope: Any, X: Any) -> Iterator[numpy.ndarray]:
    for tile in scope.tiles():
        yield X[tile.window(scope.deepest)].asnumpy()


def _arrays(values: list[numpy.ndarray], X: Any) -> list[Any]:
    from .._mxnet import np

    return [np.array(value, ctx=X.ctx) for value in values]


def _fixed(pixels: numpy.ndarray) -> Fixed:
    return Fixed(pixels, hashlib.sha256(pixels.tobytes()).hexdigest())


def _result(outcome: Outcome | None) -> list[Any]:
    assert outcome is not None
    if outcome.error:
        raise StyleError(f'a tile has failed: {outcome.error}')
    return outcome.picture


def _compute(
    task: TileTask,
    content: Fixed | None,
    pixels: numpy.ndarray,
    pulls: list[numpy.ndarray] | None,
    slots: Mapping[str, int],
) -> Outcome:
    """Compute a tile on the Dask worker that this runs on."""
    whole = replace(task, content=content, pixels=pixels, pulls=pulls)
    return run_in_child(whole, slots)
