"""Show the losses and the picture while they change.

Source: d2l, Neural Style Transfer, "Training" (`d2l.Animator`).
"""

from __future__ import annotations

import io
import sys
from typing import Any, Callable, Sequence, Tuple

import numpy
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .storage import whole_files
from .training import EpochRecord

__all__ = ['Animator', 'set_axes']

LINES = ('-', 'm--', 'g-.', 'r:')  # as d2l draws them
CHAPTER: dict[str, Any] = {
    'xlabel': 'epoch', 'ylabel': 'loss', 'ylim': (0, 20),
    'legend': ('content', 'style', 'TV'),
}  # fmt: skip
Limits = Tuple[float, float]


def set_axes(
    axes: Any, xlabel: str | None, ylabel: str | None, xlim: Limits | None,
    ylim: Limits | None, xscale: str, yscale: str,
    legend: Sequence[str] | None,
) -> None:  # fmt: skip
    """Give axes their labels, limits, scales, legend and grid; None: as is.

    Source: d2l, "Calculus" (`d2l.set_axes`).
    """
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    axes.set_xlim(xlim)
    axes.set_ylim(ylim)
    if legend:
        axes.legend(legend)
    axes.grid()


class Animator:
    """The book's `d2l.Animator`, and a callback for `train`.

    In a notebook the figure is shown and redrawn at each `add`; elsewhere
    nothing is shown, and `save` writes it. From the first `imshow` on, and
    so as a callback, what was left out below is the chapter's: curves on the
    left, the picture on the right, labels, legend and limits.

    Parameters
    ----------
    xlabel, ylabel, legend : str, str, sequence of str, optional
        Labels of the axes and names of the curves.
    xlim, ylim : tuple of float, optional
        What is shown of epochs and losses; None is all. The default of
        `ylim` is all, or the chapter's (0, 20), which cuts the first off.
    xscale, yscale : str
        'linear' or 'log'.
    fmts : sequence of str
        The curves' lines, as matplotlib writes them.
    nrows, ncols, figsize : int, int, tuple of float
        Panels, and inches of the whole: one, (3.5, 2.5); the chapter's are
        two, (7, 2.5).
    live : bool, optional
        Whether to show the figure; by default, in a notebook only.

    Source: d2l, "Training" (`d2l.Animator`).
    """

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Limits | None = None, ylim: Limits | str | None = 'auto',
        xscale: str = 'linear', yscale: str = 'linear',
        fmts: Sequence[str] = LINES,
        nrows: int = 1, ncols: int | None = None,
        figsize: Limits | None = None, live: bool | None = None,
    ) -> None:  # fmt: skip
        shown = (None, None) if ylim is None else ylim
        self.look: dict[str, Any] = {  # None: left out
            'xlabel': xlabel, 'ylabel': ylabel, 'legend': legend,
            'xlim': xlim, 'ylim': None if isinstance(ylim, str) else shown,
            'xscale': xscale, 'yscale': yscale,
        }  # fmt: skip
        self.fmts, self.ncols, self.figsize = fmts, ncols, figsize
        self.live = in_notebook() if live is None else live
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self._fig = Figure(figsize or (3.5, 2.5), layout='constrained')
        FigureCanvasAgg(self._fig)
        axes = self._fig.subplots(nrows, ncols or 1, squeeze=False)
        self._axes = axes if min(axes.shape) > 1 else axes.ravel()
        self._up_to_date = True
        self._display: Any = None

    @property
    def fig(self) -> Figure:
        """The figure, with every point added."""
        self._draw_curves()
        return self._fig

    @property
    def axes(self) -> numpy.ndarray:
        """The figure's panels; the curves are in the first."""
        self._draw_curves()
        return self._axes

    def __call__(
        self, record: EpochRecord, picture: Callable[[], numpy.ndarray]
    ) -> None:
        """Add an epoch's losses and the picture: the callback of `train`."""
        self.imshow(picture())
        losses = record.content_loss, record.style_loss, record.tv_loss
        self.add(record.epoch, losses)

    def add(self, x: Any, y: Any) -> None:
        """Add a point to each curve and redraw; in a notebook, show.

        `x` and `y` are a value, or one for each curve; None adds no point.
        The points are in `X` and `Y`, a list for each curve.
        """
        y = y if hasattr(y, '__len__') else [y]
        x = x if hasattr(x, '__len__') else [x] * len(y)
        if not self.Y:
            self.X, self.Y = [[] for _ in y], [[] for _ in y]
        for xs, ys, a, b in zip(self.X, self.Y, x, y):
            if a is not None and b is not None:
                xs.append(a)
                ys.append(b)
        self._up_to_date = False
        if self.live:
            self._show()

    def imshow(self, picture: numpy.ndarray) -> None:
        """Show a picture (h, w, 3) in [0, 1] in the second panel, if any."""
        if self.ncols is None:
            self._look_as_the_chapters()
        for axes in numpy.ravel(self._axes)[1:2]:
            axes.clear()
            axes.imshow(picture)
            axes.set_axis_off()

    def _look_as_the_chapters(self) -> None:
        self.ncols = 2
        self._fig.clear()
        self._fig.set_size_inches(self.figsize or (7, 2.5))
        self._axes = self._fig.subplots(1, 2)
        given = {k: v for k, v in self.look.items() if v is not None}
        self.look = {**self.look, **CHAPTER, **given}
        self._up_to_date = False

    def save(self, path: whole_files.PathLike) -> None:
        """Write the figure to a .png, .svg or .pdf file, whole or not.

        Raises
        ------
        OutputError
            The name ends otherwise, or the file cannot be written.
        """
        whole_files.check_target(path, whole_files.PLOT_SUFFIXES)
        with whole_files.whole_file(path) as target:
            self.fig.savefig(str(target), dpi=150)

    def _draw_curves(self) -> None:
        if self._up_to_date:
            return
        axes = numpy.ravel(self._axes)[0]
        axes.clear()
        for x, y, fmt in zip(self.X, self.Y, self.fmts):
            axes.plot(x, y, fmt)
        for line, name in zip(axes.get_lines(), self.look['legend'] or ()):
            line.set_label(name)
        set_axes(axes, **self.look)
        self._up_to_date = True

    def _show(self) -> None:
        from IPython.display import Image, display

        jpeg = io.BytesIO()  # of a photo a third of PNG, at each redrawing
        self.fig.savefig(jpeg, format='jpeg', dpi=110)
        image = Image(data=jpeg.getvalue())
        if self._display is None:
            self._display = display(image, display_id=True)
        else:
            self._display.update(image)


def in_notebook() -> bool:
    """Whether the code runs in a Jupyter kernel."""
    if 'IPython' not in sys.modules:
        return False
    shell = sys.modules['IPython'].get_ipython()
    return shell is not None and hasattr(shell, 'kernel')
