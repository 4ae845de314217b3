"""Text on a picture: fonts, and lines that fit a width."""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path
from typing import Any, Sequence

from PIL import ImageFont

__all__ = ['font', 'height_of', 'width_of', 'wrapped']

Font = Any  # FreeTypeFont; an older Pillow's default font is another class
# a line may end after one of these
_PART = re.compile(r'[^ +,:/-]*[ +,:/-]*')


@functools.lru_cache(maxsize=None)
def font(size: int, bold: bool = False) -> Font:
    """Return DejaVu Sans, which comes with matplotlib, in pixels."""
    name = 'DejaVuSans-Bold.ttf' if bold else 'DejaVuSans.ttf'
    found = importlib.util.find_spec('matplotlib')  # imports nothing
    if found and found.origin:
        fonts = Path(found.origin).parent / 'mpl-data' / 'fonts' / 'ttf'
        if (fonts / name).is_file():
            return ImageFont.truetype(str(fonts / name), size)
    return ImageFont.load_default()


def width_of(text: str, face: Font) -> int:
    """Return how many pixels a line takes."""
    return round(face.getlength(text))


def height_of(lines: Sequence[str], face: Font) -> int:
    """Return how many pixels lines take one below the other."""
    return round(len(lines) * face.size * 1.3)


def wrapped(
    text: str, face: Font, width: int, most: int | None = None
) -> list[str]:
    """Break a text into lines of at most `width` pixels.

    With `most`, no more lines than that; the last ends in an ellipsis if
    there was more.

    Examples
    --------
    >>> wrapped('conv1_1+conv2_1', font(10), 60)
    ['conv1_1+', 'conv2_1']
    """
    lines = ['']
    for part in _PART.findall(text):
        if width_of((lines[-1] + part).rstrip(), face) <= width:
            lines[-1] += part
            continue
        if lines[-1]:
            lines.append('')
        for letter in part:  # a word longer than a line is cut
            if lines[-1] and width_of(lines[-1] + letter, face) > width:
                lines.append('')
            lines[-1] += letter
    lines = [line.strip() for line in lines if line.strip()] or ['']
    if most and len(lines) > most:
        lines = lines[:most]
        while lines[-1] and width_of(lines[-1] + '\u2026', face) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += '\u2026'
    return lines
