"""A notebook in a real JupyterLab, opened and run in a real browser."""

import os
import sys
from urllib.parse import urlsplit

import numpy
import pytest
from browser import decode, telling
from server import closed_port
from test_notebooks import FOLDER, build, tiny

LAB = 'needs JupyterLab (make test EXTRAS=dev,notebooks)'
pytest.importorskip('jupyterlab', reason=LAB)

SOURCE = FOLDER / '01_neural_style.py'
TOKEN = 'of-this-test'
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
const frame = () => new Promise(requestAnimationFrame);
const atItsPlace = image => {
    const {x, y, width, height} = image.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === image;
};
// cells above are still being laid out, which moves it: until it stays
for (let i = 0, still = 0, last = 0; i < 600 && still < 30; i++) {
    const {y} = images[0].getBoundingClientRect();
    still = y === last && atItsPlace(images[0]) ? still + 1 : 0;
    last = y;
    if (!atItsPlace(images[0])) images[0].scrollIntoView({block: 'center'});
    await frame();
}
return images.map(image => {
    const {x, y, width, height} = image.getBoundingClientRect();
    return {
        source: image.src, naturalWidth: image.naturalWidth,
        seen: atItsPlace(image), box: {x, y, width, height},
    };
});
"""


def shrunken():
    """The lesson; twenty epochs are two reports: the second redraws."""
    return tiny(SOURCE, weights='student', num_epochs=20)


def page_alone():
    """The lab's notebook up to its page."""
    notebook = tiny(FOLDER / '05_lab.py')
    cells = [cell.source.startswith('open_page') for cell in notebook.cells]
    notebook.cells = notebook.cells[: cells.index(True) + 1]
    return notebook


@pytest.fixture
def lab(request, tmp_path):
    """Address of a JupyterLab over a folder with one notebook."""
    folder = tmp_path / 'notebooks'
    folder.mkdir()
    notebook = getattr(request, 'param', shrunken)()
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
        str(folder),  # as `make jupyter` does
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
        i for i, c in enumerate(cells) if '\nanimator = ' in '\n' + c['source']
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


PRESS = """
const seen = () => [...document.images].map(image => image.alt);
const frame = () => new Promise(requestAnimationFrame);
const button = () => [...document.querySelectorAll('.widget-button')].find(
    node => node.innerText.trim() === 'One step');
while (!button() || !seen().some(i => /after step 0/.test(i))) await frame();
button().click();
while (!seen().some(i => /after step 1/.test(i))) await frame();
const slider = [...document.querySelectorAll('[role=slider]')];
return {
    step: document.body.innerText.match(/Step \\d+/)[0],
    sliders: slider.map(node => node.getAttribute('aria-label')),
};
"""


@pytest.mark.slow
@pytest.mark.parametrize('lab', [page_alone], indirect=True)
def test_the_labs_page_takes_a_step_in_jupyterlab(page, lab):
    pytest.importorskip('ipywidgets', reason=LAB)
    page.go(lab)
    page.run(OPEN)
    assert page.run(RUN)['kernel'] == 'idle'
    seen = page.run(PRESS)
    assert seen['step'] == 'Step 1'
    assert seen['sliders'] == [
        'Content weight',
        'Style weight',
        'TV weight',
        'Learning rate',
    ]
