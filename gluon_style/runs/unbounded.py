"""SciPy's L-BFGS-B without bounds, step by step, so that it can go on later.

`scipy.optimize.minimize` keeps its state in arrays that it does not give
away. This asks the same routine in the same order and gets the same bits
(tests/test_unbounded.py compares them), but the arrays are ours.

Source: Byrd, Lu, Nocedal and Zhu, "A Limited Memory Algorithm for Bound
Constrained Optimization", SIAM J. Scientific Computing 16 (1995).
"""

from __future__ import annotations

from typing import Callable, Iterator, Mapping

import numpy
import scipy
from scipy.optimize import _lbfgsb, _lbfgsb_py

__all__ = ['UnboundedLBFGS']

MEMORY = 10  # this and the next three are the defaults of `minimize`
FTOL = 2.2204460492503131e-09  # a relative fall of the value: no more to gain
GTOL = 1e-5  # the largest component of the gradient
TRIALS = 20  # lengths of a step
EVALUATIONS = 20  # for each iteration, on average
EVALUATE, REACHED = 3, 1  # what the routine wants, in SciPy since 1.15
IN_FORTRAN = tuple(map(int, scipy.__version__.split('.')[:2])) < (1, 15)


class UnboundedLBFGS:
    """An iterator over the points that the minimiser reaches.

    Parameters
    ----------
    evaluate : callable
        Gives the function's value at a point (n,) and its gradient, float64.
    x : numpy.ndarray
        The start, shape (n,), float64.
    iterations : int
        How many steps to take at most.
    state : mapping, optional
        From `state`: go on from there.

    Attributes
    ----------
    x : numpy.ndarray
        The last point, shape (n,).
    """

    def __init__(
        self,
        evaluate: Callable[[numpy.ndarray], tuple[float, numpy.ndarray]],
        x: numpy.ndarray,
        iterations: int,
        state: Mapping[str, numpy.ndarray] | None = None,
    ) -> None:
        self._evaluate, self._iterations = evaluate, iterations
        self._arrays = {'x': x.astype('float64'), **_work(x.size)}
        if state:
            for name, array in self._arrays.items():
                array.view(_plain(array.dtype))[...] = state[f'lbfgsb.{name}']
        self.x = self._arrays['x']
        free = numpy.zeros(x.size)
        self._bounds = free, free.copy(), numpy.zeros(x.size, _integer())

    def __iter__(self) -> Iterator[numpy.ndarray]:
        """Yield each point reached, which was evaluated last as a rule."""
        iterations, evaluations = self._iterations, EVALUATIONS
        done = self._arrays['counts']
        while done[0] < iterations and done[1] <= evaluations * iterations:
            if not self._step():
                break
            done[0] += 1
            yield self.x.copy()

    def _step(self) -> bool:
        """Go to the next point; tell whether there was one."""
        arrays = self._arrays
        self._ask()
        while self._is(EVALUATE, b'FG'):
            arrays['value'][0], arrays['g'][:] = self._evaluate(self.x)
            arrays['counts'][1] += 1
            self._ask()
        return self._is(REACHED, b'NEW_X')

    def state(self) -> dict[str, numpy.ndarray]:
        """Return copies of all arrays, as numbers alone."""
        return {
            f'lbfgsb.{name}': array.view(_plain(array.dtype)).copy()
            for name, array in self._arrays.items()
        }

    def _is(self, number: int, text: bytes) -> bool:
        task = self._arrays['task']
        if IN_FORTRAN:
            return task.tobytes().startswith(text)
        return int(task[0]) == number

    def _ask(self) -> None:
        a = self._arrays
        lower, upper, kinds = self._bounds
        factor = FTOL / numpy.finfo(float).eps
        common = (
            MEMORY,
            a['x'],
            lower,
            upper,
            kinds,
            a['value'][0],
            a['g'],
            factor,
            GTOL,
            a['wa'],
            a['iwa'],
            a['task'],
        )
        saved = (a['lsave'], a['isave'], a['dsave'], TRIALS)
        if IN_FORTRAN:
            _lbfgsb.setulb(*common, -1, a['csave'], *saved)
        else:
            _lbfgsb.setulb(*common, *saved, a['ln_task'])


def _plain(dtype: numpy.dtype) -> numpy.dtype:
    """Return the type of numbers that stands for Fortran's texts, too."""
    return numpy.dtype('uint8') if dtype.char == 'S' else dtype


def _integer() -> numpy.dtype:
    if IN_FORTRAN:
        return _lbfgsb.types.intvar.dtype
    wide = getattr(_lbfgsb_py, 'HAS_ILP64', False)  # since SciPy 1.17
    return numpy.dtype('int64' if wide else 'int32')


def _work(n: int) -> dict[str, numpy.ndarray]:
    """Return the arrays that the routine keeps its state in."""
    m, integer = MEMORY, _integer()
    texts = {
        'task': numpy.zeros(2, integer),
        'ln_task': numpy.zeros(2, integer),
    }
    if IN_FORTRAN:
        texts = {'task': numpy.zeros(1, 'S60'), 'csave': numpy.zeros(1, 'S60')}
        texts['task'][:] = 'START'
    return {
        'g': numpy.zeros(n),
        'value': numpy.zeros(1),
        'wa': numpy.zeros(2 * m * n + 5 * n + 11 * m * m + 8 * m),
        'iwa': numpy.zeros(3 * n, integer),
        'lsave': numpy.zeros(4, integer),
        'isave': numpy.zeros(44, integer),
        'dsave': numpy.zeros(29),
        'counts': numpy.zeros(2, 'int64'),  # of iterations, of evaluations
        **texts,
    }
