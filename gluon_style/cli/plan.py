"""The command `plan`."""

from __future__ import annotations

import json
import math
from typing import Any, List, Optional

import typer

from ..errors import SettingsError
from ..runs.fitting import gigabytes
from ..runs.recipes import settings_of
from ..storage.image_files import image_shape
from ..storage.named_images import find_image
from . import options
from .summary import in_tiles

SLOWEST = 0.001  # MB a second, of a wire


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
    workers: Optional[int] = typer.Option(
        None,
        min=1,
        help='Compute, too, what it would take on a cluster of so many '
        'machines like this one (transfer --scheduler); without --tile the '
        'tiles are those of auto.',
    ),
    bandwidth: Optional[float] = typer.Option(
        None,
        help="MB a second that this machine's wire carries [110, Ethernet of "
        '1 Gbit/s].',
    ),
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
        tile='auto' if tile is None and workers else tile,
        scales=scales,
        in_range=in_range,
        device=device,
    )
    settings = settings_of(recipe, **given)
    shapes = [
        image_shape(find_image(name)) for name in (content, style or content)
    ]
    settings = settings.sized(shapes[0])
    _check(settings, workers, bandwidth)
    from ..runs.probe import forecast  # imports MXNet

    said = forecast(settings, [h * w for h, w in shapes])
    cluster = _cluster(settings, said, workers, bandwidth)
    typer.echo(_json(said, cluster) if as_json else _text(said, cluster))
    return 0 if said.fits else 1


def _check(
    settings: Any, workers: Optional[int], bandwidth: Optional[float]
) -> None:
    if bandwidth is not None and not SLOWEST <= bandwidth < math.inf:
        raise SettingsError(
            f'got --bandwidth {bandwidth}, wanted MB a second, such as 110'
        )
    if bandwidth is not None and not workers:
        raise SettingsError(
            f'got --bandwidth {bandwidth} and no --workers: give their number'
        )
    if workers:
        options.refuse_one_tile(settings, f'--workers {workers}')


def _cluster(
    settings: Any, said: Any, workers: Optional[int], bandwidth: Any
) -> Any:
    if workers is None:
        return None
    from ..runs.cluster_forecast import GIGABIT, forecast_cluster

    wire = GIGABIT if bandwidth is None else bandwidth
    return forecast_cluster(settings, said, workers, wire)


def _json(said: Any, cluster: Any) -> str:
    more = {'cluster': cluster.record()} if cluster else {}
    return json.dumps({**said.record(), **more}, indent=2)


def _text(said: Any, cluster: Any) -> str:
    """Write a forecast as lines."""
    steps = '; then '.join(
        f'{i.width}x{i.height}, {i.epochs} epochs of '
        f'{i.seconds_per_step:.2g} s{in_tiles(i.tiling)}'
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
            *(_of_cluster(said, cluster) if cluster else []),
        ]
    )


def _of_cluster(said: Any, cluster: Any) -> List[str]:
    """Write what a cluster would take as lines."""
    parts = [
        f'pass 1 {step.first:.2g} s, pass 2 {step.second:.2g} s, '
        f'the wire {step.wire:.2g} s ({step.sent / 1e6:.0f} MB), tasks '
        f'{step.tasks:.2g} s, here {step.here:.2g} s'
        if step
        else 'no tiles, so it stays here'
        for step in cluster.stages
    ]
    return [
        f'cluster  computed from these figures, not measured: '
        f'{cluster.workers} workers like this machine, '
        f'{cluster.bandwidth:g} MB/s',
        f'   steps {cluster.seconds_per_step:.2g} s; {"; then ".join(parts)}',
        f'  in all {_spoken(cluster.seconds)}, '
        f'{said.seconds / cluster.seconds:.1f} times as fast',
    ]


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
