"""The record of a picture: what it says, whether it is sound, done again."""

import copy
import hashlib
import json
import re
import signal
from pathlib import Path

import numpy
import pytest
from PIL import Image

import gluon_style as gs
from gluon_style.cli import comparing, main, signals
from gluon_style.cli import rerun as rerunning
from gluon_style.cli import stylise as stylise_module
from gluon_style.cli.progress import Progress
from gluon_style.cli.recording import command_given, note_command
from gluon_style.errors import RecordError, StyleError
from gluon_style.runs import machine
from gluon_style.runs import record as records
from gluon_style.runs.device import find_device
from gluon_style.runs.identity import run_digest
from gluon_style.runs.machine import peak_memory, surroundings, versions
from gluon_style.runs.objective import content_of, find_objective
from gluon_style.runs.record import (
    SCHEMA,
    check_record,
    differences,
    epochs_table,
    for_picture,
    load_record,
    new_record,
)
from gluon_style.runs.run import network
from gluon_style.storage.image_files import open_rgb
from gluon_style.storage.records import (
    pixels_digest,
    read_record,
    save_picture,
    write_record,
)
from gluon_style.training import EpochRecord

ROOT = Path(__file__).parent.parent
SMALL = ['--width', '33', '--height', '24', '--weights', 'student', '-q',
         '--no-plot']  # fmt: skip
