"""The loop: the chapter's trajectory, records, schedule, callback."""

import dataclasses

import naive_chapter
import numpy
import pytest
from arrays import assert_equal, plain, relative_l2

import gluon_style as gs
from gluon_style._mxnet import mx, np
from gluon_style.errors import TrainingError
from gluon_style.runs import run as run_module
from gluon_style.runs.stages import stages
from gluon_style.vgg.weights import load_weights

EPOCHS = 10


@pytest.fixture(params=['random', 'real'])
def weights(request):
    """Names of random and, where they are, of real weights."""
    if request.param == 'random':
        return 'random:5'
    return request.getfixturevalue('real_weights')


def losses_of(record):
    return [
        record.content_loss,
        record.style_loss,
        record.tv_loss,
        record.total_loss,
    ]


def ours(content_img, style_img, shape, weights, lr):
    net, cpu = gs.vgg19_features(weights), mx.cpu()
    content_X, contents_Y = gs.get_contents(content_img, net, shape, cpu)
    style_X, styles_Y = gs.get_styles(style_img, net, shape, cpu)
    records, pictures = [], []

    def callback(record, picture):
        records.append(record)
        pictures.append(picture())

    X = gs.train(content_X, contents_Y, styles_Y, net, cpu, lr, EPOCHS, 4,
                 callback, every=1)  # fmt: skip
    assert_equal(pictures[-1], gs.postprocess(X))
    return content_X, style_X, records, pictures


def test_trajectory_is_the_chapters(picture, weights):
    """Losses and pictures of the first epochs follow the naive chapter.

    Adam at 0.9 turns the sign of a gradient into a step, so that rounding
    grows from epoch to epoch. How fast, the naive chapter says itself: it is
    run a second time from a picture one rounding away. Ours may be ten times
    as far from it as it is from itself (measured: at most 3 times), and a
    few roundings where that is nothing.
    """
    shape = (67, 49)
    content_img, style_img = picture(97, 131), picture(120, 110)
    content_X, style_X, records, pictures = ours(
        content_img, style_img, shape, weights, 0.9
    )
    net = naive_chapter.network(load_weights(weights).convolutions)
    run = (content_X, style_X, net, EPOCHS, 0.9, 4)
    values, theirs = naive_chapter.trajectory(*run)
    nudged_X = content_X * (1 + 2**-23)
    nudged, near = naive_chapter.trajectory(*run, start=nudged_X)

    for epoch in range(EPOCHS):
        # the content loss of the first epoch is rounding alone
        got = numpy.array(losses_of(records[epoch]))[epoch == 0 :]
        wanted = numpy.array(values[epoch])[epoch == 0 :]
        self_drift = abs(numpy.array(nudged[epoch])[epoch == 0 :] / wanted - 1)
        allowed = 10 * self_drift.max() + 5e-6
        assert abs(got / wanted - 1).max() <= allowed, f'epoch {epoch + 1}'
    for epoch in range(3):
        wanted = gs.postprocess(np.array(theirs[epoch]))
        self_drift = relative_l2(gs.postprocess(np.array(near[epoch])), wanted)
        drift = relative_l2(pictures[epoch], wanted)
        assert drift <= 10 * self_drift + 1e-5, f'epoch {epoch + 1}'
    # the runs did not just stand still: the style has come nearer
    assert values[-1][1] < 0.7 * values[0][1]


@pytest.fixture
def small_run(shallow_net, picture):
    """A run on two shallow layers, quick and with every argument open."""
    layers = {'content_layers': ['conv2_1'], 'style_layers': ['conv1_1']}
    cpu, shape = mx.cpu(), (24, 16)
    X, contents_Y = gs.get_contents(
        picture(16, 24), shallow_net, shape, cpu, **layers
    )
    _, styles_Y = gs.get_styles(
        picture(30, 20), shallow_net, shape, cpu, **layers
    )

    def run(num_epochs, callback=None, lr=0.1, lr_decay_epoch=50, **options):
        return gs.train(
            X, contents_Y, styles_Y, shallow_net, cpu, lr, num_epochs,
            lr_decay_epoch, callback, **layers, **options,
        )  # fmt: skip

    run.X = X
    return run


@pytest.mark.parametrize(
    ('num_epochs', 'every', 'epochs'),
    [
        (30, 10, [10, 20, 30]),
        (25, 10, [10, 20, 25]),
        (3, 10, [3]),
        (3, 1, [1, 2, 3]),
    ],
)
def test_callback_is_asked_every_so_often(
    small_run, num_epochs, every, epochs
):
    got = []
    small_run(num_epochs, lambda record, _: got.append(record), every=every)
    assert [record.epoch for record in got] == epochs
    seconds = [record.seconds for record in got]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0


def test_callback_is_asked_every_ten_epochs_by_default(small_run):
    got = []
    small_run(20, lambda record, _: got.append(record.epoch))
    assert got == [10, 20]


def test_learning_rate_falls_by_a_fifth(small_run):
    got = []
    small_run(7, lambda record, _: got.append(record.learning_rate),
              lr=0.5, lr_decay_epoch=3, every=1)  # fmt: skip
    assert got == pytest.approx([0.5] * 3 + [0.4] * 3 + [0.32])


