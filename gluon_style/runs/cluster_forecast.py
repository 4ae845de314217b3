"""What a step in tiles would take on a cluster: computed, not measured.

The parts are those of a forecast for this machine, and counts. Nothing is
taken to run beside anything else but the workers. docs/larger.md has the
model, and what of it was measured.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Iterator

import numpy

from .._mxnet import np
from ..tiles.part import Scope
from .load import Load
from .probe import EVALUATIONS, STEPS, Forecast
from .projected import MEMORY
from .run import run
from .settings import Settings
from .stages import stages

__all__ = [
    'GIGABIT',
    'ClusterForecast',
    'ClusterStep',
    'forecast_cluster',
    'measure_here',
]

GIGABIT = 110.0  # MB a second that Ethernet of 1 Gbit/s carries
SIZE = (640, 480)  # at which this machine's own part of a step is timed
# Measured on loopback, see docs/larger.md
TASK = 0.02  # seconds of a task, whatever it has to do
COPYING = 4e-9  # seconds to pack, pass on and unpack a byte


@dataclass(frozen=True)
class ClusterStep:
    """The seconds of a step on a cluster, by what they are spent on.

    Attributes
    ----------
    first, second : float
        The two passes of the worker that has most to do.
    wire : float
        What travels, through the wire of who asks.
    tasks : float
        Handing out the tiles: a cost for each task and for each byte.
    here : float
        What who asks does alone: total variation, sums, the optimizer.
    sent : int
        Bytes that travel.
    """

    first: float
    second: float
    wire: float
    tasks: float
    here: float
    sent: int

    @classmethod
    def of(
        cls,
        settings: Settings,
        seconds: float,
        here: float,
        workers: int,
        bandwidth: float = GIGABIT,
    ) -> ClusterStep | None:
        """Compute that of a stage.

        Parameters
        ----------
        settings : Settings
            Of the stage, with width and height.
        seconds : float
            Of a step in these tiles on one worker, without a cluster.
        here : float
            Seconds of them for each pixel that are who asks', from
            `measure_here`.
        workers : int
            At least 1, each with one tile at a time.
        bandwidth : float
            Bytes that the wire carries in a second, in millions; above 0.

        Returns
        -------
        ClusterStep, optional
            None if the stage has no tiles.
        """
        load = Load.of(settings)
        if load is None:
            return None
        assert settings.width is not None
        assert settings.height is not None
        alone = min(seconds, here * settings.width * settings.height)
        pace = (seconds - alone) / load.work
        first, second = (pace * i for i in load.slowest(workers))
        times, sent = EVALUATIONS[settings.optimizer], load.sent(workers)
        wire = times * sent / (bandwidth * 1e6)
        tasks = TASK * (len(load.first) + len(load.second)) + COPYING * sent
        return cls(first, second, wire, times * tasks, alone, sent)

    @property
    def seconds(self) -> float:
        """Of the step."""
        return self.first + self.second + self.wire + self.tasks + self.here


@dataclass(frozen=True)
class ClusterForecast:
    """What a run would take on a cluster.

    Attributes
    ----------
    workers, bandwidth : int, float
        As for `ClusterStep.of`.
    stages : tuple of ClusterStep, optional
        In their order; None for a stage without tiles, which stays here.
    seconds_per_step, seconds : float
        As those of a `Forecast`.
    """

    workers: int
    bandwidth: float
    stages: tuple[ClusterStep | None, ...]
    seconds_per_step: float
    seconds: float

    def record(self) -> dict[str, Any]:
        """Return it as plain values, which say that they are computed."""
        return {'computed_not_measured': True, **asdict(self)}


def forecast_cluster(
    settings: Settings,
    alone: Forecast,
    workers: int,
    bandwidth: float = GIGABIT,
) -> ClusterForecast:
    """Compute what a run would take on workers like this machine.

    Parameters
    ----------
    settings : Settings
        With width and height.
    alone : Forecast
        Of the same settings.
    workers, bandwidth : int, float
        As for `ClusterStep.of`.
    """
    here, rest = measure_here(settings), (workers, bandwidth)
    befores = [stage.seconds_per_step for stage in alone.stages]
    steps = tuple(
        ClusterStep.of(stage.settings, before, here, *rest)
        for stage, before in zip(stages(settings), befores)
    )
    each = [
        step.seconds if step else before
        for step, before in zip(steps, befores)
    ]
    more = sum(
        stage.epochs * (after - before)
        for stage, before, after in zip(alone.stages, befores, each)
    )
    return ClusterForecast(*rest, steps, max(each), alone.seconds + more)


class Idle:
    """A crew whose tiles come at once, with nothing in them."""

    def __init__(self, settings: Settings, scope: Scope, *_: Any) -> None:
        self.scope = scope

    def contents(self, X: np.ndarray) -> list[Any]:
        """Return what no one looks at."""
        return [None for _ in self.scope.tiles()]

    def grams(self, X: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield the smallest of Gram matrices."""
        for _ in self.scope.wider.tiles():
            yield [np.zeros((1, 1), ctx=X.ctx)]

    def gradients(
        self, X: np.ndarray, pulls: list[np.ndarray]
    ) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
        """Yield gradients of 0."""
        for tile in self.scope.tiles():
            window = X[tile.window(self.scope.deepest)]
            yield [np.zeros((), ctx=X.ctx)], np.zeros_like(window)


def measure_here(settings: Settings) -> float:
    """Time what who asks does in a step, but for its tiles: for each pixel.

    Some steps are run on noise whose tiles cost nothing; with L-BFGS enough
    for all of its pairs.
    """
    width, height = SIZE
    steps = STEPS + (0 if settings.optimizer == 'adam' else MEMORY)
    small = replace(
        settings,
        width=width,
        height=height,
        epochs=steps,
        tile=str(height // 2),
        content_layers=(0,),  # whose tiles see but a pixel more
        style_layers=(0,),
        precision='float32',
        warm_start=None,
        second_scale=0,
        scales=1,
    )
    levels = numpy.random.RandomState(0).randint(0, 256, (height, width, 3))
    noise, no_net = np.array(levels, dtype='uint8'), object()
    ends: list[float] = []

    def note(record: Any, picture: object) -> None:
        ends.append(record.seconds)

    run(noise, noise, small, note, every=1, net=no_net, crew_of=Idle)
    taken = [b - a for a, b in zip(ends, ends[1:])]
    return min(taken[1 - STEPS :]) / (width * height)
