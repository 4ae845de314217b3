"""The commands `student train`, `export`, `measure` and `warm-start`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from gluon_style.storage.whole_files import check_target

app = typer.Typer(
    help='Train, export and measure the small network that imitates VGG-19; '
    "needs scikit-image: pip install 'gluon-style[student]'.",
    no_args_is_help=True,
)

FOLDER = typer.Argument(
    metavar='FOLDER', help='Of the training: checkpoint, log, own pictures.'
)
TEACHER = typer.Option(
    'auto', help='Weights of the real VGG-19, as for transfer.'
)


def _named(errors: Any) -> str:
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
    from tqdm import tqdm

    from .plan import Plan
    from .training import Apprenticeship

    training = Apprenticeship(
        Plan(lessons=lessons, seed=seed), folder, teacher
    )
    bar = tqdm(total=lessons, initial=training.lesson, unit='lesson')

    def report(record: Any) -> None:
        bar.set_postfix_str(f'error {record.error:.3f}', refresh=False)
        bar.update()
        if record.held_out:
            bar.write(f'{record.lesson:4} held out  {_named(record.held_out)}')
            bar.write(f'     own       {_named(record.own)}')

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
    from .training import exported

    for name, value in exported(folder, out, teacher).items():
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
    from tqdm import tqdm

    from gluon_style.storage.whole_files import whole_file

    from .report import contact_sheet, measure, table

    with tqdm(unit='epoch') as bar:
        worths, pictures = measure(weights, teacher, folder, tick=bar.update)
    with whole_file(folder / 'contact-sheet.jpg') as target:
        contact_sheet(worths, pictures).save(target, quality=90)
    typer.echo(table(worths))
    return 0


@app.command('warm-start')
def warm_start(
    pair: str = typer.Option('book', help='A pair of docs/student.md.'),
    teacher: str = TEACHER,
    epochs: int = typer.Option(
        150, min=1, help='How long the student runs first.'
    ),
    width: int = typer.Option(225, min=32, help='In pixels.'),
    height: int = typer.Option(150, min=32, help='In pixels.'),
) -> int:
    """Count the steps that a run of the student saves the real network.

    The yardstick is the total loss after the chapter's 500 epochs: how soon
    does a run come within 5 % of it, with several schedules, from the
    content image and from the student's picture?
    """
    from tqdm import tqdm

    from gluon_style.runs.settings import Settings

    from .warm import climbs

    settings = Settings(
        width=width,
        height=height,
        weights=teacher,
        warm_start='student',
        warm_start_epochs=epochs,
    )
    with tqdm(unit='epoch') as bar:
        found = climbs(pair, settings, tick=bar.update)
    typer.echo(
        '| start | epochs | learning rate | final total | steps to 5 % | '
        'student, in steps | together |\n|---|---|---|---|---|---|---|'
    )
    for climb in found:
        start = 'student' if climb.warm else 'content image'
        cost = climb.student_steps
        together = f'{climb.steps + cost:.0f}' if climb.steps else 'never'
        typer.echo(
            f'| {start} | {climb.epochs} | {climb.lr} | {climb.final:.2f} | '
            f'{climb.steps or "never"} | {cost:.0f} | {together} |'
        )
    return 0
