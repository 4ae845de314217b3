"""What a picture is worth: as a run left it, and as a file holds it."""

import json
import math
import re

import numpy
import pytest
from PIL import Image

import gluon_style as gs
from gluon_style._mxnet import np
from gluon_style.cli import stylise as stylise_module
from gluon_style.errors import TrainingError
from gluon_style.runs.run import network
from gluon_style.runs.score import Score, scorer, standardised
from gluon_style.storage.records import read_record

SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']
SMALL = ['--width', 48, '--height', 32, '--weights', 'student', '--no-plot']
SETTINGS = gs.Settings(weights='student')
MEAN = numpy.array([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
STD = numpy.array([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)


def standard(values):
    """Standardise values of 0 to 1, shape (1, 3, h, w), by hand."""
    return np.array(((values - MEAN) / STD).astype('float32'))


@pytest.fixture
def images():
    return tuple(gs.read_image(gs.find_image(name)) for name in SAMPLES)


def test_a_score_is_the_losses_of_the_record(images, tmp_path):
    """The record of L-BFGS holds the losses of the very picture reached."""
    settings = gs.Settings(width=48, height=32, epochs=4, weights='student',
                           optimizer='l-bfgs')  # fmt: skip
    records = []
    X = gs.run(*images, settings, lambda r, _: records.append(r))
    score = scorer(images, settings, network(settings), (48, 32))(X)
    # MXNet convolves otherwise outside autograd.record
    for name in ('content_loss', 'style_loss', 'tv_loss', 'total_loss'):
        assert getattr(score, name) == pytest.approx(
            getattr(records[-1], name), rel=1e-5
        )
    before = scorer(images, settings, network(settings), (48, 32))(
        gs.preprocess(images[0], (48, 32))
    )
    assert before.content_loss == pytest.approx(0, abs=1e-9)
    assert before.total_loss > 2 * score.total_loss


def test_excess_is_counted_in_pixels_and_measured_in_whites(images):
    judge = scorer(images, SETTINGS, network(SETTINGS), (20, 16))
    values = numpy.full((1, 3, 16, 20), 0.5)
    assert judge(standard(values)).out_of_range == 0
    assert judge(standard(values)).overshoot == 0
    values[0, :, 0, 0] = 1.25  # three channels of one pixel
    values[0, 1, 3, 4] = -0.75
    values[0, 2, 5, 5] = 1.5
    score = judge(standard(values))
    assert score.out_of_range == pytest.approx(3 / 320)
    assert score.overshoot == pytest.approx(0.75, rel=1e-5)


def test_black_and_white_are_in_range(images):
    judge = scorer(images, SETTINGS, network(SETTINGS), (20, 16))
    levels = numpy.zeros((16, 20, 3), 'uint8')
    levels[:8] = 255
    score = judge(standardised(np.array(levels)))
    assert (score.out_of_range, score.overshoot) == (0, 0)


def test_a_score_is_judged_in_float32(images):
    settings = gs.Settings(weights='student', precision='bfloat16')
    X = gs.preprocess(images[0], (48, 32))
    scores = {
        scorer(images, i, network(i), (48, 32))(X)
        for i in (settings, SETTINGS)
    }
    assert len(scores) == 1


def test_a_picture_that_is_not_finite_has_no_score():
    with pytest.raises(TrainingError, match='the loss of the picture is nan'):
        Score(1.0, 1.0, 1.0, math.nan, 0.0, 0.0)


def rescored(path, images):
    """Score a file from nothing but its bytes."""
    levels = numpy.asarray(Image.open(path).convert('RGB'))
    height, width = levels.shape[:2]
    settings = gs.Settings(weights='student')
    judge = scorer(images, settings, network(settings), (width, height))
    return judge(gs.preprocess(np.array(levels), (width, height)))


@pytest.mark.parametrize('suffix', ['png', 'jpg', 'webp', 'tif'])
def test_as_saved_is_what_the_file_gives(suffix, capsys, tmp_path, images):
    path = tmp_path / f'a.{suffix}'
    settings = gs.Settings(width=48, height=32, epochs=8, weights='student')
    targets = stylise_module.Targets(path, None, None)
    files = [gs.find_image(name) for name in SAMPLES]
    assert stylise_module.stylise(*files, settings, targets) == 0
    shown = capsys.readouterr().out
    record, score = read_record(path), rescored(path, images)
    # one machine, one network, the same pixels: the same bits
    assert record['as_saved'] == {
        'content_loss': score.content_loss,
        'style_loss': score.style_loss,
        'tv_loss': score.tv_loss,
        'total_loss': score.total_loss,
        'out_of_range': 0,
        'overshoot': 0,
    }
    left = record['as_left']
    assert left['out_of_range'] > 0
    assert left['overshoot'] > 0
    assert left['total_loss'] != record['as_saved']['total_loss']
    # after the last step, which the last record is before
    assert left['total_loss'] < record['last_epoch']['total_loss']
    for name, total in (('left', left), ('saved', record['as_saved'])):
        (line,) = re.findall(f'^as {name} .*$', shown, re.M)
        assert f'total {total["total_loss"]:.4g}' in line
        assert ('of the pixels out of range' in line) == (name == 'left')


def test_in_range_saves_what_it_left(command, tmp_path):
    result = command(
        'transfer', *SAMPLES, '-o', 'a.png', *SMALL, '--epochs', 8,
        '--in-range', '--set', 'schedule=cosine', '--set', 'beta2=0.95',
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    record = read_record(tmp_path / 'a.png')
    settings = record['settings']
    assert (settings['in_range'], settings['schedule']) == (True, 'cosine')
    assert record['as_left']['out_of_range'] == 0
    assert 'out of range' not in result.stdout
    # 8 bits are all that is lost
    assert record['as_saved']['total_loss'] == pytest.approx(
        record['as_left']['total_loss'], rel=5e-3
    )


def test_the_score_of_a_staged_run_is_of_its_last_size(command, tmp_path):
    result = command('transfer', *SAMPLES, '-o', 'a.png', *SMALL, '--epochs',
                     1, '--set', 'second_scale=2', '--set',
                     'second_epochs=1')  # fmt: skip
    assert result.returncode == 0, result.stderr
    again = command('score', 'a.png', *SAMPLES, '--weights', 'student',
                    '--json')  # fmt: skip
    assert again.returncode == 0, again.stderr
    score = json.loads(again.stdout)
    assert (score.pop('width'), score.pop('height')) == (96, 64)
    assert score == read_record(tmp_path / 'a.png')['as_saved']


def test_a_record_says_which_precision_ran(
    monkeypatch, tmp_path, capsys, images
):
    from gluon_style.runs import machine

    file = tmp_path / 'cpuinfo'
    file.write_text('flags : fpu\n')
    monkeypatch.setattr(machine, 'CPUINFO', file)
    targets = stylise_module.Targets(tmp_path / 'a.png', None, None)
    settings = gs.Settings(width=32, height=24, epochs=1, weights='student',
                           precision='bfloat16')  # fmt: skip
    paths = [gs.find_image(name) for name in SAMPLES]
    assert stylise_module.stylise(*paths, settings, targets) == 0
    record = read_record(tmp_path / 'a.png')
    assert record['settings']['precision'] == 'float32'
    assert record['machine']['bfloat16'] is False
    assert capsys.readouterr().out.count('no bfloat16') == 1


def test_score_from_outside(command, fresh_command, tmp_path, images):
    gs.find_image(SAMPLES[0])
    Image.open(gs.find_image(SAMPLES[0])).resize((48, 32)).save(
        tmp_path / 'a.png'
    )
    score = rescored(tmp_path / 'a.png', images)
    shown = fresh_command('score', 'a.png', *SAMPLES, '--weights', 'student')
    assert shown.returncode == 0, shown.stderr
    assert '48x32' in shown.stdout
    assert f'{score.total_loss:.4g}' in shown.stdout.split()
    other = command('score', 'a.png', *SAMPLES, '--weights', 'student',
                    '--set', 'tv_weight=0', '--json')  # fmt: skip
    found = json.loads(other.stdout)
    assert found['tv_loss'] == 0
    assert found['total_loss'] == pytest.approx(
        score.total_loss - score.tv_loss, rel=1e-5
    )


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['missing.png', *SAMPLES], 'no such image file: missing.png'),
        (['broken.png', *SAMPLES], 'cannot read broken.png as an image'),
        (['tiny.png', *SAMPLES], 'wanted at least 16 pixels'),
        (['good.png', 'x.png', SAMPLES[1]], 'no such image file: x.png'),
        (['good.png', *SAMPLES, '--recipe', 'd2l-9'], 'got recipe'),
        (['good.png', *SAMPLES, '--set', 'width=9'], 'at its own size'),
        (['good.png', *SAMPLES, '--weights', 'w.pth'], 'w.pth'),
        (['good.png'], 'CONTENT'),
    ],
)
def test_bad_input_gives_one_line(arguments, message, command, tmp_path):
    (tmp_path / 'broken.png').write_bytes(b'\x89PNG\r\n')
    Image.new('RGB', (8, 8)).save(tmp_path / 'tiny.png')
    Image.new('RGB', (48, 32)).save(tmp_path / 'good.png')
    arguments = [*arguments, '--weights', 'student']
    result = command('score', *arguments[: -2 if 'w.pth' in arguments else 99])
    assert result.returncode in (1, 2)
    assert result.stdout == ''
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
