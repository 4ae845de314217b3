"""Signals, readers that go away, and outputs that cannot be where they should.

Each test is a command from outside, as a shell or a system would end it.
"""

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys
import time

import numpy
import pytest
from PIL import Image

from gluon_style.cli import signals
from gluon_style.storage.records import read_record

SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']
SMALL = ['--width', '32', '--height', '24', '--weights', 'student',
         '--no-plot']  # fmt: skip
ENDLESS = ['transfer', *SAMPLES, '-o', 'out.png', *SMALL, '--epochs', '100000',
           '--lr', '0.1', '--checkpoint-epochs', '5']  # fmt: skip
TIMEOUT = 300  # seconds, for a busy machine


def heed_signals():
    # a shell without a terminal lets what it starts with & ignore SIGINT
    for name in ('SIGINT', 'SIGTERM', 'SIGHUP'):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@contextlib.contextmanager
def started(tmp_path, *arguments, python=(), **options):
    options = {
        'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, **options,
    }  # fmt: skip
    command = [sys.executable, *python, '-m', 'gluon_style', *arguments]
    with subprocess.Popen(
        command, cwd=tmp_path, text=True,
        preexec_fn=heed_signals,  # noqa: PLW1509  (it takes no lock)
        **options,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_for(path):
    until = time.monotonic() + TIMEOUT
    while not path.exists():
        assert time.monotonic() < until, f'{path} does not come'
        time.sleep(0.005)


def clean(error):
    return not re.search('Traceback|Abort|terminate|Exception ignored', error)


@pytest.mark.parametrize('name', ['SIGTERM', 'SIGHUP', 'SIGINT'])
def test_a_signal_saves_the_picture_and_the_state(tmp_path, name, command):
    number = getattr(signal, name)
    with started(tmp_path, *ENDLESS) as process:
        wait_for(tmp_path / '.out.png.checkpoint/state')
        process.send_signal(number)
        out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 128 + number
    assert clean(err)
    last = err.splitlines()[-1]
    assert re.search(f'stopped by {name} at epoch .* --resume', last)
    assert '(stopped)' in out
    names = sorted(i.name for i in tmp_path.iterdir())
    assert names == ['.out.png.checkpoint', 'out.json', 'out.png']
    assert Image.open(tmp_path / 'out.png').size == (32, 24)
    record = read_record(tmp_path / 'out.json')
    epoch = record['last_epoch']['epoch']
    assert f'at epoch {epoch}' in last
    assert record['end'] == {
        'how': 'stopped', 'epoch': epoch,
        'why': f'stopped by {name} at epoch {epoch}',
    }  # fmt: skip
    # without a word nothing is lost, and another run does not go on from it
    again = command(*ENDLESS)
    assert again.returncode == 1
    assert 'with --resume, or start afresh with --overwrite' in again.stderr
    other = command(*ENDLESS, '--resume', '--tv-weight', '3')
    assert other.returncode == 1
    assert 'tv_weight is 10 there and 3' in other.stderr
    assert sorted(i.name for i in tmp_path.iterdir()) == names
    assert read_record(tmp_path / 'out.png')['last_epoch']['epoch'] == epoch


def test_a_second_signal_waits_and_a_third_does_not(tmp_path):
    for count in (2, 3):
        folder = tmp_path / str(count)
        folder.mkdir()
        with started(folder, *ENDLESS) as process:
            wait_for(folder / '.out.png.checkpoint/state')
            for _ in range(count):
                process.send_signal(signal.SIGINT)
                time.sleep(0.02)
            _, err = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 130
        assert clean(err)
        assert (folder / '.out.png.checkpoint/state').exists()
        if count == 2:
            assert Image.open(folder / 'out.png').size == (32, 24)


def test_only_the_first_signal_ends_what_is_under_way(monkeypatch):
    """What it raises tidies up; the next would have ended that."""
    left = []
    for name, value in (('mode', signals.RAISE), ('first', 0), ('count', 0)):
        monkeypatch.setattr(signals._Watch, name, value)
    monkeypatch.setattr(signals, '_leave', lambda *i: left.append(i))
    with pytest.raises(signals.Stopped):
        signals._handle(signal.SIGTERM, None)
    signals._handle(signal.SIGINT, None)
    assert (signals.pending(), left) == (True, [])
    signals._handle(signal.SIGINT, None)
    assert left == [(signal.SIGINT, b'')]
    assert signals._Watch.first == signal.SIGTERM


@pytest.mark.parametrize('delay', [0, 0.02, 0.05, 0.1, 0.2])
def test_ctrl_c_while_it_is_imported(tmp_path, delay):
    """Python itself starts first, so wait until the command has begun."""
    arguments = ['transfer', *SAMPLES, '-o', 'out.png', *SMALL]
    with started(tmp_path, *arguments, python=['-X', 'importtime']) as process:
        for line in process.stderr:
            if 'gluon_style.cli.signals' in line:
                break
        time.sleep(0.01 + delay)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read()
        process.wait(TIMEOUT)
    assert process.returncode == 130
    assert clean(err)
    assert 'stopped; nothing was written' in err
    assert not list(tmp_path.iterdir())


def test_a_signal_that_the_caller_ignores_is_ignored(tmp_path):
    arguments = [*ENDLESS[:-4], '--epochs', '40', '--checkpoint-epochs', '1']
    arguments.remove('100000')
    arguments.remove('--epochs')

    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with subprocess.Popen(
        [sys.executable, '-m', 'gluon_style', *arguments], cwd=tmp_path,
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        preexec_fn=ignore,  # noqa: PLW1509  (it takes no lock)
    ) as process:  # fmt: skip
        wait_for(tmp_path / '.out.png.checkpoint/state')
        process.send_signal(signal.SIGHUP)
        assert process.wait(TIMEOUT) == 0
    names = {i.name for i in tmp_path.iterdir()}
    assert names == {'out.json', 'out.png'}


# ---- nobody reads ------------------------------------------------------

DONE = ['transfer', *SAMPLES, '-o', 'out.png', *SMALL, '--epochs', '3']


def shell(tmp_path, line):
    """Run DONE as a line of a shell, where {} stands."""
    command = ' '.join([sys.executable, '-m', 'gluon_style', *DONE])
    return subprocess.run(
        ['bash', '-c', line.format(command)], cwd=tmp_path, text=True,
        capture_output=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    'line',
    [
        '{} 2>&1 | true; exit ${{PIPESTATUS[0]}}',
        '{} >&-',
        '{} 2>&-',
        '{} >&- 2>&- <&-',
        '{} > /dev/full',
        '{} 2> /dev/full',
        '{} > /dev/full 2>&1',
    ],
)
def test_what_nobody_reads_stops_nothing(tmp_path, line):
    result = shell(tmp_path, line)
    assert clean(result.stderr)
    assert result.returncode == 0, result.stderr
    assert Image.open(tmp_path / 'out.png').size == (32, 24)
    names = {i.name for i in tmp_path.iterdir()}
    assert names == {'out.json', 'out.png'}


def test_a_result_that_does_not_arrive_is_a_failure(command):
    with open('/dev/full', 'w') as full:
        result = subprocess.run(
            [sys.executable, '-m', 'gluon_style', 'recipes'], stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert 'No space left' in line


# ---- outputs that cannot be where they should --------------------------


def test_a_folder_that_is_renamed_meanwhile_loses_nothing(tmp_path):
    folder = tmp_path / 'folder'
    folder.mkdir()
    arguments = [i.replace('out.png', 'folder/out.png') for i in ENDLESS]
    with started(tmp_path, *arguments) as process:
        wait_for(folder / '.out.png.checkpoint/state')
        folder.rename(tmp_path / 'other')
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 143
    assert clean(err)
    assert 'cannot write folder/out.png: it is in ' in err
    assert Image.open(tmp_path / 'out.png').size == (32, 24)


def test_a_target_that_became_a_folder_is_passed_over(tmp_path, monkeypatch):
    from gluon_style.cli.targets import write_somewhere
    from gluon_style.errors import OutputError

    target, working = tmp_path / 'a' / 'out.txt', tmp_path / 'b'
    target.mkdir(parents=True)
    working.mkdir()
    (working / 'out.txt').write_text("the user's")
    monkeypatch.chdir(working)

    def write(path):
        path.write_text('new')

    place = write_somewhere(target, write, replace=True)
    assert place == working / 'out-2.txt'
    assert place.read_text() == 'new'
    assert (working / 'out.txt').read_text() == "the user's"

    def fail(path):
        raise OSError(28, 'No space left on device')

    with pytest.raises(OutputError, match='nor into .*No space left'):
        write_somewhere(target, fail, replace=True)


# ---- nothing of the user's is overwritten ------------------------------


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / 'photo.png'
    Image.new('RGB', (40, 30), (9, 99, 200)).save(path)
    return path


RUN = [*SMALL, '--epochs', '1', '-q']
CLASHES = {
    'content': (['photo.png', SAMPLES[1], '-o', 'photo.png'], 'reads it'),
    'style': ([SAMPLES[0], 'photo.png', '-o', './photo.png'], 'reads it'),
    'hard link': (['photo.png', SAMPLES[1], '-o', 'hard.png'], 'reads it'),
    'soft link': (['photo.png', SAMPLES[1], '-o', 'soft.png'], 'reads it'),
    'plot over content': (
        ['photo.png', SAMPLES[1], '-o', 'a.png', '--plot', 'hard.png'],
        'reads it'),
    'plot over picture': (
        [*SAMPLES, '-o', 'a.png', '--plot', '../{}/a.png'], 'two names'),
    'weights': (
        [*SAMPLES, '-o', 'weights.png', '--weights', 'w.safetensors'],
        'reads it'),
    'existing': ([*SAMPLES, '-o', 'old.png'], 'old.png is there'),
    'existing plot': (
        [*SAMPLES, '-o', 'a.png', '--plot', 'old.png'], 'old.png is there'),
    'existing log': (
        [*SAMPLES, '-o', 'a.png', '--log', 'old.csv'], 'old.csv is there'),
}  # fmt: skip


@pytest.mark.parametrize('name', CLASHES)
def test_what_is_there_stays(tmp_path, photo, command, name):
    arguments, message = CLASHES[name]
    arguments = [i.format(tmp_path.name) for i in arguments]
    os.link(photo, tmp_path / 'hard.png')
    (tmp_path / 'soft.png').symlink_to('photo.png')
    (tmp_path / 'old.png').write_bytes(b'old')
    (tmp_path / 'old.csv').write_bytes(b'old')
    (tmp_path / 'w.safetensors').write_bytes(b'weights')
    (tmp_path / 'weights.png').symlink_to('w.safetensors')
    before = {i: i.read_bytes() for i in tmp_path.iterdir()}
    dropped = '--no-plot' if '--plot' in arguments else ''
    size = [i for i in RUN if i != dropped]
    if '--weights' in arguments:
        del size[size.index('--weights') : size.index('--weights') + 2]
    # --overwrite does not reach what the run reads
    for extra in ([], ['--overwrite'] * (message == 'reads it')):
        result = command('transfer', *arguments, *size, *extra)
        assert result.returncode == 1, result.stderr
        (line,) = result.stderr.splitlines()
        assert message in line
        assert {i: i.read_bytes() for i in tmp_path.iterdir()} == before


def test_overwrite_follows_a_link(tmp_path, command):
    real = tmp_path / 'real.png'
    real.write_bytes(b'old')
    (tmp_path / 'link.png').symlink_to('real.png')
    arguments = ['transfer', *SAMPLES, '-o', 'link.png', *RUN]
    assert command(*arguments).returncode == 1
    assert real.read_bytes() == b'old'
    assert command(*arguments, '--overwrite').returncode == 0
    assert (tmp_path / 'link.png').is_symlink()
    assert Image.open(real).size == (32, 24)


def test_the_demo_numbers_its_pictures(tmp_path, monkeypatch):
    from gluon_style.cli import main, transfer

    # fewer steps than are shown to people
    short = dataclasses.replace(transfer.DEMO_RANDOM, epochs=2)
    monkeypatch.setitem(transfer.DEMO, 'random', short)
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'gluon-style-demo.png').write_bytes(b'mine')
    assert main(['demo', '--weights', 'random', '-q']) == 0
    assert (tmp_path / 'gluon-style-demo.png').read_bytes() == b'mine'
    assert Image.open(tmp_path / 'gluon-style-demo-2.png').size == (240, 160)


def test_resume_without_a_checkpoint_begins(tmp_path, command):
    result = command(*DONE, '--resume')
    assert result.returncode == 0, result.stderr
    assert 'there is no checkpoint' in result.stdout
    again = command(*DONE, '--resume')
    assert again.returncode == 1
    assert 'out.png is there' in again.stderr


def test_resume_does_not_write_over_a_strangers_picture(tmp_path, command):
    with started(tmp_path, *ENDLESS) as process:
        wait_for(tmp_path / '.out.png.checkpoint/state')
        process.kill()
        process.communicate(timeout=TIMEOUT)
    Image.new('RGB', (9, 9)).save(tmp_path / 'out.png')
    before = (tmp_path / 'out.png').read_bytes()
    result = command(*ENDLESS, '--resume')
    assert result.returncode == 1
    assert 'out.png is there' in result.stderr
    assert (tmp_path / 'out.png').read_bytes() == before


# ---- the last good picture ---------------------------------------------


@pytest.mark.parametrize(
    ('rate', 'why'),
    [('1e30', 'the loss is (nan|inf)'), ('1e6', 'the loss has grown')],
)
def test_a_run_that_diverges_keeps_its_best_picture(
    tmp_path, command, rate, why
):
    """The learning rate is right for a stage, and absurd for the next."""
    result = command(
        'transfer', *SAMPLES, '-o', 'out.png', *SMALL, '-q', '--epochs', 9,
        '--lr', rate, '--set', 'schedule=cosine',
    )  # fmt: skip
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert re.search(why, line)
    assert 'lower the learning rate' in line
    if (tmp_path / 'out.png').exists():
        assert re.search('out.png is the picture of epoch', line)
        end = read_record(tmp_path / 'out.png')['end']
        assert end['how'] == 'diverged'
        assert f'the picture of epoch {end["epoch"]}' in line
        assert end['why'] in line
        pixels = numpy.asarray(Image.open(tmp_path / 'out.png'))
        assert pixels.shape == (24, 32, 3)
    assert not (tmp_path / '.out.png.checkpoint').exists()


def test_memory_that_ends_leaves_the_picture(tmp_path, monkeypatch, capsys):
    from gluon_style.cli import main
    from gluon_style.cli.reporter import Reporter

    monkeypatch.chdir(tmp_path)
    real = Reporter.__call__

    def call(self, record, picture):
        real(self, record, picture)
        if record.epoch == 3:
            raise MemoryError

    monkeypatch.setattr(Reporter, '__call__', call)
    assert main([*DONE[:-1], '9', '-q']) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search('not enough memory.*out.png is the picture so far', line)
    record = read_record(tmp_path / 'out.png')
    assert record['last_epoch']['epoch'] == 3


def test_a_loss_that_becomes_nan_leaves_the_last_good_picture(
    tmp_path, monkeypatch, capsys
):
    """Good steps first; the sixth is of 1e30, and the seventh's loss NaN."""
    from gluon_style.cli import main
    from gluon_style.runs import variants

    monkeypatch.chdir(tmp_path)
    options = variants.adam_options

    def wild(settings):
        rates = {'schedule': lambda done: 0.1 if done < 5 else 1e30}
        return {**options(settings), **rates}

    monkeypatch.setattr(variants, 'adam_options', wild)
    arguments = [*DONE[:-1], '20', '-q', '--lr', '0.1']
    assert main([*arguments, '--log', 'log.csv']) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search('the loss is (nan|inf) at epoch 7: lower the', line)
    assert 'out.png is the picture of epoch 5' in line
    # the picture is the one of an unbroken run of five steps
    monkeypatch.setattr(variants, 'adam_options', options)
    assert main([*DONE[:3], '-o', 'five.png', *DONE[5:-1], '5', '-q',
                 '--lr', '0.1']) == 0  # fmt: skip
    pictures = (
        numpy.asarray(Image.open(tmp_path / f'{name}.png'))
        for name in ('out', 'five')
    )
    numpy.testing.assert_array_equal(*pictures)
