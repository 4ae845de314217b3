"""Fetch a file over HTTP, checked and whole, or say why it cannot be had."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import platformdirs

from ..errors import StyleError

__all__ = ['cache_dir', 'download', 'explained', 'file_hash']

TIMEOUT = 20  # seconds without an answer


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


@contextmanager
def explained(
    url: str, error: type[StyleError], remedy: str
) -> Iterator[None]:
    """Turn the errors of a download from `url` into one line with a remedy."""
    import requests  # late: it takes 0.1 s

    host = requests.utils.urlparse(url).netloc
    try:
        yield
    except requests.HTTPError as cause:
        reason = f'{host} answers {cause}'
    except requests.Timeout:
        reason = f'{host} does not answer (waited {TIMEOUT} s)'
    except requests.ConnectionError as cause:
        unresolved = 'resol' in str(cause) or 'getaddrinfo' in str(cause)
        reason = (
            f'the name {host} is not found: is there a network?'
            if unresolved
            else f'no connection to {host}: is the host gone, or a proxy '
            'or firewall in between?'
        )
    except (requests.RequestException, zipfile.BadZipFile) as cause:
        reason = f'what came is damaged ({cause})'
    except OSError as cause:
        reason = f'it cannot be stored: {cause}'
    else:
        return
    raise error(f'cannot download {url}: {reason}. {remedy}')


def download(
    url: str,
    target: Path,
    sha256: str,
    error: type[StyleError],
    remedy: str,
    progressbar: bool = True,
) -> Path:
    """Fetch `url` into `target` unless it is there; check before it counts.

    Parameters
    ----------
    url : str
        Where the file is.
    target : Path
        Where it is to be; its folder is made.
    sha256 : str
        The digest wanted, or its first digits.
    error : type
        The StyleError raised for any failure.
    remedy : str
        What the user can do instead; ends the message.
    progressbar : bool
        Whether to show progress on standard error.

    Returns
    -------
    Path
        `target`, whose digest is right.
    """
    if target.exists() and file_hash(target).startswith(sha256):
        return target
    import pooch  # late: it takes 0.2 s

    with explained(url, error, remedy):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            fetched = Path(folder) / target.name
            fetch = pooch.HTTPDownloader(
                progressbar=progressbar, timeout=TIMEOUT
            )
            fetch(url, str(fetched), None)
            digest = file_hash(fetched)
            if not digest.startswith(sha256):
                raise error(
                    f'{url} has the wrong hash: got sha256 {digest[:16]}..., '
                    f'wanted {sha256[:16]}...; it was not kept. {remedy}'
                )
            os.replace(fetched, target)
    return target
