"""Recipes, and what other editions of the chapter do otherwise."""

import dataclasses
import re
from pathlib import Path

import numpy
import pytest
from arrays import assert_equal, plain, relative_l2
from PIL import Image

import gluon_style as gs
from gluon_style._mxnet import gluon, mx, np
from gluon_style.errors import DeviceError, SettingsError
from gluon_style.runs import objective, unbounded, variants
from gluon_style.runs.device import gpu_number
from gluon_style.runs.lbfgs import gatys_loss
from gluon_style.runs.recipes import (
    DEFAULT,
    PRESETS,
    RECIPES,
    effects,
    explain,
    find_recipe,
    settings_of,
)
from gluon_style.runs.run import network
from gluon_style.runs.settings import parsed_field
from gluon_style.runs.variants import compared_layers


def stepped(optimizer, gradients):
    """The picture after one step along each of the gradients in turn."""
    block = gs.SynthesizedImage((1, 1, 1, gradients[0].size))
    block.initialize(mx.init.Zero())
    trainer = gluon.Trainer(
        block.collect_params(), optimizer, {'learning_rate': 0.1}
    )
    for gradient in gradients:
        with mx.autograd.record():
            value = (block().reshape(-1) * np.array(gradient)).sum()
        value.backward()
        trainer.step(1)
    return plain(block()).ravel().astype('float64')


def adam(gradients, inside):
    """Adam in float64, epsilon with the corrected moment or before it."""
    m = v = x = numpy.zeros(gradients[0].size)
    for t, gradient in enumerate(gradients, 1):
        g = gradient.astype('float64')
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        corrected = numpy.sqrt(1 - 0.999**t)
        epsilon = 1e-8 * (corrected if inside else 1)
        x = x - 0.1 * corrected / (1 - 0.9**t) * m / (v**0.5 + epsilon)
    return x


@pytest.fixture
def gradients(rng):
    sizes = numpy.float32([1, 1e-4, 1e-6, 1e-7, 1e-8])
    return [(rng.randn(5) * sizes).astype('float32') for _ in range(4)]


@pytest.mark.parametrize(
    ('optimizer', 'inside'), [('adam', False), ('pytorchadam', True)]
)
def test_epsilon_is_where_each_framework_has_it(gradients, optimizer, inside):
    for steps in (1, 4):
        got = stepped(optimizer, gradients[:steps])
        # 1 - beta2 loses four digits in float32
        wanted = adam(gradients[:steps], inside)
        numpy.testing.assert_allclose(got, wanted, rtol=2e-4)
        other = adam(gradients[:steps], not inside)
        assert abs(got / other - 1).max() > 0.1


def test_pytorch_adam_is_pytorchs(gradients):
    torch = pytest.importorskip('torch', reason='needs PyTorch')
    X = torch.zeros(5, requires_grad=True)
    trainer = torch.optim.Adam([X], lr=0.1)
    for gradient in gradients:
        X.grad = torch.from_numpy(gradient)
        trainer.step()
    got = stepped('pytorchadam', gradients)
    numpy.testing.assert_allclose(got, X.detach().numpy(), rtol=2e-4)


def test_aliased_layers_are_the_relus_but_for_the_deepest():
    settings = find_recipe('d2l-0.17-pytorch').settings
    assert compared_layers(settings) == ([26], [1, 6, 11, 20, 28])
    settings = find_recipe('d2l-0.17-mxnet').settings
    assert compared_layers(settings) == ([25], [0, 5, 10, 19, 28])


def test_resizing_is_pillows(picture):
    img = picture(40, 60)
    got = variants.resize_antialiased(img, (17, 11))
    wanted = Image.fromarray(plain(img)).resize((17, 11), Image.BILINEAR)
    assert_equal(got, numpy.asarray(wanted))
    X = gs.preprocess(got, (17, 11))  # leaves the size alone
    assert_equal(np.round(gs.postprocess(X) * 255).astype('uint8'), got)


def test_resizing_differs_where_the_texture_is_fine(rng):
    noise = np.array(rng.randint(0, 256, (60, 60, 3)).astype('uint8'))
    smooth = gs.preprocess(variants.resize_antialiased(noise, (15, 15)),
                           (15, 15))  # fmt: skip
    rough = gs.preprocess(noise, (15, 15))
    assert plain(rough).std() > 1.5 * plain(smooth).std()


def test_average_pooling(picture):
    layers = {'content_layers': ['pool1'], 'style_layers': ['conv1_2']}
    settings = gs.Settings(weights='random', pooling='average', **layers)
    X = gs.preprocess(picture(16, 16), (16, 16))
    (pooled,), (Y,) = gs.extract_features(X, network(settings), **layers)
    relu = numpy.maximum(plain(Y), 0).reshape(1, 64, 8, 2, 8, 2)
    assert relative_l2(pooled, relu.mean(axis=(3, 5))) < 1e-6


