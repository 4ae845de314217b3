"""Sweeps: grids, identity, resuming, dying workers, the contact sheet."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gluon_style import Settings
from gluon_style.errors import ImageError, LayerError, SettingsError
from gluon_style.sweeps import CellResult, contact_sheet, parsed_grid, sweep
from gluon_style.sweeps.child import Children
from gluon_style.sweeps.grid import plan
from gluon_style.sweeps.lettering import font, width_of, wrapped
from gluon_style.sweeps.sheet import FAILED, MISSING, _Sheet
from gluon_style.sweeps.tasks import tasks_of
from gluon_style.sweeps.values import label, short_number

IMAGES = ('sample:mountain-lake', 'sample:autumn-avenue')
TINY = Settings(
    width=48,
    height=32,
    epochs=3,
    lr=0.1,
    weights='random',
    content_layers=('conv2_1',),
    style_layers=('conv1_1', 'conv1_2'),
)
OPTIONS = [
    *IMAGES, '--width', 48, '--height', 32, '--epochs', 3, '--lr', 0.1,
    '--weights', 'random', '--content-layers', 'conv2_1',
    '--style-layers', 'conv1_1,conv1_2',
]  # fmt: skip
NAN = 1e30  # a learning rate that no loss survives


def cells(grid, base=TINY, max_cells=100):
    return plan(grid, base, *IMAGES, max_cells)


def identities(grid, base=TINY):
    tasks = tasks_of(cells(grid, base))[1]
    return [tasks[i].identity for i in sorted(tasks)]


# grids


def test_the_last_axis_changes_fastest():
    got = [
        (cell.index, *cell.values.values(), cell.settings.style_weight)
        for cell in cells({'style_weight': [1e2, 1e6], 'lr': [0.3, 0.9]})
    ]
    assert got == [
        (0, '100', '0.3', 1e2),
        (1, '100', '0.9', 1e2),
        (2, '1e6', '0.3', 1e6),
        (3, '1e6', '0.9', 1e6),
    ]


def test_text_gives_the_same_cells_as_values():
    text = parsed_grid(
        [
            'content_layers=conv3_4,conv3_4+25,none',
            'weights=random:1,random:2',
            'seed=0,1',
        ]
    )
    plain = {
        'content_layers': [['conv3_4'], [16, 'conv4_4'], ()],
        'weights': ['random:1', 'random:2'],
        'seed': [0, 1],
    }
    assert cells(text) == cells(plain)
    assert list(cells(text)[0].values) == list(plain)
    shown = {cell.values['content_layers'] for cell in cells(text)}
    assert shown == {'conv3_4', 'conv3_4+conv4_4', 'none'}


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_a_label_says_its_number_exactly(value):
    assert float(label('lr', value)) == value


@given(
    st.lists(st.floats(min_value=0, max_value=1e12), min_size=1, unique=True),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, unique=True),
)
def test_every_combination_is_there_once(weights, seeds):
    planned = cells({'tv_weight': weights, 'seed': seeds}, max_cells=10**6)
    got = [(cell.settings.tv_weight, cell.settings.seed) for cell in planned]
    assert got == [(weight, seed) for weight in weights for seed in seeds]
    assert len({tuple(i.values.values()) for i in planned}) == len(planned)


BAD_GRIDS = {
    'no such axis': ('colour=1,2', "axis 'colour', wanted one of content"),
    'no equals sign': ('lr', 'wanted AXIS=VALUE'),
    'no value': ('lr=', 'empty value'),
    'empty value': ('lr=1,,2', 'empty value'),
    'no number': ('lr=0.1,fast', 'wanted a number for lr'),
    'value': ('style_weight=1,-1', 'style_weight -1.0, wanted a number of'),
    'duplicate value': ('lr=0.1,1e-1', '0.1 twice in the axis lr'),
    'duplicate layer': ('content_layers=25,conv4_4', 'conv4_4 twice'),
    'layer': ('content_layers=conv4_9', 'no layer .*conv4_4'),
    'too small': ('width=1,48', 'at least 2 pixels'),
    'recipe': ('recipe=monet', "recipe 'monet', wanted one of"),
    'choice': ('pooling=max,mean', 'wanted max or average'),
    'device': ('device=tpu,cpu', 'wanted auto, cpu'),
    'image': ('content=sample:x,sample:mountain-lake', 'no image named'),
    'file': ('style=a.jpg', 'no such image file'),
    'weights': ('weights=random,w.params', 'no such weights file'),
    'random weights': ('weights=random:x', 'wanted random:SEED'),
    'too many': (
        'seed=' + ','.join(map(str, range(101))), '101 cells, wanted at most'),
}  # fmt: skip


@pytest.mark.parametrize('name', BAD_GRIDS)
def test_a_bad_grid_is_one_line_before_anything_slow(
    name, tmp_path, capsys, monkeypatch
):
    from gluon_style.cli import main

    def fail(*_):
        raise AssertionError('a worker was started')

    monkeypatch.setattr(Children, 'run', fail)
    text, message = BAD_GRIDS[name]
    out = tmp_path / 'out'
    arguments = ['sweep', *map(str, OPTIONS), '--grid', text, '-o', str(out)]
    assert main(arguments) == 1
    said = capsys.readouterr().err.strip()
    assert re.search(message, said)
    assert said.startswith('gluon-style: ')
    assert len(said.splitlines()) == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        ([*OPTIONS], "Missing option '--grid'"),
        ([*OPTIONS, '--grid', 'lr=1', '--grid', 'lr=2'], 'lr twice'),
        (['--grid', 'lr=1'], 'no content image'),
        ([IMAGES[0], '--grid', 'lr=1'], 'no style image'),
        ([*OPTIONS, '--grid', 'lr=1', '--workers', '0'], 'workers'),
        (
            [*OPTIONS, '--grid', 'lr=1', '--workers', 2, '--scheduler', 'x'],
            'leave one out',
        ),
    ],
)
def test_bad_arguments(arguments, message, tmp_path, capsys):
    from gluon_style.cli import main

    arguments = ['sweep', *map(str, arguments), '-o', str(tmp_path / 'out')]
    assert main(arguments) in (1, 2)
    said = capsys.readouterr().err.strip()
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_folder_that_is_a_file(tmp_path, capsys):
    from gluon_style.cli import main

    (tmp_path / 'out').touch()
    arguments = [*map(str, OPTIONS), '--grid', 'lr=1']
    assert main(['sweep', *arguments, '-o', str(tmp_path / 'out')]) == 1
    assert 'cannot make the folder' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('grid', 'message'),
    [
        ({}, 'empty grid'),
        ({'lr': []}, 'without a value'),
        ({'lr': 0.1}, 'wanted a list'),
        ({'content_layers': 'conv4_4'}, 'wanted a list'),
        ({'lr': [None, [1]]}, 'wanted a number'),
        ({'recipe': ['d2l-1.0-mxnet']}, 'as a mapping'),
    ],
)
def test_bad_grids_of_python(grid, message):
    with pytest.raises(SettingsError, match=message):
        cells(grid)


def test_a_bad_layer_keeps_its_kind_of_error():
    with pytest.raises(LayerError):
        cells({'content_layers': [['conv9_9']]})


def test_an_impossible_combination_alone_is_a_failed_cell():
    planned = cells({'optimizer': ['adam', 'l-bfgs'], 'loss': ['chapter',
                    'gatys']})  # fmt: skip
    assert [bool(cell.error) for cell in planned] == [
        False, True, False, False,
    ]  # fmt: skip


def test_a_recipe_is_an_axis_below_the_fields_given():
    planned = cells(
        {'recipe': ['d2l-0.17-mxnet', 'd2l-1.0-mxnet', 'd2l-0.7-mxnet']},
        {'epochs': 7, 'weights': 'random'},
    )
    got = [
        (i.settings.epochs, i.settings.style_repeats, i.settings.width)
        for i in planned
    ]
    # the default recipe follows the content's shape, as transfer does
    assert got == [(7, 10, None), (7, 1, 450), (7, 1, 225)]


def test_the_size_follows_the_content():
    grid = {'content': [IMAGES[0]], 'width': [30]}
    sized, tasks = tasks_of(cells(grid, replace(TINY, height=None)))
    assert sized[0].settings.height == 20  # of 600x400
    assert tasks[0].settings == replace(sized[0].settings, weights='random:0')


# identity


def test_identity_tells_every_setting_apart():
    changes = {
        'width': 50, 'height': 40, 'epochs': 4, 'lr': 0.2,
        'lr_decay_epoch': 9, 'lr_decay': 0.5, 'content_weight': 2,
        'style_weight': 2, 'tv_weight': 2, 'style_repeats': 2,
        'content_layers': ('conv1_1',), 'style_layers': ('conv1_1',),
        'features': 'aliased', 'resize': 'pillow', 'adam_epsilon': 'pytorch',
        'pooling': 'average', 'optimizer': 'l-bfgs', 'second_scale': 2,
        'second_epochs': 2, 'second_lr_decay_epoch': 2,
        'weights': 'random:5', 'warm_start': 'random', 'device': 'cpu',
        'warm_start_epochs': 2, 'seed': 1,
    }  # fmt: skip
    fields = set(TINY.record()) - {'loss'}  # gatys needs l-bfgs
    assert set(changes) == fields, 'a new field: is it in the identity?'
    variants = [TINY] + [
        replace(TINY, **{name: value}) for name, value in changes.items()
    ]
    variants.append(replace(TINY, optimizer='l-bfgs', loss='gatys'))
    seen = [identities({'lr': [i.lr]}, i)[0] for i in variants]
    assert len(set(seen)) == len(seen)


def test_identity_is_the_same_for_the_same_run(tmp_path):
    copy = tmp_path / 'another-name.jpg'
    from gluon_style import find_image

    copy.write_bytes(find_image(IMAGES[0]).read_bytes())
    same = [
        {'lr': [0.1]},
        {'content': [copy], 'lr': [0.1]},
        {'content_layers': [[5]], 'style_weight': [1000], 'lr': [0.1]},
        {'content_layers': [['conv2_1']], 'style_weight': [1e3]},
        {'weights': ['random:0']},
    ]
    assert len({identities(grid)[0] for grid in same}) == 1


def test_identity_follows_the_bytes_of_files(tmp_path):
    path = tmp_path / 'a.png'
    seen = []
    for colour in ('red', 'blue'):
        Image.new('RGB', (48, 32), colour).save(path)
        seen += identities({'content': [path]})
    assert seen[0] != seen[1]


def test_identity_follows_the_bytes_of_weights(tmp_path):
    path = tmp_path / 'a.params'
    seen = []
    for data in (b'a', b'b'):
        path.write_bytes(data)
        seen += identities({'weights': [str(path)]})
    assert seen[0] != seen[1]


def test_identity_follows_the_version(monkeypatch):
    before = identities({'lr': [0.1]})
    monkeypatch.setattr('gluon_style.sweeps.tasks.__version__', '99')
    assert identities({'lr': [0.1]}) != before


def test_a_picture_that_is_none_is_refused(tmp_path):
    path = tmp_path / 'a.jpg'
    path.write_text('no picture')
    with pytest.raises(ImageError, match='cannot read'):
        tasks_of(cells({'content': [path]}))


# running


def runs(folder):
    """When each record was written."""
    return {
        path.name: path.stat().st_mtime_ns
        for path in sorted((folder / 'cells').iterdir())
    }


def table(folder):
    with open(folder / 'losses.csv', newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope='module')
def swept(tmp_path_factory):
    """A sweep of 2 x 2 of which two cells fail, and what it told."""
    folder = tmp_path_factory.mktemp('sweep') / 'new' / 'folder'
    told = []
    grid = {'style_weight': [1e2, 1e3], 'lr': [0.1, NAN]}
    results = sweep(grid, TINY, *IMAGES, folder, callback=told.append)
    return folder, results, told


def test_a_failing_cell_is_failed_and_the_rest_goes_on(swept):
    folder, results, told = swept
    assert [i.status for i in results] == ['done', 'failed'] * 2
    assert [i.index for i in results] == [0, 1, 2, 3]
    assert 'lower the learning rate' in results[1].error
    assert results[1].picture is None
    rows = table(folder)
    assert [row['status'] for row in rows] == ['done', 'failed'] * 2
    assert [row['lr'] for row in rows] == ['0.1', '1e30'] * 2
    assert rows[1]['error'] == results[1].error
    assert rows[1]['total_loss'] == ''
    assert sorted(i.name for i in folder.iterdir()) == [
        'cells', 'losses.csv', 'sheet.png',
    ]  # fmt: skip
    assert len(list((folder / 'cells').iterdir())) == 6  # 2 without picture
    ends = [i for i in told if i.event in ('done', 'failed')]
    assert [(i.index, i.finished, i.total) for i in ends] == [
        (i, i + 1, 4) for i in range(4)
    ]
    assert [i.epoch for i in told if i.event == 'epoch' and i.index == 0] == [
        1, 2, 3,
    ]  # fmt: skip
    assert {i.epochs for i in told} == {3}


def test_a_cell_is_what_a_run_alone_gives(swept):
    """The same numbers as in this process; the threads may differ."""
    from gluon_style import postprocess, read_image, run
    from gluon_style.storage.named_images import find_image

    one = swept[1][0]
    records = []
    output = run(
        *(read_image(find_image(name)) for name in IMAGES),
        replace(TINY, style_weight=1e2),
        lambda record, _: records.append(record),
    )
    wanted = (postprocess(output).asnumpy() * 255).round()
    got = numpy.asarray(Image.open(one.picture)).astype('float64')
    # a sum by other threads may round a value to its neighbour
    assert abs(got - wanted).max() <= 1
    assert one.total_loss == pytest.approx(records[-1].total_loss, rel=1e-5)
    assert one.unweighted('style_loss') == pytest.approx(
        records[-1].style_loss / 1e2, rel=1e-5
    )
    assert one.record['weights_used'] == 'random: seed 0'
    assert one.record['style_weight'] == 1e2
    beside = json.loads(one.picture.with_suffix('.json').read_text())
    assert beside == one.record


def test_a_rerun_runs_only_what_failed_or_is_new(swept, tmp_path):
    folder, results, _ = swept
    before, told = runs(folder), []
    grid = {'style_weight': [1e3, 1e4], 'lr': [NAN, 0.1]}
    again = sweep(grid, TINY, *IMAGES, folder, callback=told.append)
    after = runs(folder)
    pictures = {i.picture.name for i in results if i.picture}
    kept = pictures | {name.replace('.png', '.json') for name in pictures}
    assert {i for i in before if after[i] == before[i]} >= kept
    assert [i.status for i in again] == ['failed', 'done'] * 2
    assert [i.reused for i in again] == [False, True, False, False]
    started = [i.index for i in told if i.event == 'started']
    assert started == [0, 2, 3]
    assert [i.index for i in told if i.event == 'reused'] == [1]
    assert [row['style_weight'] for row in table(folder)] == [
        '1000', '1000', '10000', '10000',
    ]  # fmt: skip


def test_nothing_runs_twice(swept, monkeypatch):
    """With all cells done no process is started; two equal cells are one."""
    folder, results, _ = swept
    monkeypatch.setattr(Children, 'run', None)
    grid = {'content_layers': [['conv2_1']], 'lr': [0.1]}
    base = replace(TINY, style_weight=1e2)
    again = sweep(grid, base, *IMAGES, folder)
    assert again[0].picture == results[0].picture
    assert again[0].reused
    twice = {'weights': ['random', 'random:0']}
    both = sweep(twice, base, *IMAGES, folder)
    assert both[0].picture == both[1].picture == results[0].picture


def test_a_damaged_record_is_run_again(swept):
    folder, results, _ = swept
    path = results[0].picture.with_suffix('.json')
    path.write_text(path.read_text()[:50])
    base = replace(TINY, style_weight=1e2)
    again = sweep({'lr': [0.1]}, base, *IMAGES, folder)
    assert not again[0].reused
    assert again[0].total_loss == pytest.approx(results[0].total_loss)


class Killer:
    """Callback that kills a cell's process at its first epoch, some times."""

    def __init__(self, index, times):
        self.index, self.times, self.events = index, times, []

    def __call__(self, news):
        self.events.append((news.event, news.index))
        first = (news.event, news.epoch) == ('epoch', 1)
        if first and news.index == self.index and self.times:
            self.times -= 1
            os.kill(only_child(), signal.SIGKILL)


