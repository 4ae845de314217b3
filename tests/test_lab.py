"""A notebook in a real JupyterLab, opened and run in a real browser."""

import base64
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import numpy
import pytest
from PIL import Image
from server import closed_port
from test_notebooks import FOLDER, build, tiny

LAB = 'needs JupyterLab (make test EXTRAS=dev,notebooks)'
pytest.importorskip('jupyterlab', reason=LAB)
# Chromium speaks its DevTools protocol through it; JupyterLab brings it
websocket = pytest.importorskip('websocket', reason=LAB)

SOURCE = FOLDER / '01_neural_style.py'
TOKEN = 'of-this-test'
PATIENCE = 240  # seconds for any one answer: a busy machine takes 30
OPEN = """
const frame = () => new Promise(requestAnimationFrame);
while (!window.jupyterapp) await frame();
await jupyterapp.restored;
window.panel = await jupyterapp.commands.execute(
    'docmanager:open', {path: 'lesson.ipynb'});
await panel.context.ready;
await panel.sessionContext.ready;
jupyterapp.shell.activateById(panel.id);
while (!jupyterapp.commands.isEnabled('runmenu:run-all')) await frame();
while (panel.sessionContext.session.kernel.status !== 'idle') await frame();
"""
RUN = """
await jupyterapp.commands.execute('runmenu:run-all');
return {
    kernel: panel.sessionContext.session.kernel.status,
    cells: panel.content.widgets.map(cell => cell.model.toJSON()),
};
"""
FIND = """
const cell = panel.content.widgets[%d];
await panel.content.scrollToItem(%d, 'start');
const images = [...cell.node.querySelectorAll('.jp-OutputArea-output img')];
await Promise.all(images.map(image => image.decode()));
images[0].scrollIntoView({block: 'center'});
const frame = () => new Promise(requestAnimationFrame);
await frame(); await frame();
return images.map(image => {
    const {x, y, width, height} = image.getBoundingClientRect();
    const seen = document.elementFromPoint(x + width / 2, y + height / 2);
    return {
        source: image.src, naturalWidth: image.naturalWidth,
        seen: seen === image, box: {x, y, width, height},
    };
});
"""


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


@pytest.fixture
def lab(tmp_path):
    """Address of a JupyterLab over a folder with one shrunken notebook."""
    folder = tmp_path / 'notebooks'
    folder.mkdir()
    # twenty epochs are two reports: the second redraws the figure
    notebook = tiny(SOURCE, weights='student', num_epochs=20)
    build.nbformat.write(notebook, str(folder / 'lesson.ipynb'))
    environment = {**os.environ, 'IPYTHONDIR': str(tmp_path / 'ipython')}
    environment.pop('MPLBACKEND', None)
    for name in ('CONFIG_DIR', 'DATA_DIR', 'RUNTIME_DIR'):
        environment[f'JUPYTER_{name}'] = str(tmp_path / name)
    for name in ('SETTINGS_DIR', 'WORKSPACES_DIR'):
        environment[f'JUPYTERLAB_{name}'] = str(tmp_path / name)
    arguments = [
        sys.executable,
        '-m',
        'jupyterlab',
        str(folder),  # as `make lab` does
        '--no-browser',
        '--allow-root',
        '--ip=127.0.0.1',
        f'--port={urlsplit(closed_port()).port}',
        f'--IdentityProvider.token={TOKEN}',
        '--LabApp.expose_app_in_browser=True',
        '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
        '--LabApp.extension_manager=readonly',
    ]
    ready = r'(http://127\.0\.0\.1:\d+/lab)\?token='
    with telling(arguments, ready, env=environment, cwd=folder) as match:
        yield f'{match[1]}?token={TOKEN}'


class Page:
    """A page of Chromium, spoken to in its DevTools protocol."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            address, timeout=PATIENCE, suppress_origin=True
        )
        self.calls = 0

    def call(self, method, **parameters):
        self.calls += 1
        call = {'id': self.calls, 'method': method, 'params': parameters}
        self.socket.send(json.dumps(call))
        answer = {}
        while answer.get('id') != call['id']:
            answer = json.loads(self.socket.recv())
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


@pytest.fixture
def page(tmp_path):
    """Return an empty page of a headless Chromium."""
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
        f'--user-data-dir={tmp_path / "profile"}',
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


@pytest.mark.slow
def test_run_all_shows_the_figure_of_the_animator(page, lab):
    page.go(lab)
    page.run(OPEN)
    notebook = page.run(RUN)
    assert notebook['kernel'] == 'idle'
    cells = notebook['cells']
    code = [cell for cell in cells if cell['cell_type'] == 'code']
    errors = [
        f'{output["ename"]}: {output["evalue"]}'
        for cell in code
        for output in cell['outputs']
        if output['output_type'] == 'error'
    ]
    assert errors == []
    counts = [cell['execution_count'] for cell in code]
    assert counts == list(range(1, len(code) + 1))

    (index,) = [
        i for i, c in enumerate(cells) if 'animator = Animator(' in c['source']
    ]
    # one figure, though it was drawn twice
    (figure,) = page.run(FIND % (index, index))
    assert figure['seen']
    assert figure['naturalWidth'] > 0
    drawn = decode(figure['source'].split(',', 1)[1])
    assert figure['naturalWidth'] == drawn.shape[1]
    seen = page.photograph(figure['box'])
    for pixels in (drawn, seen):
        # curves on white at the left, the picture at the right
        left, right = numpy.array_split(pixels, 2, axis=1)
        assert left.std() > 20
        assert (right.min(axis=-1) < 250).mean() > 0.3
        assert right.std() > 20
