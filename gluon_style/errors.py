"""Errors a user can mend: each says what was given, wanted, and to be done.

The command line prints the message of a `StyleError` as one line.
"""


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


class WeightsError(StyleError, ValueError):
    """Weights are missing, damaged, of another network, or unreachable."""


class SettingsError(StyleError, ValueError):
    """A value that no run can have."""


class TrainingError(StyleError, ArithmeticError):
    """The optimisation has diverged: its loss is not finite."""


class DeviceError(StyleError, ValueError):
    """A device that this machine or this build of MXNet does not have."""


class OutputError(StyleError, ValueError):
    """A file cannot be written where or as what it was asked for."""
