"""Open image files with Pillow, as RGB in eight bits."""

from __future__ import annotations

import contextlib
import io
import os
from typing import BinaryIO, Iterator, Union

import numpy
from PIL import Image, ImageOps

from ..errors import ImageError
from .plain_files import open_plain

__all__ = ['ImageSource', 'eight_bits', 'open_rgb', 'opened_picture']

ImageSource = Union[str, 'os.PathLike[str]', bytes, BinaryIO, Image.Image]
# no others, whatever a file is called: Pillow has Ghostscript run PostScript
FORMATS = ('JPEG', 'PNG', 'WEBP', 'TIFF', 'GIF', 'BMP', 'PPM', 'AVIF', 'HEIF')


@contextlib.contextmanager
def opened_picture(source: ImageSource) -> Iterator[Image.Image]:
    """Open an image with Pillow, and explain what goes wrong in the block.

    Raises
    ------
    ImageError
        There is no such file, it is of another format than `FORMATS`, or
        what is done with it in the block shows that it is damaged.
    """
    given = 'these bytes' if isinstance(source, bytes) else source
    try:
        with contextlib.ExitStack() as stack:
            if isinstance(source, bytes):
                source = io.BytesIO(source)
            elif isinstance(source, (str, os.PathLike)):
                source = stack.enter_context(open_plain(source))
            if not isinstance(source, Image.Image):
                Image.init()  # AVIF, and HEIF where a plugin reads it
                formats = [name for name in FORMATS if name in Image.OPEN]
                picture = Image.open(source, formats=formats)
                source = stack.enter_context(picture)
            yield source
    except FileNotFoundError:
        raise ImageError(
            f'no such image file: {given}: give the path of a JPEG, PNG, '
            'WebP or TIFF file'
        ) from None
    except Exception:  # a damaged file makes a decoder raise anything
        raise ImageError(
            f'cannot read {given} as an image: wanted a whole JPEG, PNG, '
            'WebP or TIFF file; open it in a viewer to see whether it is one'
        ) from None


def open_rgb(source: ImageSource) -> numpy.ndarray:
    """Read an image, turned as its EXIF orientation says.

    Parameters
    ----------
    source : str, path, bytes, binary file or PIL image
        JPEG, PNG, WebP, TIFF, GIF (first frame), BMP, PPM or, where Pillow
        can, AVIF or HEIF.

    Returns
    -------
    numpy.ndarray
        Shape (h, w, 3), uint8, RGB. Grey images are repeated three times,
        an alpha channel is dropped, 16 bits are cut to 8.

    Raises
    ------
    ImageError
        There is no such file, or it is not a whole image.
    """
    with opened_picture(source) as picture:
        return numpy.asarray(_to_rgb(picture))


def _to_rgb(picture: Image.Image) -> Image.Image:
    # differs from the chapter: OpenCV and Pillow, as the tabs call them,
    # leave a photo on its side when the EXIF orientation says so
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith('I;16') or picture.mode == 'I':
        high = numpy.asarray(picture).astype('int64') >> 8
        picture = Image.fromarray(high.clip(0, 255).astype('uint8'))
    if picture.mode == 'P':  # a palette may hide transparency
        picture = picture.convert('RGBA')
    return picture.convert('RGB')


def eight_bits(picture: numpy.ndarray) -> numpy.ndarray:
    """Round a picture in [0, 1] to the levels of a file, 0 to 255 (uint8).

    Any shape, such as (h, w, 3); the result has the same.
    """
    return (picture * 255).round().astype('uint8')
