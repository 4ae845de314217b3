"""The command `rerun`: make a picture again from its record, and compare."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy
import typer

from ..errors import OutputError, RecordError, StyleError, printable
from ..runs.record import (
    IMAGES,
    differences,
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
from . import options, signals
from .checkpointing import Keeping
from .progress import Progress
from .stylise import stylise
from .targets import Targets, free_name, refuse_inputs

ROUNDING = 2.0**-23  # float32's step above 1
TWINS = 2  # which make three pairs with the run itself
MARGIN = 1.25  # three pairs do not tell all of the spread
LEAST = 1.0  # grey levels: what rounding to eight bits may leave
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
            return _verdict(then, now, (None, None), files, quiet)
        pair = before.levels, _as_kept(targets, before.kind)
        _refuse_edited(before, pair[1], then, now)
        return _verdict(then, now, pair, files, quiet)


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


def _verdict(
    then: Dict[str, Any],
    now: Dict[str, Any],
    pair: Tuple[Any, Any],
    files: Tuple[Path, Path],
    quiet: bool,
) -> int:
    """Say whether two pictures are the same; return the exit code."""
    named = differences(then, now)
    same = then['picture']['pixels_sha256'] == now['picture']['pixels_sha256']
    code, text = 0, 'identical  the same pixels, to the bit'
    if not same:
        code, text = _compared(now, pair, files, quiet)
    lines = [text]
    for name, a, b in named:
        lines.append(f'differs    {name}: {a} then, {b} now')
    if not same and not named:
        lines.append('differs    nothing that the record names')
    if not quiet:
        typer.echo('\n'.join(map(printable, lines)))
    return code


def _compared(
    now: Dict[str, Any],
    pair: Tuple[Any, Any],
    files: Tuple[Path, Path],
    quiet: bool,
) -> Tuple[int, str]:
    """Compare two pictures whose bytes differ with the noise of a run."""
    if pair[0] is None:
        return 1, 'different  by how much is not known: the picture is gone'
    apart = _distance(*pair)
    try:
        floor = max(LEAST, MARGIN * _noise(now, files, pair[1], quiet))
    except KeyboardInterrupt as stop:  # the picture is written
        return getattr(stop, 'code', signals.CTRL_C), (
            f'stopped    {apart:.2f} grey levels (root mean square); the '
            'floor was not measured'
        )
    verdict = 'different' if apart > floor else 'equal    '
    how = 'above' if apart > floor else 'within'
    return int(apart > floor), (
        f'{verdict}  {apart:.2f} grey levels (root mean square), {how} the '
        f'floor of {floor:.2f}: {MARGIN} times what {TWINS + 1} runs are '
        f'apart that begin a rounding apart, at least {LEAST:.0f}'
    )


def _distance(a: numpy.ndarray, b: numpy.ndarray) -> float:
    if a.shape != b.shape:
        return math.inf
    return math.sqrt(numpy.square(a.astype('float64') - b).mean())


def _noise(
    record: Dict[str, Any],
    files: Tuple[Path, Path],
    levels: numpy.ndarray,
    quiet: bool,
) -> float:
    """Run from starts one and two roundings away; return how far they part.

    That is the longest distance of any two of these runs and the one of
    `levels`, in grey levels. A signal ends it at the next step.
    """
    from ..images import postprocess, read_image
    from ..runs.objective import content_of
    from ..runs.run import network, run
    from ..runs.stages import stages
    from ..storage.image_files import eight_bits

    settings = settings_of_record(record)
    background = record['inputs']['background']
    images: Any = tuple(read_image(file, background) for file in files)
    first, net = stages(settings)[0].settings, network(settings)
    start, pictures = content_of(images[0], first), [levels]
    progress = Progress(TWINS * settings.total_epochs, 'epoch', quiet)

    def note(*_: Any) -> None:
        progress.update('the floor')
        signals.raise_pending()

    with contextlib.closing(progress):
        for roundings in range(1, TWINS + 1):
            nudged = start * (1 + roundings * ROUNDING)
            twin = run(images[0], images[1], settings, note, 1, net, nudged)
            pictures.append(eight_bits(postprocess(twin).asnumpy()))
    return max(_distance(*pair) for pair in combinations(pictures, 2))
