"""The command `sweep`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

import typer

from ..errors import SettingsError
from ..runs.recipes import DEFAULT
from ..runs.settings import parsed_field


def sweep(
    content: str = typer.Argument(
        '',
        metavar='[CONTENT]',
        help='The photo: a file, or a name such as book:rainier.',
        show_default=False,
    ),
    style: str = typer.Argument(
        '',
        metavar='[STYLE]',
        help='The painting: a file, or a name such as book:autumn-oak.',
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
    out: Path = typer.Option(
        ..., '-o', '--out', help='The folder; cells that are in it are kept.'
    ),
    width: Optional[int] = typer.Option(
        None, help='Width in pixels; as for transfer.'
    ),
    height: Optional[int] = typer.Option(None, help='Height in pixels.'),
    recipe: str = typer.Option(DEFAULT, help='As for transfer.'),
    epochs: Optional[int] = typer.Option(None, help='Steps [500].'),
    lr: Optional[float] = typer.Option(None, help='Learning rate [0.9].'),
    lr_decay_epoch: Optional[int] = typer.Option(None, help='[50]'),
    content_weight: Optional[float] = typer.Option(None, help='[1]'),
    style_weight: Optional[float] = typer.Option(None, help='[1000]'),
    tv_weight: Optional[float] = typer.Option(None, help='[10]'),
    content_layers: Optional[str] = typer.Option(None, help='[25]'),
    style_layers: Optional[str] = typer.Option(None, help='[0,5,10,19,28]'),
    weights: str = typer.Option('auto', help='As for transfer.'),
    device: str = typer.Option('auto', help='auto, cpu, gpu, gpu:1.'),
    seed: int = typer.Option(0, help='For random weights.'),
    assignments: Optional[List[str]] = typer.Option(
        None,
        '--set',
        metavar='FIELD=VALUE',
        help='Any other field of the recipe; may be repeated.',
    ),
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
    quiet: bool = typer.Option(False, '--quiet', '-q', help='Say nothing.'),
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
    base: Dict[str, Any] = {  # None: not given
        'recipe': recipe,
        'width': width,
        'height': height,
        'epochs': epochs,
        'lr': lr,
        'lr_decay_epoch': lr_decay_epoch,
        'content_weight': content_weight,
        'style_weight': style_weight,
        'tv_weight': tv_weight,
        'content_layers': _layers('content_layers', content_layers),
        'style_layers': _layers('style_layers', style_layers),
        'weights': weights,
        'device': device,
        'seed': seed,
        **dict(parsed_field(text) for text in assignments or []),
    }
    where = {'workers': workers, 'scheduler': scheduler}
    images = {'content': content, 'style': style}
    options = {'folder': out, 'max_cells': max_cells, **where, **images}
    return _run(grid, base, options, quiet)


def _layers(name: str, text: Optional[str]) -> Any:
    return None if text is None else parsed_field(f'{name}={text}')[1]


def _run(
    texts: List[str],
    base: Dict[str, Any],
    options: Dict[str, Any],
    quiet: bool,
) -> int:
    from ..sweeps import parsed_grid
    from ..sweeps import sweep as run

    grid = parsed_grid(texts)
    folder = options['folder']
    bar = _Bar(quiet)
    code = 0
    try:
        run(grid, base, callback=bar, **options)
    except KeyboardInterrupt:
        code = 130
    finally:
        bar.close()
    if not quiet:
        typer.echo(bar.summary() + (' (stopped)' if code else ''))
        if bar.finished:
            typer.echo(f'sheet    {folder / "sheet.png"}')
            typer.echo(f'losses   {folder / "losses.csv"}')
    if bar.failed and not code:
        typer.echo(
            f'gluon-style: {len(bar.failed)} of {bar.total} cells failed; the '
            f'first: {bar.failed[0]}',
            err=True,
        )
        code = 1
    return code


class _Bar:
    """Callback of a sweep: counts cells and shows how many are finished.

    A terminal gets a progress bar, anything else a line for each cell.
    """

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.bar = quiet, None  # type: bool, Any
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
        done = news.event in ('reused', 'done', 'failed')
        share = 1 if done else news.epoch / max(1, news.epochs)
        self.shares[news.index] = share
        shown = f'{news.finished}/{news.total} cells; {named}: {news.event}'
        if self.quiet:
            return
        if sys.stderr.isatty():
            if news.event == 'epoch':
                shown += f' {news.epoch}/{news.epochs}'
            self._move(shown, news.event != 'epoch')
        elif done:
            typer.echo(shown, err=True)

    def _move(self, shown: str, now: bool) -> None:
        from tqdm import tqdm

        if self.bar is None:
            form = '{l_bar}{bar}| {postfix} [{elapsed}<{remaining}]'
            self.bar = tqdm(
                total=self.total, dynamic_ncols=True, bar_format=form
            )
        self.bar.n = sum(self.shares.values())
        self.bar.set_postfix_str(shown, refresh=now)
        self.bar.update(0)

    def summary(self) -> str:
        """Say how many cells were run, were there, failed, are missing."""
        counts = {
            'done': self.events.get('done', 0),
            'there before': self.events.get('reused', 0),
            'failed': len(self.failed),
            'not run': self.total - self.finished,
        }
        parts = [f'{n} {what}' for what, n in counts.items() if n]
        return 'cells    ' + (', '.join(parts) or 'none')

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()
