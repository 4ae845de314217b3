"""Show the losses and the picture while they change.

Source: d2l, Neural Style Transfer, "Training" (`d2l.Animator`).
"""

from __future__ import annotations

import io
import sys
from typing import Any, Callable, Sequence

import numpy
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .storage.whole_files import (
    PLOT_SUFFIXES,
    PathLike,
    check_target,
    whole_file,
)
from .training import EpochRecord

__all__ = ['Animator']

LINES = ('-', 'm--', 'g-.', 'r:')  # as d2l draws them


class Animator:
    """Loss curves on the left, the picture on the right, as the chapter's.

    It is a callback for `train`. In a notebook the figure is shown and
    redrawn at each report; elsewhere nothing is shown, and `save` writes it.

    Parameters
    ----------
    xlabel, ylabel : str
        Labels of the axes.
    xlim : tuple of float, optional
        First and last epoch; by default as far as the records go.
    ylim : tuple of float, optional
        The chapter's (0, 20) by default, which cuts the first losses off;
        None shows all of them.
    legend : sequence of str
        Names of the curves.
    figsize : tuple of float
        Width and height in inches.
    live : bool, optional
        Whether to show the figure; by default, in a notebook only.

    Source: d2l, "Training".
    """

    def __init__(
        self,
        xlabel: str = 'epoch',
        ylabel: str = 'loss',
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = (0, 20),
        legend: Sequence[str] = ('content', 'style', 'TV'),
        figsize: tuple[float, float] = (7, 2.5),
        live: bool | None = None,
    ) -> None:
        self.xlabel, self.ylabel = xlabel, ylabel
        self.xlim, self.ylim = xlim, ylim
        self.legend = legend
        self.live = in_notebook() if live is None else live
        self.epochs: list[float] = []
        self.losses: list[Sequence[float]] = []
        self.figure = Figure(figsize=figsize, layout='constrained')
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.subplots(1, 2)
        self._display: Any = None

    def __call__(
        self, record: EpochRecord, picture: Callable[[], numpy.ndarray]
    ) -> None:
        """Add an epoch's losses and the picture: the callback of `train`."""
        self.imshow(picture())
        self.add(
            record.epoch,
            [record.content_loss, record.style_loss, record.tv_loss],
        )

    def add(self, x: float, y: Sequence[float]) -> None:
        """Add one point to each curve; in a notebook, redraw."""
        self.epochs.append(x)
        self.losses.append(y)
        if self.live:
            self._show()

    def imshow(self, picture: numpy.ndarray) -> None:
        """Show a picture, shape (h, w, 3) in [0, 1], on the right."""
        self.axes[1].clear()
        self.axes[1].imshow(picture)
        self.axes[1].set_axis_off()

    def save(self, path: PathLike) -> None:
        """Write the figure to a .png, .svg or .pdf file, whole or not.

        Raises
        ------
        OutputError
            The name ends otherwise, or the file cannot be written.
        """
        check_target(path, PLOT_SUFFIXES)
        self._draw_curves()
        with whole_file(path) as target:
            self.figure.savefig(str(target), dpi=150)

    def _draw_curves(self) -> None:
        axes = self.axes[0]
        axes.clear()
        for line, losses, name in zip(LINES, zip(*self.losses), self.legend):
            axes.plot(self.epochs, losses, line, label=name)
        axes.set(xlabel=self.xlabel, ylabel=self.ylabel)
        axes.set_xlim(self.xlim)
        axes.set_ylim(self.ylim)
        axes.grid()
        axes.legend()

    def _show(self) -> None:
        from IPython.display import Image, display

        self._draw_curves()
        png = io.BytesIO()
        self.figure.savefig(png, format='png', dpi=110)
        image = Image(data=png.getvalue())
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
