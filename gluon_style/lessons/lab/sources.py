"""The two images of a lab: their bytes, whatever they came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ImageError, printable
from ...images import read_image
from ...storage.image_files import opened_picture
from ...storage.named_images import LARGEST, find_image
from ...storage.plain_files import open_plain

__all__ = ['Source', 'named_source', 'uploaded_source']

MOST_PIXELS = 50_000_000  # of an upload: 150 MB when it is read


@dataclass(frozen=True)
class Source:
    """An image by its name and its bytes.

    Attributes
    ----------
    name : str
        `sample:...`, `book:...` or the name of a file, without its folder.
    data : bytes
        The file.
    """

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def image(self) -> Any:
        """Return the image as `read_image` does.

        Raises
        ------
        ImageError
            The bytes are not a whole image.
        """
        try:
            return read_image(self.data)
        except ImageError as error:
            text = str(error).replace('these bytes', self.name)
            raise ImageError(text) from None


def named_source(name: str) -> Source:
    """Read an image by its name or path; see `find_image`."""
    path = find_image(name)
    kind = name.partition(':')[0]
    with open_plain(path) as file:
        data = file.read()
    known = kind in ('sample', 'book') and not Path(name).is_file()
    return Source(name if known else path.name, data)


def uploaded_source(name: str, data: bytes) -> Source:
    """Take a file that a browser sent.

    Raises
    ------
    ImageError
        It is too large, or not a whole image.
    """
    source = Source(printable(Path(name).name)[:100], bytes(data))
    if len(data) > LARGEST:
        raise ImageError(
            f'got {source.name} of {len(data) / 1e6:.0f} MB, wanted at most '
            f'{LARGEST / 1e6:.0f} MB: make it smaller first'
        )
    try:
        with opened_picture(source.data) as picture:
            width, height = picture.size  # before its pixels are read
    except ImageError:
        width = height = 0
    if height * width > MOST_PIXELS:
        raise ImageError(
            f'got {source.name} of {width}x{height} pixels, wanted at most '
            f'{MOST_PIXELS // 10**6} million: make it smaller first'
        )
    source.image()
    return source
