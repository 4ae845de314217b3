"""What was changed at which step of a run: enough to make it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Iterator, Mapping

from ...errors import HistoryError, StyleError, shortened
from ...runs.settings import Settings
from ...storage.plain_files import open_plain
from ...storage.whole_files import PathLike, to_json, whole_file
from ...vgg.layers import layer_index

__all__ = ['Change', 'History', 'Leg', 'STEERED', 'read_history']

KIND = 'gluon-style history 1'  # counted up when its form changes
STEERED = {
    'content_weight': (int, float),
    'style_weight': (int, float),
    'tv_weight': (int, float),
    'lr': (int, float),
    'style_layers': (list, tuple),
    'in_range': (bool,),
}
# what a lab needs: changes of L-BFGS's loss would make its pairs false
NEEDED = {
    'optimizer': 'adam',
    'loss': 'chapter',
    'schedule': 'step',
    'features': 'convolution',
    'precision': 'float32',
    'warm_start': None,
    'second_scale': 0,
    'scales': 1,
    'coarse_epochs': None,
    'tile': 'off',
}
MOST_STEPS, MOST_CHANGES, MOST_BYTES = 10**6, 10**4, 2 * 10**6
TEXTS = ('content', 'content_sha256', 'style', 'style_sha256', 'weights')


@dataclass(frozen=True)
class Change:
    """A setting that was changed.

    Attributes
    ----------
    step : int
        After how many steps: it acts on the next one.
    name : str
        One of `STEERED`.
    value : object
        What it became; of `style_layers`, those that still count.
    """

    step: int
    name: str
    value: Any


@dataclass(frozen=True)
class Leg:
    """Steps of a run in which nothing is changed.

    Attributes
    ----------
    until : int
        The last of them, counted from 1.
    settings : Settings
        Of these steps.
    lr : float, optional
        The learning rate to go on with, if it was changed.
    """

    until: int
    settings: Settings
    lr: float | None


@dataclass(frozen=True)
class History:
    """A run with the changes of its settings.

    Attributes
    ----------
    settings : Settings
        What it began with, width and height among them.
    content, content_sha256, style, style_sha256 : str
        The names of the images, and the digests of their files.
    weights : str
        What the network's weights are known by: see `origin_digest`.
    changes : tuple of Change
        In the order of their steps.
    steps : int
        How many were taken.

    Raises
    ------
    HistoryError
        A run that no lab can make.
    """

    settings: Settings
    content: str
    content_sha256: str
    style: str
    style_sha256: str
    weights: str
    changes: tuple[Change, ...] = ()
    steps: int = 0

    def __post_init__(self) -> None:
        for name, value in NEEDED.items():
            got = getattr(self.settings, name)
            _check(got == value, name, got, value)
        if not (self.settings.width and self.settings.height):
            raise HistoryError('got no width or height, wanted both')
        _check(_is_count(self.steps), 'steps', self.steps, 'a whole number')
        last = 0
        for change in self.changes:
            _check_change(change, last, self.steps)
            last = change.step
            if change.name == 'style_layers':
                self._check_layers(change.value)
        list(self._values())  # each is one that a run can have

    def _check_layers(self, layers: Any) -> None:
        known = {layer_index(i) for i in self.settings.style_layers}
        good = known.issuperset(map(layer_index, layers))
        _check(good, 'style_layers', layers, 'some of those it began with')

    def changed(self, name: str, value: Any) -> History:
        """Return the history with a change after the last step.

        Another change of the same setting after the same step is replaced.
        """
        change = Change(self.steps, name, value)
        kept = [
            i for i in self.changes if (i.step, i.name) != (self.steps, name)
        ]
        return replace(self, changes=(*kept, change))

    @property
    def last_settings(self) -> Settings:
        """Those that the next step would be taken with."""
        *_, (_, settings) = self._values()
        return settings

    @property
    def run_settings(self) -> Settings:
        """Those of the last step, with as many epochs as steps were taken.

        What a record says of the run; there is none of no step.
        """
        *_, leg = self.legs()
        return replace(leg.settings, epochs=self.steps)

    def legs(self) -> Iterator[Leg]:
        """Give the parts of the run between changes, in order."""
        values = dict(self._values())
        ends = [*values, self.steps][1:]
        for (start, settings), until in zip(values.items(), ends):
            if until > start:
                moved = any(
                    i.name == 'lr' and i.step == start for i in self.changes
                )
                yield Leg(until, settings, settings.lr if moved else None)

    def _values(self) -> Iterator[tuple[int, Settings]]:
        """Give the steps after which there are changes, and the settings."""
        settings = self.settings
        for step in sorted({0, *(i.step for i in self.changes)}):
            new = {i.name: i.value for i in self.changes if i.step == step}
            settings = replace(settings, **new)
            yield step, settings

    def to_json(self) -> str:
        """Return the text of its file."""
        return to_json({'kind': KIND, **asdict(self)})

    @property
    def digest(self) -> str:
        """The SHA-256 of that text."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def save(self, path: PathLike) -> None:
        """Write it to a file that `read_history` reads.

        Raises
        ------
        OutputError
            The folder does not take the file.
        """
        with whole_file(path) as target:
            target.write_text(self.to_json(), encoding='utf-8')

    def check_inputs(self, content: str, style: str, weights: str) -> None:
        """Refuse other images or weights, given by their digests.

        Those of the weights are as `origin_digest` gives them.

        Raises
        ------
        HistoryError
            One differs; the message says which.
        """
        for what, name, wanted, got in (
            ('photo', self.content, self.content_sha256, content),
            ('painting', self.style, self.style_sha256, style),
            ('network', self.settings.weights, self.weights, weights),
        ):
            if wanted != got:
                raise HistoryError(
                    f'got another {what}: it is {shortened(got)}, the '
                    f'history was made with {name}, {shortened(wanted)}: '
                    f'give that {what}'
                )


