"""Sweeps: grids, identity, resuming, dying workers, the contact sheet."""

import csv
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
import zlib
from dataclasses import asdict, replace

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.offsetbox import OffsetImage, TextArea
from PIL import Image

from gluon_style import Settings, find_image
from gluon_style.errors import (
    ImageError,
    LayerError,
    OutputError,
    SettingsError,
    StyleWarning,
)
from gluon_style.runs import precision
from gluon_style.runs.record import load_record
from gluon_style.sweeps import (
    CellResult,
    SweepProgress,
    contact_sheet,
    parsed_grid,
    sweep,
)
from gluon_style.sweeps.child import Children
from gluon_style.sweeps.folder import read_result, write_outcome
from gluon_style.sweeps.grid import label, plan, short_number
from gluon_style.sweeps.places import DIGITS
from gluon_style.sweeps.sheet import ABSENT
from gluon_style.sweeps.tasks import Outcome, tasks_of
from gluon_style.sweeps.worker import run_task
from gluon_style.vgg.weights import STUDENT

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
    st.lists(
        st.just(0.0) | st.floats(min_value=1e-30, max_value=1e12),
        min_size=1,
        unique=True,
    ),
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
    'other digits': ('weights=random:²', 'wanted random:SEED'),
    'long seed': ('weights=random:' + '9' * 5000, 'wanted random:SEED'),
    'device digits': ('device=gpu:²', 'wanted auto, cpu'),
    'long number': ('style_repeats=1' + '0' * 400, r'at most 10\*\*6'),
    'long name': ('content=' + 'x' * 300, 'no such image file'),
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
        ([*OPTIONS, '--grid', 'seed=1', '--set', 'lr=2'], 'by --lr and by'),
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


def test_a_defect_of_ours_is_no_bad_setting(monkeypatch):
    def broken(self):
        if self.epochs == 3:
            raise TypeError('a defect')

    monkeypatch.setattr(Settings, '__post_init__', broken)
    with pytest.raises(TypeError, match='a defect'):
        cells({'lr': [0.1]}, {'epochs': 3})


@pytest.mark.parametrize(
    ('name', 'value'),
    [('pooling', 3), ('device', 1.5), ('width', [30]), ('weights', 7)],
)
@pytest.mark.parametrize('as_axis', [True, False])
def test_a_value_of_another_kind_is_one_line(name, value, as_axis):
    with pytest.raises(SettingsError, match=f'got {name} .*wanted (a|text)'):
        cells(
            {name: [value]} if as_axis else {'lr': [0.1]},
            TINY if as_axis else {name: value},
        )


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
        'warm_start_epochs': 2, 'seed': 1, 'in_range': True,
        'schedule': 'cosine', 'beta1': 0.8, 'beta2': 0.99,
        'precision': 'bfloat16', 'tile': '16', 'scales': 2,
        'coarse_epochs': 2,
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
    monkeypatch.setattr('gluon_style.runs.identity.__version__', '99')
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
    from gluon_style.runs.run import network
    from gluon_style.runs.score import scorer, standardised

    cell = swept[1][0]
    records = []
    images = tuple(read_image(find_image(name)) for name in IMAGES)
    settings = replace(TINY, style_weight=1e2)
    output = run(*images, settings, lambda record, _: records.append(record))
    shape = output.shape[3], output.shape[2]
    score_of = scorer(images, settings, network(settings), shape)
    expected = (postprocess(output).asnumpy() * 255).round()
    got = numpy.asarray(Image.open(cell.picture)).astype('float64')
    # a sum by other threads may round a value to its neighbour
    assert abs(got - expected).max() <= 1
    assert cell.total_loss == pytest.approx(records[-1].total_loss, rel=1e-5)
    assert cell.unweighted('style_loss') == pytest.approx(
        records[-1].style_loss / 1e2, rel=1e-5
    )
    assert cell.record['weights_used'] == {
        'source': 'random', 'detail': 'seed 0', 'digest': '', 'why': '',
    }  # fmt: skip
    assert cell.record['settings']['style_weight'] == 1e2
    ends = score_of(output), score_of(standardised(read_image(cell.picture)))
    for name, end in zip(('as_left', 'as_saved'), ends):
        kept = cell.record[name]
        # a pixel at the border of the range is in or out by other threads
        assert kept == pytest.approx(asdict(end), rel=1e-4, abs=2 / (32 * 24))
        assert (
            table(swept[0])[0][f'total_{name}'] == f'{kept["total_loss"]:.6g}'
        )
    assert cell.record['as_left'] != cell.record['as_saved']
    beside = json.loads(cell.picture.with_suffix('.json').read_text())
    assert beside == cell.record
    for kind, name in zip(('content', 'style'), IMAGES):
        image = beside['inputs'][kind]
        assert image['path'] == str(find_image(name).absolute())
        assert image['name'] == find_image(name).name
        assert 'path' not in load_record(cell.picture)['inputs'][kind]


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
    with pytest.warns(StyleWarning, match='the cell runs again'):
        again = sweep({'lr': [0.1]}, base, *IMAGES, folder)
    assert not again[0].reused
    assert again[0].total_loss == pytest.approx(results[0].total_loss)