def only_child():
    """The process id of the one worker that this process has."""
    found = []
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open(f'/proc/{entry}/stat') as file:
                    after = file.read().rpartition(')')[2].split()
                with open(f'/proc/{entry}/cmdline') as file:
                    line = file.read()
            except OSError:
                continue
            mine = int(after[1]) == os.getpid() and after[0] != 'Z'
            if mine and 'gluon_style.sweeps.worker' in line:
                found.append(int(entry))
    assert len(found) == 1
    return found[0]


@pytest.mark.skipif(sys.platform != 'linux', reason='reads /proc')
@pytest.mark.parametrize('times', [1, 2])
def test_a_killed_worker_loses_nothing_and_hangs_nothing(times, tmp_path):
    killer = Killer(0, times)
    # long enough for the kill to come before the end
    grid = {'epochs': [500, 2]}
    results = sweep(grid, TINY, *IMAGES, tmp_path, callback=killer)
    assert killer.times == 0
    assert results[1].status == 'done'
    assert killer.events.count(('retried', 0)) == 1
    if times == 1:
        assert results[0].status == 'done'
        assert results[0].record['last_epoch']['epoch'] == 500
    else:
        assert results[0].status == 'failed'
        assert 'SIGKILL (out of memory?), 2 times' in results[0].error


