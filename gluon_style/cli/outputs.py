"""Write the picture, the plot and the log of a run."""

from __future__ import annotations

import csv
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from ..storage.whole_files import whole_file
from .targets import Targets, write_somewhere

__all__ = ['write']


def write(
    reporter: Any,
    targets: Targets,
    record: Dict[str, Any],
    may_replace: bool = False,
) -> List[Path]:
    """Write the picture, the plot and the log of a run; say where they are.

    Raises
    ------
    OutputError
        One of them can be written nowhere.
    """
    from ..storage.records import save_picture

    picture = reporter.picture()
    save = partial(save_picture, picture, record=record, alpha=targets.alpha)
    writers: List[Tuple[Optional[Path], Any]] = [
        (targets.picture, save),
        (targets.plot, partial(_write_plot, reporter.records, picture)),
        (targets.log, partial(_write_log, reporter.records)),
    ]
    return [
        write_somewhere(path, writer, may_replace)
        for path, writer in writers
        if path
    ]


def _write_plot(records: List[Any], picture: Any, path: Path) -> None:
    from ..plotting import Animator

    animator = Animator(ylim=None)
    for epoch in records:
        losses = epoch.content_loss, epoch.style_loss, epoch.tv_loss
        animator.add(epoch.epoch, losses)
    animator.imshow(picture)
    animator.save(path)


def _write_log(records: List[Any], path: Path) -> None:
    with whole_file(path) as target, open(
        target, 'w', newline='', encoding='utf-8'
    ) as file:
        rows = csv.DictWriter(file, [f.name for f in fields(records[0])])
        rows.writeheader()
        rows.writerows(asdict(record) for record in records)
