"""The lab without its page: every control, and the same bits again."""

import json

import numpy
import pytest

from gluon_style.errors import HistoryError, StyleError, TrainingError
from gluon_style.lessons.lab.bench import replay
from gluon_style.lessons.lab.engine import Lab
from gluon_style.lessons.lab.history import Change, History, read_history
from gluon_style.lessons.lab.sources import named_source, uploaded_source
from gluon_style.lessons.lab.trials import Bank, losses_table
from gluon_style.lessons.lab.views import Ration
from gluon_style.lessons.lab.words import number, words_of
from gluon_style.runs.settings import Settings
from gluon_style.storage.named_images import find_image

SETTINGS = Settings(
    width=48,
    height=32,
    epochs=6,
    lr=0.3,
    lr_decay=0.5,
    lr_decay_epoch=4,
    weights='random:3',
)
PHOTO, PAINTING = 'sample:mountain-lake', 'sample:autumn-avenue'
SOURCES = named_source(PHOTO), named_source(PAINTING)
IMAGES = tuple(source.image() for source in SOURCES)
# what each setting can be changed to
CHANGES = {
    'content_weight': 5.0,
    'style_weight': 10.0,
    'tv_weight': 0,
    'lr': 0.05,
    'style_layers': ('conv1_1', 'conv3_1'),
    'in_range': True,
}


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch, random_net):
    for module in ('engine', 'bench'):
        name = f'gluon_style.lessons.lab.{module}.network'
        monkeypatch.setattr(name, lambda settings: random_net)


@pytest.fixture
def lab():
    lab = Lab(with_pulls=False)
    lab.prepare(*SOURCES, SETTINGS)
    yield lab
    lab.close()


def stepped(lab, steps=1):
    lab.step(steps)
    return lab.wait()


def pixels_and_state(lab):
    lab.keep()
    (*_, kept) = lab.wait().kept
    return kept.frame.pixels, kept.state


def same(a, b):
    (pixels_a, a), (pixels_b, b) = a, b
    names = a.keys() - {'seconds'}
    return (pixels_a == pixels_b).all() and all(
        numpy.array_equal(a[name], b[name]) for name in names
    )


def test_it_runs_as_the_chapter_does(lab):
    from gluon_style.runs.run import run

    lab.start()
    view = lab.wait()
    assert view.step == 6
    X = run(*IMAGES, SETTINGS).asnumpy()
    assert (pixels_and_state(lab)[1]['X'] == X).all()


def test_pauses_change_no_bit(lab):
    stepped(lab, 6)
    straight = pixels_and_state(lab)
    lab.back()
    for _ in range(2):
        stepped(lab)
    lab.start()
    lab.pause()
    view = lab.wait()
    stepped(lab, 6 - view.step)
    assert lab.wait().step == 6
    assert same(pixels_and_state(lab), straight)


@pytest.mark.parametrize('name', CHANGES)
def test_a_control_acts_on_the_next_step(lab, name):
    stepped(lab, 2)
    lab.keep()
    lab.wait()
    stepped(lab)
    unchanged = pixels_and_state(lab)
    lab.take_up(0)
    lab.set(**{name: CHANGES[name]})
    view = stepped(lab)
    assert view.error is None
    assert view.step == 3
    assert not same(pixels_and_state(lab), unchanged)
    (change,) = view.so_far.changes
    assert change == Change(2, name, CHANGES[name])
    X = replay(view.so_far, IMAGES).asnumpy()
    assert (view_state(lab)['X'] == X).all()


def view_state(lab):
    return pixels_and_state(lab)[1]


def test_a_steered_run_is_made_again_to_the_bit(lab, tmp_path):
    lab.set(tv_weight=50)
    lab.start()
    lab.set(style_weight=200.0, in_range=True)
    lab.wait()
    for name, value in CHANGES.items():
        lab.set(**{name: value})
        view = stepped(lab)
    assert view.step == 12
    history = view.so_far
    assert len(history.changes) >= 6
    history.save(tmp_path / 'history.json')
    again = read_history(tmp_path / 'history.json')
    assert again == history
    assert (replay(again, IMAGES).asnumpy() == view_state(lab)['X']).all()


def test_a_rate_that_the_schedule_has_lowered_can_be_set_again(lab):
    stepped(lab, 5)  # halved after the fourth
    lab.set(lr=0.3)
    view = stepped(lab)
    assert [i.learning_rate for i in view.records[-2:]] == [0.15, 0.3]
    X = replay(view.so_far, IMAGES).asnumpy()
    assert (view_state(lab)['X'] == X).all()


def test_back_begins_anew_with_the_settings_of_now(lab):
    stepped(lab, 2)
    lab.set(tv_weight=3.0, style_layers=())
    lab.back()
    view = lab.wait()
    assert (view.step, view.records) == (0, [])
    assert view.history.last_settings.tv_weight == 3
    assert {i.step for i in view.history.changes} == {0}
    with pytest.raises(HistoryError, match='take a step first'):
        _ = view.so_far
    assert (view.frame.pixels == lab_photo(lab)).all()
    stepped(lab)
    X = replay(lab.wait().so_far, IMAGES).asnumpy()
    assert (view_state(lab)['X'] == X).all()


