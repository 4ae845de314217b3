"""The ladder: from one edition of the chapter to another, rung by rung.

Each rung is a whole run that differs from the one before in one field of
`Settings`, or in the framework alone. PyTorch runs the rungs between, so
that what the framework itself does is seen apart from all else.

The plan stands here; `climb` runs it (PyTorch's rungs by `torch_tab`),
`noise` and `distances` measure what came of it, and `report` tells that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator, Sequence

from ...errors import SettingsError
from ...runs.recipes import effects, find_recipe
from ...runs.settings import Settings

__all__ = ['ORDER', 'Rung', 'rungs']

# from what the network sees to how the picture moves
ORDER = (
    'resize', 'features', 'pooling', 'content_layers', 'style_layers',
    'content_weight', 'style_weight', 'style_repeats', 'tv_weight',
    'adam_epsilon', 'optimizer', 'loss', 'lr', 'lr_decay', 'lr_decay_epoch',
    'second_scale', 'second_epochs', 'second_lr_decay_epoch',
    'in_range', 'precision',
)  # fmt: skip
MXNETS = ('in_range', 'precision')  # which the PyTorch side does not have


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


def rungs(start: str, end: str, **same: Any) -> list[Rung]:
    """Plan the rungs from one recipe to another.

    Parameters
    ----------
    start, end : str
        Names of recipes.
    **same : object
        Fields of `Settings` that every rung has, such as width, epochs,
        weights or lr_decay_epoch. Size and number of epochs are else those
        of `end`.

    Returns
    -------
    list of Rung

    Raises
    ------
    SettingsError
        The recipes compute the same.
    """
    a, b = find_recipe(start), find_recipe(end)
    was, now = (
        'pytorch' if i.framework == 'pytorch' else 'mxnet' for i in (a, b)
    )
    goal = replace(b.settings, device='cpu', **same)
    alike = {'width', 'height', 'epochs', 'weights', 'device', 'seed', *same}
    first = replace(a.settings, **{i: getattr(goal, i) for i in alike})
    plan = [Rung('', None, None, was, first)]
    shared = [name for name in ORDER if name not in MXNETS]
    # with PyTorch at one end, what it does not have changes at the other
    parts = [(MXNETS, 'mxnet'), (shared, 'pytorch')]
    if was == now:
        parts = [(ORDER, now)]
    elif was == 'pytorch':
        parts.reverse()
    for names, framework in parts:
        settings = plan[-1].settings
        if framework != plan[-1].framework:
            plan += [Rung('framework', was, now, now, settings)]
        plan += _steps(settings, goal, framework, names)
    if len(plan) < 2:
        raise SettingsError(
            f'{start} and {end} compute the same at the same size, for the '
            'same epochs: name two that differ, see gluon-style explain'
        )
    return plan


def _steps(
    settings: Settings, goal: Settings, framework: str, names: Sequence[str]
) -> Iterator[Rung]:
    left = [i for i in names if getattr(settings, i) != getattr(goal, i)]
    while left:
        for name in left:
            was, now = getattr(settings, name), getattr(goal, name)
            try:
                settings = replace(settings, **{name: now})
            except SettingsError:  # not without another, which comes first
                continue
            yield Rung(name, was, now, framework, settings)
            left.remove(name)
            break
