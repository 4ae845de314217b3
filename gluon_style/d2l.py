"""Stand in for `from d2l import mxnet as d2l` in the chapter's own cells.

With `from gluon_style import d2l` in place of that line, the cells of the
chapter's MXNet tab run as they are printed. Here is every `d2l.` name that
they use, in d2l 0.17 and in 1.0, and what their figures need; what the
package itself has by a name is the same object.

Importing this module changes MXNet in two places: see `patch_mxnet`.

Source: d2l, "Utility Functions and Classes" (the book's appendix).
"""

from __future__ import annotations

import functools
import os
import sys
import types
from pathlib import Path
from typing import Any, Sequence

import PIL.Image
from matplotlib import pyplot as plt

from ._mxnet import gluon, image, nn, np
from .errors import WeightsError
from .plotting import Animator, in_notebook, set_axes
from .storage.named_images import BOOK, find_image
from .training import try_gpu
from .vgg.formats import read_tensors
from .vgg.network import pretrained_vgg19
from .vgg.weights import DEEPEST, load_weights, locate_weights

__all__ = [
    'Animator', 'Image', 'abs', 'matmul', 'numpy', 'plt', 'reshape',
    'set_axes', 'set_figsize', 'show_images', 'size', 'tensor', 'transpose',
    'try_gpu', 'use_svg_display',
]  # fmt: skip

zoo_vgg19, mxnet_imread = gluon.model_zoo.vision.vgg19, image.imread

abs, matmul, tensor = np.abs, np.dot, np.array


def __getattr__(name: str) -> Any:
    """Say that d2l's other names are not here."""
    raise AttributeError(
        f'gluon_style.d2l has no {name!r}: it replaces d2l only for the '
        f'chapter Neural Style Transfer and has {", ".join(__all__)}'
    )


def size(a: np.ndarray) -> int:
    """Return how many values an array has."""
    return a.size


def reshape(x: np.ndarray, *args: Any, **kwargs: Any) -> np.ndarray:
    """Return the same values in another shape."""
    return x.reshape(*args, **kwargs)


def transpose(a: np.ndarray) -> np.ndarray:
    """Return an array with its axes in reverse order."""
    return a.T


def numpy(x: np.ndarray) -> Any:
    """Return an MXNet array as one of NumPy."""
    return x.asnumpy()


def use_svg_display() -> None:
    """Show pyplot's figures as SVG in a notebook; elsewhere, do nothing."""
    if in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats('svg')


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of pyplot's figures, (width, height) in inches."""
    use_svg_display()
    plt.rcParams['figure.figsize'] = figsize


def show_images(
    imgs: Sequence[Any],
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> Any:
    """Draw pictures in a table with pyplot, without ticks.

    Parameters
    ----------
    imgs : sequence
        Pictures as pyplot takes them, (h, w, 3) or (h, w), or MXNet arrays.
    num_rows, num_cols : int
        Shape of the table.
    titles : sequence of str, optional
        One above each picture.
    scale : float
        Width and height of a place in inches.

    Returns
    -------
    numpy.ndarray
        matplotlib's axes, row after row.
    """
    figsize = num_cols * scale, num_rows * scale
    table = plt.subplots(num_rows, num_cols, figsize=figsize, squeeze=False)
    axes = table[1].ravel()
    for place, img in zip(axes, imgs):
        place.imshow(img.asnumpy() if isinstance(img, np.ndarray) else img)
        place.set(xticks=[], yticks=[])
    for place, title in zip(axes, titles or ()):
        place.set_title(title)
    return axes


def book_file(path: Any) -> Any:
    """Find an image of the book if there is no file at its printed path.

    Parameters
    ----------
    path : path or binary file
        Such as '../img/rainier.jpg'.

    Returns
    -------
    path or binary file
        What was given, unless there is no such file and it is the printed
        path of an image of the book, '../img/NAME' or 'img/NAME': then that
        image, downloaded if it must be. Standard error says so, once.

    Raises
    ------
    ImageError
        It cannot be downloaded.
    """
    if not isinstance(path, (str, os.PathLike)) or os.path.isfile(path):
        return path
    printed = Path(path).as_posix()
    for name, (file, _) in BOOK.items():
        if printed in (f'../img/{file}', f'img/{file}'):
            image_path = find_image(f'book:{name}')
            _say(f"gluon_style: no file {printed}, took the book's image\n")
            return image_path
    return path


def open_image(fp: Any, *args: Any, **kwargs: Any) -> PIL.Image.Image:
    """Open an image with Pillow, the book's as `book_file` finds them."""
    return PIL.Image.open(book_file(fp), *args, **kwargs)


# `d2l.Image` is the module PIL.Image, but for its `open`
Image = types.SimpleNamespace(**{**vars(PIL.Image), 'open': open_image})


def imread(filename: str, *args: Any, **kwargs: Any) -> np.ndarray:
    """Read an image with MXNet, the book's as `book_file` finds them."""
    return mxnet_imread(str(book_file(filename)), *args, **kwargs)


def vgg19(**kwargs: Any) -> Any:
    """Build the model zoo's VGG-19; pretrained, with the weights of `auto`.

    Parameters
    ----------
    pretrained, ctx
        As the model zoo's. With `pretrained=True` and no argument but `ctx`
        the weights are those that `gluon_style.vgg.weights.load_weights`
        takes by itself, and standard error says which, once.
    **kwargs
        With any other argument the call is the model zoo's own.

    Returns
    -------
    mx.gluon.model_zoo.vision.VGG
        Frozen. It has its convolutions, as deep as the file goes, and not
        its dense layers, which the chapter does not use: to call a layer
        without weights is a WeightsError. `weights_used` is their origin.

    Raises
    ------
    WeightsError
        The weights are missing, damaged or out of reach.
    """
    if not kwargs.get('pretrained') or set(kwargs) - {'pretrained', 'ctx'}:
        return zoo_vgg19(**kwargs)
    _, path, _ = locate_weights('auto')
    indices = [int(key.split('.')[1]) for key in read_tensors(path)]
    loaded = load_weights('auto', max(indices, default=DEEPEST))
    net = zoo_vgg19()
    net.features = pretrained_vgg19(loaded, kwargs.get('ctx'))
    for i, layer in enumerate([*net.features, net.output]):
        with_weights = isinstance(layer, (nn.Conv2D, nn.Dense))
        if with_weights and i not in loaded.convolutions:
            layer.register_forward_pre_hook(_refuse)
    net.weights_used = loaded.origin
    _say(f'gluon_style: VGG-19 with the weights of {loaded.origin}\n')
    return net


def _refuse(layer: nn.Block, _: Any) -> None:
    raise WeightsError(
        f'{layer.name} has no weights: gluon_style.d2l takes only the '
        'convolutions that the file has, and the chapter uses no other '
        'layers. For a whole VGG-19 name the folder of the model zoo: '
        'vgg19(pretrained=True, root=...)'
    )


@functools.lru_cache(maxsize=None)
def _say(text: str) -> None:
    sys.stderr.write(text)


def patch_mxnet() -> None:
    """Put two functions above in the place of MXNet's, for this process.

    `mxnet.gluon.model_zoo.vision.vgg19`
        `vgg19(pretrained=True)` takes the weights that the package finds.
    `mxnet.image.imread`
        Where there is no file '../img/NAME' or 'img/NAME', an image of the
        book is taken by that name.

    All other calls of the two go to MXNet as before.
    """
    gluon.model_zoo.vision.vgg19 = vgg19
    image.imread = imread


patch_mxnet()
