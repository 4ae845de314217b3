"""A run goes on from its state, in memory or in a file, to the same bits."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from arrays import assert_equal, plain

import gluon_style as gs
from gluon_style.cli.checkpointing import ABOUT, STATE, Checkpoints, Keeping
from gluon_style.cli.reporter import Reporter
from gluon_style.errors import CheckpointError, TrainingError
from gluon_style.runs.counting import RunPicture
from gluon_style.runs.identity import run_digest, run_identity
from gluon_style.storage import checkpoints, download
from gluon_style.storage.checkpoints import (
    difference,
    read_checkpoint,
    save_checkpoint,
)
from gluon_style.storage.run_folder import (
    checkpoint_path,
    remove_checkpoint,
)

SMALL = {'width': 48, 'height': 32, 'epochs': 12, 'weights': 'student'}
STAGES = {
    'epochs': 4, 'warm_start': 'random:1', 'warm_start_epochs': 4,
    'second_scale': 2, 'second_epochs': 4,
}  # fmt: skip
LBFGS = {'optimizer': 'l-bfgs'}
KINDS = {
    'adam': {'lr_decay_epoch': 5},
    'projected adam': {'in_range': True, 'schedule': 'cosine'},
    "pytorch's adam": {'adam_epsilon': 'pytorch'},
    'l-bfgs': LBFGS,
    'l-bfgs in range': {**LBFGS, 'in_range': True},
    'bfloat16 adam': {'precision': 'bfloat16'},
    'bfloat16 l-bfgs': {**LBFGS, 'in_range': True, 'precision': 'bfloat16'},
    'stages of adam': STAGES,
    'stages of l-bfgs': {**STAGES, **LBFGS},
}


def without_seconds(records):
    return [dataclasses.replace(record, seconds=0.0) for record in records]


@pytest.mark.filterwarnings('ignore:this processor has no')
@pytest.mark.parametrize('kind', KINDS)
def test_a_run_goes_on_to_the_same_bits_from_a_file(kind, picture, tmp_path):
    settings = gs.Settings(**{**SMALL, **KINDS[kind]})
    images, net = (picture(40, 60), picture(50, 30)), None
    states, records = [], []

    def note(record, current):
        states.append(current.state())
        records.append(record)

    wanted = gs.run(*images, settings, note, every=1, net=net)
    assert len(records) == 12
    # in the middle, at the end of a stage, at the beginning, at the very end
    for i in (0, 3, 6, 7, 11):
        save_checkpoint(tmp_path / 'c', states[i], {})
        state, _ = read_checkpoint(tmp_path / 'c')
        rest = []
        got = gs.run(
            *images, settings, lambda r, _, rest=rest: rest.append(r),
            every=1, state=state,
        )  # fmt: skip
        assert_equal(got, wanted)
        assert without_seconds(rest) == without_seconds(records[i + 1 :])
        assert all(r.seconds > records[i].seconds for r in rest)


def test_a_state_is_of_its_moment(picture):
    """Later steps do not change what was taken before."""
    kept = []
    gs.run(picture(40, 60), picture(50, 30), gs.Settings(**SMALL),
           lambda _, p: kept.append((p.state(), plain(p.X).copy())),
           every=1)  # fmt: skip
    for state, X in kept:
        assert_equal(state['X'], X)
    assert not numpy.array_equal(kept[0][0]['moment.0'],
                                 kept[1][0]['moment.0'])  # fmt: skip


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        ({'width': 64}, 'wanted .1, 3, 32, 64.'),
        (LBFGS, 'of another optimizer'),
        ({**LBFGS, 'in_range': True}, 'of another optimizer'),
    ],
)
def test_a_state_of_another_run_is_refused(picture, change, message):
    images, states = (picture(40, 60), picture(50, 30)), []
    settings = gs.Settings(**{**SMALL, 'epochs': 2})
    gs.run(*images, settings, lambda _, p: states.append(p.state()), every=1)
    other = dataclasses.replace(settings, **change)
    with pytest.raises(CheckpointError, match=message):
        gs.run(*images, other, state=states[0])


def test_a_picture_that_is_not_finite_is_no_result(picture):
    """Without a callback nobody has looked at a loss."""
    settings = gs.Settings(**{**SMALL, 'lr': 3e38})
    with pytest.raises(TrainingError, match='not finite'):
        gs.run(picture(40, 60), picture(50, 30), settings)


# ---- the file ----------------------------------------------------------

ARRAYS = {
    'X': numpy.arange(6, dtype='float32').reshape(1, 2, 3),
    'epoch': numpy.array(7), 'none': numpy.zeros((0, 2, 3), 'float32'),
    'nan': numpy.array([numpy.nan, -0.0]),
    'bytes': numpy.arange(3, dtype='u1'),
}  # fmt: skip


def test_a_file_gives_back_what_it_took(tmp_path):
    path = checkpoint_path(tmp_path / 'out.png')
    assert path.parent.name == '.out.png.checkpoint'
    path.parent.mkdir()
    save_checkpoint(path, ARRAYS, {'epoch': 7, 'layers': ['conv1_1', 5]})
    arrays, about = read_checkpoint(path)
    assert about == {'epoch': 7, 'layers': ['conv1_1', 5]}
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()
    assert list(path.parent.iterdir()) == [path]
    remove_checkpoint(path)
    assert not list(tmp_path.iterdir())


def test_the_one_before_stays_until_the_next_is_whole(tmp_path, monkeypatch):
    path = checkpoint_path(tmp_path / 'c')
    path.parent.mkdir()
    save_checkpoint(path, ARRAYS, {'epoch': 1})
    before = path.read_bytes()

    def fail(_):
        assert path.read_bytes() == before
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(checkpoints, 'to_disk', fail)
    with pytest.raises(OSError, match='No space'):
        save_checkpoint(path, ARRAYS, {'epoch': 2})
    assert path.read_bytes() == before
    remove_checkpoint(path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('place', [0, 9, 60, 200, -100, -1])
def test_every_damage_is_one_line(tmp_path, place):
    path = tmp_path / 'c'
    save_checkpoint(path, ARRAYS, {'epoch': 1})
    data = bytearray(path.read_bytes())
    data[place] ^= 0x41
    path.write_bytes(data)
    # the 60th byte is of the name that says what the file is
    with pytest.raises(CheckpointError, match='is damaged|wanted a gluon'):
        read_checkpoint(path)
    path.write_bytes(data[:-7])
    with pytest.raises(CheckpointError, match='is damaged'):
        read_checkpoint(path)


def test_what_is_said_of_a_run_is_under_the_digest_too(tmp_path):
    path = tmp_path / 'c'
    save_checkpoint(path, ARRAYS, {'epoch': 1, 'run': {'lr': 0.3}})
    data = path.read_bytes()
    assert data.count(b'0.3') == 1
    path.write_bytes(data.replace(b'0.3', b'0.4'))
    with pytest.raises(CheckpointError, match='is damaged'):
        read_checkpoint(path)


@pytest.mark.parametrize('data', [b'', b'\x80\x04K\x01.', b'PK\x03\x04' * 9])
def test_what_is_no_checkpoint_is_refused_and_not_run(tmp_path, data):
    (tmp_path / 'c').write_bytes(data)
    with pytest.raises(CheckpointError, match='is damaged'):
        read_checkpoint(tmp_path / 'c')


def test_a_checkpoint_of_another_kind_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, 'KIND', 'gluon-style checkpoint 9')
    save_checkpoint(tmp_path / 'c', ARRAYS, {})
    monkeypatch.undo()
    with pytest.raises(CheckpointError, match='checkpoint 9, wanted'):
        read_checkpoint(tmp_path / 'c')


def test_a_long_name_has_a_checkpoint_too(tmp_path):
    path = checkpoint_path(tmp_path / ('x' * 251 + '.png'))
    path.parent.mkdir()
    save_checkpoint(path, ARRAYS, {})
    assert path != checkpoint_path(tmp_path / ('y' * 251 + '.png'))


def test_a_difference_far_along_is_a_difference():
    layers = [f'conv{i}_{j}' for i in range(1, 6) for j in (1, 2)]
    other = [*layers[:-1], 'conv5_3']
    assert len(', '.join(layers[:-1])) > 60
    long = {'style_layers': layers * 2}
    longer = {'style_layers': [*layers, *other]}
    assert difference(long, longer).startswith('style_layers is conv1_1, ')
    assert difference(long, long) is None


def test_a_difference_is_named():
    a = {'lr': 0.9, 'layers': [1, 2]}
    assert difference(a, dict(a)) is None
    assert difference(a, {**a, 'lr': 0.5}) == 'lr is 0.9 there and 0.5 here'
    assert difference({}, {'lr': 1}) == 'lr is nothing there and 1 here'
    assert difference({'x': 1}, {}) == 'x is 1 there and nothing here'
    assert difference({'x': ''}, {'x': 1}) == 'x is nothing there and 1 here'
    assert difference({'x': ''}, {}) is None


# ---- when it is written ------------------------------------------------


def test_checkpoints_take_at_most_a_fiftieth_of_the_time(
    tmp_path, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr('time.monotonic', lambda: now[0])
    monkeypatch.setattr(
        'gluon_style.cli.checkpointing.save_checkpoint',
        lambda *_: now.__setitem__(0, now[0] + 3),
    )
    kept = Checkpoints(tmp_path / 'c', {'run': {}}, Keeping(seconds=60))
    saved = 0
    for epoch in range(2000):
        now[0] += 1
        if kept.due(epoch):
            kept.save({}, epoch)
            saved += 1
    # the first after a minute, then one in 150 seconds, for each takes 3
    assert saved == 1 + (now[0] - 63) // 153
    assert 3 * (saved - 1) / (now[0] - 63) < 0.02


def test_epochs_and_seconds_whichever_is_sooner(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr('time.monotonic', lambda: now[0])
    kept = Checkpoints(
        tmp_path / 'c', {'run': {}}, Keeping(seconds=60, epochs=5)
    )
    assert [kept.due(epoch) for epoch in (1, 4, 5)] == [False, False, True]
    now[0] = 60.0
    assert kept.due(1)
    silent = Checkpoints(tmp_path / 'c', {}, Keeping(seconds=None, epochs=1))
    assert not silent.due(9)
    silent.save(ARRAYS, 1)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_takes_no_checkpoint_stops_nothing(tmp_path, capsys):
    kept = Checkpoints(tmp_path / 'gone' / 'c', {'run': {}}, Keeping())
    kept.save(ARRAYS, 3)
    assert not kept.saved
    (line,) = capsys.readouterr().err.splitlines()
    assert 'no checkpoint' in line


def test_a_full_disk_is_said_once(tmp_path, capsys, monkeypatch):
    kept = Checkpoints(tmp_path / 'c', {'run': {}}, Keeping())
    faults = ['full', 'full', '', 'full', 'gone']

    def fail(*_):
        reason = faults.pop(0)
        if reason:
            raise OSError(reason)

    monkeypatch.setattr('gluon_style.cli.checkpointing.save_checkpoint', fail)
    for epoch in range(5):
        kept.save(ARRAYS, epoch)
    lines = capsys.readouterr().err.splitlines()
    assert [i.split()[3] for i in lines] == ['full:', 'gone:']


def test_without_checkpoints_no_state_is_copied(tmp_path, monkeypatch):
    """Not on a signal either: a copy of all pairs is large."""
    monkeypatch.setattr('gluon_style.cli.signals.pending', lambda: True)
    monkeypatch.setattr('gluon_style.cli.signals.note_only', lambda: None)
    silent = Checkpoints(tmp_path / 'c', {}, Keeping(seconds=None))
    reporter = Reporter(9, 1, quiet=True, checkpoints=silent)
    picture = RunPicture(numpy.zeros((1, 3, 2, 2)), pytest.fail)
    with contextlib.suppress(KeyboardInterrupt):
        reporter(gs.EpochRecord(1, 1.0, 1.0, 1.0, 3.0, 0.9, 1.0), picture)
    assert Checkpoints(tmp_path / 'c', {}, Keeping()).due(1, stopping=True)


# ---- whose it is -------------------------------------------------------


def test_the_same_run_in_other_words_is_the_same_run():
    words = {'content_layers': ['conv4_4'], 'style_weight': 1000,
             'style_layers': ['conv2_1', 0, '10', 28, 'conv4_1']}  # fmt: skip
    images = ('a', 'b', 'white')
    one, other = (
        run_identity(
            images, gs.Settings(64, 48, **i, weights='random'), ('w', '')
        )
        for i in ({}, words)
    )
    assert difference(one, other) is None
    assert run_digest(one) == run_digest(other)
    other = run_identity(('a', 'b', 'black'), gs.Settings(64, 48), ('w', ''))
    assert other != one


@pytest.mark.parametrize(
    ('files', 'first'), [(['a.gif'], 'a.gif'), (5, 'a.png'), (None, 'a.png')]
)
def test_a_resume_with_other_outputs_names_the_first(tmp_path, files, first):
    from gluon_style.cli.targets import Targets, _check_files

    targets = Targets.of(tmp_path / 'a.png', None, True, None, True)
    _check_files(targets, {'files': targets.named})
    with pytest.raises(CheckpointError, match=f'differs in {first}: give'):
        _check_files(targets, {'files': files})


@pytest.mark.parametrize('lacks', [*ABOUT, *STATE])
@pytest.mark.parametrize('instead', [None, 'x'])
def test_a_checkpoint_of_something_else_is_one_line(tmp_path, lacks, instead):
    """Its digest is right, but it is none of a transfer."""
    about = {name: kind() for name, kind in ABOUT.items()}
    arrays = {k: numpy.ones((2,) * n) for k, n in STATE.items()}
    kept = Checkpoints(tmp_path / 'c', about, Keeping())
    save_checkpoint(tmp_path / 'c', arrays, about)
    assert kept.resumed().keys() == arrays.keys()
    here = about if lacks in about else arrays
    del here[lacks]
    if instead:
        here[lacks] = 1.5 if here is about else numpy.zeros(0)
    save_checkpoint(tmp_path / 'c', arrays, about)
    kept = Checkpoints(tmp_path / 'c', {'run': {}}, Keeping())
    with pytest.raises(CheckpointError, match='no checkpoint of a transfer'):
        kept.resumed()


@pytest.mark.parametrize('lacks', ['moment.1', 'updates', 'learning_rate'])
def test_train_says_what_a_state_lacks(picture, shallow_net, lacks):
    X = gs.preprocess(picture(16, 24), (24, 16))
    layers = {'content_layers': ['conv2_1'], 'style_layers': ['conv1_1']}
    features = gs.extract_features(X, shallow_net, *layers.values())
    run, states = (X, *features, shallow_net, X.ctx, 0.1, 2, 50), []
    gs.train(*run, lambda _, p: states.append(p.state()), every=1, **layers)
    wrong = {k: v for k, v in states[0].items() if k != lacks}
    with pytest.raises(CheckpointError, match=f'no {lacks!r}: it is of'):
        gs.train(*run, state=wrong, **layers)
    states[0]['moment.0'] = numpy.zeros((1, 3, 2, 2), 'float32')
    with pytest.raises(CheckpointError, match='of another size'):
        gs.train(*run, state=states[0], **layers)


def test_a_key_error_of_a_callback_is_no_fault_of_the_state(picture):
    settings, states = gs.Settings(**{**SMALL, 'epochs': 2}), []
    images = picture(40, 60), picture(50, 30)
    gs.run(*images, settings, lambda _, p: states.append(p.state()), every=1)
    with pytest.raises(KeyError, match='mine'):
        gs.run(*images, settings, lambda *_: {}['mine'], state=states[0])


def test_a_large_file_is_read_once_until_it_changes(tmp_path, monkeypatch):
    path, read = tmp_path / 'w', []
    real = download.file_hash
    monkeypatch.setattr(
        download, 'file_hash', lambda *i: read.append(i) or real(*i)
    )
    path.write_bytes(b'one')
    first = {download.remembered_hash(path) for _ in range(3)}
    assert (len(first), len(read)) == (1, 1)
    assert download.remembered_hash(path, 'sha1') not in first
    path.write_bytes(b'another')
    assert download.remembered_hash(path) not in first


# ---- SIGKILL -----------------------------------------------------------


def test_killed_runs_go_on_to_the_same_bytes(tmp_path):
    """A few kills of each kind; GLUON_STYLE_KILLS=26 makes more than 200."""
    kills = os.environ.get('GLUON_STYLE_KILLS', '1')
    script = Path(__file__).with_name('killing.py')
    seed = os.environ.get('GLUON_STYLE_TEST_SEED', '1729')
    result = subprocess.run(
        [sys.executable, str(script), str(tmp_path), kills, seed],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    counts = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(counts) == 8
    assert all(i['kills'] == int(kills) for i in counts)
