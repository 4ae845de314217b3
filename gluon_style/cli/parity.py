"""The commands `parity`, `trace` and `compare`."""

from __future__ import annotations

import importlib.util
from contextlib import closing
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..parity.ladder import Rung, rungs
from ..parity.ladder.climb import LadderRuns, climb, twin_places
from ..runs.recipes import DEFAULT
from ..storage.named_images import find_image
from ..storage.whole_files import check_folder, check_target
from ..vgg.weights import weights_origin
from .progress import Progress

WIDTH = typer.Option(None, help='Width in pixels [96].')
HEIGHT = typer.Option(None, help='Height in pixels [64].')
WEIGHTS = typer.Option('auto', help='As for transfer.')
CONTENT = typer.Option(None, help='A file or a name [sample:mountain-lake].')
STYLE = typer.Option(None, help='A file or a name [sample:autumn-avenue].')
RECIPE = typer.Option(None, help='An edition of the chapter [d2l-0.17-mxnet].')


def parity(
    against: Optional[str] = typer.Option(
        None,
        metavar='torch|arbiter|TRACE.npz',
        help='PyTorch (the default where it is installed), the float64 '
        'arbiter alone, or a trace of another implementation, which then '
        'gives the defaults below.',
    ),
    width: Optional[int] = WIDTH,
    height: Optional[int] = HEIGHT,
    weights: str = WEIGHTS,
    content: Optional[str] = CONTENT,
    style: Optional[str] = STYLE,
    recipe: Optional[str] = RECIPE,
) -> int:
    """Hold every quantity of a step against float64, beside PyTorch.

    Same weights, same input: features, Gram matrices, losses, the pixels'
    gradient and a step of Adam. Exit code 1 if one is further from float64
    than it may be.
    """
    if against is None:
        there = importlib.util.find_spec('torch') is not None
        against = 'torch' if there else 'arbiter'
        if not there:
            typer.echo('PyTorch is not installed: against float64 alone')
    from ..parity.step.compare import Options, measure  # these import MXNet
    from ..parity.step.verdicts import passed, table

    options = Options(width, height, weights, content, style, recipe)
    rows, name = measure(options, against, typer.echo)
    typer.echo('\n' + table(rows, name) + '\n')
    failed = [row.name for row in rows if row.verdict != 'ok']
    typer.echo(
        f'FAIL: {len(failed)} of {len(rows)} quantities: {", ".join(failed)}'
        if failed
        else f'ok: {len(rows)} quantities'
    )
    return 0 if passed(rows) else 1


def trace(
    out: Path = typer.Option(
        ..., '-o', '--out', help='Where the trace goes (.npz).'
    ),
    width: Optional[int] = WIDTH,
    height: Optional[int] = HEIGHT,
    weights: str = WEIGHTS,
    content: Optional[str] = CONTENT,
    style: Optional[str] = STYLE,
    recipe: Optional[str] = RECIPE,
) -> None:
    """Write every quantity of a step to one .npz file.

    docs/trace-format.md describes it; another implementation that writes one
    is compared with ours by: gluon-style parity --against TRACE.npz.
    """
    check_target(out, ('.npz',))
    from ..parity.step.compare import Options, record  # this imports MXNet

    options = Options(width, height, weights, content, style, recipe)
    steps = record(options, out, typer.echo)
    for name, step in steps.items():
        typer.echo(f'sampled  {name}: one value in {step}')
    typer.echo(f'trace    {out}, {out.stat().st_size / 1e6:.1f} MB')


