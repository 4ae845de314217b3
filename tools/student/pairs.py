"""Pictures that the student was not trained on, to measure what it is worth.

All come with packages, or are the book's and the project's own.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from gluon_style._mxnet import np
from gluon_style.errors import ImageError
from gluon_style.images import read_image
from gluon_style.storage.named_images import find_image

from .crops import photograph

__all__ = ['PAIRS', 'read_pair']

# content, style
PAIRS: dict[str, tuple[str, str]] = {
    'book': ('book:rainier', 'book:autumn-oak'),
    'cat': ('skimage:chelsea', 'skimage:coffee'),
    'temple': ('sklearn:china', 'sklearn:flower'),
    'portrait': ('matplotlib:grace_hopper', 'sample:autumn-avenue'),
    'lake': ('sample:mountain-lake', 'sample:autumn-avenue'),
    'flower': ('sklearn:flower', 'book:autumn-oak'),
}
FOLDERS = {
    'sklearn': 'datasets/images',
    'matplotlib': 'mpl-data/sample_data',
}


def read_pair(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the content and the style image of a pair, (h, w, 3), uint8."""
    content, style = (_read(image) for image in PAIRS[name])
    return content, style


def _read(name: str) -> np.ndarray:
    kind, _, rest = name.partition(':')
    if kind == 'skimage':
        return np.array(photograph(rest), dtype='uint8')
    if kind not in FOLDERS:
        return read_image(find_image(name))
    package = importlib.util.find_spec(kind)
    if package is None or not package.origin:
        raise ImageError(
            f'{name} comes with a package that is not installed: pip install '
            "'gluon-style[student]'"
        )
    return read_image(
        Path(package.origin).parent / FOLDERS[kind] / f'{rest}.jpg'
    )
