"""Weights of small networks and the bytes of files that hold them."""

import struct
import subprocess
import sys

import numpy
from hypothesis import strategies as st

from gluon_style.errors import WeightsError
from gluon_style.vgg.layers import CONVOLUTIONS, vgg19_layers

NARROW = (4, 6, 8, 10, 6)  # channels of the five blocks
TYPES = ('float32', 'float64', 'float16', 'uint8', 'int32', 'int8', 'int64')
MAGICS = {1: 0xF993FAC8, 2: 0xF993FAC9, 3: 0xF993FACA}


def network_tensors(rng, filters=NARROW, deepest=28):
    """Return weights drawn after He et al. under torchvision's names."""
    tensors = {}
    for layer in vgg19_layers(filters):
        if layer.index > deepest:
            break
        for key, shape in layer.shapes.items():
            spread = (2 / max(1, numpy.prod(shape[1:]))) ** 0.5
            values = rng.standard_normal(shape) * spread
            tensors[key] = values.astype('float32')
    return tensors


def gluon_names(tensors, style):
    """Rename tensors as Gluon did at one time or another."""
    renamed = {}
    for key, value in tensors.items():
        _, index, kind = key.split('.')
        count = CONVOLUTIONS.index(int(index))
        name = {'index': key, 'count': f'vgg0_conv{count}_{kind}'}[style]
        renamed[name] = value
    dense = {'index': 'features.37.weight', 'count': 'vgg0_dense0_weight'}
    renamed[dense[style]] = numpy.ones((5, 6), 'float32')
    return renamed


def array_bytes(array, version):
    head = b'' if not version else struct.pack('<I', MAGICS[version])
    head += struct.pack('<i', 0) if version > 1 else b''
    dims = f'<I{array.ndim}{"q" if version else "I"}'
    return (
        head
        + struct.pack(dims, array.ndim, *array.shape)
        + struct.pack('<3i', 1, 0, TYPES.index(array.dtype.name))
        + array.tobytes()
    )


def params_bytes(tensors, version):
    """Return a .params file as MXNet's source says it is written."""
    names = b''.join(
        struct.pack('<Q', len(name)) + name.encode() for name in tensors
    )
    return (
        struct.pack('<3Q', 0x112, 0, len(tensors))
        + b''.join(array_bytes(i, version) for i in tensors.values())
        + struct.pack('<Q', len(tensors))
        + names
    )


def run_in_fresh_mxnet(code, *arguments):
    """Run code in a process that has imported MXNet without `set_np`."""
    prologue = (
        'import sys, numpy, gluon_style\n'
        'import mxnet as mx\n'
        'assert not mx.util.is_np_shape()\n'
    )
    result = subprocess.run(
        [sys.executable, '-c', prologue + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def every(_):
    """Ask for the arrays of all names."""
    return True


@st.composite
def mutations(draw):
    """Draw a function that overwrites, cuts or lengthens bytes."""
    places = st.floats(0, 1, exclude_max=True)
    edits = draw(
        st.lists(st.tuples(places, st.binary(min_size=1, max_size=9)))
    )
    kept = draw(st.one_of(st.just(1), st.floats(0, 1)))
    more = draw(st.one_of(st.just(b''), st.binary(max_size=9)))

    def mutate(data):
        changed = bytearray(data)
        for share, new in edits:
            place = int(share * len(data))
            changed[place : place + len(new)] = new
        return bytes(changed[: int(kept * len(changed))]) + more

    return mutate


def assert_arrays_or_an_error(read):
    """Call `read`: arrays come of it, or a WeightsError of one line.

    Returns the arrays; none after an error.
    """
    try:
        arrays = read()
    except WeightsError as error:
        arrays = {}
        lines = str(error).splitlines()
    else:
        lines = ['']
    assert len(lines) == 1
    assert all(type(array) is numpy.ndarray for array in arrays.values())
    return arrays
