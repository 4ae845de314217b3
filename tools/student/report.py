"""Measure a student on all pairs and make the table and the sheet of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable, Sequence

from matplotlib.figure import Figure

from gluon_style.drawing.panels import strip
from gluon_style.drawing.tables import text_table
from gluon_style.features import vgg19_features
from gluon_style.images import postprocess
from gluon_style.storage.whole_files import check_folder, whole_file
from gluon_style.vgg.weights import weights_origin

from .worth import (
    PAIRS,
    PairLosses,
    Picture,
    candidates,
    pictures_of_run,
    rank_correlation,
)

NETS = ('random', 'student', 'teacher')


@dataclass(frozen=True)
class Worth:
    """What the student is worth on one pair; all losses are the teacher's.

    `student`, `random` (a random VGG-19) and `teacher` are of the pictures
    that their runs end with: content, style, tv, total.
    """

    pair: str
    content_image: dict[str, float]
    student: dict[str, float]
    random: dict[str, float]
    teacher: dict[str, float]
    clipped: dict[str, float]  # totals, clipped to what a file can hold
    spearman: float  # of student and teacher, ranking pictures by total loss
    pictures: int  # how many were ranked

    @property
    def totals(self) -> dict[str, float]:
        """The total losses of the three runs' pictures."""
        return {name: getattr(self, name)['total'] for name in NETS}


def measure(
    student: str,
    teacher: str,
    folder: Path,
    pairs: Sequence[str] = tuple(PAIRS),
    after_epoch: Callable[[], object] = lambda: None,
) -> tuple[list[Worth], dict[str, list[Picture]]]:
    """Run student, random network and teacher on each pair and judge them.

    Runs are kept in `folder`, and not repeated while the weights stay the
    same; `worth.json` is written there. `student` and `teacher` are weights,
    as for `load_weights`; `after_epoch` is called at every epoch of every run.

    Returns
    -------
    worths : list of Worth
        One for each pair.
    pictures : dict of str to list of picture
        By pair: content, style, and the last pictures of the random
        network, the student and the teacher.
    """
    check_folder(folder)
    weights = dict(zip(NETS, ('random', student, teacher)))
    nets = {name: vgg19_features(w) for name, w in weights.items()}
    worths, pictures = [], {}
    for pair in pairs:
        losses = {name: PairLosses(net, pair) for name, net in nets.items()}
        runs = {
            name: pictures_of_run(
                losses[name],
                folder / _run_file(pair, weights[name]),
                after_epoch,
            )
            for name in NETS
        }
        worth, pictures[pair] = _judged(pair, losses, runs)
        worths.append(worth)
    with whole_file(folder / 'worth.json') as target:
        text = json.dumps([asdict(worth) for worth in worths], indent=1)
        target.write_text(text + '\n', encoding='utf-8')
    return worths, pictures


def _judged(
    pair: str,
    losses: dict[str, PairLosses],
    runs: dict[str, dict[int, Picture]],
) -> tuple[Worth, list[Picture]]:
    """Let the teacher judge the last pictures of the runs."""
    teacher = losses['teacher']
    images = teacher.content_X, teacher.style_X
    content, style = (postprocess(X).asnumpy() for X in images)
    last = {name: run[max(run)] for name, run in runs.items()}
    ranked = candidates(teacher, runs.values())
    spearman, number = rank_correlation(losses['student'], teacher, ranked)
    worth = Worth(
        pair,
        teacher(content),
        clipped={n: teacher(X.clip(0, 1))['total'] for n, X in last.items()},
        spearman=spearman,
        pictures=number,
        **{name: teacher(X) for name, X in last.items()},
    )
    return worth, [content, style, *last.values()]


def _run_file(pair: str, weights: str) -> str:
    """Name the file of a run, so that other weights have another file."""
    origin = weights_origin(weights)
    drawn = f'{origin.source} {origin.detail}'.replace(' ', '-')
    return f'{pair}-{origin.digest[-12:] or drawn}.npz'


def worth_tables(worths: Sequence[Worth]) -> str:
    """Return the figures as two tables in Markdown."""
    shares = ['student / content', 'student / random']
    heads = ['pair', 'content image', *NETS, *shares, 'Spearman']
    clipped_heads = ['pair, clipped', *NETS, *shares]
    rows, clipped_rows = [], []
    for worth in worths:
        content = worth.content_image['total']
        rank = f'{worth.spearman:.3f} ({worth.pictures})'
        figures = _figures(worth.totals, content)
        rows.append([worth.pair, f'{content:.1f}', *figures, rank])
        clipped_rows.append([worth.pair, *_figures(worth.clipped, content)])
    return '\n\n'.join(
        [
            text_table(heads, rows, markdown=True),
            text_table(clipped_heads, clipped_rows, markdown=True),
        ]
    )


def _figures(totals: dict[str, float], content: float) -> list[str]:
    student = totals['student']
    shares = student / content, student / totals['random']
    return [
        *(f'{totals[name]:.1f}' for name in NETS),
        *(f'{share:.3f}' for share in shares),
    ]


def pairs_sheet(
    worths: Sequence[Worth], pictures: dict[str, list[Picture]]
) -> Figure:
    """Lay out a row for each pair, with the teacher's total above each run."""
    titles = []
    for worth in worths:
        content = worth.content_image['total']
        titles += [f'{worth.pair}: content, {content:.0f}', 'style']
        titles += [f'{name}, {worth.totals[name]:.0f}' for name in NETS]
    shown = [i.clip(0, 1) for worth in worths for i in pictures[worth.pair]]
    return strip(shown, titles, columns=5)