def test_a_defect_fails_its_cell_and_keeps_the_traceback(
    tmp_path, monkeypatch
):
    """A file that MXNet cannot have written ends one cell only."""
    path = tmp_path / 'w.safetensors'
    path.write_bytes(b'not weights')
    grid = {'weights': [str(path), 'random']}
    results = sweep(grid, TINY, *IMAGES, tmp_path / 'out', workers=2)
    assert [i.status for i in results] == ['failed', 'done']
    assert 'cut short' in results[0].error


def test_two_workers_give_the_same_pictures(swept, tmp_path):
    results = sweep(
        {'style_weight': [1e2, 1e3]}, TINY, *IMAGES, tmp_path, workers=2
    )
    assert [i.status for i in results] == ['done', 'done']
    for one, other in zip(results, swept[1][::2]):
        got, wanted = (numpy.asarray(Image.open(i.picture)) for i in (one,
                       other))  # fmt: skip
        assert abs(got.astype(int) - wanted).max() <= 1  # other threads


def heed_ctrl_c():
    # a shell without a terminal lets what it starts with & ignore SIGINT
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_keeps_what_is_done(tmp_path):
    arguments = ['--grid', 'epochs=2,100000,3', '-o', 'out']
    with subprocess.Popen(
        [sys.executable, '-m', 'gluon_style', 'sweep',
         *map(str, [*OPTIONS, *arguments])],
        cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509  (it takes no lock)
    ) as process:  # fmt: skip
        seen = b''
        while not re.search(rb'epoch \d+/100000', seen):
            new = os.read(process.stderr.fileno(), 4096)
            assert new, seen.decode()
            seen += new
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b'Traceback' not in seen + err
    assert b'1 done, 2 not run (stopped)' in out
    folder = tmp_path / 'out'
    assert [row['status'] for row in table(folder)] == [
        'done', 'missing', 'missing',
    ]  # fmt: skip
    assert len(list((folder / 'cells').iterdir())) == 2
    assert (folder / 'sheet.png').is_file()


