"""Draw the two sample pictures: a content photograph and a style painting."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage as ndi

WIDTH, HEIGHT = 1200, 800  # photograph, drawn at twice its final size
HORIZON, SHORE, FOCAL = 455, 606, 1300.0  # two rows, one length, in pixels
EYE, CELL = 0.03, 0.01  # camera height and terrain cell, in km
SUN = np.array([-0.79, 0.37, -0.28])  # right, up, away from the camera
SUN_AT = (255, 292)  # column and row of the glow in the sky
PEAKS = [
    (0.95, 9.6, 2.25, 2.1),
    (3.5, 10.5, 1.75, 2.1),
    (-1.9, 12.0, 1.9, 2.3),
    (-5.0, 9.0, 1.9, 2.4),
    (-2.9, 5.2, 0.75, 1.5),
    (3.6, 5.6, 1.0, 1.7),
    (5.8, 8.0, 1.7, 2.2),
]  # x, z, top, radius
PINE = [[0.03, 0.06, 0.045], [0.40, 0.38, 0.15]]  # colours in shade and in sun
PW, PH = 1200, 960  # painting, drawn at twice its final size
VANISH = np.array([620.0, 505.0])  # where the avenue ends, in pixels
LAYERS = [
    (64, 190, 40, 1.0, 0.0),
    (42, 130, 26, 0.9, 0.04),
    (27, 88, 17, 0.75, 0.07),
    (16, 54, 11, 0.6, 0.10),
    (9, 34, 8, 0.5, 0.13),
]  # width, length, gap, share, tolerance
LEAVES = np.array(
    [
        [0.98, 0.78, 0.10],
        [0.98, 0.58, 0.06],
        [0.93, 0.36, 0.05],
        [0.78, 0.15, 0.07],
        [0.56, 0.07, 0.14],
        [0.86, 0.62, 0.12],
    ]
)
ACCENTS = (
    [0.16, 0.30, 0.78],
    [0.42, 0.16, 0.62],
    [0.10, 0.55, 0.62],
    [1.0, 0.84, 0.30],
)


def fractal(rng, shape, cell, octaves=1, gain=0.5):
    """Add up octaves of smooth noise, each half as wide, `gain` as high."""
    total = 0
    for k in range(octaves):
        cells = np.broadcast_to(np.asarray(cell) / 2**k, 2)
        grid = rng.normal(size=[int(n / c) + 4 for n, c in zip(shape, cells)])
        at = [np.arange(n) / c + 1 for n, c in zip(shape, cells)]
        total += gain**k * sample(grid, *np.meshgrid(*at, indexing='ij'), 2)
    return total / np.sqrt(sum(gain ** (2 * k) for k in range(octaves)))


def smooth(low, high, x):
    """Return the smooth step of `x` from 0 at `low` to 1 at `high`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a, b, t):
    """Blend the colours `a` and `b` (last axis) by the weights `t`."""
    t = np.asarray(t)[..., None]
    return np.asarray(a) * (1 - t) + np.asarray(b) * t


def sample(image, rows, cols, order=1):
    """Read a grey or colour array at fractional positions."""
    if image.ndim == 3:
        return np.dstack(
            [sample(image[..., c], rows, cols) for c in range(image.shape[2])]
        )
    return ndi.map_coordinates(image, [rows, cols], None, order, 'nearest')


def to_image(array):
    """Turn values from 0 to 1 into an 8-bit Pillow image."""
    return Image.fromarray((np.clip(array, 0, 1) * 255 + 0.5).astype('uint8'))


def rgb(colour):
    """Turn a colour from 0 to 1 into the integers Pillow draws with."""
    return tuple(int(v) for v in np.clip(np.asarray(colour) * 255, 0, 255))


