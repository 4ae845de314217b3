"""Open image files with Pillow, as sRGB in eight bits."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
from pathlib import Path
from typing import Any, BinaryIO, Iterator, Union

import numpy
from PIL import Image, ImageOps

from ..errors import ImageError, StyleError
from .colours import alpha_of, on_background
from .plain_files import open_plain

__all__ = [
    'ImageBytes',
    'ImageSource',
    'eight_bits',
    'image_bytes',
    'image_shape',
    'open_alpha',
    'open_rgb',
    'opened_picture',
]

ImageSource = Union[str, 'os.PathLike[str]', bytes, BinaryIO, Image.Image]
# no others, whatever a file is called: Pillow has Ghostscript run PostScript
FORMATS = ('JPEG', 'PNG', 'WEBP', 'TIFF', 'GIF', 'BMP', 'PPM', 'AVIF', 'HEIF')

ORIENTATION = 0x0112  # the EXIF tag

# in a JPEG; neither a byte of data, nor a restart, nor a filler
MARKER = re.compile(b'\xff[^\x00\xd0-\xd7\xff]', re.DOTALL)


class ImageBytes(io.BytesIO):
    """The bytes of an image file, which calls itself by the file's name.

    Attributes
    ----------
    path : Path
        The file.
    sha256 : str
        Of these very bytes: the file may change meanwhile.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        super().__init__(data)
        self.path = path
        self.sha256 = hashlib.sha256(data).hexdigest()

    def __str__(self) -> str:
        return str(self.path)


def image_bytes(path: str | os.PathLike[str]) -> ImageBytes:
    """Read the bytes of an image file once, whatever is made of them.

    Raises
    ------
    ImageError
        There is no such file, or it is no plain one.
    """
    with _explained(path), open_plain(path) as file:
        return ImageBytes(Path(path), file.read())


@contextlib.contextmanager
def opened_picture(source: ImageSource) -> Iterator[Image.Image]:
    """Open an image with Pillow, and explain what goes wrong in the block.

    Raises
    ------
    ImageError
        There is no such file, it is of another format than `FORMATS`, or
        what is done with it in the block shows that it is damaged.
    """
    with _explained(source), contextlib.ExitStack() as stack:
        if isinstance(source, bytes):
            source = io.BytesIO(source)
        elif isinstance(source, (str, os.PathLike)):
            source = stack.enter_context(open_plain(source))
        if not isinstance(source, Image.Image):
            Image.init()  # AVIF, and HEIF where a plugin reads it
            formats = [name for name in FORMATS if name in Image.OPEN]
            picture = Image.open(source, formats=formats)
            source = stack.enter_context(picture)
            _refuse_without_end(picture)
        yield source


@contextlib.contextmanager
def _explained(source: ImageSource) -> Iterator[None]:
    given = 'these bytes' if isinstance(source, bytes) else source
    try:
        yield
    except FileNotFoundError:
        raise ImageError(
            f'no such image file: {given}: give the path of a JPEG, PNG, '
            'WebP or TIFF file'
        ) from None
    except StyleError:  # complete
        raise
    except Exception:  # a damaged file makes a decoder raise anything
        raise ImageError(
            f'cannot read {given} as an image: wanted a whole JPEG, PNG, '
            'WebP or TIFF file; open it in a viewer to see whether it is one'
        ) from None


def _refuse_without_end(picture: Image.Image) -> None:
    """Refuse a JPEG that is cut short where its decoder does not notice."""
    if picture.format not in ('JPEG', 'MPO'):
        return
    file: Any = picture.fp  # type: ignore[attr-defined]
    place = file.tell()
    file.seek(0)
    data = file.read()
    file.seek(place)
    marker = MARKER.search(data, 2)
    while marker and marker[0] != b'\xff\xd9':
        length = int.from_bytes(data[marker.end() : marker.end() + 2], 'big')
        marker = MARKER.search(data, marker.end() + max(length, 2))
    if not marker:
        raise EOFError('no end of image')


def open_rgb(source: ImageSource, background: str = 'white') -> numpy.ndarray:
    """Read an image as it is shown, turned as its EXIF orientation says.

    Parameters
    ----------
    source : str, path, bytes, binary file or PIL image
        JPEG, PNG, WebP, TIFF, GIF (first frame), BMP, PPM or, where Pillow
        can, AVIF or HEIF.
    background : str
        The colour behind what is transparent.

    Returns
    -------
    numpy.ndarray
        Shape (h, w, 3), uint8, sRGB; see `colours.on_background`. Grey
        images are repeated three times.

    Raises
    ------
    ImageError
        There is no such file, it is not a whole image, or no such colour.
    """
    with opened_picture(source) as picture:
        return numpy.asarray(on_background(_upright(picture), background))


def image_shape(source: ImageSource) -> tuple[int, int]:
    """Return (h, w) of an image as `open_rgb` gives it, without decoding it.

    Raises
    ------
    ImageError
        As `open_rgb`, but for damage that only decoding shows.
    """
    with opened_picture(source) as picture:
        width, height = picture.size
        on_its_side = picture.getexif().get(ORIENTATION, 1) in range(5, 9)
        return (width, height) if on_its_side else (height, width)


def open_alpha(source: ImageSource) -> numpy.ndarray | None:
    """Read how opaque an image is: shape (h, w), uint8; None if it all is."""
    with opened_picture(source) as picture:
        return alpha_of(_upright(picture))


def _upright(picture: Image.Image) -> Image.Image:
    # differs from the chapter: OpenCV and Pillow, as the tabs call them,
    # leave a photo on its side when the EXIF orientation says so
    turned: Image.Image = ImageOps.exif_transpose(picture)
    turned.format = picture.format
    return turned


def eight_bits(picture: numpy.ndarray) -> numpy.ndarray:
    """Round a picture in [0, 1] to the levels of a file, 0 to 255 (uint8).

    Any shape, such as (h, w, 3); the result has the same.
    """
    return (picture * 255).round().astype('uint8')
