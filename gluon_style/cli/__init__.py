"""The command line: arguments in, one line for each error, exit code out.

Nothing here imports MXNet before the arguments are known to be good, and
nothing slow before signals are heeded.
"""

from __future__ import annotations

import importlib
from typing import Any, List, Optional

from . import signals

__all__ = ['main', 'run_app']


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command line and return its exit code; see `app.run_app`.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the process, which is then the command's own: its
        signals and its standard output and error are taken over.
    """
    if arguments is not None:
        app = importlib.import_module('.app', __name__)
        return app.run_app(app.app, arguments)
    signals.take_over()
    from . import streams

    streams.take_over()
    try:
        app = importlib.import_module('.app', __name__)
    except (ImportError, MemoryError) as error:
        streams.say_last(f'{error}: install it anew, or raise `ulimit -v`')
        return 1
    try:
        signals.raise_stopped()
        code = app.run_app(app.app)
    except KeyboardInterrupt as error:  # a second signal
        code = getattr(error, 'code', 130)
    return signals.finish(streams.finish(code))


def __getattr__(name: str) -> Any:
    """Import the commands when they are first asked for."""
    if name != 'run_app':
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return importlib.import_module('.app', __name__).run_app
