"""Images by name: the book's, downloaded once, and the project's own.

`book:rainier` and `book:autumn-oak` are the chapter's two images (CC BY-SA
4.0, the authors of d2l.ai). The samples are drawn by tools/draw_samples.py
and are under the project's licence.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import ImageError
from . import DATA
from .download import cache_dir, download

__all__ = ['files_named', 'find_image', 'image_names']

BOOK_URL = (
    'https://raw.githubusercontent.com/d2l-ai/d2l-en/'
    '23d7a5aecceee57d1292c56e90cce307f183bb0a/img/'
)
LARGEST = 20_000_000  # bytes
BOOK: dict[str, tuple[str, str]] = {
    'rainier': (
        'rainier.jpg',
        '014381e94081625e5e5279fd81f50d01b75ebf10f1e85189d66e2fc93adbc768',
    ),
    'autumn-oak': (
        'autumn-oak.jpg',
        'a277e6926333bcb06f8fa7e68d24e4d3027ecb87802227ed4b514ab1906af557',
    ),
}


def _samples() -> dict[str, Path]:
    return {path.stem: path for path in sorted(DATA.glob('*.jpg'))}


def image_names() -> list[str]:
    """List the names that `find_image` knows."""
    return [f'book:{name}' for name in BOOK] + [
        f'sample:{name}' for name in _samples()
    ]


def files_named(name: str) -> list[Path]:
    """List the images that are on disk by the name of their file."""
    book = [cache_dir() / file for file, _ in BOOK.values()]
    known = [*_samples().values(), *book]
    return [path for path in known if path.name == name and path.is_file()]


def find_image(name: str) -> Path:
    """Find the file of an image given by name or by path.

    Parameters
    ----------
    name : str
        `book:NAME`, `sample:NAME` or the path of a file. The base address
        of the book's images can be set with `GLUON_STYLE_BOOK_URL`.

    Returns
    -------
    Path
        The file; a book image is downloaded first if it must be.

    Raises
    ------
    ImageError
        There is no such name or file, or it cannot be downloaded.
    """
    kind, _, rest = name.partition(':')
    if kind == 'book' and rest in BOOK:
        file, sha256 = BOOK[rest]
        base = os.environ.get('GLUON_STYLE_BOOK_URL', BOOK_URL)
        return download(
            base.rstrip('/') + '/' + file,
            cache_dir() / file,
            sha256,
            ImageError,
            f'Get {file} of the d2l-ai/d2l-en repository another way and '
            'give its path instead',
            most=LARGEST,
        )
    if kind == 'sample' and rest in _samples():
        return _samples()[rest]
    if os.path.isfile(name):  # Path's raises if the name is too long
        return Path(name)
    if kind in ('book', 'sample'):
        raise ImageError(
            f'there is no image named {name}: the names are '
            + ', '.join(image_names())
        )
    raise ImageError(
        f'no such image file: {name}: give the path of an image or one of '
        + ', '.join(image_names())
    )
