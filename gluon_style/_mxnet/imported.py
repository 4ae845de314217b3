"""The import itself, for `_mxnet/__init__.py` alone, which says when.

It takes about three seconds, turns an import error into one line, and
switches MXNet to NumPy semantics (`npx.set_np()`, as the chapter does), in
this thread and in all others.
"""

from __future__ import annotations

import threading

from .failures import missing_library, missing_module, unknown_name
from .room import check_room

check_room()

try:
    import mxnet as mx
except ModuleNotFoundError as error:
    raise missing_module(error) from None
except OSError as error:
    raise missing_library(error) from None
except AttributeError as error:
    raise unknown_name(error) from None

from mxnet import autograd, gluon, image, init, np, npx
from mxnet.gluon import nn
from mxnet.util import _NumpyArrayScope, set_np_shape

npx.set_np()
GLOBALLY = 2  # the switch of shapes in every thread, not in this one alone
set_np_shape(GLOBALLY)


class _OnInEveryThread(threading.local):
    """MXNet's switch of arrays: on in a thread until it says otherwise."""

    def __init__(self) -> None:
        self.value = _NumpyArrayScope(True)


_NumpyArrayScope._current = _OnInEveryThread()

__all__ = ['autograd', 'gluon', 'image', 'init', 'mx', 'nn', 'np', 'npx']
