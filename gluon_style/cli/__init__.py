"""The command line: arguments in, one line for each error, exit code out.

Nothing here imports MXNet before the arguments are known to be good.
"""

from __future__ import annotations

from typing import List, Optional

import typer

from ..errors import StyleError
from ..version import __version__
from .compare import compare
from .parity import parity, trace
from .recipes import explain_recipes, recipes
from .sweep import sweep
from .transfer import demo, transfer
from .weights import app as weights_app

__all__ = ['app', 'main']

# click's base class of bad arguments, which newer typer carries inside
ArgumentError = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name='gluon-style',
    help='Give a photo the style of a painting, as the chapter Neural Style '
    'Transfer of Dive into Deep Learning does, on MXNet Gluon.',
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={'help_option_names': ['-h', '--help']},
)
app.command()(transfer)
app.command()(demo)
app.command()(recipes)
app.command('explain')(explain_recipes)
app.command()(parity)
app.command()(trace)
app.command()(compare)
app.command()(sweep)
app.add_typer(weights_app, name='weights')


def _version(value: bool) -> None:
    if value:
        typer.echo(f'gluon-style {__version__}')
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False,
        '--version',
        callback=_version,
        is_eager=True,
        help='Print the version and exit.',
    ),
) -> None:
    pass


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: something could not be done; one line on standard error
    says why. 2: bad arguments. 130: stopped with Ctrl-C.
    """
    try:
        return app(arguments, standalone_mode=False) or 0
    except ArgumentError as error:  # type: ignore[misc]
        message, code = error.format_message(), error.exit_code
        if type(error).__name__ == 'NoArgsIsHelpError':
            typer.echo(message)
            return 0
    except StyleError as error:
        message, code = str(error), 1
    except (KeyboardInterrupt, typer.Abort):
        message, code = 'stopped; nothing was written', 130
    typer.echo('gluon-style: ' + ' '.join(message.split()), err=True)
    return code
