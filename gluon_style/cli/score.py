"""The command `score`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..runs.recipes import settings_of
from ..storage.named_images import find_image
from . import options
from .summary import repeated


def score(
    picture: Path = typer.Argument(
        metavar='PICTURE', help='The picture to judge, by any program.'
    ),
    content: str = options.CONTENT,
    style: str = options.STYLE,
    recipe: str = options.RECIPE,
    content_weight: Optional[float] = options.CONTENT_WEIGHT,
    style_weight: Optional[float] = options.STYLE_WEIGHT,
    tv_weight: Optional[float] = options.TV_WEIGHT,
    content_layers: Optional[str] = options.CONTENT_LAYERS,
    style_layers: Optional[str] = options.STYLE_LAYERS,
    weights: Optional[str] = options.WEIGHTS,
    tile: Optional[str] = options.TILE,
    device: Optional[str] = options.DEVICE,
    assignments: Optional[List[str]] = options.ASSIGNMENTS,
    as_json: bool = typer.Option(False, '--json', help='Print it as JSON.'),
) -> None:
    """Give the losses of a saved picture, at its own size.

    The lower the total, the nearer it is to the content of CONTENT in the
    style of STYLE; by the same settings and weights, pictures of one size
    can be compared.
    """
    given = options.given_fields(
        assignments,
        content_weight=content_weight,
        style_weight=style_weight,
        tv_weight=tv_weight,
        content_layers=content_layers,
        style_layers=style_layers,
        weights=weights,
        tile=tile,
        device=device,
    )
    if 'width' in given or 'height' in given:
        raise typer.BadParameter(
            'a picture is judged at its own size: leave width and height out'
        )
    settings_of(recipe, **given)  # checks them before MXNet is imported
    files = picture, find_image(content), find_image(style)
    _report(files, recipe, given, as_json)


def _report(
    files: Tuple[Path, Path, Path],
    recipe: str,
    given: Dict[str, Any],
    as_json: bool,
) -> None:
    from ..images import read_image
    from ..runs.run import network
    from ..runs.score import scorer, standardised

    picture, *images = (read_image(file) for file in files)
    X = standardised(picture)
    height, width = X.shape[2:]
    settings = settings_of(recipe, **given, width=width, height=height)
    net = network(settings)
    judged = scorer((images[0], images[1]), settings, net, (width, height))(X)
    if as_json:
        facts = {'width': width, 'height': height}
        typer.echo(json.dumps({**facts, **asdict(judged)}, indent=2))
        return
    typer.echo(f'weights  {net.weights_used}\nsize     {width}x{height}\n')
    typer.echo(_table(judged, repeated(settings)))


def _table(judged: Any, repeats: str) -> str:
    from ..drawing.tables import text_table

    rows = [
        ['content', f'{judged.content_loss:.4g}'],
        ['style' + repeats, f'{judged.style_loss:.4g}'],
        ['TV', f'{judged.tv_loss:.4g}'],
        ['total', f'{judged.total_loss:.4g}'],
    ]
    return text_table(['loss', 'value'], rows)