def compare(
    content: Optional[str] = typer.Argument(
        None,
        metavar='CONTENT',
        help='The photo: a file, or a name such as book:rainier.',
    ),
    style: Optional[str] = typer.Argument(
        None,
        metavar='STYLE',
        help='The painting: a file, or a name such as book:autumn-oak.',
    ),
    out: Path = typer.Option(
        ..., '-o', '--out', help='The folder of the report; it is made.'
    ),
    start: str = typer.Option(
        'd2l-0.17-pytorch', '--from', help='The recipe of the first run.'
    ),
    end: str = typer.Option(
        DEFAULT, '--to', help='The recipe of the last run.'
    ),
    epochs: Optional[int] = typer.Option(
        None, help="Steps of every run; by default the last recipe's."
    ),
    width: Optional[int] = typer.Option(
        None,
        help='Width in pixels; one side alone gives the other by the '
        "content's aspect ratio, neither the last recipe's size.",
    ),
    height: Optional[int] = typer.Option(None, help='Height in pixels.'),
    weights: str = typer.Option(
        'auto', help='Weights of every run, as for transfer.'
    ),
    floors: bool = typer.Option(
        False,
        '--floors',
        help='Run every rung of PyTorch twice, the second time from a '
        'picture one rounding away: which distances are more than that?',
    ),
    published: Optional[Path] = typer.Option(
        None,
        metavar='RUN.csv',
        help='Instead of a ladder: hold this log of a transfer against the '
        "curves that the book's notebooks show.",
    ),
    recipe: str = typer.Option(
        DEFAULT, help='With --published: whose curves.'
    ),
    quiet: bool = typer.Option(False, '--quiet', '-q', help='Say nothing.'),
) -> int:
    """Go from one edition to another, one difference at a time.

    Every run changes one named thing; what it does to losses and picture is
    measured. Needs PyTorch where an edition is a PyTorch one.
    """
    if published is not None:
        if content or style:
            raise typer.BadParameter(
                '--published takes no images: leave CONTENT and STYLE out'
            )
        return _compare_published(published, recipe, out, quiet)
    if not content or not style:
        raise typer.BadParameter(
            'give CONTENT and STYLE, or --published RUN.csv'
        )
    same: Dict[str, Any] = {'weights': weights}
    if epochs is not None:
        same['epochs'] = epochs
    if width or height:
        same.update(width=width, height=height)
    plan = rungs(start, end, **same)
    _check(plan, out)
    files = find_image(content), find_image(style)
    origin = _origin(weights)
    ladder = _climb(files, plan, floors, quiet)
    from ..parity.ladder.distances import ladder_results
    from ..parity.ladder.report import rung_lines, write_report

    content, style = (file.name for file in files)
    facts = {'content': content, 'style': style, 'weights': origin}
    results = ladder_results(ladder, start, end, **facts)
    _say(write_report(results, ladder, out), rung_lines(results), quiet)
    return 0


def _check(plan: List[Rung], out: Path) -> None:
    check_folder(out)
    if any(rung.framework == 'pytorch' for rung in plan):
        from ..parity.ladder import torch_tab  # noqa: F401  (or it says what to do)


def _origin(weights: str) -> str:
    origin = weights_origin(weights)
    name = Path(origin.detail).name
    return f'{origin.source}: {name} {origin.digest[:19]}'.strip()


def _compare_published(run: Path, recipe: str, out: Path, quiet: bool) -> int:
    from ..parity.published import compare_published, write_published

    results = compare_published(run, recipe)
    _say(write_published(results, out), results['caution'], quiet)
    return 0


def _climb(
    files: Tuple[Path, Path], plan: List[Rung], floors: bool, quiet: bool
) -> LadderRuns:
    runs = [*plan, *(plan[i] for i in twin_places(plan, floors))]
    steps = sum(rung.settings.total_epochs for rung in runs)
    with closing(Progress(steps, 'epoch', quiet)) as progress:

        def tell(name: str, record: Any) -> None:
            progress.update(f'{name}, loss {record.total_loss:.4g}')

        return climb(*files, plan, tell, floors)


def _say(files: List[Path], results: str, quiet: bool) -> None:
    if not quiet:
        typer.echo('\n'.join([results, *(f'report   {i}' for i in files)]))
