"""The command `plan`."""

from __future__ import annotations

import json
from typing import Any, List, Optional

import typer

from ..runs.forecast import gigabytes
from ..runs.recipes import settings_of
from ..storage.image_files import image_shape
from ..storage.named_images import find_image
from . import options


def plan(
    content: str = options.CONTENT,
    style: Optional[str] = typer.Argument(
        None,
        metavar='[STYLE]',
        help='The painting; else one as large as the photo.',
        show_default=False,
    ),
    width: Optional[int] = options.WIDTH,
    height: Optional[int] = options.HEIGHT,
    recipe: str = options.RECIPE,
    epochs: Optional[int] = options.EPOCHS,
    content_layers: Optional[str] = options.CONTENT_LAYERS,
    style_layers: Optional[str] = options.STYLE_LAYERS,
    weights: Optional[str] = options.WEIGHTS,
    warm_start: Optional[str] = options.WARM_START,
    tile: Optional[str] = options.TILE,
    scales: Optional[int] = options.SCALES,
    in_range: Optional[bool] = options.IN_RANGE,
    device: Optional[str] = options.DEVICE,
    assignments: Optional[List[str]] = options.ASSIGNMENTS,
    as_json: bool = typer.Option(False, '--json', help='Print it as JSON.'),
) -> int:
    """Forecast the memory and the time of a transfer on this machine.

    In a few seconds: a few steps are run at a small size. Exit code 1 if the
    memory that is free will not do.
    """
    given = options.given_fields(
        assignments,
        width=width,
        height=height,
        epochs=epochs,
        content_layers=content_layers,
        style_layers=style_layers,
        weights=weights,
        warm_start=warm_start,
        tile=tile,
        scales=scales,
        in_range=in_range,
        device=device,
    )
    settings = settings_of(recipe, **given)
    shapes = [
        image_shape(find_image(name)) for name in (content, style or content)
    ]
    settings = settings.sized(shapes[0])
    from ..runs.probe import forecast  # imports MXNet

    said = forecast(settings, [h * w for h, w in shapes])
    typer.echo(json.dumps(said.record(), indent=2) if as_json else _text(said))
    return 0 if said.fits else 1


def _text(said: Any) -> str:
    """Write a forecast as lines."""
    steps = '; then '.join(
        f'{i.width}x{i.height}, {i.epochs} epochs of '
        f'{i.seconds_per_step:.2g} s'
        for i in said.stages
    )
    memory, free = map(gigabytes, (said.memory_bytes, said.free_bytes))
    largest = 'nothing of this shape fits into that'
    if said.largest:
        width, height = said.largest
        largest = f'{width}x{height} is what fits into that'
    verdict = '' if said.fits else ': it does not fit'
    return '\n'.join(
        [
            f'steps    {steps}',
            f'in all   {_spoken(said.seconds)}',
            f'memory   {memory}; there are {free}{verdict}',
            f'largest  {largest}',
        ]
    )


def _spoken(seconds: float) -> str:
    """Write seconds as a person says them.

    Examples
    --------
    >>> _spoken(41.3), _spoken(5400)
    ('41 s', '90 min')
    """
    if seconds < 600:
        return f'{seconds:.0f} s'
    return (
        f'{seconds / 60:.0f} min'
        if seconds < 36000
        else (f'{seconds / 3600:.0f} h')
    )
