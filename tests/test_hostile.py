"""What a user's bad day holds: each test is a fault that was once there."""

import contextlib
import fcntl
import inspect
import os
import re
import subprocess
import sys
from typing import get_type_hints

import numpy
import pytest
from PIL import Image
from typer.models import OptionInfo

import gluon_style as gs
from gluon_style._mxnet import np
from gluon_style.cli import main, signals
from gluon_style.cli.checkpointing import Checkpoints, Keeping
from gluon_style.cli.plan import plan
from gluon_style.cli.score import score
from gluon_style.cli.sweep import sweep
from gluon_style.cli.targets import Targets, check_outputs, refuse_inputs
from gluon_style.cli.transfer import demo, transfer
from gluon_style.errors import (
    CheckpointError,
    ImageError,
    OutputError,
    SettingsError,
    TrainingError,
)
from gluon_style.runs import machine
from gluon_style.runs.record import load_record
from gluon_style.runs.settings import Settings
from gluon_style.storage.animations import Snapshots
from gluon_style.storage.checkpoints import (
    read_checkpoint,
    save_checkpoint,
)
from gluon_style.storage.records import save_picture, write_record
from gluon_style.storage.run_folder import (
    check_no_run_has,
    checkpoint_files,
    checkpoint_path,
    remove_checkpoint,
    taken,
)
from gluon_style.storage.whole_files import check_target, whole_file

WHITE = numpy.ones((4, 6, 3))
ABOUT = {'epochs': 3}
TRANSFER = [
    'transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '--weights',
    'student', '--width', '32', '--height', '24', '--epochs', '2',
    '--no-plot', '-q',
]  # fmt: skip


@pytest.mark.parametrize('name', ['plain', 'other.txt'])
def test_a_link_to_a_file_of_another_suffix_is_written(tmp_path, name):
    link = tmp_path / 'out.png'
    link.symlink_to(tmp_path / name)
    save_picture(WHITE, link, {})
    assert link.is_symlink()
    with Image.open(tmp_path / name) as image:
        assert image.format == 'PNG'
    assert {i.name for i in tmp_path.iterdir()} == {name, 'out.png'}


@pytest.mark.parametrize('linked', [False, True])
def test_a_pipe_or_a_device_is_no_target(tmp_path, linked):
    pipe = target = tmp_path / 'out.png'
    os.mkfifo(pipe)
    if linked:
        target = tmp_path / 'link.png'
        target.symlink_to(pipe)
    with pytest.raises(OutputError, match='it is a pipe or a device: name'):
        check_target(target, ('.png',))
    with pytest.raises(OutputError, match='it is a pipe or a device: name'):
        save_picture(WHITE, target, {})
    assert pipe.is_fifo()


def test_a_pipe_in_the_place_of_a_checkpoint_does_not_hold_us(tmp_path):
    path = tmp_path / 'state'
    os.mkfifo(path)
    with pytest.raises(CheckpointError, match='cannot read .*a plain file'):
        read_checkpoint(path)


@pytest.mark.parametrize('error', [OSError(5, 'I/O error'), MemoryError()])
def test_a_checkpoint_that_cannot_be_read_is_not_called_damaged(
    tmp_path, monkeypatch, error
):
    """Who believes that starts afresh, and loses it."""
    path = tmp_path / 'c'
    save_checkpoint(path, {'X': WHITE}, ABOUT)

    def fail(*_, **__):
        raise error

    monkeypatch.setattr('safetensors.safe_open', fail)
    with pytest.raises(type(error)) as caught:
        read_checkpoint(path)
    assert caught.value is error
    monkeypatch.undo()
    path.rename(tmp_path / 'moved')
    path.symlink_to(path.name)
    with pytest.raises(CheckpointError, match='cannot read .*symbolic links'):
        read_checkpoint(path)


@pytest.mark.parametrize('index', [0, 1, 2])
@pytest.mark.parametrize('read', ['image', 'weights', 'warm_start'])
def test_an_input_in_the_place_of_a_checkpoint_is_kept(tmp_path, index, read):
    targets = Targets.of(tmp_path / 'out.png', None, True, None)
    file = checkpoint_files(targets.picture)[index]
    file.parent.mkdir()
    file.write_bytes(b'')
    images = [file] if read == 'image' else []
    settings = Settings(**({} if images else {read: str(file)}))
    message = f'cannot write {re.escape(str(file))}: the run reads it'
    with pytest.raises(OutputError, match=message):
        refuse_inputs(targets, images, settings)


