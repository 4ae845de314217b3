"""The student: its file, its scale, and the training that makes one."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy
import pytest
from arrays import assert_close, assert_equal, relative_l2
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

import gluon_style as gs
from gluon_style._mxnet import gluon, mx, np
from gluon_style.errors import TrainingError, WeightsError
from gluon_style.images import RGB_MEAN, RGB_STD
from gluon_style.runs.run import run, warm_up
from gluon_style.runs.settings import Settings
from gluon_style.storage.records import read_record
from gluon_style.vgg.formats import read_tensors
from gluon_style.vgg.weights import STUDENT, load_weights
from tools.student import crops, own_pictures, report, warm
from tools.student.crops import Pictures, view
from tools.student.narrow import (
    CONVOLUTIONS,
    TAPS,
    Heads,
    Spreads,
    convolutions,
    grams,
    imitation_errors,
    narrow_vgg19,
    set_convolutions,
    tapped,
)
from tools.student.pictures_drawn import draw_picture
from tools.student.plan import Plan, load_checkpoint, read_plan
from tools.student.scale import loss_scales, pair_losses, rescaled
from tools.student.start import begin_from_teacher
from tools.student.worth import PairLosses, pictures_of_run, rank_correlation

pytest.importorskip('skimage', reason='needs scikit-image (extra student)')

from tools.student.export import (
    export_training,
    tensors_digest,
    write_student,
)
from tools.student.training import StudentTraining

ROOT = Path(__file__).resolve().parent.parent
NARROW = (4, 6, 8, 10, 6)
TINY = Plan(
    lessons=4, batches=2, passes=2, count=2, size=32, start=2, own_runs=1,
    check_every=2, drawn=4, filters=NARROW,
)  # fmt: skip


def noise(state, *shape):
    return np.array(state.standard_normal(shape), dtype='float32')


# ---- the file that is shipped ------------------------------------------


def metadata():
    with safe_open(str(STUDENT), framework='numpy') as file:
        return file.metadata()


def test_shipped_file_is_small_and_says_what_it_is():
    assert STUDENT.stat().st_size < 4_000_000
    said = metadata()
    assert 'CC BY 4.0' in said['licence']
    assert 'Simonyan' in said['licence']
    assert 'imitate sha256:' in said['origin']
    assert said['sha256_of_tensors'] == tensors_digest(read_tensors(STUDENT))


def test_student_has_the_layers_of_vgg19_and_fewer_channels():
    net = gs.vgg19_features('student')
    filters = [int(i) for i in metadata()['filters'].split(',')]
    assert len(net) == 29
    assert [net[i].weight.shape[0] for i in (0, 5, 10, 19, 28)] == filters
    assert all(
        narrow < wide
        for narrow, wide in zip(filters, (64, 128, 256, 512, 512))
    )
    assert str(net.weights_used).startswith('student: ')
    digest = hashlib.sha256(STUDENT.read_bytes()).hexdigest()
    assert net.weights_used.digest == f'sha256:{digest}'
    contents, styles = gs.extract_features(np.zeros((1, 3, 32, 48)), net)
    assert [Y.shape[1] for Y in styles] == filters
    assert contents[0].shape == (1, filters[3], 4, 6)


def test_layers_below_conv5_1_are_refused_by_name():
    with pytest.raises(WeightsError, match=r'conv5_2.*take another file or'):
        gs.vgg19_features('student', ['conv5_2'])


def test_the_shipped_student_sees_what_the_teacher_sees(real_weights):
    # the picture of a short run: what the student likes, the teacher must
    # like too, and far better than what a random network makes of it
    size = (112, 80)
    teacher = PairLosses(gs.vgg19_features(real_weights), 'lake', size)
    totals = {}
    for weights in ('student', 'random'):
        own = PairLosses(gs.vgg19_features(weights), 'lake', size)
        X = gs.train(
            own.content_X, own.contents_Y, own.styles_Y, own.net, mx.cpu(),
            0.9, 60, 6,
        )  # fmt: skip
        picture = X[0].transpose(1, 2, 0) * RGB_STD + RGB_MEAN
        totals[weights] = teacher(picture.asnumpy())['total']
    content = gs.postprocess(teacher.content_X).asnumpy()
    # 0.17 and 0.31 when the weights were shipped
    assert totals['student'] < 0.25 * teacher(content)['total']
    assert totals['student'] < 0.45 * totals['random']


# ---- using it from the command line ------------------------------------

SMALL = ['--width', 48, '--height', 32, '--epochs', 3, '-q']
SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']


def test_transfer_with_the_student(command, tmp_path):
    result = command(
        'transfer', *SAMPLES, '-o', 'a.png', *SMALL, '--weights', 'student'
    )
    assert result.returncode == 0, result.stderr
    record = read_record(tmp_path / 'a.png')
    assert record['weights_used']['source'] == 'student'


def test_warm_start_runs_the_student_first(command, tmp_path):
    result = command(
        'transfer', *SAMPLES, '-o', 'a.png', *SMALL, '--weights', 'random',
        '--warm-start', 'student', '--set', 'warm_start_epochs=4',
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    record = read_record(tmp_path / 'a.png')
    assert record['settings']['warm_start'] == 'student'
    assert record['last_epoch']['epoch'] == 7


def test_verify_and_list_know_the_student(command):
    result = command('weights', 'verify', 'student')
    assert result.returncode == 0, result.stderr
    assert 'sound    conv1_1 to conv5_1' in result.stdout
    lines = command('weights', 'list').stdout.splitlines()
    assert any(
        line.startswith('student ') and 'on disk' in line for line in lines
    )


def test_warm_start_is_the_first_run_and_then_the_other(picture):
    images = picture(40, 48), picture(32, 40)
    layers = {'content_layers': ['conv2_1'], 'style_layers': ['conv1_1']}
    both = Settings(
        32, 32, epochs=4, lr_decay_epoch=2, weights='random:1',
        warm_start='random:2', warm_start_epochs=2, **layers,
    )  # fmt: skip
    seen = []
    got = run(*images, both, lambda record, _: seen.append(record), 1)
    first = warm_up(both)
    assert (first.weights, first.epochs, first.lr_decay_epoch) == (
        'random:2', 2, 1,
    )  # fmt: skip
    start = run(*images, first)
    second = Settings(
        32, 32, epochs=4, lr_decay_epoch=2, weights='random:1', **layers
    )
    assert_equal(got, run(*images, second, start=start))
    assert [record.epoch for record in seen] == [1, 2, 3, 4, 5, 6]


# ---- a student's file of one's own -------------------------------------


def test_an_exported_student_is_loaded_again(tmp_path):
    net = narrow_vgg19(NARROW)
    path = tmp_path / 'mine.safetensors'
    write_student(convolutions(net), NARROW, path, 'a test')
    loaded = load_weights(str(path))
    assert loaded.filters == NARROW
    for i, (kernel, _) in loaded.convolutions.items():
        # float16 keeps 11 bits: half a unit in the last place is 2**-12
        written = net[i].weight.data().asnumpy()
        assert relative_l2(kernel, written) < 2**-11


@pytest.mark.parametrize('filters', ['4,6,8', '4,6,8,x,6', '4,6,8,0,6', 'a'])
def test_filters_that_are_not_five_numbers_are_refused(tmp_path, filters):
    from gluon_style.vgg.formats import write_tensors

    path = tmp_path / 'mine.safetensors'
    tensors = {'features.0.bias': numpy.zeros(4, 'float16')}
    write_tensors(tensors, path, 'a test', {'filters': filters})
    with pytest.raises(WeightsError, match='wanted five'):
        load_weights(str(path))


def test_export_refuses_what_float16_cannot_hold(tmp_path):
    values = convolutions(narrow_vgg19(NARROW))
    values[0][1][0] = 1e6
    with pytest.raises(TrainingError, match='too large for float16'):
        write_student(values, NARROW, tmp_path / 'a.safetensors', 'a test')
    assert not list(tmp_path.iterdir())


# ---- scale --------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31))
def test_rescaling_scales_the_layers_and_nothing_else(seed):
    state = numpy.random.RandomState(seed)
    net, scaled = narrow_vgg19(NARROW), narrow_vgg19(NARROW)
    values = convolutions(net)
    scales = {
        i: numpy.exp(state.uniform(-2, 2, len(bias)))
        for i, (_, bias) in values.items()
        if i in TAPS
    }
    set_convolutions(scaled, rescaled(values, scales))
    X = noise(state, 1, 3, 32, 32)
    for i, Y, Z in zip(TAPS, tapped(net, X), tapped(scaled, X)):
        expected = Y.asnumpy() * scales[i][:, None, None]
        # float32 roundings of 13 layers
        assert relative_l2(Z.asnumpy(), expected) < 1e-5


def test_rescaling_refuses_scales_that_relu_does_not_pass():
    values = convolutions(narrow_vgg19(NARROW))
    with pytest.raises(TrainingError, match='layer 0'):
        rescaled(values, {0: numpy.array([1, 1, -1, 1])})


def test_calibration_gives_losses_of_the_teachers_size(random_net, rng):
    net = narrow_vgg19(NARROW)
    X = noise(rng, 6, 3, 32, 32)
    teacher = pair_losses(random_net, X)
    scales = loss_scales(pair_losses(net, X), teacher)
    values = convolutions(net)
    per_channel = {
        i: numpy.full(len(bias), scales[i]) for i, (_, bias) in values.items()
    }
    set_convolutions(net, rescaled(values, per_channel))
    after = pair_losses(net, X)
    for i in CONVOLUTIONS:
        kind = 0 if i == 25 else 1
        ratio = numpy.median(after[i][kind] / teacher[i][kind])
        assert ratio == pytest.approx(1, rel=1e-3)  # float32


# ---- what it learns from ------------------------------------------------


def test_drawn_pictures_are_the_same_for_the_same_seed():
    for number in range(3):
        first, again = (draw_picture(5, number, 64) for _ in range(2))
        assert_equal(first, again)
        assert first.shape == (64, 64, 3)
        assert first.dtype == numpy.uint8
        assert first.std() > 5
        assert (first != draw_picture(6, number, 64)).mean() > 0.5


def test_a_view_that_is_not_turned_is_the_picture_itself():
    ramp = numpy.zeros((64, 96, 3), 'uint8')
    ramp[:] = numpy.arange(96)[None, :, None] * 2

    class Fixed:
        """Chance that always gives a scale of 1, upright, unmirrored."""

        def uniform(self, low, high):
            return {-0.6: 0.0}.get(low, (low + high) / 2)

        def choice(self, options):
            return options[-1]

    # scale exp(mean of log 0.5 and log 2) is 1; the middle is at column 48
    crop = view(Fixed(), ramp, 32)
    assert abs(crop[:, :, 0] - ramp[16:48, 32:64, 0]).max() <= 1


def test_batches_hold_own_pictures_when_there_are_some():
    pictures = Pictures([], seed=1, drawn=3)
    pictures.own.append(numpy.full((3, 40, 40), 7, 'float32'))
    batch = pictures.batch(numpy.random.RandomState(0), 4, 32, own_share=0.5)
    assert batch.shape == (4, 3, 32, 32)
    assert [bool((crop == 7).all()) for crop in batch] == [
        True, True, False, False,
    ]  # fmt: skip


def test_held_out_photographs_are_not_trained_on():
    assert not set(crops.HELD_OUT) & set(crops.PHOTOGRAPHS)


# ---- what it learns -----------------------------------------------------


def test_errors_are_nought_for_the_teacher_and_one_for_its_mean(
    random_net, rng
):
    X = noise(rng, 2, 3, 32, 32)
    outputs = tapped(random_net, X)
    spreads = Spreads.of(outputs)
    matrices = [grams(Y) for Y in outputs]

    def perfect(k):
        def head(Y):
            return (Y - spreads.means[k]) / spreads.features[k] ** 0.5

        return head

    heads = [perfect(k) for k in range(len(TAPS))]
    features, styles = imitation_errors(
        outputs, outputs, matrices, heads, spreads
    )
    for error in (*features, *styles):
        assert float(error) < 1e-8  # float32, squared
    heads = [lambda Y: 0 * Y] * len(TAPS)
    features, _ = imitation_errors(outputs, outputs, matrices, heads, spreads)
    for error in features:
        assert float(error) == pytest.approx(1, rel=1e-4)


def test_grams_of_a_batch_are_the_chapters(rng):
    X = noise(rng, 3, 5, 8, 6)
    for k, matrix in enumerate(grams(X)):
        assert_close(matrix, gs.gram(X[k : k + 1]), 1e-6)  # float32


def test_least_squares_find_what_can_be_had(random_net, rng):
    # 27 channels or more of conv1_1 span all linear maps of 3x3 pixels, so
    # nothing of the teacher's conv1_1 is lost; deeper layers keep less
    net = narrow_vgg19((32, 32, 24, 24, 16))
    heads = Heads(net)
    batches = [noise(rng, 4, 3, 64, 64) for _ in range(3)]
    outputs = tapped(random_net, batches[0])
    spreads = Spreads.of(outputs)
    begin_from_teacher(net, heads, random_net, batches, spreads, seed=0)
    matrices = [grams(Y) for Y in outputs]
    errors, _ = imitation_errors(
        tapped(net, batches[0]), outputs, matrices, heads, spreads
    )
    assert float(errors[0]) < 1e-3  # the ridge is 1e-4
    assert [float(e) < 0.9 for e in errors[1:4]] == [True] * 3


# ---- the training -------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """Make the student's own runs of three epochs, at 48x32."""
    monkeypatch.setattr(own_pictures, 'SIZE', (48, 32))
    monkeypatch.setattr(own_pictures, 'LENGTHS', (3,))


