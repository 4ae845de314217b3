"""What the command does when it is asked to end: SIGINT, SIGTERM, SIGHUP.

While nothing can be lost (imports), it leaves at once. While work is under
way, `Stopped` is raised, once, and what was begun is tidied up. Once there is
a picture to save, a signal is only noted: the run ends at its next step, and
what is being written is written. A third signal leaves at once, always.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Any, Iterator

SIGNALS = ('SIGINT', 'SIGTERM', 'SIGHUP')
CTRL_C = 128 + signal.SIGINT
PATIENCE = 3  # the signal with which it leaves at once
LEAVE, RAISE, NOTE = 'leave', 'raise', 'note'


class Stopped(KeyboardInterrupt):
    """The command was asked to end.

    Attributes
    ----------
    code : int
        Its exit code, 128 and the signal's number.
    name : str
        The signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code, self.name = 128 + number, signal.Signals(number).name


class _Watch:
    mode = RAISE
    first = 0  # the number of the first signal
    count = 0
    on = False


def take_over() -> None:
    """Handle the signals that the caller has not chosen to ignore."""
    _Watch.mode, _Watch.on = LEAVE, True
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _handle)


def raise_stopped() -> None:
    """From now on a signal ends what is under way, which tidies up."""
    _Watch.mode = RAISE


def note_only() -> None:
    """From now on a signal is only noted: see `pending`."""
    _Watch.mode = NOTE


@contextlib.contextmanager
def leave_at_once() -> Iterator[None]:
    """Let a signal end the process: for imports, which hide exceptions."""
    before, _Watch.mode = _Watch.mode, LEAVE
    try:
        yield
    finally:
        _Watch.mode = before


def pending() -> bool:
    """Whether a signal was noted."""
    return bool(_Watch.first)


def raise_pending() -> None:
    """Raise `Stopped` if a signal was noted."""
    if _Watch.first:
        raise Stopped(_Watch.first)


def finish(code: int) -> int:
    """Return the exit code; leave here if a signal has ended the command.

    Python's own end takes MXNet down thread by thread, and aborts if another
    signal comes meanwhile.
    """
    if _Watch.on:
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number:
                signal.signal(number, signal.SIG_IGN)
        if _Watch.first:
            # who caught it as Ctrl-C says 130
            code = 128 + _Watch.first if code == CTRL_C else code
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(code)
    return code


def _handle(number: int, _: Any) -> None:
    _Watch.count += 1
    _Watch.first = _Watch.first or number
    if _Watch.mode == LEAVE:
        _leave(number, b'gluon-style: stopped; nothing was written\n')
    if _Watch.count >= PATIENCE:
        _leave(number, b'')
    if _Watch.mode == RAISE:
        _Watch.mode = NOTE  # so that the next does not end the tidying up
        raise Stopped(number)


def _leave(number: int, line: bytes) -> None:
    whole_files = sys.modules.get('gluon_style.storage.whole_files')
    if whole_files:
        whole_files.remove_unfinished()
    with contextlib.suppress(OSError):
        os.write(2, line)
    os._exit(128 + number)