def test_a_checkpoint_that_fails_leaves_no_litter(tmp_path):
    """Else it fills the disk that is to take the picture."""
    path = tmp_path / 'state'
    path.mkdir()
    with pytest.raises(OSError, match='directory'):
        save_checkpoint(path, {'X': WHITE}, ABOUT)
    assert [i.name for i in tmp_path.iterdir()] == [path.name]


def test_a_checkpoint_that_cannot_be_written_is_named(tmp_path):
    """safetensors raises an error of its own that names no file."""
    path = tmp_path / 'gone' / 'state'
    with pytest.raises(OSError, match=f'cannot write {path}.new: .*No such'):
        save_checkpoint(path, {'X': WHITE}, ABOUT)


def _file(place):
    place.write_text('precious')
    return place


def _full_folder(place):
    place.mkdir()
    return _file(place / 'x')


def _link(place):
    place.symlink_to('precious.txt')
    return _file(place.with_name('precious.txt'))


def _link_to_folder(place):
    there = place.with_name('strangers')
    there.mkdir()
    place.symlink_to(there.name)
    return [_file(there / i) for i in ('state.new', '.tmp-x', 'state')][-1]


def _link_inside(place):
    place.mkdir()
    (place / 'frames').symlink_to('../precious.txt')
    return _file(place.with_name('precious.txt'))