def values_of(training):
    return [p.data().asnumpy() for p in training.parameters]


def test_a_resumed_training_is_the_training(quick, tmp_path):
    whole = StudentTraining(TINY, tmp_path / 'whole', 'random:1')
    records = []
    whole.run(records.append)
    plan = Plan(**{**vars(TINY), 'lessons': 4})
    stopped = StudentTraining(plan, tmp_path / 'two', 'random:1')

    class StopError(Exception):
        pass

    def stop(record):
        if record.lesson == 3:  # after the checkpoint of lesson 2
            raise StopError

    with pytest.raises(StopError):
        stopped.run(stop)
    again = StudentTraining(plan, tmp_path / 'two', 'random:1')
    assert again.lesson == 2
    assert len(again.pictures.own) == 3
    again.run(lambda record: None)
    for resumed, unbroken in zip(values_of(again), values_of(whole)):
        assert_equal(resumed, unbroken)
    logs = [
        (tmp_path / name / 'log.csv').read_text() for name in ('whole', 'two')
    ]
    assert logs[0] == logs[1]
    assert [line.split(',')[0] for line in logs[0].splitlines()] == [
        'lesson', '2', '4',
    ]  # fmt: skip
    assert [len(record.held_out) for record in records] == [0, 7, 0, 7]

    target = tmp_path / 'mine.safetensors'
    said = export_training(tmp_path / 'two', target, 'random:1')
    assert '16 steps' in said['origin']
    assert load_weights(str(target)).filters == NARROW


