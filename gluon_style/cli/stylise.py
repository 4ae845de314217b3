"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import csv
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import numpy
import typer

from ..errors import TrainingError
from ..runs.settings import Settings, fitted_shape
from ..storage.whole_files import whole_file
from ..version import __version__


@dataclass(frozen=True)
class Targets:
    """The files to write."""

    picture: Path
    plot: Optional[Path]
    log: Optional[Path]


class Reporter:
    """Callback of a run: moves the progress bar and keeps the records."""

    def __init__(self, epochs: int, every: int, quiet: bool) -> None:
        self.every, self.epochs = every, epochs
        self.records: List[Any] = []
        self.last: Any = None
        self.picture: Optional[Callable[[], numpy.ndarray]] = None
        from tqdm import tqdm

        self.bar = tqdm(
            total=epochs, unit='epoch', disable=quiet, dynamic_ncols=True
        )

    def __call__(
        self, record: Any, picture: Callable[[], numpy.ndarray]
    ) -> None:
        """Take note of one epoch."""
        if not math.isfinite(record.total_loss):
            raise TrainingError(
                f'the loss is {record.total_loss} at epoch {record.epoch}: '
                'lower --lr, or check the weights and their scale'
            )
        self.picture, self.last = picture, record
        self.bar.set_postfix_str(
            f'content {record.content_loss:.3g}, '
            f'style {record.style_loss:.3g}, TV {record.tv_loss:.3g}',
            refresh=False,
        )
        self.bar.update()
        if record.epoch % self.every == 0 or record.epoch == self.epochs:
            self.records.append(record)


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

    def say(text: str) -> None:
        if not quiet:
            typer.echo(text)

    # these import MXNet
    from ..images import read_image
    from ..runs.run import network, run

    content_img, style_img = read_image(content), read_image(style)
    width, height = fitted_shape(settings, content_img.shape)
    net = network(settings)
    say(f'weights  {net.weights_used}')
    say(_size(width, height, settings))
    reporter = Reporter(settings.total_epochs, every, quiet)
    code = 0
    try:
        # a report at every epoch costs little and lets Ctrl-C act at once
        run(content_img, style_img, settings, reporter, every=1, net=net)
    except KeyboardInterrupt:
        if reporter.picture is None:
            raise
        code = 130
    finally:
        reporter.bar.close()
    record = {
        'gluon_style': __version__,
        'content': content.name,
        'style': style.name,
        'weights_used': str(net.weights_used),
        'last_epoch': asdict(reporter.last),
        **settings.record(),
        'width': width,
        'height': height,
    }
    write(reporter, targets, record)
    say(_summary(reporter.last, settings, targets, code))
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
    records = reporter.records or [reporter.last]
    if targets.plot:
        animator = Animator(ylim=None)
        for one in records:
            animator.add(
                one.epoch, [one.content_loss, one.style_loss, one.tv_loss]
            )
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


def _size(width: int, height: int, settings: Settings) -> str:
    scale = settings.second_scale
    text = f'size     {width}x{height}, {settings.epochs} epochs'
    if not scale:
        return text
    larger = f'{width * scale}x{height * scale}'
    return f'{text}; then {larger}, {settings.second_epochs} epochs'


def _summary(
    last: Any, settings: Settings, targets: Targets, code: int
) -> str:
    lines = [
        f'epoch    {last.epoch} of {settings.total_epochs}'
        + (' (stopped)' if code else f', {last.seconds:.0f} s'),
        f'losses   content {last.content_loss:.4g}, style '
        f'{last.style_loss:.4g} (minimised: {settings.style_repeats} x '
        f'that), TV {last.tv_loss:.4g}, total {last.total_loss:.4g}',
        f'picture  {targets.picture}',
    ]
    lines += [f'plot     {targets.plot}'] if targets.plot else []
    lines += [f'log      {targets.log}'] if targets.log else []
    return '\n'.join(lines)
