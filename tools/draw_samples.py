"""Draw the two sample pictures: a content photograph and a style painting."""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage as ndi

SCALE = 2  # everything is drawn twice as large, then reduced


# ------------------------------------------------------------ shared helpers

def noise(rng, shape, cell):
    """Return smooth random values, about unit variance, one per `cell`."""
    cells = np.broadcast_to(np.asarray(cell, float), 2)
    grid = rng.normal(size=[int(np.ceil(n / c)) + 3
                            for n, c in zip(shape, cells)])
    axes = [np.arange(n) / c + 1 for n, c in zip(shape, cells)]
    return ndi.map_coordinates(grid, np.meshgrid(*axes, indexing='ij'),
                               order=2, mode='nearest')


def fractal(rng, shape, cell, octaves, gain=0.5):
    """Add up octaves of `noise`, each half as wide and `gain` as high."""
    total, norm = np.zeros(shape), 0.0
    for k in range(octaves):
        step = np.asarray(cell, float) / 2 ** k
        total += gain ** k * noise(rng, shape, step)
        norm += gain ** (2 * k)
    return total / np.sqrt(norm)


def smooth(low, high, x):
    """Return the smooth step of `x` from 0 at `low` to 1 at `high`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a, b, t):
    """Blend the colours `a` and `b` (last axis) by the weights `t`."""
    t = np.asarray(t)[..., None]
    return np.asarray(a) * (1 - t) + np.asarray(b) * t


def sample(image, rows, cols, order=1):
    """Read a two-dimensional or colour image at fractional positions."""
    if image.ndim == 3:
        return np.stack([sample(image[..., c], rows, cols, order)
                         for c in range(image.shape[2])], axis=-1)
    return ndi.map_coordinates(image, [rows, cols], order=order,
                               mode='nearest')


def to_image(array):
    """Turn values from 0 to 1 into an 8-bit Pillow image."""
    return Image.fromarray((np.clip(array, 0, 1) * 255 + 0.5).astype('uint8'))


def rgb(colour):
    """Turn a colour from 0 to 1 into the integers Pillow draws with."""
    return tuple(int(v) for v in np.clip(np.asarray(colour) * 255, 0, 255))


# ------------------------------------------------- the photograph: a 3-D lake

WIDTH, HEIGHT = 600 * SCALE, 400 * SCALE
HORIZON, FOCAL = 455, 1300.0  # pixels
EYE = 0.03                    # camera height above the lake, km
CELL = 0.01                   # size of one terrain cell, km
SUN = np.array([-0.86, 0.40, -0.30])  # right, up, away from the camera
SHORE = 606                   # row where the spit meets the water
SUN_AT = (255, 292)           # column and row of the glow


def terrain(rng):
    """Return terrain heights in km, rows running away from the camera."""
    n = 1600
    z, x = np.mgrid[0:n, 0:n] * CELL
    x -= n * CELL / 2
    wx, wz = (0.35 * fractal(rng, (n, n), 150, 3) for _ in range(2))
    px, pz = x + wx, z + wz
    rough, slope_x, slope_z = np.zeros((n, n)), 0.0, 0.0
    for k in range(7):
        octave = noise(rng, (n, n), 170 / 2 ** k)
        if k < 5:
            octave = 0.9 - 1.5 * np.abs(octave)
        gz, gx = np.gradient(octave)
        slope_x, slope_z = slope_x + gx * 14, slope_z + gz * 14
        steep = slope_x ** 2 + slope_z ** 2
        rough += 0.5 ** k * octave / (1 + steep * 0.8)
    peaks = np.zeros((n, n))
    for cx, cz, top, wide in [(0.95, 9.6, 2.25, 2.1), (3.5, 10.5, 1.75, 2.1),
                              (-1.9, 12.0, 1.9, 2.3), (-5.0, 9.0, 1.9, 2.4),
                              (-2.9, 5.2, 0.75, 1.5), (3.6, 5.6, 1.0, 1.7),
                              (5.8, 8.0, 1.7, 2.2)]:
        far = np.hypot(px - cx, pz - cz) / wide
        peaks = np.maximum(peaks, top * np.exp(-1.1 * far ** 1.4))
    shore = 2.6 + 0.25 * wx - 0.05 * x ** 2
    land = smooth(0, 3.0, z + 0.5 * wz - shore)
    height = land * (peaks + rough * (0.10 + 0.30 * peaks)) \
        + 0.05 * smooth(-0.2, 0.5, z + 0.5 * wz - shore) - 0.02
    return ndi.gaussian_filter(height, 0.6)


def sunlight(height):
    """Return surface normals and the soft shadow of a terrain."""
    gz, gx = np.gradient(height, CELL)
    normal = np.stack([-gx, np.ones_like(gx), -gz], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    flat = np.hypot(SUN[0], SUN[2])
    step = np.array([SUN[2], SUN[0]]) / flat
    rise, block = CELL * SUN[1] / flat, height.copy()
    for k in range(9):  # each pass doubles how far the shadow ray looks
        far = ndi.shift(block, -step * 2 ** k, order=1, mode='nearest')
        block = np.maximum(block, far - rise * 2 ** k)
    return normal, 1 - smooth(0.0, 0.03, block - height)


def sky(rng):
    """Return the sky in linear light, with clouds lit by the low sun."""
    rows, cols = np.mgrid[0:HEIGHT, 0:WIDTH]
    up = np.clip((HORIZON - rows) / HORIZON, 0, 1)
    colour = mix([0.93, 0.66, 0.47], [0.45, 0.60, 0.78], smooth(0, 0.45, up))
    colour = mix(colour, [0.12, 0.28, 0.58], smooth(0.25, 1.1, up))
    dist = np.hypot((cols - SUN_AT[0]) * 0.8, rows - SUN_AT[1])
    glow = np.exp(-dist / 130)
    colour = colour + glow[..., None] * np.array([1.0, 0.55, 0.20])
    tall = 1 / (0.16 + up)
    cx, cz = (cols - WIDTH / 2) / 560 * tall, 2.1 * tall
    field = fractal(rng, (700, 900), 70, 6, 0.55)
    look = [cz * 62, 450 + cx * 95 + cz * 14]
    cloud = sample(field, *look)
    lit = cloud - sample(field, look[0] + 3, look[1] - 16)
    cover = smooth(-0.3, 1.6, cloud) * smooth(0.02, 0.3, up) * 0.9
    bright = smooth(-0.9, 0.9, lit)
    tone = mix([0.42, 0.42, 0.55], [1.25, 0.98, 0.82], bright)
    tone = tone + glow[..., None] * np.array([1.1, 0.5, 0.15])
    colour = mix(colour, tone, cover)
    disc = np.exp(-(dist / 17) ** 4)
    return colour + disc[..., None] * np.array([3.0, 2.4, 1.4])


def ground(rng, height, normal, shadow):
    """Return the lit colour of every terrain cell, in linear light."""
    shape = height.shape
    fine, patch = fractal(rng, shape, 12, 3, 0.8), fractal(rng, shape, 90, 5)
    up = normal[..., 1]
    crag = ndi.gaussian_filter(fractal(rng, shape, 9, 3, 0.9), 0.5)
    bump = normal + 0.20 * np.stack(
        [np.roll(crag, 1, 1) - crag, 0 * crag, np.roll(crag, 1, 0) - crag],
        axis=-1) * smooth(0.3, 0.9, height)[..., None]
    bump /= np.linalg.norm(bump, axis=-1, keepdims=True)
    rock = mix([0.13, 0.115, 0.11], [0.30, 0.26, 0.23],
               smooth(-2, 2, fine + patch))
    grass = mix([0.045, 0.075, 0.03], [0.14, 0.13, 0.045],
                smooth(-1.5, 1.5, patch + 0.5 * fine))
    colour = mix(rock, grass, smooth(1.0, 0.5, height + 0.13 * patch)
                 * smooth(0.55, 0.75, up + 0.05 * fine))
    wood = smooth(0.62, 0.35, height + 0.12 * patch) * 0.75
    colour = mix(colour, [0.03, 0.045, 0.022], wood)
    snow = smooth(0.75, 1.3, height + 0.16 * patch + 0.05 * fine) \
        * smooth(0.36, 0.50, up + 0.07 * fine + 0.05 * (height - 1.5))
    colour = mix(colour, [0.86, 0.88, 0.92], snow)
    sun = np.clip(bump @ SUN / np.linalg.norm(SUN), 0, 1) ** 1.2 * shadow
    light = sun[..., None] * np.array([3.1, 1.95, 1.15]) \
        + (0.12 + 0.36 * up)[..., None] * np.array([0.36, 0.54, 0.92])
    return colour * light


def haze(colour, depth, high, cols):
    """Fade linear colours into the air by distance, more so down low."""
    warm = np.exp(-((cols - SUN_AT[0]) / 330.0) ** 2)
    air = mix([0.46, 0.58, 0.76], [1.05, 0.76, 0.52], warm * 0.85)
    thick = depth / 34 + 0.13 * np.maximum(depth - 3.0, 0) \
        * np.exp(-np.maximum(high, 0) / 0.28)
    return mix(colour, air, 1 - np.exp(-thick * (1 + 0.5 * warm)))


def look(rng, eye, height, colour, backdrop):
    """Ray-cast the terrain from `eye`; return the picture and its depth."""
    zs = np.geomspace(0.4, 15.8, 2600)
    cols, rows = np.arange(WIDTH), np.arange(HEIGHT)
    gx = (cols - WIDTH / 2) / FOCAL * zs[:, None] / CELL + height.shape[1] / 2
    gz = np.broadcast_to(zs[:, None] / CELL, gx.shape)
    seen = sample(height, gz, gx, 3)
    seen = np.maximum(seen, 0) if eye > 0 else np.where(seen > 0, seen, -9)
    top = np.maximum.accumulate(FOCAL * (seen - eye) / zs[:, None], axis=0)
    hit = np.stack([np.searchsorted(top[:, c], HORIZON - rows)
                    for c in cols], axis=1)
    sky_seen, hit = hit >= len(zs), np.minimum(hit, len(zs) - 1)
    depth, cc = zs[hit], np.broadcast_to(cols, hit.shape)
    high = sample(height, depth / CELL, gx[hit, cc])
    picture = haze(sample(colour, depth / CELL, gx[hit, cc]), depth, high, cc)
    picture[sky_seen] = backdrop[sky_seen]
    depth = np.where(sky_seen, 99, depth)
    picture = develop(picture)
    return forest(rng, eye, height, picture, depth), high, depth


def develop(linear):
    """Turn linear light into display values with a soft shoulder."""
    return np.clip(1 - np.exp(-1.45 * linear), 0, 1) ** (1 / 2.0)


def forest(rng, eye, height, picture, depth):
    """Draw the far pine woods of the lower slopes over a picture."""
    image = to_image(picture)
    draw = ImageDraw.Draw(image)
    count = 26000
    z = np.sort(rng.uniform(2.2, 6.2, count))[::-1]
    x = rng.uniform(-0.52, 0.52, count) * z
    at = [z / CELL, x / CELL + height.shape[1] / 2]
    high = sample(height, *at)
    clump = sample(fractal(rng, (200, 200), 22, 4), z * 30, x * 15 + 100)
    cols, rows = x / z * FOCAL + WIDTH / 2, HORIZON - FOCAL * (high - eye) / z
    tall = rng.uniform(0.018, 0.036, count)
    shade = rng.uniform(0, 1, count)
    inside = (high > 0.004) & (high < 0.5 + 0.12 * clump) \
        & (clump > -0.6 + 0.8 * high)
    for k in np.flatnonzero(inside & (cols > 0) & (cols < WIDTH - 1)):
        if depth[int(np.clip(rows[k] - 2, 0, HEIGHT - 1)),
                 int(cols[k])] < z[k] - 0.12:
            continue
        size = FOCAL * tall[k] / z[k]
        tint = mix([0.02, 0.035, 0.022], [0.12, 0.11, 0.035], shade[k] ** 2)
        tint = develop(haze(tint[None], z[k:k + 1], high[k:k + 1],
                            cols[k:k + 1]))[0]
        pine(draw, rng, cols[k], rows[k], size, tint * 0.8, tint * 1.15)
    return np.asarray(image) / 255.0


def pine(draw, rng, x, base, tall, dark, light):
    """Draw one pine from drooping branches; big ones get needles too."""
    trunk = max(0.6, tall / 75)
    draw.polygon([(x - trunk, base), (x, base - tall), (x + trunk, base)],
                 fill=rgb(np.multiply(dark, 0.9)))
    for t in np.sort(rng.uniform(0.04, 0.99, int(8 + tall * 1.1))):
        turn = rng.uniform(0, 2 * np.pi)
        side, front = np.cos(turn), np.sin(turn)
        long = tall * (0.02 + 0.21 * (1 - t) ** 0.85) * rng.uniform(0.5, 1.1)
        reach = side * long
        drop = long * (0.28 + 0.22 * front) * (1.3 - t)
        steps = max(2, int(long / 5))
        s = np.linspace(0, 1, steps)
        px = x + reach * s
        py = base - tall * t + drop * (1.6 * s - 0.7 * s ** 2)
        lit = 0.36 - 0.36 * side + 0.18 * front + rng.uniform(-0.2, 0.2)
        draw.line(list(zip(px, py)), width=max(1, int(tall / 110)),
                  fill=rgb(mix(dark, light, np.clip(lit * 0.5, 0, 1))))
        for k in range(1, steps if tall > 60 else 0):
            for _ in range(4):
                tip = mix(dark, light, np.clip(
                    lit * (0.2 + s[k]) + rng.uniform(-0.25, 0.25), 0, 1))
                ox, oy = rng.normal(0, 4), rng.uniform(-2, 2 + tall * 0.018)
                draw.line([px[k], py[k], px[k] + ox + side * 3, py[k] + oy],
                          fill=rgb(tip), width=1 + int(tall > 260))


def lake(rng, mirror):
    """Return the lake: the `mirror` picture seen through small ripples."""
    rows, cols = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    below = np.maximum(rows - HORIZON, 1.0)
    field = fractal(rng, (900, 900), (5, 22), 3, 0.7)
    at = [900 - 900 * (14 / (below + 14)), 450 + (cols - WIDTH / 2)
          * 260 / (below + 200)]
    wave = sample(field, *at)
    calm = fractal(rng, (HEIGHT, WIDTH), (40, 420), 3)
    force = smooth(-1.6, 1.4, calm) * (0.6 + below / 30)
    seen = sample(mirror, 2 * HORIZON - rows + wave * force
                  - 0.02 * below, cols + 0.35 * wave * force)
    deep = mix([0.10, 0.27, 0.36], [0.04, 0.16, 0.22], below / 350)
    facing = 0.08 + 0.42 * smooth(0, 420, below) - 0.07 * wave
    return mix(seen * [0.98, 1.0, 1.04], deep, np.clip(facing, 0, 1))


def layer():
    """Return a transparent layer the size of the photograph."""
    return Image.new('RGBA', (WIDTH, HEIGHT), (0, 0, 0, 0))


def textured(image, rng, strength, cell):
    """Multiply a layer by fractal noise, for grain on wood and soil."""
    data = np.asarray(image) / 255.0
    grain = fractal(rng, data.shape[:2], cell, 4, 0.8)
    data[..., :3] *= np.clip(1 + strength * grain, 0.2, 2)[..., None]
    return to_image(data)


def cabin(draw, x, y, s):
    """Draw a red cabin, its lower left corner at (x, y), of size `s`."""
    def poly(colour, *points):
        draw.polygon([(x + s * a, y - s * b) for a, b in points],
                     fill=rgb(colour))
    poly([.34, .32, .31], (-.02, -.06), (1.62, -.06), (1.62, .05), (-.02, .05))
    poly([.74, .24, .15], (0, .03), (.6, .03), (.6, .55), (.3, .86), (0, .55))
    poly([.36, .11, .10], (.6, .03), (1.6, .03), (1.6, .55), (.6, .55))
    for k in range(1, 12):
        poly([.62, .19, .12], (.05 * k, .03), (.05 * k + .008, .03),
             (.05 * k + .008, .55), (.05 * k, .55))
    for k in range(1, 16):
        poly([.28, .08, .08], (.6 + k / 16, .03), (.61 + k / 16, .03),
             (.61 + k / 16, .55), (.6 + k / 16, .55))
    poly([.23, .22, .25], (.3, .93), (1.4, .93), (1.68, .48), (.6, .48))
    for k in range(1, 6):
        poly([.17, .16, .19], (.3 + .058 * k, .93 - .083 * k),
             (1.4 + .05 * k, .93 - .083 * k), (1.4 + .05 * k, .91 - .083 * k),
             (.31 + .058 * k, .91 - .083 * k))
    poly([.86, .80, .72], (-.07, .47), (.3, .87), (.67, .47), (.67, .54),
         (.3, .95), (-.07, .54))
    poly([.40, .30, .27], (1.0, .86), (1.14, .86), (1.14, 1.15), (1.0, 1.15))
    poly([.55, .42, .36], (.96, .86), (1.0, .86), (1.0, 1.15), (.96, 1.15))
    for a, w in [(.19, .2), (.80, .17), (1.22, .17)]:
        poly([.90, .86, .80], (a - .03, .19), (a + w + .03, .19),
             (a + w + .03, .45), (a - .03, .45))
        poly([1.0, .78, .36], (a, .22), (a + w, .22), (a + w, .42), (a, .42))
        poly([.90, .86, .80], (a + w / 2 - .012, .2), (a + w / 2 + .012, .2),
             (a + w / 2 + .012, .44), (a + w / 2 - .012, .44))


def meadow(draw, rng, edge, count, tall, tints):
    """Draw grass blades below the curve `edge` of bottom-most rows."""
    xs = rng.uniform(0, WIDTH, count)
    ys = edge[xs.astype(int)] + rng.uniform(0, 1, count) ** 1.3 * 300
    for k in np.argsort(ys):
        if ys[k] > HEIGHT + 40 or edge[int(xs[k])] > HEIGHT:
            continue
        size = tall * rng.uniform(0.4, 1.1)
        lean = size * rng.normal(0.12, 0.25)
        tint = mix(tints[0], tints[1], rng.uniform() ** 1.5)
        draw.line([xs[k], ys[k], xs[k] + lean * 0.4, ys[k] - size * 0.6,
                   xs[k] + lean, ys[k] - size], fill=rgb(tint), width=2)


def spit(rng):
    """Return the layer of the far spit of land with cabin and pines."""
    image = layer()
    draw = ImageDraw.Draw(image)
    cols = np.arange(WIDTH)
    bumps = fractal(rng, (1, WIDTH), (1, 60), 4, 0.6)[0]
    rise = smooth(720, 900, cols) * (16 + 26 * smooth(800, 1200, cols))
    rise = rise * (1 + 0.10 * bumps)
    draw.polygon([(WIDTH, 606), (715, 606)]
                 + list(zip(cols[715:], (604 - rise)[715:])),
                 fill=(74, 76, 38))
    draw.line([(712, 605), (WIDTH, 605)], fill=(88, 76, 62), width=5)
    image = textured(image, rng, 0.2, (6, 14))
    draw = ImageDraw.Draw(image)
    for x, tall in [(1165, 240), (1096, 190), (1132, 270), (1190, 300),
                    (1062, 150), (852, 92)]:
        pine(draw, rng, x, 604 - rise[x], tall, [.04, .07, .05],
             [.40, .38, .15])
    cabin(draw, 905, 583, 80)
    pine(draw, rng, 1056, 590, 96, [.04, .07, .05], [.42, .40, .16])
    for _ in range(900):
        x = int(rng.uniform(730, WIDTH - 1))
        y = 605 - rise[x] * rng.uniform(0, 1)
        if y < 583 or x > 1040 or x < 900:
            tint = mix([.16, .19, .07], [.58, .50, .20], rng.uniform())
            draw.line([x, y, x + rng.normal(0, 2), y - rng.uniform(3, 9)],
                      fill=rgb(tint))
    return image


def bank(rng):
    """Return the layer of the near shore with tall grass and pines."""
    image = layer()
    draw = ImageDraw.Draw(image)
    cols = np.arange(WIDTH)
    bumps = fractal(rng, (1, WIDTH), (1, 90), 5, 0.6)[0]
    edge = 690 + 130 * smooth(120, 760, cols) + 7 * bumps \
        - 45 * smooth(900, 1200, cols)
    draw.polygon([(0, HEIGHT), *zip(cols, edge), (WIDTH, HEIGHT)],
                 fill=(46, 48, 24))
    image = textured(image, rng, 0.3, (10, 24))
    draw = ImageDraw.Draw(image)
    for x, tall in [(-20, 560), (150, 400), (62, 640)]:
        pine(draw, rng, x, edge[max(x, 0)] + 30, tall, [.025, .05, .04],
             [.36, .36, .14])
    meadow(draw, rng, edge, 9000, 34, ([.09, .13, .04], [.62, .54, .20]))
    for _ in range(170):
        x = int(rng.uniform(0, WIDTH))
        y = edge[x] + rng.uniform(-14, 90)
        tint = mix([.95, .80, .30], [.62, .42, .80], rng.randint(0, 2))
        for _ in range(5):
            ox, oy = rng.normal(0, 2.2, 2)
            draw.ellipse([x + ox - 2, y + oy - 2, x + ox + 2, y + oy + 2],
                         fill=rgb(tint * rng.uniform(0.8, 1.05)))
    return image


def grade(image):
    """Give the photograph more contrast, colour and a slight vignette."""
    data = np.asarray(image) / 255.0
    grey = data.mean(axis=-1, keepdims=True)
    data = np.clip(grey + 1.3 * (data - grey), 0, 1)
    data = data + 0.45 * (smooth(0, 1, data) - data)
    rows, cols = np.mgrid[-1:1:HEIGHT * 1j, -1:1:WIDTH * 1j]
    return to_image(data * (1 - 0.10 * (rows ** 2 + cols ** 2))[..., None])


def photograph(seed=7):
    """Return the photograph of a mountain lake as an image."""
    rng = np.random.RandomState(seed)
    height = terrain(rng)
    colour = ground(rng, height, *sunlight(height))
    backdrop = sky(rng)
    picture, high, depth = look(rng, EYE, height, colour, backdrop)
    mirror = look(rng, -EYE, height, colour, backdrop)[0]
    land = spit(rng)
    mirror = to_image(mirror)
    mirror.paste(land, (0, 2 * (HORIZON - SHORE)), land)
    water = lake(rng, np.asarray(mirror) / 255.0)
    rows = np.mgrid[0:HEIGHT, 0:WIDTH][0]
    wet = (rows > HORIZON) & (high <= 0.0015)
    picture = np.where(wet[..., None], water, picture)
    image = to_image(picture)
    image.paste(land, (0, 0), land)
    near = bank(rng)
    image.paste(near, (0, 0), near)
    return grade(image)
