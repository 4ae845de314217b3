"""The command `compare`: a ladder of runs, or a run against the book's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import typer

from ..parity.ladder.climb import climb, twin_places
from ..parity.ladder.rungs import Rung, rungs
from ..runs.recipes import DEFAULT
from ..storage.named_images import find_image
from ..storage.whole_files import check_folder
from ..vgg.weights import weights_origin


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
    facts = {'start': start, 'end': end, 'weights': _origin(weights)}
    return _climb(*files, plan, floors, facts, out, quiet)


def _check(plan: List[Rung], out: Path) -> None:
    check_folder(out)
    if any(rung.framework == 'pytorch' for rung in plan):
        from ..parity.ladder import torch_tab  # noqa: F401  (or it says what to do)


def _origin(weights: str) -> str:
    origin = weights_origin(weights)
    name = Path(origin.detail).name
    return f'{origin.source}: {name} {origin.digest[:19]}'.strip()


def _compare_published(run: Path, recipe: str, out: Path, quiet: bool) -> int:
    from ..parity.published.curves import compare_published
    from ..parity.published.report import write_published

    results = compare_published(run, recipe)
    files = write_published(results, out)
    if not quiet:
        typer.echo(results['caution'])
        _say_files(files)
    return 0


def _climb(
    content: Path,
    style: Path,
    plan: List[Rung],
    floors: bool,
    facts: Dict[str, str],
    out: Path,
    quiet: bool,
) -> int:
    from tqdm import tqdm

    from ..parity.ladder.distances import ladder_results
    from ..parity.ladder.report import write_report
    from ..parity.ladder.words import rung_lines

    runs = [*plan, *(plan[i] for i in twin_places(plan, floors))]
    steps = sum(rung.epochs for rung in runs)
    with tqdm(total=steps, unit='epoch', disable=quiet) as bar:

        def tell(name: str, record: Any) -> None:
            bar.set_postfix_str(f'{name}, loss {record.total_loss:.4g}')
            bar.update()

        ladder = climb(content, style, plan, tell, floors)
    results = ladder_results(
        ladder, content=content.name, style=style.name, **facts
    )
    files = write_report(results, ladder, out)
    if not quiet:
        typer.echo(rung_lines(results))
        _say_files(files)
    return 0


def _say_files(files: List[Path]) -> None:
    for file in files:
        typer.echo(f'report   {file}')
