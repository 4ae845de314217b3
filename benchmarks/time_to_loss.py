"""Seconds until the file holds a picture of a given loss.

    python benchmarks/time_to_loss.py book lake cat portrait \
        --curves curves.json --pictures FOLDER

First the chapter's recipes go down once for each pair, judged every twenty
epochs by what their file would hold (`saved_losses.py`); what is in the file
of curves is not run again. Then a round for each pair: a lap of the MXNet tab
as printed, of the PyTorch tab as printed and of the recipe `book`, and the
presets `quick` and `fine` as whole commands, whose losses are those of their
records and logs. What a tab takes for a loss is its time of a step by the
step at which its curve reaches it.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from children import Child, bare_environment
from inputs import find_weights
from PIL import Image
from saved_losses import measure, read_pair
from step import CONTENDERS, close, say

import gluon_style as gs
from gluon_style.drawing.tables import text_table
from gluon_style.runs.recipes import settings_of
from gluon_style.runs.run import network
from gluon_style.runs.score import scorer
from gluon_style.storage.records import read_record

SIZE = {'width': 450, 'height': 300}
EVERY = 20  # epochs between two looks
CURVES = {'chapter': 'book', 'pytorch': 'd2l-0.17-pytorch'}
# a row of the table, its curve and the contender of step.py that times it
TABS = {
    'MXNet tab as printed': ('chapter', 'chapter-mxnet'),
    'PyTorch tab as printed': ('pytorch', 'chapter-torch'),
    'book': ('chapter', 'gluon_style'),
}


def add_curves(curves: dict, pair: str, weights: Path, path: Path) -> None:
    """Measure a pair: [epoch, as left, as saved]; one in the file stays."""
    if pair in curves:
        return
    curves[pair] = {}
    size = {**SIZE, 'weights': str(weights)}
    judge = gs.Settings(**size)
    net = network(judge)
    images = read_pair(pair)
    score = scorer(images, judge, net, (SIZE['width'], SIZE['height']))
    for name, recipe in CURVES.items():
        say(f'{pair}: {name}')
        settings = settings_of(recipe, **size)
        looks = range(EVERY, settings.epochs + 1, EVERY)
        rows = measure(images, net, score, settings, looks)
        curves[pair][name] = [
            (step, left.total_loss, saved.total_loss)
            for step, _, left, saved in rows
        ]
        path.write_text(json.dumps(curves, indent=1), encoding='utf-8')


def images_of(pair: str, folder: Path) -> list:
    """Write a pair's images to files; return their paths."""
    paths = [folder / f'{pair}-{kind}.png' for kind in ('content', 'style')]
    for img, path in zip(read_pair(pair), paths):
        Image.fromarray(img.asnumpy()).save(path)
    return [str(path) for path in paths]


def run_preset(preset: str, files: list, job: dict, out: Path) -> dict:
    """Run a whole command; return its seconds, losses and curve."""
    environment, _ = bare_environment()
    log = out.with_suffix('.csv')
    start = time.perf_counter()
    subprocess.run(
        [
            *(sys.executable, '-m', 'gluon_style', 'transfer', *files),
            *('-o', str(out), '--preset', preset, '--overwrite', '--quiet'),
            *('--no-plot', '--log', str(log), '--report-every', '1'),
            *('--width', str(SIZE['width']), '--height', str(SIZE['height'])),
            *('--weights', job['weights']),
        ],
        check=True,
        env=environment,
    )
    seconds = time.perf_counter() - start
    record = read_record(out)
    with open(log, encoding='utf-8') as file:
        losses = [float(row['total_loss']) for row in csv.DictReader(file)]
    return {
        'seconds': seconds,
        'left': record['as_left']['total_loss'],
        'saved': record['as_saved']['total_loss'],
        'losses': losses,
    }


