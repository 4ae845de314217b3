"""What tiles cost, what memory they need, and that no seam is left.

Each measurement has a fresh process, and what is compared takes turns. See
docs/larger.md for the commands and the figures.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from children import bare_environment
from inputs import find_images, find_weights

HERE = Path(__file__).resolve().parent
GIGABYTE = 1e9


def size_of(text):
    """Read 'WIDTHxHEIGHT'."""
    width, height = map(int, text.split('x'))
    return width, height


def arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--weights', default='', help='a file, or student')
    commands = parser.add_subparsers(dest='command', required=True)
    one = commands.add_parser('one', help='one run, as a line of JSON')
    one.add_argument('size', type=size_of, metavar='WIDTHxHEIGHT')
    one.add_argument('tile', help='off, or pixels')
    one.add_argument('--steps', type=int, default=2)
    one.add_argument('--optimizer', default='adam')
    one.add_argument('--scales', type=int, default=1)
    one.add_argument('--out', type=Path, help='where the picture goes')
    one.add_argument('--scheduler', help='spread the tiles over its workers')
    one.add_argument('--processes', default='', help='of it: PID,...')
    turns = commands.add_parser('turns', help='tiles and no tiles in turn')
    turns.add_argument('--whole', default='1200x800', metavar='SIZE')
    turns.add_argument('--size', default='3840x2560', metavar='SIZE')
    turns.add_argument('--tiles', default='640', metavar='PIXELS,...')
    turns.add_argument('--steps', type=int, default=2)
    turns.add_argument('--rounds', type=int, default=2)
    seam = commands.add_parser('seam', help='draw the gradients apart')
    seam.add_argument('out', type=Path, help='a .png')
    seam.add_argument('--size', type=size_of, default=(900, 600))
    seam.add_argument('--tile', default='256')
    commands.add_parser('equal', help='losses and gradients compared')
    return parser.parse_args()


def peak_bytes():
    """Return the most memory that this process has ever held."""
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith('VmHWM:'):
            return int(line.split()[1]) * 1024
    raise SystemExit('tiles.py: no VmHWM: Linux only')


def inputs(options, folder):
    """Return two images as arrays, and the name of weights."""
    from gluon_style import read_image

    content, style, _ = find_images(folder)
    weights = options.weights
    if weights != 'student':
        weights = str(find_weights(weights, folder)[0])
    return (read_image(content), read_image(style)), weights


def settings_for(size, weights, **fields):
    """Return the chapter's settings at a size."""
    from gluon_style import Settings

    width, height = size
    return Settings(width, height, weights=weights, **fields)


def processor_seconds(number):
    """Return the processor time of a process so far, and of its children."""
    import psutil

    process = psutil.Process(number)
    return [
        sum(sum(i.cpu_times()[:2]) for i in same)
        for same in ([process], process.children(recursive=True))
    ]


@contextlib.contextmanager
def crew(scheduler):
    """Give a cluster's crew, and the seconds its workers take, as they come.

    Without a scheduler there is no crew, and there are no seconds.
    """
    seconds = []
    if scheduler is None:
        yield None, seconds
        return
    from gluon_style.sweeps import tile_crew

    result = tile_crew._result

    def noted(outcome):
        seconds.append(outcome.seconds)
        return result(outcome)

    tile_crew._result = noted
    with tile_crew.crew_on(scheduler) as crew_of:
        yield crew_of, seconds


