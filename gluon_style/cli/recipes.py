"""The commands `recipes` and `explain`."""

from __future__ import annotations

from typing import Optional

import typer

from ..runs.recipes import DEFAULT, RECIPES, explain, find_recipe


def recipes(
    name: Optional[str] = typer.Argument(
        None, metavar='[NAME]', help='Show every field of this one.'
    ),
) -> None:
    """List the editions of the chapter, or the fields of one."""
    if name:
        for field, value in find_recipe(name).values().items():
            typer.echo(f'{field:22} {value}')
        return
    for recipe in RECIPES.values():
        mark = ' (default)' if recipe.name == DEFAULT else ''
        typer.echo(f'{recipe.name:17} {recipe.source}{mark}')


def explain_recipes(
    a: str = typer.Argument(metavar='A', help='A recipe.'),
    b: str = typer.Argument(metavar='B', help='Another.'),
) -> None:
    """Say in what two recipes differ, and what each difference does."""
    for field, left, right, effect in explain(a, b):
        typer.echo(f'{field}: {left} | {right}\n    {effect}')
