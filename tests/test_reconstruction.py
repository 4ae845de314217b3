"""Reconstructions from noise: what they ask for, where they start."""

from dataclasses import replace

import numpy
import pytest
from arrays import assert_equal

import gluon_style as gs
from gluon_style.lessons.measures import high_frequency_share
from gluon_style.lessons.reconstruction import (
    content_only,
    reconstruct,
    style_only,
)

LAYERS = ('conv1_2',)
BASE = gs.Settings(
    width=32,
    height=24,
    epochs=12,
    lr=0.3,
    lr_decay_epoch=4,
    content_layers=LAYERS,
    style_layers=('conv1_1', 'conv2_1'),
    weights='random',
)


def test_content_only_asks_for_nothing_else():
    settings = content_only(BASE, 'conv2_1', 'conv1_1')
    assert tuple(settings.content_layers) == ('conv2_1', 'conv1_1')
    assert settings.style_layers == ()
    assert (settings.style_weight, settings.tv_weight) == (0, 0)
    assert settings.lr == BASE.lr
    assert content_only(BASE).content_layers == LAYERS


def test_style_only_asks_for_nothing_else():
    settings = style_only(replace(BASE, style_weight=5), 'conv1_1')
    assert tuple(settings.style_layers) == ('conv1_1',)
    assert settings.content_layers == ()
    assert (settings.content_weight, settings.tv_weight) == (0, 0)
    assert settings.style_weight == 5
    assert style_only(replace(BASE, style_weight=0)).style_weight


@pytest.mark.parametrize(
    ('only', 'loss', 'others'),
    [
        (content_only, 'content_loss', ('style_loss', 'tv_loss')),
        (style_only, 'style_loss', ('content_loss', 'tv_loss')),
    ],
)
def test_reconstruct_lowers_what_is_asked_for(only, loss, others, picture):
    records = []
    out = reconstruct(
        picture(48, 64),
        only(BASE, 'conv1_1'),
        lambda record, _: records.append(record),
        every=1,
    )
    assert out.X.shape == (1, 3, 24, 32)
    assert out.picture.shape == (24, 32, 3)
    first, last = (
        getattr(record, loss) for record in records[:: len(records) - 1]
    )
    assert 0 < last < 0.5 * first
    assert {getattr(r, other) for r in records for other in others} == {0}
    # Adam's record is of the picture before its step
    assert out.noise_loss == pytest.approx(records[0].total_loss, rel=1e-5)
    assert out.loss < records[-1].total_loss
    assert out.left == out.loss / out.noise_loss


@pytest.mark.parametrize('only', [content_only, style_only])
def test_reconstruct_says_which_loss_is_left(only, picture):
    records = []
    search = replace(BASE, optimizer='l-bfgs', in_range=True)
    out = reconstruct(
        picture(48, 64),
        only(search, 'conv1_1'),
        lambda record, _: records.append(record),
    )
    # L-BFGS' record is of the picture that it has reached; a rounding apart
    assert out.loss == pytest.approx(records[-1].total_loss, rel=1e-4)
    assert 0 < out.left < 0.1


def test_reconstruct_starts_from_noise_of_the_seed(picture):
    img, starts = picture(24, 32), []
    for seed in (0, 0, 1):
        settings = replace(BASE, epochs=1, lr=1e-6, seed=seed)
        starts.append(reconstruct(img, content_only(settings)).picture)
    assert_equal(starts[0], starts[1])
    assert abs(starts[0] - starts[2]).mean() > 0.2
    share = high_frequency_share(starts[0])
    assert share == pytest.approx(1 - numpy.pi / 16, abs=0.05)


def test_a_run_starts_where_it_is_told(picture):
    img, other = picture(24, 32), gs.preprocess(picture(24, 32), (32, 24))
    settings = replace(BASE, epochs=1, lr=1e-6)
    told = gs.run(img, img, settings, start=other)
    by_itself = gs.run(img, img, settings)
    # a step of Adam is at most as long as the learning rate
    assert abs(told - other).max() < 1e-5
    assert abs(by_itself - gs.preprocess(img, (32, 24))).max() < 1e-5
