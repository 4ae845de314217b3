"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

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
    alpha: Any = None  # of the picture, from `open_alpha`


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
    background: str = 'white',
) -> int:
    """Make the picture, write it and what belongs to it; return the exit code.

    Ctrl-C ends the run early: the picture reached so far is written and the
    exit code is 130.
    """
    # these import MXNet
    from ..images import read_image
    from ..runs.precision import available_precision
    from ..runs.run import network

    images = tuple(read_image(i, background) for i in (content, style))
    settings = settings.sized(images[0].shape)
    check_target(targets.picture, PICTURE_SUFFIXES, _size(settings))
    precision, asked = available_precision(settings), settings.precision
    settings = replace(settings, precision=precision)
    net = network(settings)
    if not quiet:
        typer.echo(f'weights  {net.weights_used}\n{_sizes(settings)}')
        if precision != asked:
            typer.echo(f'{precision}  for this processor has no {asked}')
    reporter = Reporter(settings.total_epochs, every, quiet)
    code = _run(images, settings, reporter, net)
    scores = _scores(reporter.picture, targets.picture, images, settings, net)
    record = {
        'gluon_style': __version__,
        'content': content.name,
        'style': style.name,
        'background': background,
        'weights_used': asdict(net.weights_used),
        'last_epoch': asdict(reporter.last),
        **{name: asdict(score) for name, score in scores.items()},
        **settings.record(),
    }
    write(reporter, targets, record)
    if not quiet:
        typer.echo(_summary(reporter.last, scores, settings, targets, code))
    return code


def _run(images: Any, settings: Settings, reporter: Reporter, net: Any) -> int:
    from ..runs.run import run

    try:
        # a report at every epoch costs little and lets Ctrl-C act at once
        content_img, style_img = images
        run(content_img, style_img, settings, reporter, every=1, net=net)
    except KeyboardInterrupt:
        if reporter.picture is None:
            raise
        return 130
    finally:
        reporter.progress.close()
    return 0


def write(
    reporter: Reporter, targets: Targets, record: Dict[str, Any]
) -> None:
    """Write the picture, the plot and the log of a run."""
    from ..plotting import Animator
    from ..storage.records import save_picture

    picture = reporter.picture()
    save_picture(picture, targets.picture, record, targets.alpha)
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


def _size(settings: Settings) -> Tuple[int, int]:
    last = stages(settings)[-1].settings
    return last.width or 0, last.height or 0


def _sizes(settings: Settings) -> str:
    texts = []
    for stage in stages(settings):
        size = f'{stage.settings.width}x{stage.settings.height}'
        texts.append(f'{size}, {stage.settings.epochs} epochs')
        if stage.settings.weights != settings.weights:
            texts[-1] += f' with {stage.settings.weights}'
    return f'size     {"; then ".join(texts)}'


def _scores(
    picture: Any, path: Path, images: Any, settings: Settings, net: Any
) -> Dict[str, Any]:
    """Score a picture as the run left it and as its file is to hold it."""
    from ..runs.score import from_file, scorer

    shape = picture.X.shape[3], picture.X.shape[2]
    score = scorer(images, settings, net, shape)
    return {
        'as_left': score(picture.X),
        'as_saved': score(from_file(picture(), path.suffix)),
    }


def repeated(settings: Settings) -> str:
    """Say how often the total counts the style loss, if more than once."""
    repeats = settings.style_repeats if settings.loss == 'chapter' else 1
    return f' (minimised: {repeats} x that)' if repeats > 1 else ''


def _losses(score: Any, settings: Settings) -> str:
    text = (
        f'content {score.content_loss:.4g}, style {score.style_loss:.4g}'
        f'{repeated(settings)}, TV {score.tv_loss:.4g}, total '
        f'{score.total_loss:.4g}'
    )
    if score.out_of_range:
        text += (
            f'; {score.out_of_range:.1%} of the pixels out of range, by up '
            f'to {score.overshoot:.2f}'
        )
    return text


def _summary(
    last: Any,
    scores: Dict[str, Any],
    settings: Settings,
    targets: Targets,
    code: int,
) -> str:
    lines = [
        f'epoch    {last.epoch} of {settings.total_epochs}'
        + (' (stopped)' if code else f', {last.seconds:.0f} s'),
        f'as left  {_losses(scores["as_left"], settings)}',
        f'as saved {_losses(scores["as_saved"], settings)}',
        f'picture  {targets.picture}',
    ]
    lines += [f'plot     {targets.plot}'] if targets.plot else []
    lines += [f'log      {targets.log}'] if targets.log else []
    return '\n'.join(lines)
