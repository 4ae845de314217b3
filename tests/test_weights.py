"""Weights: every source, every round trip, every failure."""

import hashlib
import io
import json
import os
import re
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy
import pytest
from arrays import assert_equal
from hypothesis import given, settings
from safetensors.numpy import load, load_file, save, save_file
from server import closed_port, serving
from torch_files import legacy_bytes
from typer.testing import CliRunner
from weights_files import (
    assert_arrays_or_an_error,
    mutations,
    network_tensors,
    params_bytes,
)

import gluon_style as gs
from gluon_style._mxnet import gluon, mx, np
from gluon_style.cli import main
from gluon_style.cli.weights import app
from gluon_style.errors import ImageError, OutputError, WeightsError
from gluon_style.storage import named_images as assets
from gluon_style.storage.named_images import find_image
from gluon_style.vgg import sources as weights_sources
from gluon_style.vgg import weights
from gluon_style.vgg.file_bytes import DamageError, FileBytes
from gluon_style.vgg.formats import read_tensors, write_tensors
from gluon_style.vgg.layers import FILTERS
from gluon_style.vgg.safetensors_format import read_metadata
from gluon_style.vgg.weights import STUDENT, find_on_disk, load_weights

DEEPEST = 7  # conv2_2


@pytest.fixture
def tensors(rng):
    """Weights of conv1_1 to conv2_2 under torchvision's names."""
    return network_tensors(rng, FILTERS, DEEPEST)


@pytest.fixture
def file(tensors, tmp_path):
    path = tmp_path / 'vgg19.safetensors'
    save_file(tensors, str(path))
    return path


def save_params(path, tensors):
    mx.nd.save(str(path), {k: mx.nd.array(v) for k, v in tensors.items()})


def zipped(name, data):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, 'w') as file:
        file.writestr(name, data)
    return archive.getvalue()


def assert_same(got, wanted):
    assert sorted(got) == sorted(wanted)
    for key, value in wanted.items():
        assert got[key].dtype == value.dtype
        assert got[key].tobytes() == value.tobytes()


# ---- files --------------------------------------------------------------


def test_safetensors_are_loaded_to_the_bit(file, tensors):
    loaded = load_weights(str(file), DEEPEST)
    assert sorted(loaded.convolutions) == [0, 2, 5, 7]
    for i, (kernel, bias) in loaded.convolutions.items():
        assert_equal(kernel, tensors[f'features.{i}.weight'])
        assert_equal(bias, tensors[f'features.{i}.bias'])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert loaded.origin.digest == f'sha256:{digest}'
    assert loaded.origin.source == 'file'
    assert str(file) in str(loaded.origin)


def test_network_holds_the_files_values(file, tensors):
    net = gs.vgg19_features(str(file), ['conv2_2'], ['conv1_1'])
    for i in (0, 2, 5, 7):
        assert_equal(net[i].weight.data(), tensors[f'features.{i}.weight'])
        assert_equal(net[i].bias.data(), tensors[f'features.{i}.bias'])


def test_only_the_layers_asked_for_are_read(file):
    assert sorted(read_tensors(file, 4)) == [
        'features.0.bias', 'features.0.weight',
        'features.2.bias', 'features.2.weight',
    ]  # fmt: skip


LEGACY = {0: 0, 2: 1, 5: 2, 7: 3}


@pytest.mark.parametrize(
    'rename',
    [
        lambda i, kind: f'features.{i}.{kind}',
        lambda i, kind: f'{i}.{kind}',  # a truncated network's own
        lambda i, kind: f'vgg0_conv{LEGACY[i]}_{kind}',
        lambda i, kind: f'arg:conv{LEGACY[i]}_{kind}',
    ],
)
def test_params_under_every_name_gluon_gave_them(tensors, tmp_path, rename):
    renamed = {'features.37.weight': numpy.ones((3, 3), 'float32')}  # dense
    for key, value in tensors.items():
        _, i, kind = key.split('.')
        renamed[rename(int(i), kind)] = value
    path = tmp_path / 'vgg19.params'
    save_params(path, renamed)
    assert_same(read_tensors(path), tensors)


