"""Measure a student on all pairs and make the table and the sheet of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable, Sequence

import numpy
from PIL import Image, ImageDraw

from gluon_style.features import vgg19_features
from gluon_style.images import postprocess
from gluon_style.storage.whole_files import check_folder, whole_file
from gluon_style.vgg.weights import weights_origin

from .pairs import PAIRS
from .worth import (
    Judge,
    Picture,
    candidates,
    pictures_of_run,
    rank_correlation,
)

__all__ = ['Worth', 'contact_sheet', 'measure', 'table']

LABEL = 18  # pixels


@dataclass(frozen=True)
class Worth:
    """What the student is worth on one pair; losses are the teacher's.

    Attributes
    ----------
    pair : str
        One of `PAIRS`.
    content_image, student, random, teacher : dict of str to float
        The teacher's losses of the content image and of the pictures that
        the runs of the student, of a random VGG-19 and of the teacher end
        with: content, style, tv, total.
    clipped : dict of str to float
        The total losses of the three pictures when clipped to what a file
        can hold.
    spearman : float
        Correlation of student and teacher in ranking `pictures` pictures
        by total loss.
    pictures : int
        How many were ranked.
    """

    pair: str
    content_image: dict[str, float]
    student: dict[str, float]
    random: dict[str, float]
    teacher: dict[str, float]
    clipped: dict[str, float]
    spearman: float
    pictures: int

    @property
    def of_content(self) -> float:
        """Total of the student's picture as a share of the content image's."""
        return self.student['total'] / self.content_image['total']

    @property
    def of_random(self) -> float:
        """The same as a share of the random network's picture's."""
        return self.student['total'] / self.random['total']


def measure(
    student: str,
    teacher: str,
    folder: Path,
    pairs: Sequence[str] = tuple(PAIRS),
    tick: Callable[[], object] = lambda: None,
) -> tuple[list[Worth], dict[str, list[Picture]]]:
    """Run student, random network and teacher on each pair and judge them.

    Parameters
    ----------
    student, teacher : str
        Weights, as for `load_weights`.
    folder : Path
        Runs are kept here, and not repeated while the weights stay the
        same; `worth.json` is written here.
    pairs : sequence of str
        Names in `PAIRS`.
    tick : callable
        Called at every epoch of every run.

    Returns
    -------
    worths : list of Worth
        One for each pair.
    pictures : dict of str to list of picture
        By pair: content, style, and the last pictures of the random
        network, the student and the teacher.
    """
    check_folder(folder)
    names = {'random': 'random', 'student': student, 'teacher': teacher}
    nets = {name: vgg19_features(w) for name, w in names.items()}
    worths, pictures = [], {}
    for pair in pairs:
        judges = {name: Judge(net, pair) for name, net in nets.items()}
        runs = {
            name: pictures_of_run(
                judge, folder / _run_file(pair, names[name]), tick
            )
            for name, judge in judges.items()
        }
        judge = judges['teacher']
        content, style = (
            postprocess(X).asnumpy() for X in (judge.content_X, judge.style_X)
        )
        last = {name: run[max(run)] for name, run in runs.items()}
        losses = {name: judge.losses(i) for name, i in last.items()}
        spearman, totals = rank_correlation(
            judges['student'], judge, candidates(judge, runs.values())
        )
        worths.append(
            Worth(
                pair,
                judge.losses(content),
                clipped={
                    name: judge.losses(i.clip(0, 1))['total']
                    for name, i in last.items()
                },
                spearman=spearman,
                pictures=len(totals),
                **losses,
            )
        )
        pictures[pair] = [content, style, *last.values()]
    with whole_file(folder / 'worth.json') as target:
        text = json.dumps([asdict(worth) for worth in worths], indent=1)
        target.write_text(text + '\n', encoding='utf-8')
    return worths, pictures


def _run_file(pair: str, weights: str) -> str:
    """Name the file of a run, so that other weights have another file."""
    origin = weights_origin(weights)
    drawn = f'{origin.source} {origin.detail}'.replace(' ', '-')
    return f'{pair}-{origin.digest[-12:] or drawn}.npz'


def table(worths: Sequence[Worth]) -> str:
    """Return the figures as two tables in Markdown."""
    first = [
        '| pair | content image | random | student | teacher | '
        'student / content | student / random | Spearman |',
        '|---|---|---|---|---|---|---|---|',
    ]
    second = [
        '| pair, clipped | random | student | teacher | '
        'student / content | student / random |',
        '|---|---|---|---|---|---|',
    ]
    for w in worths:
        content, clipped = w.content_image['total'], w.clipped
        first.append(
            f'| {w.pair} | {content:.1f} | '
            f'{w.random["total"]:.1f} | {w.student["total"]:.1f} | '
            f'{w.teacher["total"]:.1f} | {w.of_content:.3f} | '
            f'{w.of_random:.3f} | {w.spearman:.3f} ({w.pictures}) |'
        )
        second.append(
            f'| {w.pair} | {clipped["random"]:.1f} | '
            f'{clipped["student"]:.1f} | {clipped["teacher"]:.1f} | '
            f'{clipped["student"] / content:.3f} | '
            f'{clipped["student"] / clipped["random"]:.3f} |'
        )
    return '\n'.join([*first, '', *second])


def contact_sheet(
    worths: Sequence[Worth], pictures: dict[str, list[Picture]]
) -> Image.Image:
    """Lay out a row for each pair, with the teacher's total under each run."""
    first = next(iter(pictures.values()))[0]
    high, wide = first.shape[0] + LABEL, first.shape[1]
    sheet = Image.new('RGB', (5 * (wide + 4), len(worths) * high), 'white')
    draw = ImageDraw.Draw(sheet)
    for row, worth in enumerate(worths):
        labels = [
            f'{worth.pair}: content, {worth.content_image["total"]:.0f}',
            'style',
            f'random network, {worth.random["total"]:.0f}',
            f'student, {worth.student["total"]:.0f}',
            f'teacher, {worth.teacher["total"]:.0f}',
        ]
        for column, picture in enumerate(pictures[worth.pair]):
            place = (column * (wide + 4), row * high)
            visible = numpy.asarray(picture).clip(0, 1)
            values = (255 * visible + 0.5).astype('uint8')
            sheet.paste(Image.fromarray(values), place)
            draw.text(
                (place[0] + 2, place[1] + high - LABEL + 3),
                labels[column],
                'black',
            )
    return sheet