def run_rounds(pairs: list, presets: list, job: dict, pictures: Path) -> dict:
    """Let the ways take turns, a round for each pair."""
    environment, _ = bare_environment()
    files = {pair: images_of(pair, pictures) for pair in pairs}
    job['content'], job['style'] = files[pairs[0]]
    children, rounds = {}, {}
    try:
        for _, name in TABS.values():
            children[name] = Child(CONTENDERS[name][1], job, environment)
        for child in children.values():
            child.lap()  # a warm-up
        for pair in pairs:
            laps = {
                name: child.lap()['seconds'] / job['steps']
                for name, child in children.items()
            }
            runs = {
                preset: run_preset(
                    preset, files[pair], job, pictures / f'{pair}-{preset}.png'
                )
                for preset in presets
            }
            rounds[pair] = {'laps': laps, 'runs': runs}
            whole = {name: run['seconds'] for name, run in runs.items()}
            say(f'{pair}: seconds of a step {laps}, of a command {whole}')
    finally:
        close(children)
    return rounds


def first_at(curve: list, bar: float) -> float | None:
    """Return where a curve of (place, loss) first is at or below a bar."""
    return next((place for place, loss in curve if loss <= bar), None)


def rows_of(pair: str, curves: dict, rounds: dict) -> list:
    """Lay out when each way of running reaches the three losses."""
    _, left, saved = curves['chapter'][-1]
    bars = (saved, saved / 2, 1.05 * left)
    rows = []
    for way, (name, contender) in TABS.items():
        if name not in curves:
            continue
        second = median(i['laps'][contender] for i in rounds.values())
        curve = [(epoch * second, loss) for epoch, _, loss in curves[name]]
        _, end_left, end_saved = curves[name][-1]
        rows.append([pair, way, curve[-1][0], end_left, end_saved,
                     *(first_at(curve, bar) for bar in bars)])  # fmt: skip
    for preset, run in rounds[pair]['runs'].items():
        # what is around the steps is counted as if it came before them
        step = run['seconds'] / (len(run['losses']) + 8)
        curve = [
            (run['seconds'] - (len(run['losses']) - i) * step, loss)
            for i, loss in enumerate(run['losses'], 1)
        ]
        curve[-1] = (run['seconds'], run['saved'])
        rows.append([pair, preset, run['seconds'], run['left'], run['saved'],
                     *(first_at(curve, bar) for bar in bars)])  # fmt: skip
    return rows


def written(row: list) -> list:
    """Write a row: losses with two digits, times in whole seconds."""
    pair, way, seconds, left, saved, *times = row
    reached = ['never' if i is None else f'{i:.0f} s' for i in times]
    return [pair, way, f'{seconds:.0f} s', f'{left:.2f}', f'{saved:.2f}',
            *reached]  # fmt: skip


def main() -> None:
    """Measure and write the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('pairs', nargs='+')
    parser.add_argument('--curves', type=Path, required=True,
                        help='a .json file, made or gone on with')  # fmt: skip
    parser.add_argument('--pictures', type=Path, required=True,
                        help='a folder for the pictures')  # fmt: skip
    parser.add_argument('--weights', default='',
                        help='a .safetensors file')  # fmt: skip
    parser.add_argument('--presets', default='quick,fine')
    parser.add_argument('--steps', type=int, default=3,
                        help='steps in a lap')  # fmt: skip
    options = parser.parse_args()
    curves = {}
    if options.curves.exists():
        curves = json.loads(options.curves.read_text(encoding='utf-8'))
    options.pictures.mkdir(parents=True, exist_ok=True)
    weights, _ = find_weights(options.weights, options.pictures)
    for pair in options.pairs:
        add_curves(curves, pair, weights, options.curves)
    epochs = options.steps * (len(options.pairs) + 1)
    job = {**SIZE, 'steps': options.steps, 'epochs': epochs,
           'weights': str(weights)}  # fmt: skip
    presets = options.presets.split(',')
    rounds = run_rounds(options.pairs, presets, job, options.pictures)
    head = ['pair', 'run', 'in all', 'as left', 'as saved',
            "the chapter's file", 'half of it',
            '1.05 x as left']  # fmt: skip
    rows = [
        written(row)
        for pair in options.pairs
        for row in rows_of(pair, curves[pair], rounds)
    ]
    print(text_table(head, rows, markdown=True, left=(0, 1)))
    for preset in presets:
        parts = [
            500 * i['laps']['chapter-mxnet'] / i['runs'][preset]['seconds']
            for i in rounds.values()
        ]
        print(f"{preset}: 1/{median(parts):.0f} of the chapter's time "
              f'(rounds: {", ".join(f"{i:.0f}" for i in parts)})')  # fmt: skip


if __name__ == '__main__':
    main()
