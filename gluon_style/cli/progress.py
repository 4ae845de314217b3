"""How far a long command is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
from typing import Any, Optional

SECONDS = 10  # between two lines where there is no terminal


class _Lines:
    """A file that makes a line of each state of a bar."""

    def write(self, text: str) -> None:
        """Write what is to be seen of a text, if there is any."""
        if text.strip():
            sys.stderr.write(text.strip('\r\n ') + '\n')

    def flush(self) -> None:
        """Pass on what was written."""
        sys.stderr.flush()


class Progress:
    """A progress bar on standard error.

    Parameters
    ----------
    total : int
        How many units there are.
    unit : str
        What one is called.
    quiet : bool
        Whether to show nothing.
    meter : str
        What stands behind the bar, as for tqdm's `bar_format`.
    """

    def __init__(
        self,
        total: int,
        unit: str,
        quiet: bool = False,
        meter: str = '{n_fmt}/{total_fmt} [{elapsed}<{remaining}, '
        '{rate_fmt}{postfix}]',
    ) -> None:
        from tqdm import tqdm

        terminal = bool(sys.stderr) and sys.stderr.isatty()
        options: Any = {'bar_format': '{l_bar}{bar}| ' + meter}
        if not terminal:
            options = {'bar_format': '{percentage:3.0f}% ' + meter}
            options.update(file=_Lines(), mininterval=SECONDS, miniters=0)
        self._bar = tqdm(
            total=total,
            unit=unit,
            disable=quiet,
            dynamic_ncols=terminal,
            **options,
        )

    def update(self, text: str, done: Optional[float] = None) -> None:
        """Show a text, and one unit more as done, or as many as are given."""
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(1 if done is None else done - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
