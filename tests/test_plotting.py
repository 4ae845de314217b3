"""The animator: curves, picture, files; live only where it can be."""

import numpy
import pytest
from arrays import assert_equal
from PIL import Image

import gluon_style as gs
from gluon_style.errors import OutputError
from gluon_style.training import EpochRecord


@pytest.fixture
def animator(rng):
    made = gs.Animator()
    for epoch in (10, 20, 30):
        record = EpochRecord(epoch, 30 / epoch, 2.0, 5.0, 50.0, 0.9, 1.0)
        made(record, lambda: rng.rand(6, 8, 3))
    return made


def test_curves_and_picture(animator, tmp_path):
    animator.save(tmp_path / 'plot.png')
    curves, picture = animator.axes
    lines = curves.get_lines()
    assert [line.get_label() for line in lines] == ['content', 'style', 'TV']
    for line, values in zip(lines, [[3, 1.5, 1], [2] * 3, [5] * 3]):
        assert_equal(line.get_xdata(), [10, 20, 30])
        assert_equal(line.get_ydata(), values)
    assert curves.get_ylim() == (0, 20)  # the chapter's
    assert curves.get_xlabel() == 'epoch'
    assert picture.get_images()[0].get_array().shape == (6, 8, 3)


def test_it_shows_nothing_outside_a_notebook(animator, capsys):
    assert not animator.live
    assert capsys.readouterr().out == ''


def test_live_shows_one_figure_and_redraws_it(monkeypatch):
    display = pytest.importorskip(
        'IPython.display', reason='needs IPython (extra: notebooks)'
    )
    shown, updates = [], []

    class Handle:
        def update(self, image):
            updates.append(image)

    def show(image, display_id):
        shown.append(image)
        return Handle()

    monkeypatch.setattr(display, 'display', show)
    animator = gs.Animator(live=True)
    for epoch in (1, 2, 3):
        animator.imshow(numpy.zeros((2, 2, 3)))
        animator.add(epoch, [1, 2, 3])
    assert len(shown) == 1
    assert len(updates) == 2
    assert updates[-1].data.startswith(b'\xff\xd8')  # JPEG


@pytest.mark.parametrize('suffix', ['png', 'svg', 'pdf'])
def test_save(animator, tmp_path, suffix):
    path = tmp_path / f'plot.{suffix}'
    animator.save(path)
    start = {'png': b'\x89PNG', 'svg': b'<?xml', 'pdf': b'%PDF'}[suffix]
    assert path.read_bytes().startswith(start)
    if suffix == 'png':
        assert Image.open(path).size == (1050, 375)  # 7 x 2.5 inches
    assert list(tmp_path.iterdir()) == [path]


def test_save_refuses_other_files(animator, tmp_path):
    with pytest.raises(OutputError, match=r'wanted \.png, \.svg, \.pdf'):
        animator.save(tmp_path / 'plot.gif')


def test_the_chapters_own_call():
    """Its constructor, its use of `axes`, and what it adds."""
    animator = gs.Animator(
        xlabel='epoch',
        ylabel='loss',
        xlim=[10, 500],
        ylim=[0, 20],
        legend=['content', 'style', 'TV'],
        ncols=2,
        figsize=(7, 2.5),
    )
    for epoch in (10, 20):
        animator.axes[1].imshow(numpy.zeros((6, 8, 3)))
        animator.add(epoch, [30.0, 2.0, 5.0 / epoch])
    curves, picture = animator.axes
    assert animator.X == [[10, 20]] * 3
    assert animator.Y == [[30, 30], [2, 2], [0.5, 0.25]]
    assert_equal(curves.get_lines()[2].get_ydata(), [0.5, 0.25])
    assert curves.get_xlim() == (10, 500)
    assert curves.get_ylim() == (0, 20)
    texts = [text.get_text() for text in curves.get_legend().get_texts()]
    assert texts == ['content', 'style', 'TV']
    assert picture.get_images()
    assert picture.axison  # the book leaves the axes on
    assert tuple(animator.fig.get_size_inches()) == (7, 2.5)


def test_as_the_books_class_it_has_one_plain_panel():
    """Its other chapters' ways: positions, one value, lists, None, formats."""
    animator = gs.Animator(
        'step',
        'error',
        ['a', 'b'],
        [1, 8],
        [1, 100],
        'log',
        'log',
        ['r:', '-'],
    )
    animator.add(1, (10, None))
    animator.add([2, 4], [20, 30])
    animator.add([None, 8], [40, 50])
    (curves,) = animator.axes
    assert animator.X == [[1, 2], [4, 8]]
    assert animator.Y == [[10, 20], [30, 50]]
    a, b = curves.get_lines()
    assert (a.get_linestyle(), a.get_color()) == (':', 'r')
    assert b.get_linestyle() == '-'
    assert curves.get_xscale() == curves.get_yscale() == 'log'
    assert curves.get_xlim() == (1, 8)
    assert curves.get_ylim() == (1, 100)
    assert (curves.get_xlabel(), curves.get_ylabel()) == ('step', 'error')
    assert tuple(animator.fig.get_size_inches()) == (3.5, 2.5)
    assert any(line.get_visible() for line in curves.get_xgridlines())


def test_left_out_means_no_labels_no_legend_no_limits():
    animator = gs.Animator()
    for x, y in enumerate([50, 3]):
        animator.add(x, y)
    (curves,) = animator.axes
    assert animator.Y == [[50, 3]]
    assert curves.get_ylim()[1] > 50
    assert curves.get_xlabel() == curves.get_ylabel() == ''
    assert curves.get_legend() is None


@pytest.mark.parametrize(
    ('ylim', 'shown'), [('auto', 20), ([0, 7], 7), (None, 210)]
)
def test_the_callbacks_limits(ylim, shown):
    """Left out they are the chapter's; None is all of the losses."""
    animator = gs.Animator(ylim=ylim)
    for epoch in (10, 20):
        record = EpochRecord(epoch, 0.0, 200.0 / epoch, 200.0, 0, 0.9, 1.0)
        animator(record, lambda: numpy.zeros((6, 8, 3)))
    assert animator.axes[0].get_ylim()[1] == pytest.approx(shown)


def test_a_callback_of_one_panel_leaves_the_picture_out():
    animator = gs.Animator(ncols=1)
    record = EpochRecord(10, 1.0, 2.0, 3.0, 0, 0.9, 1.0)
    animator(record, lambda: numpy.zeros((6, 8, 3)))
    (curves,) = animator.axes
    assert len(curves.get_lines()) == 3
    assert not curves.get_images()


@pytest.mark.parametrize(
    ('nrows', 'ncols', 'shape'), [(1, 3, (3,)), (2, 1, (2,)), (2, 2, (2, 2))]
)
def test_panels(nrows, ncols, shape):
    animator = gs.Animator(nrows=nrows, ncols=ncols)
    animator.add(1, 2)
    assert animator.axes.shape == shape
    first, *others = animator.axes.flat
    assert len(first.get_lines()) == 1
    assert not any(axes.get_lines() for axes in others)
