"""What happens around the import of MXNet, whoever imports it.

`from mxnet import np` works as soon as `gluon_style` has been imported, on
every NumPy and Python that the package supports.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Sequence


def watch_for_mxnet() -> None:
    """Prepare the import of MXNet, whenever it comes."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds MXNet where the path has it; leaves all else to the others."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find MXNet, and surround its execution with what it needs."""
        if fullname != 'mxnet':
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_prepared(module: ModuleType) -> None:
            from .numpy_names import bind_to_copy, lent  # which need NumPy

            restore_distutils()
            with lent():
                execute(module)
            bind_to_copy(sys.modules)

        spec.loader.exec_module = execute_prepared  # type: ignore
        return spec


def restore_distutils() -> None:
    """Give back `distutils`, gone since Python 3.12, from setuptools."""
    try:
        import distutils  # noqa: F401
    except ImportError:
        with contextlib.suppress(ImportError):
            import setuptools  # noqa: F401  (brings a distutils of its own)