@pytest.mark.parametrize(
    'stranger', [_file, _full_folder, _link, _link_inside]
)
@pytest.mark.parametrize('option', [[], ['--overwrite'], ['--resume']])
def test_what_has_a_checkpoints_name_and_is_no_runs_is_kept(
    tmp_path, capsys, stranger, option
):
    file = stranger(tmp_path / '.out.png.checkpoint')
    before = sorted(tmp_path.rglob('*'))
    arguments = [*TRANSFER, '--animate', str(tmp_path / 'a.gif'), *option]
    assert main([*arguments, '-o', str(tmp_path / 'out.png')]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert 'not of a run: move it away, or choose another name' in line
    assert str(tmp_path / '.out.png.checkpoint') in line
    assert file.read_text() == 'precious'
    assert sorted(tmp_path.rglob('*')) == before


def test_two_runs_do_not_share_a_checkpoint(tmp_path, capsys):
    """They would share the pictures of their animations, too."""
    out = tmp_path / 'out.png'
    with taken(checkpoint_path(out)):
        assert main([*TRANSFER, '-o', str(out)]) == 1
        said = capsys.readouterr().err
        assert 'another run keeps its checkpoints in' in said
        assert 'Traceback' not in said
        assert not out.exists()
        # nor is a run that goes on taken for one that was interrupted
        save_checkpoint(checkpoint_path(out), {'X': WHITE}, ABOUT)
        assert main([*TRANSFER, '-o', str(out), '--no-checkpoint']) == 1
        assert 'another run keeps' in capsys.readouterr().err
        checkpoint_path(out).unlink()
    assert main([*TRANSFER, '-o', str(out)]) == 0
    assert not checkpoint_path(out).parent.exists()


@pytest.mark.parametrize('option', [[], ['--overwrite']])
@pytest.mark.parametrize(
    ('stranger', 'code'),
    [(_file, 0), (_full_folder, 0), (_link_to_folder, 1)],
)
def test_a_name_that_is_taken_is_left_alone_without_checkpoints(
    tmp_path, stranger, code, option
):
    out = tmp_path / 'out.png'
    file = stranger(tmp_path / '.out.png.checkpoint')
    before = sorted(tmp_path.rglob('*'))
    arguments = [*TRANSFER, '-o', str(out), '--no-checkpoint', *option]
    assert main(arguments) == code
    assert file.read_text() == 'precious'
    assert {*before} <= {*tmp_path.rglob('*')}


def _replace_by_link(folder):
    folder.rename(folder.with_name('mine'))
    folder.symlink_to('strangers')


def _replace_by_folder(folder):
    folder.rename(folder.with_name('mine'))
    (folder.parent / 'strangers').rename(folder)


@pytest.mark.parametrize('replaced', [_replace_by_link, _replace_by_folder])
def test_a_folder_that_is_replaced_meanwhile_is_left_alone(
    tmp_path, capsys, replaced
):
    strangers = tmp_path / 'strangers'
    strangers.mkdir()
    for name in ('state', 'frames', 'state.new'):
        _file(strangers / name)
    path = checkpoint_path(tmp_path / 'out.png')
    kept = Checkpoints(path, {'run': {}}, Keeping())
    with kept.taken():
        kept.save({'X': WHITE}, 1)
        assert kept.saved
        replaced(path.parent)
        assert kept.place is not None
        frames = checkpoint_files(tmp_path / 'out.png')[2]
        snapshots = Snapshots(3, (6, 4), frames, kept.place.opener)
        snapshots.add((WHITE * 255).astype('uint8'))
        assert len(snapshots) == 1
        kept.save({'X': WHITE}, 2)
        kept.save({'X': WHITE}, 3)
        assert not kept.saved  # it is no use to say: go on with --resume
        with whole_file(tmp_path / 'a.txt') as file:
            assert file.parent == tmp_path
            file.write_text('whole')
        kept.done = True
    assert (tmp_path / 'a.txt').read_text() == 'whole'
    (line,) = capsys.readouterr().err.splitlines()
    assert 'is gone or another: none is made until that of this run' in line
    there = sorted(path.parent.iterdir())
    assert [i.name for i in there] == ['frames', 'state', 'state.new']
    assert {i.read_text() for i in there} == {'precious'}


def test_what_a_kill_leaves_of_an_output_is_removed_by_the_next_run(tmp_path):
    out = tmp_path / 'out.png'
    folder = checkpoint_path(out).parent
    with taken(checkpoint_path(out)), whole_file(out) as file:
        assert file.parent == folder  # killed here, it would stay there
        file.write_bytes(b'whole')
    assert [i.name for i in tmp_path.iterdir() if i != folder] == ['out.png']
    (folder / file.name).write_bytes(b'half')
    assert main([*TRANSFER, '-o', str(out), '--overwrite']) == 0
    assert not folder.exists()


def test_a_folder_that_its_run_removes_is_made_anew(tmp_path, monkeypatch):
    """Between the opening of the folder and the lock on it."""
    path = checkpoint_path(tmp_path / 'out.png')
    lock, removed = fcntl.flock, []

    def removing(handle, how):
        if not removed:
            removed.append(path.parent.rmdir())
        lock(handle, how)

    monkeypatch.setattr('fcntl.flock', removing)
    with taken(path) as place:
        assert removed
        assert place.is_there()
        with pytest.raises(OutputError, match='another run'), taken(path):
            pass
        with pytest.raises(OutputError, match='another run'):
            check_no_run_has(path)  # before there is a state, too


def test_a_run_that_starts_afresh_has_no_old_state(tmp_path):
    """Its animation would go on from the pictures of the new one."""
    path = checkpoint_path(tmp_path / 'out.png')
    kept = Checkpoints(path, {'run': {}}, Keeping())
    with kept.taken():
        kept.save({'X': WHITE}, 1)
    assert path.exists()
    with Checkpoints(path, {}, Keeping(resume=True)).taken():
        assert path.exists()
    with Checkpoints(path, {}, Keeping(overwrite=True)).taken():
        assert not path.exists()


def test_a_file_system_without_locks_keeps_nobody_out(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(95, 'Operation not supported')

    monkeypatch.setattr('fcntl.flock', fail)
    with taken(tmp_path / 'a' / 'state'):
        assert (tmp_path / 'a').is_dir()


@pytest.mark.parametrize(
    ('error', 'said'),
    [
        (OSError(28, 'No space left on device'), "device: '.*a.png'"),
        (OSError('encoder error -2'), '^encoder error -2$'),
    ],
)
def test_a_disk_that_is_full_names_the_file(tmp_path, error, said):
    path = tmp_path / 'a.png'
    with pytest.raises(OSError, match=said), whole_file(path):
        raise error
    assert [*tmp_path.iterdir()] == []


def test_what_a_kill_leaves_of_a_checkpoint_is_removed(tmp_path):
    """safetensors writes to a file of a name of its own, and renames it."""
    path = checkpoint_path(tmp_path / 'out.png')
    folder = path.parent

    def killed(*names):
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).write_bytes(b'half')

    killed('state.new', '.tmpqQdckQ')
    with taken(path):
        assert [*folder.iterdir()] == []
        killed('state.new', '.tmpqQdckQ')
        save_checkpoint(path, {'X': WHITE}, ABOUT)
        assert [*folder.iterdir()] == [path]
    killed('.tmpqQdckQ', 'frames')
    remove_checkpoint(path)
    assert [*tmp_path.iterdir()] == []
    killed('a photo.jpg')  # is not ours
    remove_checkpoint(path)
    assert (folder / 'a photo.jpg').read_bytes() == b'half'


@pytest.mark.parametrize('number', ['99999', '9' * 5000, '0', 'abc', '-1'])
def test_threads_that_no_machine_bears_are_not_asked_for(number):
    """MXNet ends the process with SIGSEGV or aborts it."""
    code = (
        'import os, gluon_style._mxnet.runtime as r\n'
        "print(int(os.environ['OMP_NUM_THREADS']) == r.physical_cores())"
    )
    done = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True,
        env={**os.environ, 'OMP_NUM_THREADS': number}, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == 'True\n'
    assert 'wanted a whole number of threads, 1 to ' in done.stderr


@pytest.fixture
def training(shallow_net, picture):
    X = gs.preprocess(picture(16, 24), (24, 16))
    layers = {'content_layers': ['conv2_1'], 'style_layers': ['conv1_1']}
    contents, styles = gs.extract_features(X, shallow_net, *layers.values())
    values = {
        'X': X, 'contents_Y': contents, 'styles_Y': styles,
        'net': shallow_net, 'device': X.ctx, 'lr': 0.1, 'num_epochs': 2,
        'lr_decay_epoch': 50, **layers,
    }  # fmt: skip
    return lambda **changed: gs.train(**{**values, **changed})


@pytest.mark.parametrize(
    'bad',
    [
        {'lr': -1}, {'lr': 0}, {'lr': float('nan')}, {'lr': float('inf')},
        {'lr': 'fast'}, {'num_epochs': -3}, {'num_epochs': 1.5},
        {'lr_decay_epoch': 0}, {'every': 0},
    ],
    ids=str,
)  # fmt: skip
def test_train_takes_no_number_that_no_run_has(training, bad):
    (name,) = bad
    with pytest.raises(SettingsError, match=f'got {name} .*, wanted a '):
        training(**bad)


@pytest.mark.parametrize('bad', [{'X': numpy.nan}, {'lr': 3.4e38}], ids=str)
def test_train_gives_no_broken_picture_without_a_callback(training, bad):
    assert numpy.isfinite(training().asnumpy()).all()
    if 'X' in bad:
        bad = {'X': np.full((1, 3, 16, 24), bad['X'])}
    with pytest.raises(TrainingError, match='not finite after the last step'):
        training(num_epochs=5, **bad)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_an_image_that_is_not_finite_is_refused(value):
    image = np.full((16, 24, 3), 9.0)
    image[3, 4, 1] = value
    with pytest.raises(ImageError, match='not all finite'):
        gs.preprocess(image, (24, 16))


@pytest.mark.parametrize('optimizer', ['adam', 'l-bfgs'])
def test_run_reports_at_no_zeroth_epoch(picture, optimizer):
    settings = Settings(epochs=2, optimizer=optimizer)
    with pytest.raises(SettingsError, match='got every 0, wanted a whole'):
        gs.run(picture(8, 8), picture(8, 8), settings, lambda *_: None, 0)


# options whose empty text says something: no layer
EMPTY = {'--content-layers', '--style-layers'}
IMAGES = ['sample:mountain-lake', 'sample:autumn-avenue']
COMMANDS = {
    transfer: (IMAGES, 'gluon_style.cli.transfer.stylise'),
    demo: ([], 'gluon_style.cli.transfer.stylise'),
    plan: (IMAGES, 'gluon_style.runs.probe.forecast'),
    score: ([IMAGES[0], *IMAGES], 'gluon_style.cli.score._report'),
    sweep: (
        [*IMAGES, '--grid', 'lr=1'],
        'gluon_style.sweeps.sweeping.check_folder',
    ),
}


def options_of_text():
    for command in COMMANDS:
        hints = get_type_hints(command)
        for name, parameter in inspect.signature(command).parameters.items():
            declared = getattr(parameter.default, 'param_decls', None)
            is_text = re.search(r'\bstr\b|Path', str(hints[name]))
            if isinstance(parameter.default, OptionInfo) and is_text:
                option = (declared or [f'--{name.replace("_", "-")}'])[-1]
                if option not in EMPTY:
                    yield command, option


@pytest.mark.parametrize(('command_of', 'option'), options_of_text())
def test_no_option_is_taken_for_another_if_it_is_empty(
    command_of, option, monkeypatch, tmp_path, capsys
):
    """`--tile "$TILE"` where TILE is not set, and its siblings."""
    arguments, work = COMMANDS[command_of]
    name = command_of.__name__
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(work, lambda *_, **__: pytest.fail('it began'))
    needs = name in ('transfer', 'sweep') and option != '--out'
    out = ['-o', 'out.png' if name == 'transfer' else 'out'] if needs else []
    assert main([name, *arguments, *out, option, '']) in (1, 2)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith('gluon-style: ')
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('address', ['gar bage', 'host:1', 'tcp://host', ''])
@pytest.mark.parametrize('command_of', [transfer, sweep])
def test_an_address_is_judged_before_what_it_is_for(
    command_of, address, tmp_path, capsys
):
    arguments, _ = COMMANDS[command_of]
    name = command_of.__name__
    out = ['-o', str(tmp_path / 'out.png'), '--width', '32', '--height', '24']
    assert main([name, *arguments, *out, '--scheduler', address]) == 1
    assert f'got the scheduler {address!r}, wanted tcp' in (
        capsys.readouterr().err
    )


@pytest.mark.filterwarnings('always::gluon_style.errors.StyleWarning')
def test_a_run_that_goes_on_with_other_threads_says_so(
    tmp_path, monkeypatch, capsys
):
    """Its picture may not be that of an unbroken run, nor `rerun`'s."""
    arguments = [
        'transfer', *IMAGES, '-o', str(tmp_path / 'a.png'), '--no-plot',
        '--width', '16', '--height', '16', '--weights', 'random',
        '--content-layers', 'conv1_2', '--style-layers', 'conv1_1',
        '--epochs', '6', '--checkpoint-epochs', '1', '-q', '--resume',
    ]  # fmt: skip
    real, steps = machine.surroundings, []

    def stop():
        steps.append(None)
        if len(steps) in (2, 3):
            raise signals.Stopped(15)

    monkeypatch.setattr(signals, 'raise_pending', stop)
    for threads, code in ((71, 143), (72, 143), (73, 0)):
        monkeypatch.setattr(
            machine, 'surroundings',
            lambda i, threads=threads: {**real(i), 'threads': threads},
        )  # fmt: skip
        assert main(arguments) == code
        said = capsys.readouterr().err
        changed = f'began (threads {threads - 1}, now {threads})' in said
        assert changed == (threads > 71)
    record = load_record(tmp_path / 'a.png')
    assert record['resumed'] == [
        'threads 71 until epoch 2', 'threads 72 until epoch 3',
    ]  # fmt: skip
    assert record['end']['how'] == 'finished'


@pytest.mark.parametrize('name', ['a.png', 'a.json'])
@pytest.mark.parametrize('run', ['own', 'another'])
def test_resume_writes_over_no_file_of_another_run(tmp_path, name, run):
    """`-o a.jpg`, run meanwhile, has left its a.json."""
    targets = Targets.of(tmp_path / 'a.png', None, True, None)
    about = {**ABOUT, 'epoch': 1, 'digest': 'own', 'files': targets.named}
    path = checkpoint_path(targets.picture)
    path.parent.mkdir()
    save_checkpoint(path, {'X': WHITE}, about)
    check_outputs(targets, resume=True, overwrite=False)
    if name == 'a.png':
        save_picture(WHITE, tmp_path / name, {'run': run})
    else:
        write_record({'run': run}, tmp_path / name)
    refused = pytest.raises(OutputError, match=f'{name} is there')
    with refused if run == 'another' else contextlib.nullcontext():
        check_outputs(targets, resume=True, overwrite=False)


@pytest.mark.parametrize('name', ['w.params', 'hard.params', 'soft.params'])
def test_weights_are_not_converted_onto_themselves(tmp_path, name, capsys):
    source = tmp_path / 'w.params'
    source.write_bytes(b'all layers')
    os.link(source, tmp_path / 'hard.params')
    (tmp_path / 'soft.params').symlink_to(source)
    convert = ['weights', 'convert', str(source)]
    assert main([*convert, str(tmp_path / name), '--overwrite']) == 1
    assert 'it is read: choose another name' in capsys.readouterr().err
    (tmp_path / 'there.params').touch()
    assert main([*convert, str(tmp_path / 'there.params')]) == 1
    assert 'write over it with --overwrite' in capsys.readouterr().err
    assert source.read_bytes() == b'all layers'


def test_the_outputs_of_a_run_may_move_together(tmp_path):
    one, other = tmp_path / 'one', tmp_path / 'other'
    for folder in (one, other):
        folder.mkdir()
    named = [
        Targets.of(i / 'a.png', i / 'p.png', False, tmp_path / 'l.csv').named
        for i in (one, other)
    ]
    assert named == [['a.png', 'p.png', '../l.csv', 'a.json']] * 2


def test_no_file_takes_the_place_of_a_device_or_a_pipe(tmp_path):
    pipe, link = tmp_path / 'pipe.png', tmp_path / 'link.png'
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        refused = pytest.raises(OutputError, match='it is a pipe or a device')
        with refused, whole_file(path):
            pytest.fail('it began')
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [link, pipe]
