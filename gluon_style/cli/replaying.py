"""What `transfer` is asked to run: settings, or a history of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import typer

from ..errors import HistoryError, SettingsError
from ..runs.recipes import DEFAULT, settings_of
from ..runs.settings import Settings
from ..storage.named_images import find_image

__all__ = ['Asked', 'asked', 'refuse_beside']

Names = Tuple[Optional[str], Optional[str]]
# the images' files, the settings, and the history or None
Asked = Tuple[Tuple[Path, Path], Settings, Any]
ELSEWHERE = ('weights', 'device')  # where the same may be in another place
BESIDE = ('--resume', '--scheduler', '--tile', '--scales')


def refuse_beside(file: Optional[Path], *given: Any) -> None:
    """Refuse the options of `BESIDE` if there is a history.

    Parameters
    ----------
    file : Path, optional
        From `--replay`.
    *given : object
        The value of each option.

    Raises
    ------
    SettingsError
        One was given.
    """
    for option, value in zip(BESIDE, given):
        if file and value:
            _refuse(option)


def _refuse(what: str) -> None:
    raise SettingsError(
        f'got {what} beside --replay, whose file says how to run: leave it out'
    )


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
        return _found(*names), settings_of(recipe, **given), None
    more = [name for name in given if name not in ELSEWHERE]
    if recipe != DEFAULT:
        more.append('recipe')
    if more:
        _refuse(more[0])
    from ..lessons.lab.history import read_history

    history = read_history(file)
    if not history.steps:
        raise HistoryError(f'{file} is of no step: there is nothing to make')
    chosen = [
        name or _known(there)
        for name, there in zip(names, (history.content, history.style))
    ]
    settings = replace(history.run_settings, **given)
    return _found(*chosen), settings, history


def _found(*names: Any) -> Tuple[Path, Path]:
    content, style = map(find_image, names)
    return content, style


def _known(name: str) -> str:
    """Return a name that means the same image everywhere; no path."""
    if name.partition(':')[0] in ('book', 'sample'):
        return name
    raise HistoryError(
        f'the history is of an image that was called {name}: give CONTENT '
        'and STYLE'
    )
