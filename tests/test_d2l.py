"""The stand-in for d2l: its names, what it changes in MXNet, what it reads."""

import os
import re
import shutil
import subprocess
import sys

import chapter_cells
import matplotlib
import numpy
import PIL.Image
import pytest
from arrays import assert_equal
from matplotlib import pyplot

import gluon_style as gs
from gluon_style import d2l, plotting
from gluon_style._mxnet import gluon, image, mx, np
from gluon_style.errors import ImageError, WeightsError
from gluon_style.vgg.formats import write_tensors
from gluon_style.vgg.layers import vgg19_layers

FILTERS = (2, 3, 4, 5, 6)


def test_what_the_package_has_is_the_same_object():
    assert d2l.Animator is gs.Animator
    assert d2l.try_gpu is gs.try_gpu
    assert d2l.set_axes is plotting.set_axes
    assert d2l.plt is pyplot
    assert d2l.Image.Image is PIL.Image.Image


@pytest.mark.parametrize('tab', ['mxnet', 'pytorch'])
def test_it_has_every_name_that_the_chapters_cells_use(tab):
    if not chapter_cells.TEXT.is_file():
        pytest.skip("needs the chapter's text (../shared/chapter)")
    names = re.findall(r'\bd2l\.(\w+)', '\n'.join(chapter_cells.cells(tab)))
    assert len(set(names)) >= 8
    for name in names:
        assert name in d2l.__all__
        assert hasattr(d2l, name)


def test_another_chapters_name_says_where_it_is_not():
    with pytest.raises(AttributeError, match="no 'load_data_fashion_mnist'"):
        d2l.load_data_fashion_mnist  # noqa: B018


def test_functions_on_arrays():
    X = d2l.tensor([[1.0, -2, 3], [-4, 5, -6]])
    assert d2l.size(X) == 6
    assert d2l.reshape(X, (3, 2)).shape == d2l.reshape(X, 3, 2).shape == (3, 2)
    assert_equal(d2l.transpose(X), [[1, -4], [-2, 5], [3, -6]])
    assert_equal(d2l.matmul(X, X.T), [[14, -32], [-32, 77]])
    assert_equal(d2l.abs(X), [[1, 2, 3], [4, 5, 6]])
    assert type(d2l.numpy(X)) is numpy.ndarray


def test_figures():
    with matplotlib.rc_context({'backend': 'agg'}):
        d2l.set_figsize()
        assert pyplot.rcParams['figure.figsize'] == [3.5, 2.5]
        d2l.set_figsize((5, 2))
        assert pyplot.rcParams['figure.figsize'] == [5, 2]
        pictures = [np.zeros((4, 6, 3)), numpy.ones((4, 6, 3))]
        axes = d2l.show_images(pictures, 1, 2, titles=['a', 'b'], scale=2)
        assert [i.get_title() for i in axes] == ['a', 'b']
        assert_equal(axes[1].get_images()[0].get_array(), pictures[1])
        assert tuple(axes[0].figure.get_size_inches()) == (4, 2)
        pyplot.close('all')


