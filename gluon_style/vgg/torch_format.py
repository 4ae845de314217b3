"""PyTorch's `.pth` files, both formats, without PyTorch.

The tensors are described by a pickle: in a zip beside the raw storages, or
(before PyTorch 1.6, and in torchvision's VGG-19) in a sequence of pickles
with the raw storages behind.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

from ..errors import WeightsError
from .file_bytes import (
    Cursor,
    DamageError,
    FileBytes,
    Keep,
    Tensors,
    damage_explained,
    held_or_opened,
)
from .torch_pickle import Pickle
from .torch_tensors import Blank, Tensor

__all__ = ['read_torch']

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
ZIP_END, ZIP_END_SIZE = b'PK\5\6', 22
LONGEST_PICKLE = 1 << 18  # bytes; VGG-19's are 5,000
MOST_ENTRIES = 10_000
DAMAGE = (ValueError, IndexError, KeyError, EOFError, OverflowError,
          NotImplementedError, struct.error, zipfile.BadZipFile)  # fmt: skip


def read_torch(
    path: Path, keep: Keep, data: FileBytes | None = None
) -> Tensors:
    """Read the tensors of a state dict that are asked for.

    Parameters
    ----------
    path : Path
        A file written by `torch.save(net.state_dict(), ...)`, or by
        `torch.save({'state_dict': net.state_dict(), ...}, ...)`.
    keep : callable
        Which names are asked for; the others' bytes are never touched.
    data : FileBytes, optional
        The file, where it is open already.

    Returns
    -------
    dict of str to numpy.ndarray
        By the file's own names and in its own types; bfloat16 as float32.

    Raises
    ------
    WeightsError
        It is not such a file, or asks for a name that tensors do not need;
        no code of a file is ever run.
    """
    with damage_explained(path, *DAMAGE), held_or_opened(path, data) as file:
        is_zip = file.read(0, min(2, file.size)) == b'PK'
        reader = _read_zip if is_zip else _read_legacy
        state, starts = reader(path, file)
        if type(state) is dict and type(state.get('state_dict')) is dict:
            state = state['state_dict']
        if type(state) is not dict:
            raise DamageError('it holds no state dict')
        tensors = {
            key: value.tensor if type(value) is Blank else value
            for key, value in state.items()
            if type(key) is str and keep(key)
        }
        return {
            key: tensor.values(file, starts[tensor.storage.key])
            for key, tensor in tensors.items()
            if type(tensor) is Tensor
        }


def _read_legacy(path: Path, data: FileBytes) -> tuple[Any, dict[str, int]]:
    file = io.BytesIO(data.read(0, min(LONGEST_PICKLE, data.size)))
    pickle = Pickle(path)
    if pickle.load(file) != MAGIC or pickle.load(file) != PROTOCOL:
        raise DamageError('it does not begin as one')
    system = pickle.load(file)
    if type(system) is not dict or system.get('little_endian') is not True:
        raise DamageError('it was not written on a little-endian machine')
    state, keys = pickle.load(file), pickle.load(file)
    if type(keys) is not list or any(type(key) is not str for key in keys):
        raise DamageError('its storages have no keys')
    cursor, starts = Cursor(data, file.tell()), {}
    for key in keys:
        storage = pickle.storages.get(key)
        if storage is None:
            raise DamageError('a storage without a tensor')
        if cursor.numbers('q') != (storage.length,) or key in starts:
            raise DamageError('a storage of two lengths')
        starts[key] = cursor.skip(storage.length * storage.stored.itemsize)
    cursor.finish()
    return state, starts


def _read_zip(path: Path, data: FileBytes) -> tuple[Any, dict[str, int]]:
    with zipfile.ZipFile(data.file) as archive:
        entries = archive.infolist()
        end = data.size - len(archive.comment) - ZIP_END_SIZE
    first = min((entry.header_offset for entry in entries), default=0)
    if first or data.read(end, 4) != ZIP_END:
        raise DamageError('bytes before its beginning or behind its end')
    if any(entry.compress_type for entry in entries):
        raise WeightsError(
            f'{path} is a zip with compressed entries, which PyTorch neither '
            'writes nor reads: unpack it and pack it again without '
            'compression (zip -0 -r)'
        )
    places = {
        entry.filename.partition('/')[2]: _place(entry, data)
        for entry in entries[:MOST_ENTRIES]
    }
    if len(places) < len(entries):
        raise DamageError('too many entries, or two of one name')
    if 'byteorder' in places and data.read(*places['byteorder']) != b'little':
        raise DamageError('it was not written on a little-endian machine')
    start, size = places['data.pkl']
    text = data.read(start, min(size, LONGEST_PICKLE))
    pickle = Pickle(path)
    state = pickle.load(io.BytesIO(text))
    starts = {}
    for key, storage in pickle.storages.items():
        starts[key], size = places[f'data/{key}']
        if size != storage.length * storage.stored.itemsize:
            raise DamageError('a storage of two lengths')
    return state, starts


def _place(entry: zipfile.ZipInfo, data: FileBytes) -> tuple[int, int]:
    """Return where the bytes of an entry lie, and how many there are."""
    cursor = Cursor(data, entry.header_offset)
    cursor.skip(26)
    cursor.skip(sum(cursor.numbers('H', 2)))
    if entry.file_size != entry.compress_size:
        raise DamageError('an entry of two lengths')
    return cursor.skip(entry.file_size), entry.file_size