def lab_photo(lab):
    from gluon_style.images import postprocess
    from gluon_style.storage.image_files import eight_bits

    return eight_bits(postprocess(lab._bench.content).asnumpy())


def test_the_end_of_the_preset_is_a_pause(lab):
    lab.start()
    assert lab.wait().step == 6
    lab.start()
    assert lab.wait().step == 12


def test_a_kept_picture_is_taken_up_with_its_settings(lab):
    stepped(lab, 2)
    lab.keep()
    lab.set(lr=5.0)
    stepped(lab, 2)
    lab.keep()
    lab.take_up(0)
    view = lab.wait()
    assert view.step == 2
    assert view.so_far.changes == ()
    assert (view.frame.pixels == view.kept[0].frame.pixels).all()
    lab.set(lr=5.0)
    stepped(lab, 2)
    last = pixels_and_state(lab)
    kept = lab.view.kept[1]
    assert same(last, (kept.frame.pixels, kept.state))
    lab.forget(0)
    assert lab.wait().kept[0] is kept


def test_a_run_that_diverges_falls_back_to_the_last_change(lab):
    stepped(lab, 2)
    lab.set(lr=1e30)
    lab.start()
    view = lab.wait()
    assert isinstance(view.error, TrainingError)
    assert (view.step, view.running) == (2, False)
    lab.set(lr=0.1)
    lab.start()
    view = lab.wait()
    assert view.error is None
    assert view.step == 6
    X = replay(view.so_far, IMAGES).asnumpy()
    assert (view_state(lab)['X'] == X).all()


def test_what_no_run_can_have_is_refused_and_the_lab_lives_on(lab):
    lab.set(tv_weight=-1)
    assert 'tv_weight' in str(lab.wait().error)
    lab.set(style_layers=('conv1_2',))
    assert 'style_layers' in str(lab.wait().error)
    lab.take_up(3)
    assert isinstance(lab.wait().error, StyleError)
    view = stepped(lab)
    assert (view.step, view.error) == (1, None)
    assert view.so_far.changes == ()


def test_orders_before_there_is_a_run_are_refused():
    lab = Lab()
    for order in (lab.start, lab.step, lab.back, lab.keep):
        order()
        assert 'choose two images' in str(lab.wait().error)
    lab.close()


def test_a_new_choice_begins_a_new_run(lab):
    stepped(lab, 3)
    lab.keep()
    lab.prepare(*SOURCES[::-1], SETTINGS, {'tv_weight': 4.0})
    view = lab.wait()
    assert view.step == 0
    assert view.history.content == PAINTING
    assert view.history.last_settings.tv_weight == 4
    lab.take_up(0)
    view = lab.wait()
    assert view.history.content == PHOTO
    stepped(lab)
    X = replay(lab.wait().so_far, IMAGES).asnumpy()
    assert (view_state(lab)['X'] == X).all()


def test_the_shares_in_the_gradient_follow_the_settings():
    lab = Lab()
    lab.prepare(*SOURCES, SETTINGS)
    lab.wait()
    view = stepped(lab)
    while view.pulls is None:
        view = lab.newer(view.version, 60)
    assert sum(view.pulls.values()) == pytest.approx(1)
    assert len(view.pulls) == 7
    lab.set(style_layers=('conv2_1',))
    view = stepped(lab)
    while view.pulls_step != 2:
        view = lab.newer(view.version, 60)
    assert list(view.pulls) == ['content conv4_4', 'style conv2_1', 'TV']
    lab.close()


def test_a_ration_keeps_to_its_share(monkeypatch):
    now = [100.0]
    monkeypatch.setattr('time.monotonic', lambda: now[0])
    ration = Ration(0.1, 2)
    assert ration.due()
    ration.spend(0.5)
    now[0] += 4.9
    assert not ration.due()
    now[0] += 0.2
    assert ration.due()
    ration.spend(0.01)
    now[0] += 1.9
    assert not ration.due()


def history(**fields):
    names = ('content', 'content_sha256', 'style', 'style_sha256', 'weights')
    given = {**dict.fromkeys(names, 'x'), 'steps': 9, **fields}
    return History(SETTINGS, **given)


