"""The lab's page: its parts in this process, then in a real browser."""

import base64
import hashlib
import io
import json
import re
import shutil
import sys
import time
import urllib.error
import urllib.request

import numpy
import pytest
from PIL import Image

LAB = 'needs ipywidgets and voila (make test EXTRAS=dev)'
pytest.importorskip('ipywidgets', reason=LAB)
pytest.importorskip('voila', reason=LAB)

from gluon_style.cli import main  # noqa: E402
from gluon_style.cli.lab_server import IDLE  # noqa: E402
from gluon_style.lessons.lab import presets  # noqa: E402
from gluon_style.lessons.lab.engine import Lab  # noqa: E402
from gluon_style.lessons.lab.page import open_page  # noqa: E402
from gluon_style.lessons.lab.saving import (  # noqa: E402
    record_of,
    saved_files,
)
from gluon_style.lessons.lab.words import _WORDS, LANGUAGES  # noqa: E402
from gluon_style.storage.named_images import find_image  # noqa: E402

# of a picture of the lab and of the same made again
SAME = 'run', 'history', 'settings', 'weights_used'
SAMPLES = 'sample:mountain-lake', 'sample:autumn-avenue'


def test_both_languages_have_the_same_words():
    english, turkish = (_WORDS[i] for i in LANGUAGES.values())
    assert english.keys() == turkish.keys()
    for name, text in english.items():
        fields = [re.findall(r'\{\w*\}', i) for i in (text, turkish[name])]
        assert sorted(fields[0]) == sorted(fields[1]), name


@pytest.fixture
def small(monkeypatch, random_net):
    """A page of a small picture, with a random network."""
    monkeypatch.setattr(presets, 'WIDTHS', (48,))
    for module in ('engine', 'bench'):
        name = f'gluon_style.lessons.lab.{module}.network'
        monkeypatch.setattr(name, lambda settings: random_net)
    page = open_page(width=48, lab=Lab(with_pulls=False))
    page.lab.wait()
    yield page
    page.close()


def stepped(page, steps=1):
    for _ in range(steps):
        page.step.click()
        page.lab.wait()
    return page.lab.view


def values(page):
    return page.lab.view.history.last_settings


def test_every_control_of_the_page_reaches_the_run(small):
    stepped(small)
    for name, slider in small.sliders.items():
        slider.index = (slider.index + 1) % len(slider.options)
        small.lab.wait()
        assert getattr(values(small), name) == slider.value
    small.in_range.value = True
    small.layers['conv5_1'].value = False
    small.lab.wait()
    assert values(small).in_range
    assert list(values(small).style_layers) == list(presets.LAYERS[:-1])
    assert {i.step for i in small.lab.view.history.changes} == {1}
    small.preset.value = 'calm'  # a new run, with the preset's settings
    view = small.lab.wait()
    assert view.step == 0
    assert values(small).lr == small.sliders['lr'].value == 0.05
    assert small.layers['conv5_1'].value


def test_the_language_changes_words_and_nothing_else(small):
    stepped(small)
    before = values(small)
    small.language.value = 'turkish'
    assert small.sliders['lr'].description == 'Öğrenme oranı'
    labels = [label for label, _ in small.sliders['lr'].options]
    assert '0,9' in labels
    assert '1. adım' in small.status.value
    view = small.lab.wait()
    assert (view.step, values(small)) == (1, before)


def test_a_kept_picture_is_saved_with_record_and_history(small, tmp_path):
    from gluon_style.runs.record import check_record, for_picture
    from gluon_style.storage.records import read_record

    small.sliders['tv_weight'].value = 100
    stepped(small, 2)
    small.keep.click()
    (kept,) = small.lab.wait().kept
    files = saved_files(kept)
    with Image.open(io.BytesIO(files['picture'])) as picture:
        assert (numpy.asarray(picture) == kept.frame.pixels).all()
    (tmp_path / 'kept.png').write_bytes(files['picture'])
    record = read_record(tmp_path / 'kept.png')
    assert record == for_picture(json.loads(files['record']))
    assert record['history'] == kept.history.digest
    check_record(json.loads(files['record']))
    assert json.loads(files['history'])['steps'] == 2
    small._save(0, kept)
    assert small.links.value.count('download=') == 3
    small.back.click()
    small.keep.click()
    small._save(1, small.lab.wait().kept[1])
    assert 'take a step first' in small.message.value