def test_params_written_by_the_model_zoo_network(tmp_path):
    zoo = gluon.model_zoo.vision.vgg19()
    zoo.features[0].initialize()
    zoo.features[0](np.zeros((1, 3, 4, 4)))
    path = tmp_path / 'first.params'
    zoo.features[0].save_parameters(str(path))
    kernel = zoo.features[0].weight.data()
    written = mx.nd.load(str(path))
    save_params(path, {f'features.0.{k}': v.asnumpy()
                       for k, v in written.items()})  # fmt: skip
    assert_equal(read_tensors(path, 0)['features.0.weight'], kernel)


def test_round_trips_are_exact(file, tensors, tmp_path, fresh_command):
    params, back = tmp_path / 'there.params', tmp_path / 'back.safetensors'
    for source, target in ((file, params), (params, back)):
        result = fresh_command('weights', 'convert', source, target)
        assert result.returncode == 0, result.stderr
        assert 'conv1_1 to conv2_2' in result.stdout
    assert_same(read_tensors(params), tensors)
    assert_same(load_file(str(back)), tensors)


@pytest.mark.parametrize('suffix', ['.params', '.safetensors'])
def test_half_precision_survives_a_round_trip(tensors, tmp_path, suffix):
    half = {k: v.astype('float16') for k, v in tensors.items()}
    path = tmp_path / f'half{suffix}'
    write_tensors(half, path, 'test')
    assert_same(read_tensors(path), half)
    kernel, _ = load_weights(str(path), DEEPEST).convolutions[0]
    assert kernel.dtype == numpy.float32


def test_gluon_loads_what_was_written(tensors, tmp_path):
    path = tmp_path / 'written.params'
    write_tensors(tensors, path, 'test')
    zoo = gluon.model_zoo.vision.vgg19()
    zoo.load_parameters(str(path), allow_missing=True)
    assert_equal(zoo.features[7].weight.data(), tensors['features.7.weight'])


def test_convert_writes_whole_or_not_at_all(file, tmp_path, command):
    target = tmp_path / 'no' / 'such.params'
    result = command('weights', 'convert', file, target)
    assert result.returncode == 1
    assert 'choose a folder that exists' in result.stderr
    with pytest.raises(OutputError, match=r'wanted \.safetensors, \.params'):
        write_tensors({}, tmp_path / 'weights.txt', 'test')
    assert sorted(tmp_path.iterdir()) == [file]


def test_pth_files_are_read(tensors, tmp_path):
    torch = pytest.importorskip('torch', reason='needs PyTorch')
    path = tmp_path / 'vgg19.PTH'
    state = {k: torch.from_numpy(v) for k, v in tensors.items()}
    torch.save({**state, 'classifier.0.weight': torch.ones(3)}, str(path))
    assert_same(read_tensors(path), tensors)


def test_suffixes_are_read_and_written_in_either_case(tensors, tmp_path):
    for name in ('W.SAFETENSORS', 'W.Params'):
        write_tensors(tensors, tmp_path / name, 'test')
        assert_same(read_tensors(tmp_path / name), tensors)
    assert_same(load_file(str(tmp_path / 'W.SAFETENSORS')), tensors)


@pytest.mark.parametrize(
    ('dtype', 'name'),
    [('bfloat16', 'BF16'), ('float8_e4m3fn', 'F8'), ('complex64', 'C64')],
)
def test_safetensors_of_a_type_that_numpy_lacks(tmp_path, dtype, name):
    torch = pytest.importorskip('torch', reason='needs PyTorch')
    safetensors = pytest.importorskip(
        'safetensors.torch', reason='needs PyTorch'
    )
    path = tmp_path / 'odd.safetensors'
    odd = torch.ones(64).to(getattr(torch, dtype))
    safetensors.save_file({'features.0.bias': odd}, str(path))
    with pytest.raises(WeightsError, match=f'type {name}.*wanted one of F64'):
        read_tensors(path)


