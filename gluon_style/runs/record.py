"""Make the record of a picture, read one, and tell whether it is sound."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy

from ..errors import RecordError, StyleError, shortened
from ..storage.records import is_deep, pixels_digest, read_record
from ..storage.whole_files import PICTURE_SUFFIXES
from ..version import __version__
from ..vgg.weights import Origin
from .identity import origin_digest, run_digest, run_identity
from .record_schema import (
    ENDS,
    IMAGES,
    KINDS,
    REPORTED,
    RULES,
    SCHEMA,
    TABLE,
    VERSION,
)
from .rules import field_kinds
from .settings import Settings
from .stages import stages

__all__ = [
    'ENDS',
    'IMAGES',
    'REPORTED',
    'SCHEMA',
    'check_record',
    'differences',
    'epochs_table',
    'for_picture',
    'load_record',
    'new_record',
    'picture_part',
    'reported',
    'settings_of_record',
    'weights_digests',
]

MOST_NUMBERS = 30_000  # in the table of epochs: more are thinned out
LONGEST_COMMAND = 8000  # characters in a picture: a JPEG's record is short


def load_record(path: Any) -> dict[str, Any]:
    """Read the record in a picture, or in a .json, and check it.

    Raises
    ------
    ImageError
        There is no such file, or no record in it.
    RecordError
        The record is not as `SCHEMA` says, or it contradicts itself.
    """
    record = read_record(path)
    if 'schema' not in record:
        raise RecordError(
            f'{path} was made before records had a schema: gluon-style '
            'record shows what it says; no more can be relied on'
        )
    try:
        check_record(record)
        _check_agreement(record)
    except RecordError as error:
        raise RecordError(
            f'the record of {path} is unsound: {error}'
        ) from None
    return record


def check_record(record: Mapping[str, Any]) -> None:
    """Check that a record is one of this schema: types, ranges, names, depth.

    Fields of `Settings` that are missing have their defaults: a later version
    adds only such as leave the run as it was.

    Raises
    ------
    RecordError
        What is wrong with it, the first thing found.
    """
    if is_deep(record):
        raise RecordError('it nests too deeply')
    if record.get('schema') != VERSION:
        raise RecordError(
            f'schema {shortened(record.get("schema"))}, wanted {VERSION}: it '
            'was written by another version of gluon-style'
        )
    _check_table('', record)
    _check_whole(record)


def _check_table(place: str, table: Mapping[str, Any]) -> None:
    for name, value in table.items():
        path = f'{place}{name}'
        kind = RULES.get(path) if '.' not in name else None
        if kind is None:
            raise RecordError(f'nothing is called {shortened(path)}')
        if not KINDS[kind](value):
            raise RecordError(f'{path} is {shortened(value)}, wanted {kind}')
        if path == 'settings':
            settings_of_record({'settings': value})
        elif kind == TABLE:
            _check_table(f'{path}.', value)
    for path in SCHEMA:
        parent, _, name = path.rpartition('.')
        lacks = not name.endswith('?') and name not in table
        if lacks and parent == place.rstrip('.'):
            raise RecordError(f'{path} is missing')


def _check_whole(record: Mapping[str, Any]) -> None:
    """Check that the parts of a record fit each other."""
    epochs = record.get('epochs', {'columns': [], 'rows': []})
    width = len(epochs['columns'])
    if any(len(row) != width for row in epochs['rows']):
        raise RecordError(f'a row of epochs has not {width} numbers')
    if record['end']['how'] == 'finished':
        for name in ('picture', 'last_epoch', 'weights_used', 'machine'):
            if name not in record:
                raise RecordError(f'{name} is missing in a finished run')
        settings = record['settings']
        if None in (settings.get('width'), settings.get('height')):
            raise RecordError('settings.width or settings.height is missing')
    called = Path(record.get('picture', {}).get('name', 'a.png'))
    if called.suffix.lower() not in PICTURE_SUFFIXES:
        raise RecordError(
            f'picture.name is {shortened(str(called))}, wanted one that ends '
            f'in {", ".join(PICTURE_SUFFIXES)}'
        )


def _check_agreement(record: Mapping[str, Any]) -> None:
    """Check that a record does not contradict itself."""
    settings = settings_of_record(record)
    if bool(settings.warm_start) != bool(record.get('warm_start_digest')):
        raise RecordError(
            f'settings.warm_start is {shortened(settings.warm_start)}, but '
            f'warm_start_digest {shortened(record.get("warm_start_digest"))}'
        )
    if None in (settings.width, settings.height):
        return
    try:
        wanted = run_digest(_identity(record))
        last = stages(settings)[-1].settings
    except StyleError as error:
        raise RecordError(f'settings: {error}') from None
    # another version may count more among what determines a run
    own = _version(record) == __version__ and 'weights_used' in record
    if own and record['run'] != wanted:
        raise RecordError(
            f'run is {record["run"][:12]}..., but its inputs, settings and '
            f'weights make {wanted[:12]}...'
        )
    if record['end']['how'] == 'finished':
        _check_end(record, settings, (last.width, last.height))


def _check_end(
    record: Mapping[str, Any], settings: Settings, size: tuple[Any, Any]
) -> None:
    """Check the last epoch and the size of a run that has finished."""
    epoch, total = record['end']['epoch'], settings.total_epochs
    # L-BFGS may end early; one that was steered, whenever it was saved
    early = settings.optimizer == 'l-bfgs' and epoch < total
    if epoch != total and not early and 'history' not in record:
        raise RecordError(
            f'end.epoch is {epoch}, but the settings make {total} epochs'
        )
    got = record['picture']['width'], record['picture']['height']
    if got != size:
        raise RecordError(
            f'picture.width and height are {got[0]} and {got[1]}, but the '
            f'settings make {size[0]} and {size[1]}'
        )


def _version(record: Mapping[str, Any]) -> str:
    return record.get('versions', {}).get('gluon_style', __version__)


def _identity(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `run_identity` of the run that a record is of."""
    inputs = record['inputs']
    images = *(inputs[i]['sha256'] for i in IMAGES), inputs['background']
    digests = weights_digests(record)
    return run_identity(images, settings_of_record(record), digests)


