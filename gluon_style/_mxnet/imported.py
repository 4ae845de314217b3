"""The import itself, for `_mxnet/__init__.py` alone, which says when.

It takes about three seconds, turns an import error into one line, and
switches MXNet to NumPy semantics (`npx.set_np()`, once, as the chapter does).
"""

from __future__ import annotations

from .failures import missing_library, missing_module, unknown_name

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

npx.set_np()

__all__ = ['autograd', 'gluon', 'image', 'init', 'mx', 'nn', 'np', 'npx']
