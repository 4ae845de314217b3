"""Files of PyTorch's older format built by hand, without PyTorch."""

import io
import pickle
import struct

import numpy

MAGIC = 0x1950A86A20F9469CFC6C
SYSTEM = {'protocol_version': 1001, 'little_endian': True, 'type_sizes': {}}
VALUES = numpy.arange(24, dtype='float32').reshape(2, 3, 4)


class Storage:
    """Pickled as a reference to a storage."""

    def __init__(self, key='0', kind='FloatStorage', length=24, **changes):
        self.description = ['storage', Named('torch', kind), key, 'cpu',
                            length, None]  # fmt: skip
        for place, value in changes.items():
            self.description[int(place[1:])] = value


class Named:
    """Pickled as a name of a module, whether or not there is one."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Called:
    """Pickled as the call of a name."""

    def __init__(self, name, *arguments):
        self.name, self.arguments = name, arguments


class Stateful(Called):
    """Pickled as the call of a name, then a state for what came of it."""

    def __init__(self, state, name, *arguments):
        super().__init__(name, *arguments)
        self.state = state


class Pickler(pickle._Pickler):
    """Writes those above."""

    def persistent_id(self, thing):
        if isinstance(thing, Storage):
            return tuple(thing.description)
        return None

    def save(self, thing, save_persistent_id=True):
        if isinstance(thing, Named):
            self.write(f'c{thing.module}\n{thing.name}\n'.encode())
        elif isinstance(thing, Called):
            self.save(thing.name)
            self.save(thing.arguments)
            self.write(pickle.REDUCE)
            if isinstance(thing, Stateful):
                self.save(thing.state)
                self.write(pickle.BUILD)
        else:
            super().save(thing, save_persistent_id)


REBUILD = Named('torch._utils', '_rebuild_tensor_v2')


def tensor(storage=None, offset=0, shape=(2, 3, 4), strides=(12, 4, 1)):
    hooks = Called(Named('collections', 'OrderedDict'))
    storage = storage or Storage()
    return Called(REBUILD, storage, offset, shape, strides, False, hooks)


def pickled(thing):
    file = io.BytesIO()
    Pickler(file, 2).dump(thing)
    return file.getvalue()


def legacy(state, keys=('0',), storages=(VALUES,), tail=b''):
    """Return a file of the older format; `state` may be a pickle's bytes."""
    parts = [pickled(MAGIC), pickled(1001), pickled(SYSTEM)]
    parts += [state if isinstance(state, bytes) else pickled(state)]
    parts += [pickled(list(keys))]
    parts += [struct.pack('<q', i.size) + i.tobytes() for i in storages]
    return b''.join(parts) + tail


def legacy_bytes(tensors):
    """Return a file that holds float32 arrays, each in its own storage."""
    state = {
        key: tensor(
            Storage(key, length=value.size),
            shape=value.shape,
            strides=tuple(i // 4 for i in value.strides),
        )
        for key, value in tensors.items()
    }
    return legacy(state, tensors, tensors.values())