# the contact sheet


def result(index, values, status='done', **options):
    record = {'width': 30, 'height': 20, 'epochs': 5, 'weights_used': 'w: x',
              'style_weight': 1e3, 'content_weight': 1.0,
              'tv_weight': 10.0}  # fmt: skip
    record.update(options.pop('record', {}))
    losses = dict.fromkeys(
        ('content_loss', 'style_loss', 'tv_loss', 'total_loss'), 1.5
    )
    return CellResult(
        index, values, status, **losses, record=record, content=IMAGES[0],
        style=IMAGES[1], **options,
    )  # fmt: skip


@pytest.fixture
def sheet_cells(tmp_path):
    """2 x 2 x 3 cells, each of one colour; one failed, one missing."""
    cells, colours = [], {}
    values = [
        {'pooling': a, 'content_layers': b, 'lr': c}
        for a in ('max', 'average')
        for b in ('conv3_4', 'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1')
        for c in ('0.1', '0.5', '0.9')
    ]
    for index, one in enumerate(values):
        colours[index] = (20 * index + 10, 250 - 20 * index, 128)
        path = tmp_path / f'{index}.png'
        Image.new('RGB', (30, 20), colours[index]).save(path)
        cells.append(result(index, one, picture=path))
    cells[4] = result(4, values[4], 'failed', error='the loss is nan ' * 30)
    cells[7] = result(7, values[7], 'missing')
    return cells, colours