def test_gatys_loss_is_the_papers(rng):
    F, P = (np.array(rng.randn(1, 3, 4, 5)) for _ in range(2))
    Y, Z = (np.array(rng.randn(1, 6, 2, 3)) for _ in range(2))
    weights = gs.LossWeights(content=2, style=3)
    contents_l, styles_l, tv_l, l = gatys_loss(
        None, [F], [Y, Y], [P], [gs.gram(Z)] * 2, weights
    )
    content = 2 * 0.5 * ((plain(F) - plain(P)) ** 2).sum()
    y, z = (plain(i).reshape(6, 6).astype('float64') for i in (Y, Z))
    style = ((y @ y.T - z @ z.T) ** 2).sum() / (4 * 6**2 * 6**2)
    assert float(contents_l[0]) == pytest.approx(content, rel=1e-5)
    assert float(styles_l[0]) == pytest.approx(1.5 * style, rel=1e-5)
    assert float(tv_l) == 0
    assert float(l) == pytest.approx(content + 3 * style, rel=1e-5)


SMALL = {'width': 32, 'height': 24, 'weights': 'random', 'epochs': 4}


@pytest.mark.filterwarnings('ignore:this processor has no bfloat16')
@pytest.mark.parametrize('name', RECIPES)
def test_each_recipe_runs(name, picture):
    settings = dataclasses.replace(
        find_recipe(name).settings, **SMALL, second_epochs=2
    )
    records = []
    X = gs.run(picture(30, 40), picture(50, 60), settings,
               lambda record, _: records.append(record), every=1)  # fmt: skip
    scale = settings.second_scale or 1
    assert X.shape == (1, 3, 24 * scale, 32 * scale)
    count = 6 if settings.second_scale else 4
    assert [record.epoch for record in records] == list(range(1, count + 1))
    assert numpy.isfinite(plain(X)).all()
    totals = [record.total_loss for record in records[:4]]
    assert totals[-1] != totals[0]
    if settings.optimizer == 'l-bfgs':
        assert sorted(totals, reverse=True) == totals


GATYS = {
    **SMALL, 'optimizer': 'l-bfgs', 'content_layers': ['conv2_1'],
    'style_layers': ['conv1_1'],
}  # fmt: skip


def counted(monkeypatch):
    """Count the forward passes of L-BFGS."""
    passes = []

    def extract(X, *arguments, **layers):
        passes.append(plain(X).copy())
        return gs.extract_features(X, *arguments, **layers)

    monkeypatch.setattr(objective, 'extract_features', extract)
    return passes


def test_lbfgs_reports_what_it_has_evaluated(picture, monkeypatch):
    passes, records, shown = counted(monkeypatch), [], []

    def note(record, reached):
        records.append(record)
        # the picture shown is the one whose losses the record holds
        shown.append((len(passes), reached()))

    settings = gs.Settings(**{**GATYS, 'epochs': 20})
    images = picture(30, 40), picture(50, 60)
    gs.run(*images, settings, note, every=1)
    assert [record.epoch for record in records] == list(range(1, 21))
    # one for the start, one for each iteration, few for the line searches;
    # a second evaluation for every report would make 41
    assert len(passes) <= 30
    for count, seen in shown:
        assert_equal(gs.postprocess(np.array(passes[count - 1])), seen)
    silent = len(passes)
    gs.run(*images, settings)
    assert len(passes) == 2 * silent


def flat_run(**changes):
    grey = np.full((24, 32, 3), 128, dtype='uint8')
    records = []
    settings = gs.Settings(**{**GATYS, 'loss': 'gatys', **changes})
    X = gs.run(grey, grey, settings, lambda *i: records.append(i[0]))
    return X, records


def test_lbfgs_that_converges_at_once_reports_its_start():
    X, records = flat_run()
    (record,) = records
    assert record.epoch == 0
    # MXNet convolves otherwise outside autograd.record: 2e-10 of rounding
    assert record.total_loss == pytest.approx(0, abs=1e-8)
    assert numpy.ptp(plain(X), axis=(2, 3)).max() == 0


def test_lbfgs_that_stops_early_reports_its_last_picture(picture, monkeypatch):
    records = []
    monkeypatch.setattr(unbounded, 'FTOL', 0.3)
    pictures = []
    X = gs.run(
        picture(30, 40), picture(50, 60), gs.Settings(**GATYS, lr=1),
        lambda *i: (records.append(i[0]), pictures.append(i[1]())), every=100,
    )  # fmt: skip
    assert len(records) == 1
    assert 0 < records[0].epoch < 4
    assert_equal(pictures[0], gs.postprocess(X))


