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
    import requests  # late: it takes 0.1 s
    import urllib3

    host = _public(url).partition('//')[2].partition('/')[0] or 'the host'
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
        reason = _no_connection(host, str(cause))
    except WrongContentError as cause:
        reason = f'what came {cause}; it was not kept.'
    # ValueError: requests finds fault with an address by many kinds of it
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        ValueError,
    ) as cause:
        reason = f'{cause}.'
    except BlockingIOError:
        reason = 'another process is downloading it: wait for that.'
    except OSError as cause:
        reason = f'it cannot be stored ({cause}).'
    else:
        return
    text = _public(f'cannot download {url}: {reason}')
    raise error(f'{text} {_kept(part)}{remedy}')


def _no_connection(host: str, cause: str) -> str:
    if 'resol' in cause or 'getaddrinfo' in cause:
        return f'the name {host} is not found: is there a network?'
    return (
        f'no connection to {host}: is the host gone, or a proxy or firewall '
        'in between?'
    )


def _kept(part: Path) -> str:
    if not os.path.isfile(part):
        return ''
    size = part.stat().st_size / 1e6
    return f'{size:.1f} MB are kept, and the same again goes on from there. '
