"""Axes of so many pixels, and a figure that is as large as that takes."""

from __future__ import annotations

import numpy

from ..errors import SettingsError

__all__ = ['empty_grid', 'fit_figure']

DPI = 72  # a point is a pixel
MOST = 2**16  # pixels of a side that matplotlib's Agg can draw


def empty_grid(rows: int, columns: int) -> numpy.ndarray:
    """Return axes that show nothing, of a figure whose points are pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = FigureCanvasAgg(Figure(dpi=DPI, facecolor='white')).figure
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.spines[:].set_visible(False)
        for part in (axes.xaxis, axes.yaxis, axes.patch):
            part.set_visible(False)
    return grid


def fit_figure(
    grid: numpy.ndarray,
    size: tuple[int, int],
    gap: float,
    margin: float,
    above: tuple[float, float] = (0, 0),
) -> None:
    """Lay a figure out so that each of its axes has a size in whole pixels.

    Parameters
    ----------
    grid : numpy.ndarray
        All axes of a figure, from `empty_grid`; what is written around
        them may be of any size.
    size : tuple of int
        Width and height of each.
    gap, margin : float
        Pixels between two axes and what is around them, and at the edges.
    above : tuple of float
        Width and height of what is to stand above all.

    Raises
    ------
    SettingsError
        The figure would be larger than matplotlib can draw.
    """
    figure = grid[0, 0].figure
    wide, high = above
    edge = margin - gap / 2  # axes bring half a gap along
    counts = numpy.array(grid.shape[::-1])
    labels = [axes.get_tightbbox().size - axes.bbox.size for axes in grid.flat]
    # of the figure; more than enough to begin with, else there is no layout
    part = counts * (2 * numpy.max(labels, axis=0) + size + gap)
    # labels keep their size when the figure changes its own, so that what
    # the axes lack or have too much of is all there is to correct: two
    # rounds; more where a label is taller than its axes and hangs down
    for _ in range(20):
        around = numpy.array([max(0, wide + gap - part[0]), high])
        whole = numpy.ceil(part + around + 2 * edge)
        figure.set_size_inches(whole / DPI)
        figure.set_layout_engine(
            'constrained',
            rect=(*(edge / whole), *(part / whole)),
            w_pad=gap / 2 / DPI,
            h_pad=gap / 2 / DPI,
            wspace=0,
            hspace=0,
        )
        figure.get_layout_engine().execute(figure)
        error = size - whole * grid[0, 0].get_position().size
        part = part + counts * error
        if abs(error).max() < 0.1:
            break
    figure.set_layout_engine('none')
    if whole.max() >= MOST:
        raise SettingsError(
            'got more pictures than fit on one sheet, which would be '
            f'{whole[0]:.0f} x {whole[1]:.0f} pixels, wanted less than '
            f'{MOST}: take fewer values, or more values for the last axis '
            'if there are too many rows'
        )
    for axes in grid.flat:
        corner = (axes.get_position().min * whole).round()
        axes.set_position((*(corner / whole), *(size / whole)))
