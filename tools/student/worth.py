"""What a student is worth: the teacher judges the pictures it leads to.

The student was not trained on these pictures. All come with packages, or are
the book's and the project's own.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Callable, Iterable, Iterator

import numpy
from scipy import ndimage, stats

from gluon_style._mxnet import mx, nn, np
from gluon_style.errors import ImageError
from gluon_style.features import extract_features, get_contents, get_styles
from gluon_style.images import RGB_MEAN, RGB_STD, postprocess, read_image
from gluon_style.losses import compute_loss, gram
from gluon_style.runs.settings import Settings
from gluon_style.storage.named_images import find_image
from gluon_style.storage.whole_files import whole_file
from gluon_style.training import EpochRecord, train

from .crops import photograph

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
SIZE = (225, 150)
SNAPSHOTS = (5, 20, 50, 100, 200)  # epochs whose pictures are kept too

Picture = numpy.ndarray  # (h, w, 3); a run may leave 0 to 1


def read_pair(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the content and the style image of a pair, (h, w, 3), uint8.

    Raises
    ------
    ImageError
        There is no such pair, or an image of it is missing.
    """
    if name not in PAIRS:
        raise ImageError(f'no pair {name!r}: take one of {", ".join(PAIRS)}')
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
            "'.[student]'"
        )
    folder = Path(package.origin).parent / FOLDERS[kind]
    return read_image(folder / f'{rest}.jpg')


class PairLosses:
    """The chapter's losses of any picture, for one pair and one network.

    The network is the teacher, or another, to see whether it ranks alike;
    `size` is width and height in pixels.
    """

    def __init__(
        self, net: nn.Sequential, pair: str, size: tuple[int, int] = SIZE
    ) -> None:
        content_img, style_img = read_pair(pair)
        self.net, where = net, (net, size, mx.cpu())
        self.content_X, self.contents_Y = get_contents(content_img, *where)
        self.style_X, self.styles_Y = get_styles(style_img, *where)
        self.grams = [gram(Y) for Y in self.styles_Y]

    def __call__(self, picture: Picture) -> dict[str, float]:
        """Return the weighted losses of a picture, as the chapter has them.

        `total` counts the style ten times, as what is minimised does.
        """
        X = (np.array(picture, dtype='float32') - RGB_MEAN) / RGB_STD
        X = np.expand_dims(X.transpose(2, 0, 1), 0)
        features = extract_features(X, self.net)
        losses = compute_loss(X, *features, self.contents_Y, self.grams)
        record = EpochRecord.of(0, losses, 0, 0)
        names = 'content', 'style', 'tv', 'total'
        return {name: getattr(record, f'{name}_loss') for name in names}


def pictures_of_run(
    losses: PairLosses,
    path: Path,
    after_epoch: Callable[[], object] = lambda: None,
    settings: Settings = Settings(),
) -> dict[int, Picture]:
    """Run a transfer by the pair's network and keep pictures, by epoch.

    The last is the run's own, not clipped to what a file can hold: the
    chapter's losses are of such pictures, and what clipping changes
    (saturated colours) would hide what the networks do.

    They are kept in the .npz file `path`; if it is there, they are read
    instead. Epochs, learning rate and decay are those of `settings`;
    `after_epoch` is called at every epoch.
    """
    if not path.exists():
        kept: dict[str, Picture] = {}

        def keep(record: EpochRecord, picture: Callable) -> None:
            after_epoch()
            if record.epoch in SNAPSHOTS:
                kept[str(record.epoch)] = picture()

        X = train(
            losses.content_X,
            losses.contents_Y,
            losses.styles_Y,
            losses.net,
            mx.cpu(),
            settings.lr,
            settings.epochs,
            settings.lr_decay_epoch,
            keep,
            every=1,
            lr_decay=settings.lr_decay,
        )
        last = X[0].transpose(1, 2, 0) * RGB_STD + RGB_MEAN
        kept[str(settings.epochs)] = last.asnumpy()
        with whole_file(path) as target:
            numpy.savez(target, **kept)
    with numpy.load(path) as file:
        return {int(key): file[key] for key in file.files}


def candidates(
    losses: PairLosses, runs: Iterable[dict[int, Picture]]
) -> Iterator[Picture]:
    """Give pictures of all kinds between content, style and neither.

    Both images and their blends, the content image blurred, grainy and
    recoloured, and the pictures of runs.
    """
    images = losses.content_X, losses.style_X
    content, style = (postprocess(X).asnumpy() for X in images)
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
    student: Callable[[Picture], dict[str, float]],
    teacher: Callable[[Picture], dict[str, float]],
    pictures: Iterable[Picture],
) -> tuple[float, int]:
    """Rank pictures by the total losses that two networks give them.

    Returns Spearman's correlation of the two rankings, 1 if they are the
    same, and the number of pictures.
    """
    totals = [(student(i)['total'], teacher(i)['total']) for i in pictures]
    return float(stats.spearmanr(*zip(*totals))[0]), len(totals)
