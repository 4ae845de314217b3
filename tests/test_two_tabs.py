"""What notebook 02 prints and draws of a ladder."""

import pytest

from gluon_style.errors import SettingsError
from gluon_style.lessons import two_tabs
from gluon_style.lessons.two_tabs import tables
from gluon_style.lessons.wording import Wording


def rung(distance=None, spread=1.25):
    losses = {'content': 12.5, 'style': 0.5, 'tv': 3.25}
    noise = {'rmse': 10.0, 'spread': spread, 'pairs': 6}
    curve = {'epoch': [1, 2, 3], 'content': [0, 2, 1], 'style': [9, 2, 1],
             'tv': [3, 2, 1]}  # fmt: skip
    return {'final': losses, 'noise': noise, 'distance': distance,
            'curve': curve}  # fmt: skip


def apart(rmse, effect, beyond):
    return {'rmse': rmse, 'floor': 10.0, 'effect': effect,
            'beyond_noise': beyond}  # fmt: skip


LADDER = {
    'rungs': [
        rung(),
        rung(apart(26.0, 24.0, True)),
        rung(apart(11.0, 4.6, False)),
        rung(apart(9.0, 0.0, None), spread=None),
    ]
}
LABELS = ['a', 'b', 'c', 'd']
COMMA = Wording({'.': ',', 'floor': 'taban', 'within noise': 'içinde'})


def test_the_table_has_a_line_for_each_rung():
    head, first, second, _, last = two_tabs.rung_table(
        LADDER, LABELS, COMMA
    ).splitlines()
    assert head.split()[-3:] == ['distance', 'taban', 'noise']
    assert first.split()[4:6] == ['-', '-']
    assert second.split()[1:6] == ['12,50', '0,50', '3,25', '26,0', '10,0']
    assert second.split()[6:] == ['10,0', '±1,2']
    assert last.split()[-1] == '10,0'


def test_effects_are_drawn_with_their_arithmetic():
    (ax,) = two_tabs.effect_chart(LADDER, LABELS, COMMA).axes
    effects, floors = ax.containers
    assert [bar.get_width() for bar in effects] == [24, 4.6, 0]
    assert [bar.get_width() for bar in floors] == [10] * 3
    assert [text.get_text() for text in ax.texts] == [
        '√(26,0² − 10,0²) = 24,0', '11,0, taban 10,0: içinde', '9,0 ≤ 10,0',
    ]  # fmt: skip


def test_every_rung_has_its_curve():
    left, *_ = two_tabs.loss_chart(LADDER, LABELS).axes
    assert [list(i.get_ydata()) for i in left.get_lines()] == [[2, 1]] * 4


def test_the_drift_axis_is_logarithmic():
    drift = {'picture_epoch': [1, 2], 'rmse': [0.01, 10.0]}
    framework = {'drift': drift, 'self_drift': [drift, drift]}
    (ax,) = two_tabs.drift_chart(framework, {1: 0.1, 2: 1.0}).axes
    assert ax.get_yscale() == 'log'
    assert len(ax.get_lines()) == 1 + 2 + 1


def test_layers_are_summed():
    table = two_tabs.layer_table(
        {'x': [(-1.5, 0.25), (0.0, 0.5)]}, ['l1', 'l2'], ('least', 'loss')
    )
    assert table.splitlines()[-1].split() == ['sum', '0.750']
    assert table.splitlines()[2].split() == ['l1', '-1.5', '0.250']


def test_a_stored_ladder_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tables, '__file__', str(tmp_path / 'a/b/c/d/e.py'))
    with pytest.raises(SettingsError, match='own folder of a clone'):
        two_tabs.stored_ladder()
