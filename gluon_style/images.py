"""Read an image, and take it to the network's input and back.

Source: d2l, Neural Style Transfer, "Reading the Content and Style Images"
and "Preprocessing and Postprocessing".
"""

from __future__ import annotations

import functools

from ._mxnet import check_arrays, image, mx, np
from .errors import ImageError
from .storage.image_files import ImageSource, open_rgb

__all__ = [
    'RGB_MEAN',
    'RGB_STD',
    'read_image',
    'preprocess',
    'picture_range',
    'clip_to_range',
    'postprocess',
]

RGB_MEAN = np.array([0.485, 0.456, 0.406])
RGB_STD = np.array([0.229, 0.224, 0.225])


def read_image(source: ImageSource, background: str = 'white') -> np.ndarray:
    """Read an image file as the chapter's `image.imread` does.

    Parameters
    ----------
    source : str, path, bytes, binary file or PIL image
        JPEG, PNG, WebP, TIFF, GIF (first frame), ...: see `open_rgb`.
    background : str
        The colour behind what is transparent: 'white', '#ff8000', ...

    Returns
    -------
    mx.np.ndarray
        Shape (h, w, 3), uint8, sRGB. Grey images are repeated three times,
        16 bits are cut to 8.

    Raises
    ------
    ImageError
        There is no such file, it is not a whole image, or no such colour.

    Notes
    -----
    RGB and grey JPEG and PNG files without a colour profile, or with one of
    sRGB, decode to the same bits as MXNet's `image.imread` (OpenCV).

    Source: d2l, "Reading the Content and Style Images".
    """
    # differs from the chapter's image.imread (OpenCV): Pillow reads more
    # kinds of files, refuses one that is not whole, and knows its colours
    return np.array(open_rgb(source, background), dtype='uint8')  # (h, w, 3)


def preprocess(img: np.ndarray, image_shape: tuple[int, int]) -> np.ndarray:
    """Resize an image and standardise its channels for the network.

    Parameters
    ----------
    img : mx.np.ndarray
        Shape (h, w, 3), uint8, RGB.
    image_shape : tuple of int
        (width, height) in pixels, as in the chapter's MXNet tab; the
        PyTorch tab's is (height, width).

    Returns
    -------
    mx.np.ndarray
        Shape (1, 3, height, width), float32, about -2.1 to 2.6.

    Raises
    ------
    ImageError
        `img` is not (h, w, 3), goes from 0 to 1 or is not finite, or
        `image_shape` is not two whole numbers of at least 1.

    Notes
    -----
    The resizing is OpenCV's bilinear, which does not smooth before it
    shrinks; the PyTorch tab's (Pillow's bilinear) does.

    Source: d2l, "Preprocessing and Postprocessing".
    """
    check_arrays(img=img)
    width, height = _checked_size(image_shape)
    if img.ndim != 3 or img.shape[2] != 3:
        raise ImageError(
            f'got an image of shape {img.shape}, wanted (height, width, 3): '
            'read it with read_image'
        )
    _check_levels(img)
    img = image.imresize(img, width, height)  # -> (height, width, 3)
    img = (img.astype('float32') / 255 - RGB_MEAN) / RGB_STD
    return np.expand_dims(img.transpose(2, 0, 1), axis=0)


def _check_levels(img: np.ndarray) -> None:
    if img.dtype != 'uint8' and img.size and 0 < float(img.max()) <= 1:
        raise ImageError(
            'got an image of numbers from 0 to 1, wanted 0 to 255: multiply '
            'it by 255'
        )
    if img.dtype != 'uint8' and not np.isfinite(img).all():
        raise ImageError(
            'got an image of numbers that are not all finite, wanted 0 to '
            '255: replace what is NaN or infinite'
        )


def _checked_size(image_shape: tuple[int, int]) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in image_shape)
        if (width, height) == tuple(image_shape) and min(width, height) > 0:
            return width, height
    except (TypeError, ValueError):
        pass
    raise ImageError(
        f'got image_shape {image_shape!r}, wanted (width, height) as two '
        'whole numbers of at least 1, for example (450, 300)'
    )


@functools.lru_cache(maxsize=None)
def picture_range(device: mx.Context) -> tuple[np.ndarray, np.ndarray]:
    """Return black and white as `preprocess` gives them.

    No pixel of a file lies below or above. Each has shape (1, 3, 1, 1),
    float32, and is on `device`.

    Source: d2l, "Preprocessing and Postprocessing".
    """
    black, white = (
        preprocess(np.full((1, 1, 3), level, dtype='uint8'), (1, 1))
        for level in (0, 255)
    )
    return black.as_in_ctx(device), white.as_in_ctx(device)


def clip_to_range(X: np.ndarray) -> np.ndarray:
    """Return the picture nearest to `X` that a file can hold.

    `X` has shape (1, 3, h, w), float32, any range; so has the result, which
    is a copy.

    Source: d2l, whose `postprocess` clips the same way, but last.
    """
    black, white = picture_range(X.ctx)
    return np.minimum(np.maximum(X, black), white)


def postprocess(X: np.ndarray) -> np.ndarray:
    """Undo the standardisation of `preprocess` and clip to what shows.

    Source: d2l, "Preprocessing and Postprocessing".

    Parameters
    ----------
    X : mx.np.ndarray
        Shape (1, 3, h, w), float32, any range, on any device.

    Returns
    -------
    mx.np.ndarray
        Shape (h, w, 3), float32, in [0, 1], on the CPU.
    """
    check_arrays(X=X)
    img = X[0].as_in_ctx(RGB_STD.ctx).transpose(1, 2, 0)  # -> (h, w, 3)
    return (img * RGB_STD + RGB_MEAN).clip(0, 1)
