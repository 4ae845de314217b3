"""The command `rerun`: make a picture again from its record, and compare."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy
import typer

from ..errors import OutputError, RecordError, StyleError
from ..runs.record import (
    IMAGES,
    load_record,
    settings_of_record,
    weights_digests,
)
from ..runs.settings import Settings
from ..storage.download import file_hash
from ..storage.image_files import opened_picture
from ..storage.named_images import files_named, find_image
from ..storage.records import pixels_digest, save_picture
from ..storage.whole_files import PICTURE_SUFFIXES
from ..vgg.weights import find_by_digest, locate_weights
from . import options
from .checkpointing import Keeping
from .comparing import verdict
from .stylise import stylise
from .targets import Targets, free_name, refuse_inputs

SUFFIXES = {'PNG': '.png', 'JPEG': '.jpg', 'WEBP': '.webp', 'TIFF': '.tif'}


@dataclass(frozen=True)
class _Judged:
    """A picture that is made again.

    Attributes
    ----------
    path : Path
        Its file.
    levels : numpy.ndarray
        Shape (h, w, 3), uint8: what the file gives.
    kind : str
        The format of the file, whatever it is called.
    exact : bool
        Whether such a file keeps the levels of the run.
    """

    path: Path
    levels: numpy.ndarray
    kind: str
    exact: bool


def rerun(
    record: Path = typer.Argument(
        metavar='PICTURE|JSON',
        help='A picture that transfer or sweep made, or the .json beside it.',
    ),
    check: bool = typer.Option(
        False, '--check', help='Only compare; keep no picture.'
    ),
    out: Optional[Path] = typer.Option(
        None,
        '-o',
        '--out',
        help='Where the picture goes; by default NAME-again, with the '
        "picture's own suffix, in the working folder, or with a number.",
    ),
    content: Optional[str] = typer.Option(
        None, help='The content image, if it has moved.'
    ),
    style: Optional[str] = typer.Option(
        None, help='The style image, if it has moved.'
    ),
    weights: Optional[str] = typer.Option(
        None, help='The weights, if they have moved.'
    ),
    overwrite: bool = options.OVERWRITE,
    no_memory_check: bool = options.NO_MEMORY_CHECK,
    quiet: bool = options.QUIET,
) -> int:
    """Make a picture again from its record, and say whether it is the same.

    Exit code 0: the same pixels, or equal within the floor. 1: another
    picture, or it cannot be made again; what is another is named.
    """
    if check and out is not None:
        raise OutputError('got --check and -o: leave one out')
    then = load_record(record)
    _refuse_unfinished(record, then)
    before = _picture_of(record, then)
    files = _images(record, then, (content, style))
    settings = _settings(then, weights)
    with tempfile.TemporaryDirectory() as folder:
        again = _name_again(record, then, before)
        target = Path(folder, again) if check else out or free_name(again)
        targets = Targets.of(target, None, True, None)
        refuse_inputs(targets, _judged_files(record, before), settings)
        if then['inputs']['keep_alpha']:
            targets = targets.as_transparent(files[0])
        keeping = Keeping(overwrite=overwrite, seconds=None)
        marks = then['inputs']['background'], then.get('recipe')
        run = *files, settings, targets, 10, quiet, keeping
        code = stylise(*run, *marks, not check, not no_memory_check)
        if code:
            return code
        now = load_record(target)
        if before is None:
            return verdict(then, now, (None, None), files, quiet)
        pair = before.levels, _as_kept(targets, before.kind)
        _refuse_edited(before, pair[1], then, now)
        return verdict(then, now, pair, files, quiet)


def _refuse_unfinished(path: Path, record: Dict[str, Any]) -> None:
    end = record['end']
    if end['how'] != 'finished':
        raise RecordError(
            f'{path} is of a run that has not come to its end ({end["how"]} '
            f'at epoch {end["epoch"]}): only a whole run can be made again'
        )
    if 'history' in record:
        raise RecordError(
            f'{path} is of a run that was steered: give the history that '
            'belongs to it to transfer --replay'
        )


def _levels(path: Path) -> Tuple[numpy.ndarray, str]:
    """Read the levels of a picture, without its transparency, and its kind."""
    with opened_picture(path) as picture:
        return numpy.asarray(picture.convert('RGB')), picture.format or ''


def _picture_of(path: Path, record: Dict[str, Any]) -> Optional[_Judged]:
    """Return the picture that a record is of, if it is there.

    Raises
    ------
    RecordError
        It was changed since.
    """
    picture, wanted = path, record['picture']
    if path.suffix.lower() == '.json':
        picture = path.with_name(Path(wanted.get('name', '?')).name)
        if not picture.is_file():
            return None
    levels, kind = _levels(picture)
    # WebP changes what is transparent
    clear = kind == 'WEBP' and record['inputs']['keep_alpha']
    lossy = kind == 'JPEG' or clear
    same = lossy or pixels_digest(levels) == wanted['pixels_sha256']
    same &= kind in SUFFIXES
    if picture != path:
        same &= file_hash(picture) == wanted.get('sha256')
    elif lossy:
        same &= file_hash(picture) == _hash_beside(picture)
    if not same:
        raise _edited(picture)
    return _Judged(picture, levels, kind, not lossy)


def _hash_beside(picture: Path) -> str:
    """Return the hash of a picture by the .json beside it.

    The picture's own, if there is none that is sound and names the picture.
    """
    with contextlib.suppress(StyleError):
        part = load_record(picture.with_suffix('.json')).get('picture', {})
        if part.get('name') == picture.name:
            return part.get('sha256', '')
    return file_hash(picture)


def _edited(picture: Path, more: str = '') -> RecordError:
    return RecordError(
        f'{picture} was changed since its record was written{more}: take the '
        'picture as gluon-style wrote it'
    )


def _name_again(
    path: Path, record: Dict[str, Any], before: Optional[_Judged]
) -> Path:
    """Name the picture to be made, by default as the one that is judged."""
    name = Path(record['picture'].get('name', path.name))
    suffix = name.suffix
    if suffix.lower() not in PICTURE_SUFFIXES:
        suffix = SUFFIXES[before.kind] if before else '.png'
    return Path(f'{name.stem}-again{suffix}')


def _judged_files(path: Path, before: Optional[_Judged]) -> List[Path]:
    """List what is judged: the picture, and its records."""
    picture = before.path if before else path
    files = path, picture, picture.with_suffix('.json')
    return [file for file in files if os.path.lexists(file)]


def _as_kept(targets: Targets, kind: str) -> numpy.ndarray:
    """Return the levels that a file of another's kind keeps of a picture."""
    levels, own = _levels(targets.picture)
    if own == kind:
        return levels
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f'again{SUFFIXES[kind]}')
        save_picture(levels / 255, path, {}, targets.alpha)
        return _levels(path)[0]


