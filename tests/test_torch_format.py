"""PyTorch's files, read without PyTorch."""

import collections
import io
import os
import sys
import zipfile

import numpy
import pytest
from arrays import assert_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch_files import (
    REBUILD,
    VALUES,
    Called,
    Named,
    Stateful,
    Storage,
    legacy,
    pickled,
    tensor,
)
from weights_files import assert_arrays_or_an_error, every, mutations

from gluon_style.errors import WeightsError
from gluon_style.vgg.torch_format import read_torch

FORMATS = ('zip', 'legacy')


@pytest.fixture
def torch():
    return pytest.importorskip('torch', reason='needs PyTorch')


def save(torch, state, path, kind='legacy', **options):
    torch.save(state, str(path), **options,
               _use_new_zipfile_serialization=kind == 'zip')  # fmt: skip
    return path


def states(torch):
    """Return state dicts whose tensors lie in storages in many ways."""
    whole = torch.arange(24.0).reshape(2, 3, 4)
    parameters = torch.nn.Conv2d(2, 3, 3).state_dict()
    return {
        'types': {
            name: torch.tensor([[0, 1], [2, 3]], dtype=getattr(torch, name))
            for name in ('float32', 'float64', 'float16', 'int64', 'int32',
                         'int16', 'int8', 'uint8', 'bool')
        },
        'transposed': {'w': whole.transpose(0, 2)},
        'expanded': {'w': whole[:, :1].expand(2, 5, 4)},
        'shared': {'a': whole, 'b': whole[1, 1:], 'c': whole[:, :, ::2]},
        'scalar': {'n': torch.tensor(7)},
        'empty': {'n': torch.ones(0, 3), 'm': torch.ones(2)},
        'module': parameters,
        'parameters': {'p': torch.nn.Parameter(whole)},
        'wrapped': {'epoch': 3, 'loss': 0.5, 'state_dict': parameters,
                    'optimizer': {'state': {0: {'step': whole}}}},
    }  # fmt: skip


@pytest.mark.parametrize('kind', FORMATS)
@pytest.mark.parametrize(
    'name',
    [
        'types',
        'transposed',
        'expanded',
        'shared',
        'scalar',
        'empty',
        'module',
        'parameters',
        'wrapped',
    ],
)
def test_reads_what_torch_writes(torch, tmp_path, kind, name):
    state = states(torch)[name]
    got = read_torch(save(torch, state, tmp_path / 'a.pth', kind), every)
    state = state.get('state_dict', state)
    assert list(got) == list(state)
    for key, value in state.items():
        assert got[key].dtype == value.detach().numpy().dtype
        assert got[key].base is None  # no hold on the mapped file
        assert_equal(got[key], value.detach().numpy())


@pytest.mark.parametrize('kind', FORMATS)
def test_bfloat16_becomes_float32(torch, tmp_path, kind):
    values = torch.linspace(-3, 300, 24).reshape(4, 6)
    state = {'w': values.bfloat16().T}
    got = read_torch(save(torch, state, tmp_path / 'a.pth', kind), every)
    assert got['w'].dtype == numpy.float32
    assert_equal(got['w'], state['w'].float().numpy())


@pytest.mark.parametrize('kind', FORMATS)
@pytest.mark.parametrize('protocol', [2, 3, 4, 5])
def test_every_protocol_of_pickle(torch, tmp_path, kind, protocol):
    state = collections.OrderedDict(w=torch.from_numpy(VALUES))
    path = save(torch, state, tmp_path / 'a.pth', kind,
                pickle_protocol=protocol)  # fmt: skip
    assert_equal(read_torch(path, every)['w'], VALUES)


