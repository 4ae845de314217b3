"""What a step in tiles has to compute and, on a cluster, to send: counted."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Sequence

from ..tiles.geometry import windows_of
from ..tiles.part import Scope
from ..vgg.layers import vgg19_layers
from .forecast import FLOAT, filters_of
from .objective import find_scope
from .settings import Settings

__all__ = ['Load']

PIXEL = 3 * FLOAT  # bytes


@dataclass(frozen=True)
class Load:
    """What a step of a picture in tiles consists of, counted.

    Attributes
    ----------
    first, second : tuple of int
        Pixels of the window of each tile: of those whose Gram matrices are
        summed up, and of those that give the gradient.
    matrices : int
        Bytes of a tile's Gram matrices, and of the derivatives by them.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    matrices: int

    @classmethod
    def of(cls, settings: Settings) -> Load | None:
        """Count that of a stage; None if it has no tiles."""
        scope = find_scope(settings)
        if scope is None:
            return None
        styles = scope.style_layers
        filters = filters_of(settings)[settings.weights_name]
        squares = [
            i.channels**2 for i in vgg19_layers(filters) if i.index in styles
        ]
        first = _windows(scope.wider) if styles else ()
        return cls(first, _windows(scope), FLOAT * sum(squares))

    @property
    def work(self) -> float:
        """Pixels that go both ways through the network; one way is half."""
        return sum(self.first) / 2 + sum(self.second)

    def slowest(self, workers: int) -> tuple[float, float]:
        """Return the work of who has most of it, in either pass."""
        first, second = (
            _most(pixels, workers) for pixels in (self.first, self.second)
        )
        return first / 2, float(second)

    def sent(self, workers: int) -> int:
        """Count the bytes that travel: all to or from the one who asks.

        The windows of both passes, the gradients, the Gram matrices of each
        tile of the first, and the derivatives for each worker that has a
        tile.
        """
        pixels = sum(self.first) + 2 * sum(self.second)
        copies = len(self.first) + min(workers, len(self.second))
        return PIXEL * pixels + self.matrices * copies


def _windows(scope: Scope) -> tuple[int, ...]:
    rows, columns = (
        [
            stop - start
            for start, stop in windows_of(i, scope.side, scope.deepest)
        ]
        for i in scope.size
    )
    return tuple(height * width for height in rows for width in columns)


def _most(pixels: Sequence[int], workers: int) -> int:
    """Deal tiles out in order, each to who is free first: the most of one."""
    hands = [0] * min(workers, len(pixels))
    for i in pixels:
        heapq.heapreplace(hands, hands[0] + i)
    return max(hands, default=0)
