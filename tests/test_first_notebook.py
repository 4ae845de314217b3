"""What notebook 01 shows: analytic values, and what was kept of a run."""

import numpy
import pytest
from arrays import assert_equal

import gluon_style as gs
from gluon_style._mxnet import np
from gluon_style.images import clip_to_range, picture_range
from gluon_style.lessons import measures, parts, whole_run
from gluon_style.lessons.wording import find_wording
from gluon_style.runs.score import Score
from gluon_style.training import CurrentPicture, EpochRecord

ENGLISH, TURKISH = find_wording('english', 3), find_wording('turkish', 3)
RELATIVE = 1e-5  # one Gram matrix against another: a sum in another order


@pytest.fixture
def X(picture):
    return gs.preprocess(picture(32, 48), (48, 32))


def titles(figure):
    return [ax.get_title() for ax in figure.axes if ax.get_title()]


def seen(ax):
    return ax.get_images()[0].get_array()


@pytest.mark.parametrize(
    ('value', 'english', 'turkish'),
    [
        (0, '0', '0'),
        (-0.6886, '-0.689', '-0,689'),
        (445.21, '445', '445'),
        (99950, '100000', '100000'),
        (1.95e-6, '1.95e-06', '1,95e-06'),
    ],
)
def test_numbers_have_three_digits(value, english, turkish):
    assert ENGLISH.number(value) == english
    assert TURKISH.number(value) == turkish


def test_layer_table_lists_the_convolutions_and_their_roles():
    table = parts.layer_table({'content': ['conv4_4'], 'style': [0]}, ENGLISH)
    head, *rows = (line.split() for line in table.splitlines())
    assert head == ['index', 'name', 'channels', 'stride', 'role']
    assert len(rows) == 16
    assert rows[0] == ['0', 'conv1_1', '64', '1', 'style']
    assert rows[1] == ['2', 'conv1_2', '64', '1']
    assert rows[11] == ['25', 'conv4_4', '512', '8', 'content']


def test_shuffling_keeps_the_gram_matrix_of_the_places_shuffled(X):
    mixed = parts.shuffled(X)
    values = X.asnumpy().reshape(3, -1)
    shuffled = mixed.asnumpy().reshape(3, -1)
    assert not (values == shuffled).all()
    # whole pixels have moved: as columns they are the same set
    assert sorted(map(tuple, values.T)) == sorted(map(tuple, shuffled.T))
    numpy.testing.assert_allclose(
        gs.gram(mixed).asnumpy(), gs.gram(X).asnumpy(), rtol=RELATIVE
    )


def test_style_losses_do_not_see_signs_before_the_relu(X, random_net):
    _, styles_Y = gs.extract_features(X, random_net)
    assert parts.style_losses(X, styles_Y, random_net) == [0] * 5
    # the random network has no biases, so conv1_1 takes -X to its negative
    before = parts.style_losses(-X, styles_Y, random_net)
    after = parts.style_losses(-X, styles_Y, random_net, after_relu=True)
    energy = float(np.square(gs.gram(styles_Y[0])).mean())
    assert before[0] < RELATIVE**2 * energy
    assert after[0] > 1e-3 * energy
    assert min(before[1:]) > 0


def test_style_losses_are_shown_a_thousandfold():
    table = parts.style_loss_table({'a': [0.001, 1, 2, 0, 0.0123]}, TURKISH)
    head, row = table.splitlines()
    assert head.startswith('stil kaybı x 1000:')
    assert head.split()[4:] == [f'conv{block}_1' for block in (1, 2, 3, 4, 5)]
    assert row.split() == ['a', '1', '1000', '2000', '0', '12,3']


def test_figures_of_the_images_show_them(picture):
    photo, painting = picture(20, 30), picture(24, 30)
    figure = parts.images_figure(photo, painting, TURKISH)
    assert titles(figure) == ['içerik görüntüsü', 'stil görüntüsü']
    for ax, image in zip(figure.axes, (photo, painting)):
        numpy.testing.assert_array_equal(seen(ax), image.asnumpy() / 255)
    drawing = parts.method_figure(photo, painting, TURKISH).axes[0]
    texts = {text.get_text() for text in drawing.texts}
    assert {'1. katman', 'toplam\nkayıp', 'stil kaybı'} <= texts


def test_features_figure_has_a_row_for_each_layer(X, random_net):
    figure = parts.features_figure({'photo': X}, random_net, ENGLISH)
    rows = [ax.get_ylabel() for ax in figure.axes if ax.get_ylabel()]
    assert rows == ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv4_4',
                    'conv5_1']  # fmt: skip


def record(epoch):
    return EpochRecord(epoch, 1.0, 2.0, 3.0, 24.0, 0.9, 0.1)