def run_one(options, folder):
    """Run some steps; return what they took."""
    from gluon_style import postprocess
    from gluon_style.runs.run import run
    from gluon_style.runs.stages import tilings
    from gluon_style.storage.records import save_picture

    images, weights = inputs(options, folder)
    settings = settings_for(
        options.size,
        weights,
        tile=options.tile,
        epochs=options.steps,
        optimizer=options.optimizer,
        scales=options.scales,
    )
    ends, work, start = [], [], time.perf_counter()
    watched = [int(i) for i in options.processes.split(',') if i]

    def note(record, _):
        ends.append(record.seconds)
        work.append([processor_seconds(i) for i in (os.getpid(), *watched)])

    with crew(options.scheduler) as (crew_of, _):
        X = run(*images, settings, note, 1, crew_of=crew_of)
    taken = time.perf_counter() - start
    steps = [b - a for a, b in zip([0, *ends], ends)][-options.steps :]
    megapixels = options.size[0] * options.size[1] / 1e6
    peak = peak_bytes()  # of the run: the file below takes memory too
    if options.out:
        save_picture(postprocess(X).asnumpy(), options.out, {})
    return {
        'size': '{}x{}'.format(*options.size),
        'tile': options.tile,
        'tiling': tilings(settings)[-1],
        'step_seconds': steps,
        'processor_seconds': work[-options.steps :],
        'seconds_per_megapixel': min(steps) / megapixels,
        'whole_seconds': taken,
        'peak_gb': peak / GIGABYTE,
    }


def take_turns(options):
    """Let tiles and no tiles take turns; return the figures of all."""
    environment, _ = bare_environment()
    listed = [(options.whole, 'off')]
    listed += [(options.size, tile) for tile in options.tiles.split(',')]
    done = []
    for _ in range(options.rounds):
        for size, tile in listed:
            command = [sys.executable, __file__, '--weights', options.weights,
                       'one', size, tile, '--steps',
                       str(options.steps)]  # fmt: skip
            result = subprocess.run(
                command, env=environment, check=True, stdout=subprocess.PIPE
            )
            done.append(json.loads(result.stdout))
            print(json.dumps(done[-1]), file=sys.stderr, flush=True)
    return done


def table(done):
    """Return rows for docs/larger.md: the least time of each, and ratios."""
    whole = min(i['seconds_per_megapixel'] for i in done if i['tile'] == 'off')
    rows = ['| size | tile | tiles | s/megapixel | x whole | peak GB |',
            '|---|---|---|---|---|---|']  # fmt: skip
    for size, tile in dict.fromkeys((i['size'], i['tile']) for i in done):
        same = [i for i in done if (i['size'], i['tile']) == (size, tile)]
        seconds = min(i['seconds_per_megapixel'] for i in same)
        peak = max(i['peak_gb'] for i in same)
        rows.append(
            f'| {size} | {tile} | {same[0]["tiling"]} | {seconds:.2f} '
            f'| {seconds / whole:.2f} | {peak:.2f} |'
        )
    return '\n'.join(rows)


def gradients(options, folder):
    """Return both gradients, shape (3, h, w), and the borders of the tiles."""
    from gluon_style._mxnet import autograd, mx
    from gluon_style.runs.objective import objective_of
    from gluon_style.runs.run import network

    images, weights = inputs(options, folder)
    found, borders = [], ()
    for tile in ('off', options.tile):
        settings = settings_for(options.size, weights, tile=tile)
        net = network(settings)
        objective = objective_of(images, settings, net, mx.cpu())
        X = objective.content.copy()
        X.attach_grad()
        losses_of = objective.losses(net)
        with autograd.record():
            losses = losses_of(X)
        losses[-1].backward()
        found.append(X.grad.asnumpy()[0])
    tiles = objective.scope.tiles()
    borders = [
        sorted({getattr(tile, side).start for tile in tiles} - {0})
        for side in ('rows', 'columns')
    ]
    return found, borders


def distances(shape, borders):
    """Return how far each pixel is from the nearest border of a tile."""
    import numpy

    apart = []
    for length, edges in zip(shape, borders):
        places = numpy.arange(length)[:, None] + 0.5
        apart.append(abs(places - numpy.array(edges)).min(axis=1))
    return numpy.minimum(apart[0][:, None], apart[1][None, :])