RUNS = {
    'adam': ['--epochs', '12', '--report-every', '5'],
    'l-bfgs': ['--epochs', '4', '--in-range', '--set', 'optimizer=l-bfgs'],
}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """A folder with two images, and a picture of each kind of run."""
    folder = tmp_path_factory.mktemp('made')
    for name, sample in (
        ('a.jpg', 'mountain-lake'),
        ('b.jpg', 'autumn-avenue'),
    ):
        data = gs.find_image(f'sample:{sample}').read_bytes()
        (folder / name).write_bytes(data)
    images = [str(folder / name) for name in ('a.jpg', 'b.jpg')]
    for name, options in RUNS.items():
        out = str(folder / f'{name}.png')
        assert main(['transfer', *images, '-o', out, *SMALL, *options]) == 0
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it, in which what a record names may be changed."""
    for path in made.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        if path.suffix == '.json':
            edit(tmp_path / path.name, moved(tmp_path))
    return tmp_path


def moved(folder):
    def change(record):
        for kind, name in (('content', 'a.jpg'), ('style', 'b.jpg')):
            record['inputs'][kind]['path'] = str(folder / name)

    return change


def edit(path, change):
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record))


# ---- what it says ------------------------------------------------------


def test_the_record_of_a_run_says_how_it_was_made(made):
    record = load_record(made / 'adam.json')
    assert record['inputs']['content'] == {
        'name': 'a.jpg', 'path': str(made / 'a.jpg'),
        'sha256': sha256(made / 'a.jpg'),
    }  # fmt: skip
    assert record['recipe'] == 'd2l-0.17-mxnet'
    assert record['settings']['weights'] == 'student'
    assert record['weights_used']['digest'].startswith('sha256:')
    assert record['versions'] == versions()
    assert record['versions']['gluon_style'] == gs.__version__
    assert record['machine'] == surroundings(False)
    assert record['command'][:2] == ['gluon-style', 'transfer']
    assert record['end'] == {'how': 'finished', 'epoch': 12}
    assert record['last_epoch']['epoch'] == 12
    assert record['as_left']['total_loss'] > 0
    assert 0 < record['last_epoch']['seconds'] <= record['seconds']
    # MXNet alone has more
    assert 50e6 < record['peak_memory'] <= peak_memory()
    picture = record['picture']
    assert picture['sha256'] == sha256(made / 'adam.png')
    levels = open_rgb(made / 'adam.png')
    assert picture['pixels_sha256'] == pixels_digest(levels)
    assert (picture['height'], picture['width'], 3) == levels.shape


def test_the_losses_are_there_by_term_and_by_layer(made):
    record = load_record(made / 'adam.json')
    columns, rows = record['epochs']['columns'], record['epochs']['rows']
    assert [row[0] for row in rows] == [5, 10, 12]
    assert columns[7:9] == ['content conv4_4', 'style conv1_1']
    for row in rows:
        epoch = dict(zip(columns, row))
        styles = [i for name, i in epoch.items() if name.startswith('style c')]
        assert len(styles) == 5
        # float32's sum against float64's
        assert sum(styles) == pytest.approx(epoch['style_loss'], rel=1e-6)
        assert epoch['content conv4_4'] == epoch['content_loss']
    assert dict(zip(columns, rows[-1])).items() >= (
        record['last_epoch'].items()
    )


def test_the_picture_holds_it_too_but_for_folders_and_the_table(made):
    beside, within = (load_record(made / f'adam.{i}') for i in ('json', 'png'))
    assert within == for_picture(beside)
    assert 'epochs' not in within
    assert str(made) not in json.dumps(within['inputs'])
    assert 'sha256' not in within['picture']


def test_the_command_has_no_passwords():
    note_command(['gluon-style', 'sweep', 'https://me:secret@host/x', 'a@b'])
    assert command_given() == ['gluon-style', 'sweep', 'https://...@host/x',
                               'a@b']  # fmt: skip


def test_variables_that_tune_a_library_are_kept(monkeypatch):
    monkeypatch.setenv('MXNET_MKLDNN_ENABLED', '0')
    monkeypatch.setenv('MXNET_HOME', '/somewhere')
    monkeypatch.setenv('OMP_NUM_THREADS', '3,1')
    here = surroundings(True)
    assert here['variables']['MXNET_MKLDNN_ENABLED'] == '0'
    assert not {'MXNET_HOME', 'OMP_NUM_THREADS'} & set(here['variables'])
    assert (here['threads'], here['bfloat16']) == (3, True)


def test_a_long_run_is_thinned_and_its_last_epoch_kept():
    epochs = [
        EpochRecord(i + 1, 1.0, 2.0, 3.0, 6.0, 0.9, 1.0, (1.0, 2.0))
        for i in range(10_001)
    ]
    table = epochs_table(epochs, ['content a', 'style b'])
    assert len(table['rows']) * len(table['columns']) <= 30_000
    shown = [row[0] for row in table['rows']]
    assert shown[-1] == 10_001
    assert len(set(numpy.diff(shown))) == 1
    assert len(epochs_table(epochs[:7], ['a', 'b'])['rows']) == 7


# ---- whether it is sound -----------------------------------------------


def put(path, value):
    def change(record):
        *places, name = path.split('.')
        for place in places:
            record = record[place]
        record[name] = value

    return change


def signed(change):
    """Change a record, and its `run` with it."""

    def both(record):
        change(record)
        record['run'] = run_digest(records._identity(record))

    return both


def drop(path):
    def change(record):
        *places, name = path.split('.')
        for place in places:
            record = record[place]
        del record[name]

    return change


UNSOUND = [
    (put('schema', 2), 'schema 2, wanted 1'),
    (put('schema', True), 'schema'),
    (put('colour', 'red'), "nothing is called 'colour'"),
    (put('inputs.content.size', 3), "called 'inputs.content.size'"),
    (put('inputs.content.sha256', 'ABC'), "'ABC', wanted 64 hexadecimal"),
    (put('inputs', []), r'inputs is \[\], wanted a table'),
    (drop('inputs.style'), 'inputs.style is missing'),
    (drop('end'), 'end is missing'),
    (drop('picture'), 'picture is missing in a finished run'),
    (drop('settings.width'), 'settings.width or settings.height is'),
    (put('end.how', 'well'), 'wanted finished or stopped or'),
    (put('end.epoch', 1.5), 'end.epoch is 1.5, wanted a whole number'),
    (put('end.epoch', -1), 'wanted a whole number of at least 0'),
    (put('end.epoch', True), 'wanted a whole number'),
    (put('seconds', -1), 'wanted a number of at least 0'),
    (put('seconds', 1e999), 'seconds is inf, wanted a number'),
    (put('last_epoch.total_loss', float('nan')), 'is nan, wanted a number'),
    (put('as_left.out_of_range', 1.5), 'wanted a number from 0 to 1'),
    (put('settings.lr', -1), 'settings: got lr -1'),
    (put('settings.hue', 1), "nothing is called 'settings.hue'"),
    (put('command', ['a', 1]), 'wanted a list of texts'),
    (put('machine.variables', {'A': 1}), 'wanted a table of texts'),
    (put('epochs.rows', [[1, 2]]), 'a row of epochs has not 13 numbers'),
    (put('weights_used.digest', 'sha256:1'), 'weights_used.digest is'),
    (put('picture.width', 0), 'wanted a whole number of at least 1'),
    (put('seconds.', 1), "nothing is called 'seconds.'"),
    (put('picture.name', 'adam'), "picture.name is 'adam', wanted one that"),
    # what contradicts itself
    (put('run', '0' * 64), r'run is 000000000000\.\.\., but its inputs'),
    (put('inputs.background', 'red'), 'but its inputs, settings and weights'),
    (put('end.epoch', 99), 'end.epoch is 99, but the settings make 12 epochs'),
    (put('end.epoch', 11), 'end.epoch is 11, but the settings make 12 epochs'),
    (put('picture.width', 34), '34 and 24, but the settings make 33 and 24'),
    (put('picture.height', 1), '33 and 1, but the settings make 33 and 24'),
    (
        signed(put('settings.warm_start', 'nofile')),
        "warm_start is 'nofile', but warm_start_digest None",
    ),
    (
        signed(put('warm_start_digest', 'random:3')),
        "warm_start is None, but warm_start_digest 'random:3'",
    ),
    (put('recipe', 'x' * 10**6), None),
    (put('versions.gluon_style', '9'), None),
]


@pytest.mark.parametrize(('change', 'message'), UNSOUND)
def test_what_is_unsound_is_named_in_one_line(made, tmp_path, change, message):
    record = json.loads((made / 'adam.json').read_text())
    if message and 'seconds.' in message:
        record['seconds.'] = 1
    else:
        change(record)
    path = tmp_path / 'a.json'
    path.write_text(json.dumps(record))
    if message is None:
        assert load_record(path) == record
        return
    with pytest.raises(RecordError, match=message) as caught:
        load_record(path)
    text = str(caught.value)
    assert text.startswith(f'the record of {path} is unsound: ')
    assert len(text.splitlines()) == 1
    assert len(text) < 400


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('', 'is no record'),
        ('[1]', 'is no record'),
        ('{"a":' * 5000 + '1' + '}' * 5000, 'is no record'),
        ('{"schema": 1' + ' ' * (1 << 22) + '}', 'is no record'),
        ('{"schema": 1}', 'run is missing'),
        ('{"epochs": 3}', 'before records had a schema'),
    ],
)
def test_what_is_no_record_is_refused(tmp_path, text, message):
    (tmp_path / 'a.json').write_text(text)
    with pytest.raises(RecordError, match=message):
        load_record(tmp_path / 'a.json')
    with pytest.raises(RecordError, match='no such record'):
        load_record(tmp_path / 'gone.json')


def test_settings_that_a_later_version_adds_have_their_defaults(made):
    """What is missing is as it was before there was a choice."""
    record = load_record(made / 'adam.json')
    del record['settings']['pooling']
    check_record(record)
    assert records.settings_of_record(record).pooling == 'max'


def test_l_bfgs_may_end_early_but_not_late(made, tmp_path):
    record = load_record(made / 'l-bfgs.json')
    for epoch, sound in ((2, True), (5, False)):
        record['end']['epoch'] = epoch
        (tmp_path / 'a.json').write_text(json.dumps(record))
        if sound:
            load_record(tmp_path / 'a.json')
            continue
        with pytest.raises(RecordError, match='the settings make 4 epochs'):
            load_record(tmp_path / 'a.json')


def test_what_is_written_is_what_is_read(made, tmp_path):
    record = load_record(made / 'adam.json')
    record['end']['why'] = 'an array [ 1\n 2 ]'
    write_record(record, tmp_path / 'a.json')
    assert read_record(tmp_path / 'a.json') == record
    # a line for each epoch
    assert re.search(
        r'^ +\[5, .*\],$', (tmp_path / 'a.json').read_text(), re.M
    )


def test_a_defect_in_a_record_of_ours_is_seen_before_it_is_written(made):
    record = load_record(made / 'adam.json')
    del record['schema']
    with pytest.raises(RecordError, match="called 'colour'"):
        new_record(**record, colour='red')


def test_the_page_shows_the_schema():
    """docs/record.md is written by hand; this says what it lacks."""
    page = (ROOT / 'docs' / 'record.md').read_text(encoding='utf-8')
    table = page.partition('## Schema 1')[2].partition('## Again')[0]
    shown = re.findall(r'^\| `(.+)` \| (.*) \| (.*) \|$', table, re.M)
    wanted = [(path, *rest) for path, rest in SCHEMA.items()]
    assert shown == wanted, '\n'.join(
        f'| `{path}` | {kind} | {what} |' for path, kind, what in wanted
    )


# ---- what differs ------------------------------------------------------


@pytest.mark.parametrize(
    ('change', 'named'),
    [
        (put('inputs.style.sha256', '0' * 64), 'the style image'),
        (put('inputs.background', 'black'), 'background'),
        (put('settings.lr', 0.5), 'lr'),
        (put('weights_used.digest', 'sha256:' + '0' * 64), 'weights'),
        (put('machine.threads', 77), 'threads'),
        (put('resumed', ['threads 2 until epoch 3']), 'resumed'),
        (put('machine.processor', 'Z80'), 'processor'),
        (put('machine.bfloat16', True), 'bfloat16'),
        (put('machine.variables', {'MXNET_A': '1'}), 'MXNET_A'),
        (put('versions.numpy', '0.1'), 'the version of numpy'),
        (put('versions.gluon_style', '9'), 'the version of gluon_style'),
    ],
)
def test_each_difference_is_named(made, change, named):
    then = load_record(made / 'adam.json')
    now = copy.deepcopy(then)
    now['settings'].update(weights='elsewhere.pth', style_weight=1000)
    now['settings']['content_layers'] = ['conv4_4']
    now['inputs']['content'].update(name='moved.jpg', path='/x/moved.jpg')
    assert differences(then, now) == []
    change(now)
    ((name, *_),) = differences(then, now)
    assert name == named


# ---- and again ---------------------------------------------------------


def again(capsys, *arguments):
    capsys.readouterr()
    code = main(['rerun', *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize('name', RUNS)
def test_the_same_machine_makes_the_same_bytes(made, tmp_path, capsys, name):
    out = tmp_path / 'again.png'
    code, said, err = again(capsys, made / f'{name}.png', '-o', out)
    assert code == 0, err
    assert said.splitlines()[-1] == 'identical  the same pixels, to the bit'
    pictures = (
        numpy.asarray(Image.open(i)) for i in (made / f'{name}.png', out)
    )
    numpy.testing.assert_array_equal(*pictures)
    run = load_record(out)['run']
    assert run == load_record(made / f'{name}.json')['run']


def test_threads_and_versions_of_then_are_named(folder, capsys):
    for change in (put('machine.threads', 77), put('versions.numpy', '0.1')):
        edit(folder / 'adam.json', change)
    before = sorted(folder.iterdir())
    code, said, err = again(capsys, folder / 'adam.json', '--check')
    assert code == 0, err
    first, *rest = said.splitlines()
    assert first.startswith('identical')
    assert [i.partition(' then')[0].split(None, 1)[1] for i in rest] == [
        'threads: 77', 'the version of numpy: 0.1',
    ]  # fmt: skip
    assert sorted(folder.iterdir()) == before


def other_pixels(folder, shift):
    """Change all levels of a picture, and the record in it with them."""
    picture = folder / 'adam.png'
    levels = open_rgb(picture).astype(int)
    levels += numpy.where(levels < 128, shift, -shift)
    record = for_picture(load_record(folder / 'adam.json'))
    digest = pixels_digest(levels.astype('uint8'))
    record['picture']['pixels_sha256'] = digest
    save_picture(levels / 255, picture, record)
    return picture


@pytest.mark.parametrize(
    ('shift', 'code', 'word'), [(1, 0, 'equal'), (60, 1, 'different')]
)
def test_other_pixels_are_held_against_the_noise(
    folder, capsys, shift, code, word
):
    """A twin, one rounding away, makes the floor; here it is a grey level."""
    picture = other_pixels(folder, shift)
    got, said, err = again(capsys, picture, '--check', '--content',
                           folder / 'a.jpg')  # fmt: skip
    assert got == code, said + err
    first, second = said.splitlines()
    distance, floor = map(float, re.findall(r'\d+\.\d+', first)[:2])
    assert first.startswith(word)
    assert distance == pytest.approx(shift, abs=0.01)
    assert 1 <= floor < 60
    assert second == 'differs    nothing that the record names'


def test_a_signal_ends_the_measuring_of_the_floor(folder, capsys, monkeypatch):
    class Interrupted(Progress):
        def update(self, text, done=None):
            monkeypatch.setattr(signals._Watch, 'first', signal.SIGINT)

    monkeypatch.setattr(comparing, 'Progress', Interrupted)
    run = other_pixels(folder, 9), '-o', folder / 'c.png', '--content'
    code, said, err = again(capsys, *run, folder / 'a.jpg')
    assert code == 130, err
    assert said.splitlines()[-2].startswith('stopped ')
    assert (folder / 'c.png').exists()


@pytest.mark.parametrize('resize', ['opencv', 'pillow'])
def test_twins_start_where_the_run_does(folder, resize):
    layers = {'content_layers': ('conv1_1',), 'style_layers': ('conv1_1',)}
    size = {'width': 33, 'height': 24, 'resize': resize}
    settings = gs.Settings(weights='random', **layers, **size)
    image = gs.read_image(folder / 'a.jpg')
    net = network(settings)
    whole = find_objective((image, image), settings, net, find_device('cpu'))
    start = content_of(image, settings)
    numpy.testing.assert_array_equal(start.asnumpy(), whole.content.asnumpy())


def test_without_the_picture_another_one_is_only_another(folder, capsys):
    (folder / 'adam.png').unlink()
    edit(folder / 'adam.json', put('picture.pixels_sha256', '0' * 64))
    code, said, _ = again(capsys, folder / 'adam.json', '--check')
    assert code == 1
    assert 'the picture is gone' in said


@pytest.mark.parametrize('kind', ['content', 'style'])
def test_an_input_that_changed_is_named(folder, capsys, kind):
    name = {'content': 'a.jpg', 'style': 'b.jpg'}[kind]
    data = (folder / name).read_bytes()
    Image.new('RGB', (60, 40), 'red').save(folder / name)
    code, _, err = again(capsys, folder / 'adam.json', '--check')
    assert code == 1
    (line,) = err.splitlines()
    assert f'the {kind} image is another' in line
    assert sha256(folder / name)[:12] in line
    # it is found by its bytes, whatever it is called, where it is named
    (folder / 'moved.jpg').write_bytes(data)
    code, said, err = again(capsys, folder / 'adam.json', '--check',
                            f'--{kind}', folder / 'moved.jpg')  # fmt: skip
    assert code == 0, err
    assert said.startswith('identical')


def test_a_transparent_picture_is_no_jpeg_again(folder, capsys):
    edit(folder / 'adam.json', put('inputs.keep_alpha', True))
    out = folder / 'again.jpg'
    code, _, err = again(capsys, folder / 'adam.json', '-o', out)
    assert code == 1
    assert 'a JPEG holds no transparency' in err
    assert not out.exists()


@pytest.mark.parametrize('command', ['rerun', 'demo'])
def test_a_full_memory_can_be_tried(folder, capsys, monkeypatch, command):
    def network(settings, history):
        raise StyleError('past the check')

    monkeypatch.setattr(machine, 'memory_of_a_run', lambda: 10**6)
    monkeypatch.setattr(stylise_module, '_network', network)
    run = [command, '-o', str(folder / 'b.png')]
    run += [str(folder / 'adam.json')] if command == 'rerun' else []
    assert main(run) == 1
    assert '--no-memory-check' in capsys.readouterr().err
    assert main([*run, '--no-memory-check']) == 1
    assert capsys.readouterr().err == 'gluon-style: past the check\n'


REFUSED = [
    (put('end.how', 'stopped'), 'has not come to its end'),
    (
        signed(put('weights_used.digest', 'sha256:' + '0' * 64)),
        'weights are others',
    ),
    (put('picture.sha256', '0' * 64), 'was changed since its record'),
]


@pytest.mark.parametrize(('change', 'message'), REFUSED)
def test_what_cannot_be_made_again_is_one_line(
    folder, capsys, change, message
):
    edit(folder / 'adam.json', change)
    got, out, err = again(capsys, folder / 'adam.json', '--check')
    assert (got, out) == (1, '')
    (line,) = err.splitlines()
    assert message in line


def test_a_picture_that_was_edited_is_not_compared(folder, capsys):
    record = read_record(folder / 'adam.png')
    levels = open_rgb(folder / 'adam.png').copy()
    levels[3, 4] ^= 1
    save_picture(levels / 255, folder / 'adam.png', record)
    code, _, err = again(capsys, folder / 'adam.png', '--check')
    assert code == 1
    assert 'was changed since its record was written' in err


KINDS = {'JPEG': '.jpg', 'WEBP': '.webp'}


@pytest.fixture(scope='module')
def compressed(tmp_path_factory):
    """A folder with pictures that do not keep the levels of their runs."""
    folder = tmp_path_factory.mktemp('compressed')
    sample = gs.find_image('sample:mountain-lake')
    photo = Image.open(sample).convert('RGBA').resize((66, 48))
    photo.putalpha(Image.linear_gradient('L').resize(photo.size))
    photo.save(folder / 'a.png')
    images = [str(folder / 'a.png'), 'sample:autumn-avenue']
    for suffix in KINDS.values():
        run = ['-o', str(folder / f'c{suffix}'), *SMALL, '--epochs', '2',
               '--lr', '0.05']  # fmt: skip
        run += ['--keep-alpha'] if suffix == '.webp' else []
        assert main(['transfer', *images, *run]) == 0
        (folder / 'c.json').rename(folder / f'{suffix[1:]}.json')
    return folder


@pytest.mark.parametrize('kind', KINDS)
def test_a_compressed_picture_is_held_against_the_one_made_again(
    compressed, tmp_path, capsys, kind
):
    """Its record alone would be that of any picture which has it."""
    picture, mine = compressed / f'c{KINDS[kind]}', tmp_path / 'mine'
    given = '--content', compressed / 'a.png'
    mine.write_bytes(picture.read_bytes())  # without a suffix
    for target in (['--check'], ['-o', tmp_path / 'again.png']):
        code, said, err = again(capsys, mine, *target, *given)
        assert code == 0, err
        assert said.splitlines()[-1].startswith('identical')
    with Image.open(picture) as whole:
        whole.putpixel((3, 4), 0)
        kept = {'quality': 95, 'subsampling': 0, 'lossless': True}
        whole.save(mine, kind, exif=whole.getexif(), **kept)
    code, said, err = again(capsys, mine, '--check', *given)
    assert (code, said) == (1, '')
    assert f'{mine} was changed since its record was written' in err


def test_the_hash_beside_a_jpeg_decides_before_it_is_made_again(
    compressed, tmp_path, capsys, monkeypatch
):
    picture = tmp_path / 'c.jpg'
    with Image.open(compressed / 'c.jpg') as whole:
        red = Image.new('RGB', whole.size, 'red')
        red.save(picture, exif=whole.getexif())
    (tmp_path / 'c.json').write_bytes((compressed / 'jpg.json').read_bytes())
    monkeypatch.delattr(rerunning, 'stylise')
    code, said, err = again(capsys, picture, '--check')
    assert (code, said) == (1, '')
    assert 'was changed since its record was written: take' in err


def test_pixels_of_another_record_are_refused(folder, capsys):
    """The file is the one of then, but not what the record says of it."""
    edit(folder / 'adam.json', put('picture.pixels_sha256', '0' * 64))
    code, said, err = again(capsys, folder / 'adam.json', '--check')
    assert (code, said) == (1, '')
    assert 'was changed since its record was written' in err


@pytest.mark.parametrize('judged', ['adam.png', 'adam.json'])
def test_what_is_judged_is_not_written_over(folder, capsys, judged):
    (folder / 'link.png').symlink_to(folder / 'adam.png')
    before = {i: i.read_bytes() for i in folder.iterdir()}
    inputs = '--content', folder / 'a.jpg', '--style', folder / 'b.jpg'
    for name in ('adam.png', 'link.png', 'adam.jpg'):  # its .json is adam's
        out = '-o', folder / name, '--overwrite'
        code, _, err = again(capsys, folder / judged, *out, *inputs)
        assert code == 1
        assert 'the run reads it' in err
    assert {i: i.read_bytes() for i in folder.iterdir()} == before


def test_an_old_picture_is_shown_and_not_made_again(tmp_path, capsys):
    save_picture(numpy.zeros((4, 4, 3)), tmp_path / 'a.png', {'epochs': 3})
    assert main(['record', str(tmp_path / 'a.png')]) == 0
    assert capsys.readouterr().out.split() == ['epochs', '3']
    code, _, err = again(capsys, tmp_path / 'a.png', '--check')
    assert code == 1
    assert 'made before records had a schema' in err


def test_record_shows_a_picture_and_its_json(made, capsys):
    for name in ('adam.png', 'adam.json'):
        assert main(['record', str(made / name), '--json']) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown == read_record(made / name)
    assert main(['record', str(made / 'adam.json')]) == 0
    assert re.search(r'^end.how +finished$', capsys.readouterr().out, re.M)