def test_record_is_frozen_and_its_total_counts_style_ten_times(small_run):
    got = []
    small_run(2, lambda record, _: got.append(record), every=1)
    for record in got:
        total = record.content_loss + 10 * record.style_loss + record.tv_loss
        assert record.total_loss == pytest.approx(total, rel=1e-6)
    with pytest.raises(dataclasses.FrozenInstanceError):
        got[0].epoch = 5


def test_picture_is_the_current_one(small_run):
    pictures = []
    X = small_run(3, lambda _, picture: pictures.append(picture()), every=1)
    assert pictures[0].shape == (16, 24, 3)
    assert pictures[0].min() >= 0
    assert pictures[0].max() <= 1
    assert not numpy.array_equal(pictures[0], pictures[1])
    assert_equal(pictures[2], gs.postprocess(X))


def test_training_lowers_the_loss_and_leaves_its_input_alone(small_run):
    before = plain(small_run.X).copy()
    got = []
    small_run(40, lambda record, _: got.append(record.total_loss), every=1)
    assert got[-1] < 0.5 * got[0]
    assert_equal(small_run.X, before)


def test_a_second_run_gives_the_same_bits(small_run):
    assert_equal(small_run(5), small_run(5))


def test_run_is_the_functions_put_together(picture):
    content_img, style_img = picture(30, 40), picture(25, 25)
    options = {
        'width': 32, 'height': 16, 'epochs': 3, 'lr': 0.2,
        'content_layers': ['conv2_1'], 'style_layers': ['conv1_1', 'conv1_2'],
        'content_weight': 2, 'tv_weight': 3, 'weights': 'random', 'seed': 4,
    }  # fmt: skip
    got = gs.run(content_img, style_img, gs.Settings(**options))
    layers = (['conv2_1'], ['conv1_1', 'conv1_2'])
    net, cpu = gs.vgg19_features('random:4', *layers), mx.cpu()
    X, contents_Y = gs.get_contents(content_img, net, (32, 16), cpu, *layers)
    _, styles_Y = gs.get_styles(style_img, net, (32, 16), cpu, *layers)
    wanted = gs.train(
        X, contents_Y, styles_Y, net, cpu, 0.2, 3, 50,
        content_layers=layers[0], style_layers=layers[1],
        loss_weights=gs.LossWeights(content=2, tv=3),
    )  # fmt: skip
    assert_equal(got, wanted)


def test_a_loss_that_is_not_finite_is_no_record(small_run):
    message = r'the loss is (nan|inf) at epoch 3: lower the learning rate'
    for bad in (float('nan'), float('inf')):
        with pytest.raises(TrainingError, match=message):
            gs.EpochRecord(3, 1.0, bad, 1.0, bad, 0.9, 1.0)
    with pytest.raises(TrainingError, match='is (nan|inf) at epoch 2'):
        small_run(5, lambda *_: None, lr=1e30, every=2)


STAGED = {
    'width': 32, 'height': 16, 'epochs': 3, 'lr': 0.2, 'second_scale': 2,
    'second_epochs': 2, 'warm_start': 'random:6', 'warm_start_epochs': 4,
    'content_layers': ['conv2_1'], 'style_layers': ['conv1_1'],
    'weights': 'random:5', 'device': 'cpu',
}  # fmt: skip


def test_epochs_and_seconds_count_on_through_the_stages(picture):
    records = []
    gs.run(
        picture(30, 40), picture(25, 25), gs.Settings(**STAGED),
        lambda record, _: records.append(record), every=1,
    )  # fmt: skip
    assert [record.epoch for record in records] == list(range(1, 10))
    seconds = [record.seconds for record in records]
    assert all(a < b for a, b in zip(seconds, seconds[1:]))


def test_stages_are_settings_with_sizes_and_starts():
    settings = gs.Settings(**{**STAGED, 'height': None, 'lr_decay_epoch': 3})
    listed = stages(settings.sized((50, 100, 3)))
    assert [
        (i.start, i.settings.width, i.settings.height, i.settings.epochs,
         i.settings.weights, i.settings.lr_decay_epoch)
        for i in listed
    ] == [
        ('given', 32, 16, 4, 'random:6', 4),
        ('reached', 32, 16, 3, 'random:5', 3),
        ('enlarged', 64, 32, 2, 'random:5', 100),
    ]  # fmt: skip
    # each is a run of its own: nothing in it says that others follow
    assert [i.settings.total_epochs for i in listed] == [4, 3, 2]
    assert settings.total_epochs == 9
    with pytest.raises(dataclasses.FrozenInstanceError):
        listed[0].start = 'given'


def test_every_stage_starts_on_the_runs_device(picture, monkeypatch):
    # MXNet counts CPUs as it counts GPUs, so that two of them are two devices
    device, starts = mx.cpu(1), []
    monkeypatch.setattr(run_module, 'find_device', lambda _: device)

    def train(X, *arguments, **options):
        starts.append(X.ctx)
        return gs.train(X, *arguments, **options)

    monkeypatch.setattr(run_module, 'train', train)
    start = gs.preprocess(picture(20, 20), (32, 16))
    assert start.ctx != device
    X = gs.run(picture(30, 40), picture(25, 25), gs.Settings(**STAGED),
               start=start)  # fmt: skip
    assert starts == [device] * 3
    assert X.ctx == device


def test_try_gpu_takes_what_there_is():
    there = mx.context.num_gpus() > 0
    assert gs.try_gpu() == (mx.gpu(0) if there else mx.cpu())
    assert gs.try_gpu(99) == mx.cpu()
