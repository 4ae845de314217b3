"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy
import typer

from ..runs.settings import Settings
from ..runs.stages import stages
from ..storage.whole_files import whole_file
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
        self.picture: Any = None  # a CurrentPicture
        self.progress = Progress(epochs, 'epoch', quiet)
        self._records: List[Any] = []

    def __call__(self, record: Any, picture: Any) -> None:
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
    from ..runs.precision import available_precision
    from ..runs.run import network, run
    from ..runs.score import scorer

    images = read_image(content), read_image(style)
    settings = settings.sized(images[0].shape)
    asked = settings.precision
    settings = replace(settings, precision=available_precision(settings))
    net = network(settings)
    if not quiet:
        typer.echo(f'weights  {net.weights_used}\n{_sizes(settings)}')
        if settings.precision != asked:
            typer.echo(f'float32  for this processor has no {asked}')
    reporter = Reporter(settings.total_epochs, every, quiet)
    code = 0
    try:
        # a report at every epoch costs little and lets Ctrl-C act at once
        run(*images, settings, reporter, every=1, net=net)
    except KeyboardInterrupt:
        if reporter.picture is None:
            raise
        code = 130
    finally:
        reporter.progress.close()
    X, picture = reporter.picture.X, reporter.picture()
    score = scorer(images, settings, net, (X.shape[3], X.shape[2]))
    scores = {
        'as_left': score(X),
        'as_saved': score(_reread(picture, targets.picture.suffix)),
    }
    record = {
        'gluon_style': __version__,
        'content': content.name,
        'style': style.name,
        'weights_used': asdict(net.weights_used),
        'last_epoch': asdict(reporter.last),
        **{name: asdict(i) for name, i in scores.items()},
        **settings.record(),
    }
    write(picture, reporter.records, targets, record)
    if not quiet:
        last = _last(reporter.last, settings, code)
        typer.echo('\n'.join([last, *_scores(scores, settings)]))
        typer.echo(_files(targets))
    return code


def write(
    picture: numpy.ndarray,
    records: List[Any],
    targets: Targets,
    record: Dict[str, Any],
) -> None:
    """Write the picture, the plot and the log of a run."""
    from ..plotting import Animator
    from ..storage.records import save_picture

    save_picture(picture, targets.picture, record)
    if targets.plot:
        animator = Animator(ylim=None)
        for epoch in records:
            losses = epoch.content_loss, epoch.style_loss, epoch.tv_loss
            animator.add(epoch.epoch, losses)
        animator.imshow(picture)
        animator.save(targets.plot)
    if targets.log:
        with whole_file(targets.log) as target:
            _write_log(target, records)


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


def _reread(picture: numpy.ndarray, suffix: str) -> Any:
    """Return what a file of that kind keeps of a picture, standardised.

    The pixels of a file do not depend on the record that it is yet to get.
    """
    from ..images import read_image
    from ..runs.score import standardised
    from ..storage.records import save_picture

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'picture').with_suffix(suffix)
        save_picture(picture, path, {})
        return standardised(read_image(path))


def _last(last: Any, settings: Settings, code: int) -> str:
    took = ' (stopped)' if code else f', {last.seconds:.0f} s'
    return f'epoch    {last.epoch} of {settings.total_epochs}{took}'


def repeated(settings: Settings) -> str:
    """Say how often the total counts the style loss, if more than once."""
    repeats = settings.style_repeats if settings.loss == 'chapter' else 1
    return f' (minimised: {repeats} x that)' if repeats > 1 else ''


def _scores(scores: Dict[str, Any], settings: Settings) -> List[str]:
    lines = [
        f'{name.replace("_", " "):8} content {score.content_loss:.4g}, style '
        f'{score.style_loss:.4g}{repeated(settings)}, TV '
        f'{score.tv_loss:.4g}, total {score.total_loss:.4g}'
        for name, score in scores.items()
    ]
    left = scores['as_left']
    if left.out_of_range:
        lines[0] += (
            f'; {left.out_of_range:.1%} of the pixels out of range, by up to '
            f'{left.overshoot:.2f}'
        )
    return lines


def _files(targets: Targets) -> str:
    lines = [f'picture  {targets.picture}']
    lines += [f'plot     {targets.plot}'] if targets.plot else []
    lines += [f'log      {targets.log}'] if targets.log else []
    return '\n'.join(lines)
