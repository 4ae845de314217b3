"""How long a run will take, from steps of its own network at small sizes."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Sequence

import numpy
import psutil

from .._mxnet import nn, np
from ..vgg.sources import on_disk
from ..vgg.weights import find_on_disk
from .fitting import SHARE, largest_size
from .forecast import forecast_memory
from .lbfgs import coarse_first
from .load import Load
from .machine import memory_of_a_run
from .precision import available_precision
from .projected import MEMORY, BoundedLBFGS
from .run import network, run
from .settings import Settings
from .stages import stages, tilings

__all__ = ['Forecast', 'Pace', 'StageForecast', 'forecast', 'measure_pace']

SIZES = ((60, 40), (150, 100), (300, 200))
STEPS = 3  # of which the first is a warm-up
LAST_STEPS = 5  # at the third size
ENOUGH = 0.8  # seconds of the first two, after which there is no third
# Measured, see docs/larger.md
BEYOND = 1.1  # slope of larger pictures: their maps leave the caches
GIVING_BACK = 1.14  # what tiles take more, for they give memory back
PLOT_SHARE = 0.25  # of the seconds that this process took to begin
WANTED, JUDGED = 1, 2  # steps: to extract the features wanted, to score
EVALUATIONS = {'adam': 1.0, 'l-bfgs': 1.02}  # of the network, for a step


@dataclass(frozen=True)
class Pace:
    """What was timed at two sizes or three.

    Attributes
    ----------
    loading : float
        Seconds that the network took to load.
    pixels, steps : tuple of float
        Of the sizes, and the seconds of a step at each.
    pairs : float
        Seconds for each pixel that a step takes more when L-BFGS has all
        its pairs.
    """

    loading: float
    pixels: tuple[float, ...]
    steps: tuple[float, ...]
    pairs: float

    def evaluation(self, pixels: int) -> float:
        """Forecast the seconds of losses and gradient at another size.

        Goes on along the line through the first point and the last, more
        steeply behind both; never below a share of the first: noise may turn
        the line downwards.
        """
        (least, *_, most), (first, *_, last) = self.pixels, self.steps
        slope = max(0.0, (last - first) / (most - least))
        steeper = BEYOND if pixels > most else 1
        there = last + steeper * slope * (pixels - most)
        return max(there, first * min(1, pixels / least))

    def of_tiles(self, load: Load) -> float:
        """Forecast the seconds of both passes over the tiles of a picture."""
        first, second = (
            sum(n * self.evaluation(i) for i, n in Counter(pixels).items())
            for pixels in (load.first, load.second)
        )
        return first / 2 + second  # one way through the network is half


@dataclass(frozen=True)
class StageForecast:
    """A stage of a run: its size, its steps and what it takes.

    Attributes
    ----------
    width, height, epochs, weights
        As in its settings.
    tiling : str
        How many tiles: '6x4', or 'whole'.
    seconds_per_step, seconds : float
        Of a step, and of all with the features wanted.
    ending : float
        Seconds of judging its picture, were it the last.
    """

    width: int
    height: int
    epochs: int
    weights: str
    tiling: str
    seconds_per_step: float
    seconds: float
    ending: float

    @classmethod
    def of(cls, settings: Settings, pace: Pace) -> StageForecast:
        """Forecast the stage of these settings."""
        width, height = settings.width or 0, settings.height or 0
        pixels = width * height
        once = pace.evaluation(pixels)
        load = Load.of(settings)
        tiles = once if load is None else GIVING_BACK * pace.of_tiles(load)
        step = tiles * EVALUATIONS[settings.optimizer] + pace.pairs * pixels
        seconds = settings.epochs * step + WANTED * once
        name = settings.weights_name or 'auto'
        (tiling,) = tilings(settings)
        size = (width, height, settings.epochs, name, tiling)
        return cls(*size, step, seconds, JUDGED * once)


@dataclass(frozen=True)
class Forecast:
    """What a run will take on this machine.

    Attributes
    ----------
    stages : tuple of StageForecast
        In their order.
    memory_bytes, free_bytes : int
        The most that its process will hold, and what there is.
    largest : tuple of int, optional
        (width, height) of the largest picture of that shape for which there
        is memory.
    seconds_per_step, seconds : float
        Of the slowest stage; of the whole command.
    probe_seconds : float
        What finding this out took, imports left out.
    """

    stages: tuple[StageForecast, ...]
    memory_bytes: int
    free_bytes: int
    largest: tuple[int, int] | None
    seconds_per_step: float
    seconds: float
    probe_seconds: float

    @property
    def fits(self) -> bool:
        """Whether there is memory for it."""
        return self.memory_bytes <= self.free_bytes

    def record(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), 'fits': self.fits}


def forecast(settings: Settings, photos: Sequence[int] = ()) -> Forecast:
    """Forecast memory and time of the command that runs these settings.

    Parameters
    ----------
    settings : Settings
        With width and height.
    photos : sequence of int
        Pixels of the content and of the style image as they are read.

    Raises
    ------
    WeightsError
        The weights are damaged, or name a file that is not there. Those
        that would be downloaded are taken for VGG-19's.
    """
    beginning = time.time() - psutil.Process().create_time()
    start = time.perf_counter()
    settings = replace(settings, precision=available_precision(settings))
    free = memory_of_a_run()
    paces: dict[str | None, Pace] = {}
    for stage in stages(settings):
        name = stage.settings.weights_name
        paces[name] = paces.get(name) or measure_pace(stage.settings)
    listed = tuple(
        StageForecast.of(stage.settings, paces[stage.settings.weights_name])
        for stage in stages(settings)
    )
    loading = sum(pace.loading for pace in paces.values())
    command = beginning * (1 + PLOT_SHARE) + loading + listed[-1].ending
    return Forecast(
        listed,
        forecast_memory(settings, photos),
        free,
        largest_size(settings, SHARE * free, photos),
        max(i.seconds_per_step for i in listed),
        command + sum(i.seconds for i in listed),
        time.perf_counter() - start,
    )


def _at_hand(weights: str | None) -> str | None:
    """Name the weights, or random ones where they are not on this disk."""
    if weights in (None, 'auto'):
        absent = find_on_disk() is None
    else:
        downloaded = weights in ('model-zoo', 'torchvision')
        absent = downloaded and on_disk(str(weights)) is None
    return 'random' if absent else weights


def measure_pace(settings: Settings) -> Pace:
    """Load a stage's network and time it at small sizes, on noise.

    `settings` is of one stage; its size, tiles and epochs do not count.
    """
    settings = replace(
        settings, weights=_at_hand(settings.weights), tile='off'
    )
    start = time.perf_counter()
    net = network(settings)
    loading = time.perf_counter() - start
    start = time.perf_counter()
    steps = [_step(settings, net, size, STEPS) for size in SIZES[:2]]
    if time.perf_counter() - start < ENOUGH:
        steps.append(_step(settings, net, SIZES[2], LAST_STEPS))
    pixels = [w * h for (w, h), _ in zip(SIZES, steps)]
    bounded = settings.optimizer == 'l-bfgs' and settings.in_range
    pairs = _pairs_cost(*SIZES[1]) if bounded else 0.0
    return Pace(loading, tuple(pixels), tuple(steps), pairs)


def _pairs_cost(width: int, height: int) -> float:
    """Time the minimiser alone, with few pairs and with all: per pixel."""
    start = numpy.ones(3 * width * height, 'float32')
    bend = numpy.linspace(0.1, 1, start.size, dtype='float32')
    shape = (1, 3, height, width)

    def evaluate(x: numpy.ndarray) -> tuple[float, numpy.ndarray]:
        return float(x @ (bend * x)) / 2, bend * x

    minimiser = BoundedLBFGS(
        evaluate,
        start,
        (-start, start),
        MEMORY + STEPS,
        guess=coarse_first(shape),
    )
    ends = [time.perf_counter()]
    ends += [time.perf_counter() for _ in minimiser]
    taken = [b - a for a, b in zip(ends, ends[1:])]
    few, all_pairs = taken[:STEPS], taken[MEMORY + 1 :]
    if not all_pairs:  # it had nothing left to gain
        return 0.0
    return max(0.0, min(all_pairs) - min(few)) / (width * height)


def _step(
    settings: Settings, net: nn.Sequential, size: tuple[int, int], steps: int
) -> float:
    """Return the seconds of a step at a size: the median of some."""
    small = replace(settings, width=size[0], height=size[1], epochs=steps)
    ends: list[float] = []

    def note(record: Any, picture: object) -> None:
        ends.append(record.seconds)

    run(_noise(size, 0), _noise(size, 1), small, note, every=1, net=net)
    return median(b - a for a, b in zip(ends, ends[1:]))


def _noise(size: tuple[int, int], seed: int) -> np.ndarray:
    levels = numpy.random.RandomState(seed).randint(0, 256, (*size[::-1], 3))
    return np.array(levels, dtype='uint8')
