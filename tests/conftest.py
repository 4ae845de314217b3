"""Fixtures: seeds, small networks, the real weights where they are."""

import copy
import functools
import itertools
import os
from pathlib import Path

import numpy
import pytest
from clusters import scheduler, start  # noqa: F401  (fixtures)
from commands import Forks, started
from hypothesis import settings

import gluon_style
from gluon_style.vgg import weights

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / 'shared'
# a busy machine takes its time; where that is the point, the test says so
settings.register_profile('patient', deadline=None)
settings.load_profile('patient')
SEED = int(os.environ.get('GLUON_STYLE_TEST_SEED', '1729'))


def pytest_make_parametrize_id(val, argname):
    """Name no test by bytes: a zip's hold the time at which it was made."""
    return argname if isinstance(val, bytes) else None


def pytest_report_header():
    """Say how to replay random inputs."""
    return f'seed: GLUON_STYLE_TEST_SEED={SEED}'


@pytest.fixture
def rng():
    """Random numbers that are the same in every run."""
    return numpy.random.RandomState(SEED)


def find_real_weights():
    named = os.environ.get('GLUON_STYLE_TEST_WEIGHTS') or os.environ.get(
        'GLUON_STYLE_WEIGHTS'
    )
    path = Path(named or SHARED / 'vgg19' / 'vgg19-features.safetensors')
    return path if path.is_file() else None


REAL_WEIGHTS = find_real_weights()


@pytest.fixture(scope='session')
def real_weights():
    """Path of the real VGG-19 weights, or skip."""
    if REAL_WEIGHTS is None:
        pytest.skip('needs real VGG-19 weights (set GLUON_STYLE_WEIGHTS)')
    return str(REAL_WEIGHTS)


@pytest.fixture
def book_images():
    """Paths of the book's two images, or skip."""
    paths = [SHARED / 'images' / name for name in IMAGES]
    if not all(path.is_file() for path in paths):
        pytest.skip("needs the book's images (../shared/images)")
    return paths


IMAGES = ('rainier.jpg', 'autumn-oak.jpg')


@pytest.fixture(scope='session')
def new_homes(tmp_path_factory):
    """Name a folder for each test, which is made when it is needed."""
    folder = tmp_path_factory.mktemp('homes')
    return (folder / str(i) for i in itertools.count())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, new_homes):
    """No test sees the user's weights, caches or network settings."""
    empty = next(new_homes)
    for name in (
        'GLUON_STYLE_WEIGHTS',
        'MXNET_GLUON_REPO',
        'GLUON_STYLE_BOOK_URL',
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv('MXNET_HOME', str(empty / 'mxnet'))
    monkeypatch.setenv('TORCH_HOME', str(empty / 'torch'))
    monkeypatch.setenv('GLUON_STYLE_CACHE', str(empty / 'cache'))


draw_weights = weights._random_weights


@pytest.fixture(autouse=True, scope='session')
def random_weights_drawn_once():
    """Draw the weights of a seed once: it takes longer than a small run."""
    drawn = functools.lru_cache(maxsize=4)(draw_weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            weights,
            '_random_weights',
            # a copy, so that no test sees what another has done to them
            lambda *which: copy.deepcopy(drawn(*which)),
        )
        yield


@pytest.fixture
def drawn_anew(monkeypatch):
    """Draw random weights each time, as outside the tests."""
    monkeypatch.setattr(weights, '_random_weights', draw_weights)


@pytest.fixture(scope='session')
def random_net():
    """A network of the chapter's depth with seeded random weights."""
    return gluon_style.vgg19_features('random:3')


@pytest.fixture(scope='session')
def shallow_net():
    """conv1_1 to conv2_1 only, with seeded random weights."""
    return gluon_style.vgg19_features('random:3', ['conv2_1'], ['conv1_1'])


@pytest.fixture
def picture(rng):
    """Return a function that makes a smooth random uint8 image."""
    from scipy.ndimage import gaussian_filter

    from gluon_style._mxnet import np

    def make(height, width):
        noise = gaussian_filter(rng.rand(height, width, 3), (2, 2, 0))
        noise -= noise.min()
        return np.array((noise / noise.max() * 255).astype('uint8'))

    return make


@pytest.fixture
def fresh_command(tmp_path):
    """Return a function that runs the command line from outside."""
    return lambda *arguments: started(arguments, tmp_path)


@pytest.fixture(scope='session')
def forks(tmp_path_factory):
    """A process that has imported MXNet, once for all commands."""
    forks = Forks(tmp_path_factory.mktemp('forks'))
    yield forks
    forks.close()


@pytest.fixture
def command(forks, tmp_path):
    """Return a function that does the same in a fork, without the imports."""
    return lambda *arguments: forks.run(arguments, tmp_path)


@pytest.fixture
def page(tmp_path):
    """Return an empty page of a headless Chromium, or skip."""
    from browser import opened

    with opened(tmp_path) as page:
        yield page
