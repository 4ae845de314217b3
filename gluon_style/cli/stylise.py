"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import numpy
import typer

from ..runs.settings import Settings
from ..runs.stages import stages
from ..storage.whole_files import PICTURE_SUFFIXES, check_target, whole_file
from ..version import __version__
from .progress import Progress


@dataclass(frozen=True)
class Targets:
    """The files to write."""

    picture: Path
    plot: Optional[Path]
    log: Optional[Path]


class Reporter:
    """Callback of a run: shows how far it is and keeps the records."""

    def __init__(self, epochs: int, every: int, quiet: bool) -> None:
        self.every, self.last = every, None  # type: int, Any
        self.picture: Optional[Callable[[], numpy.ndarray]] = None
        self.progress = Progress(epochs, 'epoch', quiet)
        self._records: List[Any] = []

    def __call__(
        self, record: Any, picture: Callable[[], numpy.ndarray]
    ) -> None:
        """Take note of one epoch."""
        self.picture, self.last = picture, record
        if record.epoch % self.every == 0:
            self._records.append(record)
        self.progress.update(
            f'content {record.content_loss:.3g}, '
            f'style {record.style_loss:.3g}, TV {record.tv_loss:.3g}'
        )

    @property
    def records(self) -> List[Any]:
        """Those of the epochs asked for, and the last."""
        last = [] if self.last in self._records else [self.last]
        return self._records + last


def stylise(
    content: Path,
    style: Path,
    settings: Settings,
    targets: Targets,
    every: int = 10,
    quiet: bool = False,
) -> int:
    """Make the picture, write it and what belongs to it; return the exit code.

    Ctrl-C ends the run early: the picture reached so far is written and the
    exit code is 130.
    """
    # these import MXNet
    from ..images import read_image
    from ..runs.run import network, run

    images = read_image(content), read_image(style)
    settings = settings.sized(images[0].shape)
    largest = stages(settings)[-1].settings
    size = largest.width or 0, largest.height or 0
    check_target(targets.picture, PICTURE_SUFFIXES, size)
    net = network(settings)
    if not quiet:
        typer.echo(f'weights  {net.weights_used}\n{_sizes(settings)}')
    reporter, code = Reporter(settings.total_epochs, every, quiet), 0
    try:
        # a report at every epoch costs little and lets Ctrl-C act at once
        run(*images, settings, reporter, every=1, net=net)
    except KeyboardInterrupt:
        if reporter.picture is None:
            raise
        code = 130
    finally:
        reporter.progress.close()
    record = {
        'gluon_style': __version__,
        'content': content.name,
        'style': style.name,
        'weights_used': asdict(net.weights_used),
        'last_epoch': asdict(reporter.last),
        **settings.record(),
    }
    write(reporter, targets, record)
    if not quiet:
        typer.echo(_summary(reporter.last, settings, targets, code))
    return code


def write(
    reporter: Reporter, targets: Targets, record: Dict[str, Any]
) -> None:
    """Write the picture, the plot and the log of a run."""
    from ..plotting import Animator
    from ..storage.records import save_picture

    assert reporter.picture is not None
    picture = reporter.picture()
    save_picture(picture, targets.picture, record)
    if targets.plot:
        animator = Animator(ylim=None)
        for epoch in reporter.records:
            losses = epoch.content_loss, epoch.style_loss, epoch.tv_loss
            animator.add(epoch.epoch, losses)
        animator.imshow(picture)
        animator.save(targets.plot)
    if targets.log:
        with whole_file(targets.log) as target:
            _write_log(target, reporter.records)


def _write_log(path: Path, records: List[Any]) -> None:
    with open(path, 'w', newline='', encoding='utf-8') as file:
        rows = csv.DictWriter(file, [f.name for f in fields(records[0])])
        rows.writeheader()
        rows.writerows(asdict(record) for record in records)


def _sizes(settings: Settings) -> str:
    texts = []
    for stage in stages(settings):
        size = f'{stage.settings.width}x{stage.settings.height}'
        texts.append(f'{size}, {stage.settings.epochs} epochs')
        if stage.settings.weights != settings.weights:
            texts[-1] += f' with {stage.settings.weights}'
    return f'size     {"; then ".join(texts)}'


def _summary(
    last: Any, settings: Settings, targets: Targets, code: int
) -> str:
    repeats = settings.style_repeats if settings.loss == 'chapter' else 1
    minimised = f' (minimised: {repeats} x that)' if repeats > 1 else ''
    lines = [
        f'epoch    {last.epoch} of {settings.total_epochs}'
        + (' (stopped)' if code else f', {last.seconds:.0f} s'),
        f'losses   content {last.content_loss:.4g}, style '
        f'{last.style_loss:.4g}{minimised}, TV {last.tv_loss:.4g}, total '
        f'{last.total_loss:.4g}',
        f'picture  {targets.picture}',
    ]
    lines += [f'plot     {targets.plot}'] if targets.plot else []
    lines += [f'log      {targets.log}'] if targets.log else []
    return '\n'.join(lines)
