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
    assert updates[-1].data.startswith(b'\x89PNG')


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