def history_of(X, num_epochs, show=None):
    epochs = whole_run.watched_epochs(num_epochs)
    history = whole_run.History(X, epochs, show)
    current = X.copy()
    for epoch in range(1, num_epochs + 1):
        current[:] = current + 0.01  # in place, as the optimiser does
        history(record(epoch), CurrentPicture(current))
    return history


def test_history_keeps_pictures_as_they_were(X):
    calls = []
    history = history_of(X, 13, lambda record, _: calls.append(record.epoch))
    assert [record.epoch for record in history.records] == [*range(1, 14)]
    assert list(history.pictures) == [0, 1, 2, 5, 10, 13]
    assert_equal(history.pictures[0], X)
    for epoch, kept in history.pictures.items():
        moved = (kept - X).asnumpy()
        numpy.testing.assert_allclose(moved, 0.01 * epoch, atol=1e-5)
    assert calls == [10, 13]


def test_stages_are_those_of_the_run(X):
    history = history_of(X, 120)
    figure = whole_run.stages_figure(history, TURKISH)
    assert titles(figure) == [
        f'{epoch}. dönem' for epoch in (0, 10, 50, 100, 120)
    ]
    last = gs.postprocess(history.pictures[120]).asnumpy()
    numpy.testing.assert_array_equal(seen(figure.axes[4]), last)


def test_shares_are_of_the_pictures_kept(X, random_net):
    contents_Y, _ = gs.extract_features(X, random_net)
    grams = [gs.gram(Y) for Y in gs.extract_features(-X, random_net)[1]]
    history = history_of(X, 1)
    figure = whole_run.shares_figure(
        history, random_net, contents_Y, grams, ENGLISH
    )
    loss, gradient = figure.axes
    assert titles(figure) == ['share of the loss', 'share of the gradients']
    expected = measures.gradient_shares(
        measures.loss_terms(X, random_net, contents_Y, grams)
    )
    tv = loss.collections[-1].get_paths()[0].vertices
    at_0 = tv[tv[:, 0] == 0][:, 1]
    assert numpy.ptp(at_0) == pytest.approx(100 * expected['TV'], abs=1e-3)
    assert len(gradient.collections) == 7


def test_clipping_figure_marks_what_no_file_can_hold(X):
    black, white = picture_range(X.ctx)
    X = clip_to_range(X)
    X[:, :, :4] = white + 1
    X[:, 1, 8:12] = black[:, 1] - 1  # one channel is enough
    figure = whole_run.clipping_figure(X, ENGLISH)
    whole, outside, clipped = (seen(ax) for ax in figure.axes)
    orange = numpy.array(outside)[0, 0]
    marked = (numpy.array(outside) == orange).all(axis=2)
    assert marked[:4].all()
    assert marked[8:12].all()
    assert marked.sum() == 8 * X.shape[3]
    assert (whole.min(), whole.max()) == (0, 1)
    numpy.testing.assert_array_equal(clipped, gs.postprocess(X).asnumpy())


def test_score_table_gives_the_losses_and_the_share_out_of_range():
    scores = {'a': Score(8.953, 0.5361, 2.2655, 16.58, 0.12415, 0.7)}
    head, row = whole_run.score_table(scores, TURKISH).splitlines()
    assert head.split() == ['içerik', 'stil', 'TV', 'toplam', 'aralık', 'dışı']
    assert row.split() == ['a', '8,95', '0,536', '2,27', '16,6', '%12,4']


def test_result_figures_show_what_is_visible(X, picture):
    figure = whole_run.result_figure(
        picture(20, 30), picture(24, 30), X, ENGLISH
    )
    assert titles(figure) == ['content image', 'result', 'style image']
    pair = whole_run.visible_figure(X, -X, ENGLISH)
    assert titles(pair) == ['clipped', 'kept in range']
    for axes, Y in (
        (figure.axes[1], X),
        (pair.axes[0], X),
        (pair.axes[1], -X),
    ):
        numpy.testing.assert_array_equal(
            seen(axes), gs.postprocess(Y).asnumpy()
        )


def test_gram_figure_gives_the_losses_below(X, random_net):
    _, styles_Y = gs.extract_features(X, random_net)
    pictures = {'same': X, 'other': -X}
    figure = whole_run.gram_figure(pictures, styles_Y, random_net, TURKISH)
    labels = [ax.get_xlabel() for ax in figure.axes if ax.get_xlabel()]
    losses = parts.style_losses(-X, styles_Y, random_net)
    assert labels[:5] == ['kayıp x 1000: 0'] * 5
    assert labels[5:] == [
        f'kayıp x 1000: {TURKISH.number(1e3 * loss)}' for loss in losses
    ]