def terrain(rng, n=1600):
    """Return the heights (km) of the terrain and how wooded it is."""
    z, x = np.mgrid[0:n, -n // 2 : n // 2] * CELL
    wx, wz = (0.35 * fractal(rng, (n, n), 150, 3) for _ in range(2))
    rough, steep = 0, np.zeros((2, n, n))
    for k in range(7):  # steep places get less of the finer octaves
        octave = fractal(rng, (n, n), 170 / 2**k)
        octave = 0.9 - 1.5 * np.sqrt(octave**2 + 0.012)  # sharp ridges
        steep += 14 * np.array(np.gradient(octave))
        rough += 0.5**k * octave / (1 + 0.8 * (steep**2).sum(0))
    peaks = np.max(
        [
            top
            * np.exp(
                -1.1
                * np.hypot((x + wx - px) / wide, (z + wz - pz) / wide) ** 1.4
            )
            for px, pz, top, wide in PEAKS
        ],
        axis=0,
    )
    inland = z + 0.5 * wz - 2.6 - 0.25 * wx + 0.05 * x**2
    height = (
        smooth(0, 3, inland) * (peaks + rough * (0.1 + 0.3 * peaks))
        + 0.05 * smooth(-0.2, 0.5, inland)
        - 0.02
    )
    height = ndi.gaussian_filter(height, 0.9)
    clump = fractal(rng, (n, n), 60, 4)
    wood = (
        smooth(0.6, 0.35, height + 0.14 * clump)
        * (height > 0.004)
        * smooth(-0.7, -0.3, clump - 0.6 * height)
        * (z < 7)
    )
    spike = rng.uniform(size=(n, n)) ** 3 * (0.5 + rng.uniform(size=(n, n)))
    return height + 0.030 * wood * spike, wood


def sky(rng):
    """Return the sky in linear light, with clouds lit by the low sun."""
    rows, cols = np.mgrid[0:HEIGHT, 0:WIDTH]
    up = np.clip((HORIZON - rows) / HORIZON, 0, 1)
    colour = mix([0.93, 0.66, 0.47], [0.45, 0.60, 0.78], smooth(0, 0.45, up))
    colour = mix(colour, [0.12, 0.28, 0.58], smooth(0.25, 1.1, up))
    tall = 1 / (0.16 + up)
    at = [130 * tall, 450 + (0.17 * (cols - WIDTH / 2) + 29) * tall]
    field = fractal(rng, (850, 1050), 70, 6, 0.55)
    cloud = sample(field, *at)
    lit = smooth(-0.9, 0.9, cloud - sample(field, at[0] + 3, at[1] - 16))
    tone = mix([0.42, 0.42, 0.55], [1.25, 0.98, 0.82], lit)
    cover = smooth(-0.3, 1.6, cloud) * smooth(0.02, 0.3, up) * 0.9
    dist = np.hypot((cols - SUN_AT[0]) * 0.8, rows - SUN_AT[1])[..., None]
    return (
        mix(colour, tone, cover)
        + np.exp(-dist / 140) * [1.1, 0.6, 0.2]
        + np.exp(-((dist / 20) ** 4)) * [6.0, 4.6, 2.2]
    )


def ground(rng, height, wood):
    """Return the sunlit colour of every terrain cell, in linear light."""
    fine = fractal(rng, height.shape, 7, 3, 0.8)
    patch = fractal(rng, height.shape, 90, 5)
    gz, gx = np.gradient(height, CELL)
    up = 1 / np.sqrt(1 + gx**2 + gz**2)
    rock = mix(
        [0.13, 0.115, 0.11], [0.30, 0.26, 0.23], smooth(-2, 2, fine + patch)
    )
    grass = mix(
        [0.045, 0.075, 0.03], [0.14, 0.13, 0.045], smooth(-2, 2, patch)
    )
    colour = mix(rock, grass, smooth(0.9, 0.5, height + 0.13 * patch))
    colour = mix(colour, [0.035, 0.052, 0.028], 0.9 * wood)
    snow = smooth(0.75, 1.3, height + 0.16 * patch + 0.05 * fine) * smooth(
        0.38, 0.48, up + 0.06 * fine + 0.05 * (height - 1.5)
    )
    colour = mix(colour, [0.86, 0.88, 0.92], snow)
    crag = (
        0.5 * fractal(rng, height.shape, 8, 3, 0.9) * smooth(0.3, 0.9, height)
    )
    gz, gx = np.gradient(height + CELL * crag, CELL)
    sun = np.maximum(up * (SUN[1] - gx * SUN[0] - gz * SUN[2]), 0) ** 1.2
    return colour * (
        sun[..., None] * [3.1, 1.95, 1.15]
        + (0.12 + 0.36 * up)[..., None] * [0.36, 0.54, 0.92]
    )


def view(eye, height, colour, backdrop):
    """Ray-cast the terrain from `eye`; return the picture and its heights."""
    zs = np.geomspace(0.4, 15.8, 2600)
    cols, rows = np.arange(WIDTH), np.arange(HEIGHT)
    gz, gx = zs[:, None] / CELL, (cols - WIDTH / 2) / FOCAL
    seen = sample(height, *np.broadcast_arrays(gz, gx * gz + 800))
    seen = np.maximum(seen, 0) if eye > 0 else np.where(seen > 0, seen, -9)
    top = np.maximum.accumulate(FOCAL * (seen - eye) / zs[:, None], axis=0)
    hit = np.stack([np.searchsorted(t, HORIZON - rows) for t in top.T], 1)
    clear, depth = hit >= len(zs), zs[np.minimum(hit, len(zs) - 1)]
    at = depth / CELL, gx * depth / CELL + 800
    high = sample(height, *at)
    warm = np.exp(-(((cols - SUN_AT[0]) / 330.0) ** 2))
    air = mix([0.46, 0.58, 0.76], [1.05, 0.76, 0.52], warm * 0.85)
    haze = depth / 34 + 0.13 * np.maximum(depth - 3.0, 0) * np.exp(
        -np.maximum(high, 0) / 0.28
    )
    light = mix(sample(colour, *at), air, 1 - np.exp(-haze - haze * warm / 2))
    light[clear] = backdrop[clear]
    return np.sqrt(1 - np.exp(-1.45 * light)), high


def pine(draw, rng, x, base, tall):
    """Draw one pine from drooping branches; big ones get needles too."""
    draw.line([x, base, x, base - 0.9 * tall], rgb(PINE[0]), int(tall / 70))
    for t in np.sort(rng.uniform(0.04, 0.99, int(8 + tall * 1.1))):
        turn = rng.uniform(0, 2 * np.pi)
        side, front = np.cos(turn), np.sin(turn)
        size = tall * (0.008 + 0.22 * (1 - t) ** 0.85) * rng.uniform(0.5, 1.1)
        steps = max(2, int(size / 5))
        s = np.linspace(0, 1, steps)
        px, py = (
            x + side * size * s,
            base
            - tall * t
            + size
            * (0.28 + 0.22 * front)
            * (1.3 - t)
            * (1.6 * s - 0.7 * s**2),
        )
        lit = 0.36 - 0.36 * side + 0.18 * front + rng.uniform(-0.2, 0.2)
        draw.line(
            list(zip(px, py)),
            width=max(1, int(tall / 110)),
            fill=rgb(mix(*PINE, np.clip(lit * 0.5, 0, 1))),
        )
        for k in np.repeat(np.arange(1, steps if tall > 60 else 0), 4):
            tip = np.clip(lit * (0.2 + s[k]) + rng.uniform(-0.25, 0.25), 0, 1)
            draw.line(
                [
                    px[k],
                    py[k],
                    px[k] + rng.normal(side * 3, 4),
                    py[k] + rng.uniform(-2, 2 + tall * 0.018),
                ],
                rgb(mix(*PINE, tip)),
                1 + int(tall > 260),
            )


def lake(rng, mirror):
    """Return the lake: the `mirror` picture seen through small ripples."""
    rows, cols = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    below = np.maximum(rows - HORIZON, 1.0)
    field = fractal(rng, (900, 900), (4, 16), 3, 0.8)
    wave = sample(
        field,
        900 - 12600 / (below + 14),
        450 + (cols - WIDTH / 2) * 260 / (below + 200),
    )
    wave *= smooth(-1.6, 1.4, fractal(rng, wave.shape, (40, 420), 3))
    push = wave * (0.6 + below / 36)
    seen = sample(mirror, 2 * HORIZON - rows + push, cols + 0.3 * push)
    facing = 0.08 + 0.42 * smooth(0, 420, below) - 0.07 * wave
    return mix(seen, [0.06, 0.22, 0.35], np.clip(facing, 0, 1))


def cabin(draw, x, y, s=80):
    """Draw a red cabin of size `s`, its lower left corner at (x, y)."""

    def shape(fill, a0, a1, low, b0, b1, top):
        corners = [(a0, low), (a1, low), (b1, top), (b0, top)]
        draw.polygon([(x + s * a, y - s * b) for a, b in corners], fill=fill)

    shape('#be3c26', 0, 0.6, -0.05, 0, 0.6, 0.55)
    shape('#be3c26', 0, 0.6, 0.54, 0.3, 0.3, 0.9)
    shape('#5c1c1a', 0.6, 1.6, -0.05, 0.6, 1.6, 0.55)
    shape('#3a3840', 0.66, 1.68, 0.48, 0.33, 1.35, 0.93)
    for a in (-0.08, 0.6):
        shape('#e4d8c8', a, a + 0.1, 0.46, 0.27, 0.35, 0.92)
    for a in (0.17, 0.79, 1.19):
        shape('#e4d8c8', a, a + 0.26, 0.19, a, a + 0.26, 0.45)
        shape('#ffc458', a + 0.03, a + 0.23, 0.22, a + 0.03, a + 0.23, 0.42)


def shore(rng, top, low, grass, tall):
    """Return a grassy layer of land from the rows `top` to the row `low`."""
    image = Image.new('RGBA', (WIDTH, HEIGHT))
    rows = np.arange(HEIGHT)[:, None]
    mask = Image.fromarray((rows >= top) & (rows < low) & (top < low - 2))
    image.paste((46, 48, 24), (0, 0), mask)
    draw = ImageDraw.Draw(image)
    deep = np.sort(rng.uniform(0, 1, grass) ** 1.3)
    for x, down in zip(rng.uniform(0, WIDTH, grass), deep):
        row, size = top[int(x)], tall * rng.uniform(0.4, 1.1)
        if row < low - 2:
            y, lean = row + down * (low - row), size * rng.normal(0.12, 0.25)
            tint = mix(
                [0.09, 0.13, 0.04], [0.62, 0.54, 0.20], rng.uniform() ** 1.5
            )
            draw.line(
                [x, y, x + lean * 0.4, y - size * 0.6, x + lean, y - size],
                fill=rgb(tint),
                width=1 + int(tall > 20),
            )
    return image, draw


def landscape(rng):
    """Return the photograph of a cabin on a mountain lake."""
    cols, (height, wood) = np.arange(WIDTH), terrain(rng)
    scene = height, ground(rng, height, wood), sky(rng)
    picture, high = view(EYE, *scene)
    mirror, picture = to_image(view(-EYE, *scene)[0]), to_image(picture)
    bumps = fractal(rng, (2, WIDTH), (1, 90), 5, 0.6)
    top = SHORE - smooth(720, 900, cols) * (1 + 0.1 * bumps[0]) * (
        16 + 26 * smooth(800, 1200, cols)
    )
    land, draw = shore(rng, top, SHORE, 2600, 9)
    for x in (1165, 1096, 1132, 1190, 1062, 852):
        pine(draw, rng, x, top[x] + 2, 90 + 0.6 * max(0, x - 852))
    cabin(draw, 905, 586)
    mirror.paste(land, (0, 2 * (HORIZON - SHORE) + 9), land)
    wet = (np.mgrid[0:HEIGHT, 0:WIDTH][0] > HORIZON) & (high <= 0.0015)
    water = to_image(lake(rng, np.asarray(mirror) / 255.0))
    picture.paste(water, (0, 0), Image.fromarray(wet))
    picture.paste(land, (0, 0), land)
    top = 690 + 95 * smooth(120, 760, cols) + 7 * bumps[1]
    near, draw = shore(rng, top, HEIGHT + 40, 8000, 34)
    for x, tall in [(-20, 560), (150, 400), (62, 640)]:
        pine(draw, rng, x, top[max(x, 0)] + 30, tall)
    near.alpha_composite(shore(rng, top + 12, HEIGHT + 40, 6000, 34)[0])
    for x in rng.randint(0, WIDTH, 110):
        for px, py in rng.normal([x, top[x] + 90 * rng.uniform()], 2, (5, 2)):
            draw.ellipse(
                [px - 2, py - 2, px + 2, py + 2],
                fill=['#f0c84c', '#a06ccc'][x % 2],
            )
    picture.paste(near, (0, 0), near)
    data = np.asarray(picture) / 255.0
    data = data + 0.3 * (data - data.mean(axis=-1, keepdims=True))
    return to_image(0.55 * data + 0.45 * smooth(0, 1, data))


def backdrop(rng):
    """Return the colours behind the trees; alpha is the kind, see `flow`."""
    rows, cols = np.mgrid[0:PH, 0:PW].astype(float)
    dx, dy = cols - VANISH[0], rows - VANISH[1]
    far, down = np.hypot(dx, dy), np.maximum(dy, 1)
    grain = fractal(rng, dx.shape, (46, 80), 4)
    hedge = -dy < np.abs(dx) * (
        0.17 + 0.07 * fractal(rng, dx.shape, (999, 50))
    )
    air = mix([0.30, 0.62, 0.82], [0.13, 0.22, 0.62], smooth(0, 560, far))
    air = mix(air, [0.66, 0.80, 0.86], smooth(0.3, 1.4, grain))
    bush = mix([0.26, 0.34, 0.62], [0.14, 0.40, 0.44], smooth(-1, 1, grain))
    air = mix(air, bush, 0.9 * hedge)
    air = mix(air, [1, 0.93, 0.62], np.minimum(1.25 * np.exp(-far / 190), 1))
    path = mix([0.95, 0.74, 0.52], [0.25, 0.20, 0.50], smooth(0, 330, down))
    shine = np.exp(-((dx / (26 + 0.30 * down)) ** 2))
    path = mix(path, [1, 0.80, 0.38], 0.85 * shine)
    path = mix(path, [0.90, 0.40, 0.12], 0.6 * smooth(0.3, 1.3, grain))
    path = mix(path, [0.26, 0.48, 0.80], 0.7 * smooth(0.4, 1.4, -grain))
    across = np.abs(dx) / down + 0.05 * grain
    litter = mix(
        [0.93, 0.55, 0.10], [0.62, 0.13, 0.10], smooth(-1.2, 1.2, grain)
    )
    shade = smooth(0.45, 1.65, grain + 0.25 * np.minimum(across, 4))
    litter = mix(litter, [0.30, 0.24, 0.62], 0.8 * shade)
    land = mix(path, litter, smooth(0.83, 0.98, across))
    kind = np.where(dy < 0, 0, np.where(across < 0.9, 2, 3)) / 255
    return to_image(np.dstack([mix(air, land, smooth(-3, 3, dy)), kind]))


def tree(draw, rng, side, far):
    """Draw one tree; `far` runs from 0 (near) to 1 (where the path ends)."""
    near = 1 / (0.16 + 2.6 * (far + rng.uniform(-0.02, 0.02)))
    x, crown = VANISH + near * np.array([side * 95, -78])
    bark, hue = (
        mix([0.16, 0.08, 0.26], [0.52, 0.36, 0.50], far),
        rng.uniform(0, 4),
    )
    for _ in range(70):
        turn, out = rng.uniform(0, 2 * np.pi), rng.uniform() ** 0.6 * near
        at = np.array(
            [
                x - side * 12 * near + 72 * np.cos(turn) * out,
                crown - 34 * near + 62 * np.sin(turn) * out,
            ]
        )
        leaf = LEAVES[int(np.clip(hue + rng.normal(0, 1.1), 0, 5))]
        glow = 0.75 * np.exp(-np.hypot(*(at - VANISH)) / 260)
        size = rng.uniform(8, 17) * near
        leaf = mix(leaf * rng.uniform(0.65, 1.05), [1, 0.88, 0.42], glow)
        draw.ellipse([*(at - size), *(at + size)], fill=(*rgb(leaf), 1))
    for dx, y0, y1, w in [
        (-4 * side, 130, 0, 5.5),
        (34, 42, -30, 2.7),
        (-34, 34, -40, 2.7),
    ]:
        for a, b, colour in [
            (-1.2, 1.2, bark),
            (-1.1 * side, -0.3 * side, mix(bark, [1, 0.55, 0.22], 0.75)),
        ]:
            limb = np.array(
                [
                    (a * w, y0),
                    (b * w, y0),
                    (dx + b * w / 2, y1),
                    (dx + a * w / 2, y1),
                ]
            ) * near + [x, crown]
            draw.polygon(list(limb.ravel()), fill=(*rgb(colour), 4))


def flow(rng, kind):
    """Return stroke angles for sky, leaves, path, litter and bark (0-4)."""
    rows, cols = np.indices(kind.shape)
    spoke, across = np.arctan2(rows - VANISH[1], cols - VANISH[0]), np.pi / 2
    swirl = fractal(rng, kind.shape, 170, 2)
    wave = fractal(rng, kind.shape, 60)
    angle = 2 * np.choose(
        kind,
        [
            spoke + across + 0.55 * swirl,
            spoke + across + 1.3 * swirl,
            0.25 * wave,
            spoke + 0.25 * wave,
            across + 0.08 * wave,
        ],
    )
    s, c = (ndi.gaussian_filter(f(angle), 5) for f in (np.sin, np.cos))
    return np.arctan2(s, c) / 2


def mixed(rng, colour):
    """Return a colour as a painter mixes it: never twice the same."""
    colour = colour.mean() + (colour - colour.mean()) * rng.uniform(0.95, 1.3)
    colour = colour * rng.uniform(0.84, 1.16) + rng.normal(0, 0.035, 3)
    if rng.uniform() < 0.10:
        colour = mix(colour, ACCENTS[rng.randint(4)], rng.uniform(0.3, 0.65))
    return np.clip(colour, 0.02, 0.98)


def stroke(rng, canvas, relief, at, angle, bend, width, length, colour):
    """Lay one bristly stroke of thick paint on the canvas and its relief."""
    (x, y), reach = at.astype(int), int(length * (0.5 + abs(bend) / 4) + width)
    x0, y0 = max(x - reach, 0), max(y - reach, 0)
    part = np.s_[y0 : y + reach, x0 : x + reach]
    yy, xx = np.add(np.indices(relief[part].shape), [[[y0 - y]], [[x0 - x]]])
    u = (xx * np.cos(angle) + yy * np.sin(angle)) * 2 / length
    v = (yy * np.cos(angle) - xx * np.sin(angle)) * 2 / width - bend * (
        u * u - 0.3
    ) * length / width / 2
    hairs = max(5, int(width / 2.2))
    place = np.clip((v + 1) * (hairs - 1) / 2, 0, hairs - 1.001)
    low, load = place.astype(int), rng.normal(size=(3, hairs + 1))
    hair = load[:, low] + (load[:, low + 1] - load[:, low]) * (place - low)
    alpha = (
        np.clip((1 - np.abs(v)) * width / 4, 0, 1)
        * np.clip((0.86 + 0.09 * hair[2] - np.abs(u)) * length / 8, 0, 1)
        * (1 - 0.75 * smooth(0.2, 1.0, u) * (hair[1] < -0.3))
    )
    paint = mix(colour, mixed(rng, colour), smooth(-0.8, 0.8, v + hair[1] / 2))
    paint *= 1 + 0.07 * hair[0][..., None]
    canvas[part] = mix(canvas[part], paint, alpha)
    ridge = 0.35 * smooth(0.55, 0.95, np.abs(v)) + 0.45 * smooth(0.4, 0.85, u)
    thick = (0.5 + 0.2 * hair[0] + ridge) * width**0.5
    relief[part] += alpha * (thick - 0.65 * relief[part])


def cover(rng, canvas, relief, sketch, angle, layer):
    """Paint one layer of strokes wherever the canvas still needs it."""
    width, length, gap, share, tolerance = layer
    wanted = ndi.gaussian_filter(sketch, (width / 7, width / 7, 0))
    lack = ndi.gaussian_filter(canvas - sketch, (width / 4, width / 4, 0))
    lack = np.abs(lack).mean(axis=-1)
    turn = ndi.gaussian_filter(np.gradient(np.sin(angle), axis=1), 9) * length
    spots = np.mgrid[0:PW:gap, 0:PH:gap].reshape(2, -1).T.astype(float)
    spots += rng.uniform(-gap, gap, spots.shape)
    for at in rng.permutation(np.clip(spots, 0, [PW - 1, PH - 1])):
        j, i = at.astype(int)
        if lack[i, j] >= tolerance and rng.uniform() < share:
            size = rng.uniform(0.7, 1.2, 2) * [width, length]
            stroke(
                rng,
                canvas,
                relief,
                at,
                angle[i, j] + np.pi * rng.randint(2) + rng.normal(0, 0.12),
                np.clip(turn[i, j], -0.5, 0.5) + rng.normal(0, 0.1),
                *size,
                mixed(rng, wanted[i, j]),
            )


def avenue(rng):
    """Return the painting of an avenue, lit like wet oil from upper left."""
    image = backdrop(rng)
    for k, far in enumerate(
        np.repeat([1, 0.72, 0.5, 0.33, 0.2, 0.1, 0.04], 2)
    ):
        tree(ImageDraw.Draw(image), rng, (-1) ** (k + 1), far)
    angle = flow(rng, np.asarray(image)[..., 3])
    sketch = np.asarray(image)[..., :3] / 255.0
    canvas, relief = np.full(sketch.shape, 0.4), np.zeros((PH, PW))
    for layer in LAYERS:
        cover(rng, canvas, relief, sketch, angle, layer)
    gy, gx = np.gradient(ndi.gaussian_filter(relief, 0.8))
    tilt = np.clip(0.8 * gx + gy, -1.6, 1.6)[..., None]
    return to_image(canvas * (1 + 0.24 * tilt) + 0.22 * smooth(0.5, 1.6, tilt))


def main():
    """Draw both pictures and write them as JPEG files."""
    data = Path(__file__).resolve().parent.parent / 'gluon_style' / 'data'
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, default=data, help='folder')
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, draw, seed in [
        ('mountain-lake.jpg', landscape, 7),
        ('autumn-avenue.jpg', avenue, 11),
    ]:
        image = draw(np.random.RandomState(seed))
        image = image.resize((600, image.height // 2), Image.LANCZOS)
        image.save(out / name, quality=90, optimize=True)
        print(f'{out / name}: {(out / name).stat().st_size} bytes')


if __name__ == '__main__':
    main()
