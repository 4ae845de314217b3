"""Lets a contender import MXNet as a user of today would have to.

Lends it what NumPy and Python have dropped, and nothing else of gluon_style:
neither its threads nor its memory settings.
"""

import runpy
import sys
from pathlib import Path

NAMES = (
    Path(__file__).resolve().parent.parent
    / 'gluon_style'
    / '_mxnet'
    / 'numpy_names.py'
)

try:
    import distutils  # noqa: F401  (gone since Python 3.12)
except ImportError:
    import setuptools  # noqa: F401

names = runpy.run_path(str(NAMES))
with names['lent']():
    import mxnet  # noqa: F401
names['bind_to_copy'](sys.modules)
