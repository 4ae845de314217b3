"""The command `lab`."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sys

import typer

from ..errors import StyleError

LANGUAGES = ('english', 'turkish')
TOKEN = 'GLUON_STYLE_LAB_TOKEN'  # kept out of the list of processes


def lab(
    language: str = typer.Option(
        'english', help='The words of the page: english or turkish.'
    ),
    host: str = typer.Option(
        '127.0.0.1',
        help='The address to listen on. Any other than the default lets '
        'others on the network use the lab who have its address and token: '
        'they can send images and use this processor, but run no code of '
        'theirs. The connection is not encrypted.',
    ),
    port: int = typer.Option(
        8866, min=1, max=65535, help='The port, or the next that is free.'
    ),
    max_kernels: int = typer.Option(
        4, min=1, help='How many pages may be open at once: each has a run.'
    ),
    browser: bool = typer.Option(
        True, '--browser/--no-browser', help='Open it in a browser.'
    ),
) -> None:
    """Open the lab as a page: steer a run while it runs."""
    if language not in LANGUAGES:
        raise typer.BadParameter(
            f'got the language {language!r}, wanted ' + ' or '.join(LANGUAGES)
        )
    for library in ('voila', 'ipywidgets'):
        if importlib.util.find_spec(library) is None:
            raise StyleError(
                f'there is no {library}, which the lab needs: run make lab, '
                "or pip install 'gluon-style[lab]'"
            )
    os.environ[TOKEN] = secrets.token_urlsafe(24)
    arguments = [language, host, str(port), str(max_kernels), str(browser)]
    # a process of its own: the server has its own way with signals
    os.execv(
        sys.executable,
        [sys.executable, '-m', 'gluon_style.cli.lab_server', *arguments],
    )
