"""What is an array of MXNet's, and what only looks like one."""

from __future__ import annotations

from typing import Any

from ..errors import ArrayError, TrainingError

__all__ = ['check_arrays', 'check_finite']


def check_arrays(**arrays: Any) -> None:
    """Refuse what is no `mx.np.ndarray`, by the name of its argument.

    Raises
    ------
    ArrayError
        One is of another library or of another kind.
    """
    from .imported import np

    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            kind = type(array)
            raise ArrayError(
                f'got {name} as {kind.__module__}.{kind.__qualname__}, wanted '
                'mxnet.np.ndarray: make one of it with mxnet.np.array('
                'numpy.asarray(...))'
            )


def check_finite(X: Any) -> Any:
    """Return the picture that a training gives, if it is one.

    Raises
    ------
    TrainingError
        Not all its values are finite.
    """
    from .imported import np

    if not np.isfinite(X).all():
        raise TrainingError(
            'the picture is not finite after the last step: lower the '
            'learning rate'
        )
    return X
