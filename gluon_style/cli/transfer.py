"""The commands `transfer` and `demo`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional

import typer

from ..runs.recipes import DEFAULT, find_recipe
from ..runs.settings import Settings, parsed_field
from ..storage.named_images import find_image
from ..storage.whole_files import PICTURE_SUFFIXES, PLOT_SUFFIXES, check_target
from ..vgg.weights import find_on_disk
from .stylise import Targets, stylise

CONTENT_SAMPLE, STYLE_SAMPLE = 'sample:mountain-lake', 'sample:autumn-avenue'
# under two minutes on two cores
DEMO_REAL = Settings(width=240, height=160, epochs=150, lr_decay_epoch=30)
# under half a minute: a step takes a fifth of the time
DEMO_STUDENT = Settings(width=240, height=160, epochs=250, lr_decay_epoch=25)
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

DEMO = {'student': DEMO_STUDENT, 'random': DEMO_RANDOM}


def _layers(names: Optional[str]) -> Optional[List[str]]:
    if names is None:
        return None
    return [name.strip() for name in names.split(',') if name.strip()]


def _assignments(texts: Optional[List[str]]) -> Dict[str, Any]:
    return dict(parsed_field(text) for text in texts or [])


def _targets(
    out: Path, plot: Optional[Path], no_plot: bool, log: Any
) -> Targets:
    if plot is None and not no_plot:
        plot = out.with_name(out.stem + '.losses.png')
    check_target(out, PICTURE_SUFFIXES)
    if plot is not None:
        check_target(plot, PLOT_SUFFIXES)
    if log is not None:
        check_target(log, ('.csv',))
    return Targets(out, plot, log)


def transfer(
    content: str = typer.Argument(
        metavar='CONTENT',
        help='The photo: a file, or a name such as book:rainier.',
    ),
    style: str = typer.Argument(
        metavar='STYLE',
        help='The painting: a file, or a name such as book:autumn-oak.',
    ),
    out: Path = typer.Option(
        ..., '-o', '--out', help='Where the picture goes (.png, .jpg, ...).'
    ),
    width: Optional[int] = typer.Option(
        None,
        help="Width in pixels. Neither width nor height: the content's aspect "
        "ratio at about the chapter's 450x300 pixels.",
    ),
    height: Optional[int] = typer.Option(None, help='Height in pixels.'),
    recipe: str = typer.Option(
        DEFAULT,
        help='An edition of the chapter whose settings are the defaults '
        'below; see: gluon-style recipes.',
    ),
    epochs: Optional[int] = typer.Option(None, help='Steps [500].'),
    lr: Optional[float] = typer.Option(None, help='Learning rate [0.9].'),
    lr_decay_epoch: Optional[int] = typer.Option(
        None,
        help='Steps after which the learning rate is multiplied by 0.8 [50].',
    ),
    content_weight: Optional[float] = typer.Option(None, help='[1]'),
    style_weight: Optional[float] = typer.Option(
        None,
        help='Counted ten times in what is minimised, as the chapter does '
        '[1000].',
    ),
    tv_weight: Optional[float] = typer.Option(None, help='[10]'),
    content_layers: Optional[str] = typer.Option(
        None, help='Indices or names, such as conv4_4 [25].'
    ),
    style_layers: Optional[str] = typer.Option(None, help='[0,5,10,19,28]'),
    weights: str = typer.Option(
        'auto',
        help='A .safetensors, .params or .pth file, model-zoo, torchvision, '
        'student (the small network that comes with the package), random, or '
        'auto: GLUON_STYLE_WEIGHTS, else the model zoo.',
    ),
    warm_start: Optional[str] = typer.Option(
        None,
        metavar='WEIGHTS',
        help='Let a network with these weights, such as student, run first, '
        'and start from its picture.',
    ),
    device: str = typer.Option('auto', help='auto, cpu, gpu, gpu:1.'),
    plot: Optional[Path] = typer.Option(
        None,
        help='Where the loss plot goes (.png, .svg, .pdf); by default '
        'beside the picture.',
    ),
    no_plot: bool = typer.Option(False, '--no-plot', help='Make no plot.'),
    log: Optional[Path] = typer.Option(
        None, help='Where a .csv with the losses of each report goes.'
    ),
    report_every: int = typer.Option(
        10, min=1, help='Epochs between two reports in the plot and the log.'
    ),
    seed: int = typer.Option(0, help='For random weights.'),
    assignments: Optional[List[str]] = typer.Option(
        None,
        '--set',
        metavar='FIELD=VALUE',
        help='Any other field of the recipe, such as resize=pillow; may be '
        'repeated.',
    ),
    quiet: bool = typer.Option(False, '--quiet', '-q', help='Say nothing.'),
) -> int:
    """Give CONTENT the style of STYLE; the defaults are the chapter's."""
    given = {
        'epochs': epochs,
        'lr': lr,
        'lr_decay_epoch': lr_decay_epoch,
        'content_weight': content_weight,
        'style_weight': style_weight,
        'tv_weight': tv_weight,
        'content_layers': _layers(content_layers),
        'style_layers': _layers(style_layers),
        **_assignments(assignments),
    }
    settings = replace(
        find_recipe(recipe).settings,
        width=width,
        height=height,
        weights=weights,
        warm_start=warm_start,
        device=device,
        seed=seed,
        **{name: value for name, value in given.items() if value is not None},
    )
    if recipe != DEFAULT and width is None and height is None:
        size = find_recipe(recipe).settings
        settings = replace(settings, width=size.width, height=size.height)
    targets = _targets(out, plot, no_plot, log)
    files = find_image(content), find_image(style)
    return stylise(*files, settings, targets, report_every, quiet)


def demo(
    out: Path = typer.Option(
        Path('gluon-style-demo.png'),
        '-o',
        '--out',
        help='Where the picture goes.',
    ),
    weights: Optional[str] = typer.Option(
        None,
        help='As for transfer; by default real weights if they are on disk, '
        'else the small network that comes with the package.',
    ),
    quiet: bool = typer.Option(False, '--quiet', '-q', help='Say nothing.'),
) -> int:
    """Make a picture of the project's own samples in under two minutes."""
    targets = _targets(out, None, False, None)
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
    settings = DEMO.get(weights.partition(':')[0], DEMO_REAL)
    files = find_image(CONTENT_SAMPLE), find_image(STYLE_SAMPLE)
    return stylise(
        *files, replace(settings, weights=weights), targets, 5, quiet
    )
