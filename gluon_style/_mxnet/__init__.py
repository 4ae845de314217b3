"""The one door to MXNet 1.9.1: every other module imports it from here.

`runtime` makes the process fit for it; `imported` imports it, when one of the
names below is first used, which takes about three seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arrays import check_arrays

if TYPE_CHECKING:
    from .imported import autograd, gluon, image, init, mx, nn, np, npx

__all__ = ['autograd', 'check_arrays', 'gluon', 'image', 'init', 'mx', 'nn',
           'np', 'npx']  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import MXNet when one of its names is first used."""
    if name not in __all__:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from . import imported

    return getattr(imported, name)