def test_a_student_is_converted_with_all_it_says(command, tmp_path):
    for name in ('s.safetensors', 's.params'):
        made = command('weights', 'convert', 'student', name)
        assert made.returncode == 0, made.stderr
        good = command('weights', 'verify', name)
        assert good.returncode == 0, good.stderr
        assert '32,64,96,192,128 filters' in good.stdout
        student = load_weights('student')
        copied = load_weights(str(tmp_path / name))
        assert copied.filters == student.filters
        for i, pair in student.convolutions.items():
            for got, wanted in zip(copied.convolutions[i], pair):
                assert_equal(got, wanted)
    before = read_metadata(STUDENT)
    after = read_metadata(tmp_path / 's.safetensors')
    assert 'Apache' in after['licence']
    assert {**before, 'origin': ''} == {**after, 'origin': ''}


@pytest.mark.parametrize('suffix', ['.params', '.safetensors'])
def test_a_narrow_network_is_known_by_its_kernels(rng, tmp_path, suffix):
    path = tmp_path / f'narrow{suffix}'
    write_tensors(network_tensors(rng, (4, 6, 8, 10, 6)), path, 'test')
    assert load_weights(str(path)).filters == (4, 6, 8, 10, 6)
    # where the file is not read, VGG-19's numbers stand
    assert load_weights(str(path), 7).filters == (4, 6, 256, 512, 512)


def test_a_narrow_network_with_one_other_kernel_is_refused(rng, tmp_path):
    narrow = network_tensors(rng, (4, 6, 8, 10, 6))
    narrow['features.12.weight'] = narrow['features.12.weight'][:, :7]
    path = tmp_path / 'narrow.params'
    write_tensors(narrow, path, 'test')
    with pytest.raises(WeightsError, match=r'wanted \(64, 3, 3, 3\) for conv'):
        load_weights(str(path))


# ---- failures of files --------------------------------------------------


def test_missing_file():
    with pytest.raises(WeightsError, match='no such weights file: gone.para'):
        load_weights('gone.params')


