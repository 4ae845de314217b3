"""The hidden folder in which a run keeps its state, and which no other has."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from ..errors import OutputError
from .locks import locked
from .whole_files import UNFINISHED, PathLike, temporaries_in

__all__ = [
    'NEW',
    'Taken',
    'check_folder_of_run',
    'check_no_run_has',
    'checkpoint_files',
    'checkpoint_path',
    'frames_path',
    'remove_checkpoint',
    'remove_litter',
    'taken',
]

LONGEST_NAME = 255  # bytes, of a file
TRIES = 9  # to enter a folder that others leave
NEW = 'state.new'
# a checkpoint, the next one, the pictures of an animation
NAMES = 'state', NEW, 'frames'
# of a killed writer; the second is safetensors' own
LITTER = NEW, '.tmp*', f'{UNFINISHED}*'


def checkpoint_path(output: PathLike) -> Path:
    """Return where the checkpoint of a run stands: hidden, beside `output`.

    Examples
    --------
    >>> str(checkpoint_path('folder/out.png'))
    'folder/.out.png.checkpoint/state'
    """
    return checkpoint_files(output)[0]


def checkpoint_files(output: PathLike) -> list[Path]:
    """Return all files that the checkpoints of a run write over."""
    output = Path(output)
    name = f'.{output.name}.checkpoint'
    if len(os.fsencode(name)) > LONGEST_NAME:
        digest = hashlib.sha256(os.fsencode(output.name)).hexdigest()
        name = f'.{digest}.checkpoint'
    folder = output.with_name(name)
    return [folder / name for name in NAMES]


def frames_path(output: PathLike) -> Path:
    """Return where the pictures of a run's animation wait for its end."""
    return checkpoint_files(output)[2]


def check_folder_of_run(path: Path) -> None:
    """Refuse a checkpoint's folder that is not, or not only, a run's.

    Parameters
    ----------
    path : Path
        From `checkpoint_path`; neither it nor its folder need be there.

    Raises
    ------
    OutputError
        A file or a link has the folder's name, or something else is in it.
    """
    folder = path.parent
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        strange = [folder]
    else:
        strange = [i for i in sorted(folder.iterdir()) if not _is_ours(i)]
    if strange:
        raise OutputError(
            f'cannot keep checkpoints in {folder}: {strange[0]} is not of a '
            'run: move it away, or choose another name'
        )


def _is_ours(file: Path) -> bool:
    is_named = any(file.match(name) for name in (*NAMES, *LITTER))
    try:
        return is_named and stat.S_ISREG(file.lstat().st_mode)
    except FileNotFoundError:  # a run has just removed it
        return is_named


def check_no_run_has(path: Path) -> None:
    """Refuse a checkpoint whose folder a run has at this moment.

    Raises
    ------
    OutputError
        There is such a run.
    """
    if path.parent.is_dir():
        with locked(path.parent, _refusal(path.parent)):
            pass


def _refusal(folder: Path) -> str:
    return (
        f'another run keeps its checkpoints in {folder}: wait for its end, or '
        'choose another name'
    )


@dataclass(frozen=True)
class Taken:
    """The folder of a run, which no other has.

    Attributes
    ----------
    folder : Path
        As it was named.
    handle : int
        Of the folder itself, wherever it may be moved.
    """

    folder: Path
    handle: int

    def is_there(self) -> bool:
        """Whether it still has its name, and no other or a link has."""
        try:
            here, own = os.lstat(self.folder), os.fstat(self.handle)
        except OSError:
            return False
        return os.path.samestat(here, own)

    def opener(self, name: str, flags: int) -> int:
        """Open a file of the folder, as `open` asks for it."""
        return os.open(Path(name).name, flags, 0o666, dir_fd=self.handle)


@contextlib.contextmanager
def taken(path: Path) -> Iterator[Taken]:
    """Make the folder of a checkpoint, and keep other runs out of it.

    Raises
    ------
    OutputError
        Another run has it, it cannot be made, or what has its name is no
        run's.
    """
    with contextlib.ExitStack() as stack:
        place = _entered(path, stack)
        remove_litter(place.folder)
        stack.enter_context(temporaries_in(place.folder, place.is_there))
        yield place


def _entered(path: Path, stack: contextlib.ExitStack) -> Taken:
    folder = path.parent
    for _ in range(TRIES):  # who had it may be removing it
        try:
            folder.mkdir()
        except FileExistsError:
            pass
        except OSError as error:
            raise OutputError(
                f'cannot make the folder {folder}: {error.strerror}: mend '
                'that, or leave checkpoints away with --no-checkpoint'
            ) from None
        with contextlib.suppress(FileNotFoundError):
            handle = stack.enter_context(locked(folder, _refusal(folder)))
            check_folder_of_run(path)
            if Taken(folder, handle).is_there():
                return Taken(folder, handle)
        check_folder_of_run(path)
    raise OutputError(_refusal(folder))


def remove_checkpoint(path: Path) -> None:
    """Remove a checkpoint, and its folder if nothing else is in it."""
    folder = path.parent
    with contextlib.suppress(OSError):
        remove_litter(folder)
        for name in NAMES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def remove_litter(folder: Path) -> None:
    """Remove the halves of files that a killed process left."""
    with contextlib.suppress(OSError):
        for file in (i for name in LITTER for i in folder.glob(name)):
            file.unlink()
