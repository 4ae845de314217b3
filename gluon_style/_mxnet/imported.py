"""The one door to MXNet: every other module imports it from here.

Importing this module takes about three seconds and switches MXNet to NumPy
semantics (`npx.set_np()`, once, as the chapter does).
"""

from __future__ import annotations

from .runtime import missing_library, restore_distutils

restore_distutils()

try:
    import mxnet as mx
except OSError as error:
    raise missing_library(error) from None

from mxnet import autograd, gluon, image, init, np, npx
from mxnet.gluon import nn

npx.set_np()

__all__ = ['autograd', 'gluon', 'image', 'init', 'mx', 'nn', 'np', 'npx']