def test_missing_file_from_the_environment(monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', 'gone.params')
    with pytest.raises(WeightsError, match='from GLUON_STYLE_WEIGHTS'):
        load_weights()


def test_the_variable_takes_no_names_and_does_not_advise_them(monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', 'student')
    with pytest.raises(WeightsError, match='no such weights file') as caught:
        load_weights()
    advice = str(caught.value).partition('set it to ')[2]
    assert 'random' not in advice
    assert str(STUDENT) in advice


def test_the_students_file_is_the_student_by_its_path_too(monkeypatch):
    assert load_weights(str(STUDENT)).origin == load_weights('student').origin
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', str(STUDENT))
    assert load_weights().origin.source == 'student'


@pytest.mark.parametrize('suffix', ['.params', '.safetensors'])
@pytest.mark.parametrize('share', [0, 0.001, 0.5, 0.999])
def test_truncated_file(tensors, tmp_path, suffix, share):
    path = tmp_path / f'weights{suffix}'
    write_tensors(tensors, path, 'test')
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(WeightsError, match='cut short.*fetch or copy it'):
        load_weights(str(path), DEEPEST)


def test_unknown_kind_of_file(tmp_path):
    path = tmp_path / 'weights.h5'
    path.write_bytes(b'')
    with pytest.raises(WeightsError, match='wanted a name that ends in'):
        load_weights(str(path))


def spoilt(tensors, tmp_path, key, value):
    changed = dict(tensors)
    if value is None:
        del changed[key]
    else:
        changed[key] = value
    path = tmp_path / 'spoilt.safetensors'
    save_file(changed, str(path))
    return str(path)


def test_missing_key(tensors, tmp_path):
    path = spoilt(tensors, tmp_path, 'features.5.bias', None)
    with pytest.raises(WeightsError, match=r'no features\.5\.bias \(conv2_1'):
        load_weights(path, DEEPEST)
    load_weights(path, 4)  # not needed there


def test_wrong_shape(tensors, tmp_path):
    wrong = numpy.ones((128, 64, 5, 5), 'float32')
    path = spoilt(tensors, tmp_path, 'features.5.weight', wrong)
    with pytest.raises(
        WeightsError, match=r'\(128, 64, 5, 5\), wanted \(128, 64, 3, 3\)'
    ):
        load_weights(path, DEEPEST)


@pytest.mark.parametrize('value', [numpy.nan, numpy.inf, 1e300])
def test_value_that_is_not_finite(tensors, tmp_path, value):
    wrong = tensors['features.2.weight'].astype('float64')
    wrong[1, 2, 0, 1] = value
    path = spoilt(tensors, tmp_path, 'features.2.weight', wrong)
    with pytest.raises(WeightsError, match='not finite'):
        load_weights(path, DEEPEST)


@pytest.mark.parametrize(
    'name',
    [
        'random:x',
        'random:-1',
        'random:1e3',
        'random:²',
        'random:٣',
        'random:' + '9' * 5000,
    ],
)
def test_bad_seed(name):
    with pytest.raises(WeightsError, match='wanted random:SEED'):
        load_weights(name)


def test_verify_from_outside(file, tmp_path, command, fresh_command, tensors):
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    good = fresh_command('weights', 'verify', file, '--sha256', digest)
    assert good.returncode == 0, good.stderr
    assert digest in good.stdout
    assert re.search(r'sound +conv1_1 to conv2_2', good.stdout)
    wrong = command('weights', 'verify', file, '--sha256', 'ab12' * 16)
    assert wrong.returncode == 1
    assert 'wrong hash: got sha256 ' + digest in wrong.stderr
    nan = numpy.full(64, numpy.nan, 'float32')
    path = spoilt(tensors, tmp_path, 'features.0.bias', nan)
    bad = command('weights', 'verify', path)
    assert bad.returncode == 1
    assert 'not finite' in bad.stderr


# ---- downloads ----------------------------------------------------------


@pytest.fixture
def zoo(monkeypatch, tensors):
    """A model zoo of our own: its sha1, address and contents."""
    data = params_bytes(tensors, 2)
    sha1 = hashlib.sha1(data).hexdigest()
    name = f'vgg19-{sha1[:8]}'
    monkeypatch.setattr(weights_sources, 'MODEL_ZOO_SHA1', sha1)
    return f'/gluon/models/{name}.zip', f'{name}.params', data


def test_model_zoo_is_fetched_once(zoo, monkeypatch, tensors):
    path, name, data = zoo
    with serving({path: zipped(name, data)}) as (url, asked):
        monkeypatch.setenv('MXNET_GLUON_REPO', url)
        first = load_weights('model-zoo', DEEPEST)
        again = load_weights('model-zoo', DEEPEST)
    assert asked == [path]
    target = weights_sources.model_zoo_path()
    assert target.read_bytes() == data
    assert sorted(i.name for i in target.parent.iterdir()) == [name]
    assert first.origin.source == 'model-zoo'
    assert_equal(first.convolutions[5][0], tensors['features.5.weight'])
    assert again.origin == first.origin


def test_the_sha1_is_that_of_mxnet_and_gluoncv():
    store = gluon.model_zoo.model_store
    assert store._model_sha1['vgg19'] == weights_sources.MODEL_ZOO_SHA1
    assert store.apache_repo_url == weights_sources.MODEL_ZOO_URL


def test_auto_takes_the_variable_then_the_cache_then_downloads(
    zoo, monkeypatch, file
):
    path, name, data = zoo
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', str(file))
    assert load_weights(None, DEEPEST).origin.why.endswith(
        'GLUON_STYLE_WEIGHTS'
    )
    monkeypatch.delenv('GLUON_STYLE_WEIGHTS')
    assert find_on_disk() is None
    with serving({path: zipped(name, data)}) as (url, _):
        monkeypatch.setenv('MXNET_GLUON_REPO', url)
        downloaded = load_weights('auto', DEEPEST)
    assert downloaded.origin.why == 'auto: nothing on disk'
    assert load_weights(None, DEEPEST).origin.why == 'auto: on disk'


def test_a_damaged_cache_is_not_passed_over(zoo, monkeypatch):
    path, name, data = zoo
    target = weights_sources.model_zoo_path()
    target.parent.mkdir(parents=True)
    target.write_bytes(data[:-1])
    with pytest.raises(WeightsError, match='weights fetch model-zoo'):
        load_weights(None, DEEPEST)
    with serving({path: zipped(name, data)}) as (url, _):
        monkeypatch.setenv('MXNET_GLUON_REPO', url)
        weights_sources.fetch('model-zoo')
    assert target.read_bytes() == data


def assert_nothing_left():
    folder = weights_sources.model_zoo_path().parent
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ('files', 'status', 'message'),
    [
        ('none', 200, r'127\.0\.0\.1:\d+ answers 404'),
        ('good', 503, 'answers 503'),
        ('wrong', 200, 'wrong hash: got sha1'),
        ('no zip', 200, 'what came is damaged'),
    ],
)
def test_model_zoo_failures(zoo, monkeypatch, files, status, message):
    path, name, data = zoo
    contents = {
        'none': {},
        'good': {path: zipped(name, data)},
        'wrong': {path: zipped(name, data + b'x')},
        'no zip': {path: b'<html>gone</html>'},
    }
    with serving(contents[files], status) as (url, _):
        monkeypatch.setenv('MXNET_GLUON_REPO', url)
        with pytest.raises(WeightsError, match=message) as caught:
            load_weights('model-zoo')
    assert 'MXNET_GLUON_REPO' in str(caught.value)
    assert 'gluon-style weights fetch torchvision' in str(caught.value)
    assert 'set GLUON_STYLE_WEIGHTS to the file' in str(caught.value)
    assert_nothing_left()


@pytest.mark.parametrize(
    ('url', 'message'),
    [
        (closed_port(), r'firewall in between\? The next choice'),
        ('http://no-such-host.invalid/', r'is there a network\? The next'),
    ],
    ids=['closed port', 'no such host'],  # the port is another each time
)
def test_dead_host_and_no_network(monkeypatch, url, message, command):
    monkeypatch.setenv('MXNET_GLUON_REPO', url)
    with pytest.raises(WeightsError, match=message):
        load_weights('model-zoo')
    result = command('weights', 'fetch', 'model-zoo')
    assert result.returncode == 1
    assert re.search(message, result.stderr)
    assert len(result.stderr.splitlines()) == 1
    assert_nothing_left()


@pytest.fixture
def torchvision(monkeypatch, tensors):
    """Serve a file as torchvision's; yield its name, bytes and requests."""
    data = legacy_bytes(tensors)
    digest = hashlib.sha256(data).hexdigest()[:8]
    monkeypatch.setattr(weights_sources, 'TORCHVISION_SHA256', digest)
    name = f'vgg19-{digest}.pth'
    with serving({f'/{name}': data}, breaks=[1000]) as (url, asked):
        monkeypatch.setattr(weights_sources, 'TORCHVISION_URL', url)
        yield name, data, asked


def test_torchvision_needs_no_torch(torchvision, monkeypatch, tensors):
    monkeypatch.setitem(sys.modules, 'torch', None)
    _, data, asked = torchvision
    with pytest.raises(WeightsError, match='the same again goes on'):
        load_weights('torchvision', DEEPEST)
    loaded = load_weights('torchvision', DEEPEST)
    load_weights('torchvision', DEEPEST)
    assert len(asked) == 2
    assert loaded.origin.source == 'torchvision'
    assert loaded.origin.digest[7:] == hashlib.sha256(data).hexdigest()
    assert_equal(loaded.convolutions[7][1], tensors['features.7.bias'])


def test_torchvision_with_the_wrong_hash_is_not_kept(monkeypatch):
    path = weights_sources.torchvision_path()
    with serving({f'/{path.name}': b'other'}) as (url, _):
        monkeypatch.setattr(weights_sources, 'TORCHVISION_URL', url)
        with pytest.raises(WeightsError, match='has the wrong hash: got'):
            load_weights('torchvision')
    assert not list(path.parent.iterdir())


# ---- the convolutions alone ----------------------------------------------


def fetch_here(*arguments):
    """Run `weights fetch` in this process, where the sources are patched."""
    result = CliRunner().invoke(app, ['fetch', *arguments])
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_the_zoos_convolutions_alone(zoo, monkeypatch, tensors):
    path, name, data = zoo
    whole = weights_sources.model_zoo_path()
    with serving({path: zipped(name, data)}) as (url, asked):
        monkeypatch.setenv('MXNET_GLUON_REPO', url)
        said = fetch_here('model-zoo', '--keep-convolutions')
        small = weights_sources.convolutions_path('model-zoo')
        assert small.name == f'{whole.stem}-convolutions.safetensors'
        assert str(small) in said
        assert not whole.exists()
        assert_same(load_file(str(small)), tensors)
        for choice in (None, 'model-zoo'):
            origin = load_weights(choice, DEEPEST).origin
            assert (origin.source, origin.detail) == ('model-zoo', str(small))
        fetch_here('model-zoo', '--keep-convolutions')
    assert asked == [path]
    listed = CliRunner().invoke(app, ['list']).stdout
    assert f'on disk    {small}: 575 MB to fetch' in listed
    digest = f'sha1:{weights_sources.MODEL_ZOO_SHA1}'
    assert read_metadata(small)['source_digest'] == digest
    monkeypatch.setattr(weights_sources, 'MODEL_ZOO_SHA1', '5' * 40)
    other = weights_sources.convolutions_path('model-zoo')
    small.rename(other)
    with pytest.raises(WeightsError, match='was made from sha1:'):
        load_weights(None, DEEPEST)
    other.write_bytes(other.read_bytes()[:1000])
    with pytest.raises(WeightsError, match='cut short'):
        load_weights('model-zoo', DEEPEST)


def test_torchvisions_convolutions_alone(torchvision, tensors):
    asked = torchvision[2]
    with pytest.raises(WeightsError):
        load_weights('torchvision', DEEPEST)  # breaks off
    fetch_here('torchvision', '--keep-convolutions')
    small = weights_sources.convolutions_path('torchvision')
    assert [i.name for i in small.parent.iterdir()] == [small.name]
    assert_same(load_file(str(small)), tensors)
    loaded = load_weights('torchvision', DEEPEST)
    assert loaded.origin.detail == str(small)
    assert len(asked) == 2
    assert find_on_disk() is None  # never torchvision's in silence


def test_a_file_that_was_there_before_stays(zoo):
    whole = weights_sources.model_zoo_path()
    whole.parent.mkdir(parents=True)
    whole.write_bytes(zoo[2])
    assert 'stays' in fetch_here('model-zoo', '--keep-convolutions')
    assert whole.exists()
    assert weights_sources.convolutions_path('model-zoo').exists()


def test_weights_are_named_without_reading_them(file, monkeypatch):
    def refuse(*_):
        raise AssertionError('a tensor was read')

    names = (str(file), 'student', 'random:7')
    loaded = [load_weights(name, DEEPEST).origin for name in names]
    monkeypatch.setattr(weights, 'read_weights_file', refuse)
    assert [weights.weights_origin(name) for name in names] == loaded
    with pytest.raises(WeightsError, match='wanted random:SEED'):
        weights.weights_origin('random:x')


# ---- images by name -----------------------------------------------------


def test_book_images_are_fetched_once(monkeypatch):
    data = b'a picture'
    digest = hashlib.sha256(data).hexdigest()
    monkeypatch.setitem(assets.BOOK, 'rainier', ('rainier.jpg', digest))
    with serving({'/img/rainier.jpg': data}) as (url, asked):
        monkeypatch.setenv('GLUON_STYLE_BOOK_URL', url + 'img')
        first = gs.find_image('book:rainier')
        assert gs.find_image('book:rainier') == first
    assert asked == ['/img/rainier.jpg']
    assert first.read_bytes() == data


def test_real_book_images_have_the_hashes_on_record(monkeypatch, book_images):
    files = {f'/{path.name}': path.read_bytes() for path in book_images}
    with serving(files) as (url, _):
        monkeypatch.setenv('GLUON_STYLE_BOOK_URL', url)
        for name, path in zip(assets.BOOK, book_images):
            got = gs.find_image(f'book:{name}')
            assert got.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ('files', 'message'),
    [({}, 'answers 404'), ({'/rainier.jpg': b'x'}, 'wrong hash')],
)
def test_book_image_failures(monkeypatch, files, message):
    with serving(files) as (url, _):
        monkeypatch.setenv('GLUON_STYLE_BOOK_URL', url)
        with pytest.raises(ImageError, match=message) as caught:
            gs.find_image('book:rainier')
    assert 'give its path instead' in str(caught.value)


