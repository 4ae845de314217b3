"""The server of `gluon-style lab`: Voila, with a token and limits.

The page may ask for nothing that is not of this server: the browser is told so
(Content-Security-Policy), and Voila's template is used without the styles that
it would fetch.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Any, List

import nbformat
import typer
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
)
from tornado.ioloop import IOLoop
from tornado.web import HTTPError
from traitlets import Bool, Integer
from traitlets.config import Config
from voila.app import Voila

from .failures import explained, say
from .lab import TOKEN

TEMPLATES = Path(__file__).resolve().parent.parent / 'data' / 'lab'
LOCAL = ('127.0.0.1', 'localhost', '::1')
IDLE = 120  # seconds after which a kernel to which no page ever came ends
AWAY = 10  # seconds that a page may be away, as when its network fails
# a page asks nothing of any other server
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "frame-ancestors 'self'"
)
# larger than any image that is taken, as a message, so that the page says so
LARGEST_MESSAGE = 64 * 2**20
CELL = 'from gluon_style.lessons.lab.page import open_page\n{}'


class LimitedKernels(AsyncMappingKernelManager):
    """Starts no more kernels than are allowed at once."""

    most = Integer(4, help='How many at once.').tag(config=True)
    starting = 0

    async def start_kernel(  # type: ignore[override]
        self, **options: Any
    ) -> str:
        """Start one, or answer 503."""
        if len(self.list_kernel_ids()) + self.starting >= self.most:
            raise HTTPError(
                503,
                f'{self.most} pages of the lab are open, which is its limit: '
                'close one, or start it with a larger --max-kernels',
                reason='The lab is full: close a page of it, and try again',
            )
        self.starting += 1
        try:
            return await super().start_kernel(**options)
        finally:
            self.starting -= 1

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note that a page has gone; end its kernel if it stays away."""
        super().notify_disconnect(kernel_id)
        IOLoop.current().call_later(AWAY, self._end_if_left, kernel_id)

    async def _end_if_left(self, kernel_id: str) -> None:
        # its run may be busy for long, so that nobody would call it idle
        if kernel_id in self and not self._kernel_connections.get(kernel_id):
            await self.shutdown_kernel(kernel_id, now=True)


class LabServer(Voila):
    """Voila with our template, which says where the page is."""

    may_open = Bool(help='Whether to open a browser.').tag(config=True)

    def setup_template_dirs(self) -> None:
        """Look for templates in ours first."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATES))

    def launch_browser(self) -> None:
        """Say where the page is, now that it is known; open it if wanted."""
        token = self.identity_provider.token
        address = f'{self.connection_url}?token={token}'
        typer.echo(f'The lab is at {address}\nCtrl-C ends it.', err=True)
        if self.may_open:
            threading.Thread(target=webbrowser.open, args=[address]).start()


def config(
    host: str, port: int, max_kernels: int, browser: bool, token: str
) -> Config:
    """Return what Voila is told."""
    return Config(
        Voila={
            'ip': host,
            'port': port,
            'open_browser': True,  # that is, call `launch_browser`
            'log_level': 'WARN',
            'token': token,
            'tornado_settings': {
                'headers': {'Content-Security-Policy': POLICY},
                'websocket_max_message_size': LARGEST_MESSAGE,
            },
        },
        VoilaConfiguration={
            'multi_kernel_manager_class': LimitedKernels,
            'file_allowlist': [],
            # others that are installed have no business here
            'extension_allowlist': [
                '@voila-dashboards/widgets-manager8',
                '@jupyter-widgets/jupyterlab-manager',
            ],
        },
        MappingKernelManager={
            'cull_idle_timeout': IDLE,
            'cull_interval': IDLE // 4,
            'cull_connected': False,
        },
        LimitedKernels={'most': max_kernels},
        LabServer={'may_open': browser},
    )


def write_notebook(folder: str, language: str) -> str:
    """Write the notebook of one cell that Voila serves."""
    cell = CELL.format(f'open_page(language={language!r}, start=True)')
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell)],
        metadata={
            'kernelspec': {
                'name': 'python3',
                'display_name': 'Python 3',
                'language': 'python',
            }
        },
    )
    path = Path(folder, 'gluon_style_lab.ipynb')
    nbformat.write(notebook, str(path))
    return str(path)


def main(arguments: List[str]) -> None:
    """Serve the lab until a signal comes."""
    language, host, port, max_kernels, browser = arguments
    token = os.environ.pop(TOKEN)
    settings = config(
        host, int(port), int(max_kernels), browser == 'True', token
    )
    if host not in LOCAL:
        typer.echo(
            f'The lab listens on {host}: whoever on the network has its '
            'address and token can use this processor and send images. The '
            'connection is not encrypted.',
            err=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        server = LabServer(config=settings)
        server.initialize([write_notebook(folder, language)])
        try:
            server.start()
        except OSError as error:
            say(
                f'gluon-style: cannot listen on {host}: {explained(error)}; '
                'give another --host'
            )
            raise SystemExit(1) from None


if __name__ == '__main__':
    main(sys.argv[1:])
