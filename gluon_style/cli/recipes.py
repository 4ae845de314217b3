"""The commands `recipes` and `explain`."""

from __future__ import annotations

import textwrap
from typing import Any, Optional

import typer

from ..drawing.tables import text_table
from ..runs.recipes import DEFAULT, RECIPES, effects, explain, find_recipe


def recipes(
    name: Optional[str] = typer.Argument(
        None, metavar='[NAME]', help='Show every field of this one.'
    ),
) -> None:
    """List the editions of the chapter, or the fields of one."""
    if name:
        fields = find_recipe(name).values()
        rows = [[field, _written(value)] for field, value in fields.items()]
    else:
        rows = [[recipe.name, recipe.source] for recipe in RECIPES.values()]
        next(row for row in rows if row[0] == DEFAULT)[1] += ' (default)'
    typer.echo(text_table((), rows, left=(0, 1)))


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
        typer.echo(text_table((), rows, left=(0, 1)))
        return
    rows = [
        [field, *(_filled(_written(i), 18) for i in pair), _filled(effect, 40)]
        for field, *pair, effect in explain(a, b)
    ]
    typer.echo(text_table(['field', a, b, 'effect'], rows, left=range(4)))


def _written(value: Any) -> str:
    listed = isinstance(value, (list, tuple))
    return ', '.join(map(str, value)) if listed else str(value)


def _filled(text: str, width: int) -> str:
    return textwrap.fill(text, width)
