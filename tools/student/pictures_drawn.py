"""Pictures drawn at random: dead leaves, brush strokes, coloured noise.

Natural pictures are made of things that hide one another, at all scales,
with smooth and rough surfaces. The dead-leaves model (Lee, Mumford and Huang
2001) is the simplest that has their statistics of edges; strokes stand for
paintings, and fractal noise for clouds, water and ground.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy
from PIL import Image, ImageDraw
from scipy import ndimage


@lru_cache(maxsize=None)
def draw_picture(seed: int, number: int, size: int = 320) -> numpy.ndarray:
    """Draw picture `number` of a series, shape (size, size, 3), uint8.

    The same seed and number give the same picture.
    """
    state = numpy.random.RandomState([seed, number])
    draw = (dead_leaves, brush_strokes, coloured_noise)[number % 3]
    return draw(state, size)


def _palette(state: numpy.random.RandomState, count: int) -> numpy.ndarray:
    """Draw colours around a few hues, shape (count, 3), 0 to 255."""
    centres = state.uniform(0, 255, (state.randint(2, 6), 3))
    chosen = centres[state.randint(len(centres), size=count)]
    spread = state.uniform(5, 60)
    colours = chosen + state.normal(0, spread, (count, 3))
    return _muted(state, colours).clip(0, 255)


def _muted(
    state: numpy.random.RandomState, colours: numpy.ndarray
) -> numpy.ndarray:
    """Take some of the colour out, as there is little in nature."""
    share = state.choice([0, state.uniform(0, 0.9)])
    return (1 - share) * colours + share * colours.mean(-1, keepdims=True)


def _outline(
    state: numpy.random.RandomState, radius: float, size: int
) -> list[tuple[float, float]]:
    """Draw the corners of a leaf: an ellipse, a polygon or a ragged disc."""
    corners = state.choice([3, 4, 4, 5, 7, 24, 24, 40])
    angles = numpy.linspace(0, 2 * math.pi, corners, endpoint=False)
    ragged = state.uniform(0, 0.35) if corners != 24 else 0
    lengths = radius * (1 + ragged * state.normal(size=corners))
    aspect, turn = state.uniform(0.15, 1), state.uniform(0, math.pi)
    x, y = lengths * numpy.cos(angles), aspect * lengths * numpy.sin(angles)
    cos, sin = math.cos(turn), math.sin(turn)
    centre = state.uniform(-0.1 * size, 1.1 * size, 2)
    return [
        (centre[0] + cos * i - sin * j, centre[1] + sin * i + cos * j)
        for i, j in zip(x, y)
    ]


def dead_leaves(state: numpy.random.RandomState, size: int) -> numpy.ndarray:
    """Let leaves of all sizes fall on one another until nothing shows."""
    background = coloured_noise(state, size)
    surface = coloured_noise(state, size).astype('float32') - 128
    picture = Image.fromarray(background)
    canvas = ImageDraw.Draw(picture)
    count = int(math.exp(state.uniform(math.log(80), math.log(1500))))
    # radii by a power law, so that the picture looks alike at every scale
    smallest, largest = state.uniform(2, 6), state.uniform(0.15, 0.5) * size
    u = state.uniform(size=count)
    radii = (smallest**-2 + u * (largest**-2 - smallest**-2)) ** -0.5
    for radius, colour in zip(radii, _palette(state, count)):
        outline = _outline(state, radius, size)
        canvas.polygon(outline, fill=tuple(int(i) for i in colour))
    rough = state.uniform(0, 0.6) * surface
    light = _shade(state, size) if state.uniform() < 0.5 else 0
    leaves = numpy.asarray(picture).astype('float32') + rough + light
    return _finished(state, leaves)


def _shade(state: numpy.random.RandomState, size: int) -> numpy.ndarray:
    """Draw a smooth light over the whole picture, shape (size, size, 1)."""
    return 60 * _noise(state, size, state.uniform(1.8, 2.5))[..., None]


def brush_strokes(state: numpy.random.RandomState, size: int) -> numpy.ndarray:
    """Paint short strokes along a smooth flow, large ones first."""
    ground = coloured_noise(state, size)
    picture = Image.fromarray(ground)
    canvas = ImageDraw.Draw(picture)
    flow = math.pi * state.uniform(0.3, 2) * _noise(state, size, 2)
    widest = state.uniform(5, 28)
    stretch = state.uniform(2, 8)
    own_hue = state.uniform(0, 1)
    for width in numpy.geomspace(widest, state.uniform(1.5, 4), 4):
        count = int(min(2500, 0.8 * size**2 / (width**2 * stretch)))
        places = state.randint(size, size=(count, 2))
        colours = _palette(state, count)
        for (row, column), colour in zip(places, colours):
            under = ground[row, column]
            mixed = own_hue * colour + (1 - own_hue) * under
            angle = flow[row, column] + state.normal(0, 0.15)
            step = 0.5 * width * stretch
            dx, dy = step * math.cos(angle), step * math.sin(angle)
            canvas.line(
                [column - dx, row - dy, column, row, column + dx, row + dy],
                fill=tuple(int(i) for i in mixed),
                width=max(1, int(width)),
                joint='curve',
            )
    ridges = state.uniform(0, 40) * _noise(state, size, 0.8)[..., None]
    return _finished(state, numpy.asarray(picture) + ridges)


def coloured_noise(
    state: numpy.random.RandomState, size: int
) -> numpy.ndarray:
    """Draw noise whose spectrum falls by a power, in related colours."""
    power = state.uniform(0.6, 2.2)
    planes = numpy.stack([_noise(state, size, power) for _ in range(3)], -1)
    mixing = state.normal(size=(3, 3)) * [1, 0.6, 0.3]
    mixing /= numpy.linalg.norm(mixing, axis=1, keepdims=True)
    noise = planes @ mixing.T * state.uniform(20, 80)
    noise = _muted(state, noise + state.uniform(50, 205, 3))
    return _finished(state, noise, blur=False)


def _noise(
    state: numpy.random.RandomState, size: int, power: float
) -> numpy.ndarray:
    """Draw fractal noise of mean 0 and deviation 1, shape (size, size)."""
    rows = numpy.fft.fftfreq(size, 1.0)[:, None]
    columns = numpy.fft.rfftfreq(size, 1.0)[None]
    stretch = state.uniform(0.4, 2.5)  # unlike in the two directions
    radius = numpy.hypot(rows * stretch, columns)
    radius[0, 0] = 1
    spectrum = numpy.fft.rfft2(state.normal(size=(size, size)))
    noise = numpy.fft.irfft2(spectrum / radius**power, (size, size))
    return (noise - noise.mean()) / noise.std()


def _finished(
    state: numpy.random.RandomState, picture: numpy.ndarray, blur: bool = True
) -> numpy.ndarray:
    if blur and state.uniform() < 0.5:
        width = state.uniform(0.3, 1.2)
        picture = ndimage.gaussian_filter(picture, (width, width, 0))
    return (picture + 0.5).clip(0, 255).astype('uint8')
