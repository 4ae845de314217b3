"""What the system or MXNet cannot do, in a line."""

from __future__ import annotations

import sys
from typing import Any, Tuple

import typer

from ..errors import StyleError, printable

__all__ = ['causes', 'explained', 'say']

LONGEST_WORD = 500  # on the line of an error


def causes() -> Tuple[Any, ...]:
    """Return the errors that are no defect, though nobody saw them coming."""
    mxnets = getattr(sys.modules.get('mxnet'), 'MXNetError', MemoryError)
    return OSError, MemoryError, mxnets


def explained(error: BaseException) -> str:
    """Name what could not be done, and what to do."""
    if isinstance(error, StyleError):
        return str(error)
    last_line = (str(error).strip().splitlines() or [''])[-1]
    if isinstance(error, OSError):
        return f'{last_line}: check that file, its folder and the disk'
    if isinstance(error, MemoryError):
        return f'not enough memory: take a smaller picture {last_line}'.strip()
    return (
        f'MXNet fails: {last_line}: take a smaller picture or other settings'
    )


def say(message: str) -> None:
    """Write one line on standard error that cannot steer a terminal."""
    words = (printable(_cut(word)) for word in message.split())
    typer.echo(' '.join(words), err=True)


def _cut(word: str) -> str:
    """Shorten a word, such as a number of a thousand digits."""
    return word if len(word) <= LONGEST_WORD else f'{word[:99]}...{word[-99:]}'
