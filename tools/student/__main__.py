"""The commands `train`, `export`, `measure` and `warm-start`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer
from tqdm import tqdm

from gluon_style.cli import run_app
from gluon_style.storage.whole_files import check_target, whole_file

app = typer.Typer(
    name='python -m tools.student',
    help='Train, export and measure the small network that imitates VGG-19; '
    "needs scikit-image: pip install '.[student]'.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={'help_option_names': ['-h', '--help']},
)

FOLDER = typer.Argument(
    metavar='FOLDER', help='Of the training: checkpoint, log, own pictures.'
)
TEACHER = typer.Option(
    'auto', help='Weights of the real VGG-19, as for transfer.'
)


def _by_layer(errors: Any) -> str:
    from gluon_style.vgg.layers import VGG19_LAYERS

    from .narrow import TAPS

    return ' '.join(
        f'{VGG19_LAYERS[i].name} {error:.3f}' for i, error in zip(TAPS, errors)
    )


@app.command()
def train(
    folder: Path = FOLDER,
    teacher: str = TEACHER,
    lessons: int = typer.Option(
        60, min=1, help='When to end; a longer training goes on.'
    ),
    seed: int = typer.Option(0, min=0, help='Of everything random.'),
) -> int:
    """Train a student, or go on where a training in FOLDER was stopped.

    A lesson is 75 steps and takes about a minute on two cores. Every fourth
    ends in a checkpoint and a line in log.csv: the errors on held-out
    pictures, and on pictures of the student's own, by layer.
    """
    from .plan import Plan
    from .training import StudentTraining

    training = StudentTraining(
        Plan(lessons=lessons, seed=seed), folder, teacher
    )
    bar = tqdm(total=lessons, initial=training.lesson, unit='lesson')

    def report(record: Any) -> None:
        bar.set_postfix_str(f'error {record.error:.3f}', refresh=False)
        bar.update()
        if record.held_out:
            bar.write(
                f'{record.lesson:4} held out  {_by_layer(record.held_out)}'
            )
            bar.write(f'     own       {_by_layer(record.own)}')

    try:
        training.run(report)
    finally:
        bar.close()
    return 0


@app.command()
def export(
    folder: Path = FOLDER,
    out: Path = typer.Option(..., '-o', '--out', help='A .safetensors file.'),
    teacher: str = TEACHER,
) -> int:
    """Write the student of a training as a file for --weights."""
    check_target(out, ('.safetensors',))
    from .export import export_training

    for name, value in export_training(folder, out, teacher).items():
        typer.echo(f'{name:18} {value}')
    return 0


@app.command()
def measure(
    folder: Path = typer.Argument(
        metavar='FOLDER', help='Where runs, worth.json and the sheet go.'
    ),
    weights: str = typer.Option('student', help='What is measured.'),
    teacher: str = TEACHER,
) -> int:
    """Let the teacher judge the pictures of the student, pair by pair.

    Eighteen runs of 500 epochs at 225x150: about an hour on two cores. Runs
    that FOLDER holds are not repeated.
    """
    from .report import measure, pairs_sheet, worth_tables

    with tqdm(unit='epoch') as bar:
        worths, pictures = measure(
            weights, teacher, folder, after_epoch=bar.update
        )
    with whole_file(folder / 'pairs.jpg') as target:
        pairs_sheet(worths, pictures).savefig(target, format='jpeg')
    typer.echo(worth_tables(worths))
    return 0


@app.command('warm-start')
def warm_start(
    pair: str = typer.Option('book', help='A pair of docs/student.md.'),
    preset: str = typer.Option('book', help='book, quick or fine.'),
    teacher: str = TEACHER,
    epochs: int = typer.Option(
        150, min=1, help='How long the student runs first.'
    ),
    width: int = typer.Option(225, min=32, help='In pixels.'),
    height: int = typer.Option(150, min=32, help='In pixels.'),
) -> int:
    """Count the steps that a run of the student saves the real network.

    The yardstick is the total loss after all epochs of the preset: how soon
    does a run come within 5 % of it, with several schedules, from the
    content image and from the student's picture?
    """
    from gluon_style.runs.recipes import settings_of

    from .warm import compare_schedules, schedule_table

    settings = settings_of(
        preset,
        width=width,
        height=height,
        weights=teacher,
        warm_start='student',
        warm_start_epochs=epochs,
    )
    with tqdm(unit='epoch') as bar:
        results = compare_schedules(pair, settings, after_epoch=bar.update)
    typer.echo(schedule_table(results))
    return 0


if __name__ == '__main__':
    sys.exit(run_app(app))