@pytest.mark.parametrize('name', ['book:mona-lisa', 'sample:nothing', 'x.jpg'])
def test_unknown_images_are_refused_with_the_names(name):
    with pytest.raises(ImageError, match=r'book:rainier, book:autumn-oak'):
        gs.find_image(name)


@pytest.mark.parametrize(
    'filters',
    [
        '²,1,1,1,1',
        '٣,1,1,1,1',
        '1,1,1,1',
        '0,1,1,1,1',
        '9' * 5000 + ',1,1,1,1',
    ],
)
def test_filters_that_are_no_numbers(tensors, tmp_path, filters):
    path = tmp_path / 'w.safetensors'
    save_file(tensors, str(path), metadata={'filters': filters})
    with pytest.raises(WeightsError, match='wanted five numbers') as caught:
        load_weights(str(path), 0)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    'name',
    [
        'features.00.bias',
        'features.٠.bias',
        'features.0.bias\n',
        'features.' + '9' * 5000 + '.bias',
        'vgg0_conv00_bias',
    ],
)
def test_names_that_only_look_like_a_layers(tensors, tmp_path, name):
    path = tmp_path / 'w.safetensors'
    save_file({name: tensors['features.0.bias']}, str(path))
    assert not read_tensors(path)


@pytest.mark.parametrize('name', ['~nobody-of-that-name/w.pth', 'x' * 300])
def test_paths_that_cannot_be(monkeypatch, name):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', name)
    for source in (name, 'auto'):
        with pytest.raises(WeightsError, match='no such weights file'):
            load_weights(source)
    with pytest.raises(ImageError, match='no such image file'):
        find_image(name)


