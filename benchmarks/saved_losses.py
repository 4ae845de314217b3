"""Losses of pictures as runs leave them and as files hold them.

    python benchmarks/saved_losses.py book lake cat portrait

Each pair is run as the chapter has it, in range with L-BFGS, the same with a
bfloat16 network, and from the student's picture. A row is written as soon as
it is measured; all losses are judged by the float32 network, as saved
through the bytes of a PNG file. The times are worth something on a machine
that does nothing else.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import typer

import gluon_style as gs
from gluon_style.drawing.tables import text_table
from gluon_style.runs.run import network
from gluon_style.runs.score import from_file, scorer

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.student.worth import read_pair

LBFGS = {'optimizer': 'l-bfgs', 'in_range': True}
STUDENT_STEPS = 40
LOOKS = (12, 25, 46, 92, 150)
# name, what differs from the chapter, the steps at which to look
RUNS = (
    ('the chapter', {}, (500,)),
    ('L-BFGS', {'optimizer': 'l-bfgs', 'epochs': 92}, (92,)),
    ('L-BFGS in range', {**LBFGS, 'epochs': 150}, LOOKS),
    (
        'the same in bfloat16',
        {**LBFGS, 'epochs': 150, 'precision': 'bfloat16'},
        LOOKS,
    ),
    (
        f'after {STUDENT_STEPS} steps of the student',
        {
            **LBFGS,
            'epochs': 25,
            'precision': 'bfloat16',
            'warm_start': 'student',
            'warm_start_epochs': STUDENT_STEPS,
        },
        (STUDENT_STEPS, STUDENT_STEPS + 12, STUDENT_STEPS + 25),
    ),
)


def measure(images, net, score, settings, looks):
    """Return steps, seconds, and both scores at each step of `looks`."""
    rows, judging, start = [], 0.0, time.perf_counter()

    def note(record, picture):
        nonlocal judging
        if record.epoch in looks:
            now = time.perf_counter()
            scores = score(picture.X), score(from_file(picture(), '.png'))
            rows.append((record.epoch, now - start - judging, *scores))
            judging += time.perf_counter() - now

    gs.run(*images, settings, note, every=1, net=net)
    return rows


def cells(pair, name, epoch, seconds, left, saved):
    """Write a row of the table."""
    return [
        pair,
        name,
        str(epoch),
        f'{seconds:.1f}',
        f'{left.total_loss:.2f}',
        f'{saved.total_loss:.2f}',
        f'{left.out_of_range:.1%}',
        f'{left.overshoot:.2f}',
    ]


def main(
    pairs: list[str],
    only: list[str] = typer.Option([], help='Names of the runs; else all.'),
    width: int = 225,
    height: int = 150,
    weights: str = '',
) -> None:
    """Measure the pairs named and write a table in Markdown."""
    head = ['pair', 'run', 'steps', 'seconds', 'as left', 'as saved',
            'pixels out of range', 'by up to']  # fmt: skip
    size = {'width': width, 'height': height, 'weights': weights or None}
    rows = []
    net = network(gs.Settings(**size))
    for pair in pairs:
        images = read_pair(pair)
        score = scorer(images, gs.Settings(**size), net, (width, height))
        for name, changes, looks in RUNS:
            if only and name not in only:
                continue
            settings = gs.Settings(**{**size, **changes})
            for row in measure(images, net, score, settings, looks):
                rows.append(cells(pair, name, *row))
                print(*rows[-1], file=sys.stderr, sep=' | ', flush=True)
    print(text_table(head, rows, markdown=True, left=(0, 1)))


if __name__ == '__main__':
    typer.run(main)