@pytest.mark.parametrize('kind', FORMATS)
@pytest.mark.parametrize('share', [0, 0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_refused(torch, tmp_path, kind, share):
    state = {'w': torch.from_numpy(VALUES)}
    path = save(torch, state, tmp_path / 'a.pth', kind)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(WeightsError, match=r'cut short or not a \.pth file'):
        read_torch(path, every)


def test_a_big_endian_file_is_refused(torch, tmp_path):
    path = save(torch, {'w': torch.ones(2)}, tmp_path / 'a.pth', 'zip')
    data = path.read_bytes()
    assert data.count(b'little') == 1
    path.write_bytes(data.replace(b'little', b'big///'))
    with pytest.raises(WeightsError, match='little-endian'):
        read_torch(path, every)


# ---- files built by hand, for which torch need not be there ---------------


def zipped(state, method=zipfile.ZIP_STORED, data=VALUES.tobytes()):
    file = io.BytesIO()
    text = state if isinstance(state, bytes) else pickled(state)
    with zipfile.ZipFile(file, 'w', method) as archive:
        archive.writestr('archive/data.pkl', text)
        archive.writestr('archive/data/0', data)
        archive.writestr('archive/version', '3\n')
    return file.getvalue()


def written(tmp_path, data):
    path = tmp_path / 'a.pth'
    path.write_bytes(data)
    return path


@pytest.mark.parametrize('build', [legacy, zipped])
def test_torch_is_not_needed(tmp_path, build, monkeypatch):
    monkeypatch.setitem(sys.modules, 'torch', None)
    path = written(tmp_path, build({'w': tensor()}))
    assert_equal(read_torch(path, every)['w'], VALUES)


def test_what_pytorch_0_1_wrote_under_python_2(tmp_path):
    place = (Storage(), 12, (3, 4), (4, 1))
    bare = Called(Named('torch._utils', '_rebuild_tensor'), *place)
    filled = Stateful(place, Named('torch', 'FloatTensor'))
    parameter = Named('torch.nn.parameter', 'Parameter')
    hooks = Called(Named('collections', 'OrderedDict'))
    pairs = [
        ['a', bare],
        ['b', filled],
        ['c', Stateful((True, False, hooks), parameter, bare)],
        ['d', Stateful((bare, None, hooks, True, False), parameter)],
        ['e', Stateful((filled, None, hooks, True, False), parameter)],
        ['f', Called(parameter)],  # never filled: as good as not there
    ]
    state = Called(Named('collections', 'OrderedDict'), pairs)
    got = read_torch(written(tmp_path, legacy(state)), every)
    assert ''.join(got) == 'abcde'
    for value in got.values():
        assert_equal(value, VALUES[1])


NO_STATE = 'no state dict|storage without a tensor'
NESTED = 200_000
HOSTILE = {
    'os.system': (Called(Named('posix', 'system'), 'touch RUN'), 'posix sys'),
    'eval': (Called(Named('builtins', 'eval'), '1'), 'builtins eval'),
    'getattr': (Called(Named('__builtin__', 'getattr'), 1, 'x'), 'getattr'),
    'torch.load': (Called(Named('torch', 'load'), 'x'), 'torch load'),
    'numpy': (Called(Named('numpy', 'dtype'), 'O'), 'numpy dtype'),
    'sparse': (Named('torch._utils', '_rebuild_sparse_tensor'), 'sparse'),
    'spelt': (b'\x80\x04\x8c\x05posix\x8c\x06system\x93.', 'posix system'),
    'by instance': (b'\x80\x02(iposix\nsystem\n.', 'opcode INST'),
    'by code': (b'\x80\x02\x82\x01.', 'opcode EXT1'),
    'a text as function': (b'\x80\x02U\x03abc)R.', 'no function'),
    'a state that leaves': (
        Stateful((Storage(), 20, (5,), (1,)), Named('torch', 'FloatTensor')),
        'leaves its storage'),
    'a storage called': (Called(Named('torch', 'FloatStorage'), 3), 'call'),
    'state of a name': (b'\x80\x02ccollections\nOrderedDict\n}b.', 'state'),
    'deep': (b'\x80\x02' + b')' + b'\x85' * NESTED + b'.', NO_STATE),
    'deep key': (b'\x80\x02})' + b'\x85' * NESTED + b'Ns.', 'no text'),
    'deep lists': (b'\x80\x02' + b']' * NESTED + b'a' * (NESTED - 1) + b'.',
                   'cut short'),
    'holds itself': (b'\x80\x02]q\x00h\x00a.', NO_STATE),
    'far memo': (b'\x80\x02Nr\xff\xff\xff\x7f.', NO_STATE),
    'no memo': (b'\x80\x02h\x07.', 'cut short'),
    'huge text': (b'\x80\x02X\xff\xff\xff\x7fabc.', 'cut short'),
    'huge bytes': (b'\x80\x04\x8e' + b'\xff' * 7 + b'\x7fabc.', 'cut short'),
    'huge number': (b'\x80\x02\x8b\xff\xff\xff\x7f1.', 'cut short'),
    'no end': (b'\x80\x02}', 'cut short'),
    'too long': (b'\x80\x02' + b'N' * (1 << 18) + b'.', 'cut short'),
    'empty stack': (b'\x80\x02\x86.', 'empty stack'),
    'no mark': (b'\x80\x02t.', 'cut short'),
    'no dict': ([1, 2], NO_STATE),
    'junk storage': (b'\x80\x02K\x05Q.', 'without a description'),
    'word': ({'w': tensor(Storage(_0='module'))}, 'unknown kind'),
    'kind': ({'w': tensor(Storage(_1='FloatStorage'))}, 'unknown kind'),
    'function': ({'w': tensor(Storage(_1=REBUILD))}, 'cut short'),
    'key': ({'w': tensor(Storage(_2=0))}, 'unknown kind'),
    'length': ({'w': tensor(Storage(_4=-1))}, 'unknown kind'),
    'view': ({'w': tensor(Storage(_5=('1', 0, 2)))}, 'unknown kind'),
    'longer': ({'w': tensor(Storage(length=2**40))}, 'two lengths'),
    'two kinds': ({'a': tensor(),
                   'b': tensor(Storage(kind='IntStorage'))}, 'two kinds'),
    'no such key': ({'w': tensor(Storage('1'))}, 'cut short'),
    'offset': ({'w': tensor(offset=1)}, 'leaves its storage'),
    'offset below': ({'w': tensor(offset=-1)}, 'no shape'),
    'huge offset': ({'w': tensor(offset=2**70)}, 'leaves its storage'),
    'stride': ({'w': tensor(strides=(13, 4, 1))}, 'leaves its storage'),
    'stride below': ({'w': tensor(strides=(12, 4, -1))}, 'no shape'),
    'huge stride': ({'w': tensor(shape=(1,), strides=(2**70,))}, 'cut short'),
    'expanded': ({'w': tensor(shape=(2**40,), strides=(0,))}, 'repeats'),
    'huge nothing': ({'w': tensor(shape=(0, 2**70), strides=(1, 1))}, 'cut'),
    'dimensions': ({'w': tensor(shape=(1,) * 33, strides=(1,) * 33)}, 'shape'),
    'ranks': ({'w': tensor(strides=(1,))}, 'no shape'),
    'fraction': ({'w': tensor(shape=(2.0, 3, 4))}, 'no shape'),
    'list': ({'w': tensor(shape=[2, 3, 4])}, 'no shape'),
    'few arguments': (Called(REBUILD, Storage()), 'no tensor needs'),
    'pairs': (Called(Named('collections', 'OrderedDict'), [5]), 'keys'),
}  # fmt: skip


@pytest.mark.parametrize('build', [legacy, zipped])
@pytest.mark.parametrize('kind', HOSTILE)
def test_hostile_pickles_are_refused_in_one_line(
    tmp_path, monkeypatch, build, kind
):
    state, message = HOSTILE[kind]
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, build(state))
    with pytest.raises(WeightsError, match=message) as caught:
        read_torch(path, every)
    assert '\n' not in str(caught.value)
    assert os.listdir(tmp_path) == ['a.pth']


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        (legacy({'w': tensor()}, tail=b'x'), '1 bytes behind'),
        (legacy({'w': tensor()}, ('0', '0'), [VALUES] * 2), 'two lengths'),
        (legacy({'w': tensor()}, storages=[VALUES[1]]), 'two lengths'),
        (legacy({'w': tensor()}, ('7',)), 'without a tensor'),
        (legacy({'w': tensor()}, (7,)), 'no keys'),
        (zipped({'w': tensor()}, zipfile.ZIP_DEFLATED), 'compressed'),
        (zipped({'w': tensor()}, data=b'abc'), 'two lengths'),
        (pickled({'w': 1}), 'does not begin as one'),
        (b'<html>gone</html>', 'cut short'),
        (b'', 'empty'),
    ],
)
def test_other_damage_is_refused(tmp_path, data, message):
    with pytest.raises(WeightsError, match=message):
        read_torch(written(tmp_path, data), every)


