"""Run a transfer with a progress bar, and write what it gives."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer

from ..errors import StyleError, TrainingError
from ..runs.fitting import check_memory
from ..runs.identity import origin_digest
from ..runs.settings import Settings
from ..runs.stages import stages
from ..storage.animations import Snapshots
from ..storage.image_files import image_bytes
from ..storage.run_folder import frames_path
from ..storage.whole_files import PICTURE_SUFFIXES, check_target
from . import signals, streams
from .checkpointing import Checkpoints, Keeping
from .failures import causes, explained, say
from .options import refuse_one_tile
from .outputs import write
from .recording import Inputs, record_of_run
from .reporter import Reporter
from .summary import header, summary
from .targets import Targets, check_outputs, refuse_inputs

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
    history: Any = None  # of the lab, to be made again
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
    how : str
        See `runs.record.ENDS`.
    """

    code: int = 0
    why: str = ''
    how: str = 'finished'

    @property
    def diverged(self) -> bool:
        """Whether the best picture is to be saved, for the last is none."""
        return self.how == 'diverged'


def stylise(
    content: Path,
    style: Path,
    settings: Settings,
    targets: Targets,
    every: int = 10,
    quiet: bool = False,
    keeping: Keeping = Keeping(),
    background: str = 'white',
    recipe: Optional[str] = None,
    talk: bool = True,
    memory_check: bool = True,
    history: Any = None,
    scheduler: Optional[str] = None,
    replay: Optional[Path] = None,
) -> int:
    """Make the picture, write it and what belongs to it; return the exit code.

    Without `talk`, nothing but the progress is shown. With a `history`, its
    steps are made again; the settings are its last, with the weights and the
    device that are asked for, and `replay` is its file.

    A signal ends the run early: the picture reached so far is written, with a
    checkpoint from which `keeping.resume` goes on, and the exit code is 128
    and the signal's number.
    """
    refuse_inputs(targets, filter(None, (content, style, replay)), settings)
    kept = keeping.seconds is not None
    check_outputs(targets, keeping.resume, keeping.overwrite, kept)
    with signals.leave_at_once():
        images, source = _read((content, style), background, recipe)
        asked, settings = settings, _settled(settings, images[0].shape)
        if scheduler:
            refuse_one_tile(settings, f'--scheduler {scheduler}')
    if memory_check:
        check_memory(settings, [i.shape[0] * i.shape[1] for i in images])
    check_target(targets.picture, PICTURE_SUFFIXES, _size(settings))
    net = _network(settings, history)
    if history:
        history.check_inputs(*source.hashes, origin_digest(net.weights_used))
    identity = source.identity(settings, net)
    checkpoints = Checkpoints.of(targets, identity, settings, keeping)
    with checkpoints.taken():
        state = checkpoints.resumed() if keeping.resume else None
        talk = talk and not quiet
        if talk:
            typer.echo(header(net, settings, asked, keeping.resume, state))
        keeps = checkpoints, _snapshots(targets, settings, checkpoints)
        lags = settings.optimizer == 'adam'
        reporter = Reporter(settings.total_epochs, every, quiet, lags, *keeps)
        known = images, settings, net, reporter, checkpoints, targets
        job = _Job(*known, history, scheduler)
        may_replace = keeping.overwrite or state is not None
        return _finished(job, _run(job, state), source, may_replace, talk)


def _finished(
    job: _Job, ending: _Ending, source: Inputs, may_replace: bool, talk: bool
) -> int:
    """Judge the picture and write it; say what became of the run."""
    scores, ending = _judged(job, ending)
    record = _record(job, source, ending, scores)
    places = write(job.reporter, job.targets, record, may_replace)
    if talk:
        run = job.reporter.last, scores, job.settings
        typer.echo(summary(*run, places, stopped=bool(ending.code)))
    return _conclude(job, ending, places)


def _read(
    paths: Tuple[Path, Path], background: str, recipe: Optional[str]
) -> Tuple[Any, Inputs]:
    """Read the images, and say by what bytes."""
    from ..images import read_image

    files = [image_bytes(path) for path in paths]
    images = tuple(read_image(file, background) for file in files)
    hashes = files[0].sha256, files[1].sha256
    return images, Inputs(paths, hashes, background, recipe)