@pytest.mark.parametrize(
    ('change', 'reason'),
    [
        (lambda a, b: a.update(b), 'of another run'),
        (lambda a, b: a.update(picture=b['picture']), 'picture is another'),
        (lambda a, b: a['picture'].pop('sha256'), 'picture is another'),
        (lambda a, b: a['settings'].update(tv_weight=9), 'of another run'),
        (lambda a, b: a['last_epoch'].update(tv_loss='x'), 'epoch.tv_loss'),
        (lambda a, b: a['inputs'].update(content=a['inputs']['style']),
         'of other images'),
        (lambda a, b: a['settings'].pop('width'), 'width or .*missing'),
        (lambda a, b: a.update(schema=0), 'schema 0, wanted 1'),
        (lambda a, b: a.clear(), 'schema None, wanted 1'),
    ],
)  # fmt: skip
def test_a_record_is_believed_only_if_it_is_its_own(swept, change, reason):
    folder, results, _ = swept
    path, other = (results[i].picture.with_suffix('.json') for i in (0, 2))
    before = path.read_text()
    record = json.loads(before)
    change(record, json.loads(other.read_text()))
    path.write_text(json.dumps(record))
    ((cell,), tasks) = tasks_of(cells({'style_weight': [1e2]}))
    with pytest.warns(StyleWarning, match=f'relied on .*{reason}.*runs again'):
        result = read_result(folder, cell, tasks[0], True)
    assert result.status == 'missing'
    path.write_text(before)
    assert read_result(folder, cell, tasks[0], True).status == 'done'


def replaced(make):
    """A damage that puts something else in the place of a file."""

    def damage(path, _):
        path.unlink()
        make(path)

    return damage


def rewritten(change):
    """A damage that changes the bytes of a file."""

    def damage(path, other):
        path.write_bytes(change(path.read_bytes(), other.read_bytes()))

    return damage


def flipped(place):
    def change(data, _):
        data = bytearray(data)
        data[place % len(data)] ^= 1
        return bytes(data)

    return change


DAMAGES = {
    'gone': lambda path, _: path.unlink(),
    'folder': replaced(lambda path: path.mkdir()),
    'pipe': replaced(os.mkfifo),
    'link to itself': replaced(lambda path: path.symlink_to(path.name)),
    'link to nothing': replaced(lambda path: path.symlink_to('gone')),
    'endless': replaced(lambda path: path.symlink_to('/dev/zero')),
    'empty': rewritten(lambda *_: b''),
    'cut': rewritten(lambda data, _: data[:-1]),
    'longer': rewritten(lambda data, _: data + b'x'),
    'another cell': rewritten(lambda _, other: other),
    'no text': rewritten(lambda *_: bytes(range(256))),
    'deep': rewritten(lambda *_: b'[' * 100_000),
    'no table': rewritten(lambda *_: b'null'),
    **{f'bit {i}': rewritten(flipped(i)) for i in (0, 99, 999, 5000, -9)},
}


