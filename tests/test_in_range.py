"""Pixels that stay where a file can hold them, schedules, and the betas."""

import dataclasses

import numpy
import pytest
from arrays import assert_equal, plain
from PIL import Image

import gluon_style as gs
from gluon_style._mxnet import mx, np
from gluon_style.errors import SettingsError
from gluon_style.images import clip_to_range, picture_range
from gluon_style.runs.lbfgs import train_lbfgs
from gluon_style.runs.settings import parsed_field
from gluon_style.storage.records import save_picture

SMALL = {
    'width': 48, 'height': 32, 'epochs': 12, 'weights': 'student', 'lr': 0.9,
}  # fmt: skip
MEAN = numpy.array([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
STD = numpy.array([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
ADAM = gs.Settings(**SMALL)
LBFGS = gs.Settings(**SMALL, optimizer='l-bfgs')


def outside(X):
    """How many values are below black or above white."""
    black, white = (plain(level) for level in picture_range(mx.cpu()))
    return int(((plain(X) < black) | (plain(X) > white)).sum())


def test_the_range_is_black_and_white():
    black, white = picture_range(mx.cpu())
    numpy.testing.assert_allclose(plain(black), -MEAN / STD, rtol=1e-6)
    numpy.testing.assert_allclose(plain(white), (1 - MEAN) / STD, rtol=1e-6)
    assert black.ctx == mx.cpu()


def test_clipping_leaves_what_is_in_range_and_its_input_alone(rng):
    X = np.array(3 * rng.randn(1, 3, 5, 7).astype('float32'))
    before = plain(X).copy()
    assert outside(X) > 10
    clipped = clip_to_range(X)
    assert_equal(X, before)
    assert outside(clipped) == 0
    inside = plain(clipped) == before
    assert inside.any()
    # the others are at the end that they were beyond, up to a rounding
    seen, wanted = (plain(gs.postprocess(i)) for i in (clipped, X))
    numpy.testing.assert_allclose(seen, wanted, rtol=0, atol=1e-7)


@pytest.mark.parametrize('settings', [ADAM, LBFGS], ids=['adam', 'l-bfgs'])
def test_in_range_keeps_every_picture_in_range(settings, picture, tmp_path):
    # black and white alone: every step would leave the range
    images = [np.where(picture(*i) > 128, 255, 0).astype('uint8')
              for i in ((40, 60), (50, 30))]  # fmt: skip
    seen = []
    free = gs.run(*images, settings)
    assert outside(free) > 50
    bounded = dataclasses.replace(settings, in_range=True)
    X = gs.run(*images, bounded, lambda _, p: seen.append(outside(p.X)),
               every=1)  # fmt: skip
    assert seen == [0] * len(seen)
    assert len(seen) > 5
    # not only clipped: bounds that are reached change the way
    assert abs(plain(X) - plain(clip_to_range(free))).max() > 0.1
    # postprocess undone by hand: no pixel is outside by more than rounding
    undone = plain(X) * STD + MEAN
    assert undone.min() >= -1e-6
    assert undone.max() <= 1 + 1e-6
    save_picture(plain(gs.postprocess(X)), tmp_path / 'a.png', {})
    saved = numpy.asarray(Image.open(tmp_path / 'a.png')) / 255
    left = undone[0].transpose(1, 2, 0)
    assert abs(saved - left).max() <= 0.5 / 255 + 1e-6


def test_the_start_is_clipped_first(picture, rng):
    start = np.array(5 * rng.randn(1, 3, 32, 48).astype('float32'))
    images, totals = (picture(40, 60), picture(50, 30)), []
    for given in (start, clip_to_range(start)):
        settings = dataclasses.replace(ADAM, in_range=True, epochs=1)
        gs.run(*images, settings, lambda r, _: totals.append(r.total_loss),
               start=given)  # fmt: skip
    assert totals[0] == totals[1]


def test_projected_adam_is_the_chapters_step_and_a_clip(picture):
    """Trainer's own step from the projected picture, then the projection."""
    settings = dataclasses.replace(ADAM, epochs=1, lr=2.0)
    images = picture(40, 60), picture(50, 30)
    free = gs.run(*images, settings)
    projected = gs.run(*images, dataclasses.replace(settings, in_range=True))
    assert outside(free) > 0
    assert_equal(projected, clip_to_range(free))


def test_bounded_lbfgs_finds_the_minimum_of_a_bounded_quadratic(rng):
    """A sum of squares has its bounded minimum at the clipped target."""
    black, white = (plain(level) for level in picture_range(mx.cpu()))
    target = np.array(2 * rng.randn(1, 3, 6, 8).astype('float32'))
    scale = np.array((0.5 + rng.rand(1, 3, 6, 8)).astype('float32'))
    assert outside(target) > 10

    def losses_of(X):
        return [], [], np.zeros(()), (scale * np.square(X - target)).sum()

    X = train_lbfgs(np.zeros((1, 3, 6, 8)), losses_of, 60, in_range=True)
    assert outside(X) == 0
    assert_equal(X, clip_to_range(X))
    at = (plain(target) < black) | (plain(target) > white)
    assert_equal(plain(X)[at], plain(clip_to_range(target))[at])
    numpy.testing.assert_allclose(plain(X)[~at], plain(target)[~at], atol=1e-3)


def test_lbfgs_hands_each_report_a_picture_of_its_own(picture):
    kept = []
    settings = dataclasses.replace(LBFGS, in_range=True, epochs=5)
    gs.run(picture(40, 60), picture(50, 30), settings,
           lambda _, p: kept.append((p, p())), every=1)  # fmt: skip
    for current, then in kept:
        assert_equal(current(), then)
    assert not numpy.array_equal(kept[0][1], kept[1][1])


@pytest.mark.parametrize('optimizer', ['adam', 'l-bfgs'])
def test_ctrl_c_leaves_the_last_reported_picture(picture, optimizer):
    settings = dataclasses.replace(
        ADAM, in_range=True, optimizer=optimizer, epochs=5
    )
    kept = []

    def note(record, current):
        kept.append(current)
        if record.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gs.run(picture(40, 60), picture(50, 30), settings, note, every=1)
    assert len(kept) == 3
    assert outside(kept[-1].X) == 0


def rates(settings, picture):
    found = []
    gs.run(picture(40, 60), picture(50, 30), settings,
           lambda record, _: found.append(record.learning_rate),
           every=1)  # fmt: skip
    return found


def test_cosine_falls_along_half_a_cosine(picture):
    settings = dataclasses.replace(
        ADAM, schedule='cosine', epochs=8, lr=0.5, lr_decay_epoch=1
    )
    steps = numpy.arange(8)
    wanted = 0.25 * (1 + numpy.cos(numpy.pi * steps / 8))
    assert rates(settings, picture) == pytest.approx(wanted, rel=1e-6)
    assert rates(
        dataclasses.replace(settings, schedule='step'), picture
    ) == pytest.approx(0.5 * 0.8**steps)  # fmt: skip


def test_betas_are_those_of_the_trainer(picture):
    images = picture(40, 60), picture(50, 30)
    pictures = [
        plain(gs.run(*images, dataclasses.replace(ADAM, epochs=3, **betas)))
        for betas in ({}, {'beta1': 0.9, 'beta2': 0.999}, {'beta2': 0.5})
    ]
    assert_equal(*pictures[:2])
    assert abs(pictures[2] - pictures[0]).max() > 0.1
    # with beta1 0 and beta2 0 each step is lr times the gradient's sign
    settings = dataclasses.replace(ADAM, epochs=2, beta1=0, beta2=0, lr=0.25)
    before = plain(gs.run(*images, dataclasses.replace(settings, epochs=1)))
    moved = abs(plain(gs.run(*images, settings)) - before)
    assert numpy.median(moved) == pytest.approx(0.25, rel=1e-3)


def test_get_inits_passes_the_betas_on(rng):
    X = np.array(rng.randn(1, 3, 4, 4).astype('float32'))
    _, _, trainer = gs.get_inits(
        X, mx.cpu(), 0.1, [], 'adam', {'beta1': 0.5, 'beta2': 0.75}
    )
    assert (trainer.optimizer.beta1, trainer.optimizer.beta2) == (0.5, 0.75)


@pytest.mark.parametrize(
    'change',
    [
        {'in_range': 'yes'},
        {'in_range': 1},
        {'schedule': 'linear'},
        {'beta1': 1},
        {'beta2': -0.1},
        {'precision': 'float16'},
    ],
)
def test_values_no_run_can_have(change):
    with pytest.raises(SettingsError, match='wanted'):
        gs.Settings(**change)


def test_truth_is_read():
    assert parsed_field('in_range=true') == ('in_range', True)
    assert parsed_field('in_range=false') == ('in_range', False)
    with pytest.raises(SettingsError, match='wanted true or false'):
        parsed_field('in_range=1')
