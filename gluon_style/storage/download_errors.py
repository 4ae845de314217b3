"""Why a download failed, in one line that says what else can be done."""

from __future__ import annotations

import http.client
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from ..errors import StyleError

__all__ = ['WrongContentError', 'explained']

TIMEOUT = 20  # seconds without a byte
PATIENCE = 60  # seconds with fewer bytes than
SLOWEST = 1000  # a second
TOTAL = 6 * 3600  # seconds of one answer


class WrongContentError(Exception):
    """What came is not what was asked for."""


def _public(text: str) -> str:
    """Leave out the name and password of an address in a text."""
    return re.sub(r'//\S*@', '//', text)


@contextmanager
def explained(
    url: str, part: Path, error: type[StyleError], remedy: str
) -> Iterator[None]:
    """Turn the errors of a download from `url` into one line with a remedy."""
    import urllib3  # late: with requests it takes 0.1 s

    host = _public(url).partition('//')[2].partition('/')[0] or 'the host'
    try:
        yield
    # requests finds fault with an address by many kinds of ValueError
    except (
        WrongContentError,
        OSError,
        ValueError,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
    ) as cause:
        text = _public(f'cannot download {url}: {_reason(cause, host)}')
        raise error(f'{text} {_kept(part)}{remedy}') from None


def _reason(cause: Exception, host: str) -> str:
    import requests

    reason = f'{cause}.'
    if isinstance(cause, requests.HTTPError):
        reason = f'{host} answers {cause}.'
    elif isinstance(cause, requests.Timeout):
        reason = (
            f'{host} does not answer, or too slowly (waited {TIMEOUT} s for '
            f'a byte, {PATIENCE} s for {SLOWEST} bytes a second, {TOTAL} s '
            'for all).'
        )
    elif isinstance(cause, requests.ConnectionError):
        reason = (
            f'no connection to {host}: is the host gone, or a proxy or '
            'firewall in between?'
        )
        if re.search('resol|getaddrinfo', str(cause)):
            reason = f'the name {host} is not found: is there a network?'
    elif isinstance(cause, WrongContentError):
        reason = f'what came {cause}; it was not kept.'
    elif isinstance(cause, OSError) and cause.errno:  # requests gives none
        reason = f'it cannot be stored ({cause}).'
    return reason


def _kept(part: Path) -> str:
    if not os.path.isfile(part):
        return ''
    size = part.stat().st_size / 1e6
    return f'{size:.1f} MB are kept, and the same again goes on from there. '
