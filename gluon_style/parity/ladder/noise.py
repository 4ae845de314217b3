"""How far a distance of two rungs is more than noise.

Any rounding grows, so that a run ends where chance puts it. Let A be the mean
picture of a rung's runs and A + a the picture of one of them, and likewise B
and b. Take the deviations a and b to be independent of one another with mean
0, from run to run as well. Then two runs of a rung are apart by ::

    E |(A + a) - (A + a')|^2 = 2 E |a|^2                   (noise_A squared)

and a run of each rung by ::

    E |(A + a) - (B + b)|^2 = |A - B|^2 + E |a|^2 + E |b|^2
                            = effect^2 + (noise_A^2 + noise_B^2) / 2

So what noise alone puts between the rungs, the *floor*, is the root of the
mean of the two squares, and the effect is what is left of the distance in
squares: distance^2 = effect^2 + floor^2. Twins that began one rounding apart
and have not yet forgotten it are too near each other, and the floor is then
too low.
"""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import Any, Iterable, Sequence

import numpy

__all__ = ['distance', 'noise', 'psnr', 'rmse']

BEYOND = 2  # spreads above the floor from where a distance is no noise


def rmse(a: numpy.ndarray, b: numpy.ndarray) -> float | None:
    """Root of the mean squared difference in grey levels, 0 to 255.

    Pictures in [0, 1] go in, unrounded. None if their sizes differ.
    """
    if a.shape != b.shape:
        return None
    steps = a.astype('float64') - b.astype('float64')
    return 255 * math.sqrt(float(numpy.square(steps).mean()))


def psnr(error: float | None) -> float | None:
    """Peak signal to noise ratio in dB of an RMSE; None if there is none."""
    return 20 * math.log10(255 / error) if error else None


def _quadratic_mean(values: Sequence[float]) -> float:
    return math.sqrt(sum(i * i for i in values) / len(values))


def _distances(
    pairs: Iterable[tuple[numpy.ndarray, numpy.ndarray]],
) -> list[float]:
    return [i for i in (rmse(*pair) for pair in pairs) if i is not None]


def noise(pictures: Sequence[numpy.ndarray]) -> dict[str, Any] | None:
    """Say how far runs of the same settings end from each other.

    Parameters
    ----------
    pictures : sequence of numpy.ndarray
        The final pictures of a rung and of its twins, (h, w, 3) in [0, 1].

    Returns
    -------
    dict or None
        'rmse', the quadratic mean of the distances of all pairs, in grey
        levels; 'spread', their standard deviation, None for one pair; and
        'pairs', how many there are. None for fewer than two pictures.
    """
    apart = _distances(combinations(pictures, 2))
    if not apart:
        return None
    spread = float(numpy.std(apart, ddof=1)) if len(apart) > 1 else None
    return {
        'rmse': _quadratic_mean(apart),
        'spread': spread,
        'pairs': len(apart),
    }


def distance(
    pictures: Sequence[numpy.ndarray],
    others: Sequence[numpy.ndarray],
    noises: Sequence[dict[str, Any] | None],
) -> dict[str, Any]:
    """Say how far two rungs are apart, and how much of it is their effect.

    Parameters
    ----------
    pictures, others : sequence of numpy.ndarray
        The final pictures of each rung and of its twins.
    noises : pair
        What `noise` says of each rung.

    Returns
    -------
    dict
        'rmse', the quadratic mean over all pairs of a picture of one rung
        and one of the other, in grey levels, and 'psnr' in dB; 'floor',
        'effect' (0 for a distance below the floor) and 'beyond_noise',
        whether the distance is more than two spreads above the floor. None
        is what cannot be told: pictures of two sizes, a rung without twins.
    """
    apart = _distances(product(pictures, others))
    error = _quadratic_mean(apart) if apart else None
    measured = [i for i in noises if i]
    told = error is not None and len(measured) == 2
    floor = effect = beyond = None
    if told and error is not None:
        floor = _quadratic_mean([i['rmse'] for i in measured])
        effect = math.sqrt(max(0.0, error**2 - floor**2))
        spreads = [i['spread'] for i in measured]
        if None not in spreads:
            beyond = error > floor + BEYOND * _quadratic_mean(spreads)
    return {
        'rmse': error,
        'psnr': psnr(error),
        'floor': floor,
        'effect': effect,
        'beyond_noise': beyond,
    }
