"""What a run tells the command: how far it is, and what could be saved."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional

import numpy

from ..runs.stages import record_array, record_of_array
from ..storage.animations import Snapshots
from ..storage.image_files import eight_bits
from . import signals
from .checkpointing import Checkpoints
from .progress import Progress

__all__ = ['Reporter']


class Reporter:
    """Callback of a run: shows how far it is, and keeps what it gives.

    Parameters
    ----------
    epochs : int
        Steps of all stages.
    every : int
        Epochs between two records of the plot and the log.
    quiet : bool
        Whether to show nothing.
    lags : bool
        Whether a record is of the picture before its step, as Adam's is.
    checkpoints : Checkpoints, optional
        Where the state goes now and then, and when a signal ends the run.
    snapshots : Snapshots, optional
        Where pictures on the way go.

    Attributes
    ----------
    picture, last : RunPicture, EpochRecord
        The latest.
    best, best_epoch : mx.np.ndarray, int
        The picture of the lowest total loss of its stage, and its epoch.
    begun : float
        The total loss that the stage began with.
    is_framed : bool
        Whether `picture` is the last of the snapshots.
    """

    def __init__(
        self,
        epochs: int,
        every: int,
        quiet: bool,
        lags: bool = False,
        checkpoints: Optional[Checkpoints] = None,
        snapshots: Optional[Snapshots] = None,
    ) -> None:
        self.every = every
        self.picture: Any = None
        self.last: Any = None
        self.best: Any = None
        self.best_epoch, self.begun = 0, math.inf
        self.progress = Progress(epochs, 'epoch', quiet)
        self._lags, self._checkpoints = lags, checkpoints
        self.snapshots, self.is_framed = snapshots, False
        self._all: List[Any] = []
        self._before: Any = None  # the picture that a lagging record is of
        self._stage, self._lowest = -1, math.inf

    def __call__(self, record: Any, picture: Any) -> None:
        """Take note of one epoch.

        Raises
        ------
        Stopped
            A signal came: the picture and its state are kept.
        """
        signals.note_only()
        self._keep_best(record, picture)
        self.picture, self.last = picture, record
        self._all.append(record)
        self._show(1)
        self.is_framed = False
        if self.snapshots is not None and self.snapshots.due(record.epoch):
            self.snapshots.add(eight_bits(picture()))
            self.is_framed = True
        checkpoints = self._checkpoints
        if checkpoints and checkpoints.due(record.epoch, signals.pending()):
            arrays = {**picture.state(), **self._state()}
            checkpoints.save(arrays, record.epoch)
        signals.raise_pending()

    @property
    def records(self) -> List[Any]:
        """Those of the epochs asked for, and the last."""
        return [
            record
            for record in self._all
            if record.epoch % self.every == 0 or record is self.last
        ]

    def resume(self, arrays: Dict[str, numpy.ndarray]) -> None:
        """Take up what `__call__` has put into a checkpoint."""
        from .._mxnet import np
        from ..runs.counting import RunPicture

        self._all = [record_of_array(i) for i in arrays['report.records']]
        self.last = self._all[-1]
        stage, self._lowest, epoch, self.begun = map(
            float, arrays['report.numbers']
        )
        self._stage, self.best_epoch = int(stage), int(epoch)
        X = np.array(arrays['X'])
        self.picture = RunPicture(X, dict, self._stage)
        self._before = X if self._lags else None
        if 'report.best' in arrays:
            self.best = np.array(arrays['report.best'])
        if self.snapshots is not None:
            self.snapshots.go_on(int(arrays.get('report.frames', 0)))
            framed = self.snapshots.due(self.last.epoch)
            self.is_framed = framed and len(self.snapshots) > 0
        self._show(self.last.epoch)

    def take_best(self) -> None:
        """Let the best picture be the last."""
        from ..runs.counting import RunPicture

        self.picture = RunPicture(self.best, dict, self._stage)
        self.is_framed = False

    def _state(self) -> Dict[str, numpy.ndarray]:
        numbers = self._stage, self._lowest, self.best_epoch, self.begun
        records = [record_array(record) for record in self._all]
        kept = {
            'report.records': numpy.array(records),
            'report.numbers': numpy.array(numbers, 'float64'),
        }
        if self.best is not None:
            kept['report.best'] = self.best.asnumpy()
        if self.snapshots is not None:
            kept['report.frames'] = numpy.array(self.snapshots.kept())
        return kept

    def _keep_best(self, record: Any, picture: Any) -> None:
        if picture.stage != self._stage:
            self._stage, self._lowest = picture.stage, math.inf
            self.begun = record.total_loss
        shown = self._before if self._lags else picture.X
        same_size = shown is not None and shown.shape == picture.X.shape
        if same_size and record.total_loss < self._lowest:
            self.best, self._lowest = shown, record.total_loss
            self.best_epoch = record.epoch - self._lags
        self._before = picture.X.copy() if self._lags else None

    def _show(self, done: int) -> None:
        record = self.last
        self.progress.update(
            f'content {record.content_loss:.3g}, '
            f'style {record.style_loss:.3g}, TV {record.tv_loss:.3g}',
            done=None if done == 1 else done,
        )
