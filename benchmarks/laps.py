"""The child's end of the pipe: run a chunk of steps when told to, time it."""

import json
import os
import sys
import time
from typing import Callable

__all__ = ['Laps']


class Laps:
    """A stopwatch that the parent process holds.

    The parent writes the job, then a line for each lap; the child answers
    each with a line of JSON. Between laps it is blocked reading its stdin.

    Attributes
    ----------
    job : dict
        What the parent asks for: `width`, `height`, `steps` in a lap,
        `epochs` in all, and the paths `weights`, `content` and `style`.
    """

    def __init__(self):
        self._pipe = os.fdopen(os.dup(1), 'w')
        os.dup2(2, 1)  # what libraries print must not reach the pipe
        self.job = json.loads(sys.stdin.readline())

    def start(self) -> None:
        """Say that all is ready, and wait for the first lap."""
        self._answer({})

    def end_epoch(
        self, epoch: int, wait: Callable, loss: Callable[[], float]
    ) -> None:
        """End the lap if `epoch`, counted from 1, is the last of one.

        Parameters
        ----------
        epoch : int
            How many steps have been asked of the library.
        wait : callable
            Returns when they have been computed; this is timed.
        loss : callable
            Gives the last step's total loss; this is not.
        """
        if epoch % self.job['steps'] == 0:
            wait()
            seconds = time.perf_counter() - self._start
            self._answer({'seconds': seconds, 'loss': loss()})

    def _answer(self, message: dict) -> None:
        print(json.dumps(message), file=self._pipe, flush=True)
        if not sys.stdin.readline():  # the parent has closed the pipe
            sys.exit()
        self._start = time.perf_counter()
