"""Batches of crops: photographs, drawn pictures, and the student's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Sequence

import numpy
from PIL import Image

from gluon_style.errors import StyleError
from gluon_style.images import RGB_MEAN, RGB_STD

from .pictures_drawn import draw_picture

# of scikit-image: public domain, CC0, or no known restrictions
PHOTOGRAPHS = (
    'astronaut', 'rocket', 'retina', 'immunohistochemistry',
    'hubble_deep_field', 'camera', 'brick', 'grass', 'gravel', 'moon',
    'coins', 'clock', 'cell', 'page',
)  # fmt: skip
HELD_OUT = ('chelsea', 'coffee')  # never trained on
MEAN, STD = RGB_MEAN.asnumpy(), RGB_STD.asnumpy()


def photograph(name: str) -> numpy.ndarray:
    """Read one of scikit-image's photographs, shape (h, w, 3), uint8.

    Raises
    ------
    StyleError
        scikit-image is not installed.
    """
    try:
        import skimage.data
    except ImportError:
        raise StyleError(
            "the training pictures need scikit-image: pip install '.[student]'"
        ) from None
    picture = Image.fromarray(getattr(skimage.data, name)())
    return numpy.asarray(picture.convert('RGB'))


def standardised(picture: numpy.ndarray) -> numpy.ndarray:
    """Turn (h, w, 3) of 0 to 255 into the network's input, (3, h, w)."""
    return ((picture.astype('float32') / 255 - MEAN) / STD).transpose(2, 0, 1)


@dataclass
class Pictures:
    """What crops are taken from."""

    photographs: Sequence[numpy.ndarray]  # (h, w, 3), uint8
    seed: int  # of the series of drawn pictures
    drawn: int = 600  # how many there are
    # of runs of the student, (3, h, w), standardised, neither clipped nor
    # rounded
    own: list[numpy.ndarray] = field(default_factory=list)

    def picture(self, state: numpy.random.RandomState) -> numpy.ndarray:
        """Choose a photograph or a drawing, shape (h, w, 3), uint8."""
        if self.photographs and state.uniform() < 0.5:
            return self.photographs[state.randint(len(self.photographs))]
        return draw_picture(self.seed, state.randint(self.drawn))

    def batch(
        self,
        state: numpy.random.RandomState,
        count: int,
        size: int,
        own_share: float = 0.4,
    ) -> numpy.ndarray:
        """Take crops, shape (count, 3, size, size), standardised float32."""
        crops = []
        for i in range(count):
            if self.own and i < round(count * own_share):
                crops.append(self._own_crop(state, size))
                continue
            crop = view(state, self.picture(state), size)
            if state.uniform() < 0.15:  # two pictures in one
                other = view(state, self.picture(state), size)
                share = state.uniform(0.2, 0.8)
                crop = share * crop + (1 - share) * other
            crops.append(standardised(recoloured(state, crop)))
        return numpy.stack(crops).astype('float32')

    def _own_crop(
        self, state: numpy.random.RandomState, size: int
    ) -> numpy.ndarray:
        recent = self.own[-80:] if state.uniform() < 0.6 else self.own
        picture = recent[state.randint(len(recent))]
        top = state.randint(picture.shape[1] - size + 1)
        left = state.randint(picture.shape[2] - size + 1)
        crop = picture[:, top : top + size, left : left + size]
        return crop[:, :, ::-1] if state.uniform() < 0.5 else crop


def view(
    state: numpy.random.RandomState, picture: numpy.ndarray, size: int
) -> numpy.ndarray:
    """Look at a part of a picture, turned, scaled and mirrored at random.

    Returns shape (size, size, 3), float32, 0 to 255.
    """
    height, width = picture.shape[:2]
    widest = min(height, width) / size  # source pixels for one of the crop's
    scale = math.exp(state.uniform(math.log(min(0.5, widest)),
                                   math.log(min(4, widest))))  # fmt: skip
    angle = state.choice([0, 0, state.uniform(-0.6, 0.6)])
    mirror = state.choice([-1, 1])
    reach = 0.5 * size * scale
    centre = [
        state.uniform(min(reach, side / 2), max(side - reach, side / 2))
        for side in (width, height)
    ]
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    a, b, d, e = mirror * cos, -sin, mirror * sin, cos
    half = size / 2
    matrix = (a, b, centre[0] - (a + b) * half,
              d, e, centre[1] - (d + e) * half)  # fmt: skip
    image = Image.fromarray(picture)
    if scale > 1.5:  # else the crop would be aliased
        factor = round(scale)
        image = image.reduce(factor)
    else:
        factor = 1
    place = [i / factor for i in matrix]
    image = image.transform(
        (size, size), Image.Transform.AFFINE, place, Image.Resampling.BICUBIC
    )
    return numpy.asarray(image).astype('float32')


def recoloured(
    state: numpy.random.RandomState, crop: numpy.ndarray
) -> numpy.ndarray:
    """Change contrast, light, colours and grain at random."""
    if state.uniform() < 0.6:
        mixing = numpy.eye(3) + state.normal(0, 0.25, (3, 3))
        mean = crop.mean((0, 1))
        contrast = math.exp(state.normal(0, 0.3))
        crop = (crop - mean) @ mixing.T * contrast + mean
        crop = crop + state.normal(0, 20, 3)
    if state.uniform() < 0.25:
        grain = numpy.exp(state.uniform(math.log(2), math.log(30)))
        crop = crop + state.normal(0, grain, crop.shape)
    if state.uniform() < 0.85:  # a run's pictures leave the range too
        crop = crop.clip(0, 255)
    return crop.astype('float32')