@pytest.mark.parametrize('suffix', ['.json', '.png'])
@pytest.mark.parametrize('name', DAMAGES)
def test_a_damaged_cell_is_missing(swept, tmp_path, name, suffix):
    """Whatever is there instead, nothing is believed, hangs or is raised."""
    cells_there = tmp_path / 'cells'
    shutil.copytree(swept[0] / 'cells', cells_there)
    names = [swept[1][i].picture.with_suffix(suffix).name for i in (0, 2)]
    ((cell,), tasks) = tasks_of(cells({'style_weight': [1e2]}))
    result = read_result(tmp_path, cell, tasks[0], True)
    before = vars(result).copy()
    assert result.status == 'done'
    DAMAGES[name](*(cells_there / i for i in names))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        result = read_result(tmp_path, cell, tasks[0], True)
    if result.status == 'done':  # a bit of a name, say, or a space more
        assert suffix == '.json'
        assert {**before, 'record': 0} == {**vars(result), 'record': 0}
    else:
        assert result.status == 'missing'
        gone = suffix == '.json' and name in ('gone', 'link to nothing')
        assert len(said) == (0 if gone else 1)


def test_a_loss_that_was_changed_is_not_believed(swept, tmp_path):
    """The record has no digest of its own; its picture holds it as well."""
    shutil.copytree(swept[0] / 'cells', tmp_path / 'cells')
    path = tmp_path / 'cells' / swept[1][0].picture.with_suffix('.json').name
    record = json.loads(path.read_text())
    record['last_epoch']['total_loss'] *= 1.001
    path.write_text(json.dumps(record))
    ((cell,), tasks) = tasks_of(cells({'style_weight': [1e2]}))
    with pytest.warns(StyleWarning, match='says otherwise than its picture'):
        result = read_result(tmp_path, cell, tasks[0], True)
    assert result.status == 'missing'


@pytest.mark.parametrize('name', ['cells', 'sheet.png', 'png', 'json'])
@pytest.mark.parametrize('kind', ['folder', 'pipe'])
def test_a_place_that_takes_no_file_is_refused_before_a_cell_runs(
    tmp_path, monkeypatch, name, kind
):
    monkeypatch.setattr(Children, 'run', None)
    (tmp_path / 'cells').mkdir()
    ((_,), tasks) = tasks_of(cells({'style_weight': [1e2]}))
    target = tmp_path / name
    if name in ('png', 'json'):
        target = tmp_path / 'cells' / f'{tasks[0].identity[:DIGITS]}.{name}'
    if name == 'cells':
        target.rmdir()
        target.touch()
    elif kind == 'pipe':
        os.mkfifo(target)
    else:
        target.mkdir()
    with pytest.raises(OutputError, match='cannot (write|make)'):
        sweep({'style_weight': [1e2]}, TINY, *IMAGES, tmp_path)


@pytest.mark.parametrize('read', ['content', 'style', 'weights'])
@pytest.mark.parametrize('name', ['sheet.png', 'losses.csv', 'png', 'json'])
@pytest.mark.parametrize('link', [os.link, os.symlink])
def test_what_a_sweep_reads_is_never_written(tmp_path, read, name, link):
    """With overwrite neither, which is for the sheet and the table."""
    source = STUDENT if read == 'weights' else find_image(IMAGES[0])
    mine = tmp_path / f'mine{source.suffix}'
    mine.write_bytes(source.read_bytes())
    folder = tmp_path / 'out'
    (folder / 'cells').mkdir(parents=True)
    grid, base = {read: [str(mine)]}, {**TINY.record(), 'epochs': 1}
    base.pop(read, None)
    ((_,), tasks) = tasks_of(cells(grid, base))
    target = folder / name
    if '.' not in name:
        digits = tasks[0].identity[:DIGITS]
        target = folder / 'cells' / f'{digits}.{name}'
    link(mine, target)
    with pytest.raises(OutputError, match='the sweep reads it as .*mine'):
        sweep(grid, base, *IMAGES, folder)
    assert mine.read_bytes() == source.read_bytes()
    assert len([*folder.rglob('*')]) == 2


def test_the_weights_that_a_variable_names_are_not_written(
    tmp_path, monkeypatch
):
    mine = tmp_path / 'sheet.png'
    mine.write_bytes(STUDENT.read_bytes())
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', str(mine))
    base = {**TINY.record(), 'weights': None, 'epochs': 1}
    with pytest.raises(OutputError, match='the sweep reads it as .*sheet'):
        sweep({'style_weight': [1e2]}, base, *IMAGES, tmp_path)
    assert mine.read_bytes() == STUDENT.read_bytes()


