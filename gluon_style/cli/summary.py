"""What is said of a run: before it, and when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from ..runs.settings import Settings
from ..runs.stages import stages, tilings

__all__ = ['header', 'in_tiles', 'repeated', 'summary']

KINDS = {
    '.csv': 'log',
    '.json': 'record',
    '.gif': 'film',
    '.mp4': 'film',
}  # of files, by suffix


def header(
    net: Any, settings: Settings, asked: Settings, resume: bool, state: Any
) -> str:
    """Say with what a run begins, and whether it goes on from a checkpoint."""
    lines = [f'weights  {net.weights_used}', _sizes(settings)]
    if settings.precision != asked.precision:
        lines.append(
            f'{settings.precision}  for this processor has no '
            f'{asked.precision}'
        )
    if state:
        lines.append(f'resumed  after epoch {int(state["last"][0])}')
    elif resume:
        lines.append('resumed  nothing: there is no checkpoint')
    return '\n'.join(lines)


def _sizes(settings: Settings) -> str:
    texts = []
    for stage, tiling in zip(stages(settings), tilings(settings)):
        size = f'{stage.settings.width}x{stage.settings.height}'
        texts.append(
            f'{size}, {stage.settings.epochs} epochs{in_tiles(tiling)}'
        )
        if stage.settings.weights != settings.weights:
            texts[-1] += f' with {stage.settings.weights}'
    return f'size     {"; then ".join(texts)}'


def in_tiles(tiling: str) -> str:
    """Say how many tiles a stage has, if it has any."""
    return '' if tiling == 'whole' else f' in {tiling} tiles'


def repeated(settings: Settings) -> str:
    """Say how often the total counts the style loss, if more than once."""
    repeats = settings.style_repeats if settings.loss == 'chapter' else 1
    return f' (minimised: {repeats} x that)' if repeats > 1 else ''


def _losses(score: Any, settings: Settings) -> str:
    text = (
        f'content {score.content_loss:.4g}, style {score.style_loss:.4g}'
        f'{repeated(settings)}, TV {score.tv_loss:.4g}, total '
        f'{score.total_loss:.4g}'
    )
    if score.out_of_range:
        text += (
            f'; {score.out_of_range:.1%} of the pixels out of range, by up '
            f'to {score.overshoot:.2f}'
        )
    return text


def summary(
    last: Any,
    scores: Dict[str, Any],
    settings: Settings,
    places: List[Path],
    stopped: bool,
) -> str:
    """Say how far a run came, its losses, and where its files are.

    Parameters
    ----------
    last : EpochRecord
        The last.
    scores : dict
        Of `Score` by name, such as 'as_left'.
    settings : Settings
        Of the run.
    places : list of Path
        The picture, and plot, log and record if there are.
    stopped : bool
        Whether it did not come to its end.
    """
    end = ' (stopped)' if stopped else f', {last.seconds:.0f} s'
    lines = [f'epoch    {last.epoch} of {settings.total_epochs}{end}']
    lines += [
        f'{name.replace("_", " "):<8} {_losses(score, settings)}'
        for name, score in scores.items()
    ]
    for i, place in enumerate(places):
        kind = KINDS.get(place.suffix.lower(), 'plot') if i else 'picture'
        lines.append(f'{kind:<8} {place}')
    return '\n'.join(lines)
