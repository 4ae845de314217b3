"""The command line: arguments in, one line for each error, exit code out.

Nothing here imports MXNet before the arguments are known to be good.
"""

from __future__ import annotations

import functools
import importlib
import sys
import warnings
from typing import Any, List, Optional

import typer

from ..errors import StyleError, StyleWarning, printable
from ..version import __version__
from .compare import compare
from .doctor import doctor
from .parity import parity, trace
from .recipes import explain_recipes, recipes
from .record import record
from .score import score
from .sweep import sweep
from .transfer import demo, transfer
from .weights import app as weights_app

__all__ = ['app', 'main', 'run_app']

LONGEST_WORD = 500  # on the line of an error
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
app.command()(recipes)
app.command('explain')(explain_recipes)
app.command()(record)
app.command()(score)
app.command()(parity)
app.command()(trace)
app.command()(compare)
app.command()(sweep)
app.command()(doctor)
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
    """Run the command line and return its exit code; see `run_app`."""
    return run_app(app, arguments)


def run_app(app: typer.Typer, arguments: Optional[List[str]] = None) -> int:
    """Run a command line and return its exit code.

    0: done. 1: something could not be done; one line on standard error
    says why. 2: bad arguments. 130: stopped with Ctrl-C.

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
            return app(arguments, standalone_mode=False) or 0
    except _NO_ARGUMENTS as error:
        typer.echo(error.format_message())
        return 0
    except _exceptions.ClickException as error:
        message, code = error.format_message(), error.exit_code
    except StyleError as error:
        message, code = str(error), 1
    except (KeyboardInterrupt, typer.Abort):
        message, code = 'stopped; nothing was written', 130
    except (OSError, MemoryError, _mxnet_error()) as error:
        message, code = _failure(error), 1
    _say(app.info.name, message)
    return code


def _say(name: Optional[str], message: str) -> None:
    words = (printable(_cut(word)) for word in message.split())
    typer.echo(f'{name}: ' + ' '.join(words), err=True)


def _warn(
    name: Optional[str], message: Any, category: Any, *where: Any, **_: Any
) -> None:
    """Show a warning of ours in one line, another as Python does."""
    if issubclass(category, StyleWarning):
        _say(name, f'warning: {message}')
    else:
        text = warnings.formatwarning(message, category, *where[:2])
        typer.echo(text, err=True, nl=False)


def _mxnet_error() -> Any:
    """MXNet's own error, if MXNet was imported."""
    return getattr(sys.modules.get('mxnet'), 'MXNetError', MemoryError)


def _failure(error: BaseException) -> str:
    """Name what the system or MXNet could not do and nobody saw coming."""
    last_line = (str(error).strip().splitlines() or [''])[-1]
    if isinstance(error, OSError):
        return f'{last_line}: check that file, its folder and the disk'
    if isinstance(error, MemoryError):
        return f'not enough memory: take a smaller picture {last_line}'.strip()
    return (
        f'MXNet fails: {last_line}: take a smaller picture or other settings'
    )


def _cut(word: str) -> str:
    """Shorten a word, such as a number of a thousand digits."""
    return word if len(word) <= LONGEST_WORD else f'{word[:99]}...{word[-99:]}'
