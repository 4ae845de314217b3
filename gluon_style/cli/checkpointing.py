"""When a run's checkpoint is written, and whose a checkpoint is."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy

from ..errors import CheckpointError, OutputError, StyleError
from ..runs.settings import Settings
from ..storage.checkpoints import (
    checkpoint_path,
    difference,
    read_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)
from ..storage.records import read_record
from ..version import __version__
from ..vgg.weights import weights_origin
from .failures import causes, explained, say
from .targets import Targets

__all__ = [
    'Checkpoints',
    'Keeping',
    'check_outputs',
    'run_digest',
    'run_identity',
]

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
        self._epoch, self._time, self._cost = 0, time.monotonic(), 0.0

    @classmethod
    def of(
        cls,
        targets: Targets,
        run: Dict[str, Any],
        settings: Settings,
        keeping: Keeping,
    ) -> Checkpoints:
        """Make those of a run, by what it is to write and its identity."""
        about = {'epochs': settings.total_epochs, 'files': _named(targets)}
        path = checkpoint_path(targets.picture)
        return cls(path, {'run': run, **about}, keeping)

    def due(self, epoch: int) -> bool:
        """Whether it is time for one."""
        seconds, epochs = self._keeping.seconds, self._keeping.epochs
        if seconds is None:
            return False
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
            say(f'gluon-style: no checkpoint: {explained(error)}')
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


def run_identity(
    images: Tuple[str, str, str], settings: Settings, weights: str
) -> Dict[str, Any]:
    """Say on what the bits of a run depend, as plain values.

    Parameters
    ----------
    images : three of str
        The digests of the bytes of the content and the style image, and the
        colour behind what is transparent in them.
    settings : Settings
        With its size and the precision that the processor has.
    weights : str
        The digest of the network's.
    """
    from .._mxnet import mx
    from ..runs.objective import tilings

    first = settings.warm_start and weights_origin(settings.warm_start)
    values = {
        'the version of gluon-style': __version__,
        'the content image': images[0],
        'the style image': images[1],
        'background': images[2],
        **settings.record(),
        # names may change; seeds stand for random weights
        'weights': weights or settings.weights_name,
        'tile': tilings(settings),  # not how they were asked for
        'warm_start': first and (first.digest or settings.warm_start),
        'the version of MXNet': mx.__version__,
        'the version of NumPy': numpy.__version__,
        'the version of SciPy': version('scipy'),
    }
    return json.loads(json.dumps(values, default=str))


def run_digest(values: Dict[str, Any]) -> str:
    """Return a name for a run, from its `run_identity`."""
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_outputs(targets: Targets, keeping: Keeping) -> None:
    """Refuse, before anything slow, to write over what is there.

    Raises
    ------
    CheckpointError
        There is a checkpoint, and no word of what to do with it.
    OutputError
        An output is there, and is no part of the run that goes on.
    """
    path = checkpoint_path(targets.picture)
    if keeping.overwrite:
        return
    if path.exists() and not keeping.resume:
        _, about = read_checkpoint(path)
        raise CheckpointError(
            f'{targets.picture} has a checkpoint at epoch '
            f'{about.get("epoch")} of {about.get("epochs")}: go on from it '
            'with --resume, or start afresh with --overwrite'
        )
    existing: List[Path] = targets.existing
    if existing and path.exists():
        _, about = read_checkpoint(path)
        if _is_own(targets, about):
            return
    if existing:
        raise OutputError(
            f'{existing[0]} is there: choose another name, or write over it '
            'with --overwrite'
        )


def _is_own(targets: Targets, about: Dict[str, Any]) -> bool:
    """Whether the files that are there are those of an interrupted run.

    It began when they were not there, or with --overwrite; the picture says
    by its record that it is the run's.
    """
    if about.get('files') != _named(targets):
        return False
    if targets.picture not in targets.existing:
        return True
    try:
        record = read_record(targets.picture)
    except StyleError:
        return False
    return record.get('run') == run_digest(about.get('run', {}))


def _named(targets: Targets) -> List[str]:
    """Name all files of a run, whatever the working folder."""
    return [str(file.absolute()) for file in targets.files]
