"""The state of a run in a file, so that it can go on after anything.

Arrays and numbers only, in safetensors: nothing that is read can run. A
checkpoint stands in a hidden folder of its run's, beside what the run is to
give. It is written there, brought to the disk and renamed; until then the one
before stands.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping

import numpy

from ..errors import CheckpointError, OutputError, printable
from .locks import locked
from .plain_files import open_plain
from .whole_files import UNFINISHED, PathLike, temporaries_in, to_disk

__all__ = [
    'Taken',
    'check_folder_of_run',
    'check_no_run_has',
    'checkpoint_files',
    'checkpoint_path',
    'difference',
    'differences',
    'frames_path',
    'read_checkpoint',
    'remove_checkpoint',
    'save_checkpoint',
    'taken',
]

KIND = 'gluon-style checkpoint 3'  # counted up when its form changes
LONGEST_NAME = 255  # bytes, of a file
TRIES = 9  # to enter a folder that others leave
NEW = 'state.new'
# a checkpoint, the next one, the pictures of an animation
NAMES = 'state', NEW, 'frames'
# of a killed writer; the second is safetensors' own
LITTER = NEW, '.tmp*', f'{UNFINISHED}*'
Arrays = Dict[str, numpy.ndarray]


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
        _remove_litter(place.folder)
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


def save_checkpoint(
    path: Path, arrays: Mapping[str, numpy.ndarray], about: Mapping[str, Any]
) -> None:
    """Write a checkpoint; on any failure the one before stands.

    Parameters
    ----------
    path : Path
        From `checkpoint_path`.
    arrays : mapping
        NumPy arrays of numbers by name, such as `RunPicture.state` gives.
    about : mapping
        Plain values, as JSON has them: whose state it is.

    Raises
    ------
    OSError
        The disk is full, or the folder has gone.
    """
    from safetensors import SafetensorError  # late: 0.1 s
    from safetensors.numpy import save_file

    whole = {k: numpy.require(v, requirements='C') for k, v in arrays.items()}
    text = json.dumps(about)
    metadata = {'kind': KIND, 'about': text, 'sha256': _digest(whole, text)}
    new = path.with_name(NEW)
    try:
        save_file(whole, str(new), metadata=metadata)
        to_disk(new)
        os.replace(new, path)
        to_disk(path.parent)
    except SafetensorError as error:  # in place of an OSError
        raise OSError(f'cannot write {new}: {error}') from None
    finally:
        _remove_litter(path.parent)  # a full disk has need of its room


def read_checkpoint(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the plain values of a checkpoint.

    Raises
    ------
    CheckpointError
        It cannot be read, is damaged, or no checkpoint of this version.
    OSError, MemoryError
        The disk or the memory fails, which is no fault of its.
    """
    from safetensors import safe_open

    _check_readable(path)
    try:
        with safe_open(str(path), framework='numpy') as file:
            metadata = dict(file.metadata() or {})
            names = list(file.keys())
            arrays = {name: file.get_tensor(name) for name in names}
        kind, text = metadata['kind'], metadata['about']
        whole = metadata['sha256'] == _digest(arrays, text)
        about = json.loads(text) if whole else {}
    except (OSError, MemoryError):  # no fault of the file's
        raise
    except Exception:  # whatever a damaged file makes a reader raise
        kind, whole, about = KIND, False, {}
    if kind != KIND:
        raise CheckpointError(
            f'{path} is a {printable(kind)[:40]}, wanted a {KIND}: it can go '
            'on with the version of gluon-style that wrote it'
        )
    if not whole or not isinstance(about, dict):
        raise CheckpointError(
            f'{path} is damaged: start afresh with --overwrite'
        )
    return arrays, about


def _check_readable(path: Path) -> None:
    try:
        open_plain(path).close()  # a pipe would hold us
    except OSError as error:
        raise CheckpointError(
            f'cannot read {path}: {error.strerror}: mend that, or start '
            'afresh with --overwrite'
        ) from None


def remove_checkpoint(path: Path) -> None:
    """Remove a checkpoint, and its folder if nothing else is in it."""
    folder = path.parent
    with contextlib.suppress(OSError):
        _remove_litter(folder)
        for name in NAMES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def difference(
    kept: Mapping[str, Any], wanted: Mapping[str, Any]
) -> str | None:
    """Name the first thing in which two runs differ, or return None.

    Examples
    --------
    >>> difference({'epochs': 5, 'lr': 0.9}, {'epochs': 5, 'lr': 0.5})
    'lr is 0.9 there and 0.5 here'
    """
    for name, there, here in differences(kept, wanted):
        return f'{name} is {there} there and {here} here'
    return None


def differences(
    kept: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Name each thing in which two runs differ, what it was and what it is."""
    for name in {**wanted, **kept}:
        there, here = (_text(i.get(name, 'nothing')) for i in (kept, wanted))
        if there != here:
            yield name, there[:80], here[:80]


def _text(value: Any) -> str:
    listed = isinstance(value, (list, tuple))
    text = ', '.join(map(str, value)) if listed else str(value)
    return text or 'nothing'


def _remove_litter(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for file in (i for name in LITTER for i in folder.glob(name)):
            file.unlink()


def _digest(arrays: Mapping[str, numpy.ndarray], about: str) -> str:
    """Digest what is said, and names, types, shapes and bytes."""
    digest = hashlib.sha256(about.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f'{name} {array.dtype} {array.shape}'.encode())
        plain = numpy.require(array, requirements='C')
        digest.update(plain.reshape(-1).view('uint8').data)
    return digest.hexdigest()
