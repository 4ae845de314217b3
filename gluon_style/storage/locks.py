"""Keep other processes out of a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Iterator

from ..errors import OutputError

__all__ = ['locked']


@contextlib.contextmanager
def locked(folder: Path, refusal: str) -> Iterator[int]:
    """Keep others out of a folder, whose handle is given.

    The system lets go of what a killed process held.

    Raises
    ------
    OutputError
        Another process is in it, in the words of `refusal`.
    """
    handle = os.open(
        folder, os.O_RDONLY | os.O_NONBLOCK
    )  # a pipe may be there
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OutputError(refusal) from None
    except OSError:  # a network's file system may have no locks
        pass
    try:
        yield handle
    finally:
        os.close(handle)
