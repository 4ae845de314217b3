"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..errors import SettingsError, StyleError, TrainingError
from ..runs.settings import Settings
from ..runs.stages import stages
from ..storage.whole_files import PICTURE_SUFFIXES, check_target
from ..version import __version__
from . import signals, streams
from .checkpointing import (
    Checkpoints,
    Keeping,
    check_outputs,
    run_digest,
    run_identity,
)
from .failures import causes, explained, say
from .inputs import read_images
from .outputs import write
from .reporter import Reporter
from .summary import header, summary
from .targets import Targets, refuse_inputs

WORSE = 10  # times the loss that a stage began with: it has diverged


@dataclass(frozen=True)
class _Job:
    """A run and what it needs."""

    images: Tuple[Any, Any]
    settings: Settings
    net: Any
    reporter: Reporter
    checkpoints: Checkpoints
    targets: Targets
    scheduler: Optional[str] = None


@dataclass(frozen=True)
class _Ending:
    """How a run ended.

    Attributes
    ----------
    code : int
        The exit code.
    why : str
        What is said of it; nothing if all is well.
    diverged : bool
        Whether the best picture is to be saved, for the last is none.
    """

    code: int = 0
    why: str = ''
    diverged: bool = False


def stylise(
    content: Path,
    style: Path,
    settings: Settings,
    targets: Targets,
    every: int = 10,
    quiet: bool = False,
    keeping: Keeping = Keeping(),
    background: str = 'white',
    scheduler: Optional[str] = None,
) -> int:
    """Make the picture, write it and what belongs to it; return the exit code.

    A signal ends the run early: the picture reached so far is written, with a
    checkpoint from which `keeping.resume` goes on, and the exit code is 128
    and the signal's number.
    """
    refuse_inputs(targets, (content, style), settings)
    check_outputs(targets, keeping)
    with signals.leave_at_once():
        images, digests = read_images(content, style, background=background)
        asked, settings = settings, _settled(settings, images[0].shape)
        _check_spread(settings, scheduler)
    check_target(targets.picture, PICTURE_SUFFIXES, _size(settings))
    net = _network(settings)
    inputs, digest = (*digests, background), net.weights_used.digest
    identity = run_identity(inputs, settings, digest)
    checkpoints = Checkpoints.of(targets, identity, settings, keeping)
    state = checkpoints.resumed() if keeping.resume else None
    if not quiet:
        typer.echo(header(net, settings, asked, keeping.resume, state))
    lags = settings.optimizer == 'adam'
    reporter = Reporter(settings.total_epochs, every, quiet, lags, checkpoints)
    job = _Job(
        images, settings, net, reporter, checkpoints, targets, scheduler
    )
    ending = _run(job, state)
    scores, ending = _judged(job, ending)
    names = {'content': content.name, 'style': style.name}
    run = {'background': background, 'run': run_digest(identity)}
    record = {**names, **run, **_outcome(job, scores)}
    may_replace = keeping.overwrite or state is not None
    places = write(reporter, targets, record, may_replace)
    if not quiet:
        stopped = bool(ending.code)
        typer.echo(summary(reporter.last, scores, settings, places, stopped))
    return _conclude(job, ending, places)


def _outcome(job: _Job, scores: Dict[str, Any]) -> Dict[str, Any]:
    """Collect what the picture's record says of any run."""
    return {
        'gluon_style': __version__,
        'weights_used': asdict(job.net.weights_used),
        'last_epoch': asdict(job.reporter.last),
        **{name: asdict(score) for name, score in scores.items()},
        **job.settings.record(),
    }


def _settled(settings: Settings, shape: Tuple[int, ...]) -> Settings:
    """Fill in the size, and the precision that this processor has."""
    from ..runs.precision import available_precision

    settings = settings.sized(shape)
    return replace(settings, precision=available_precision(settings))


def _check_spread(settings: Settings, scheduler: Optional[str]) -> None:
    """Refuse workers for a picture that has nothing for them."""
    from ..runs.objective import tilings

    if scheduler and set(tilings(settings)) == {'whole'}:
        raise SettingsError(
            f'got --scheduler {scheduler} for a picture of one tile, wanted '
            'more: leave it out, or choose smaller tiles with --tile'
        )


