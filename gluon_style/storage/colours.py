"""What the numbers in an image file mean: sRGB, eight bits, no transparency.

Files say it by an ICC profile, by their type of numbers and by an alpha
channel; the chapter's readers look at none of them.
"""

from __future__ import annotations

import functools
import io
import itertools
import warnings
from typing import Any

import numpy
from PIL import Image, ImageCms, ImageColor

from ..errors import ImageError, StyleWarning, shortened

__all__ = ['alpha_of', 'background_colour', 'on_background', 'srgb_profile']

BASES = {'LA': 'L', 'La': 'L', 'PA': 'RGB', 'P': 'RGB', 'RGBX': 'RGB'}
NAMING = ('1', 'L', 'P', 'RGB')  # modes that name a transparent colour
PROFILED = ('L', 'RGB', 'CMYK', 'LAB')
LEVELS = (0, 1, 3, 7, *range(15, 256, 16))
STEP = 1  # levels by which profiles of sRGB differ among themselves


def on_background(
    picture: Image.Image, background: str = 'white'
) -> Image.Image:
    """Return a picture as it is shown, in sRGB.

    Parameters
    ----------
    picture : PIL image
        Of any mode.
    background : str
        The colour behind what is transparent, as `background_colour` takes
        it.

    Returns
    -------
    PIL image
        Of mode RGB. Its colours were taken from its ICC profile to sRGB,
        unless that is sRGB's; numbers of 16 bits lose their lower eight,
        those of 32 are scaled by their range.

    Raises
    ------
    ImageError
        No such colour, or a value that is not finite.

    Warns
    -----
    StyleWarning
        Numbers were scaled, or the profile was not understood.
    """
    colour = background_colour(background)
    alpha = alpha_of(picture)
    profile = picture.info.get('icc_profile')
    picture = _without_alpha(_eight_bit(_with_alpha(picture)))
    if profile and picture.mode in PROFILED:
        picture = _to_srgb(picture, profile)
    picture = picture.convert('RGB')
    if alpha is None:
        return picture
    behind = Image.new('RGB', picture.size, colour)
    behind.paste(picture, mask=Image.fromarray(alpha))
    return behind


def background_colour(text: str) -> tuple[int, int, int]:
    """Read a colour: 'white', '#ff8000', 'rgb(255, 128, 0)', ...

    Raises
    ------
    ImageError
        There is no such colour.

    Examples
    --------
    >>> background_colour('white'), background_colour('#ff8000')
    ((255, 255, 255), (255, 128, 0))
    """
    try:
        return ImageColor.getrgb(text)[:3]  # type: ignore[return-value]
    except (ValueError, AttributeError, TypeError):
        raise ImageError(
            f'got the background {shortened(text)}, wanted a colour such as '
            'white or #ff8000'
        ) from None


def alpha_of(picture: Image.Image) -> numpy.ndarray | None:
    """Return how opaque each pixel is, or None if all are wholly so.

    Shape (h, w), uint8, 0 to 255.
    """
    picture = _with_alpha(picture)
    bands = picture.getbands()
    if bands[-1] not in ('A', 'a'):
        return None
    alpha = numpy.asarray(picture.getchannel(bands[-1]))
    return None if alpha.min() == 255 else alpha


def _with_alpha(picture: Image.Image) -> Image.Image:
    """Give the picture an alpha channel if it names a transparent colour."""
    named = 'transparency' in picture.info
    return (
        picture.convert('RGBA')
        if named and picture.mode in NAMING
        else picture
    )


def _without_alpha(picture: Image.Image) -> Image.Image:
    base = 'RGB' if picture.mode.startswith('RGB') else picture.mode
    return picture.convert(BASES.get(picture.mode, base))


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith('I;16') or _holds_sixteen_bits(picture):
        upper = numpy.asarray(picture).astype('int64') >> 8
        return Image.fromarray(upper.clip(0, 255).astype('uint8'))
    if picture.mode not in ('I', 'F'):
        return picture
    values = numpy.asarray(picture).astype('float64')
    low, high = values.min(), values.max()
    if not numpy.isfinite([low, high]).all():
        raise ImageError(
            'the image holds values that are not finite: save it again with '
            'numbers from 0 to 1'
        )
    if picture.mode == 'F' and low >= 0 and high <= 1:
        low, high = 0.0, 1.0  # what such files mean by black and white
    warnings.warn(
        f'the image holds numbers of 32 bits: {low:g} was taken as black and '
        f'{high:g} as white',
        StyleWarning,
        stacklevel=2,
    )
    scaled = (values - low) / (high - low or 1) * 255
    return Image.fromarray(scaled.round().astype('uint8'))


def _holds_sixteen_bits(picture: Image.Image) -> bool:
    """Whether 32 bits stand for 16, as older Pillows read them."""
    return picture.mode == 'I' and picture.format in ('PNG', 'PPM')


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        transform = _transform(profile, picture.mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        warnings.warn(
            f'the colour profile of the image is damaged or not one for '
            f'{picture.mode}: its colours were taken as sRGB',
            StyleWarning,
            stacklevel=2,
        )
        return picture
    if transform is None:
        return picture
    return ImageCms.applyTransform(picture, transform)  # type: ignore


@functools.lru_cache(maxsize=4)
def _transform(profile: bytes, mode: str) -> Any:
    """Return what takes a profile's colours to sRGB; None where nothing."""
    build = functools.partial(
        ImageCms.buildTransform,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile('sRGB'),
        mode,
        'RGB',
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    quick, exact = build(flags), build(flags | ImageCms.Flags.NOOPTIMIZE)
    if mode not in ('L', 'RGB'):
        return exact
    channels = len(mode)
    colours = list(itertools.product(LEVELS, repeat=channels))
    before = numpy.array(colours, 'uint8').reshape(1, -1, channels)
    probe = Image.fromarray(before.squeeze(-1) if mode == 'L' else before)
    after, nearly = (
        numpy.asarray(ImageCms.applyTransform(probe, transform), 'int64')
        for transform in (exact, quick)
    )
    if numpy.abs(after - before).max() <= STEP:
        return None
    # tables of eight bits are seven times as fast but lose a linear profile's
    # darks
    return quick if numpy.abs(after - nearly).max() <= STEP else exact


@functools.lru_cache(maxsize=None)
def srgb_profile() -> bytes:
    """Return a profile of sRGB: the same bytes every time."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB'))
    data = profile.tobytes()
    # the date in its header is that of its making
    return data[:24] + bytes(12) + data[36:]
