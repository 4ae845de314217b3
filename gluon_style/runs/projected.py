"""L-BFGS between bounds: a quasi-Newton step, then the projection.

SciPy's L-BFGS-B looks for the bounds that a step would meet one after the
other: on the 405,000 values of a picture its own work is a tenth of a
bfloat16 step, its preparation and first step are two of them, and its first
trial moves the picture by nothing (docs/speed.md). Projecting costs a fifth
of that.

Source: Bertsekas, "Projected Newton Methods for Optimization Problems with
Simple Constraints", SIAM J. Control and Optimization 20 (1982); Nocedal and
Wright, "Numerical Optimization", algorithm 7.4; for the noise, Shi, Xie, Byrd
and Nocedal, "A Noise-Tolerant Quasi-Newton Algorithm for Unconstrained
Optimization", SIAM J. Optimization 32 (2022).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Callable, Iterable, Tuple

import numpy

__all__ = ['minimise_between']

MEMORY = 10  # pairs of a step and what it did to the gradient
FIRST = 0.05  # root mean square of the first step, for nothing is known yet
SETTLED = 4  # pairs before a guess may scale what they tell
DECREASE = 1e-4  # of what the slope promises: the least that is accepted
TRIALS = 10  # lengths of a step
FLAT = 1e-7  # a gradient that is no slope to go down
Map = Callable[[numpy.ndarray], numpy.ndarray]
Pair = Tuple[numpy.ndarray, numpy.ndarray]  # changes of point and gradient


def minimise_between(
    evaluate: Callable[[numpy.ndarray], tuple[float, numpy.ndarray]],
    x: numpy.ndarray,
    lower: numpy.ndarray,
    upper: numpy.ndarray,
    iterations: int,
    callback: Callable[[numpy.ndarray], object],
    noise: float = 1e-6,
    guess: Map | None = None,
) -> numpy.ndarray:
    """Find a minimum of a function between bounds.

    Parameters
    ----------
    evaluate : callable
        Gives the function's value at a point and its gradient.
    x, lower, upper : numpy.ndarray
        The start, which is clipped first, and the bounds; shape (n,).
    iterations : int
        How many steps to take at most; most cost one evaluation.
    callback : callable
        Called with the point after each step; it was evaluated last.
    noise : float
        Relative error of the values: a rise by no more is no rise, or the
        search for a lower one would go on where rounding hides it.
    guess : callable, optional
        A guess at the inverse Hessian but for its scale: a symmetric
        positive definite map of a vector (n,), from which the pairs start;
        else the identity.

    Returns
    -------
    numpy.ndarray
        The last point, shape (n,), exactly between the bounds. It is
        reached early where nothing can be gained any more.
    """
    x = numpy.clip(x, lower, upper)
    value, gradient = evaluate(x)
    pairs: deque[Pair] = deque(maxlen=MEMORY)
    for _ in range(iterations):
        # a value at its bound that would leave is held
        free = ~((x <= lower) & (gradient > 0) | (x >= upper) & (gradient < 0))
        slope = gradient * free
        if abs(slope).max() <= FLAT:
            break
        settled = guess if len(pairs) >= SETTLED else None
        step = -_newton(slope, pairs, free, settled)
        if not pairs:
            step *= FIRST / math.sqrt((step**2).mean())
        reached = _search(
            evaluate, x, value, slope, step, (lower, upper), noise
        )
        if reached is None:
            if not pairs:
                break
            pairs.clear()  # they have misled: begin anew
            continue
        point, value, after = reached
        pair = point - x, after - gradient
        if _curved(*pair):
            pairs.append(pair)
        x, gradient = point, after
        callback(x)
    return x


def _curved(step: numpy.ndarray, change: numpy.ndarray) -> bool:
    """Whether the gradient rises along the step by more than a rounding."""
    return float(step @ change) > 1e-10 * float(change @ change)


def _newton(
    slope: numpy.ndarray,
    pairs: Iterable[Pair],
    free: numpy.ndarray,
    guess: Map | None,
) -> numpy.ndarray:
    """Multiply by the inverse Hessian of the free values that pairs tell."""
    step, known = slope.copy(), []
    for pair in reversed(list(pairs)):
        s, y = (i * free for i in pair)
        if _curved(s, y):
            sy = float(s @ y)
            share = float(s @ step) / sy
            step -= share * y
            known.append((s, y, sy, share))
    if known:
        _, y, sy, _ = known[0]
        step, guessed = (guess(step), guess(y)) if guess else (step, y)
        step = step * free * (sy / float(y @ guessed))
    for s, y, sy, share in reversed(known):
        step += (share - float(y @ step) / sy) * s
    return step


def _search(
    evaluate: Callable[[numpy.ndarray], tuple[float, numpy.ndarray]],
    x: numpy.ndarray,
    value: float,
    slope: numpy.ndarray,
    step: numpy.ndarray,
    bounds: tuple[numpy.ndarray, numpy.ndarray],
    noise: float,
) -> tuple[numpy.ndarray, float, numpy.ndarray] | None:
    """Shorten the step until it pays: the point, its value and gradient."""
    length, allowed = 1.0, value + noise * abs(value)
    for _ in range(TRIALS):
        point = numpy.clip(x + x.dtype.type(length) * step, *bounds)
        there, gradient = evaluate(point)
        promised = min(0.0, float(slope @ (point - x)))
        if there <= allowed + DECREASE * promised:
            return point, there, gradient
        rise = there - value - promised
        # where a parabola through both values has its lowest point
        lowest = -promised / (2 * rise) if math.isfinite(rise) else 0.0
        length *= min(max(lowest, 0.1), 0.5)
    return None