def test_a_link_in_the_place_of_a_cell_is_not_written_through(tmp_path):
    """Tools that keep versions of data put links to their stores there."""
    ((_,), tasks) = tasks_of(cells({'style_weight': [1e2]}))
    (tmp_path / 'cells').mkdir()
    stored = tmp_path / 'stored'
    stored.write_text('kept')
    path = tmp_path / 'cells' / f'{tasks[0].identity[:DIGITS]}.json'
    path.symlink_to(stored)
    write_outcome(tmp_path, tasks[0], Outcome('', error='it failed'))
    assert stored.read_text() == 'kept'
    assert load_record(path)['end']['why'] == 'it failed'


def test_what_a_killed_sweep_left_is_removed(swept):
    folder, results, _ = swept
    left = folder / 'cells' / '.gluon-style-abc.png'
    left.write_bytes(b'half')
    base = replace(TINY, style_weight=1e2)
    again = sweep({'lr': [0.1]}, base, *IMAGES, folder)
    assert again[0].picture == results[0].picture
    assert not left.exists()


def test_a_record_has_the_precision_that_was_used(tmp_path, monkeypatch):
    """A worker without bfloat16 has float32; its cell is not run again."""
    monkeypatch.setattr(precision, 'cpu_flags', set)
    asked = replace(TINY, precision='bfloat16', epochs=1)
    ((cell,), tasks) = tasks_of(cells({'lr': [0.1]}, asked))
    (tmp_path / 'cells').mkdir()
    with pytest.warns(RuntimeWarning, match='no bfloat16'):
        outcome = run_task(tasks[0], lambda epoch: None)
    write_outcome(tmp_path, tasks[0], outcome)
    result = read_result(tmp_path, cell, tasks[0], True)
    assert result.status == 'done', outcome.error
    assert result.record['settings']['precision'] == 'float32'
    assert result.record['machine']['bfloat16'] is False
    used = replace(asked, precision='float32')
    assert identities({'lr': [0.1]}, used) == [result.record['run']]


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
    children = []
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
                children.append(int(entry))
    assert len(children) == 1
    return children[0]


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
    for pair in zip(results, swept[1][::2]):
        got, expected = (numpy.asarray(Image.open(i.picture)) for i in pair)
        assert abs(got.astype(int) - expected).max() <= 1  # other threads


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
        while b'1/3 cells; epochs 2: done' not in seen:
            new = os.read(process.stderr.fileno(), 4096)
            assert new, seen.decode()
            seen += new
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)  # the sheet is being drawn: it waits for that
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


class Terminal(io.StringIO):
    def isatty(self):
        return True


def progress_on(stream, monkeypatch):
    """What the bar writes to a stream about a cell of ten epochs."""
    from gluon_style.cli.sweep import _Bar

    monkeypatch.setattr(sys, 'stderr', stream)
    bar = _Bar(quiet=False)
    events = [('started', 0), *(('epoch', i + 1) for i in range(10)),
              ('done', 0)]  # fmt: skip
    for event, epoch in events:
        finished = int(event == 'done')
        bar(SweepProgress(event, 0, {'lr': '1'}, epoch, 10, finished, 2))
    bar.close()
    return stream.getvalue()


def test_a_log_gets_a_plain_line_for_each_cell(monkeypatch):
    said = progress_on(io.StringIO(), monkeypatch)
    assert said == '1/2 cells; lr 1: done\n'


def test_a_terminal_gets_a_bar(monkeypatch):
    assert '\r' in progress_on(Terminal(), monkeypatch)


# the contact sheet


def noise(path, width, height):
    """A picture that no resampling leaves as it is, like no other."""
    random = numpy.random.RandomState(zlib.crc32(path.name.encode()))
    pixels = random.randint(0, 256, (height, width, 3)).astype('uint8')
    Image.fromarray(pixels).save(path)
    return path


ORIGIN = {'source': 'file', 'detail': 'a/w.params', 'digest': '', 'why': ''}


