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
        self.figure, self.letters = canvas.figure, letters
        self.renderer = canvas.get_renderer()

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
        from matplotlib.offsetbox import TextArea

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
        return TextArea('\n'.join(lines), textprops=look)

    def image(self, name: str | Path, width: int, height: int) -> Any:
        """Return an image by name or path, no larger than a box."""
        from matplotlib.offsetbox import OffsetImage

        with Image.open(find_image(str(name))) as image:
            image.draft('RGB', (4 * width, 4 * height))  # a large JPEG is slow
            upright = ImageOps.exif_transpose(image).convert('RGB')
        small = ImageOps.contain(upright, (width, height))
        return OffsetImage(
            numpy.asarray(small), dpi_cor=False, interpolation='nearest'
        )

    def column(self, parts: Sequence[Any], gap: int | None = None) -> Any:
        """Lay parts one below the other."""
        from matplotlib.offsetbox import VPacker

        gap = self.letters // 3 if gap is None else gap
        return VPacker(children=list(parts), pad=0, sep=gap)

    def row(self, parts: Sequence[Any], gap: int) -> Any:
        """Lay parts side by side."""
        from matplotlib.offsetbox import HPacker

        return HPacker(children=list(parts), pad=0, sep=gap, align='top')

    def size_of(self, part: Any) -> tuple[float, float]:
        """Return the width and height of a part."""
        part.set_figure(self.figure)
        extent = part.get_window_extent(self.renderer)
        return extent.width, extent.height

    def place(
        self,
        part: Any,
        home: Any,
        corner: tuple[int, int] = (0, 1),
        shift: tuple[float, float] = (0, 0),
        below: bool = True,
    ) -> None:
        """Put a part below (or above) a corner of the axes or the figure.

        `shift` is from there, to the right and up.
        """
        from matplotlib.offsetbox import AnnotationBbox

        kind = 'figure' if home is self.figure else 'axes'
        box = AnnotationBbox(
            part,
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

    def rule(self, left: float, right: float, y: float, ink: str) -> None:
        """Draw a thin line; `y` is from the foot of the figure."""
        from matplotlib.lines import Line2D
        from matplotlib.transforms import IdentityTransform

        line = Line2D([left, right], [y, y], color=ink, linewidth=1)
        line.set_transform(IdentityTransform())
        self.figure.add_artist(line)


def enlarged(path: Path, width: int) -> Image.Image:
    """Read a picture; its pixels become squares that bring it near a width."""
    with Image.open(path) as image:
        times = max(1, round(width / image.width))
        size = (image.width * times, image.height * times)
        return image.convert('RGB').resize(size, Image.Resampling.NEAREST)
