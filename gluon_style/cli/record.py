"""The command `record`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator, List

import typer

from ..errors import ImageError, printable
from ..runs.record import load_record
from ..storage.records import read_record


def record(
    picture: Path = typer.Argument(
        metavar='PICTURE|JSON',
        help='A picture that transfer or sweep made, or the .json beside it.',
    ),
    as_json: bool = typer.Option(False, '--json', help='Print it as JSON.'),
) -> None:
    """Say how a picture was made: what its record holds."""
    from ..drawing.tables import text_table  # slow to import

    values = read_record(picture)
    if 'schema' in values:
        values = load_record(picture)
    if as_json:
        try:
            typer.echo(json.dumps(values, indent=2, allow_nan=False))
        except ValueError:
            raise ImageError(
                f'{picture}: its record holds a number that is not finite, '
                'which JSON cannot say: leave --json out'
            ) from None
    else:
        rows = [list(map(printable, row)) for row in _rows('', values)]
        typer.echo(text_table((), rows, left=(0, 1)))


def _rows(name: str, value: Any) -> Iterator[List[str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _rows(f'{name}.{key}' if name else key, part)
    elif isinstance(value, list):
        yield [name, ', '.join(str(part) for part in value)]
    else:
        yield [name, 'none' if value is None else str(value)]
