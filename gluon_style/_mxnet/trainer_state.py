"""The state of a trainer of one parameter as arrays, and back.

`Trainer.save_states` writes a pickle, and `load_states` runs whatever is in
one.
"""

from __future__ import annotations

from typing import Any, Dict

import numpy

from ..errors import CheckpointError
from .imported import gluon, np

__all__ = [
    'KeptState',
    'State',
    'descent_state',
    'restore_trainer',
    'trainer_state',
]

State = Dict[str, numpy.ndarray]  # arrays by name


class KeptState(State):
    """A state to go on from, which says what it lacks."""

    def __missing__(self, name: str) -> numpy.ndarray:
        """Refuse the state of another optimiser."""
        raise CheckpointError(
            f'the state has no {name!r}: it is of another optimizer'
        )


def descent_state(X: np.ndarray, trainer: gluon.Trainer, record: Any) -> State:
    """Copy a parameter `X`, its trainer's state, and how far it is."""
    return {
        'X': X.asnumpy(),
        'epoch': numpy.array(record.epoch),
        'seconds': numpy.array(record.seconds),
        **trainer_state(trainer),
    }


def trainer_state(trainer: gluon.Trainer) -> State:
    """Return all that the trainer keeps from one step to the next.

    Returns
    -------
    dict
        'learning_rate', 'updates' (how many steps it took) and the
        optimiser's own arrays, such as Adam's two moments, as 'moment.0',
        'moment.1', each of the shape of the parameter.
    """
    optimizer, state = trainer.optimizer, trainer._updaters[0].states[0]
    return {
        'learning_rate': numpy.array(trainer.learning_rate),
        'updates': numpy.array(optimizer._index_update_count[0]),
        **{f'moment.{i}': m.asnumpy() for i, m in enumerate(_moments(state))},
    }


def restore_trainer(
    trainer: gluon.Trainer, X: np.ndarray, state: State
) -> tuple[int, float]:
    """Let the new trainer of a parameter go on from a `descent_state`.

    The parameter `X` becomes what it was then.

    Returns
    -------
    epoch, seconds
        How far it was.

    Raises
    ------
    CheckpointError
        The state is of another optimiser, or of another shape.
    """
    state = KeptState(state)
    X[:] = np.array(state['X'], ctx=X.ctx)
    optimizer, updater = trainer.optimizer, trainer._updaters[0]
    optimizer._set_current_context(X.ctx.device_id)
    kept = optimizer.create_state_multi_precision(0, X.as_nd_ndarray())
    for i, moment in enumerate(_moments(kept)):
        value = state[f'moment.{i}']
        if value.shape != moment.shape:
            raise CheckpointError(
                f'the state has a moment {i} of shape {value.shape}, wanted '
                f'{moment.shape}: it is of a picture of another size'
            )
        moment[:] = value
    updater.states[0], updater.states_synced[0] = kept, True
    updates = int(state['updates'])
    optimizer._index_update_count[0] = optimizer.num_update = updates
    trainer.set_learning_rate(float(state['learning_rate']))
    return int(state['epoch']), float(state['seconds'])


def _moments(state: Any) -> list[Any]:
    """List the arrays of an optimiser's state: none, one or some."""
    if state is None:
        return []
    return list(state) if isinstance(state, (tuple, list)) else [state]