def test_uploads_are_chosen_or_refused_in_a_line(small):
    data = find_image('sample:autumn-avenue').read_bytes()
    file = {'name': 'mine.jpg', 'content': memoryview(data)}
    small._take_upload(small.photo, {'new': [file]})
    assert small.photo.value == 'mine.jpg'
    assert small.lab.wait().history.content == 'mine.jpg'
    file = {'name': '<b>.jpg', 'content': memoryview(b'x')}
    small._take_upload(small.photo, {'new': [file]})
    assert 'cannot read &lt;b&gt;.jpg' in small.message.value
    assert small.photo.value == 'mine.jpg'


def test_the_real_network_is_not_downloaded_by_a_page(small):
    small.network.value = 'real'
    assert 'weights fetch' in small.message.value
    assert small.lab.wait().history.settings.weights == 'student'


def test_a_history_of_the_page_is_made_again_by_transfer(command, tmp_path):
    page = open_page(width=150, lab=Lab(with_pulls=False))
    page.sliders['tv_weight'].value = 1
    stepped(page, 2)
    page.layers['conv1_1'].value = False
    page.sliders['lr'].value = 0.1
    stepped(page)
    page.sliders['content_weight'].value = 5  # which no step is taken with
    page.keep.click()
    (kept,) = page.lab.wait().kept
    page.close()
    kept.history.save(tmp_path / 'history.json')
    names = 'transfer', '-o', 'out.png', '--no-plot', '--replay'
    result = command(*names, 'history.json')
    assert result.returncode == 0, result.stderr
    assert '3 of 3' in result.stdout
    with Image.open(tmp_path / 'out.png') as picture:
        assert (numpy.asarray(picture) == kept.frame.pixels).all()
    record = json.loads((tmp_path / 'out.json').read_text())
    saved = record_of(kept)
    assert [record[i] for i in SAME] == [saved[i] for i in SAME]


def test_replay_refuses_what_is_not_its_own(tmp_path, capsys):
    from test_lab_engine import history

    path = tmp_path / 'history.json'
    history(content='mine.jpg', style='sample:autumn-avenue').save(path)
    out = str(tmp_path / 'out.png')
    run = ['transfer', '-o', out, '--replay', str(path)]

    def refused(*more):
        code = main([*run, *more])
        return code, capsys.readouterr().err

    assert 'called mine.jpg: give CONTENT' in refused()[1]
    assert 'got lr beside --replay' in refused('--lr', '0.5')[1]
    assert 'got recipe beside' in refused('--preset', 'quick')[1]
    for option, *value in (
        ('--resume',),
        ('--scheduler', 'tcp://127.0.0.1:1'),
        ('--tile', '64'),
        ('--scales', '2'),
    ):
        code, line = refused(*SAMPLES, option, *value)
        assert code == 1
        assert f'got {option} beside --replay' in line
        assert len(line.strip().splitlines()) == 1
    code, line = refused(*SAMPLES)
    assert code == 1
    assert 'got another photo' in line
    assert len(line.strip().splitlines()) == 1


@pytest.fixture
def steered(tmp_path):
    """A history of the samples, of one step with random weights."""
    from test_lab_engine import SETTINGS

    from gluon_style.lessons.lab.trials import Bank

    bank = Bank(*SAMPLES, (48, 32), 'random:3', SETTINGS)
    history = bank.run(1, {0: {'lr': 0.1}}).history
    history.save(tmp_path / 'history.json')
    return history


def test_other_random_weights_are_refused(steered, tmp_path, capsys):
    assert steered.weights == 'random:3'
    run = ['transfer', '-o', str(tmp_path / 'out.png'), '--no-plot', '-q']
    run += ['--replay', str(tmp_path / 'history.json')]
    assert main([*run, '--weights', 'random:4']) == 1
    line = capsys.readouterr().err
    assert "another network: it is 'random:4', the history was" in line
    assert "made with random:3, 'random:3'" in line


def test_a_history_is_not_written_over(steered, tmp_path, capsys):
    file = tmp_path / 'history.json'
    before = file.read_bytes()
    run = ['transfer', '-o', str(tmp_path / 'history.png'), '--overwrite']
    assert main([*run, '--no-plot', '-q', '--replay', str(file)]) == 1
    assert f'cannot write {file}' in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_history_made_again_elsewhere_is_the_same_history(steered, tmp_path):
    run = ['transfer', '-o', str(tmp_path / 'out.png'), '--no-plot', '-q']
    file = tmp_path / 'history.json'
    assert main([*run, '--replay', str(file), '--device', 'cpu']) == 0
    record = json.loads((tmp_path / 'out.json').read_text())
    assert record['settings']['device'] == 'cpu'
    assert record['history'] == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def address():
    """The address of a lab that a command has opened."""
    from browser import telling

    if not (shutil.which('chromium') or shutil.which('chromium-browser')):
        pytest.skip('needs Chromium (apt-get install chromium)')
    arguments = [sys.executable, '-m', 'gluon_style', 'lab', '--no-browser']
    arguments += ['--max-kernels', '1']
    with telling(arguments, r'(http://127\.0\.0\.1:\S+)') as match:
        yield match[1]


