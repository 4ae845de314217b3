"""When the checkpoint of a run is written, and whether it is the run's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

import numpy

from ..errors import CheckpointError
from ..runs.identity import run_digest
from ..runs.settings import Settings
from ..storage.checkpoints import (
    checkpoint_path,
    difference,
    read_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)
from .failures import causes, explained, say
from .targets import Targets

__all__ = ['Checkpoints', 'Keeping']

SECONDS = 60.0  # between two checkpoints
SHARE = 0.02  # of the time of a run, at most, that goes into them


@dataclass(frozen=True)
class Keeping:
    """What the user wants of checkpoints and of files that are there.

    Attributes
    ----------
    resume : bool
        Whether to go on from a checkpoint.
    overwrite : bool
        Whether to write over files that are there, and start afresh.
    seconds : float, optional
        Between two checkpoints; None for none at all.
    epochs : int, optional
        Between two checkpoints, if that is sooner.
    """

    resume: bool = False
    overwrite: bool = False
    seconds: Optional[float] = SECONDS
    epochs: Optional[int] = None


class Checkpoints:
    """Writes the checkpoint of a run now and then.

    Parameters
    ----------
    path : Path
        The file.
    about : dict
        What the file says of the run.
    keeping : Keeping
        How often.
    """

    def __init__(
        self, path: Path, about: Dict[str, Any], keeping: Keeping
    ) -> None:
        self.path, self._about, self._keeping = path, about, keeping
        self.saved = False
        self._said = ''  # of a disk that takes none
        self._epoch, self._time, self._cost = 0, time.monotonic(), 0.0

    @classmethod
    def of(
        cls,
        targets: Targets,
        identity: Dict[str, Any],
        settings: Settings,
        keeping: Keeping,
    ) -> Checkpoints:
        """Make those of a run, by what it is to write and its identity.

        A run goes on to the same bits only with the libraries that it had.
        """
        about = {
            'run': {**identity, **_libraries()},
            'digest': run_digest(identity),
            'epochs': settings.total_epochs,
            'files': targets.named,
        }
        return cls(checkpoint_path(targets.picture), about, keeping)

    def due(self, epoch: int, stopping: bool = False) -> bool:
        """Whether it is time for one, or the last chance."""
        seconds, epochs = self._keeping.seconds, self._keeping.epochs
        if seconds is None:
            return False
        if stopping:
            return True
        if epochs is not None and epoch - self._epoch >= epochs:
            return True
        since = time.monotonic() - self._time
        return since >= max(seconds, self._cost / SHARE)

    def save(self, arrays: Dict[str, numpy.ndarray], epoch: int) -> None:
        """Write one; a disk that does not take it stops nothing."""
        if self._keeping.seconds is None:
            return
        start = time.monotonic()
        try:
            save_checkpoint(self.path, arrays, {**self._about, 'epoch': epoch})
            self.saved = True
        except causes() as error:
            reason = explained(error)
            if reason != self._said:  # once, and not every minute
                say(f'gluon-style: no checkpoint: {reason}')
            self._said = reason
        self._epoch, self._time = epoch, time.monotonic()
        self._cost = self._time - start

    def resumed(self) -> Optional[Dict[str, numpy.ndarray]]:
        """Return the arrays to go on from, or None if there are none.

        Raises
        ------
        CheckpointError
            The checkpoint is damaged, or of another run.
        """
        if not self.path.exists():
            return None
        arrays, kept = read_checkpoint(self.path)
        other = difference(kept.get('run', {}), self._about['run'])
        if other:
            raise CheckpointError(
                f'cannot go on from {self.path}: {other}; start afresh with '
                '--overwrite, or give what it was made with'
            )
        self._epoch = int(kept['epoch'])
        return arrays

    def remove(self) -> None:
        """Remove it, for the run is done."""
        remove_checkpoint(self.path)


def _libraries() -> Dict[str, str]:
    from ..runs.machine import versions  # late, for psutil is slow

    names = {'mxnet': 'MXNet', 'numpy': 'NumPy', 'scipy': 'SciPy'}
    there = versions()
    return {f'the version of {names[i]}': there[i] for i in names}
