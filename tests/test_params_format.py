"""MXNet's .params files, read and written without MXNet."""

import hashlib
import struct
import subprocess
import sys

import numpy
import pytest
from arrays import assert_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from weights_files import (
    NARROW,
    assert_arrays_or_an_error,
    every,
    gluon_names,
    mutations,
    network_tensors,
    params_bytes,
    run_in_fresh_mxnet,
)

from gluon_style._mxnet import mx
from gluon_style.errors import WeightsError
from gluon_style.vgg import sources
from gluon_style.vgg.formats import read_tensors, write_tensors
from gluon_style.vgg.params_format import read_params
from gluon_style.vgg.weights import load_weights

STYLES = ('index', 'count')
CASES = [(style, version) for style in STYLES for version in range(4)]


@pytest.fixture(scope='module')
def tensors():
    return network_tensors(numpy.random.RandomState(1))


@pytest.fixture(scope='module')
def files(tensors, tmp_path_factory):
    """Narrow networks in all versions, as MXNet 1.9.1 reads and writes them.

    Versions 0 and 1 are of MXNet's past, so their bytes are ours and MXNet's
    loader vouches for them; version 2 is written by MXNet, without `set_np`;
    version 3 by this process, with it.
    """
    folder = tmp_path_factory.mktemp('params')
    paths = {case: folder / '{}-{}.params'.format(*case) for case in CASES}
    for (style, version), path in paths.items():
        named = gluon_names(tensors, style)
        path.write_bytes(params_bytes(named, version))
        if version == 3:
            held = {k: mx.np.array(v) for k, v in named.items()}
            mx.npx.save(str(path), held)
    run_in_fresh_mxnet(
        'for style in ("index", "count"):\n'
        '    old = [mx.nd.load(f"{sys.argv[1]}/{style}-{i}.params")\n'
        '           for i in (0, 1, 2)]\n'
        '    for arrays in old:\n'
        '        assert len(arrays) == 27\n'
        '        for key, value in arrays.items():\n'
        '            assert (value == old[0][key]).min().asscalar() == 1\n'
        '    mx.nd.save(f"{sys.argv[1]}/{style}-2.params", old[0])\n',
        folder,
    )
    return paths


def assert_holds(got, tensors):
    assert sorted(got) == sorted(tensors)
    for key, value in tensors.items():
        assert got[key].dtype == value.dtype
        assert_equal(got[key], value)


@pytest.mark.parametrize('case', CASES)
def test_every_version_is_read_to_the_bit(files, tensors, case):
    assert_holds(read_tensors(files[case]), tensors)


@pytest.mark.parametrize('case', CASES)
def test_mxnet_writes_the_bytes_that_the_tests_write(files, tensors, case):
    named = gluon_names(tensors, case[0])
    assert files[case].read_bytes() == params_bytes(named, case[1])


