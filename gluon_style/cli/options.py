"""The options of a run, which several commands have, and how they are read."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import typer

from ..errors import SettingsError
from ..runs.recipes import DEFAULT
from ..runs.settings import Settings, parsed_field
from ..runs.stages import tilings
from ..tiles.geometry import SIDE

PHOTO: Dict[str, Any] = {
    'metavar': 'CONTENT',
    'help': 'The photo: a file, or a name such as book:rainier.',
}
PAINTING: Dict[str, Any] = {
    'metavar': 'STYLE',
    'help': 'The painting: a file, or a name such as book:autumn-oak.',
}
CONTENT, STYLE = typer.Argument(**PHOTO), typer.Argument(**PAINTING)
# left out where a history names them
CONTENT_OR_NONE = typer.Argument(None, show_default=False, **PHOTO)
STYLE_OR_NONE = typer.Argument(None, show_default=False, **PAINTING)
WIDTH = typer.Option(
    None,
    help="Width in pixels. Neither width nor height: the content's aspect "
    "ratio at about the chapter's 450x300 pixels.",
)
HEIGHT = typer.Option(None, help='Height in pixels.')
RECIPE = typer.Option(
    DEFAULT,
    '--recipe',
    '--preset',
    metavar='NAME',
    help='Whose settings the defaults below are: book (the chapter), quick or '
    'fine (pictures that their file can hold, in far less time), or an '
    'edition of the chapter; see: gluon-style recipes.',
)
EPOCHS = typer.Option(None, help='Steps [500].')
LR = typer.Option(None, help='Learning rate [0.9].')
LR_DECAY_EPOCH = typer.Option(
    None,
    help='Steps after which the learning rate is multiplied by 0.8 [50].',
)
CONTENT_WEIGHT = typer.Option(None, help='[1]')
STYLE_WEIGHT = typer.Option(
    None,
    help='Counted ten times in what is minimised, as the chapter does [1000].',
)
TV_WEIGHT = typer.Option(None, help='[10]')
CONTENT_LAYERS = typer.Option(
    None, help='Indices or names, such as conv4_4 [25].'
)
STYLE_LAYERS = typer.Option(None, help='[0,5,10,19,28]')
WEIGHTS = typer.Option(
    None,
    help='A .safetensors, .params or .pth file, model-zoo, torchvision, '
    'student (the small network that comes with the package), random, or '
    'auto: GLUON_STYLE_WEIGHTS, else the model zoo [auto].',
)
WARM_START = typer.Option(
    None,
    metavar='WEIGHTS',
    help='Let a network with these weights, such as student, run first, and '
    'start from its picture.',
)
IN_RANGE = typer.Option(
    None,
    '--in-range',
    help='Keep the pixels where a file can hold them, at each step, so that '
    'the picture saved is the picture optimised.',
)
DEVICE = typer.Option(None, help='auto, cpu, gpu, gpu:1 [auto].')
TILE = typer.Option(
    None,
    metavar='auto|off|PIXELS',
    help='Compute the picture tile by tile, each of about so many pixels a '
    'side: the same losses, in memory that depends on the tile. auto takes '
    f'tiles of {SIDE} pixels for pictures of more than a million [off].',
)
SCALES = typer.Option(
    None,
    help='Make the picture at so many sizes, each twice the one before and '
    'started from it, enlarged: for print sizes [1].',
)
BACKGROUND = typer.Option(
    'white',
    metavar='COLOUR',
    help='What is seen through transparent pixels of the images, such as '
    "black or '#ff8000'.",
)
KEEP_ALPHA = typer.Option(
    False,
    '--keep-alpha',
    help='Make the picture as transparent as the photo (no JPEG).',
)
SEED = typer.Option(None, help='For random weights [0].')
ASSIGNMENTS = typer.Option(
    None,
    '--set',
    metavar='FIELD=VALUE',
    help='Any field of the recipe that has no option or whose option is not '
    'given, such as resize=pillow; may be repeated.',
)
OVERWRITE = typer.Option(
    False,
    '--overwrite',
    help='Write over files that are there, and start afresh.',
)
NO_MEMORY_CHECK = typer.Option(
    False,
    '--no-memory-check',
    help='Begin though the forecast says that the memory will not do.',
)
QUIET = typer.Option(False, '--quiet', '-q', help='Say nothing.')


def checked(scheduler: Optional[str]) -> Optional[str]:
    """Refuse, before anything slow, what is no scheduler's address."""
    if scheduler is not None:
        from ..sweeps.cluster import check_address

        check_address(scheduler)
    return scheduler


def given_fields(
    assignments: Optional[List[str]], **options: Any
) -> Dict[str, Any]:
    """Collect the fields of `Settings` that options and `--set` give.

    Parameters
    ----------
    assignments : list of str
        'field=value', from `--set`.
    **options : object
        The options by field; None is not given, layers are one text.

    Raises
    ------
    SettingsError
        No such field, a value of another kind, or a field given twice.
    """
    given = {name: i for name, i in options.items() if i is not None}
    for name in ('content_layers', 'style_layers'):
        if name in given:
            given.update([parsed_field(f'{name}={given[name]}')])
    for text in assignments or []:
        name, value = parsed_field(text)
        if name in given:
            option = '--' + name.replace('_', '-')
            first = option if options.get(name) is not None else '--set'
            raise SettingsError(
                f'got {name} twice, by {first} and by --set {text}: leave '
                'one out'
            )
        given[name] = value
    return given


def refuse_one_tile(settings: Settings, given: str) -> None:
    """Refuse workers, as given, for a picture that has nothing for them.

    Raises
    ------
    SettingsError
        No stage of the run has tiles.
    """
    if set(tilings(settings)) == {'whole'}:
        raise SettingsError(
            f'got {given} for a picture of one tile, wanted more: leave it '
            f'out, or give --tile less than the {settings.width}x'
            f'{settings.height} pixels'
        )
