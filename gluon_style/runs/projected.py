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
from typing import Callable, Iterator, Mapping, Tuple

import numpy

__all__ = ['BoundedLBFGS']

MEMORY = 10  # pairs of a step and what it did to the gradient
FIRST = 0.05  # root mean square of the first step, for nothing is known yet
SETTLED = 4  # pairs before a guess may scale what they tell
DECREASE = 1e-4  # of what the slope promises: the least that is accepted
TRIALS = 10  # lengths of a step
CURVED = 1e-10  # of the change: the least rise that is no rounding
FLAT = 1e-7  # a gradient that is no slope to go down
Map = Callable[[numpy.ndarray], numpy.ndarray]
Pair = Tuple[numpy.ndarray, numpy.ndarray]  # changes of point and gradient
Evaluate = Callable[[numpy.ndarray], Tuple[float, numpy.ndarray]]


class BoundedLBFGS:
    """An iterator over the points that the minimiser reaches.

    Parameters
    ----------
    evaluate : callable
        Gives the function's value at a point and its gradient.
    x, bounds : numpy.ndarray, pair of numpy.ndarray
        The start, which is clipped first, and the bounds; shape (n,).
    iterations : int
        How many steps to take at most; most cost one evaluation.
    noise : float
        Relative error of the values: a rise by no more is no rise, or the
        search for a lower one would go on where rounding hides it.
    guess : callable, optional
        A guess at the inverse Hessian but for its scale: a symmetric
        positive definite map of a vector (n,), from which the pairs start;
        else the identity.
    state : mapping, optional
        From `state`: go on from there, without an evaluation.

    Attributes
    ----------
    x : numpy.ndarray
        The last point, shape (n,), exactly between the bounds.
    """

    def __init__(
        self,
        evaluate: Evaluate,
        x: numpy.ndarray,
        bounds: tuple[numpy.ndarray, numpy.ndarray],
        iterations: int,
        noise: float = 1e-6,
        guess: Map | None = None,
        state: Mapping[str, numpy.ndarray] | None = None,
    ) -> None:
        self._evaluate, self._bounds, self._noise = evaluate, bounds, noise
        self._iterations, self._guess = iterations, guess
        self._pairs: deque[Pair] = deque(maxlen=MEMORY)
        self._done = 0  # iterations, those without a step included
        if state:
            self._restore(state)
            return
        self.x = numpy.clip(x, *bounds)
        self._value, self._gradient = evaluate(self.x)

    def __iter__(self) -> Iterator[numpy.ndarray]:
        """Yield each point reached; it was evaluated last."""
        while self._done < self._iterations:
            free = self._free()
            slope = self._gradient * free
            if abs(slope).max() <= FLAT:
                break
            self._done += 1
            if self._step(slope, free):
                yield self.x
            elif self._pairs:
                self._pairs.clear()  # they have misled: begin anew
            else:
                break

    def state(self) -> dict[str, numpy.ndarray]:
        """Return copies of all that the next step depends on."""
        pairs = numpy.array(self._pairs, self.x.dtype)
        return {
            'lbfgs.x': self.x.copy(),
            'lbfgs.value': numpy.array(self._value),
            'lbfgs.gradient': self._gradient.copy(),
            'lbfgs.pairs': pairs.reshape(-1, 2, self.x.size),
            'lbfgs.done': numpy.array(self._done),
        }

    def _restore(self, state: Mapping[str, numpy.ndarray]) -> None:
        self.x, self._gradient = state['lbfgs.x'], state['lbfgs.gradient']
        self._value = float(state['lbfgs.value'])
        self._done = int(state['lbfgs.done'])
        self._pairs.extend((s, y) for s, y in state['lbfgs.pairs'])

    def _free(self) -> numpy.ndarray:
        """Tell which values are not held: at a bound they would leave."""
        (lower, upper), x, gradient = self._bounds, self.x, self._gradient
        return ~((x <= lower) & (gradient > 0) | (x >= upper) & (gradient < 0))

    def _step(self, slope: numpy.ndarray, free: numpy.ndarray) -> bool:
        """Go to a lower point; tell whether there was one."""
        settled = self._guess if len(self._pairs) >= SETTLED else None
        step = -_newton(slope, self._pairs, free, settled)
        if not self._pairs:
            step *= FIRST / math.sqrt((step**2).mean())
        reached = _search(
            self._evaluate,
            self.x,
            self._value,
            slope,
            step,
            self._bounds,
            self._noise,
        )
        if reached is None:
            return False
        point, self._value, after = reached
        pair = point - self.x, after - self._gradient
        if _curved(*pair):
            self._pairs.append(pair)
        self.x, self._gradient = point, after
        return True


def _curved(step: numpy.ndarray, change: numpy.ndarray) -> bool:
    """Whether the gradient rises along the step by more than a rounding."""
    return float(step @ change) > CURVED * float(change @ change)


def _newton(
    slope: numpy.ndarray,
    pairs: deque[Pair],
    free: numpy.ndarray,
    guess: Map | None,
) -> numpy.ndarray:
    """Multiply by the inverse Hessian of the free values that pairs tell."""
    step, known = slope.copy(), []
    for pair in reversed(pairs):
        s, y = (i * free for i in pair)
        sy = float(s @ y)
        if sy > CURVED * float(y @ y):
            share = float(s @ step) / sy
            step -= share * y
            known.append((pair, sy, share))  # no second copy of all pairs
    if known:
        (_, y), sy, _ = known[0]
        y = y * free
        step, guessed = (guess(step), guess(y)) if guess else (step, y)
        step = step * free * (sy / float(y @ guessed))
    for pair, sy, share in reversed(known):
        s, y = (i * free for i in pair)
        step += (share - float(y @ step) / sy) * s
    return step


def _search(
    evaluate: Evaluate,
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
