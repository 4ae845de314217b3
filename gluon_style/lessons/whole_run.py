"""Notebook 01 from the training on: what it keeps, its figures and tables.

The figures are matplotlib Figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Mapping, Sequence

import numpy
from PIL import ImageColor

from .._mxnet import nn, np
from ..drawing import charts, panels
from ..drawing.tables import text_table
from ..features import extract_features
from ..images import RGB_MEAN, RGB_STD, picture_range, postprocess
from ..losses import gram
from ..plotting import Animator
from ..runs.score import Score
from ..training import Callback, EpochRecord
from ..vgg.layers import STYLE_LAYERS, VGG19_LAYERS, layer_index
from .measures import LUMA, gradient_norms, gradient_shares, loss_terms
from .parts import style_losses
from .wording import Wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    'History',
    'animator',
    'clipping_figure',
    'gram_figure',
    'result_figure',
    'score_table',
    'shares_figure',
    'stages_figure',
    'visible_figure',
    'watched_epochs',
]


def _seen(X: np.ndarray) -> numpy.ndarray:
    return postprocess(X).asnumpy()


def watched_epochs(num_epochs: int) -> list[int]:
    """Choose epochs 1, 2, 5, 10, 20, 50, ... and the last.

    Examples
    --------
    >>> watched_epochs(150)
    [1, 2, 5, 10, 20, 50, 100, 150]
    """
    steps = [i * 10**k for k in range(6) for i in (1, 2, 5)]
    return [*(i for i in steps if i < num_epochs), num_epochs]


def animator(num_epochs: int, wording: Wording) -> Animator:
    """Return the chapter's animated plot with a language's labels."""
    return Animator(
        xlabel=wording('epoch'),
        ylabel=wording('loss'),
        xlim=(1, num_epochs),
        legend=(wording('content'), wording('style'), wording('TV')),
    )


class History:
    """A callback for `train` that keeps a run and shows it now and then.

    Parameters
    ----------
    X : mx.np.ndarray
        The picture to start from, (1, 3, h, w).
    epochs : sequence of int
        When to keep the picture; the last of the run is the last of them.
    show : callable, optional
        A callback that is called every ten epochs and at the last.

    Attributes
    ----------
    records : list of EpochRecord
        All that was reported.
    pictures : dict of int to mx.np.ndarray
        By epoch, after its step; at 0 the picture to start from. Not
        clipped.
    """

    def __init__(
        self, X: np.ndarray, epochs: Sequence[int],
        show: Callback | None = None,
    ) -> None:  # fmt: skip
        self.epochs, self.show = epochs, show
        self.records: list[EpochRecord] = []
        self.pictures = {0: X.copy()}

    def __call__(
        self, record: EpochRecord, picture: Callable[[], numpy.ndarray]
    ) -> None:
        """Keep what is reported of an epoch."""
        self.records.append(record)
        last = record.epoch == self.epochs[-1]
        if record.epoch in self.epochs:
            self.pictures[record.epoch] = picture.X.copy()  # type: ignore
        if self.show and (record.epoch % 10 == 0 or last):
            self.show(record, picture)


def stages_figure(history: History, wording: Wording) -> Figure:
    """Show a run's pictures at 0, 10, 50, 100, ... and a part of each."""
    last = history.epochs[-1]
    epochs = [i for i in history.pictures if i in (0, 10, last) or i % 50 == 0]
    pictures = {
        wording('epoch {}').format(i): _seen(history.pictures[i])
        for i in epochs
    }
    height, width = history.pictures[0].shape[2:]
    # a fifth of the sides, where the sample photo has its hut
    crop = round(0.68 * width), round(0.56 * height), width // 5, height // 5
    return panels.stages(pictures, crop)