@pytest.mark.parametrize('share', [0, 0.5])
def test_a_file_that_is_cut_while_it_is_read(tmp_path, share):
    path = tmp_path / 'w.params'
    path.write_bytes(bytes(1000))
    with FileBytes(path) as data:
        os.truncate(path, int(1000 * share))
        with pytest.raises(DamageError, match='wanted'):
            data.array(100, (200,), 'float32')


@pytest.mark.parametrize('digest', ['', 'a', '0' * 63, '0' * 65, 'g' * 64])
def test_a_digest_of_other_than_64_digits(file, digest, capsys):
    assert main(['weights', 'verify', str(file), '--sha256', digest]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert 'wanted its 64 hexadecimal digits' in line


@pytest.mark.parametrize('suffix', ['.safetensors', '.params'])
@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda a: (a * 10).astype('int16'), 'has the type int16'),
        (lambda a: abs(a * 10).astype('uint8'), 'has the type uint8'),
        (lambda a: a > 0, 'has the type bool'),
        (lambda a: a * 0, 'holds 0 in all its places'),
        (lambda a: a * 0 + 1, 'holds 1 in all its places'),
        (lambda a: a.astype('float64') * 1e300, 'not finite in float32'),
        (lambda a: a * 1e30, 'features of that size overflow'),
    ],
)
def test_numbers_that_no_network_has(
    tensors, tmp_path, suffix, change, message, capsys
):
    key = 'features.5.weight'
    path = tmp_path / f'w{suffix}'
    if suffix == '.params' and 'int16' in message:
        suffix = '.safetensors'  # MXNet's own files do not have it
        path = tmp_path / 'w.safetensors'
    write_tensors({**tensors, key: change(tensors[key])}, path, 'a test')
    with pytest.raises(WeightsError, match=f'{key}.*{message}'):
        load_weights(str(path), DEEPEST)
    assert main(['weights', 'verify', str(path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_the_digest_is_that_of_the_bytes_that_were_read(
    tensors, tmp_path, monkeypatch
):
    path, other = tmp_path / 'w.safetensors', tmp_path / 'o.safetensors'
    write_tensors(tensors, path, 'a test')
    doubled = {name: 2 * array for name, array in tensors.items()}
    write_tensors(doubled, other, 'a test')
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    read = FileBytes.array

    def swap(*arguments):
        values = read(*arguments)
        if other.exists():  # before anything else is read
            os.replace(other, path)
        return values

    monkeypatch.setattr(FileBytes, 'array', swap)
    loaded = load_weights(str(path), DEEPEST)
    assert loaded.origin.digest == f'sha256:{digest}'
    assert_equal(loaded.convolutions[0][0], tensors['features.0.weight'])


def test_a_file_that_is_written_to_while_it_is_read(
    tensors, tmp_path, monkeypatch
):
    path = tmp_path / 'w.safetensors'
    write_tensors(tensors, path, 'a test')
    data, read = path.read_bytes(), FileBytes.array

    def write(*arguments):
        values = read(*arguments)
        path.write_bytes(data[:-4] + bytes(4))
        os.utime(path, ns=(0, 0))
        return values

    monkeypatch.setattr(FileBytes, 'array', write)
    with pytest.raises(WeightsError, match='written to while it was read'):
        load_weights(str(path), DEEPEST)


def header_bytes(header, size=0):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack('<Q', len(text)) + text + bytes(size)


def entry(shape=(2,), offsets=(0, 8), dtype='F32'):
    return {'dtype': dtype, 'shape': shape, 'data_offsets': offsets}


@pytest.mark.parametrize(
    'data',
    [
        b'',
        b'\xff' * 8,
        header_bytes(b''),
        header_bytes(b'[' * 100_000),
        header_bytes(b'\xff'),
        header_bytes([]),
        header_bytes({'0.bias': entry()}, 7),
        header_bytes({'0.bias': entry()}, 9),
        header_bytes({'0.bias': entry((2, -1))}, 8),
        header_bytes({'0.bias': entry((2**70,))}, 8),
        header_bytes({'0.bias': entry((3,))}, 8),
        header_bytes({'0.bias': entry((True, 2))}, 8),
        header_bytes({'0.bias': entry([1] * 99 + [2])}, 8),
        header_bytes({'0.bias': entry(offsets=(4, 12))}, 12),
        header_bytes({'0.bias': entry(offsets=(8, 0))}, 8),
        header_bytes({'0.bias': entry(), '2.bias': entry()}, 8),
        header_bytes({'0.bias': entry(dtype=None)}, 8),
        header_bytes({'0.bias': {}}, 8),
        header_bytes({'0.bias': 3}, 8),
        header_bytes({'__metadata__': {'a': 1}}),
        header_bytes({'__metadata__': 'a'}),
        header_bytes(b'{"__metadata__": {}, "__metadata__": {}}'),
    ],
)
def test_safetensors_that_are_damaged_are_one_line(tmp_path, data):
    path = tmp_path / 'w.safetensors'
    path.write_bytes(data)
    with pytest.raises(WeightsError, match='cut short or not') as caught:
        read_tensors(path)
    assert '\n' not in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(mutations())
def test_mutated_safetensors_give_what_the_library_gives_or_an_error(mutate):
    arrays = {'features.0.bias': numpy.arange(6, dtype='float32'),
              'features.2.bias': numpy.ones((2, 3), 'float16')}  # fmt: skip
    data = mutate(save(arrays, {'filters': '1'}))
    with tempfile.NamedTemporaryFile(suffix='.safetensors') as file:
        Path(file.name).write_bytes(data)
        got = assert_arrays_or_an_error(lambda: read_tensors(Path(file.name)))
        expected = load(data) if got else {}
        for name, array in got.items():
            assert_equal(array, expected[name])