@pytest.mark.parametrize('case', [('index', 2), ('count', 0)])
def test_commands_take_old_files(files, tensors, case, command, tmp_path):
    good = command('weights', 'verify', files[case])
    assert good.returncode == 0, good.stderr
    assert 'conv1_1 to conv5_1 of a VGG-19 of 4,6,8,10,6' in good.stdout
    made = command('weights', 'convert', files[case], 'a.safetensors')
    assert made.returncode == 0, made.stderr
    assert_holds(read_tensors(tmp_path / 'a.safetensors'), tensors)
    run = command(
        'transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '--width',
        32, '--height', 24, '--epochs', 1, '--weights', files[case],
        '-o', 'out.png',
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert (tmp_path / 'out.png').is_file()


@pytest.mark.parametrize('case', CASES)
def test_a_model_zoo_file_on_disk_is_taken(files, case, monkeypatch, tensors):
    data = files[case].read_bytes()
    sha1 = hashlib.sha1(data).hexdigest()
    monkeypatch.setattr(sources, 'MODEL_ZOO_SHA1', sha1)
    sources.model_zoo_path().parent.mkdir(parents=True)
    sources.model_zoo_path().write_bytes(data)
    loaded = load_weights()
    assert loaded.origin.source == 'model-zoo'
    assert loaded.filters == NARROW
    assert_equal(loaded.convolutions[28][0], tensors['features.28.weight'])


def test_mxnet_loads_what_is_written(tensors, tmp_path):
    types = ('float32', 'float16', 'float64')
    for dtype in types:
        cast = {key: value.astype(dtype) for key, value in tensors.items()}
        write_tensors(cast, tmp_path / f'{dtype}.params', 'a test')
        numpy.savez(tmp_path / f'{dtype}.npz', **cast)
    run_in_fresh_mxnet(
        'def check(held, wanted):\n'
        '    assert len(held) == 26\n'
        '    for key, value in held.items():\n'
        '        got = value.asnumpy()\n'
        '        assert got.dtype == wanted[key].dtype, key\n'
        '        assert (got == wanted[key]).all(), key\n'
        'for numpy_semantics in (False, True):\n'
        '    if numpy_semantics:\n'
        '        mx.npx.set_np()\n'
        '    for dtype in sys.argv[2:]:\n'
        '        path = f"{sys.argv[1]}/{dtype}"\n'
        '        wanted = numpy.load(path + ".npz")\n'
        '        if not numpy_semantics:\n'
        '            check(mx.nd.load(path + ".params"), wanted)\n'
        '        net = mx.gluon.model_zoo.vision.VGG('
        '            [2, 2, 4, 4, 4], [4, 6, 8, 10, 6])\n'
        '        net.cast(dtype)\n'
        '        net.load_parameters(path + ".params", allow_missing=True)\n'
        '        loaded = net._collect_params_with_prefix()\n'
        '        held = {key: loaded[key].data() for key in wanted}\n'
        '        check(held, wanted)\n',
        tmp_path, *types,
    )  # fmt: skip


def test_only_what_is_asked_for_is_copied(files, tensors):
    got = read_params(
        files['index', 2], lambda name: name == 'features.0.bias'
    )
    assert list(got) == ['features.0.bias']
    assert got['features.0.bias'].base is None  # no hold on the mapped file


def test_mxnet_is_not_imported(files, tmp_path):
    code = (
        'import sys; from pathlib import Path\n'
        'from gluon_style.vgg.formats import read_tensors, write_tensors\n'
        'read, written = map(Path, sys.argv[1:])\n'
        'write_tensors(read_tensors(read), written, "a test")\n'
        'assert not {"mxnet", "torch"} & set(sys.modules)\n'
    )
    places = [files['index', 0], tmp_path / 'written.params']
    subprocess.run([sys.executable, '-c', code, *map(str, places)], check=True)
    assert places[1].is_file()


# ---- what is no such file ------------------------------------------------

SMALL = {'a': numpy.ones((2, 3), 'float32'), 'b': numpy.ones(2, 'float16')}
FIRST = 24  # where the first array begins
NAMES = len(params_bytes(SMALL, 2)) - 8 - 2 * 9


def patched(place, form, *values, version=2):
    data = bytearray(params_bytes(SMALL, version))
    struct.pack_into(form, data, place, *values)
    return bytes(data)


DAMAGED = {
    'other header': (patched(0, '<Q', 0x113), 'begin'),
    'a billion arrays': (patched(16, '<Q', 10**9), 'begin'),
    'one array more': (patched(16, '<Q', 3), 'an array of shape'),
    'sparse': (patched(FIRST + 4, '<i', 1), 'sparse'),
    'no dimensions': (patched(FIRST + 8, '<I', 0), '0 dimensions'),
    'many dimensions': (patched(FIRST + 8, '<I', 33), '33 dimensions'),
    'unknown rank': (patched(FIRST + 8, '<I', 2**32 - 1), 'dimensions'),
    'negative side': (patched(FIRST + 12, '<q', -1), r'shape \(-1, 3'),
    'no side': (patched(FIRST + 12, '<q', 0), r'shape \(0, 3'),
    'huge side': (patched(FIRST + 12, '<q', 2**62), 'bytes wanted'),
    'two huge sides': (patched(FIRST + 12, '<2q', 2**33, 2**33), 'wanted'),
    'unknown type': (patched(FIRST + 36, '<i', 12), 'unknown type 12'),
    'negative type': (patched(FIRST + 36, '<i', -1), 'unknown type -1'),
    'old, many dims': (patched(FIRST, '<I', 40, version=0), '40 dimensions'),
    'trailing byte': (params_bytes(SMALL, 2) + b'x', '1 bytes behind'),
    'one name less': (patched(NAMES, '<Q', 1), '1 names for 2 arrays'),
    'long name': (patched(NAMES + 8, '<Q', 2**63), 'a name of'),
    'one name twice': (patched(NAMES + 25, '<c', b'a'), 'one name'),
    'no UTF-8': (patched(NAMES + 25, '<c', b'\xff'), 'not UTF-8'),
    'empty': (b'', 'empty'),
    'text': (b'<html>gone</html>' * 9, 'begin'),
}


@pytest.mark.parametrize('kind', DAMAGED)
def test_damage_is_refused_in_one_line(tmp_path, kind):
    data, message = DAMAGED[kind]
    path = tmp_path / 'bad.params'
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=message) as caught:
        read_params(path, every)
    text = str(caught.value)
    assert 'cut short or not a .params file' in text
    assert '\n' not in text
    assert 'MXNet' not in text


def test_arrays_without_names_are_refused(tmp_path):
    path = tmp_path / 'list.params'
    mx.npx.save(str(path), [mx.np.ones(3)])
    with pytest.raises(WeightsError, match='arrays without names'):
        read_params(path, every)


def test_a_layer_under_two_names_is_refused(tmp_path):
    path = tmp_path / 'twice.params'
    bias = numpy.ones(4, 'float32')
    both = {'features.0.bias': bias, 'arg:vgg0_conv0_bias': bias}
    path.write_bytes(params_bytes(both, 2))
    with pytest.raises(WeightsError, match='0_bias'):
        read_tensors(path)


# a second is far more than such a file takes, whatever else runs here
@settings(
    deadline=1000,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 3), mutations())
def test_mutated_bytes_give_arrays_or_an_error(tmp_path, version, mutate):
    path = tmp_path / 'mutated.params'
    path.write_bytes(mutate(params_bytes(SMALL, version)))
    assert_arrays_or_an_error(lambda: read_params(path, every))
