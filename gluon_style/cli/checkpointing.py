"""When the checkpoint of a run is written, and whether it is the run's."""

from __future__ import annotations

import contextlib
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import numpy

from ..errors import CheckpointError, StyleWarning
from ..runs.identity import run_digest
from ..runs.settings import Settings
from ..storage.checkpoints import (
    difference,
    differences,
    read_checkpoint,
    save_checkpoint,
)
from ..storage.run_folder import (
    Taken,
    checkpoint_path,
    remove_checkpoint,
    taken,
)
from .failures import causes, explained, say
from .targets import Targets

__all__ = ['Checkpoints', 'Keeping']

SECONDS = 60.0  # between two checkpoints
# what a checkpoint says of its run, and arrays in it by their dimensions
ABOUT = {
    'run': dict,
    'digest': str,
    'epochs': int,
    'epoch': int,
    'files': list,
    'machine': dict,
    'changes': list,
}
STATE = {
    'X': 4,
    'last': 1,
    'stage': 0,
    'report.records': 2,
    'report.numbers': 1,
}
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
        self.done = False  # whether nobody has need of it any more
        self._said = ''  # of a disk that takes none
        self.place: Optional[Taken] = None  # while it is `taken`
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
            'machine': _machine(settings),
            'changes': [],
        }
        return cls(checkpoint_path(targets.picture), about, keeping)

    @property
    def are_kept(self) -> bool:
        """Whether there are any."""
        return self._keeping.seconds is not None

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
        if not self.are_kept:
            return
        start = time.monotonic()
        try:
            self._check_folder()
            save_checkpoint(self.path, arrays, {**self._about, 'epoch': epoch})
            self.saved = True
        except (CheckpointError, *causes()) as error:
            reason = explained(error)
            if reason != self._said:  # once, and not every minute
                say(f'gluon-style: no checkpoint: {reason}')
            self._said = reason
        self._epoch, self._time = epoch, time.monotonic()
        self._cost = self._time - start

    def _check_folder(self) -> None:
        """Refuse to write where a folder or a link of another's is by now."""
        if self.place and not self.place.is_there():
            self.saved = False
            raise CheckpointError(
                f'{self.path.parent} is gone or another: none is made until '
                'that of this run is put back'
            )

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
        if not _is_sound(arrays, kept):
            raise CheckpointError(
                f'{self.path} is no checkpoint of a transfer: start afresh '
                'with --overwrite'
            )
        other = difference(kept.get('run', {}), self._about['run'])
        if other:
            raise CheckpointError(
                f'cannot go on from {self.path}: {other}; start afresh with '
                '--overwrite, or give what it was made with'
            )
        self._epoch = int(kept['epoch'])
        self._note_changes(kept)
        return arrays

    @property
    def changes(self) -> List[str]:
        """What moves the last bits, and was another before `--resume`."""
        return self._about.get('changes', [])

    def _note_changes(self, kept: Dict[str, Any]) -> None:
        named = list(differences(kept['machine'], self._about['machine']))
        new = [f'{what} {a} until epoch {self._epoch}' for what, a, _ in named]
        self._about['changes'] = [*kept['changes'], *new]
        if named:
            changed = ', '.join(f'{what} {a}, now {b}' for what, a, b in named)
            warnings.warn(
                f'not all is as when the run began ({changed}): sums are '
                'rounded otherwise, and the picture may not be that of an '
                'unbroken run',
                StyleWarning,
                stacklevel=3,
            )

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Keep other runs out of its folder; remove what is of no use after.

        Raises
        ------
        OutputError
            Another run has it, or it cannot be made.
        """
        if not self.are_kept and not self.path.exists():
            yield
            return
        with taken(self.path) as place:
            self.place = place
            if not self._keeping.resume:  # the run starts afresh
                self.path.unlink(missing_ok=True)
            try:
                yield
            finally:
                is_of_use = self.path.exists() and not self.done
                if place.is_there() and not is_of_use:
                    remove_checkpoint(self.path)
                self.place = None


def _is_sound(arrays: Dict[str, numpy.ndarray], about: Dict[str, Any]) -> bool:
    """Whether what `resumed` and the reporter take up is there, as wanted."""
    return all(
        type(about.get(i)) is kind for i, kind in ABOUT.items()
    ) and all(
        name in arrays
        and arrays[name].ndim == dimensions
        and arrays[name].size > 0
        and arrays[name].dtype.kind in 'fiu'
        for name, dimensions in STATE.items()
    )


def _machine(settings: Settings) -> Dict[str, Any]:
    """Return what moves the last bits of a run, each thing by its name."""
    from ..runs.machine import surroundings

    there = surroundings(settings.precision == 'bfloat16')
    variables = there.pop('variables')
    return {**there, **variables}


def _libraries() -> Dict[str, str]:
    from ..runs.machine import versions  # late, for psutil is slow

    names = {'mxnet': 'MXNet', 'numpy': 'NumPy', 'scipy': 'SciPy'}
    there = versions()
    return {f'the version of {names[i]}': there[i] for i in names}
