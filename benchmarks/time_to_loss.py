"""Seconds until the file holds a picture of a given loss.

    python benchmarks/time_to_loss.py book lake --curves curves.json

First each way of running goes down once for each pair, judged step by step
by the losses of the file that it would save (`saved_losses.py`): the
chapter's recipe for both MXNet rows, the PyTorch tab's recipe, and the preset
fine, whose first steps are quick's. What is in the file of curves is not run
again. Then the ways take turns: the tabs as printed and the recipe book a lap
of some steps each, quick and fine as whole commands. A table multiplies.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from children import Child, bare_environment
from inputs import find_images, find_weights
from saved_losses import measure, read_pair
from step import CONTENDERS, say

import gluon_style as gs
from gluon_style.drawing.tables import text_table
from gluon_style.runs.recipes import settings_of
from gluon_style.runs.run import network
from gluon_style.runs.score import scorer

SIZE = {'width': 450, 'height': 300}
# name of the curve, its recipe and the steps between two looks
CURVES = {
    'chapter': ('book', 10),
    'pytorch': ('d2l-0.17-pytorch', 10),
    'fine': ('fine', 1),
}
# a row of the table: its curve, and the contender of step.py or the preset
WAYS = {
    'MXNet tab as printed': ('chapter', 'chapter-mxnet'),
    'PyTorch tab as printed': ('pytorch', 'chapter-torch'),
    'book': ('chapter', 'gluon_style'),
    'quick': ('fine', 'quick'),
    'fine': ('fine', 'fine'),
}
PRESETS = ('quick', 'fine')


def add_curves(curves: dict, pair: str, weights: Path, path: Path) -> None:
    """Measure what the file lacks of a pair, and write it."""
    size = {**SIZE, 'weights': str(weights)}
    judge = gs.Settings(**size)
    net = network(judge)
    images = read_pair(pair)
    score = scorer(images, judge, net, (SIZE['width'], SIZE['height']))
    for name, (recipe, every) in CURVES.items():
        if name in curves.setdefault(pair, {}):
            continue
        say(f'{pair}: {name}')
        settings = settings_of(recipe, **size)
        looks = range(every, settings.epochs + 1, every)
        curves[pair][name] = [
            (step, left.total_loss, saved.total_loss, left.out_of_range)
            for step, _, left, saved in measure(
                images, net, score, settings, looks
            )
        ]
        path.write_text(json.dumps(curves, indent=1), encoding='utf-8')


def whole_command(preset: str, job: dict, environment: dict) -> float:
    """Return the seconds of a transfer, from the command to the file."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                *(sys.executable, '-m', 'gluon_style', 'transfer'),
                *(job['content'], job['style'], '--quiet', '--no-plot'),
                *('-o', str(Path(folder, 'a.png')), '--preset', preset),
                *('--width', str(SIZE['width'])),
                *('--height', str(SIZE['height'])),
                *('--weights', job['weights']),
            ],
            check=True,
            env=environment,
        )
    return time.perf_counter() - start


def add_times(times: dict, job: dict, rounds: int) -> None:
    """Let the ways take turns; times are of a step, or of a command."""
    environment, _ = bare_environment()
    children = {
        name: Child(CONTENDERS[name][1], job, environment)
        for _, name in WAYS.values()
        if name not in PRESETS
    }
    try:
        for child in children.values():
            child.lap()  # a warm-up
        for number in range(rounds):
            for name, child in children.items():
                seconds = child.lap()['seconds'] / job['steps']
                times.setdefault(name, []).append(seconds)
            for name in PRESETS:
                seconds = whole_command(name, job, environment)
                times.setdefault(name, []).append(seconds)
            say(f'round {number + 1}: ' + ', '.join(
                f'{name} {seconds[-1]:.2f}' for name, seconds in times.items()
            ))  # fmt: skip
    finally:
        for child in children.values():
            child.close()


def seconds_of(times: dict, name: str, steps: int) -> float:
    """Return what so many steps take; presets with all that is around them.

    What a command of a preset takes is a line through those of both.
    """
    if name not in PRESETS:
        return steps * median(times[name])
    lengths = [settings_of(preset).epochs for preset in PRESETS]
    quick, fine = (median(times[preset]) for preset in PRESETS)
    slope = (fine - quick) / (lengths[1] - lengths[0])
    return quick + slope * (steps - lengths[0])


def rows_of(pair: str, curves: dict, times: dict) -> list:
    """Lay out when each way of running reaches the three losses."""
    _, left, saved, _ = curves['chapter'][-1]
    rows = []
    for way, (name, contender) in WAYS.items():
        steps = settings_of(way if way in PRESETS else 'book').epochs
        curve = [point for point in curves[name] if point[0] <= steps]
        cells = [pair, way, steps]
        cells += [f'{seconds_of(times, contender, steps):.0f} s']
        cells += [f'{curve[-1][1]:.2f}', f'{curve[-1][2]:.2f}']
        for bar in (saved, saved / 2, 1.05 * left):
            reached = next((i[0] for i in curve if i[2] <= bar), None)
            cells += [
                'never'
                if reached is None
                else f'{seconds_of(times, contender, reached):.0f} s'
            ]
        rows.append(cells)
    return rows


def main() -> None:
    """Measure and write the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('pairs', nargs='+')
    parser.add_argument('--curves', type=Path, required=True,
                        help='a .json file, made or gone on with')  # fmt: skip
    parser.add_argument('--weights', default='',
                        help='a .safetensors file')  # fmt: skip
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--steps', type=int, default=3,
                        help='steps in a lap')  # fmt: skip
    options = parser.parse_args()
    known = {}
    if options.curves.exists():
        known = json.loads(options.curves.read_text(encoding='utf-8'))
    with tempfile.TemporaryDirectory() as folder:
        weights, _ = find_weights(options.weights, Path(folder))
        content, style, _ = find_images(Path(folder))
        for pair in options.pairs:
            add_curves(known, pair, weights, options.curves)
        steps, epochs = options.steps, options.steps * (options.rounds + 1)
        job = {**SIZE, 'steps': steps, 'epochs': epochs,
               'weights': str(weights), 'content': str(content),
               'style': str(style)}  # fmt: skip
        times: dict = {}
        add_times(times, job, options.rounds)
    head = ['pair', 'run', 'steps', 'in all', 'as left', 'as saved',
            "the chapter's file", 'half of it',
            '1.05 x as left']  # fmt: skip
    rows = [row for i in options.pairs for row in rows_of(i, known[i], times)]
    print(text_table(head, rows, markdown=True, left=(0, 1)))
    print('\nseconds of a step, or of a command:', json.dumps(times))
    printed, all_steps = median(times['chapter-mxnet']), settings_of().epochs
    for preset in PRESETS:
        ratios = [
            preset_seconds / (all_steps * seconds)
            for preset_seconds, seconds in zip(
                times[preset], times['chapter-mxnet']
            )
        ]
        print(f"{preset}: 1/{1 / median(ratios):.1f} of the chapter's "
              f'{all_steps * printed:.0f} s')  # fmt: skip


if __name__ == '__main__':
    main()