def rgb(text):
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def test_every_picture_is_in_its_row_and_column(sheet_cells):
    cells, colours = sheet_cells
    drawing = _Sheet(cells, None, None, 300, '', None)
    sheet, layout = drawing.drawn(), drawing.layout
    assert sheet.size == layout.size
    boxes = [layout.box(one.values) for one in cells]
    for index, box in enumerate(boxes):
        wanted = {4: rgb(FAILED), 7: rgb(MISSING)}.get(index, colours[index])
        inner = sheet.crop((box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2))
        common = max(inner.getcolors(10**6))
        assert common[1] == wanted
        if index not in (4, 7):
            assert common[0] == inner.width * inner.height
        assert (box[2] - box[0], box[3] - box[1]) == (300, 200)
        row, column = divmod(index, 3)
        assert box[0] == boxes[column][0]
        assert box[1] == boxes[3 * row][1]
        assert box[0] > 0
        assert box[2] <= sheet.width - layout.margin
        assert box[3] + layout.caption <= sheet.height - layout.margin + 1
    assert len(set(boxes)) == 12
    assert boxes[1][0] > boxes[0][2]
    assert boxes[3][1] >= boxes[0][3] + layout.caption


def has_ink(sheet, box):
    """Whether something dark is written in a box."""
    return numpy.asarray(sheet.crop(box).convert('L')).min() < 110