def settings_of_record(record: Mapping[str, Any]) -> Settings:
    """Return the settings of a record.

    Raises
    ------
    RecordError
        They are none that a run can have.
    """
    given = record['settings']
    for name in given:
        if name not in field_kinds(Settings):
            raise RecordError(
                f'nothing is called {shortened(f"settings.{name}")}'
            )
    try:
        return Settings(**given)
    except StyleError as error:
        raise RecordError(f'settings: {error}') from None


def new_record(**parts: Any) -> dict[str, Any]:
    """Put a record together and check it; parts that are None are left out.

    Raises
    ------
    RecordError
        It would not be sound: a defect.
    """
    kept = {name: i for name, i in parts.items() if i is not None}
    # as a file gives it back: a tuple is a list there
    record = json.loads(json.dumps({'schema': VERSION, **kept}, default=str))
    check_record(record)
    return record


def picture_part(levels: numpy.ndarray) -> dict[str, Any]:
    """Return what a record says of a picture: uint8, shape (h, w, 3)."""
    height, width, _ = levels.shape
    digest = pixels_digest(levels)
    return {'width': width, 'height': height, 'pixels_sha256': digest}


def for_picture(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a record that a picture holds.

    It has no table of epochs, which is long, and no folder of anybody's; and
    no hash of the file, which a file cannot hold.
    """
    short = {name: i for name, i in record.items() if name != 'epochs'}
    if sum(map(len, short.get('command', ()))) > LONGEST_COMMAND:
        del short['command']
    short['inputs'] = {
        kind: {k: v for k, v in i.items() if k != 'path'}
        if isinstance(i, dict)
        else i
        for kind, i in record['inputs'].items()
    }
    if 'picture' in short:
        short['picture'] = {
            k: v
            for k, v in short['picture'].items()
            if k not in ('name', 'sha256')
        }
    return short


def reported(epoch: Any) -> dict[str, Any]:
    """Return an `EpochRecord` as a record has its last."""
    values = asdict(epoch)
    return {name: values[name] for name in REPORTED}


def epochs_table(
    epochs: Sequence[Any], layers: Sequence[str]
) -> dict[str, Any]:
    """Make the table of epochs.

    Parameters
    ----------
    epochs : sequence of EpochRecord
        Those to keep; they are thinned out evenly where they hold more than
        30,000 numbers. The last is kept.
    layers : sequence of str
        Names for `EpochRecord.layers`.
    """
    # a steered run may have had other layers in between
    named = all(len(epoch.layers) == len(layers) for epoch in epochs)
    columns = [*REPORTED, *(layers if named else ())]
    every = math.ceil(len(epochs) * len(columns) / MOST_NUMBERS) or 1
    kept = epochs[::-1][::every][::-1]
    rows = [[*astuple(i)[:-1], *i.layers][: len(columns)] for i in kept]
    return {'columns': columns, 'rows': rows}


def differences(
    then: Mapping[str, Any], now: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Name what differs between two records, of all that moves a picture.

    Returns
    -------
    list of (what, then, now)
        Inputs, settings and weights, which make another run; then threads,
        processor, variables and versions, which move the last bits of one.
    """
    a, b = _moving(then), _moving(now)
    return [
        (name, _shown(a.get(name, 'nothing')), _shown(b.get(name, 'nothing')))
        for name in {**a, **b}
        if a.get(name) != b.get(name)
    ]


def _moving(record: Mapping[str, Any]) -> dict[str, Any]:
    machine = dict(record.get('machine', {}))
    variables = machine.pop('variables', {})
    identity = _identity(record)
    del identity['the version of gluon-style']  # one of the versions
    named = record.get('versions', {}).items()
    of = {f'the version of {name}': version for name, version in named}
    resumed = {'resumed': record['resumed']} if 'resumed' in record else {}
    return {**identity, **machine, **variables, **resumed, **of}


def weights_digests(record: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the weights of a record and its warm start's are known by.

    As `run_identity` takes them; '' for none.
    """
    used = record.get('weights_used')
    weights = origin_digest(Origin(**used)) if used else ''
    return weights, record.get('warm_start_digest', '')


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ' '.join(map(str, value)) or 'none'
    return str(value)
