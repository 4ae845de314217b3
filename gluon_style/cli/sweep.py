"""The command `sweep`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..errors import OutputError, SettingsError
from . import options, signals
from .failures import say
from .progress import Progress

METER = '[{elapsed}<{remaining}{postfix}]'


def sweep(
    content: str = typer.Argument(
        '',
        metavar='CONTENT',
        help=options.CONTENT.help,
        show_default=False,
    ),
    style: str = typer.Argument(
        '',
        metavar='STYLE',
        help=options.STYLE.help,
        show_default=False,
    ),
    grid: List[str] = typer.Option(
        ...,
        '--grid',
        metavar='AXIS=VALUE,VALUE,...',
        help='An axis: any field of a recipe (see: gluon-style explain), '
        'content, style or recipe; may be repeated. The last gives the '
        "columns of the sheet. '+' joins layers: "
        'content_layers=conv3_4,conv3_4+conv4_4; none is no layer.',
    ),
    out: str = typer.Option(
        ...,
        '-o',
        '--out',
        metavar='PATH',
        help='The folder; cells that are in it are kept.',
    ),
    width: Optional[int] = options.WIDTH,
    height: Optional[int] = options.HEIGHT,
    recipe: str = options.RECIPE,
    epochs: Optional[int] = options.EPOCHS,
    lr: Optional[float] = options.LR,
    lr_decay_epoch: Optional[int] = options.LR_DECAY_EPOCH,
    content_weight: Optional[float] = options.CONTENT_WEIGHT,
    style_weight: Optional[float] = options.STYLE_WEIGHT,
    tv_weight: Optional[float] = options.TV_WEIGHT,
    content_layers: Optional[str] = options.CONTENT_LAYERS,
    style_layers: Optional[str] = options.STYLE_LAYERS,
    weights: Optional[str] = options.WEIGHTS,
    device: Optional[str] = options.DEVICE,
    seed: Optional[int] = options.SEED,
    assignments: Optional[List[str]] = options.ASSIGNMENTS,
    workers: Optional[int] = typer.Option(
        None,
        min=1,
        help='Processes on this machine, which share its processors [1].',
    ),
    scheduler: Optional[str] = typer.Option(
        None,
        metavar='tcp://HOST:PORT',
        help='Run the cells on this Dask cluster instead.',
    ),
    max_cells: int = typer.Option(100, min=1, help='The most cells.'),
    overwrite: bool = typer.Option(
        False,
        '--overwrite',
        help='Replace the sheet and the table of another grid.',
    ),
    quiet: bool = options.QUIET,
) -> int:
    """Run every combination of some settings, and lay them on one sheet.

    What the folder holds already is not run again. A cell that fails is
    shown as failed, and the exit code is 1.
    """
    if scheduler is not None and workers is not None:
        raise SettingsError(
            'got both --workers and --scheduler: the cluster has workers of '
            'its own; leave one out'
        )
    given = options.given_fields(
        assignments,
        width=width,
        height=height,
        epochs=epochs,
        lr=lr,
        lr_decay_epoch=lr_decay_epoch,
        content_weight=content_weight,
        style_weight=style_weight,
        tv_weight=tv_weight,
        content_layers=content_layers,
        style_layers=style_layers,
        weights=weights,
        device=device,
        seed=seed,
    )
    where = {'workers': workers, 'scheduler': options.checked(scheduler)}
    if not out:  # of a path it would be the working folder
        raise OutputError("got --out '', wanted a folder, such as . or sweep")
    rest = {'folder': Path(out), 'max_cells': max_cells, **where}
    rest['overwrite'] = overwrite
    given['recipe'] = recipe
    return _run(grid, given, (content, style), rest, quiet)


def _run(
    grid: List[str],
    base: Dict[str, Any],
    images: Tuple[str, str],
    rest: Dict[str, Any],
    quiet: bool,
) -> int:
    from ..sweeps import parsed_grid
    from ..sweeps import sweep as run

    axes, bar, stopped = parsed_grid(grid), _Bar(quiet), False
    try:
        run(axes, base, *images, callback=bar, **rest)
    except KeyboardInterrupt:
        stopped = True
    finally:
        bar.close()
    return bar.finish(rest['folder'], stopped)


class _Bar:
    """Callback of a sweep: counts cells and shows how many are finished.

    A terminal gets a progress bar, anything else a line for each cell.
    """

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.bar = quiet, None  # type: bool, Optional[Progress]
        self.events: Dict[str, int] = {}
        self.failed: List[str] = []
        self.shares: Dict[int, float] = {}
        self.finished = self.total = 0

    def __call__(self, news: Any) -> None:
        """Take note of what happened to a cell."""
        self.finished, self.total = news.finished, news.total
        self.events[news.event] = self.events.get(news.event, 0) + 1
        named = ', '.join(f'{k} {v}' for k, v in news.values.items())
        if news.event == 'failed':
            self.failed.append(f'{named}: {news.error}')
        if news.finished == news.total:
            signals.note_only()  # what is left is to write the sheet
        done = news.event in ('reused', 'done', 'failed')
        share = 1 if done else news.epoch / max(1, news.epochs)
        self.shares[news.index] = share
        shown = f'{news.finished}/{news.total} cells; {named}: {news.event}'
        if self.quiet:
            return
        if sys.stderr.isatty():
            if news.event == 'epoch':
                shown += f' {news.epoch}/{news.epochs}'
            if self.bar is None:
                self.bar = Progress(self.total, 'cell', meter=METER)
            self.bar.update(shown, sum(self.shares.values()))
        elif done:
            say(shown)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()

    def finish(self, folder: Path, stopped: bool) -> int:
        """Say what came of the cells and where; return the exit code."""
        counts = {
            'done': self.events.get('done', 0),
            'there before': self.events.get('reused', 0),
            'failed': len(self.failed),
            'not run': self.total - self.finished,
        }
        parts = ', '.join(f'{n} {what}' for what, n in counts.items() if n)
        if not self.quiet:
            end = ' (stopped)' if stopped else ''
            typer.echo(f'cells    {parts or "none"}{end}')
            if self.finished:
                typer.echo(f'sheet    {folder / "sheet.png"}')
                typer.echo(f'losses   {folder / "losses.csv"}')
        if stopped:
            return 130
        if self.failed:
            say(
                f'gluon-style: {len(self.failed)} of {self.total} cells '
                f'failed; the first: {self.failed[0]}'
            )
        return 1 if self.failed else 0
