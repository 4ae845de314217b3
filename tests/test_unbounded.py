"""SciPy's routine asked step by step, against `scipy.optimize.minimize`."""

import numpy
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from gluon_style.runs.unbounded import UnboundedLBFGS


def rough(x):
    """A valley whose values have float32's rounding, as a network's have."""
    return float(numpy.float32(rosen(x))), rosen_der(x).astype(
        'float32'
    ) + 0.0 * x


def scipys(iterations, start):
    reached = []
    result = minimize(
        rough, start, jac=True, method='L-BFGS-B', callback=lambda x:
        reached.append(x.copy()),
        options={'maxiter': iterations, 'maxfun': 20 * iterations},
    )  # fmt: skip
    return reached, result.x


@pytest.mark.parametrize('iterations', [1, 3, 40, 500])
def test_every_point_is_scipys_to_the_last_bit(rng, iterations):
    start = rng.randn(30)
    wanted, end = scipys(iterations, start)
    ours = UnboundedLBFGS(rough, start, iterations)
    reached = list(ours)
    assert len(reached) == len(wanted) > 0
    numpy.testing.assert_array_equal(reached, wanted)
    numpy.testing.assert_array_equal(ours.x, end)


def test_it_goes_on_from_its_state_to_the_same_bits(rng):
    start = rng.randn(30)
    states, reached = [], []
    whole = UnboundedLBFGS(rough, start, 40)
    for point in whole:
        states.append(whole.state())
        reached.append(point)
    for i in (0, 1, 9, 10, 11, 25, 39):
        for array in states[i].values():
            assert array.dtype.kind in 'iuf'  # numbers, and no text of SciPy
        rest = UnboundedLBFGS(rough, numpy.zeros(30), 40, states[i])
        numpy.testing.assert_array_equal(rest.x, reached[i])
        got = list(rest)
        assert len(got) == 39 - i
        for point, wanted in zip(got, reached[i + 1 :]):
            numpy.testing.assert_array_equal(point, wanted)


def test_it_ends_where_the_gradient_is_nothing():
    flat = UnboundedLBFGS(lambda x: (0.0, 0 * x), numpy.ones(3), 5)
    assert list(flat) == []
    numpy.testing.assert_array_equal(flat.x, 1)
