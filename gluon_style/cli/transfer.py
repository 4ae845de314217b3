"""The commands `transfer` and `demo`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List, Optional

import typer

from ..runs.recipes import settings_of
from ..runs.settings import Settings
from ..storage.colours import background_colour
from ..storage.named_images import find_image
from ..vgg.weights import find_on_disk
from . import options
from .checkpointing import SECONDS, Keeping
from .replaying import asked, refuse_beside
from .stylise import stylise
from .targets import Targets, free_name

CONTENT_SAMPLE, STYLE_SAMPLE = 'sample:mountain-lake', 'sample:autumn-avenue'
QUICK = settings_of('quick', width=450, height=300)
# where no file of weights is: half a minute on two cores
DEMO_STUDENT = replace(QUICK, epochs=60, precision='float32')
# random weights of deep layers lose the shapes: shallow ones, tuned by eye
DEMO_RANDOM = Settings(
    width=240,
    height=160,
    epochs=80,
    lr=0.3,
    lr_decay_epoch=20,
    content_layers=('conv2_1',),
    style_layers=('conv1_1', 'conv1_2', 'conv2_1', 'conv3_1'),
    content_weight=10,
    style_weight=3e3,
    tv_weight=2,
)

DEMO_PICTURE = Path('gluon-style-demo.png')
DEMO = {'student': DEMO_STUDENT, 'random': DEMO_RANDOM}


def transfer(
    content: Optional[str] = options.CONTENT_OR_NONE,
    style: Optional[str] = options.STYLE_OR_NONE,
    out: Path = typer.Option(
        ..., '-o', '--out', help='Where the picture goes (.png, .jpg, ...).'
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
    warm_start: Optional[str] = options.WARM_START,
    in_range: Optional[bool] = options.IN_RANGE,
    tile: Optional[str] = options.TILE,
    scales: Optional[int] = options.SCALES,
    scheduler: Optional[str] = typer.Option(
        None,
        metavar='tcp://HOST:PORT',
        help='Spread the tiles over the workers of this Dask scheduler; '
        'without --tile they are those of auto.',
    ),
    device: Optional[str] = options.DEVICE,
    plot: Optional[Path] = typer.Option(
        None,
        help='Where the loss plot goes (.png, .svg, .pdf); by default '
        'beside the picture.',
    ),
    no_plot: bool = typer.Option(False, '--no-plot', help='Make no plot.'),
    no_record: bool = typer.Option(
        False,
        '--no-record',
        help='Write no .json beside the picture, which keeps its record.',
    ),
    log: Optional[Path] = typer.Option(
        None, help='Where a .csv with the losses of each report goes.'
    ),
    animate: Optional[Path] = typer.Option(
        None,
        metavar='OUT.gif|OUT.mp4',
        help='Where a time-lapse of the run goes. An .mp4 needs: '
        "pip install '.[animate]'.",
    ),
    report_every: int = typer.Option(
        10, min=1, help='Epochs between two reports in the plot and the log.'
    ),
    seed: Optional[int] = options.SEED,
    assignments: Optional[List[str]] = options.ASSIGNMENTS,
    replay: Optional[Path] = typer.Option(
        None,
        metavar='FILE',
        help='Make a picture of the lab again: a history of settings that '
        'the lab saved. CONTENT and STYLE can be left out if they are '
        'samples or of the book.',
    ),
    background: str = options.BACKGROUND,
    keep_alpha: bool = options.KEEP_ALPHA,
    overwrite: bool = options.OVERWRITE,
    resume: bool = typer.Option(
        False,
        '--resume',
        help='Go on from the checkpoint that an interrupted run has left '
        'beside its picture; without one, begin.',
    ),
    checkpoint_seconds: float = typer.Option(
        SECONDS,
        min=0,
        help='Seconds between two checkpoints; more where they would take '
        'more than 2 % of the time.',
    ),
    checkpoint_epochs: Optional[int] = typer.Option(
        None, min=1, help='Epochs between two checkpoints, if that is sooner.'
    ),
    no_checkpoint: bool = typer.Option(
        False, '--no-checkpoint', help='Leave no checkpoint, ever.'
    ),
    no_memory_check: bool = options.NO_MEMORY_CHECK,
    quiet: bool = options.QUIET,
) -> int:
    """Give CONTENT the style of STYLE; the defaults are the chapter's."""
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
        warm_start=warm_start,
        in_range=in_range,
        tile='auto' if scheduler and tile is None else tile,
        scales=scales,
        device=device,
        seed=seed,
    )
    refuse_beside(replay, resume, options.checked(scheduler), tile, scales)
    targets = Targets.of(out, plot, no_plot, log, no_record, animate)
    background_colour(background)
    files, settings, history = asked(replay, (content, style), recipe, given)
    targets = targets.as_transparent(files[0]) if keep_alpha else targets
    seconds = None if no_checkpoint or history else checkpoint_seconds
    keeping = Keeping(resume, overwrite, seconds, checkpoint_epochs)
    how: Any = (report_every, quiet, keeping, background, recipe, True)
    more: Any = (not no_memory_check, history, scheduler, replay)
    return stylise(*files, settings, targets, *how, *more)


def demo(
    out: Optional[Path] = typer.Option(
        None,
        '-o',
        '--out',
        help='Where the picture goes; by default gluon-style-demo.png, or '
        'with a number if that is there.',
    ),
    weights: Optional[str] = typer.Option(
        None,
        help='As for transfer; by default real weights if they are on disk, '
        'else the small network that comes with the package.',
    ),
    overwrite: bool = options.OVERWRITE,
    no_memory_check: bool = options.NO_MEMORY_CHECK,
    quiet: bool = options.QUIET,
) -> int:
    """Make a picture of the project's own samples in under two minutes."""
    out = out or free_name(DEMO_PICTURE)
    targets = Targets.of(out, None, False, None)
    if weights is None:
        on_disk = find_on_disk()
        weights = 'auto' if on_disk else 'student'
        if not on_disk and not quiet:
            typer.echo(
                'No VGG-19 weights on this machine: the demo uses the small '
                'network that comes with the package and imitates VGG-19.\n'
                'For the real thing: gluon-style weights fetch model-zoo '
                '(575 MB), or name a file with GLUON_STYLE_WEIGHTS.'
            )
    settings = DEMO.get(weights.partition(':')[0], QUICK)
    files = find_image(CONTENT_SAMPLE), find_image(STYLE_SAMPLE)
    settings = replace(settings, weights=weights)
    keeping = Keeping(overwrite=overwrite, seconds=None)  # it is short
    how: Any = {'memory_check': not no_memory_check}
    return stylise(*files, settings, targets, 5, quiet, keeping, **how)