def read_history(path: PathLike) -> History:
    """Read a file that `History.save` wrote.

    Raises
    ------
    HistoryError
        There is no such file, or it is not a whole history.
    """
    try:
        with open_plain(path) as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise HistoryError(
            f'cannot read {path}: {getattr(error, "strerror", None) or error}:'
            ' give the history that a lab has saved'
        ) from None
    try:
        if len(data) > MOST_BYTES:
            raise HistoryError(f'it is larger than {MOST_BYTES} bytes')
        return _of_values(json.loads(data.decode('utf-8')))
    except (StyleError, TypeError) as error:  # the latter of a setting
        why = str(error)
    except (ValueError, RecursionError):
        why = 'it is no JSON'
    raise HistoryError(f'{path} is no {KIND}: {why}')


def _of_values(values: Any) -> History:
    _check(isinstance(values, dict), 'a file', values, 'a history')
    kind = values.pop('kind', None)
    _check(kind == KIND, 'kind', kind, KIND)
    fields = ('settings', *TEXTS, 'changes', 'steps')
    _check_names(values, fields, fields)
    for name in TEXTS:
        _check(isinstance(values[name], str), name, values[name], 'text')
    changes = values.pop('changes')
    good = isinstance(changes, list) and len(changes) <= MOST_CHANGES
    _check(good, 'changes', changes, f'a list of at most {MOST_CHANGES}')
    settings = _settings(values.pop('settings'))
    return History(settings, changes=tuple(map(_change, changes)), **values)


def _settings(values: Any) -> Settings:
    _check(isinstance(values, dict), 'settings', values, 'fields')
    # those that are missing have their defaults, as in a record
    _check_names(values, Settings().record(), ())
    return Settings(**{name: _tupled(i) for name, i in values.items()})


def _change(values: Any) -> Change:
    _check(isinstance(values, dict), 'a change', values, 'fields')
    fields = 'step', 'name', 'value'
    _check_names(values, fields, fields)
    return Change(values['step'], values['name'], _tupled(values['value']))


def _check_change(change: Change, after: int, steps: int) -> None:
    step, name, value = change.step, change.name, change.value
    good = _is_count(step) and after <= step <= steps
    _check(good, 'step', step, f'{after} to {steps}')
    known = isinstance(name, str) and name in STEERED
    _check(known, 'a change of', name, ' or '.join(STEERED))
    kinds = STEERED[name]
    good = isinstance(value, kinds) and (
        isinstance(value, bool) == (kinds == (bool,))
    )
    _check(good, name, value, ' or '.join(i.__name__ for i in kinds))


def _check_names(values: Mapping[str, Any], known: Any, needed: Any) -> None:
    names = ', '.join(known)
    for name in values:
        _check(name in known, 'a field', name, f'one of {names}')
    for name in needed:
        if name not in values:
            raise HistoryError(f'it has no field {name}, wanted {names}')


def _check(good: bool, name: str, value: Any, wanted: Any) -> None:
    if not good:
        raise HistoryError(f'got {name} {shortened(value)}, wanted {wanted}')


def _is_count(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= value <= MOST_STEPS


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
