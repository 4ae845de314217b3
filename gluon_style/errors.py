"""Errors a user can mend: each says what was given, wanted, and to be done.

The command line prints the message of a `StyleError` as one line.
"""

from __future__ import annotations

import math
import numbers


class StyleError(Exception):
    """Base class of the errors that the command line prints as one line."""


class SystemLibraryError(StyleError, ImportError):
    """A shared library of the operating system is missing."""


class MXNetError(StyleError, ImportError):
    """MXNet is not installed, or not with a NumPy that it supports."""


class ImageError(StyleError, ValueError):
    """An image cannot be read, named or used at the size asked for."""


class LayerError(StyleError, ValueError):
    """A layer that VGG-19 does not have, or that the network cut off."""


class ArrayError(StyleError, TypeError):
    """What is given as an array is none of MXNet's, or of another shape."""


class WeightsError(StyleError, ValueError):
    """Weights are missing, damaged, of another network, or unreachable."""


class SettingsError(StyleError, ValueError):
    """A value that no run can have."""


class TrainingError(StyleError, ArithmeticError):
    """The optimisation has diverged: its loss is not finite."""


class CheckpointError(StyleError, ValueError):
    """A state to go on from that is damaged or of another run."""


class RecordError(StyleError, ValueError):
    """The record of a picture is damaged, or of another schema."""


class HistoryError(StyleError, ValueError):
    """A history of settings that is damaged, or of another run's inputs."""


class DeviceError(StyleError, ValueError):
    """A device that this machine or this build of MXNet does not have."""


class OutputError(StyleError, ValueError):
    """A file cannot be written where or as what it was asked for."""


class StyleWarning(UserWarning):
    """Something was done that the user may not expect."""


def shortened(value: object, most: int = 60) -> str:
    """Write a value that was given as Python does, but not all of a long one.

    Examples
    --------
    >>> shortened('a' * 5000, 9)
    "'aaa...aa'"
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits or levels
        return 'a value too long to be shown'
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f'{text[:half]}...{text[1 - half :]}'


def printable(text: str) -> str:
    r"""Write what a terminal would obey, such as ESC, as Python escapes it.

    Examples
    --------
    >>> printable('a\x1b[31m')
    'a\\x1b[31m'
    """
    return ''.join(i if i.isprintable() else ascii(i)[1:-1] for i in text)


def check_rate(lr: object) -> None:
    """Refuse what is no learning rate: a finite number above 0."""
    if not (isinstance(lr, numbers.Real) and 0 < float(lr) < math.inf):
        raise SettingsError(
            f'got lr {shortened(lr)}, wanted a number above 0, such as 0.9'
        )


def check_counts(num_epochs: object = 0, **counts: object) -> None:
    """Refuse, by its name, what is no whole number of at least 1.

    `num_epochs` may be 0.
    """
    for name, value in {'num_epochs': num_epochs, **counts}.items():
        least = int(name in counts)
        if not (isinstance(value, numbers.Integral) and int(value) >= least):
            raise SettingsError(
                f'got {name} {shortened(value)}, wanted a whole number of at '
                f'least {least}'
            )
