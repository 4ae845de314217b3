"""The command line from outside: what a user types, and types wrongly."""

import contextlib
import csv
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time

import numpy
import pytest
import typer
from PIL import Image

from gluon_style._mxnet import mx
from gluon_style.cli import main, run_app
from gluon_style.cli.progress import Progress
from gluon_style.cli.reporter import Reporter
from gluon_style.errors import OutputError, SettingsError
from gluon_style.runs.counting import RunPicture
from gluon_style.storage.records import read_record, save_picture
from gluon_style.storage.whole_files import whole_file
from gluon_style.training import EpochRecord

SMALL = ['--width', 32, '--height', 24, '--weights', 'random', '--lr', 0.1]
SHALLOW = ['--content-layers', 'conv2_1', '--style-layers', '0,conv1_2']
SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']


def test_transfer_writes_picture_plot_and_log(fresh_command, tmp_path):
    result = fresh_command(
        'transfer', *SAMPLES, '-o', 'out.png', *SMALL, *SHALLOW,
        '--epochs', 25, '--log', 'log.csv', '--plot', 'plot.svg',
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert sorted(i.name for i in tmp_path.iterdir()) == [
        'log.csv', 'out.json', 'out.png', 'plot.svg',
    ]  # fmt: skip
    picture = numpy.asarray(Image.open(tmp_path / 'out.png'))
    assert picture.shape == (24, 32, 3)
    assert picture.std() > 10
    assert '</svg>' in (tmp_path / 'plot.svg').read_text()
    with open(tmp_path / 'log.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['epoch'] for row in rows] == ['10', '20', '25']
    assert list(rows[0]) == [
        'epoch', 'content_loss', 'style_loss', 'tv_loss', 'total_loss',
        'learning_rate', 'seconds',
    ]  # fmt: skip
    for expected in ('random: seed 0', 'minimised: 10 x', 'out.png',
                     'plot.svg', 'log.csv', '32x24'):  # fmt: skip
        assert expected in result.stdout
    assert '25/25' in result.stderr
    record = read_record(tmp_path / 'out.png')
    assert record['weights_used'] == {
        'source': 'random', 'detail': 'seed 0', 'digest': '', 'why': '',
    }  # fmt: skip
    settings = record['settings']
    assert (settings['width'], settings['height']) == (32, 24)
    assert settings['epochs'] == 25
    assert settings['content_layers'] == ['conv2_1']
    assert record['last_epoch']['epoch'] == 25


def test_quiet_says_nothing_and_plot_stands_beside(command, tmp_path):
    result = command('transfer', *SAMPLES, '-o', 'a.jpg', '-q', *SMALL,
                     *SHALLOW, '--epochs', 1)  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout == result.stderr == ''
    assert sorted(i.name for i in tmp_path.iterdir()) == [
        'a.jpg', 'a.json', 'a.losses.png',
    ]  # fmt: skip


def test_size_follows_the_content(command, tmp_path):
    result = command(
        'transfer', *SAMPLES, '-o', 'a.png', '--no-plot', '--width', 30,
        '--weights', 'random', *SHALLOW, '--epochs', 1,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert Image.open(tmp_path / 'a.png').size == (30, 20)  # 600x400


def test_seed_chooses_the_random_network(command, tmp_path):
    pictures = []
    for seed in (1, 1, 2):
        command('transfer', *SAMPLES, '-o', 'a.png', '-q', '--no-plot',
                *SMALL, *SHALLOW, '--epochs', 2, '--seed', seed,
                '--overwrite')  # fmt: skip
        pictures.append(numpy.asarray(Image.open(tmp_path / 'a.png')))
    assert numpy.array_equal(pictures[0], pictures[1])
    assert not numpy.array_equal(pictures[0], pictures[2])


@pytest.fixture
def text_file(tmp_path):
    path = tmp_path / 'text.jpg'
    path.write_text('this is no picture')
    return path


GOOD = [*SAMPLES, '-o', 'out.png', *SMALL]
BAD_INPUT = {
    'no arguments': (['transfer'], "Missing option '-o'"),
    'no output': (['transfer', *SAMPLES], "Missing option '-o'"),
    'no such option': (['transfer', *GOOD, '--bogus'], 'No such option'),
    'no such command': (['paint'], 'No such command'),
    'no such content': (
        ['transfer', 'a.jpg', *GOOD[1:]], 'no such image file: a.jpg'),
    'no such style': (
        ['transfer', SAMPLES[0], 'sample:x', *GOOD[2:]], 'no image named'),
    'content is text': (
        ['transfer', 'text.jpg', *GOOD[1:]], 'cannot read .*text.jpg'),
    'output folder': (
        ['transfer', *SAMPLES, '-o', 'no/out.png'], 'a folder that exists'),
    'output suffix': (
        ['transfer', *SAMPLES, '-o', 'out.bmp'], r'wanted \.png'),
    'output is a folder': (
        ['transfer', *SAMPLES, '-o', 'folder.png'], 'it is a folder'),
    'output is nothing': (
        ['transfer', *SAMPLES, '-o', ''], r'wanted \.png'),
    'output is the root': (['transfer', *SAMPLES, '-o', '/'], r'wanted \.png'),
    'output name': (
        ['transfer', *SAMPLES, '-o', 'x' * 300 + '.png'], 'too long'),
    'plot name': (
        ['transfer', *SAMPLES, '-o', 'x' * 250 + '.png'], 'too long'),
    'two files of a name': (
        ['transfer', *GOOD, '--plot', './out.png'], 'wanted two names'),
    'too wide a webp': (
        ['transfer', *SAMPLES, '-o', 'a.webp', '--width', 16400, '--height',
         16], 'at most 16383 pixels'),
    'plot suffix': (['transfer', *GOOD, '--plot', 'x.doc'], r'wanted \.png'),
    'log suffix': (['transfer', *GOOD, '--log', 'x.xls'], r'wanted \.csv'),
    'layer': (
        ['transfer', *GOOD, '--content-layers', 'conv4_9'],
        'no layer .*conv4_4'),
    'no layers': (
        ['transfer', *GOOD, '--content-layers', '', '--style-layers', ''],
        'at least one'),
    'epochs': (['transfer', *GOOD, '--epochs', '0'], 'at least 1'),
    'epochs in words': (['transfer', *GOOD, '--epochs', 'x'], 'integer'),
    'learning rate': (['transfer', *GOOD, '--lr', 'nan'], 'above 0'),
    'decay': (['transfer', *GOOD, '--lr-decay-epoch', '0'], 'at least 1'),
    'weight': (['transfer', *GOOD, '--tv-weight', '-1'], 'at least 0'),
    'size': (['transfer', *GOOD, '--width', '8'], 'at least 16 pixels'),
    'seed': (['transfer', *GOOD, '--seed', '-1'], '0 to'),
    'device': (['transfer', *GOOD, '--device', 'tpu'], 'wanted auto, cpu'),
    'gpu': (['transfer', *GOOD, '--device', 'gpu:99'], 'sees 0 GPUs'),
    'weights': (
        ['transfer', *GOOD, '--weights', 'w.params'], 'no such weights file'),
    'random seed': (
        ['transfer', *GOOD, '--weights', 'random:x'], 'wanted random:SEED'),
    'fetch': (['weights', 'fetch', 'x'], 'wanted model-zoo or torchvision'),
    'verify': (['weights', 'verify', 'x.params'], 'no such weights file'),
    'convert': (['weights', 'convert', 'x', 'y'], 'no such weights file'),
}  # fmt: skip


@pytest.mark.parametrize('name', BAD_INPUT)
def test_bad_input_gives_one_line_and_leaves_nothing(
    name, command, tmp_path, text_file
):
    arguments, message = BAD_INPUT[name]
    (tmp_path / 'folder.png').mkdir()
    before = sorted(tmp_path.rglob('*'))
    result = command(*arguments)
    assert result.returncode not in (0, None)
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert result.stderr.startswith('gluon-style: ')
    assert re.search(message, result.stderr)
    assert sorted(tmp_path.rglob('*')) == before


@pytest.mark.parametrize(
    'arguments',
    [[], ['--help'], ['transfer', '-h'], ['weights'], ['--version']],
)
def test_help(fresh_command, arguments):
    result = fresh_command(*arguments)
    assert result.returncode == 0
    assert 'luon' in result.stdout or 'sage' in result.stdout


def test_weights_list(fresh_command):
    result = fresh_command('weights', 'list')
    assert result.returncode == 0
    for source in ('GLUON_STYLE_WEIGHTS', 'model-zoo', 'torchvision'):
        assert source in result.stdout


def processor_seconds(*arguments):
    """Seconds of a Python's own time, the least of three."""
    seconds = []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            usage = os.wait4(process.pid, 0)[2]
            process.returncode = 0  # it has been waited for
        seconds.append(usage.ru_utime + usage.ru_stime)
    return min(seconds)


@pytest.fixture(scope='module')
def seconds_of_mxnet():
    code = 'from gluon_style._mxnet import mx'
    return processor_seconds('-c', code)


@pytest.mark.parametrize('arguments', [['--help'], ['transfer', 'x']])
def test_answers_before_mxnet_could(arguments, seconds_of_mxnet):
    """Half a second where MXNet takes 1.5; a busy core is slow at both."""
    seconds = processor_seconds('-m', 'gluon_style', *arguments)
    assert seconds < 0.45 * seconds_of_mxnet


def test_arguments_are_checked_before_anything_slow_is_imported():
    code = (
        'import sys; from gluon_style.cli import main; '
        "code = main(['transfer', 'a.jpg', 'b.jpg', '-o', 'c.png']); "
        'slow = {"mxnet", "matplotlib", "scipy", "requests", "pooch"}; '
        'print(code, sorted(slow & set(sys.modules)))'
    )
    result = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == '1 []'


def heed_ctrl_c():
    # a shell without a terminal lets what it starts with & ignore SIGINT
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt_after(epochs, tmp_path, *arguments):
    screen, terminal = os.openpty()  # for the bar, which says the epoch
    size = struct.pack('HHHH', 24, 100, 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    with subprocess.Popen(
        [sys.executable, '-m', 'gluon_style', 'transfer', *SAMPLES,
         '-o', 'out.png', *map(str, SMALL), '--epochs', '100000',
         '--log', 'log.csv', *arguments],
        cwd=tmp_path, stderr=terminal, stdout=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509  (it takes no lock)
    ) as process:  # fmt: skip
        os.close(terminal)
        seen = b''
        while not re.search(rb' (\d+)/100000', seen) or (
            int(re.findall(rb' (\d+)/100000', seen)[-1]) < epochs
        ):
            seen += os.read(screen, 4096)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    with contextlib.suppress(OSError):  # the terminal's other end is closed
        while True:
            seen += os.read(screen, 4096)
    os.close(screen)
    return process.returncode, out.decode(), seen.decode()


def test_ctrl_c_writes_the_picture_reached_so_far(tmp_path):
    code, out, err = interrupt_after(12, tmp_path)
    assert code == 130
    assert 'Traceback' not in err
    assert '(stopped)' in out
    assert sorted(i.name for i in tmp_path.iterdir()) == [
        '.out.png.checkpoint', 'log.csv', 'out.json', 'out.losses.png',
        'out.png',
    ]  # fmt: skip
    assert Image.open(tmp_path / 'out.png').size == (32, 24)
    last = read_record(tmp_path / 'out.png')['last_epoch']['epoch']
    assert 12 <= last < 100000


def test_ctrl_c_before_the_first_epoch_writes_nothing(tmp_path):
    code, _, err = interrupt_after(0, tmp_path)
    assert 'Traceback' not in err
    assert code == 130
    written = sorted(i.name for i in tmp_path.iterdir())
    outputs = ['log.csv', 'out.json', 'out.losses.png', 'out.png']
    assert written in ([], ['.out.png.checkpoint', *outputs])


def test_a_run_whose_loss_is_not_finite_is_one_line(command, tmp_path):
    result = command('transfer', *SAMPLES, '-o', 'a.png', *SMALL, *SHALLOW,
                     '--style-weight', 1e38, '-q')  # fmt: skip
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert re.search(r'the loss is \w+ at epoch \d+: lower the', result.stderr)
    assert not list(tmp_path.iterdir())


def test_the_last_epoch_is_among_the_records_wherever_it_is():
    reporter = Reporter(100, 10, quiet=True)
    for epoch in (9, 10, 11, 12):
        record = EpochRecord(epoch, 1.0, 1.0, 1.0, 3.0, 0.9, 1.0)
        reporter(record, RunPicture(numpy.zeros((1, 3, 2, 2))))
    assert [record.epoch for record in reporter.records] == [10, 12]


# ---- --set for fields that have options --------------------------------


@pytest.mark.parametrize(
    ('assignment', 'field', 'value'),
    [
        ('height=16', 'height', 16),
        ('weights=random:3', 'weights', 'random:3'),
        ('seed=7', 'seed', 7),
        ('device=cpu', 'device', 'cpu'),
        ('warm_start=random:1', 'warm_start', 'random:1'),
        ('content_layers=conv1_2', 'content_layers', ['conv1_2']),
    ],
)
def test_set_gives_any_field(command, tmp_path, assignment, field, value):
    result = command(
        'transfer', *SAMPLES, '-o', 'a.png', '-q', '--no-plot', '--set',
        'width=24', '--set', assignment, '--epochs', 1, '--style-layers', '0',
        *([] if field == 'weights' else ['--weights', 'random']),
        *([] if field == 'content_layers' else ['--content-layers', '0']),
        '--set', 'warm_start_epochs=1',
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    settings = read_record(tmp_path / 'a.png')['settings']
    assert settings['width'] == 24
    assert settings[field] == value


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--width', 24, '--set', 'width=32'],
         'got width twice, by --width and by --set width=32'),
        (['--tv-weight', 1, '--set', 'tv_weight=1'], 'by --tv-weight and by'),
        (['--set', 'seed=1', '--set', 'seed=2'], 'by --set and by --set seed'),
        (['--style-layers', '0', '--set', 'style_layers=5'],
         'by --style-layers and by --set style_layers=5'),
    ],
)  # fmt: skip
def test_a_field_given_twice_is_refused(command, arguments, message):
    result = command('transfer', *SAMPLES, '-o', 'a.png', *arguments)
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_papers_loss_does_not_say_that_it_repeats(command):
    arguments = ['transfer', *SAMPLES, '-o', 'a.png', *SMALL[:-2], *SHALLOW,
                 '--epochs', 2, '--set', 'optimizer=l-bfgs']  # fmt: skip
    chapter = command(*arguments)
    assert 'minimised: 10 x that' in chapter.stdout
    paper = command(*arguments, '--set', 'loss=gatys', '--overwrite')
    assert paper.returncode == 0, paper.stderr
    assert 'minimised' not in paper.stdout


# ---- progress ----------------------------------------------------------


def test_without_a_terminal_progress_is_plain_lines(monkeypatch, capsys):
    monkeypatch.setattr('gluon_style.cli.progress.SECONDS', 0.2)
    start = time.perf_counter()
    progress = Progress(50, 'epoch')
    for epoch in range(1, 51):
        progress.update(f'loss {100 - epoch}')
        time.sleep(0.02)
    progress.close()
    seconds = time.perf_counter() - start
    shown = capsys.readouterr().err
    assert '\r' not in shown
    lines = shown.splitlines()
    # the first, the last, and at most one in each fifth of a second
    assert 3 <= len(lines) <= 2 + seconds / 0.2
    assert lines[-1].startswith('100% 50/50 [')
    assert 'loss 50' in lines[-1]
    assert all('epoch' in line for line in lines)


def test_progress_takes_parts_of_a_unit_and_says_nothing_if_quiet(capsys):
    progress = Progress(2, 'cell', quiet=True)
    progress.update('x')
    progress.close()
    assert capsys.readouterr().err == ''
    progress = Progress(2, 'cell', meter='{postfix}')
    progress.update('first half', done=0.5)
    progress.update('both', done=2)
    progress.close()
    assert capsys.readouterr().err.splitlines()[-1] == '100% , both'


# ---- record ------------------------------------------------------------


def test_record_prints_what_a_picture_holds(command, fresh_command, tmp_path):
    values = {
        'content': 'dağ.jpg', 'warm_start': None, 'style_layers': [0, 5],
        'weights_used': {'source': 'random', 'detail': 'seed 0'},
    }  # fmt: skip
    save_picture(numpy.zeros((4, 4, 3)), tmp_path / 'a.png', values)
    shown = fresh_command('record', 'a.png')
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        'content              dağ.jpg',
        'warm_start           none',
        'style_layers         0, 5',
        'weights_used.source  random',
        'weights_used.detail  seed 0',
    ]
    assert json.loads(command('record', 'a.png', '--json').stdout) == values


@pytest.mark.parametrize(
    ('name', 'message'),
    [
        ('gone.png', 'no such image file: gone.png'),
        ('text.jpg', 'cannot read text.jpg as an image'),
        ('bare.png', 'bare.png has no record'),
        ('photo.jpg', 'photo.jpg has no record'),
        ('number.jpg', 'number.jpg has no record'),
    ],
)
def test_a_picture_without_a_record_is_one_line(
    command, tmp_path, text_file, name, message
):
    image = Image.new('RGB', (4, 4))
    image.save(tmp_path / 'bare.png')
    for file, said in (('photo.jpg', 'my cat'), ('number.jpg', '12')):
        exif = Image.Exif()
        exif[0x010E] = said
        image.save(tmp_path / file, exif=exif)
    result = command('record', name)
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_any_app_has_the_same_errors_and_exit_codes(capsys):
    app = typer.Typer(name='other', rich_markup_mode=None)

    @app.command()
    def paint(number: int) -> int:
        if number == 0:
            raise SettingsError('got 0,\nwanted another')
        if number == 1:
            raise KeyboardInterrupt
        return number

    assert run_app(app, ['0']) == 1
    assert capsys.readouterr().err == 'other: got 0, wanted another\n'
    assert run_app(app, ['1']) == 130
    assert run_app(app, ['7']) == 7
    capsys.readouterr()
    assert run_app(app, ['x']) == 2
    error = capsys.readouterr().err
    assert error.startswith('other: Invalid value')
    assert len(error.splitlines()) == 1


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / 'out.png'
    path.write_bytes(b'old')

    def fail(*_, **__):
        raise OSError('disk full')

    monkeypatch.setattr(Image.Image, 'save', fail)
    with pytest.raises(OSError, match='disk full'):
        save_picture(numpy.zeros((2, 2, 3)), path, {})
    assert path.read_bytes() == b'old'
    assert list(tmp_path.iterdir()) == [path]


def test_whole_file_renames_and_keeps_the_umask(tmp_path):
    path = tmp_path / 'file.txt'
    with whole_file(path) as target:
        target.write_text('new')
        assert not path.exists()
        assert target.parent == path.parent
    assert path.read_text() == 'new'
    other = tmp_path / 'other'
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_a_folder_that_is_gone_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match='cannot write'), whole_file(
        tmp_path / 'gone' / 'file'
    ):
        pass


