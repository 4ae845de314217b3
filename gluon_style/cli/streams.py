"""Standard output and error that stop nothing when nobody reads them."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Any, Optional

__all__ = ['finish', 'forget_losses', 'say_last', 'take_over']


class _Forgiving(io.FileIO):
    """A file that takes all that is written, also when its reader has gone.

    Attributes
    ----------
    lost : OSError, optional
        Why what was written since went nowhere.
    """

    lost: Optional[OSError] = None

    def write(self, data: Any) -> int:
        """Write what can be written."""
        if self.lost is None:
            try:
                return super().write(data)
            except OSError as error:
                self.lost = error
        return len(data)


def take_over() -> None:
    """Put forgiving streams in the place of Python's own.

    A descriptor that the caller has closed is opened on nothing first: the
    next file that is opened would get its number, and what a library prints.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # the lowest number that is free, for other processes too
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for number, name in ((1, 'stdout'), (2, 'stderr')):
        setattr(sys, name, _stream(number, getattr(sys, name)))


def _stream(number: int, before: Any) -> io.TextIOWrapper:
    raw = _Forgiving(number, 'wb', closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(before, 'encoding', None) or 'utf-8',
        errors=getattr(before, 'errors', None) or 'backslashreplace',
        line_buffering=number == 2 or raw.isatty(),
    )


def forget_losses() -> None:
    """Say that what was written so far is no result, only talk."""
    with contextlib.suppress(AttributeError):
        sys.stdout.flush()
        _raw().lost = None


def say_last(message: str) -> None:
    """Say why nothing can be done, where no command can be imported."""
    sys.stderr.write(f'gluon-style: {" ".join(message.split())}\n')


def finish(code: int) -> int:
    """Return the exit code: not 0 if the result did not reach its file.

    Whoever closes a pipe wants no more of it: that is no failure.
    """
    sys.stdout.flush()
    lost = _raw().lost
    if lost is None or lost.errno == errno.EPIPE:
        return code
    sys.stderr.write(f'gluon-style: standard output: {lost.strerror}\n')
    return code or 1


def _raw() -> Any:
    buffer: Any = sys.stdout.buffer
    return buffer.raw
