"""The command `compare`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..parity.ladder import Rung, rungs
from ..parity.ladder.climb import TWINS, LadderRuns, climb, twin_places
from ..runs.recipes import DEFAULT
from ..storage.named_images import find_image
from ..storage.whole_files import check_folder
from ..vgg.weights import weights_origin
from .options import ASSIGNMENTS, given_fields
from .progress import Progress

FIRST = 'd2l-0.17-pytorch'


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
    start: Optional[str] = typer.Option(
        None, '--from', help=f'The recipe of the first run [{FIRST}].'
    ),
    end: Optional[str] = typer.Option(
        None, '--to', help=f'The recipe of the last run [{DEFAULT}].'
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
    weights: Optional[str] = typer.Option(
        None, help='Weights of every run, as for transfer [auto].'
    ),
    floors: bool = typer.Option(
        False,
        '--floors',
        help='Give every rung of PyTorch twins, not only the one beside '
        "MXNet's: how much of each distance is noise?",
    ),
    twins: Optional[int] = typer.Option(
        None,
        min=1,
        help='How often a rung that has twins runs again, from a picture '
        f'one, two, ... roundings away [{TWINS}].',
    ),
    assignments: Optional[List[str]] = ASSIGNMENTS,
    published: Optional[Path] = typer.Option(
        None,
        metavar='RUN.csv',
        help='Instead of a ladder: hold this log of a transfer against the '
        "curves that the book's notebooks show.",
    ),
    recipe: Optional[str] = typer.Option(
        None, help=f'With --published: whose curves [{DEFAULT}].'
    ),
    quiet: bool = typer.Option(False, '--quiet', '-q', help='Say nothing.'),
) -> int:
    """Go from one edition to another, one difference at a time.

    Every run changes one named thing; what it does to losses and picture is
    measured. Needs PyTorch where an edition is a PyTorch one.
    """
    size = {'width': width, 'height': height}
    if published is not None:
        if content or style:
            raise typer.BadParameter(
                '--published takes no images: leave CONTENT and STYLE out'
            )
        names = {'from': start, 'to': end}
        runs = {'weights': weights, 'epochs': epochs, **size}
        noise = {'floors': floors or None, 'twins': twins}
        _refuse('--published', **names, **runs, **noise, set=assignments)
        return _compare_published(published, recipe or DEFAULT, out, quiet)
    if not content or not style:
        raise typer.BadParameter(
            'give CONTENT and STYLE, or --published RUN.csv'
        )
    _refuse('a ladder: name its ends with --from and --to', recipe=recipe)
    ends = start or FIRST, end or DEFAULT
    same = {'weights': weights or 'auto', 'epochs': epochs, **size}
    plan = rungs(*ends, **_same(assignments, same))
    _check(plan, out)
    noise = {'floors': floors, 'twins': twins or TWINS}
    _compare_recipes((content, style), ends, plan, out, noise, quiet)
    return 0


def _same(
    assignments: Optional[List[str]], options: Dict[str, Any]
) -> Dict[str, Any]:
    """Collect the fields of `Settings` that every rung has."""
    same = given_fields(assignments, **options)
    if 'width' in same or 'height' in same:
        same = {'width': None, 'height': None, **same}
    return same


def _compare_recipes(
    images: Tuple[str, str],
    ends: Tuple[str, str],
    plan: List[Rung],
    out: Path,
    noise: Dict[str, Any],
    quiet: bool,
) -> None:
    content, style = files = find_image(images[0]), find_image(images[1])
    origin = _origin(plan[-1].settings.weights_name)
    ladder = _climb(files, plan, noise, quiet)
    from ..parity.ladder.distances import ladder_results
    from ..parity.ladder.report import rung_lines, write_report

    results = ladder_results(
        ladder, *ends, content=content.name, style=style.name, weights=origin
    )
    _say(write_report(results, ladder, out), rung_lines(results), quiet)


def _refuse(where: str, **options: Any) -> None:
    """Refuse the first option given that means nothing there."""
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter(
                f'leave --{name} out: it means nothing with {where}'
            )


def _check(plan: List[Rung], out: Path) -> None:
    check_folder(out)
    if any(rung.framework == 'pytorch' for rung in plan):
        from ..parity.ladder import torch_tab  # noqa: F401  (or it says what to do)


def _origin(weights: Optional[str]) -> str:
    origin = weights_origin(weights)
    name = Path(origin.detail).name
    return f'{origin.source}: {name} {origin.digest[:19]}'.strip()


def _compare_published(run: Path, recipe: str, out: Path, quiet: bool) -> int:
    from ..parity.published import compare_published, write_published

    results = compare_published(run, recipe)
    _say(write_published(results, out), results['caution'], quiet)
    return 0


def _climb(
    files: Tuple[Path, Path],
    plan: List[Rung],
    noise: Dict[str, Any],
    quiet: bool,
) -> LadderRuns:
    places = twin_places(plan, noise['floors']) * noise['twins']
    runs = [*plan, *(plan[i] for i in places)]
    steps = sum(rung.settings.total_epochs for rung in runs)
    with closing(Progress(steps, 'epoch', quiet)) as progress:

        def tell(name: str, record: Any) -> None:
            progress.update(f'{name}, loss {record.total_loss:.4g}')

        return climb(*files, plan, tell, **noise)


def _say(files: List[Path], results: str, quiet: bool) -> None:
    if not quiet:
        typer.echo('\n'.join([results, *(f'report   {i}' for i in files)]))