@pytest.mark.parametrize('suffix', ['png', 'jpg', 'webp', 'tif'])
def test_every_kind_of_picture_keeps_its_record(tmp_path, suffix):
    path = tmp_path / f'out.{suffix}'
    picture = numpy.full((8, 8, 3), 0.5)
    save_picture(picture, path, {'epochs': 3, 'style': 'çam'})
    assert read_record(path) == {'epochs': 3, 'style': 'çam'}
    assert abs(numpy.asarray(Image.open(path)).astype(int) - 128).max() <= 2


@pytest.mark.parametrize(
    'error',
    [
        OSError(28, 'No space left'),
        MemoryError(),
        mx.MXNetError('1\nMXNet: 2'),
    ],
)
def test_what_the_system_cannot_do_is_one_line(capsys, error):
    app = typer.Typer(name='other', rich_markup_mode=None)

    @app.command()
    def paint() -> None:
        raise error

    assert run_app(app, []) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert re.match('other: .*(No space|memory|MXNet: 2)', lines[0])


def test_a_defect_stays_a_traceback():
    app = typer.Typer(name='other', rich_markup_mode=None)

    @app.command()
    def paint() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_app(app, [])


def test_an_error_is_short_and_cannot_steer_the_terminal(capsys):
    app = typer.Typer(name='other', rich_markup_mode=None)

    @app.command()
    def paint() -> None:
        raise SettingsError('got ' + '9' * 5000 + ' and \x1b[31m')

    assert run_app(app, []) == 1
    error = capsys.readouterr().err
    assert len(error) < 300
    assert error.endswith('and \\x1b[31m\n')


