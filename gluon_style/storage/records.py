"""Write a picture with a record of how it was made, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Mapping

import numpy
from PIL import Image

from ..errors import ImageError, OutputError, RecordError
from .colours import srgb_profile
from .image_files import eight_bits, opened_picture
from .plain_files import open_plain
from .whole_files import PICTURE_SUFFIXES, PathLike, check_target, whole_file

__all__ = [
    'check_transparency',
    'is_deep',
    'pixels_digest',
    'read_record',
    'save_picture',
    'write_record',
]

IMAGE_DESCRIPTION = 0x010E  # the EXIF tag that holds the record
DEEPEST = 20  # levels of a record
LONGEST = 1 << 22  # bytes of one in a .json


def save_picture(
    picture: numpy.ndarray,
    path: PathLike,
    record: dict[str, Any],
    alpha: numpy.ndarray | None = None,
) -> None:
    """Write a picture to a file of the kind that its name says.

    The file says that its colours are sRGB's.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1], from `postprocess`.
    path : path
        Ends in .png, .jpg, .webp or .tif.
    record : dict
        Plain values; kept in the file as JSON, see `read_record`.
    alpha : numpy.ndarray, optional
        How opaque it is to be, shape (any h, any w), uint8, from
        `open_alpha`.

    Raises
    ------
    OutputError
        The name ends otherwise, such a file holds no picture of that size
        or no transparency, or it cannot be written.
    """
    check_target(path, PICTURE_SUFFIXES, picture.shape[1::-1])
    image = Image.fromarray(eight_bits(picture))
    if alpha is not None:
        check_transparency(path)
        mask = Image.fromarray(alpha)
        image.putalpha(mask.resize(image.size, Image.Resampling.BILINEAR))
    exif = Image.Exif()
    exif[IMAGE_DESCRIPTION] = json.dumps(record)
    with whole_file(path) as target:
        # else JPEG and WebP halve the size of colour, which the losses see
        kept: Any = {'subsampling': 0, 'lossless': True}
        profile = srgb_profile()
        image.save(target, exif=exif, quality=95, icc_profile=profile, **kept)


def check_transparency(path: PathLike) -> None:
    """Refuse a file of a kind that cannot be transparent.

    Raises
    ------
    OutputError
        It is a JPEG.
    """
    if Path(path).suffix.lower() in ('.jpg', '.jpeg'):
        raise OutputError(
            f'cannot write {path}: a JPEG holds no transparency: name a .png, '
            'or give the colour behind the picture with --background'
        )


def read_record(path: PathLike) -> dict[str, Any]:
    """Return the record that `save_picture` kept in a file, or a .json.

    It is not checked: see `runs.record.load_record`.

    Raises
    ------
    ImageError
        There is no such file, it is no image, or it has no record.
    RecordError
        A .json is none.
    """
    if Path(path).suffix.lower() == '.json':
        return _read_json(path)
    with opened_picture(path) as picture:
        text = picture.getexif().get(IMAGE_DESCRIPTION)
    try:
        record = json.loads(str(text))
    except (TypeError, ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or is_deep(record):
        raise ImageError(
            f'{path} has no record: wanted a picture as gluon-style wrote '
            'it; programs that edit pictures may drop the record'
        )
    return record


def _read_json(path: PathLike) -> dict[str, Any]:
    try:
        with open_plain(path) as file:
            data = file.read(LONGEST + 1)
        record = json.loads(data.decode()) if len(data) <= LONGEST else None
    except FileNotFoundError:
        raise RecordError(
            f'no such record: {path}: name a picture or the .json beside it'
        ) from None
    except (OSError, ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or is_deep(record):
        raise RecordError(
            f'{path} is no record: wanted the .json that gluon-style writes '
            'beside a picture'
        )
    return record


def write_record(record: Mapping[str, Any], path: PathLike) -> None:
    """Write a record as JSON, a line for each epoch.

    Raises
    ------
    OutputError
        The folder does not take the file.
    """
    text = json.dumps(record, indent=1, allow_nan=False)
    # numbers of one row, which are on lines of their own
    text = re.sub(r'\[\n\s+(-?\d[^\[\]"{}]*?)\n\s+\]', _on_a_line, text)
    with whole_file(path) as target:
        target.write_text(text + '\n', encoding='utf-8')


def _on_a_line(found: re.Match[str]) -> str:
    return f'[{" ".join(found[1].split())}]'


def pixels_digest(levels: numpy.ndarray) -> str:
    """Return the SHA-256 of the levels of a picture, whatever file holds it.

    Parameters
    ----------
    levels : numpy.ndarray
        Shape (h, w, 3), uint8, from `eight_bits`: the bytes are taken in
        that order, without transparency, before a file compresses them.
    """
    if levels.dtype != 'uint8' or levels.ndim != 3:
        raise ImageError(
            f'got levels of type {levels.dtype} and shape {levels.shape}, '
            'wanted (h, w, 3), uint8'
        )
    return hashlib.sha256(levels.tobytes()).hexdigest()


def is_deep(record: Mapping[str, Any]) -> bool:
    """Whether it nests further than any that `save_picture` was given."""
    level: list[Any] = [record]
    for _ in range(DEEPEST):
        level = [
            part
            for value in level
            if isinstance(value, (dict, list))
            for part in (value.values() if isinstance(value, dict) else value)
        ]
    return bool(level)
