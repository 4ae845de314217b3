"""Read plain files only: a pipe may wait for ever, a device has no end."""

from __future__ import annotations

import errno
import io
import os
import stat

from .whole_files import PathLike

__all__ = ['open_plain']


def open_plain(path: PathLike) -> io.BufferedReader:
    """Open a plain file for reading.

    Raises
    ------
    OSError
        It cannot be opened, or is a folder, a pipe or a device.
    """
    # without O_NONBLOCK a pipe that nobody writes to would hold us here
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, 'not a plain file', str(path))
    return open(handle, 'rb')
