"""The images of a run, and the digests of the very bytes that were read."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any, Tuple

from ..storage.plain_files import open_plain

__all__ = ['read_images']


class _Named(io.BytesIO):
    """The bytes of a file, which calls itself by that name."""

    def __init__(self, path: Path, data: bytes) -> None:
        super().__init__(data)
        self._path = path

    def __str__(self) -> str:
        return str(self._path)


def read_images(*paths: Path, background: str = 'white') -> Tuple[Any, Any]:
    """Read the images; return them and their digests ('sha256:...').

    Raises
    ------
    ImageError
        There is no such file, or it is not a whole image.
    """
    from ..images import read_image

    images, digests = [], []
    for path in paths:
        try:
            with open_plain(path) as file:
                data = file.read()
        except OSError:
            read_image(path, background)  # which says what is wrong
            raise
        images.append(read_image(_Named(path, data), background))
        digests.append('sha256:' + hashlib.sha256(data).hexdigest())
    return tuple(images), tuple(digests)
