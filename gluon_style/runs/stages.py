"""The stages of a run: what is run after what, and from which picture."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

import numpy

from ..tiles.geometry import layout, tile_side
from .settings import Settings

if TYPE_CHECKING:
    from ..training import EpochRecord

__all__ = [
    'Stage',
    'counted_on',
    'record_array',
    'record_of_array',
    'stages',
    'tilings',
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
    shorter = _drawn_together(_alone(settings), settings.warm_start_epochs)
    return replace(shorter, weights=settings.warm_start)


def stages(settings: Settings) -> list[Stage]:
    """List the stages of a run whose settings have width and height."""
    first, *larger = _sizes(settings)
    listed = [Stage(first, 'given')]
    if settings.warm_start:
        warm = replace(
            warm_up(settings), width=first.width, height=first.height
        )
        listed = [Stage(warm, 'given'), Stage(first, 'reached')]
    return listed + [Stage(i, 'enlarged') for i in larger]


def _sizes(settings: Settings) -> list[Settings]:
    """List the settings of each size at which the picture is made."""
    alone = _alone(settings)
    coarse = _drawn_together(alone, settings.coarse_epochs or settings.epochs)
    listed = [
        _scaled(coarse, 1 / 2**i) for i in range(settings.scales - 1, 0, -1)
    ]
    listed.append(alone)
    if settings.second_scale:
        second = replace(
            alone,
            epochs=settings.second_epochs,
            lr_decay_epoch=settings.second_lr_decay_epoch,
        )
        listed.append(_scaled(second, settings.second_scale))
    return listed


def _alone(settings: Settings) -> Settings:
    """Leave out all that makes further stages."""
    return replace(settings, warm_start=None, second_scale=0, scales=1)


def _scaled(settings: Settings, scale: float) -> Settings:
    assert settings.width is not None
    assert settings.height is not None
    return replace(
        settings,
        width=int(settings.width * scale),
        height=int(settings.height * scale),
    )


def _drawn_together(settings: Settings, epochs: int) -> Settings:
    """Give the schedule so many epochs."""
    decay = round(settings.lr_decay_epoch * epochs / settings.epochs)
    return replace(settings, epochs=epochs, lr_decay_epoch=max(1, decay))


def tilings(settings: Settings) -> list[str]:
    """Say for each stage of a run how many tiles it has, as bits depend on.

    Returns
    -------
    list of str
        Such as '8x5', or 'whole'.
    """
    return [_tiling(stage.settings) for stage in stages(settings)]


def _tiling(settings: Settings) -> str:
    assert settings.width is not None
    assert settings.height is not None
    size = settings.height, settings.width
    deepest = settings.deepest.index
    side = tile_side(settings.tile, size, deepest)
    return 'whole' if side is None else layout(size, side, deepest)


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
