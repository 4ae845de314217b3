"""Fetch a file over HTTP, checked and whole, or say why it cannot be had.

What has come of a broken download stays in a `.part` file beside the target,
and the next try goes on from there.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import re
import time
import warnings
import zipfile
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Iterator

import platformdirs

from ..errors import StyleError, StyleWarning
from .download_errors import (
    PATIENCE,
    SLOWEST,
    TIMEOUT,
    TOTAL,
    WrongContentError,
    explained,
)
from .plain_files import open_plain

__all__ = ['cache_dir', 'download', 'file_hash', 'remembered_hash']

PIECE = 1 << 16


def cache_dir() -> Path:
    """Return the folder for downloads: `GLUON_STYLE_CACHE` or the user's."""
    folder = os.environ.get('GLUON_STYLE_CACHE')
    return Path(folder or platformdirs.user_cache_dir('gluon-style'))


def file_hash(path: Path, algorithm: str = 'sha256') -> str:
    """Return the hexadecimal digest of a file."""
    digest = hashlib.new(algorithm)
    with open_plain(path) as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def remembered_hash(path: Path, algorithm: str = 'sha256') -> str:
    """Return the digest of a large file that this process may have read.

    It is read again if its size or its time of change is another.
    """
    status = os.stat(path)
    changes = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    return _remembered(Path(os.path.abspath(path)), algorithm, changes)


@functools.lru_cache(maxsize=64)
def _remembered(path: Path, algorithm: str, changes: tuple[int, ...]) -> str:
    return file_hash(path, algorithm)


def download(
    url: str,
    target: Path,
    digest: str,
    error: type[StyleError],
    remedy: str,
    algorithm: str = 'sha256',
    member: str = '',
    most: int = 600_000_000,
) -> Path:
    """Fetch `url` into `target` unless it is there; check before it counts.

    Parameters
    ----------
    url : str
        Where the file is.
    target : Path
        Where it is to be; its folder is made.
    digest : str
        The digest wanted of `target`, or its first digits.
    error : type
        The StyleError raised for any failure.
    remedy : str
        What the user can do instead; ends the message.
    algorithm : str
        Of the digest.
    member : str
        If given, `url` is a zip and `target` this file in it.
    most : int
        Bytes that what comes, or the member of it, has at most.

    Returns
    -------
    Path
        `target`, whose digest is right.
    """
    check = partial(_check, digest=digest, algorithm=algorithm)
    part = target.with_name(f'{target.name}.part')
    with explained(url, part, error, remedy):
        if _is_right(target, digest, algorithm):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(part) as file:
            # another process may have brought it meanwhile
            while not _is_right(target, digest, algorithm):
                went_on = file.seek(0, os.SEEK_END) > 0
                try:
                    went_on = _fetch(url, file, part.stem, most)
                    _accept(part, target, member, check, most)
                    break
                except WrongContentError:
                    file.truncate(0)
                    if not went_on:  # else an earlier try began with this
                        raise
    return target


@contextmanager
def _locked(part: Path) -> Iterator[BinaryIO]:
    """Open `part` to append to it; wait while another process does.

    The system lets go of what a killed process held. `part` is removed if it
    is empty at the end.
    """

    def is_ours() -> bool:
        here = os.fstat(file.fileno())
        return part.exists() and os.path.samestat(here, part.stat())

    while True:
        with open(part, 'ab') as file:
            _wait_for(file, part)
            if not is_ours():  # the other has just moved it to its place
                continue
            try:
                yield file
                return
            finally:
                file.flush()
                if is_ours() and not part.stat().st_size:
                    part.unlink()


def _wait_for(file: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        warnings.warn(
            f'another process is downloading {part.stem}: waiting for it',
            StyleWarning,
            stacklevel=2,
        )
        fcntl.flock(file, fcntl.LOCK_EX)


def _is_right(path: Path, digest: str, algorithm: str) -> bool:
    return path.exists() and file_hash(path, algorithm).startswith(digest)


def _check(path: Path, digest: str, algorithm: str) -> None:
    got = file_hash(path, algorithm)
    if not got.startswith(digest):
        raise WrongContentError(
            f'has the wrong hash: got {algorithm} {got[:16]}..., '
            f'wanted {digest[:16]}...'
        )


def _accept(
    part: Path, target: Path, member: str, check: Any, most: int
) -> None:
    """Move what came to its place if it is right."""
    if not member:
        check(part)
        os.replace(part, target)
        return
    # of one name, so that the next removes what a killed one has left
    whole = part.with_suffix('.unpacked')
    try:
        with open(whole, 'wb') as file:
            file.writelines(_unpacked(part, member, most))
        check(whole)
        os.replace(whole, target)
    finally:
        with suppress(FileNotFoundError):
            whole.unlink()
    part.unlink()


def _unpacked(part: Path, member: str, most: int) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(part) as archive:
            _limit(archive.getinfo(member).file_size, most)
            with archive.open(member) as packed:
                while piece := packed.read(PIECE):
                    yield piece
    except WrongContentError:
        raise
    except Exception as cause:  # a damaged zip raises anything
        raise WrongContentError(f'is damaged ({cause})') from None


def _limit(size: int, most: int) -> None:
    if size > most:
        raise WrongContentError(f'has more than {most / 1e6:g} MB')


def _fetch(url: str, file: BinaryIO, name: str, most: int) -> bool:
    """Append to `file` what it lacks; say whether it had a beginning."""
    import requests

    start = file.tell()
    headers = {'Accept-Encoding': 'identity'}
    if start:
        headers['Range'] = f'bytes={start}-'
    with requests.get(
        url, headers=headers, stream=True, timeout=TIMEOUT
    ) as answer:
        if start and answer.status_code == 416:  # there is no more
            return True
        answer.raise_for_status()
        if answer.status_code != 206:  # all of it, from its beginning
            file.truncate(0)
            start = 0
        length = answer.headers.get('Content-Length')
        if length and not re.fullmatch('[0-9]{1,15}', length):
            raise WrongContentError(f'has the length {length[:40]!r}')
        size = int(length or 0)
        _limit(start + size, most)
        got = _copy(answer.raw, file, name, start, size, most)
        file.flush()
        if length and got != size:
            raise requests.ConnectionError('it broke off')
    return start > 0


def _copy(
    raw: Any, file: BinaryIO, name: str, start: int, size: int, most: int
) -> int:
    """Copy an answer as it comes and return how many bytes it had."""
    import requests
    import urllib3
    from tqdm import tqdm

    # read() waits for all that it is asked for, however slowly it comes
    read, piece_size = getattr(raw, 'read1', None), PIECE
    if read is None:  # urllib3 1.26
        read, piece_size = raw.read, 1024
    began = since = time.monotonic()
    lately = got = 0
    with tqdm(
        desc=name, total=size and start + size, initial=start, unit='B',
        unit_scale=True, disable=None,  # where nobody watches
    ) as bar:  # fmt: skip
        try:
            while piece := read(piece_size):
                _limit(start + got + len(piece), most)
                file.write(piece)
                bar.update(len(piece))
                got, lately = got + len(piece), lately + len(piece)
                elapsed = time.monotonic() - since
                if elapsed > PATIENCE:
                    if lately < SLOWEST * elapsed or since - began > TOTAL:
                        raise requests.Timeout
                    since, lately = time.monotonic(), 0
        except urllib3.exceptions.ReadTimeoutError:
            raise requests.Timeout from None
        except urllib3.exceptions.HTTPError as cause:
            raise requests.ConnectionError(str(cause)) from None
    return got
