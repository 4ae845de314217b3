"""Write a picture with a record of how it was made, whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import numpy
from PIL import Image

from ..errors import ImageError
from .image_files import eight_bits
from .whole_files import PICTURE_SUFFIXES, PathLike, check_target, whole_file

__all__ = ['read_record', 'save_picture']

IMAGE_DESCRIPTION = 0x010E  # the EXIF tag that holds the record


def save_picture(
    picture: numpy.ndarray, path: PathLike, record: dict[str, Any]
) -> None:
    """Write a picture to a file of the kind that its name says.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1], from `postprocess`.
    path : path
        Ends in .png, .jpg, .webp or .tif.
    record : dict
        Plain values; kept in the file as JSON, see `read_record`.

    Raises
    ------
    OutputError
        The name ends otherwise, or the file cannot be written.
    """
    check_target(path, PICTURE_SUFFIXES)
    image = Image.fromarray(eight_bits(picture))
    exif = Image.Exif()
    exif[IMAGE_DESCRIPTION] = json.dumps(record)
    with whole_file(path) as target:
        image.save(target, exif=exif, quality=95)


def read_record(path: PathLike) -> dict[str, Any]:
    """Return the record that `save_picture` kept in a file.

    Raises
    ------
    ImageError
        There is no such file, it is no image, or it has no record.
    """
    try:
        with Image.open(path) as image:
            record = json.loads(image.getexif()[IMAGE_DESCRIPTION])
    except FileNotFoundError:
        raise ImageError(
            f'no such picture: {path}: give the path of one that '
            'gluon-style made'
        ) from None
    except (KeyError, TypeError, json.JSONDecodeError):
        record = None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ImageError(
            f'cannot read {path} as an image: open it in a viewer to see '
            'whether it is one'
        ) from None
    if not isinstance(record, dict):
        raise ImageError(
            f'{path} has no record: wanted a picture as gluon-style wrote '
            'it; programs that edit pictures may drop the record'
        )
    return record