def test_learning_rate_rises_stays_and_falls_to_nothing():
    plan = Plan(lessons=8, fall=0.25, lr=1, warm_up=75)
    rates = [plan.learning_rate(lesson, 0) for lesson in range(9)]
    assert rates[0] == pytest.approx(1 / 75)
    assert rates[1:] == [1, 1, 1, 1, 1, 1, 0.5, 0]


def test_a_folder_of_another_plan_is_refused(quick, tmp_path):
    StudentTraining(TINY, tmp_path, 'random:1')
    other = Plan(**{**vars(TINY), 'seed': 3})
    with pytest.raises(TrainingError, match='another plan'):
        StudentTraining(other, tmp_path, 'random:1')


@pytest.fixture
def workshop(tmp_path):
    """Return a function that runs `python -m tools.student` in a folder."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, '-m', 'tools.student', *map(str, arguments)],
            check=False,
            cwd=tmp_path,
            env={**os.environ, 'PYTHONPATH': str(ROOT)},
            capture_output=True,
            text=True,
        )

    return run


def test_the_workshop_names_its_commands(workshop):
    result = workshop('--help')
    assert result.returncode == 0, result.stderr
    for name in ('train', 'export', 'measure', 'warm-start'):
        assert name in result.stdout


def test_bad_arguments_of_the_workshop_are_one_line(workshop):
    for arguments, complaint in [
        (['learn'], 'learn'),
        (['train', 'a', '--lessons', 0], '--lessons'),
        (['warm-start', '--pair', 'dog'], "no pair 'dog': take one of book"),
    ]:
        result = workshop(*arguments)
        assert result.returncode in (1, 2)
        (line,) = result.stderr.replace('\r', '\n').strip().splitlines()[-1:]
        assert line.startswith('python -m tools.student: ')
        assert complaint in line
        assert 'Traceback' not in result.stderr


def test_a_folder_without_a_checkpoint_is_refused(workshop, tmp_path):
    result = workshop('export', tmp_path, '-o', 'a.safetensors')
    assert result.returncode == 1
    assert 'holds no checkpoint' in result.stderr
    assert 'Traceback' not in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('damage', [b'', b'no archive', b'PK\x03\x04 cut'])
def test_a_damaged_checkpoint_is_refused(tmp_path, damage):
    (tmp_path / 'checkpoint.npz').write_bytes(damage)
    with pytest.raises(TrainingError, match='is damaged'):
        read_plan(tmp_path)


@pytest.mark.parametrize('name', ['adam', 'p0', 'm0', 'steps', 'text'])
def test_no_code_in_a_checkpoint_is_run(tmp_path, name):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'trapped'),)

    arrays = {'text': numpy.array('{}'), 'steps': numpy.array([1])}
    arrays[name] = numpy.array([Trap()], dtype=object)
    numpy.savez(tmp_path / 'checkpoint.npz', **arrays)
    with pytest.raises(TrainingError, match='is damaged'):
        read_plan(tmp_path)
    for text in (numpy.frombuffer(pickle.dumps(Trap()), 'uint8'), 'x'):
        numpy.savez(tmp_path / 'checkpoint.npz', adam=text, steps=[1])
        net = gluon.nn.Dense(1)
        net.initialize()
        trainer = gluon.Trainer(net.collect_params(), 'adam')
        parameters = list(net.collect_params().values())
        with pytest.raises(TrainingError, match='is damaged'):
            load_checkpoint(tmp_path, parameters, trainer)
    assert not (tmp_path / 'trapped').exists()


def test_a_run_is_kept_and_not_repeated(random_net, tmp_path):
    losses = PairLosses(random_net, 'lake', (32, 32))
    settings = Settings(epochs=6)
    ticks = []
    path = tmp_path / 'run.npz'
    first = pictures_of_run(losses, path, lambda: ticks.append(1), settings)
    again = pictures_of_run(losses, path, lambda: ticks.append(1), settings)
    assert len(ticks) == 6
    assert sorted(first) == sorted(again) == [5, 6]
    assert_equal(first[6], again[6])


def test_losses_of_a_pair_are_those_that_the_run_reports(random_net):
    pair = PairLosses(random_net, 'lake', (32, 32))
    content = gs.postprocess(pair.content_X).asnumpy()
    losses = pair(content)
    # the content image is in range, so only float32 roundings are lost
    assert losses['content'] < 1e-6 * losses['total']
    total = 10 * losses['style'] + losses['content'] + losses['tv']
    assert losses['total'] == pytest.approx(total, rel=1e-5)
    json.dumps(losses)


def test_measure_judges_three_pictures_of_each_pair(monkeypatch, tmp_path):
    few = Settings(epochs=6)
    small = partial(PairLosses, size=(32, 32))
    monkeypatch.setattr(report, 'PairLosses', small)
    monkeypatch.setattr(
        report, 'pictures_of_run', partial(pictures_of_run, settings=few)
    )
    ticks = []
    arguments = ('student', 'random:1', tmp_path, ['lake'])
    worths, pictures = report.measure(
        *arguments, after_epoch=lambda: ticks.append(1)
    )
    assert len(ticks) == 3 * 6
    (worth,) = worths
    # 13 made of the two images, and two of each of the three runs
    assert worth.pictures == 19
    teacher = small(gs.vgg19_features('random:1'), 'lake')
    content, _, *last = pictures['lake']
    assert worth.content_image == teacher(content)
    for losses, picture in zip(
        (worth.random, worth.student, worth.teacher), last
    ):
        assert losses == teacher(picture)
    assert json.loads((tmp_path / 'worth.json').read_text())[0]['pair'] == (
        'lake'
    )
    again, _ = report.measure(*arguments, after_epoch=lambda: ticks.append(1))
    assert len(ticks) == 3 * 6, 'a run was repeated'
    assert again == worths

    total = worth.student['total']
    first, second = report.worth_tables(worths).split('\n\n')
    *_, content, random, rank = first.splitlines()[-1].strip('| ').split('|')
    assert float(content) == pytest.approx(
        total / worth.content_image['total'], abs=6e-4
    )
    assert float(random) == pytest.approx(
        total / worth.random['total'], abs=6e-4
    )
    assert rank.strip() == f'{worth.spearman:.3f} (19)'
    assert f'{worth.clipped["teacher"]:.1f}' in second

    axes = report.pairs_sheet(worths, pictures).axes
    titles = [ax.get_title() for ax in axes]
    assert titles[1] == 'style'
    assert titles[3] == f'student, {total:.0f}'
    for ax, picture in zip(axes, pictures['lake']):
        assert_equal(ax.images[0].get_array(), picture.clip(0, 1))


def test_ranking_is_by_order_and_not_by_size():
    class Fixed:
        def __init__(self, totals):
            self.totals = iter(totals)

        def __call__(self, picture):
            return {'total': next(self.totals)}

    student, teacher = Fixed([1, 2, 30, 4]), Fixed([10, 20, 900, 800])
    spearman, number = rank_correlation(student, teacher, [None] * 4)
    assert spearman == pytest.approx(1)
    assert number == 4


def test_schedules_are_compared_by_the_steps_to_five_per_cent():
    settings = Settings(
        48, 32, weights='random:1', warm_start='random:2',
        warm_start_epochs=4, content_layers=['conv2_1'],
        style_layers=['conv1_1'],
    )  # fmt: skip
    ticks = []
    results = warm.compare_schedules(
        'lake', settings, [(20, 0.5), (8, 0.1)], lambda: ticks.append(1)
    )
    assert len(ticks) == 4 + 2 * 20 + 2 * 8
    assert [(result.warm, result.epochs) for result in results] == [
        (False, 20), (True, 20), (False, 8), (True, 8),
    ]  # fmt: skip
    yardstick = results[0]
    assert 1 < yardstick.steps <= 20
    assert yardstick.student_steps == 0
    for result in results:
        if result.steps is None:
            assert result.final > 1.05 * yardstick.final
    assert results[1].student_steps > 0
    lines = warm.schedule_table(results).splitlines()
    assert lines[2].split()[1:3] == ['content', 'image']
    assert f'{yardstick.final:.2f}' in lines[2]
    assert len(lines) == 2 + 4


@pytest.mark.parametrize('name', ['train', 'measure'])
def test_a_folder_that_cannot_be_made_is_one_line(workshop, tmp_path, name):
    (tmp_path / 'file').write_text('')
    result = workshop(
        name, tmp_path / 'file' / 'folder', '--teacher', 'random'
    )
    assert result.returncode == 1
    assert 'cannot make the folder' in result.stderr
    assert 'Traceback' not in result.stderr
