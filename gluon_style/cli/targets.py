"""The files that a run is to write: never in the place of another's."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Optional

from ..errors import CheckpointError, OutputError, StyleError
from ..runs.identity import weights_files
from ..runs.settings import Settings
from ..storage import whole_files
from ..storage.animations import check_animation
from ..storage.checkpoints import read_checkpoint
from ..storage.image_files import open_alpha
from ..storage.records import check_transparency, read_record
from ..storage.run_folder import (
    check_folder_of_run,
    check_no_run_has,
    checkpoint_files,
    checkpoint_path,
)
from ..storage.whole_files import PICTURE_SUFFIXES, PLOT_SUFFIXES, check_target
from .failures import causes

__all__ = [
    'Targets',
    'check_outputs',
    'free_name',
    'is_same',
    'refuse_inputs',
    'write_somewhere',
]


@dataclass(frozen=True)
class Targets:
    """The files to write, and the transparency that the picture keeps."""

    picture: Path
    plot: Optional[Path]
    log: Optional[Path]
    alpha: Any = None  # from `open_alpha`
    record: Optional[Path] = None
    animation: Optional[Path] = None

    @classmethod
    def of(
        cls,
        out: Path,
        plot: Optional[Path],
        no_plot: bool,
        log: Any,
        no_record: bool = False,
        animation: Optional[Path] = None,
    ) -> Targets:
        """Name the files: plot and record stand beside it by default.

        Raises
        ------
        OutputError
            One of them could not be written, or two are the same file.
        """
        check_target(out, PICTURE_SUFFIXES)
        if plot is None and not no_plot:
            plot = out.with_name(out.stem + '.losses.png')
        if plot is not None:
            check_target(plot, PLOT_SUFFIXES)
        if log is not None:
            check_target(log, ('.csv',))
        record = None if no_record else out.with_suffix('.json')
        if record is not None:
            check_target(record, ('.json',))
        if animation is not None:
            check_animation(animation)
        targets = cls(out, plot, log, record=record, animation=animation)
        for i, file in enumerate(targets.files):
            for other in targets.files[:i]:
                if is_same(file, other):
                    raise OutputError(
                        f'got {file} twice, for two of its outputs, '
                        'wanted two names'
                    )
        return targets

    def as_transparent(self, photo: Path) -> Targets:
        """Let the picture be as transparent as a photo.

        Raises
        ------
        OutputError
            The picture's file cannot be transparent.
        """
        check_transparency(self.picture)
        return replace(self, alpha=open_alpha(photo))

    @property
    def files(self) -> List[Path]:
        """Those that are to be written."""
        others = (self.plot, self.log, self.record, self.animation)
        return [self.picture, *(file for file in others if file is not None)]

    @property
    def existing(self) -> List[Path]:
        """Those that are there."""
        return [file for file in self.files if os.path.lexists(file)]

    @property
    def named(self) -> List[str]:
        """Their names as seen from the picture, which may be moved."""
        home = self.picture.absolute().parent
        return [os.path.relpath(file.absolute(), home) for file in self.files]


def refuse_inputs(
    targets: Targets, images: Iterable[Path], settings: Settings
) -> None:
    """Refuse to write over what the run reads, by whatever name.

    Raises
    ------
    OutputError
        A target, or the run's checkpoint, is an image or a weights file of
        the run.
    """
    files = (*targets.files, *checkpoint_files(targets.picture))
    whole_files.refuse_inputs(
        files, (*images, *weights_files(settings)), 'the run'
    )


def check_outputs(
    targets: Targets, resume: bool, overwrite: bool, keep: bool = True
) -> None:
    """Refuse, before anything slow, to write over what is there.

    Parameters
    ----------
    targets : Targets
        What is to be written.
    resume, overwrite : bool
        Whether to go on from a checkpoint, or to write over what is there.
    keep : bool
        Whether the run is to keep checkpoints.

    Raises
    ------
    CheckpointError
        There is a checkpoint, and no word of what to do with it.
    OutputError
        An output is there, and is no part of the run that goes on; or what
        has the name of the checkpoint's folder is no run's, or another's.
    """
    path = checkpoint_path(targets.picture)
    check_no_run_has(path)
    if keep or path.exists():
        check_folder_of_run(path)
    if overwrite:
        return
    about = read_checkpoint(path)[1] if path.exists() else None
    if about is not None and not resume:
        raise CheckpointError(
            f'{targets.picture} has a checkpoint at epoch '
            f'{about.get("epoch")} of {about.get("epochs")}: go on from it '
            'with --resume, or start afresh with --overwrite'
        )
    existing = targets.existing
    if existing and about:
        _check_files(targets, about)
    if existing and not (about and _is_own(targets, about)):
        raise OutputError(
            f'{existing[0]} is there: choose another name, or write over it '
            'with --overwrite'
        )


def _check_files(targets: Targets, about: Dict[str, Any]) -> None:
    """Refuse to go on with other outputs than a run began with."""
    files = about.get('files')
    before = files if isinstance(files, list) else []
    others = sorted({*map(str, before)} ^ {*targets.named})
    if others:
        raise CheckpointError(
            f'cannot go on with {targets.picture}: the run that began it '
            f'differs in {others[0]}: give the same --plot, --log, --animate '
            'and --no-record as then'
        )


def _is_own(targets: Targets, about: Dict[str, Any]) -> bool:
    """Whether the files that are there are those of an interrupted run.

    It began when they were not there, or with --overwrite; what has a record,
    the picture and the .json, says by it that it is the run's.
    """
    existing = targets.existing
    try:
        return all(
            read_record(file).get('run') == about.get('digest')
            for file in (targets.picture, targets.record)
            if file in existing
        )
    except StyleError:
        return False


def is_same(a: Path, b: Path) -> bool:
    """Whether two names are of one file, by a link too."""
    if os.path.realpath(a) == os.path.realpath(b):
        return True
    try:
        return os.path.samefile(a, b)
    except (OSError, ValueError):  # one is not there
        return False


def free_name(path: Path) -> Path:
    """Return the path, or the first of `name-2`, `name-3` that is not there.

    Examples
    --------
    >>> free_name(Path('no-such-folder/out.png')).name
    'out.png'
    """
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f'{path.stem}-{number}{path.suffix}')
    return free


def write_somewhere(
    path: Path, write: Callable[[Path], object], replace: bool
) -> Path:
    """Write a file where it should be, else where it can be.

    Parameters
    ----------
    path : Path
        Where it should be.
    write : callable
        Writes it to the path given.
    replace : bool
        Whether a file may be there already.

    Returns
    -------
    Path
        Where it is: `path`, else that name, or a number more, in the working
        folder, else in the temporary folder.

    Raises
    ------
    OutputError
        It can be in none of them.
    """
    try:
        if os.path.lexists(path) and not replace:
            raise OutputError(f'cannot write {path}: it is there by now')
        write(path)
        return path
    except (OutputError, *causes()) as error:
        first = error
    for folder in (Path.cwd, tempfile.gettempdir):
        try:
            place = free_name(Path(folder()) / path.name)
            write(place)
            return place
        except (OutputError, *causes()):
            continue
    raise OutputError(
        f'cannot write {path}, nor into the working or the temporary folder: '
        f'{first}'
    )