def shares_figure(
    history: History,
    net: nn.Sequential,
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    wording: Wording,
) -> Figure:
    """Show what each term is of the loss, and of the gradients, by epoch.

    A picture is that after so many steps; at 0, the one to start from.
    """
    epochs = list(history.pictures)
    by_epoch = [
        [
            gradient_shares(measure(X, net, contents_Y, styles_Y_gram))
            for measure in (loss_terms, gradient_norms)
        ]
        for X in (history.pictures[epoch] for epoch in epochs)
    ]
    titles = 'share of the loss', 'share of the gradients'
    parts = {
        wording(title): {
            wording(name): [shares[i][name] for shares in by_epoch]
            for name in by_epoch[0][i]
        }
        for i, title in enumerate(titles)
    }
    return charts.shares(
        epochs, parts, wording('steps taken'), wording('share, %')
    )


def result_figure(
    content_img: np.ndarray,
    style_img: np.ndarray,
    X: np.ndarray,
    wording: Wording,
) -> Figure:
    """Show a result (1, 3, h, w) large, and its two images beside it."""
    return panels.triptych(
        content_img.asnumpy() / 255,
        style_img.asnumpy() / 255,
        _seen(X),
        [wording(i) for i in ('content image', 'style image', 'result')],
    )


def clipping_figure(X: np.ndarray, wording: Wording) -> Figure:
    """Show what clipping does to a picture (1, 3, h, w) of any range.

    The first panel has all its values, from the lowest, drawn as 0, to the
    highest, drawn as 1; the second marks the pixels that a file cannot hold;
    the third is clipped.
    """
    values = (X[0].as_in_ctx(RGB_STD.ctx).transpose(1, 2, 0) * RGB_STD
              + RGB_MEAN).asnumpy()  # fmt: skip
    low, high = values.min(), values.max()
    black, white = picture_range(X.ctx)
    outside = ((black > X) + (white < X)).asnumpy()[0].any(axis=0)
    marked = numpy.repeat((_seen(X) @ LUMA)[..., None], 3, axis=2)
    marked[outside] = [i / 255 for i in ImageColor.getrgb(charts.COLOURS[1])]
    span = f'{wording.number(low)} ... {wording.number(high)}'
    return panels.strip(
        [(values - low) / (high - low), marked, _seen(X)],
        [
            f'{wording("not clipped:")} {span}',
            wording('pixels out of range'),
            wording('clipped'),
        ],
        width=3.2,
    )


def visible_figure(
    X: np.ndarray, in_range_X: np.ndarray, wording: Wording
) -> Figure:
    """Show what is visible of a picture beside one that was kept in range."""
    titles = [wording('clipped'), wording('kept in range')]
    return panels.strip([_seen(X), _seen(in_range_X)], titles, width=4.2)


def score_table(scores: Mapping[str, Score], wording: Wording) -> str:
    """Lay out the losses of pictures and their pixels out of range."""
    columns = 'content', 'style', 'TV', 'total', 'out of range'
    rows = [
        [
            name,
            wording.number(score.content_loss),
            wording.number(score.style_loss),
            wording.number(score.tv_loss),
            wording.number(score.total_loss),
            wording.percent(score.out_of_range),
        ]
        for name, score in scores.items()
    ]
    return text_table(['', *(wording(i) for i in columns)], rows)


def gram_figure(
    pictures: Mapping[str, np.ndarray],
    styles_Y: list[np.ndarray],
    net: nn.Sequential,
    wording: Wording,
) -> Figure:
    """Show the Gram matrices of a painting's features and of pictures.

    Below those of a picture (1, 3, h, w) are its style losses, a thousand
    times each, as the chapter weighs them.
    """
    rows = {wording('painting'): [gram(Y).asnumpy() for Y in styles_Y]}
    captions = {}
    for name, X in pictures.items():
        _, styles = extract_features(X, net)
        rows[name] = [gram(Y).asnumpy() for Y in styles]
        captions[name] = [
            f'{wording("loss x 1000")}: {wording.number(1e3 * value)}'
            for value in style_losses(X, styles_Y, net)
        ]
    return panels.gram_heatmaps(
        rows,
        [VGG19_LAYERS[layer_index(i)].name for i in STYLE_LAYERS],
        wording('share of the largest value in the painting'),
        captions,
        decimal=wording.point,
    )