def result(index, values, status='done', **options):
    settings = {'width': 30, 'height': 20, 'epochs': 5, 'style_weight': 1e3,
                'content_weight': 1.0, 'tv_weight': 10.0}  # fmt: skip
    settings.update(options.pop('settings', {}))
    record = {'settings': settings, 'weights_used': ORIGIN}
    losses = dict.fromkeys(
        ('content_loss', 'style_loss', 'tv_loss', 'total_loss'), 1.5
    )
    return CellResult(
        index, values, status, **losses, record=record,
        **{'content': IMAGES[0], 'style': IMAGES[1], **options},
    )  # fmt: skip


def results_of(folder, axes, sizes=((30, 20),), **options):
    """A cell that is done for every combination, of these sizes in turn."""
    choices = itertools.product(*axes.values())
    return [
        result(
            i, dict(zip(axes, labels)),
            picture=noise(folder / f'{i}.png', *sizes[i % len(sizes)]),
            **{k: v(i) for k, v in options.items()},
        )
        for i, labels in enumerate(choices)
    ]  # fmt: skip


DEEP = 'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1'
THREE = {
    'pooling': ['max', 'average'],
    'content_layers': ['conv3_4', DEEP],
    'lr': ['0.1', '0.5', '0.9'],
}


@pytest.fixture
def three_axes(tmp_path):
    """2 x 2 x 3 cells; one failed, one missing."""
    cells = results_of(tmp_path, THREE)
    cells[4] = result(
        4, cells[4].values, 'failed', error='the loss is nan ' * 30
    )
    cells[7] = result(7, cells[7].values, 'missing')
    return cells


@pytest.fixture
def drawn(monkeypatch):
    """A function that draws a sheet and returns its figure and pixels."""
    figures = []
    save = Figure.savefig

    def keep(figure, *arguments, **options):
        figures.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, 'savefig', keep)

    def draw(results, cell_width=240, title='', words=None):
        sheet = contact_sheet(results, None, None, cell_width, title, words)
        figures[-1].draw_without_rendering()  # moves all back from the edge
        return figures[-1], numpy.asarray(sheet)

    return draw


def extents(figure, kind):
    """The artists of a kind, and where each is: its sides in pixels."""
    return [
        (artist, artist.get_window_extent().extents)
        for artist in figure.findobj(kind)
    ]


def texts(figure):
    """Everything that is written, and where."""
    return [
        (part.get_text(), sides) for part, sides in extents(figure, TextArea)
    ]


def enlarged(cell, times):
    """A cell's picture with a square for each pixel."""
    pixels = numpy.asarray(Image.open(cell.picture))
    return pixels.repeat(times, 0).repeat(times, 1)


def place_of(picture, pixels):
    """Where a picture is on a sheet to the last pixel: its left and top."""
    high, wide, _ = picture.shape
    for top, left in numpy.argwhere((pixels == picture[0, 0]).all(-1)):
        part = pixels[top : top + high, left : left + wide]
        if numpy.array_equal(part, picture):
            return left, top
    raise AssertionError('the picture is not there')


