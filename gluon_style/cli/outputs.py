"""Write the picture, the plot, the log and the record of a run."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from ..storage.animations import save_animation
from ..storage.download import file_hash
from ..storage.image_files import eight_bits
from ..storage.records import save_picture, write_record
from ..storage.whole_files import whole_file
from .targets import Targets, write_somewhere

__all__ = ['write']


def write(
    reporter: Any,
    targets: Targets,
    record: Dict[str, Any],
    may_replace: bool = False,
) -> List[Path]:
    """Write the picture and what belongs to it; say where the files are.

    Raises
    ------
    OutputError
        One of them can be written nowhere.
    """
    from ..runs.record import for_picture, new_record, picture_part

    picture, epochs = reporter.picture(), reporter.records
    levels = eight_bits(picture)
    if reporter.snapshots is not None and not reporter.is_framed:
        reporter.snapshots.add(levels)  # the last, whatever the distance
    part = picture_part(levels)
    whole = new_record(**record, picture=part)
    short, alpha = for_picture(whole), targets.alpha
    places: List[Path] = []

    def write_json(path: Path) -> None:
        digest = file_hash(places[0])
        part.update(name=places[0].name, sha256=digest)
        write_record({**whole, 'picture': part}, path)

    writers: List[Tuple[Optional[Path], Any]] = [
        (
            targets.picture,
            partial(save_picture, picture, record=short, alpha=alpha),
        ),
        (targets.plot, partial(_write_plot, epochs, picture)),
        (targets.log, partial(_write_log, epochs)),
        (targets.record, write_json),
        (targets.animation, partial(save_animation, reporter.snapshots)),
    ]
    for path, writer in writers:
        if path:
            places.append(write_somewhere(path, writer, may_replace))
    return places


def _write_plot(records: List[Any], picture: Any, path: Path) -> None:
    from ..plotting import Animator

    animator = Animator(ylim=None)
    for epoch in records:
        losses = epoch.content_loss, epoch.style_loss, epoch.tv_loss
        animator.add(epoch.epoch, losses)
    animator.imshow(picture)
    animator.save(path)


def _write_log(records: List[Any], path: Path) -> None:
    from ..runs.record import REPORTED, reported

    with whole_file(path) as target, open(
        target, 'w', newline='', encoding='utf-8'
    ) as file:
        rows = csv.DictWriter(file, REPORTED)
        rows.writeheader()
        rows.writerows(map(reported, records))