@pytest.fixture
def book_in_cache(book_images, tmp_path, monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_CACHE', str(tmp_path))
    for path in book_images:
        shutil.copy(path, tmp_path / path.name)


def test_the_books_images_are_found_where_the_path_leads_nowhere(
    book_in_cache, book_images
):
    for path in book_images:
        printed = f'../img/{path.name}'
        theirs = image.imread(str(path)).asnumpy()
        assert_equal(image.imread(printed), theirs)
        assert_equal(numpy.asarray(d2l.Image.open(printed)), theirs)


def test_a_file_that_is_there_comes_first(book_in_cache, tmp_path):
    mine = tmp_path / 'mine' / 'rainier.jpg'
    mine.parent.mkdir()
    PIL.Image.new('RGB', (3, 2), 'red').save(mine)
    assert image.imread(str(mine)).shape == (2, 3, 3)
    assert d2l.Image.open(mine).size == (3, 2)
    with open(mine, 'rb') as file:
        assert d2l.Image.open(file).size == (3, 2)
    assert image.imread(str(mine), flag=0).shape == (2, 3, 1)


def test_it_says_once_that_it_took_the_books_image(book_in_cache, capsys):
    d2l._say.cache_clear()
    image.imread('../img/rainier.jpg')
    image.imread('../img/rainier.jpg')
    said = capsys.readouterr()
    assert said.out == ''
    assert said.err == (
        "gluon_style: no file ../img/rainier.jpg, took the book's image\n"
    )


@pytest.mark.parametrize(
    'path',
    [
        '../img/ranier.jpg',
        'rainier.jpg',
        'my_photos/rainier.jpg',
        'my_photos/img/rainier.jpg',
        '/img/rainier.jpg',
    ],
)
def test_other_missing_files_are_missing(path, book_in_cache):
    with pytest.raises(mx.MXNetError, match="couldn't open file"):
        image.imread(path)
    with pytest.raises(FileNotFoundError):
        d2l.Image.open(path)


def test_a_book_image_out_of_reach_says_what_to_do(monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_BOOK_URL', 'http://127.0.0.1:9/')
    with pytest.raises(ImageError, match='Get rainier.jpg of the d2l-ai'):
        image.imread('../img/rainier.jpg')


@pytest.fixture
def weights(tmp_path, rng, monkeypatch):
    """Return a function that writes a narrow VGG-19 and names it."""

    def write(deepest):
        tensors = {}
        for layer in vgg19_layers(FILTERS):
            if layer.is_convolution and layer.index <= deepest:
                shape = (layer.channels, layer.in_channels, 3, 3)
                key = f'features.{layer.index}'
                tensors[f'{key}.weight'] = rng.randn(*shape).astype('float32')
                tensors[f'{key}.bias'] = numpy.ones(shape[0], 'float32')
        path = tmp_path / f'up_to_{deepest}.safetensors'
        filters = ','.join(map(str, FILTERS))
        write_tensors(tensors, path, 'a test', {'filters': filters})
        monkeypatch.setenv('GLUON_STYLE_WEIGHTS', str(path))
        return tensors

    return write


def pretrained(**kwargs):
    return gluon.model_zoo.vision.vgg19(pretrained=True, **kwargs)


@pytest.mark.parametrize('deepest', [28, 34])
def test_pretrained_takes_the_convolutions_that_the_file_has(weights, deepest):
    tensors = weights(deepest)
    net = pretrained(ctx=mx.cpu())
    X = np.ones((1, 3, 32, 32))
    for i in range(deepest + 1):
        X = net.features[i](X)
        if f'features.{i}.weight' in tensors:
            kernel = net.features[i].weight.data()
            assert_equal(kernel, tensors[f'features.{i}.weight'])
    assert X.shape == (1, 6, 2, 2)
    assert len(net.features) == 41  # as the book's readers count them
    assert net.weights_used.why == 'auto: GLUON_STYLE_WEIGHTS'


def test_a_layer_without_weights_says_so(weights):
    weights(28)
    net = pretrained()
    for call in (
        lambda: net(np.ones((1, 3, 32, 32))),
        lambda: net.features[30](np.ones((1, 6, 2, 2))),
        lambda: net.output(np.ones((1, 4096))),
    ):
        with pytest.raises(WeightsError, match='has no weights') as caught:
            call()
        assert '\n' not in str(caught.value)


def test_it_says_once_which_weights_it_took(weights, capsys):
    weights(28)
    pretrained()
    pretrained()
    said = capsys.readouterr()
    assert said.out == ''
    assert said.err.count('\n') == 1
    assert 'up_to_28.safetensors (sha256:' in said.err


def test_without_weights_it_ends_as_the_package_does(monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', 'nowhere.safetensors')
    with pytest.raises(WeightsError, match='from GLUON_STYLE_WEIGHTS'):
        pretrained()


@pytest.mark.parametrize(
    'arguments',
    [
        {},
        {'pretrained': False},
        {'pretrained': True, 'root': 'there'},
        {'classes': 7, 'pretrained': True},
    ],
)
def test_other_calls_are_the_model_zoos_own(monkeypatch, arguments):
    monkeypatch.setattr(d2l, 'zoo_vgg19', lambda **given: given)
    assert gluon.model_zoo.vision.vgg19(**arguments) == arguments


PATCHED = """
import gluon_style.images  # has made an array: MXNet notes what it can do
from gluon_style._mxnet import gluon, image, mx
import mxnet.numpy, mxnet.gluon.model_zoo.vision.vgg

modules = [m for n, m in sorted(__import__('sys').modules.items())
           if n.split('.')[0] in ('mxnet', 'PIL') and m]
before = [dict(vars(m)) for m in modules]
from gluon_style import d2l
for module, names in zip(modules, before):
    for name, value in names.items():
        if vars(module).get(name) is not value:
            print(module.__name__, name)
d2l.plt.imshow([[1, 2]])
print(d2l.plt.get_backend().lower())
"""


def test_two_functions_of_mxnet_change_and_no_display_is_needed():
    hidden = ('DISPLAY', 'WAYLAND_DISPLAY', 'MPLBACKEND')
    result = subprocess.run(
        [sys.executable, '-c', PATCHED],
        env={k: v for k, v in os.environ.items() if k not in hidden},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines() == [
        'mxnet.gluon.model_zoo.vision vgg19',
        'mxnet.image imread',
        'agg',
    ]