def _crews(scheduler: Optional[str]) -> Any:
    if scheduler is None:
        return contextlib.nullcontext()
    from ..sweeps.tile_crew import crew_on

    return crew_on(scheduler)


def _network(settings: Settings) -> Any:
    from ..runs.run import network

    return network(settings)


def _size(settings: Settings) -> Tuple[int, int]:
    last = stages(settings)[-1].settings
    return last.width or 0, last.height or 0


def _run(job: _Job, state: Any) -> _Ending:
    reporter = job.reporter
    try:
        if state:
            reporter.resume(state)
        _descend(job, state)
    except KeyboardInterrupt as stop:
        if reporter.picture is None:
            raise
        name = getattr(stop, 'name', 'Ctrl-C')
        why = f'stopped by {name} at epoch {reporter.last.epoch}'
        return _Ending(getattr(stop, 'code', 130), why)
    except (TrainingError, *causes()) as error:
        diverged = isinstance(error, TrainingError)
        if reporter.picture is None or (diverged and reporter.best is None):
            raise
        return _Ending(1, explained(error), diverged)
    finally:
        signals.note_only()
        reporter.progress.close()
    return _Ending()


def _descend(job: _Job, state: Any) -> None:
    from ..runs.run import run

    with _crews(job.scheduler) as crew_of:
        # a report at every epoch costs little and lets signals act at once
        run(
            *job.images,
            job.settings,
            job.reporter,
            every=1,
            net=job.net,
            state=state,
            crew_of=crew_of,
        )


def _judged(job: _Job, ending: _Ending) -> Tuple[Dict[str, Any], _Ending]:
    """Score the picture; take the best if the last is worse than the start."""
    reporter = job.reporter
    if ending.diverged:
        reporter.take_best()
    scores, failure = _scores(job)
    left, why = scores.get('as_left'), ''
    if isinstance(failure, TrainingError):
        why = explained(failure)
    elif left and 0 < WORSE * reporter.begun < left.total_loss:
        why = (
            f'the loss has grown from {reporter.begun:.4g} to '
            f'{left.total_loss:.4g}: lower the learning rate'
        )
    if why and reporter.best is not None and not ending.code:
        return _judged(job, _Ending(1, why, diverged=True))
    if failure and not ending.code:
        ending = _Ending(1, explained(failure))
    return scores, ending


def _scores(job: _Job) -> Tuple[Dict[str, Any], Any]:
    """Score a picture as the run left it and as its file is to hold it.

    Returns the scores by name, and the error that left one out.
    """
    from ..runs.score import from_file, scorer

    picture, suffix = job.reporter.picture, job.targets.picture.suffix
    shape = picture.X.shape[3], picture.X.shape[2]
    scores: Dict[str, Any] = {}
    try:
        score = scorer(job.images, job.settings, job.net, shape)
        scores['as_left'] = score(picture.X)
        scores['as_saved'] = score(from_file(picture(), suffix))
    except (StyleError, *causes()) as error:
        return scores, error
    return scores, None


def _conclude(job: _Job, ending: _Ending, places: List[Path]) -> int:
    """Say what did not go as it should, and return the exit code."""
    streams.forget_losses()  # the result is in files
    moved = [
        f'cannot write {path}: it is in {place}'
        for path, place in zip(job.targets.files, places)
        if path != place
    ]
    reporter, why = job.reporter, ending.why
    if ending.diverged:
        why += f'; {places[0]} is the picture of epoch {reporter.best_epoch}'
    elif why and job.checkpoints.saved:
        why += f'; {places[0]} is the picture so far, go on with --resume'
    elif why:
        why += f'; {places[0]} is the picture so far'
    for line in (*moved, why):
        if line:
            say(f'gluon-style: {line}')
    if not moved and (not ending.code or ending.diverged):
        job.checkpoints.remove()
    return ending.code or int(bool(moved))
