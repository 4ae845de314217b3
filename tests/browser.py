"""A headless Chromium, spoken to in its DevTools protocol."""

import base64
import contextlib
import io
import json
import re
import shutil
import subprocess
import threading
import time

import numpy
import pytest
from PIL import Image

websocket = pytest.importorskip(
    'websocket', reason='needs JupyterLab (make test EXTRAS=dev,notebooks)'
)

PATIENCE = 240  # seconds for any one answer: a busy machine takes 30


@contextlib.contextmanager
def telling(arguments, pattern, **options):
    """Start a process; yield what the pattern finds in what it says."""
    with subprocess.Popen(
        arguments, stderr=subprocess.PIPE, text=True, **options
    ) as process:
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                match = re.search(pattern, line)
                if match:
                    break
            else:
                raise AssertionError(''.join(said))
            # the rest is read too, else the pipe would fill
            rest = threading.Thread(target=process.stderr.read, daemon=True)
            rest.start()
            yield match
        finally:
            process.terminate()  # JupyterLab ends its kernels then
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


class Page:
    """A page of Chromium, spoken to in its DevTools protocol."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            address, timeout=PATIENCE, suppress_origin=True
        )
        self.calls = 0
        self.events = []  # what Chromium told beside its answers

    def call(self, method, **parameters):
        self.calls += 1
        call = {'id': self.calls, 'method': method, 'params': parameters}
        self.socket.send(json.dumps(call))
        answer = {}
        while answer.get('id') != call['id']:
            answer = json.loads(self.socket.recv())
            if 'method' in answer:
                self.events.append(answer)
        assert 'error' not in answer, answer['error']
        return answer['result']

    def go(self, address):
        # JupyterLab runs the notebook that has the focus
        self.call('Emulation.setFocusEmulationEnabled', enabled=True)
        end = time.monotonic() + PATIENCE
        refused = True
        # JupyterLab tells its address a little before it listens
        while refused and time.monotonic() < end:
            error = self.call('Page.navigate', url=address).get('errorText')
            refused = error == 'net::ERR_CONNECTION_REFUSED'
        assert error is None

    def run(self, script):
        """Run JavaScript, wait for its promises, return its value."""
        answer = self.call(
            'Runtime.evaluate',
            expression=f'(async () => {{{script}}})()',
            awaitPromise=True,
            returnByValue=True,
        )
        assert 'exceptionDetails' not in answer, answer['exceptionDetails']
        return answer['result'].get('value')

    def photograph(self, box):
        answer = self.call('Page.captureScreenshot', clip={**box, 'scale': 1})
        return decode(answer['data'])


def decode(text):
    with Image.open(io.BytesIO(base64.b64decode(text))) as image:
        return numpy.asarray(image.convert('RGB'))


@contextlib.contextmanager
def opened(folder):
    """Yield an empty page of a headless Chromium."""
    name = shutil.which('chromium') or shutil.which('chromium-browser')
    if name is None:
        pytest.skip('needs Chromium (apt-get install chromium)')
    arguments = [
        name,
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--window-size=1200,900',
        f'--user-data-dir={folder / "profile"}',
        '--remote-debugging-port=0',
        'about:blank',
    ]
    listening = r'DevTools listening on (ws://[^/]+)/'
    with telling(arguments, listening) as match:
        browser = Page(match.string.split()[-1])
        (target,) = [
            target
            for target in browser.call('Target.getTargets')['targetInfos']
            if target['type'] == 'page'
        ]
        page = Page(f'{match[1]}/devtools/page/{target["targetId"]}')
        yield page
        page.socket.close()
        browser.socket.close()
