"""What draws on a contact sheet: lines of text, images, rules."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from PIL import Image, ImageDraw, ImageOps

from ..storage.named_images import find_image
from .lettering import Font, height_of

__all__ = ['GREY', 'INK', 'Pen', 'fitted', 'opened', 'thumbnail']

INK, GREY, RULE = '#1a1a1a', '#5f666d', '#c3c9cf'


class Pen:
    """A white sheet and what is drawn on it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.sheet = Image.new('RGB', size, 'white')
        self.draw = ImageDraw.Draw(self.sheet)

    def lines(
        self, lines: Sequence[str], left: int, top: int, face: Font, ink: str
    ) -> None:
        """Write lines one below the other."""
        for i in range(len(lines)):
            y = top + height_of(lines[:i], face)
            self.draw.text((left, y), lines[i], ink, face)

    def rule(self, left: int, right: int, y: int) -> None:
        """Draw a thin line."""
        self.draw.line((left, y, right, y), RULE)

    def paste(self, image: Image.Image, left: int, top: int) -> None:
        """Put an image where its corner is to be."""
        self.sheet.paste(image, (left, top))


def opened(path: Path) -> Image.Image:
    """Read a picture that a sweep has made."""
    with Image.open(path) as image:
        return image.convert('RGB')


def thumbnail(name: str, width: int, height: int) -> Image.Image:
    """Read an image by name or path, no larger than a box."""
    with Image.open(find_image(name)) as image:
        image.draft('RGB', (4 * width, 4 * height))  # a large JPEG is slow
        upright = ImageOps.exif_transpose(image).convert('RGB')
    return fitted(upright, width, height)


def fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    """Resize an image until it touches a box from within."""
    scale = min(width / image.width, height / image.height)
    size = [max(1, round(i * scale)) for i in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS)
