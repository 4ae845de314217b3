"""Measure runs, each in a fresh process, beside what `plan` says of them.

    python benchmarks/forecast.py              # some ten minutes
    python benchmarks/forecast.py --only quick --sizes 225x150,450x300
    python benchmarks/forecast.py --steps 3 --no-plan   # memory alone

For each run the command `plan` forecasts and the command `transfer` is
measured: the most memory that its process ever held (VmHWM), the time of a
step (the median of all but the first two), and the time of the whole command.
The presets are run with the steps that `RUNS` says, fewer at large sizes, and
`plan` is asked for as many. The times are worth something on a machine that
does nothing else.
"""

from __future__ import annotations

import csv
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import typer

from gluon_style.drawing.tables import text_table

SIZES = '225x150,450x300,900x600,1350x900'
IMAGES = ('sample:mountain-lake', 'sample:autumn-avenue')
WEIGHTS = 'auto,student'
# preset and, for each number of pixels up to which they hold, the steps;
# fine is quick with more of them, which is measured at the least size alone
RUNS = {
    'quick': ((150_000, 40), (600_000, 12), (10**7, 6)),
    'fine': ((50_000, 170),),
    'book': ((50_000, 60), (200_000, 20), (10**7, 4)),
}
HEAD = ['weights', 'preset', 'size', 'steps', 'MB', 'forecast', 'ratio',
        's/step', 'forecast', 'ratio', 's in all', 'forecast',
        'ratio']  # fmt: skip
# runs the command as its own process would, and notes its memory at the end
CHILD = """
import atexit, re, runpy, sys
note = sys.argv.pop(1)
def most():
    status = open('/proc/self/status').read()
    open(note, 'w').write(re.search(r'VmHWM:\\s*(\\d+)', status)[1])
atexit.register(most)
runpy.run_module('gluon_style', run_name='__main__')
"""


def run(arguments: list[str], folder: Path) -> tuple[str, float, int]:
    """Run the command: its output, its seconds, its memory in bytes."""
    note, start = folder / 'memory', time.perf_counter()
    done = subprocess.run(
        [sys.executable, '-c', CHILD, str(note), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    return done.stdout, seconds, int(note.read_text()) * 1024


def measured(images: list[str], options: list[str]) -> dict[str, Any]:
    """Measure one `transfer`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / 'log.csv'
        files = ['-o', str(folder / 'out.png'), '--log', str(log)]
        rest = ['--report-every', '1', '--quiet', '--no-memory-check']
        _, seconds, memory = run(
            ['transfer', *images, *options, *files, *rest], folder
        )
        with open(log, encoding='utf-8') as file:
            ends = [float(row['seconds']) for row in csv.DictReader(file)]
    steps = [b - a for a, b in zip(ends, ends[1:])]
    step = statistics.median(steps[1:] or steps or ends)
    return {'memory': memory, 'step': step, 'all': seconds}


def forecast(images: list[str], options: list[str]) -> dict[str, Any]:
    """Ask `plan` for the same run."""
    with tempfile.TemporaryDirectory() as name:
        text, seconds, _ = run(
            ['plan', *images, *options, '--json'], Path(name)
        )
    said = json.loads(text)
    print(f'plan took {seconds:.1f} s', file=sys.stderr)
    return {
        'memory': said['memory_bytes'],
        'step': said['seconds_per_step'],
        'all': said['seconds'],
    }


def cells(real: dict[str, Any], said: dict[str, Any] | None) -> list[str]:
    """Write the three figures, each beside its forecast."""
    texts = []
    for name, unit, digits in (('memory', 1e6, 0), ('step', 1, 3),
                               ('all', 1, 1)):  # fmt: skip
        texts.append(f'{real[name] / unit:.{digits}f}')
        if said:
            ratio = said[name] / real[name]
            texts += [f'{said[name] / unit:.{digits}f}', f'{ratio:.2f}']
    return texts


def main(
    sizes: str = SIZES,
    weights: str = WEIGHTS,
    only: str = typer.Option(','.join(RUNS), help='Presets.'),
    steps: int = typer.Option(0, help='Steps; else those of RUNS.'),
    plan: bool = True,
    images: str = typer.Option(','.join(IMAGES), help='Content, style.'),
    extra: list[str] = typer.Option([], help='--set FIELD=VALUE, for all.'),
) -> None:
    """Measure, and write a table in Markdown."""
    asked = itertools.product(
        weights.split(','), only.split(','), sizes.split(',')
    )
    rows = []
    for name, preset, size in asked:
        width, height = size.split('x')
        pixels = int(width) * int(height)
        holding = [n for most, n in RUNS[preset] if pixels <= most]
        number = steps or next(iter(holding), 0)
        if not number:
            continue
        options = ['--preset', preset, '--weights', name, '--width', width,
                   '--height', height, '--epochs', str(number)]  # fmt: skip
        for text in extra:
            options += ['--set', text]
        pair = images.split(',')
        said = forecast(pair, options) if plan else None
        real = measured(pair, options)
        rows.append([name, preset, size, str(number), *cells(real, said)])
        print(*rows[-1], file=sys.stderr, sep=' | ', flush=True)
    head = (
        HEAD if plan else [i for i in HEAD if i not in ('forecast', 'ratio')]
    )
    print(text_table(head, rows, markdown=True, left=(0, 1, 2)))


if __name__ == '__main__':
    typer.run(main)
