"""The commands `recipes` and `explain`."""

from __future__ import annotations

import textwrap
from typing import Any, Optional, Sequence

import typer

from ..runs.recipes import (
    DEFAULT,
    RECIPES,
    effects,
    explain,
    find_recipe,
)


def recipes(
    name: Optional[str] = typer.Argument(
        None, metavar='[NAME]', help='Show every field of this one.'
    ),
) -> None:
    """List the presets and editions of the chapter, or the fields of one."""
    if name:
        fields = find_recipe(name).values()
        rows = [[field, _written(value)] for field, value in fields.items()]
    else:
        rows = [[recipe.name, recipe.source] for recipe in RECIPES.values()]
        next(row for row in rows if row[0] == DEFAULT)[1] += (
            ' (default, or: book)'
        )
    _show((), rows)


def explain_recipes(
    a: Optional[str] = typer.Argument(
        None, metavar='[A]', help='A recipe.', show_default=False
    ),
    b: Optional[str] = typer.Argument(
        None, metavar='[B]', help='Another.', show_default=False
    ),
) -> None:
    """Say in what two recipes differ, and what each difference does.

    Without recipes: every field in which recipes differ, and what it does.
    """
    if a is None or b is None:
        if a is not None:
            raise typer.BadParameter('give two recipes, or none')
        rows = [[i, _filled(effect, 56)] for i, effect in effects().items()]
        _show((), rows)
        return
    rows = [
        [field, *(_filled(_written(i), 18) for i in pair), _filled(effect, 40)]
        for field, *pair, effect in explain(a, b)
    ]
    _show(['field', a, b, 'effect'], rows)


def _show(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from ..drawing.tables import text_table  # slow to import

    typer.echo(text_table(head, rows, left=range(4)))


def _written(value: Any) -> str:
    listed = isinstance(value, (list, tuple))
    return ', '.join(map(str, value)) if listed else str(value)


def _filled(text: str, width: int) -> str:
    return textwrap.fill(text, width)
