"""The pickles in PyTorch's files, read without running anything.

Python's own unpickler runs what a file tells it to; here a file can ask for
the names below, all of which say how a tensor lies in its storage, and for
nothing else.
"""

from __future__ import annotations

import io
import pickletools
from pathlib import Path
from typing import Any, Callable

from ..errors import WeightsError
from .file_bytes import DamageError
from .torch_tensors import Blank, Storage, Tensor, described_tensor

__all__ = ['Pickle']

DTYPES = {
    'DoubleStorage': 'float64', 'FloatStorage': 'float32',
    'HalfStorage': 'float16', 'BFloat16Storage': 'bfloat16',
    'LongStorage': 'int64', 'IntStorage': 'int32', 'ShortStorage': 'int16',
    'CharStorage': 'int8', 'ByteStorage': 'uint8', 'BoolStorage': 'bool',
}  # fmt: skip
DICTIONARY = 'collections OrderedDict'
TENSORS = ('torch._utils _rebuild_tensor_v2', 'torch._utils _rebuild_tensor')
PARAMETER = 'torch._utils _rebuild_parameter'
BLANKS = ('torch.nn.parameter Parameter', 'torch FloatTensor')
STORAGES = {
    f'{module} {name}': dtype
    for name, dtype in DTYPES.items()
    for module in ('torch', 'torch.cuda')
}
NAMES = {DICTIONARY, PARAMETER, *TENSORS, *BLANKS, *STORAGES}
LITERALS = {
    'BININT', 'BININT1', 'BININT2', 'LONG1', 'BINFLOAT', 'BINUNICODE',
    'SHORT_BINUNICODE', 'BINSTRING', 'SHORT_BINSTRING',
}  # fmt: skip
FRESH: dict[str, Callable[[], Any]] = {
    'NONE': lambda: None, 'NEWTRUE': lambda: True, 'NEWFALSE': lambda: False,
    'EMPTY_TUPLE': tuple, 'EMPTY_LIST': list, 'EMPTY_DICT': dict,
}  # fmt: skip
TUPLES = {'TUPLE1': 1, 'TUPLE2': 2, 'TUPLE3': 3}


class _Name(str):
    """A name of `NAMES`; what a file spells out is a plain str."""


class Pickle:
    """Builds dicts, lists, tuples and descriptions of tensors; calls nothing.

    Whatever has another type than these is not looked at: no hash, no
    comparison, no text is made of what a file nests a million times.
    """

    def __init__(self, path: Path):
        self.path = path
        self.storages: dict[str, Storage] = {}
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def load(self, file: io.BytesIO) -> Any:
        """Build what the next pickle of a file describes."""
        for held in (self.stack, self.marks, self.memo):
            held.clear()  # type: ignore[attr-defined]
        for opcode, argument, _ in pickletools.genops(file):
            if opcode.name == 'STOP':
                return self.stack.pop()
            self._step(opcode.name, argument)
        raise DamageError('a pickle without an end')

    def _step(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name in LITERALS:
            stack.append(argument)
        elif name in FRESH:
            stack.append(FRESH[name]())
        elif name in TUPLES:
            stack.append(tuple(self._popped(len(stack) - TUPLES[name])))
        elif name in ('BINPUT', 'LONG_BINPUT'):
            self.memo[argument] = stack[-1]
        elif name in ('BINGET', 'LONG_BINGET'):
            stack.append(self.memo[argument])
        elif name == 'MARK':
            self.marks.append(len(stack))
        elif name not in ('PROTO', 'FRAME'):
            self._combine(name, argument)

    def _combine(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name == 'TUPLE':
            stack.append(tuple(self._popped(self.marks.pop())))
        elif name == 'MEMOIZE':
            self.memo[len(self.memo)] = stack[-1]
        elif name == 'GLOBAL':
            stack.append(self._known(*argument.split(' ', 1)))
        elif name == 'STACK_GLOBAL':
            stack.append(self._known(*self._popped(len(stack) - 2)))
        elif name in ('REDUCE', 'NEWOBJ'):
            arguments, function = stack.pop(), stack.pop()
            stack.append(self._called(function, arguments))
        elif name == 'BINPERSID':
            stack.append(self._storage(stack.pop()))
        elif name in ('APPEND', 'APPENDS', 'SETITEM', 'SETITEMS'):
            self._fill(name)
        elif name == 'BUILD':
            self._build(stack.pop(), stack[-1])
        else:
            raise DamageError(f'the opcode {name}')

    def _popped(self, place: int) -> list[Any]:
        if not 0 <= place <= len(self.stack):
            raise DamageError('an empty stack')
        values = self.stack[place:]
        del self.stack[place:]
        return values

    def _known(self, module: Any, attribute: Any) -> _Name:
        if type(module) is not str or type(attribute) is not str:
            raise DamageError('a name that is no text')
        name = f'{module} {attribute}'
        if name not in NAMES:
            raise WeightsError(
                f'{self.path} asks for {name[:60]!r}, which tensors do not '
                'need, so it is not read and nothing in it was run: wanted '
                'what torch.save(net.state_dict(), ...) writes'
            )
        return _Name(name)

    def _fill(self, name: str) -> None:
        size = {'APPEND': 1, 'SETITEM': 2}.get(name)
        place = len(self.stack) - size if size else self.marks.pop()
        values = self._popped(place)
        target = self.stack[-1]
        if name.startswith('APPEND') and type(target) is list:
            target.extend(values)
        elif name.startswith('SET') and type(target) is dict:
            _put(target, values[::2], values[1::2])
        else:
            raise DamageError('a list or dict expected')

    def _build(self, state: Any, target: Any) -> None:
        if type(target) is Blank and type(state) is tuple:
            target.fill(state)
        elif type(target) is not dict:  # whose state says its versions
            raise DamageError('a state of what has none')

    def _called(self, function: Any, arguments: Any) -> Any:
        if type(function) is not _Name or type(arguments) is not tuple:
            raise DamageError('a call of what is no function')
        if function in TENSORS and len(arguments) >= 4:
            return described_tensor(*arguments[:4])
        if function == PARAMETER and type(arguments[0]) is Tensor:
            return arguments[0]
        if function in BLANKS:
            blank = Blank()
            blank.fill(arguments)
            return blank
        if function == DICTIONARY and len(arguments) < 2:
            return _dictionary(*arguments)
        raise DamageError('a call that no tensor needs')

    def _storage(self, description: Any) -> Storage:
        # 'storage', its type, key, device, length and, once, its view
        if type(description) is not tuple or not 5 <= len(description) <= 6:
            raise DamageError('a storage without a description')
        word, kind, key, _, length, *view = description
        if (
            type(word) is not str
            or word != 'storage'
            or type(kind) is not _Name
            or type(key) is not str
            or type(length) is not int
            or length < 0
            or any(part is not None for part in view)
        ):
            raise DamageError('a storage of unknown kind')
        storage = Storage(key, STORAGES[kind], length)
        if self.storages.setdefault(key, storage) != storage:
            raise DamageError('a storage of two kinds')
        return storage


def _dictionary(pairs: Any = ()) -> dict[Any, Any]:
    built: dict[Any, Any] = {}
    for pair in pairs if type(pairs) is list else ():  # as Python 2 wrote it
        if type(pair) is not list:
            raise DamageError('a dict without keys')
        _put(built, pair[:1], pair[1:])
    return built


def _put(target: dict[Any, Any], keys: Any, values: Any) -> None:
    if len(keys) != len(values) or any(
        type(key) not in (str, int) for key in keys
    ):
        raise DamageError('a key that is no text')
    target.update(zip(keys, values))