def _refuse_edited(
    before: _Judged,
    kept: numpy.ndarray,
    then: Dict[str, Any],
    now: Dict[str, Any],
) -> None:
    """Refuse a picture that is not what its kind keeps of the same pixels."""
    digests = (i['picture']['pixels_sha256'] for i in (then, now))
    if before.exact or len(set(digests)) > 1:
        return
    if not numpy.array_equal(before.levels, kept):
        a, b = (i.get('versions', {}).get('pillow') for i in (then, now))
        more = f', or Pillow writes it otherwise ({a} then, {b} now)'
        raise _edited(before.path, more if a != b else '')


def _images(
    path: Path, record: Dict[str, Any], given: Tuple[Optional[str], ...]
) -> Tuple[Path, Path]:
    """Find the images of a record by their bytes."""
    found = [
        _image(path, kind, record['inputs'][kind], name)
        for kind, name in zip(IMAGES, given)
    ]
    return found[0], found[1]


def _image(
    path: Path, kind: str, wanted: Dict[str, Any], given: Optional[str]
) -> Path:
    others: List[str] = []
    for place in _places(path, wanted, given):
        if not place.is_file():
            continue
        digest = file_hash(place)
        if digest == wanted['sha256']:
            return place
        others.append(f'{place} has sha256 {digest[:12]}...')
    known = others[0] if others else f'there is no {wanted["name"]}'
    raise RecordError(
        f'cannot make it again: the {kind} image is another: {known}, the '
        f'record {wanted["sha256"][:12]}...: give that one with --{kind}'
    )


def _places(
    path: Path, wanted: Dict[str, Any], given: Optional[str]
) -> Iterator[Path]:
    """List where an image of a record may be."""
    if given is not None:
        yield find_image(given)
        return
    if 'path' in wanted:
        yield Path(wanted['path'])
    name = Path(wanted['name']).name
    yield path.with_name(name)
    yield Path(name)
    yield from files_named(name)


def _settings(record: Dict[str, Any], given: Optional[str]) -> Settings:
    """Return the settings of a record, with weights of this machine."""
    settings, used = settings_of_record(record), record['weights_used']
    weights, warm_start = weights_digests(record)
    names = [settings.weights or '', used['detail']]
    if given is not None:
        names = [str(locate_weights(given)[1])]
    first = settings.warm_start or ''
    return replace(
        settings,
        weights=_weights('weights', weights, names),
        warm_start=_weights('warm start', warm_start, [first]),
    )


def _weights(kind: str, digest: str, names: List[str]) -> Optional[str]:
    if not digest:
        return None
    found = find_by_digest(digest, *(name for name in names if name))
    if found is None:
        raise RecordError(
            f'cannot make it again: the {kind} are others: none here have '
            f'{digest[:19]}...: give those of then with --weights, or set '
            'GLUON_STYLE_WEIGHTS'
        )
    return found