def sheets_of_all_kinds(folder):
    yield results_of(folder, {'lr': ['0.1', '0.5']})
    yield results_of(folder, {'lr': ['0.1']})
    yield results_of(folder, {'lr': ['0.1', '0.5'], 'seed': list('12345')})
    yield results_of(folder, THREE, sizes=((20, 30),))
    yield results_of(
        folder, {'width': ['60', '150', '225', '450']},
        sizes=((60, 40), (150, 100), (225, 150), (450, 300)),
    )  # fmt: skip
    yield results_of(
        folder, {'content': ['a$b$.jpg', 'x' * 60], 'style': ['c', 'd']},
        content=lambda i: IMAGES[i // 2], style=lambda i: IMAGES[i % 2],
    )  # fmt: skip
    values = [{'tv_weight': i, 'content_layers': DEEP} for i in '12']
    yield [result(i, values[i], 'failed', error='nan ' * 99) for i in (0, 1)]


@pytest.mark.parametrize('kind', range(7))
@pytest.mark.parametrize('cell_width', [60, 300])
def test_nothing_overlaps_is_cut_or_left_out(
    kind, cell_width, tmp_path, drawn
):
    results = list(sheets_of_all_kinds(tmp_path))[kind]
    figure, pixels = drawn(results, cell_width, title='A title ' * 9)
    for edge in (pixels[:9], pixels[-9:], pixels[:, :9], pixels[:, -9:]):
        assert (edge == 255).all()
    parts = texts(figure) + extents(figure, OffsetImage)
    parts += extents(figure, AxesImage)
    for (_, a), (_, b) in itertools.combinations(parts, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert min(across, down) <= 1, (a, b)  # a pixel: places are rounded
    written = {''.join(text.split()) for text, _ in texts(figure)}
    for cell in results:
        assert {*cell.values} <= written
        assert {*cell.values.values()} <= written


@pytest.mark.parametrize(
    ('cell_width', 'times'), [(10, 1), (44, 1), (60, 2), (300, 10)]
)
def test_a_pixel_of_a_picture_is_a_square_of_the_sheet(
    cell_width, times, three_axes
):
    pixels = numpy.asarray(contact_sheet(three_axes, cell_width=cell_width))
    for cell in three_axes:
        if cell.picture:
            place_of(enlarged(cell, times), pixels)


def test_too_many_pictures_for_a_sheet_are_reduced_or_refused(
    three_axes, drawn, monkeypatch
):
    monkeypatch.setattr('gluon_style.sweeps.sheet.LARGEST', 100)
    figure, _ = drawn(three_axes)  # four rows
    sizes = {i.get_size() for i in figure.findobj(AxesImage)}
    assert sizes == {(17, 25)}
    monkeypatch.setattr('gluon_style.sweeps.sheet.MOST', 500)
    with pytest.raises(SettingsError, match='got 4 rows and 3 columns'):
        contact_sheet(three_axes)


@pytest.mark.parametrize('part', [slice(None), slice(2, None)])
def test_every_cell_is_in_its_row_and_column(part, three_axes, drawn):
    """Also where the sheet is of a part of the cells."""
    cells = [cell for cell in three_axes[part] if cell.picture]
    _, pixels = drawn(three_axes[part])
    places = {i.labels: place_of(enlarged(i, 8), pixels) for i in cells}
    for a, b in itertools.combinations(cells, 2):
        left, top = places[a.labels]
        other_left, other_top = places[b.labels]
        assert (left == other_left) == (a.values['lr'] == b.values['lr'])
        assert (top == other_top) == (a.labels[:-1] == b.labels[:-1])


def test_headings_stand_above_their_column_and_left_of_their_row(
    three_axes, drawn
):
    figure, _ = drawn(three_axes)
    written = texts(figure)
    pictures = [sides for _, sides in extents(figure, AxesImage)]
    left = min(sides[0] for sides in pictures)
    top = max(sides[3] for sides in pictures)
    for name in THREE['lr']:
        (heading,) = [sides for text, sides in written if text == name]
        assert heading[1] > top
        assert min(abs(sides[0] - heading[0]) for sides in pictures) < 1
    headings = [i[1] for i in written if i[0] in ('max', 'average')]
    tops = [sides[3] for sides in headings]
    assert len(tops) == len({round(i) for i in tops}) == 4
    assert all(sides[2] < left for sides in headings)


@pytest.mark.parametrize(('index', 'status'), [(4, 'failed'), (7, 'missing')])
@pytest.mark.parametrize('cell_width', [60, 300])
def test_a_failed_and_a_missing_cell_are_shown_as_such(
    index, status, cell_width, three_axes, drawn
):
    figure, pixels = drawn(three_axes, cell_width)
    word, _, paper = ABSENT[status]
    assert (pixels == rgb(paper)).all(-1).sum() > 5000
    (axes,) = [
        axes
        for axes in figure.axes
        if axes.get_frame_on() and numpy.allclose(
            axes.get_facecolor()[:3], numpy.divide(rgb(paper), 255))
    ]  # fmt: skip
    box = axes.bbox.extents
    (text,) = [
        text for text, sides in texts(figure)
        if (box[:2] <= sides[:2]).all() and (sides[2:] <= box[2:]).all()
    ]  # fmt: skip
    assert text.startswith(word)
    if status == 'failed':
        assert ' '.join(text.split()).startswith('failed: the loss is nan')
        assert text.endswith('\N{HORIZONTAL ELLIPSIS}')


def rgb(text):
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def test_the_caption_says_the_losses(three_axes, drawn):
    line = 'content\xa01.5  style\xa01.5  TV\xa01.5'
    assert three_axes[0].caption({}, True) == line
    written = [
        ' '.join(text.split()) for text, _ in texts(drawn(three_axes)[0])
    ]
    assert ' '.join(line.split()) in written
    assert three_axes[4].caption({}, True) == ''  # failed


def test_no_caption_repeats_a_heading(three_axes, drawn):
    figure, _ = drawn(three_axes)
    written = [''.join(text.split()) for text, _ in texts(figure)]
    for axis, labels in THREE.items():
        headings = 3 if axis == 'lr' else 4  # columns, rows
        assert sum(axis in text for text in written) == headings
        for text in labels:
            times = sum(text == part for part in written)
            assert times == headings / len(labels)


def test_losses_are_compared_without_weights_where_weights_vary(
    tmp_path, drawn
):
    weights = [1e2, 1e4, 0]
    cells = results_of(
        tmp_path, {'style_weight': ['100', '10000', '0']},
        settings=lambda i: {'style_weight': weights[i]},
    )  # fmt: skip
    written = ' '.join(text for text, _ in texts(drawn(cells)[0]))
    assert 'losses without their weights' in written
    assert 'style\xa00.015 ' in written
    assert 'style\xa00.00015\n' in written
    # a loss that has no weight is not known: it was 0 with its weight
    assert 'style\xa0\N{EN DASH} ' in written


def test_the_head_says_what_all_cells_share(three_axes, drawn):
    written = [text for text, _ in texts(drawn(three_axes)[0])]
    assert '30 x 20\n5 epochs\nVGG-19 file: w.params' in written


def test_words_and_title_can_be_others(three_axes, drawn):
    words = {'content': 'içerik', 'lr': 'öğrenme oranı', 'TV': 'TD'}
    words.update({'VGG-19 file': 'VGG-19 dosya', '0.1': '0,1', '.': ','})
    figure, _ = drawn(three_axes, title='Alıştırma 1', words=words)
    written = [text for text, _ in texts(figure)]
    assert {'Alıştırma 1', 'içerik', 'öğrenme oranı', '0,1'} <= set(written)
    assert not {'lr', 'content', 'TV', '0.1'} & set(' '.join(written).split())
    assert any('VGG-19 dosya: w.params' in text for text in written)
    losses = [text for text in written if 'TD\xa01' in text]
    assert losses
    # a comma is a decimal one, and no place to break a line
    assert all('TD\xa01,5' in text for text in losses)


def test_the_head_shows_the_two_images(three_axes, drawn):
    figure, _ = drawn(three_axes)
    top = max(sides[3] for _, sides in extents(figure, AxesImage))
    shown = extents(figure, OffsetImage)
    assert len(shown) == 2
    for name, (part, sides) in zip(IMAGES, shown):
        assert sides[1] > top
        with Image.open(find_image(name)) as image:
            small = image.convert('RGB')
        small.thumbnail((round(sides[2] - sides[0]), 9999))
        assert (part.get_data() == numpy.asarray(small)).all()


def test_images_that_are_an_axis_stand_beside_their_labels(tmp_path, drawn):
    cells = results_of(
        tmp_path, {'style': ['avenue', 'lake'], 'lr': ['1']},
        style=lambda i: IMAGES[1 - i],
    )  # fmt: skip
    figure, _ = drawn(cells)
    places = dict(texts(figure))
    thumbnails = [sides for _, sides in extents(figure, OffsetImage)]
    for name in ('avenue', 'lake'):
        left, bottom, *_ = places[name]
        assert any(
            abs(box[0] - left) < 1 and 0 < bottom - box[3] < 20
            for box in thumbnails
        )


def test_no_cell_no_sheet():
    with pytest.raises(SettingsError, match='no cell'):
        contact_sheet([])


def test_short_number():
    assert short_number(1e6) == '1e6'
    assert short_number(0.000123456, 3) == '0.000123'
    assert short_number(1e-7) == '1e-7'
    assert short_number(0.9) == '0.9'