def test_every_cell_has_a_caption_and_every_row_and_column_a_label(
    sheet_cells,
):
    drawing = _Sheet(sheet_cells[0], None, None, 300, '', None)
    sheet, layout = drawing.drawn(), drawing.layout
    for one in sheet_cells[0]:
        left, top, right, bottom = layout.box(one.values)
        assert has_ink(sheet, (left, bottom + 1, right,
                               bottom + layout.caption))  # fmt: skip
    for one in sheet_cells[0][:3]:
        left, top, right, _ = layout.box(one.values)
        assert has_ink(sheet, (left, layout.margin + layout.head, right, top))
    for one in sheet_cells[0][::3]:
        _, top, _, bottom = layout.box(one.values)
        inner = layout.margin + layout.headings['pooling'] + layout.gap
        assert has_ink(sheet, (inner, top, layout.left, bottom))
        # the outer heading stands once for the rows that share it
        grouped = (layout.margin, top, inner, bottom)
        assert has_ink(sheet, grouped) == (one.index in (0, 6))


def test_the_caption_says_the_values_and_the_losses(sheet_cells):
    drawing = _Sheet(sheet_cells[0], None, None, 300, '', None)
    text = ' '.join(drawing.captions[0]).replace('\xa0', ' ')
    assert text == (
        'pooling max, content_layers conv3_4, lr 0.1 '
        'content 1.5  style 1.5  TV 1.5'
    )
    assert 'TV' not in ' '.join(drawing.captions[4])  # failed: no losses
    widest = max(
        width_of(line, drawing.line)
        for lines in drawing.captions.values()
        for line in lines
    )
    assert widest <= 300


