"""The experiments of the lab's notebook, run without its page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import numpy

from ...drawing import panels
from ...drawing.live import marked_curves
from ...drawing.tables import text_table
from ...images import postprocess
from ...runs.identity import origin_digest
from ...runs.run import network
from ...runs.score import excess
from ...runs.settings import Settings
from ...training import EpochRecord
from ..measures import yardstick
from .bench import Bench, replay
from .history import History
from .presets import BOOK
from .shown import LINES, loss_lines, shares_figure
from .sources import named_source
from .words import changes_told, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ['Bank', 'Trial', 'course_figure', 'losses_table',
           'pictures_figure', 'pulls_figure', 'trials_table']  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What came of a steered run.

    Attributes
    ----------
    history : History
        What was changed when.
    records : tuple of EpochRecord
        Of its steps.
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1]: what a file would hold.
    out_of_range : float
        As `Score.out_of_range`.
    measures : dict
        As `yardstick` gives them: one rule for all settings.
    pulls : dict
        Each term's share of the gradients at the end, 0 to 1.
    """

    history: History
    records: tuple[EpochRecord, ...]
    picture: numpy.ndarray
    out_of_range: float
    measures: dict[str, float]
    pulls: dict[str, float]


class Bank:
    """Two images and a network, on which trials are run.

    Parameters
    ----------
    content, style : str
        Names or paths, as for `find_image`.
    image_shape : tuple of int
        (width, height) in pixels.
    weights : str, optional
        As for `vgg19_features`.
    settings : Settings
        What a trial begins with; by default the chapter's, at a rate that
        stays.
    """

    def __init__(
        self,
        content: str,
        style: str,
        image_shape: tuple[int, int],
        weights: str | None = 'student',
        settings: Settings = BOOK,
    ) -> None:
        self._sources = named_source(content), named_source(style)
        self.images = self._sources[0].image(), self._sources[1].image()
        width, height = image_shape
        self.settings = replace(
            settings, width=width, height=height, weights=weights
        )
        self.net = network(self.settings)

    def run(
        self, steps: int, changes: Mapping[int, Mapping[str, Any]]
    ) -> Trial:
        """Take so many steps, and change settings after some of them.

        Parameters
        ----------
        steps : int
            At least 1.
        changes : mapping
            Settings by name, of those in `STEERED`, by the step after which
            they change; 0 is before the first.
        """
        photo, painting = self._sources
        history = History(
            self.settings,
            photo.name,
            photo.digest,
            painting.name,
            painting.digest,
            origin_digest(self.net.weights_used),
        )
        for step, values in sorted(changes.items()):
            history = replace(history, steps=step)
            for name, value in values.items():
                history = history.changed(name, value)
        history = replace(history, steps=steps)
        return self._made(history)

    def _made(self, history: History) -> Trial:
        records: list[EpochRecord] = []
        images = self.images
        X = replay(
            history, images, self.net, lambda record, _: records.append(record)
        )
        picture = postprocess(X).asnumpy()
        bench = Bench(images, history.settings, self.net)
        return Trial(
            history,
            tuple(records),
            picture,
            excess(X)[0],
            yardstick(picture, *images, self.net),
            bench.pulls(X, history.last_settings),
        )


def pictures_figure(trials: Mapping[str, Trial], columns: int = 3) -> Figure:
    """Show the pictures, with their names above."""
    return panels.strip(
        [trial.picture for trial in trials.values()], list(trials), columns
    )


def course_figure(trial: Trial, words: dict[str, str]) -> Figure:
    """Draw the losses of a trial, and where something changed."""
    told = changes_told(trial.history, words)
    return marked_curves(
        loss_lines(trial.records, words),
        {step + 0.5: names for step, names in told.items() if step},
        words['steps'],
        words['loss'],
        (6.4, 3.2),
        words['decimal'],
    )


def pulls_figure(trial: Trial, words: dict[str, str]) -> Figure:
    """Draw each term's share of the gradients at the end of a trial."""
    return shares_figure(trial.pulls, trial.history.steps, words)


def trials_table(trials: Mapping[str, Trial], words: dict[str, str]) -> str:
    """Measure the pictures by one rule, whatever made them.

    The columns: the chapter's content and style loss with the chapter's
    weights, the share of the finest structure, and the pixels out of range.
    """
    head = ['', words['content'], words['style'], words['fine'],
            words['outside']]  # fmt: skip
    rows = []
    for name, trial in trials.items():
        shares = trial.measures['fine'], trial.out_of_range
        rows.append(
            [
                name,
                number(trial.measures['content'], words),
                number(trial.measures['style'], words),
                *(percent(share, words) for share in shares),
            ]
        )
    return text_table(head, rows, left=(0,))


def losses_table(
    trials: Mapping[str, Trial],
    steps: Sequence[int],
    words: dict[str, str],
    loss: str = 'total',
) -> str:
    """Tell a loss that some steps of the runs reported, as the curves do.

    It is that of the picture the step begins with, and weighted by the
    settings of the step. `loss` is 'content', 'style', 'TV' or 'total'.
    """
    head = ['', *(words['at step'].format(step) for step in steps)]
    rows = []
    for name, trial in trials.items():
        records = [trial.records[step - 1] for step in steps]
        losses = [getattr(record, LINES[loss]) for record in records]
        rows.append([name, *(number(value, words) for value in losses)])
    return text_table(head, rows, left=(0,))