def bad_files():
    good = json.loads(history(changes=(Change(2, 'lr', 0.5),)).to_json())
    settings = good['settings']

    def change(**fields):
        return {**good, 'changes': [{**good['changes'][0], **fields}]}

    yield 'not JSON', '{', 'no JSON'
    yield 'deep', '[' * 10**5, 'no JSON'
    yield 'a list', '[]', 'wanted a history'
    yield 'another kind', {**good, 'kind': 'x'}, 'got kind'
    yield 'more fields', {**good, 'more': 1}, 'a field'
    yield 'fewer', {k: good[k] for k in good if k != 'steps'}, 'no field steps'
    yield 'steps', {**good, 'steps': -1}, 'got steps'
    yield 'steps of true', {**good, 'steps': True}, 'got steps'
    yield 'text', {**good, 'weights': 5}, 'got weights'
    yield 'changes', {**good, 'changes': {}}, 'got changes'
    yield 'step', change(step=10), 'got step'
    yield 'name', change(name='epochs'), 'a change of'
    yield 'name of a list', change(name=[]), 'a change of'
    yield 'value', change(value='x'), 'got lr'
    yield 'value of true', change(value=True), 'got lr'
    yield 'value out of range', change(value=-1), 'got lr'
    yield 'no number', change(value=float('nan')), 'got lr'
    yield 'switch', change(name='in_range', value=1), 'got in_range'
    yield 'layers', change(name='style_layers', value=['conv1_2']), 'style_'
    yield 'order', {**good, 'changes': [
        {'step': 5, 'name': 'lr', 'value': 1.0},
        {'step': 4, 'name': 'lr', 'value': 1.0}]}, 'got step'  # fmt: skip
    for name, value in (
        ('optimizer', 'l-bfgs'),
        ('schedule', 'cosine'),
        ('warm_start', 'student'),
        ('second_scale', 2),
        ('scales', 2),
        ('coarse_epochs', 5),
        ('tile', 'auto'),
        ('width', None),
        ('width', 'x'),
        ('style_layers', 5),
        ('epochs', 10**400),
    ):
        bad = {**good, 'settings': {**settings, name: value}}
        yield f'{name} {value!r:.9}', bad, name
    yield 'no settings', {**good, 'settings': {}}, 'no width'
    more = {**settings, 'more': 1}
    yield 'more settings', {**good, 'settings': more}, 'a field'
    yield 'half a change', {**good, 'changes': [{'step': 1}]}, 'no field name'


BAD = list(bad_files())


@pytest.mark.parametrize(
    ('values', 'complaint'),
    [pytest.param(*rest, id=name) for name, *rest in BAD],
)
def test_a_bad_history_gives_one_line(values, complaint, tmp_path):
    path = tmp_path / 'history.json'
    text = values if isinstance(values, str) else json.dumps(values)
    path.write_text(text, encoding='utf-8')
    with pytest.raises(HistoryError, match=complaint) as caught:
        read_history(path)
    assert '\n' not in str(caught.value)
    assert str(path) in str(caught.value)


def test_settings_that_a_history_does_not_name_have_their_defaults(tmp_path):
    known = history()
    values = json.loads(known.to_json())
    del values['settings']['pooling']  # as if it were a later field
    path = tmp_path / 'history.json'
    path.write_text(json.dumps(values), encoding='utf-8')
    assert read_history(path) == known


def test_a_history_that_is_not_there(tmp_path):
    with pytest.raises(HistoryError, match='cannot read'):
        read_history(tmp_path / 'none.json')
    with pytest.raises(HistoryError, match='cannot read'):
        read_history(tmp_path)


def test_other_inputs_are_refused():
    known = history(content_sha256='a', style_sha256='b', weights='c')
    known.check_inputs('a', 'b', 'c')
    for given, what in (('xbc', 'photo'), ('axc', 'paint'), ('abx', 'net')):
        with pytest.raises(HistoryError, match=f'another {what}'):
            known.check_inputs(*given)


def test_uploads_are_read_as_files_are(monkeypatch):
    data = find_image(PHOTO).read_bytes()
    source = uploaded_source('../../photo.jpg', data)
    assert source.name == 'photo.jpg'
    assert (source.image() == IMAGES[0]).all()
    with pytest.raises(StyleError, match=r'cannot read photo\.jpg'):
        uploaded_source('photo.jpg', data[:-2000])
    with pytest.raises(StyleError, match='21 MB'):
        uploaded_source('photo.jpg', bytes(21 * 10**6))
    monkeypatch.setattr('gluon_style.lessons.lab.sources.MOST_PIXELS', 99)
    with pytest.raises(StyleError, match='600x400 pixels'):
        uploaded_source('photo.jpg', data)


def test_a_trial_tells_the_losses_of_its_steps():
    trial = Bank(PHOTO, PAINTING, (48, 32), 'random:3', SETTINGS).run(
        3, {2: {'tv_weight': 0}}
    )
    words = words_of('turkish')
    for loss in ('total', 'style'):
        table = losses_table({'TV 0': trial}, [2, 3], words, loss)
        head, row = table.splitlines()
        assert head.split() == ['2.', 'adım', '3.', 'adım']
        told = [getattr(i, f'{loss}_loss') for i in trial.records[1:]]
        assert row.split()[2:] == [number(i, words) for i in told]