def test_lbfgs_from_outside_on_a_flat_image(command, tmp_path):
    Image.new('RGB', (32, 24), (128,) * 3).save(tmp_path / 'flat.png')
    result = command('transfer', 'flat.png', 'flat.png', '-o', 'a.png',
                     '--recipe', 'gatys-2016', '--width', 32, '--weights',
                     'random', '--epochs', 3, '--log', 'a.csv')  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert 'epoch    0 of 3' in result.stdout
    assert len((tmp_path / 'a.csv').read_text().splitlines()) == 2


def test_the_default_recipe_is_the_default():
    default = find_recipe('d2l-0.17-mxnet').settings
    assert default == gs.Settings(width=450, height=300)


def test_settings_of_lays_fields_over_a_recipe():
    assert settings_of() == gs.Settings()
    assert settings_of(DEFAULT, epochs=3, lr=None) == gs.Settings(epochs=3)
    paper = find_recipe('d2l-0.7-mxnet').settings
    assert settings_of('d2l-0.7-mxnet') == paper
    assert settings_of('d2l-0.7-mxnet', seed=2) == dataclasses.replace(
        paper, seed=2
    )
    narrow = settings_of('d2l-0.7-mxnet', width=100)
    assert (narrow.width, narrow.height, narrow.lr) == (100, None, 0.01)


@pytest.mark.parametrize(
    ('recipe', 'given', 'message'),
    [
        ('d2l-9', {}, 'wanted one of d2l-0.17-mxnet'),
        (DEFAULT, {'sise': 3}, "the field 'sise', wanted one of width, "),
        (DEFAULT, {'width': '64'}, "width '64', wanted a whole number"),
        (DEFAULT, {'epochs': 1.5}, 'epochs 1.5, wanted a whole number'),
        (DEFAULT, {'lr': 'x'}, "lr 'x', wanted a number"),
        (DEFAULT, {'resize': 1}, 'resize 1, wanted text'),
        (DEFAULT, {'weights': 1}, 'weights 1, wanted text'),
        (DEFAULT, {'style_layers': 5}, 'style_layers 5, wanted a list of'),
        (DEFAULT, {'style_layers': 'conv1_1'}, 'wanted a list of layers'),
    ],
)
def test_settings_of_refuses_what_does_not_fit(recipe, given, message):
    with pytest.raises(SettingsError, match=re.escape(message)):
        settings_of(recipe, **given)


def test_a_field_that_must_have_a_value_is_not_none():
    with pytest.raises(SettingsError, match='epochs None, wanted a whole'):
        gs.Settings(epochs=None)


def test_settings_travel_whole():
    settings = gs.Settings(
        weights='random', seed=7, content_weight=2, style_weight=3,
        tv_weight=4, style_repeats=5, width=300,
    )  # fmt: skip
    assert settings.loss_weights == gs.LossWeights(2, 3, 4, 5)
    assert settings.weights_name == 'random:7'
    assert gs.Settings(weights='random:1', seed=7).weights_name == 'random:1'
    assert gs.Settings().weights_name is None
    sized = settings.sized((50, 100, 3))
    assert sized == dataclasses.replace(settings, height=150)
    assert gs.fitted_shape(settings, (50, 100)) == (300, 150)
    with pytest.raises(SettingsError, match='height 15, wanted at least 16'):
        gs.Settings(width=30).sized((50, 100, 3))


@pytest.mark.parametrize('preset', PRESETS)
def test_a_preset_takes_the_images_aspect_ratio(preset):
    sized = settings_of(preset).sized((600, 600, 3))
    assert (sized.width, sized.height) == (367, 367)  # 450 * 300 pixels
    assert sized.epochs == find_recipe(preset).settings.epochs
    fixed = settings_of('d2l-1.0-mxnet').sized((600, 600, 3))
    assert (fixed.width, fixed.height) == (450, 300)


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('width=64', 64), ('seed=3', 3), ('lr=1', 1.0), ('tv_weight=2', 2.0),
        ('weights=random', 'random'), ('warm_start=w', 'w'),
        ('style_layers=0, conv1_2', ('0', 'conv1_2')),
    ],
)  # fmt: skip
def test_fields_are_read_by_their_types(text, value):
    name, read = parsed_field(text)
    assert (name, read, type(read)) == (
        text.partition('=')[0], value, type(value),
    )  # fmt: skip


