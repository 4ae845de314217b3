"""What a student is worth: the teacher judges the pictures it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterable, Iterator

import numpy
from scipy import ndimage, stats

from gluon_style._mxnet import mx, nn, np
from gluon_style.features import extract_features, get_contents, get_styles
from gluon_style.images import RGB_MEAN, RGB_STD, postprocess
from gluon_style.losses import compute_loss, gram
from gluon_style.runs.settings import Settings
from gluon_style.storage.whole_files import whole_file
from gluon_style.training import EpochRecord, train

from .pairs import read_pair

__all__ = ['Judge', 'candidates', 'pictures_of_run', 'rank_correlation']

SIZE = (225, 150)
SNAPSHOTS = (5, 20, 50, 100, 200)  # epochs whose pictures are kept too

Picture = numpy.ndarray  # (h, w, 3); a run may leave 0 to 1


class Judge:
    """The chapter's losses of any picture, for one pair and one network.

    Parameters
    ----------
    net : mx.gluon.nn.Sequential
        The teacher; or another network, to see whether it ranks alike.
    pair : str
        One of `PAIRS`.
    size : tuple of int
        Width and height in pixels.
    """

    def __init__(
        self, net: nn.Sequential, pair: str, size: tuple[int, int] = SIZE
    ) -> None:
        images = read_pair(pair)
        self.net, self.device = net, mx.cpu()
        self.content_X, self.contents_Y = get_contents(
            images[0], net, size, self.device
        )
        self.style_X, self.styles_Y = get_styles(
            images[1], net, size, self.device
        )
        self.grams = [gram(Y) for Y in self.styles_Y]

    def losses(self, picture: Picture) -> dict[str, float]:
        """Return the weighted losses of a picture, as the chapter has them.

        `total` counts the style ten times, as what is minimised does.
        """
        X = (np.array(picture, dtype='float32') - RGB_MEAN) / RGB_STD
        X = np.expand_dims(X.transpose(2, 0, 1), 0)
        losses = compute_loss(
            X,
            *extract_features(X, self.net),
            self.contents_Y,
            self.grams,
        )
        record = EpochRecord.of(0, losses, 0, 0)
        return {
            'content': record.content_loss,
            'style': record.style_loss,
            'tv': record.tv_loss,
            'total': record.total_loss,
        }


def pictures_of_run(
    judge: Judge,
    path: Path,
    tick: Callable[[], object] = lambda: None,
    settings: Settings = Settings(),
) -> dict[int, Picture]:
    """Run a transfer by the judge's network and keep pictures, by epoch.

    The last is the run's own, not clipped to what a file can hold: the
    chapter's losses are of such pictures, and what clipping changes
    (saturated colours) would hide what the networks do.

    Parameters
    ----------
    judge : Judge
        Network and pair.
    path : Path
        A .npz file in which the pictures are kept; if it is there, they are
        read instead.
    tick : callable
        Called at every epoch.
    settings : Settings
        Epochs, learning rate and its decay; the chapter's by default.
    """
    if not path.exists():
        kept: dict[str, Picture] = {}

        def keep(record: EpochRecord, picture: Callable) -> None:
            tick()
            if record.epoch in SNAPSHOTS:
                kept[str(record.epoch)] = picture()

        X = train(
            judge.content_X,
            judge.contents_Y,
            judge.styles_Y,
            judge.net,
            judge.device,
            settings.lr,
            settings.epochs,
            settings.lr_decay_epoch,
            keep,
            every=1,
            lr_decay=settings.lr_decay,
        )
        own = X[0].transpose(1, 2, 0) * RGB_STD + RGB_MEAN
        kept[str(settings.epochs)] = own.asnumpy()
        with whole_file(path) as target:
            numpy.savez(target, **kept)
    with numpy.load(path) as file:
        return {int(key): file[key] for key in file.files}


def candidates(
    judge: Judge, runs: Iterable[dict[int, Picture]]
) -> Iterator[Picture]:
    """Give pictures of all kinds between content, style and neither.

    Both images and their blends, the content image blurred, grainy and
    recoloured, and the pictures of runs.
    """
    content, style = (
        postprocess(X).asnumpy() for X in (judge.content_X, judge.style_X)
    )
    state = numpy.random.RandomState(0)
    yield from (content, style)
    for share in (0.2, 0.4, 0.6, 0.8):
        yield share * style + (1 - share) * content
    for width in (1, 2, 4):
        yield ndimage.gaussian_filter(content, (width, width, 0))
    for grain in (0.03, 0.1, 0.3):
        noisy = content + grain * state.standard_normal(content.shape)
        yield noisy.clip(0, 1).astype('float32')
    ratio = style.std((0, 1)) / content.std((0, 1))
    recoloured = (content - content.mean((0, 1))) * ratio
    yield (recoloured + style.mean((0, 1))).clip(0, 1)
    for pictures in runs:
        yield from pictures.values()


def rank_correlation(
    student: Judge, teacher: Judge, pictures: Iterable[Picture]
) -> tuple[float, list[tuple[float, float]]]:
    """Rank pictures by the total loss of two networks.

    Returns
    -------
    spearman : float
        Spearman's correlation of the two rankings, 1 if they are the same.
    totals : list of (float, float)
        The total losses of each picture: the student's, the teacher's.
    """
    totals = [
        (student.losses(i)['total'], teacher.losses(i)['total'])
        for i in pictures
    ]
    return float(stats.spearmanr(*zip(*totals))[0]), totals
