"""Fetch a file over HTTP, checked and whole, or say why it cannot be had.

What has come of a broken download stays in a `.part` file beside the target,
and the next try goes on from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Iterator

import platformdirs

from ..errors import StyleError
from .whole_files import whole_file

__all__ = ['cache_dir', 'download', 'file_hash']

TIMEOUT = 20  # seconds without a byte
PATIENCE = 60  # seconds with fewer bytes than
SLOWEST = 1000  # a second
PIECE = 1 << 16


def cache_dir() -> Path:
    """Return the folder for downloads: `GLUON_STYLE_CACHE` or the user's."""
    folder = os.environ.get('GLUON_STYLE_CACHE')
    return Path(folder or platformdirs.user_cache_dir('gluon-style'))


def file_hash(path: Path, algorithm: str = 'sha256') -> str:
    """Return the hexadecimal digest of a file."""
    digest = hashlib.new(algorithm)
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


class WrongContentError(Exception):
    """What came is not what was asked for."""


@contextmanager
def _explained(
    url: str, part: Path, error: type[StyleError], remedy: str
) -> Iterator[None]:
    """Turn the errors of a download from `url` into one line with a remedy."""
    import requests  # late: it takes 0.1 s

    host = requests.utils.urlparse(url).netloc
    try:
        yield
    except requests.HTTPError as cause:
        reason = f'{host} answers {cause}.'
    except requests.Timeout:
        reason = (
            f'{host} does not answer, or too slowly (waited {TIMEOUT} s for '
            f'a byte, {PATIENCE} s for {SLOWEST} bytes a second).'
        )
    except requests.ConnectionError as cause:
        reason = (
            f'no connection to {host}: is the host gone, or a proxy '
            'or firewall in between?'
        )
        if 'resol' in str(cause) or 'getaddrinfo' in str(cause):
            reason = f'the name {host} is not found: is there a network?'
    except WrongContentError as cause:
        reason = f'what came {cause}; it was not kept.'
    except requests.RequestException as cause:
        reason = f'{cause}.'
    except BlockingIOError:
        reason = 'another process is downloading it: wait for that.'
    except OSError as cause:
        reason = f'it cannot be stored ({cause}).'
    else:
        return
    raise error(f'cannot download {url}: {reason} {_kept(part)}{remedy}')


def _kept(part: Path) -> str:
    if not part.exists():
        return ''
    size = part.stat().st_size / 1e6
    return f'{size:.1f} MB are kept, and the same again goes on from there. '


def download(
    url: str,
    target: Path,
    digest: str,
    error: type[StyleError],
    remedy: str,
    algorithm: str = 'sha256',
    member: str = '',
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

    Returns
    -------
    Path
        `target`, whose digest is right.
    """
    check = partial(_check, digest=digest, algorithm=algorithm)
    if target.exists() and file_hash(target, algorithm).startswith(digest):
        return target
    part = target.with_name(f'{target.name}.part')
    with _explained(url, part, error, remedy):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if _fetch(url, part):  # went on from what an earlier try left
                try:
                    return _accepted(part, target, member, check)
                except WrongContentError:
                    _fetch(url, part)
            return _accepted(part, target, member, check)
        finally:
            if part.exists() and not part.stat().st_size:
                part.unlink()


def _check(path: Path, digest: str, algorithm: str) -> None:
    got = file_hash(path, algorithm)
    if not got.startswith(digest):
        raise WrongContentError(
            f'has the wrong hash: got {algorithm} {got[:16]}..., '
            f'wanted {digest[:16]}...'
        )


def _accepted(part: Path, target: Path, member: str, check: Any) -> Path:
    """Move what came to its place, or remove it."""
    try:
        if not member:
            check(part)
            os.replace(part, target)
            return target
        with whole_file(target) as whole:
            with zipfile.ZipFile(part) as archive, open(whole, 'wb') as file:
                shutil.copyfileobj(archive.open(member), file, PIECE)
            check(whole)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as cause:
        part.unlink()
        raise WrongContentError(f'is damaged ({cause})') from None
    except WrongContentError:
        part.unlink()
        raise
    part.unlink()
    return target


def _fetch(url: str, part: Path) -> bool:
    """Append to `part` what it lacks; say whether it had a beginning."""
    import requests

    with open(part, 'ab') as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
            got = _copy(answer.raw, file, part.stem, start, int(length or 0))
            if length and got != int(length):
                raise requests.ConnectionError('it broke off')
    return start > 0


def _copy(raw: Any, file: BinaryIO, name: str, start: int, size: int) -> int:
    """Copy an answer as it comes and return how many bytes it had."""
    import requests
    import urllib3
    from tqdm import tqdm

    # read() waits for all that it is asked for, however slowly it comes
    read, most = getattr(raw, 'read1', None), PIECE
    if read is None:  # urllib3 1.26
        read, most = raw.read, 1024
    since, lately, got = time.monotonic(), 0, 0
    total = start + size if size else None
    with tqdm(
        desc=name, total=total, initial=start, unit='B', unit_scale=True,
        disable=None,  # where nobody watches
    ) as bar:  # fmt: skip
        try:
            while piece := read(most):
                file.write(piece)
                bar.update(len(piece))
                got, lately = got + len(piece), lately + len(piece)
                elapsed = time.monotonic() - since
                if elapsed > PATIENCE:
                    if lately < SLOWEST * elapsed:
                        raise requests.Timeout
                    since, lately = time.monotonic(), 0
        except urllib3.exceptions.ReadTimeoutError:
            raise requests.Timeout from None
        except urllib3.exceptions.HTTPError as cause:
            raise requests.ConnectionError(str(cause)) from None
    return got
