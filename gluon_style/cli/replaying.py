"""What `transfer` is asked to run: settings, or a history of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import typer

from ..errors import HistoryError, SettingsError
from ..runs.recipes import DEFAULT, settings_of
from ..runs.settings import Settings

__all__ = ['Asked', 'asked']

Names = Tuple[Optional[str], Optional[str]]
# the images by name, the settings, and the history or None
Asked = Tuple[Tuple[str, str], Settings, Any]
ELSEWHERE = ('weights', 'device')  # where the same may be in another place


def asked(
    file: Optional[Path], names: Names, recipe: str, given: Dict[str, Any]
) -> Asked:
    """Put together what a run is made of.

    Parameters
    ----------
    file : Path, optional
        From `--replay`.
    names : pair of str, or of None
        CONTENT and STYLE; a history may know them.
    recipe, given : str, dict
        As for `settings_of`; with a history, it alone says how to run.

    Raises
    ------
    HistoryError
        The file is no history, or one of no step, or of images that have no
        name here.
    SettingsError
        A setting is given beside a history, or one that no run can have.
    """
    if file is None:
        for name, value in zip(('CONTENT', 'STYLE'), names):
            if value is None:
                raise typer.BadParameter(f"Missing argument '{name}'.")
        return names, settings_of(recipe, **given), None  # type: ignore
    more = [name for name in given if name not in ELSEWHERE]
    if recipe != DEFAULT:
        more.append('recipe')
    if more:
        raise SettingsError(
            f'got {more[0]} beside --replay, whose file has all settings: '
            'leave it out'
        )
    from ..lessons.lab.history import read_history

    history = read_history(file)
    if not history.steps:
        raise HistoryError(f'{file} is of no step: there is nothing to make')
    chosen = [
        name or _known(there)
        for name, there in zip(names, (history.content, history.style))
    ]
    settings = replace(history.run_settings, **given)
    return tuple(chosen), settings, history  # type: ignore


def _known(name: str) -> str:
    """Return a name that means the same image everywhere; no path."""
    if name.partition(':')[0] in ('book', 'sample'):
        return name
    raise HistoryError(
        f'the history is of an image that was called {name}: give CONTENT '
        'and STYLE'
    )