def test_two_entries_of_one_name_are_refused(tmp_path):
    path = written(tmp_path, zipped({'w': tensor()}))
    duplicate = pytest.warns(UserWarning, match='Duplicate name')
    with zipfile.ZipFile(path, 'a') as archive, duplicate:
        archive.writestr('archive/data/0', b'other')
    with pytest.raises(WeightsError, match='two of one name'):
        read_torch(path, every)


# a second is far more than such a file takes, whatever else runs here
@settings(
    deadline=1000,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from([legacy, zipped]), mutations())
def test_mutated_bytes_give_arrays_or_an_error(tmp_path, build, mutate):
    path = written(tmp_path, mutate(build({'w': tensor()})))
    assert_arrays_or_an_error(lambda: read_torch(path, every))


OPCODES = st.lists(
    st.one_of(
        st.sampled_from([b'(', b')', b']', b'}', b'a', b'b', b'e', b'h\x00',
                         b'q\x00', b's', b't', b'u', b'Q', b'R', b'\x81',
                         b'\x85', b'\x86', b'\x87', b'\x94', b'N', b'K\x01',
                         b'U\x010', b'U\x07storage', b'\x93',
                         b'ctorch\nFloatStorage\n',
                         b'ccollections\nOrderedDict\n',
                         b'ctorch._utils\n_rebuild_tensor_v2\n']),
        st.binary(min_size=1, max_size=3),
    ),
    max_size=40,
)  # fmt: skip


@settings(
    deadline=1000,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from([legacy, zipped]), OPCODES)
def test_random_pickles_give_arrays_or_an_error(tmp_path, build, opcodes):
    path = written(tmp_path, build(b'\x80\x02' + b''.join(opcodes) + b'.'))
    assert_arrays_or_an_error(lambda: read_torch(path, every))


def test_a_compressed_zip_is_named(torch, tmp_path):
    path = save(torch, {'w': torch.ones(3)}, tmp_path / 'a.pth', 'zip')
    packed = tmp_path / 'b.pth'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(
        packed, 'w', zipfile.ZIP_DEFLATED
    ) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(WeightsError, match='compressed entries'):
        read_torch(packed, every)


@pytest.mark.parametrize('place', ['before', 'behind'])
def test_bytes_around_a_zip_are_refused(torch, tmp_path, place):
    data = save(torch, {'w': torch.ones(2)}, tmp_path / 'a.pth', 'zip')
    whole = data.read_bytes()
    more = {'before': b'PKmore' + whole, 'behind': whole + b'PK' + bytes(200)}
    with pytest.raises(WeightsError, match='before its beginning or behind'):
        read_torch(written(tmp_path, more[place]), every)