def draw_seam(options, folder):
    """Draw where two gradients are apart; return the figures drawn."""
    import numpy
    from matplotlib.figure import Figure

    (whole, tiled), borders = gradients(options, folder)
    scale = numpy.sqrt((whole**2).mean())
    apart = numpy.sqrt(((tiled - whole) ** 2).mean(axis=0)) / scale
    away = distances(apart.shape, borders)
    figure = Figure(figsize=(11, 4), layout='constrained')
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    shown = left.imshow(numpy.log10(apart + 1e-12), vmin=-9, vmax=-4)
    figure.colorbar(shown, ax=left, label='log10 of the difference / RMS')
    left.set_title(f'gradient in tiles of {options.tile} against the whole')
    for draw, edges in zip((left.axhline, left.axvline), borders):
        for edge in edges:
            draw(edge - 0.5, color='white', linewidth=0.4, linestyle=':')
    bins = numpy.arange(0, away.max(), 4)
    index = numpy.digitize(away.ravel(), bins) - 1
    means = [apart.ravel()[index == i].mean() for i in range(len(bins))]
    right.semilogy(bins, means, drawstyle='steps-post')
    right.set(
        xlabel='pixels to the nearest border of a tile',
        ylabel='mean difference / RMS of the gradient',
        ylim=(1e-9, 1e-4),
    )
    figure.savefig(options.out, dpi=110)
    near = away < 8
    norm = numpy.linalg.norm
    return {
        'relative_l2': float(norm(tiled - whole) / norm(whole)),
        'within_8_pixels_of_a_border': float(apart[near].mean()),
        'elsewhere': float(apart[~near].mean()),
    }


CHAPTER = {}
EQUAL = [  # (width, height), tile, settings
    ((131, 97), '32', CHAPTER),
    ((131, 97), '48', {'loss': 'gatys', 'optimizer': 'l-bfgs'}),
    ((263, 200), '64', {'pooling': 'average'}),
    ((199, 141), '64', {'features': 'aliased'}),
    ((97, 129), '16', {'content_layers': ('conv4_2', 'conv5_1')}),
    ((45, 60), '16', {'content_layers': (4,), 'style_layers': (2, 9)}),
    ((45, 61), '8', {'content_layers': (5, 6), 'style_layers': ()}),
    ((45, 60), '8', {'content_layers': (), 'style_layers': (0,)}),
]


def compare(options, folder):
    """Compare losses and gradients; return rows for docs/larger.md."""
    import numpy

    from gluon_style._mxnet import autograd, mx, np
    from gluon_style.runs.objective import objective_of
    from gluon_style.runs.run import network

    images, weights = inputs(options, folder)
    rows = ['| picture | tile | beside the chapter | gradient | total loss |',
            '|:---|---:|:---|---:|---:|']  # fmt: skip
    for size, side, fields in EQUAL:
        found, noise = [], numpy.random.RandomState(0)
        for tile in ('off', side):
            settings = settings_for(size, weights, tile=tile, **fields)
            net = network(settings)
            objective = objective_of(images, settings, net, mx.cpu())
            if tile == 'off':
                shape = objective.content.shape
                X = np.array(noise.standard_normal(shape), dtype='float32')
            X.attach_grad()
            losses_of = objective.losses(net)
            with autograd.record():
                losses = losses_of(X)
            losses[-1].backward()
            found.append((float(losses[-1]), X.grad.asnumpy().ravel()))
        (loss, whole), (other, tiled) = found
        norm = numpy.linalg.norm
        named = ', '.join(f'{name}={i}' for name, i in fields.items())
        rows.append(
            f'| {size[0]}x{size[1]} | {side} | {named} '
            f'| {norm(tiled - whole) / norm(whole):.1e} '
            f'| {abs(other / loss - 1):.1e} |'
        )
    return '\n'.join(rows)


def main():
    """Measure what was asked for, and print it."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        if options.command == 'one':
            print(json.dumps(run_one(options, Path(folder))))
        elif options.command == 'equal':
            print(compare(options, Path(folder)))
        elif options.command == 'seam':
            print(json.dumps(draw_seam(options, Path(folder)), indent=2))
        else:
            print(table(take_turns(options)))


if __name__ == '__main__':
    main()
