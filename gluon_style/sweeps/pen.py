"""Text and images as parts of a figure, measured in pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import numpy
from PIL import Image, ImageOps

from ..storage.named_images import find_image
from .captions import wrapped

__all__ = ['FAILED_INK', 'GREY', 'INK', 'Pen', 'enlarged']

INK, GREY, FAILED_INK = '#1a1a1a', '#5f666d', '#a3200d'


class Pen:
    """Makes the parts of a figure and puts them where they belong.

    Parameters
    ----------
    canvas : FigureCanvasAgg
        The figure's, of 72 dots per inch.
    letters : int
        The height of plain letters, in pixels.
    """

    def __init__(self, canvas: Any, letters: int) -> None:
        from matplotlib import offsetbox  # late: a worker draws nothing

        self.parts, self.letters = offsetbox, letters
        self.figure, self.renderer = canvas.figure, canvas.get_renderer()

    def text(
        self,
        texts: Sequence[str],
        width: float,
        ink: str = INK,
        scale: float = 1,
        bold: bool = False,
        most: int | None = None,
    ) -> Any:
        """Return paragraphs of lines of at most `width`.

        `scale` is of the letters, `most` the most lines of a paragraph.
        """
        from matplotlib.font_manager import FontProperties

        font = FontProperties(
            family='DejaVu Sans',
            size=round(self.letters * scale),
            weight='bold' if bold else 'normal',
        )

        def width_of(line: str) -> float:
            measure = self.renderer.get_text_width_height_descent
            return measure(line, font, False)[0]

        lines = [
            line
            for text in texts
            for line in wrapped(text, width_of, width, most)
        ]
        look = {
            'fontproperties': font,
            'color': ink,
            'linespacing': 1.3,
            # a file's name may hold dollar signs, which are no mathematics
            'parse_math': False,
        }
        return self.parts.TextArea('\n'.join(lines), textprops=look)

    def image(self, name: str | Path, width: int, height: int) -> Any:
        """Return an image by name or path, no larger than a box."""
        with Image.open(find_image(str(name))) as image:
            image.draft('RGB', (4 * width, 4 * height))  # a large JPEG is slow
            upright = ImageOps.exif_transpose(image).convert('RGB')
        small = ImageOps.contain(upright, (width, height))
        return self.parts.OffsetImage(
            numpy.asarray(small), dpi_cor=False, interpolation='nearest'
        )

    def column(self, parts: Sequence[Any], gap: int | None = None) -> Any:
        """Lay parts one below the other."""
        gap = self.letters // 3 if gap is None else gap
        return self.parts.VPacker(children=[*parts], pad=0, sep=gap)

    def row(self, parts: Sequence[Any], gap: int) -> Any:
        """Lay parts side by side."""
        return self.parts.HPacker(
            children=[*parts], pad=0, sep=gap, align='top'
        )

    def size_of(self, part: Any) -> tuple[float, float]:
        """Return the width and height of a part."""
        part.set_figure(self.figure)
        extent = part.get_window_extent(self.renderer)
        return extent.width, extent.height

    def place(
        self,
        parts: Sequence[Any],
        home: Any,
        corner: tuple[int, int] = (0, 1),
        shift: tuple[float, float] = (0, 0),
        below: bool = True,
    ) -> None:
        """Stack parts below (or above) a corner of the axes or the figure.

        `shift` is from there, to the right and up.
        """
        kind = 'figure' if home is self.figure else 'axes'
        box = self.parts.AnnotationBbox(
            self.column(parts),
            corner,
            shift,
            xycoords=f'{kind} fraction',
            boxcoords='offset pixels',
            box_alignment=(0, 1 if below else 0),
            frameon=False,
            pad=0,
            annotation_clip=False,
        )
        home.add_artist(box)


def enlarged(path: Path, width: int, most: int) -> Image.Image:
    """Read a picture; its pixels become squares that bring it near a width.

    Where a side would have more than `most` pixels, it is reduced to that.
    """
    with Image.open(path) as image:
        times = max(1, round(width / image.width))
        size = (image.width * times, image.height * times)
        picture = image.convert('RGB').resize(size, Image.Resampling.NEAREST)
    picture.thumbnail((most, most))
    return picture