def test_losses_are_compared_without_weights_where_weights_vary(tmp_path):
    path = tmp_path / 'a.png'
    Image.new('RGB', (30, 20)).save(path)
    cells = [
        result(i, {'style_weight': str(w)}, picture=path,
               record={'style_weight': w})
        for i, w in enumerate([1e2, 1e4])
    ]  # fmt: skip
    drawing = _Sheet(cells, None, None, 300, '', None)
    shown = [' '.join(drawing.captions[i]) for i in (0, 1)]
    assert 'style\xa00.015 ' in shown[0]
    assert 'style\xa01.5e-4' in shown[1]
    assert 'losses without their weights' in drawing._notes()


def test_words_and_title_can_be_others(sheet_cells):
    cells = sheet_cells[0]
    words = {'content': 'içerik', 'lr': 'öğrenme oranı'}
    drawing = _Sheet(cells, None, None, 300, 'Alıştırma 1', words)
    text = ' '.join(drawing.captions[0])
    assert 'içerik' in text
    assert 'öğrenme oranı' in text
    plain = contact_sheet(cells)
    titled = contact_sheet(cells, title='Alıştırma 1', words=words)
    assert titled.height > plain.height


def test_the_head_shows_the_two_images(sheet_cells):
    drawing = _Sheet(sheet_cells[0], None, None, 300, '', None)
    sheet, layout = drawing.drawn(), drawing.layout
    head = sheet.crop((0, 0, sheet.width, layout.margin + layout.head))
    left = layout.margin
    from gluon_style.sweeps.pen import thumbnail

    for name in IMAGES:
        small = thumbnail(name, 2 * layout.thumbnail, layout.thumbnail)
        box = (left, layout.margin, left + small.width,
               layout.margin + small.height)  # fmt: skip
        assert head.crop(box).tobytes() == small.tobytes()
        left += small.width + layout.gap


def test_images_that_are_an_axis_stand_beside_their_labels(tmp_path):
    path = tmp_path / 'a.png'
    Image.new('RGB', (30, 20), 'white').save(path)
    cells = [
        replace(result(i, {'style': name, 'lr': '1'}, picture=path),
                style=name)
        for i, name in enumerate(IMAGES)
    ]  # fmt: skip
    drawing = _Sheet(cells, None, None, 300, '', None)
    sheet, layout = drawing.drawn(), drawing.layout
    for one in cells:
        _, top, _, bottom = layout.box(one.values)
        beside = sheet.crop((layout.margin, top, layout.left, bottom))
        assert len(beside.getcolors(10**6)) > 1000  # a photo, not letters


def test_no_cell_no_sheet():
    with pytest.raises(SettingsError, match='no cell'):
        contact_sheet([])


@given(
    st.text(st.characters(codec='latin-1', exclude_categories=['Cc', 'Z'])),
    st.integers(20, 200),
)
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    face = font(12)
    lines = wrapped(text, face, width)
    assert all(width_of(line, face) <= width for line in lines)
    assert ''.join(lines) == text
    for most in (1, 2):
        short = wrapped(text, face, width, most)
        assert len(short) <= most
        assert all(width_of(line, face) <= width for line in short)


def test_short_number():
    assert short_number(1e6) == '1e6'
    assert short_number(0.000123456, 3) == '0.000123'
    assert short_number(1e-7) == '1e-7'
    assert short_number(0.9) == '0.9'