def until(page, script, seconds=120):
    """Wait until JavaScript gives something; return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = page.run(f'return {script}')
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f'not in {seconds} s: {script}')


ALTS = '[...document.images].map(i => i.alt)'
STEP = 'Number((document.body.innerText.match(/Step (\\d+)/) || [0, 0])[1])'
CLICK = """(() => {
    const button = [...document.querySelectorAll('button')].find(
        b => b.innerText.trim() === '%s' && !b.disabled);
    button?.click();
    return !!button;
})()"""


def click(page, name):
    until(page, CLICK % name)


def press(page, key, times=1):
    for _ in range(times):
        for kind in ('keyDown', 'keyUp'):
            page.call(
                'Input.dispatchKeyEvent',
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=39 if key == 'ArrowRight' else 32,
            )


@pytest.mark.slow
def test_the_page_in_a_browser(page, address):
    for domain in ('Network', 'Runtime', 'Log'):
        page.call(f'{domain}.enable')
    # without the token there is a form that asks for it
    with urllib.request.urlopen(address.split('?')[0]) as answer:
        assert '/login' in answer.url
    page.go(address)
    until(page, f'{ALTS}.some(a => /after step [1-9]/.test(a))')
    # one page is open, and that is the limit
    with pytest.raises(urllib.error.HTTPError, match='full'):
        urllib.request.urlopen(address)

    # by keyboard: the slider of the TV weight, ten times to the right
    page.run("document.querySelectorAll('[role=slider]')[2].focus()")
    press(page, 'ArrowRight', 3)
    mark = until(page, f"{ALTS}.find(a => a.includes('TV weight 100'))")
    # a step may end between two presses, which then make two marks
    assert re.search(r'Changed: (.*; )?TV weight 100 after step \d', mark)
    click(page, 'Keep this one')
    click(page, 'Pause')
    until(page, "document.body.innerText.includes('paused')")
    click(page, 'Save')
    saved = until(page, "[...document.querySelectorAll('a[download]')]"
                        '.map(a => a.href)')  # fmt: skip
    history = json.loads(base64.b64decode(saved[2].split(',')[1]))
    assert history['changes'][-1]['name'] == 'tv_weight'
    assert page.run(f'return {STEP}') >= history['steps'] > 0
    for width, height in ((1280, 900), (390, 844)):
        page.call(
            'Emulation.setDeviceMetricsOverride',
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        until(page, f'innerWidth === {width}')
        wide = page.run('return document.documentElement.scrollWidth')
        assert wide <= width
    assert nameless(page) == []
    where = "document.querySelector('.gluon-style-lab').lang"
    assert page.run(f'return {where}') == 'en'
    click(page, 'Türkçe')
    until(page, f"{where} === 'tr'")
    check_quiet(page)
    # a page that is left makes room for another
    page.go('about:blank')
    end = time.monotonic() + 2 * IDLE  # if it is not told that it is left
    while not opens(address):
        assert time.monotonic() < end, 'the page is gone, its kernel is not'
        time.sleep(0.5)


def opens(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code != 503


def nameless(page):
    """What can be operated or seen, and has no name for a screen reader."""
    nodes = page.call('Accessibility.getFullAXTree')['nodes']
    roles = 'slider', 'button', 'checkbox', 'combobox', 'image', 'link'
    return [
        (role, node.get('description'))
        for node in nodes
        for role in [node.get('role', {}).get('value')]
        if role in roles
        and not node.get('ignored')
        and not node.get('name', {}).get('value')
    ]


def check_quiet(page):
    """Nothing was asked of another server, and the console has no error."""
    asked = [
        event['params']['request']['url']
        for event in page.events
        if event['method'] == 'Network.requestWillBeSent'
    ]
    assert asked
    ours = ('http://127.0.0.1:', 'data:', 'blob:')
    assert [url for url in asked if not url.startswith(ours)] == []
    errors = [
        event['params']
        for event in page.events
        if event['method'] == 'Runtime.exceptionThrown'
        or (
            event['method'] == 'Runtime.consoleAPICalled'
            and event['params']['type'] == 'error'
        )
        or (
            event['method'] == 'Log.entryAdded'
            and event['params']['entry']['level'] == 'error'
        )
    ]
    assert errors == []