def _record(
    job: _Job, source: Inputs, ending: _Ending, scores: Dict[str, Any]
) -> Dict[str, Any]:
    """Say how the picture was made."""
    reporter = job.reporter
    epoch = reporter.best_epoch if ending.diverged else reporter.last.epoch
    end: Dict[str, Any] = {'how': ending.how, 'epoch': epoch}
    if ending.why:
        end['why'] = ending.why
    known = job.settings, job.net, reporter, job.targets.alpha is not None
    marks = {name: asdict(score) for name, score in scores.items()}
    steered = {'history': job.history.digest} if job.history else {}
    record = record_of_run(source, *known)
    record['resumed'] = job.checkpoints.changes or None
    return {**record, **steered, 'end': end, **marks}


def _settled(settings: Settings, shape: Tuple[int, ...]) -> Settings:
    """Fill in the size, and the precision that this processor has."""
    from ..runs.precision import available_precision

    settings = settings.sized(shape)
    return replace(settings, precision=available_precision(settings))


def _crews(scheduler: Optional[str]) -> Any:
    if scheduler is None:
        return contextlib.nullcontext()
    from ..sweeps.tile_crew import crew_on

    return crew_on(scheduler)


def _network(settings: Settings, history: Any) -> Any:
    from ..runs.run import network

    if history:  # a layer may be switched off at the end
        layers = history.settings.style_layers
        settings = replace(settings, style_layers=layers)
    return network(settings)


def _size(settings: Settings) -> Tuple[int, int]:
    last = stages(settings)[-1].settings
    return last.width or 0, last.height or 0


def _snapshots(
    targets: Targets, settings: Settings, checkpoints: Checkpoints
) -> Optional[Snapshots]:
    if targets.animation is None:
        return None
    known = settings.total_epochs, _size(settings)
    if checkpoints.place is None:
        return Snapshots(*known)
    path = frames_path(targets.picture)
    return Snapshots(*known, path, checkpoints.place.opener)


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
        return _Ending(getattr(stop, 'code', 130), why, 'stopped')
    except (StyleError, *causes()) as error:
        diverged = isinstance(error, TrainingError)
        if reporter.picture is None or (diverged and reporter.best is None):
            raise
        how = 'diverged' if diverged else 'failed'
        return _Ending(1, explained(error), how)
    finally:
        signals.note_only()
        reporter.progress.close()
    return _Ending()


def _descend(job: _Job, state: Any) -> None:
    from ..lessons.lab.bench import replay
    from ..runs.run import run

    images, settings, reporter = job.images, job.settings, job.reporter
    if job.history:
        device = settings.device
        replay(job.history, images, job.net, reporter, device)
        return
    known: Any = {'net': job.net, 'state': state}
    with _crews(job.scheduler) as crew_of:
        # a report at every epoch costs little and lets signals act at once
        run(*images, settings, reporter, every=1, crew_of=crew_of, **known)


def _judged(job: _Job, ending: _Ending) -> Tuple[Dict[str, Any], _Ending]:
    """Score the picture; take the best if the last is worse than the start."""
    reporter = job.reporter
    if ending.diverged:
        reporter.take_best()
    scores, failure = _scores(job)
    if job.history:  # its last picture, whatever it is worth
        return scores, ending
    left, why = scores.get('as_left'), ''
    if isinstance(failure, TrainingError):
        why = explained(failure)
    elif left and 0 < WORSE * reporter.begun < left.total_loss:
        why = (
            f'the loss has grown from {reporter.begun:.4g} to '
            f'{left.total_loss:.4g}: lower the learning rate'
        )
    if why and reporter.best is not None and not ending.code:
        return _judged(job, _Ending(1, why, 'diverged'))
    if failure and not ending.code:
        ending = _Ending(1, explained(failure), 'failed')
    return scores, ending


def _scores(job: _Job) -> Tuple[Dict[str, Any], Any]:
    """Score a picture as the run left it and as its file is to hold it.

    Returns the scores by name, and the error that left one out.
    """
    from ..runs.score import scores_at_end

    known = job.images, job.settings, job.net
    suffix = job.targets.picture.suffix
    return scores_at_end(*known, job.reporter.picture.X, suffix)


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
    job.checkpoints.done = not ending.code or ending.diverged
    return ending.code or int(bool(moved))
