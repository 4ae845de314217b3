"""The stages of a run: what is run after what, and from which picture."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

import numpy

from .settings import Settings

if TYPE_CHECKING:
    from ..training import EpochRecord

__all__ = [
    'Stage',
    'counted_on',
    'record_array',
    'record_of_array',
    'stages',
    'warm_up',
]

PLAIN = 7  # fields of a record that are one number each


@dataclass(frozen=True)
class Stage:
    """One descent of a run.

    Attributes
    ----------
    settings : Settings
        Of this stage alone, with its own size, epochs and weights.
    start : str
        'given': from the caller's picture or the content image; 'reached':
        from the picture of the stage before; 'enlarged': from that picture
        at this stage's size.
    """

    settings: Settings
    start: str


def warm_up(settings: Settings) -> Settings:
    """Return the settings of the run that gives a warm start its picture."""
    epochs = settings.warm_start_epochs
    decay = round(settings.lr_decay_epoch * epochs / settings.epochs)
    return replace(
        settings,
        weights=settings.warm_start,
        warm_start=None,
        second_scale=0,
        epochs=epochs,
        lr_decay_epoch=max(1, decay),
    )


def stages(settings: Settings) -> list[Stage]:
    """List the stages of a run whose settings have width and height."""
    alone = replace(settings, warm_start=None, second_scale=0)
    listed = [Stage(alone, 'given')]
    if settings.warm_start:
        listed = [Stage(warm_up(settings), 'given'), Stage(alone, 'reached')]
    if settings.second_scale:
        assert settings.width is not None
        assert settings.height is not None
        second = replace(
            alone,
            width=settings.width * settings.second_scale,
            height=settings.height * settings.second_scale,
            epochs=settings.second_epochs,
            lr_decay_epoch=settings.second_lr_decay_epoch,
        )
        listed += [Stage(second, 'enlarged')]
    return listed


def counted_on(before: EpochRecord | None, record: EpochRecord) -> EpochRecord:
    """Count epochs and seconds on from the last record of an earlier stage.

    `before` is None in the first stage.
    """
    if before is None:
        return record
    return replace(
        record,
        epoch=before.epoch + record.epoch,
        seconds=before.seconds + record.seconds,
    )


def record_array(record: EpochRecord) -> numpy.ndarray:
    """Return the fields of a record in order, float64.

    Shape (7 + n,) for n layers.
    """
    *fields, layers = astuple(record)
    return numpy.array([*fields, *layers])


def record_of_array(values: numpy.ndarray) -> EpochRecord:
    """Undo `record_array`."""
    from ..training import EpochRecord  # which imports MXNet

    epoch, *others = map(float, values)
    terms: tuple = (*others[: PLAIN - 1], tuple(others[PLAIN - 1 :]))
    return EpochRecord(int(epoch), *terms)
