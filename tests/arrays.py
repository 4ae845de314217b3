"""Compare arrays of MXNet and NumPy."""

import numpy


def plain(array):
    """Return a NumPy array; NumPy alone would read MXNet's one by one."""
    return array.asnumpy() if hasattr(array, 'asnumpy') else array


def assert_equal(got, wanted):
    """Both arrays are the same to the last bit."""
    numpy.testing.assert_array_equal(plain(got), plain(wanted))


def assert_close(got, wanted, tolerance):
    """Relative L2 distance is within the tolerance."""
    got, wanted = plain(got), plain(wanted)
    assert got.shape == wanted.shape
    assert relative_l2(got, wanted) <= tolerance


def relative_l2(got, wanted):
    got, wanted = (plain(i).astype('float64') for i in (got, wanted))
    return numpy.linalg.norm(got - wanted) / numpy.linalg.norm(wanted)