def with_record(path, text):
    exif = Image.Exif()
    exif[0x010E] = text
    Image.new('RGB', (4, 4)).save(path, exif=exif)
    return ['record', str(path)]


@pytest.mark.parametrize(
    'text', ['[' * 50000, '{"a":' * 900 + '1' + '}' * 900]
)
def test_a_record_that_nests_too_far_is_none(tmp_path, text, capsys):
    assert main(with_record(tmp_path / 'a.png', text)) == 1
    assert 'has no record' in capsys.readouterr().err


def test_a_record_cannot_steer_the_terminal(tmp_path, capsys):
    text = r'{"\u001b[31m": "\u0007\udcff"}'
    arguments = with_record(tmp_path / 'a.png', text)
    assert main(arguments) == 0
    assert capsys.readouterr().out.split() == [r'\x1b[31m', r'\x07\udcff']
    assert main([*arguments, '--json']) == 0
    assert capsys.readouterr().out.isascii()


def test_a_record_that_json_cannot_say(tmp_path, capsys):
    arguments = with_record(tmp_path / 'a.png', '{"a": NaN}')
    assert main(arguments) == 0
    assert main([*arguments, '--json']) == 1
    assert 'leave --json out' in capsys.readouterr().err


def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path):
    path = tmp_path / ('x' * 251 + '.png')
    save_picture(numpy.zeros((4, 4, 3)), path, {})
    assert path.is_file()
