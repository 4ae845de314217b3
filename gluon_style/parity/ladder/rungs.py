"""The plan of a ladder from one edition of the chapter to another.

Each rung is a whole run that differs from the one before in one field of
`Settings`, or in the framework alone. PyTorch runs the rungs between, so
that what the framework itself does is seen apart from all else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ...errors import SettingsError
from ...runs.recipes import Recipe, effects, find_recipe
from ...runs.settings import Settings

__all__ = ['ORDER', 'Rung', 'rungs']

# from what the network sees to how the picture moves
ORDER = (
    'resize', 'features', 'pooling', 'content_layers', 'style_layers',
    'content_weight', 'style_weight', 'style_repeats', 'tv_weight',
    'adam_epsilon', 'optimizer', 'loss', 'lr', 'lr_decay', 'lr_decay_epoch',
    'second_scale', 'second_epochs', 'second_lr_decay_epoch',
)  # fmt: skip


@dataclass(frozen=True)
class Rung:
    """One run of the ladder, and what sets it apart from the one before.

    Attributes
    ----------
    field : str
        The field changed; 'framework'; empty for the first rung.
    before, after : object
        Its values.
    framework : str
        'pytorch' or 'mxnet': what runs it.
    settings : Settings
        All that it computes.
    """

    field: str
    before: Any
    after: Any
    framework: str
    settings: Settings

    @property
    def name(self) -> str:
        """A short name."""
        return self.field or 'start'

    @property
    def effect(self) -> str:
        """What the difference does, in a sentence; empty for the first."""
        return effects().get(self.field, '')

    @property
    def epochs(self) -> int:
        """Number of epochs, of both stages if there are two."""
        settings = self.settings
        second = settings.second_epochs if settings.second_scale else 0
        return settings.epochs + second

    def record(self) -> dict[str, Any]:
        """Return the rung as plain values."""
        return {**asdict(self), 'name': self.name, 'effect': self.effect}


def rungs(start: str, end: str, **same: Any) -> list[Rung]:
    """Plan the rungs from one recipe to another.

    Parameters
    ----------
    start, end : str
        Names of recipes.
    **same : object
        Fields of `Settings` that every rung has: width, height, epochs,
        weights, ... Size and number of epochs are else those of `end`.

    Returns
    -------
    list of Rung

    Raises
    ------
    SettingsError
        The recipes compute the same.
    """
    a, b = find_recipe(start), find_recipe(end)
    goal = replace(b.settings, device='cpu', **same)
    alike = {i: getattr(goal, i) for i in ('width', 'height', 'epochs')}
    alike.update(weights=goal.weights, device='cpu', seed=goal.seed)
    steps = _steps(replace(a.settings, **alike), goal)
    frameworks = _framework(a), _framework(b)
    between = 'pytorch' if 'pytorch' in frameworks else 'mxnet'
    first = steps[0][-1]
    plan = [Rung('', None, None, frameworks[0], first)]
    if frameworks[0] != between:
        plan.append(Rung('framework', *frameworks, between, first))
    plan += [Rung(*step[:3], between, step[-1]) for step in steps[1:]]
    if frameworks[1] != between:
        plan.append(Rung('framework', *frameworks, frameworks[1], goal))
    if len(plan) < 2:
        raise SettingsError(
            f'{start} and {end} compute the same: name two that differ, see '
            'gluon-style explain'
        )
    return plan


def _framework(recipe: Recipe) -> str:
    return 'pytorch' if recipe.framework == 'pytorch' else 'mxnet'


def _steps(
    settings: Settings, goal: Settings
) -> list[tuple[str, Any, Any, Settings]]:
    steps: list[tuple[str, Any, Any, Settings]] = [('', None, None, settings)]
    left = [i for i in ORDER if getattr(settings, i) != getattr(goal, i)]
    while left:
        for name in left:
            was, now = getattr(settings, name), getattr(goal, name)
            try:
                settings = replace(settings, **{name: now})
            except SettingsError:  # not without another, which comes first
                continue
            steps.append((name, was, now, settings))
            left.remove(name)
            break
    return steps
