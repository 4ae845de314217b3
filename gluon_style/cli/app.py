"""The commands put together, and what becomes of their errors."""

from __future__ import annotations

import functools
import importlib
import sys
import warnings
from typing import Any, List, Optional

import typer

from ..errors import StyleError, StyleWarning
from ..version import __version__
from .compare import compare
from .doctor import doctor
from .failures import causes, explained, say
from .lab import lab
from .parity import parity, trace
from .plan import plan
from .recipes import explain_recipes, recipes
from .record import record
from .recording import note_command
from .rerun import rerun
from .score import score
from .sweep import sweep
from .transfer import demo, transfer
from .weights import app as weights_app

__all__ = ['app', 'run_app']

# click's, as an older typer imports it or as one from 0.26 on contains it
_exceptions = importlib.import_module(typer.BadParameter.__module__)
# an older click prints the help by itself
_NO_ARGUMENTS = getattr(_exceptions, 'NoArgsIsHelpError', ())

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
app.command()(plan)
app.command()(recipes)
app.command('explain')(explain_recipes)
app.command()(record)
app.command()(rerun)
app.command()(score)
app.command()(parity)
app.command()(trace)
app.command()(compare)
app.command()(sweep)
app.command()(doctor)
app.command()(lab)
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


def run_app(app: typer.Typer, arguments: Optional[List[str]] = None) -> int:
    """Run a command line and return its exit code.

    0: done. 1: something could not be done; one line on standard error
    says why. 2: bad arguments. 130: stopped with Ctrl-C; 128 and the number
    of any other signal.

    Parameters
    ----------
    app : typer.Typer
        Its name is what the line on standard error begins with.
    arguments : list of str, optional
        By default those of the process.
    """
    try:
        with warnings.catch_warnings():
            warnings.showwarning = functools.partial(_warn, app.info.name)
            given = sys.argv[1:] if arguments is None else arguments
            note_command([str(app.info.name), *given])
            return _run(app, given)
    except typer.Exit as error:
        return error.exit_code
    except _NO_ARGUMENTS as error:
        typer.echo(error.format_message())
        return 0
    except _exceptions.ClickException as error:
        message, code = error.format_message(), error.exit_code
    except StyleError as error:
        message, code = str(error), 1
    except (KeyboardInterrupt, typer.Abort) as error:
        message = 'stopped; nothing was written'
        code = getattr(error, 'code', 130)
    except causes() as error:
        message, code = explained(error), 1
    say(f'{app.info.name}: {message}')
    return code


def _warn(
    name: Optional[str], message: Any, category: Any, *where: Any, **_: Any
) -> None:
    """Show a warning of ours in one line, another as Python does."""
    if issubclass(category, StyleWarning):
        say(f'{name}: warning: {message}')
    else:
        text = warnings.formatwarning(message, category, *where[:2])
        typer.echo(text, err=True, nl=False)


def _run(app: typer.Typer, arguments: List[str]) -> int:
    """Run a command; click's own `main` hides which signal came."""
    command = typer.main.get_command(app)
    with command.make_context(app.info.name, list(arguments)) as context:
        return command.invoke(context) or 0