def test_explain_lists_what_differs_and_only_that():
    rows = explain('d2l-0.17-mxnet', 'd2l-1.0-mxnet')
    assert [row[:3] for row in rows] == [
        ('style_weight', 1e3, 1e4),
        ('style_repeats', 10, 1),
    ]
    fields = [row[0] for row in explain('d2l-0.17-mxnet', 'd2l-0.17-pytorch')]
    assert sorted(fields) == sorted(
        ['framework', 'size_order', 'reader', 'weights', 'plot_limits', 'lr',
         'features', 'resize', 'adam_epsilon']
    )  # fmt: skip
    assert explain('gatys-2016', 'gatys-2016') == []
    assert explain('book', 'd2l-0.17-mxnet') == []
    fields = [row[0] for row in explain('book', 'quick')]
    assert fields == ['epochs', 'optimizer', 'in_range', 'precision']
    assert [row[0] for row in explain('quick', 'fine')] == ['epochs']
    assert set(find_recipe('gatys-2016').values()) == set(effects())


def test_every_figure_of_an_effect_stands_in_the_documentation():
    path = Path(__file__).parent.parent / 'docs' / 'numerics.md'
    figure = re.compile(r'\d+\.\d+(?:e-?\d+)?')
    documented = set(figure.findall(path.read_text(encoding='utf-8')))
    told = {i for text in effects().values() for i in figure.findall(text)}
    assert len(told) > 25
    assert not told - documented


@pytest.mark.parametrize(
    'text',
    [
        'x',
        'nothing=1',
        'lr_decay=x',
        'epochs=1.5',
        'resize',
        'width=٣',
        'epochs=1_0',
        'epochs=²',
    ],
)
def test_bad_fields_are_refused(text):
    with pytest.raises(SettingsError, match='wanted'):
        parsed_field(text)


@pytest.mark.parametrize(
    'change',
    [
        {'resize': 'lanczos'},
        {'features': 'relu'},
        {'loss': 'gatys'},
        {'lr_decay': 0},
        {'second_scale': -1},
        {'second_scale': 10**30},
        {'width': 2**31},
        {'height': 2000, 'second_scale': 20},
        {'epochs': 10**400},
        {'style_repeats': 10**5000},
        {'lr': 1e-320},
        {'lr': 1e300},
        {'lr_decay': 1e-320},
        {'tv_weight': 1e-320},
        {'style_weight': 1e39},
        {'style_layers': ['conv1_1'] * 101},
    ],
)
def test_settings_no_run_can_have_are_refused(change):
    with pytest.raises(SettingsError, match='wanted') as caught:
        gs.Settings(**change)
    assert len(str(caught.value)) < 200


def test_recipes_from_outside(command, fresh_command, tmp_path):
    staged = command(
        'transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '-o',
        'b.png', '--recipe', 'd2l-0.7-mxnet', '--weights', 'random',
        '--width', 32, '--height', 24, '--epochs', 2, '--set',
        'second_scale=2', '--set', 'second_epochs=1', '--no-plot',
    )  # fmt: skip
    assert staged.returncode == 0, staged.stderr
    assert '32x24, 2 epochs; then 64x48, 1 epochs' in staged.stdout
    assert 'epoch    3 of 3' in staged.stdout
    assert Image.open(tmp_path / 'b.png').size == (64, 48)
    listed = fresh_command('recipes')
    assert listed.returncode == 0
    for name in (*RECIPES, *PRESETS):
        assert name in listed.stdout
    shown = command('recipes', 'd2l-0.7-mxnet')
    assert re.search('^second_scale +4$', shown.stdout, re.M)
    explained = fresh_command('explain', 'd2l-0.17-mxnet', 'd2l-1.0-mxnet')
    assert re.search('^style_repeats +10 +1 +How', explained.stdout, re.M)
    assert 'resize' not in explained.stdout
    wrong = command('explain', 'd2l-0.17-mxnet', 'd2l-9')
    assert wrong.returncode == 1
    assert 'wanted one of d2l-0.17-mxnet' in wrong.stderr
    run = command(
        'transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '-o',
        'a.png', '--recipe', 'd2l-0.17-pytorch', '--weights', 'random',
        '--width', 32, '--height', 24, '--epochs', 1, '--set',
        'resize=opencv', '--no-plot',
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    from gluon_style.storage.records import read_record

    record = read_record(tmp_path / 'a.png')['settings']
    assert record['lr'] == 0.3
    assert record['resize'] == 'opencv'
    assert record['features'] == 'aliased'


@pytest.mark.parametrize('name', ['gpu:²', 'gpu:-1', 'gpu:' + '9' * 5000])
def test_numbers_of_gpus_that_are_none(name):
    with pytest.raises(DeviceError, match='wanted auto, cpu'):
        gpu_number(name)
