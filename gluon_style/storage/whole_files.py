"""Write files whole or not at all, and refuse a bad target early."""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Sequence, Union

from ..errors import OutputError

PathLike = Union[str, 'os.PathLike[str]']

PICTURE_SUFFIXES = ('.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff')
UNFINISHED = '.gluon-style-'  # begins the names of temporary files
PLOT_SUFFIXES = ('.png', '.svg', '.pdf')
# pixels that a side may have
LONGEST_SIDES = {'.webp': 16383, '.jpg': 65500, '.jpeg': 65500}
_unfinished: set[str] = set()  # temporary files of this process
# the folders in which runs write theirs, and whether they still may
_nurseries: list[tuple[Path, Callable[[], bool]]] = []


@contextlib.contextmanager
def temporaries_in(
    folder: Path, is_there: Callable[[], bool]
) -> Iterator[None]:
    """Let the temporary files of what stands beside a folder be in it.

    Whoever removes that folder removes what a killed process left.
    """
    _nurseries.append((folder, is_there))
    try:
        yield
    finally:
        _nurseries.remove((folder, is_there))


def _nursery(path: Path) -> Path:
    for folder, is_there in _nurseries:
        if folder.parent == path.parent and is_there():
            return folder
    return path.parent


@contextlib.contextmanager
def whole_file(path: PathLike) -> Iterator[Path]:
    """Give a temporary path beside `path`, renamed to it at the end.

    Within `temporaries_in`, it may be in that folder, on the same disk.

    If the block raises, the temporary file is removed and `path` is as it
    was. A link is followed: what it names is written.

    Raises
    ------
    OutputError
        The folder does not take the file, or a folder, a device or a pipe
        has its name.
    """
    path = Path(path)
    suffix = path.suffix  # a link may name a file of another
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    _check_place(path)
    try:
        handle, name = tempfile.mkstemp(
            prefix=UNFINISHED, suffix=suffix, dir=_nursery(path)
        )
        os.close(handle)
    except OSError as error:
        raise OutputError(
            f'cannot write {path}: {error.strerror}: choose a folder that '
            'exists and that you may write to'
        ) from None
    _unfinished.add(name)
    try:
        yield Path(name)
        os.chmod(name, 0o666 & ~_umask())
        to_disk(Path(name))
        os.replace(name, path)
    except OSError as error:
        if error.errno and not error.filename:  # a full disk names none
            error.filename = str(path)
        raise
    finally:
        _unfinished.discard(name)
        with contextlib.suppress(FileNotFoundError):
            os.remove(name)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a crash."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_unfinished() -> None:
    """Remove the temporary files of a process that is about to leave."""
    for name in list(_unfinished):
        with contextlib.suppress(OSError):
            os.remove(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_target(
    path: PathLike, suffixes: Sequence[str], size: Sequence[int] = ()
) -> None:
    """Refuse a file that could not be written when the work is done.

    Parameters
    ----------
    path : path
        The file.
    suffixes : sequence of str
        What its name may end in.
    size : sequence of int
        Width and height of the picture that it is to hold, if it is known.

    Raises
    ------
    OutputError
        The suffix is not one of `suffixes` or of a kind that holds no such
        picture, the name is too long, the folder does not exist, or the
        path is a folder, a pipe, a device or not writable.
    """
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise OutputError(
            f'cannot write {path}: its name ends in '
            f'{path.suffix or "no suffix"}, wanted {", ".join(suffixes)}'
        )
    longest = LONGEST_SIDES.get(path.suffix.lower(), math.inf)
    if max(size, default=0) > longest:
        raise OutputError(
            f'cannot write {path}: a {path.suffix} has at most {longest} '
            f'pixels a side, got {"x".join(map(str, size))}: name a .png'
        )
    _check_place(path)


def refuse_inputs(
    files: Iterable[PathLike], inputs: Iterable[PathLike], who: str
) -> None:
    """Refuse to write over what is read, by whatever name.

    Parameters
    ----------
    files, inputs : iterable of path
        What is to be written, and what is read; either may not be there.
    who : str
        Reads it: 'the run'.

    Raises
    ------
    OutputError
        A file is an input, or a link to it.
    """
    read = {_file_of(path): path for path in inputs}
    read.pop(None, None)
    for file in files:
        if _file_of(file) in read:
            raise OutputError(
                f'cannot write {file}: {who} reads it as '
                f'{read[_file_of(file)]}: choose another name'
            )


def _file_of(path: PathLike) -> tuple[int, int] | None:
    """Return what is the same for all names of a file; None if none is."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _check_place(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = stat.S_IFREG
    except OSError as error:
        raise OutputError(
            f'cannot write {path}: {error.strerror}: choose another name'
        ) from None
    if not stat.S_ISREG(mode):
        kind = 'folder' if stat.S_ISDIR(mode) else 'pipe or a device'
        raise OutputError(f'cannot write {path}: it is a {kind}: name a file')
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise OutputError(
            f'cannot write {path}: choose a folder that exists and that you '
            'may write to'
        )


def check_folder(folder: PathLike) -> Path:
    """Make the folder of a report, before the work that fills it.

    Raises
    ------
    OutputError
        It cannot be made or written to.
    """
    folder = Path(folder)
    remedy = 'name a folder that you may write to'
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f'cannot make the folder {folder}: {error.strerror}: {remedy}'
        ) from None
    if not os.access(folder, os.W_OK):
        raise OutputError(f'cannot write into {folder}: {remedy}')
    return folder


def write_all(folder: PathLike, files: dict[str, str | bytes]) -> list[Path]:
    """Write all files of a report into a folder, or none of them."""
    folder = check_folder(folder)
    with contextlib.ExitStack() as stack:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            stack.enter_context(whole_file(folder / name)).write_bytes(data)
    return [folder / name for name in files]


def to_json(values: dict[str, Any]) -> str:
    """Return plain values as JSON that others can read: no NaN in it."""
    return json.dumps(values, indent=1, allow_nan=False) + '\n'
