"""The two images of a lab: their bytes, whatever they came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ImageError, printable
from ...images import read_image
from ...storage.image_files import ImageBytes, image_bytes, image_shape
from ...storage.named_images import LARGEST, find_image

__all__ = ['Source', 'named_source', 'uploaded_source']

MOST_PIXELS = 50_000_000  # of an upload: 150 MB when it is read


@dataclass(frozen=True)
class Source:
    """An image by its name and its bytes.

    Attributes
    ----------
    name : str
        `sample:...`, `book:...` or the name of a file, without its folder.
    file : ImageBytes
        Its bytes.
    """

    name: str
    file: ImageBytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return self.file.sha256

    def image(self) -> Any:
        """Return the image as `read_image` does.

        Raises
        ------
        ImageError
            The bytes are not a whole image.
        """
        return read_image(self.file)


def named_source(name: str) -> Source:
    """Read an image by its name or path; see `find_image`."""
    path = find_image(name)
    kind = name.partition(':')[0]
    known = kind in ('sample', 'book') and not Path(name).is_file()
    return Source(name if known else path.name, image_bytes(path))


def uploaded_source(name: str, data: bytes) -> Source:
    """Take a file that a browser sent.

    Raises
    ------
    ImageError
        It is too large, or not a whole image.
    """
    name = printable(Path(name).name)[:100]
    if len(data) > LARGEST:
        raise ImageError(
            f'got {name} of {len(data) / 1e6:.0f} MB, wanted at most '
            f'{LARGEST / 1e6:.0f} MB: make it smaller first'
        )
    source = Source(name, ImageBytes(Path(name), data))
    height, width = image_shape(source.file)  # before its pixels are read
    if height * width > MOST_PIXELS:
        raise ImageError(
            f'got {name} of {width}x{height} pixels, wanted at most '
            f'{MOST_PIXELS // 10**6} million: make it smaller first'
        )
    source.image()
    return source
