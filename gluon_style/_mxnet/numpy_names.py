"""NumPy's dropped names, lent to MXNet 1.9.1 and to nobody else.

MXNet was made for NumPy 1.16 to 1.23 and looks up names that later ones have
dropped: `bool` (missing in 1.24 to 1.26; NumPy 2 has one of its own, which
stays) and, since NumPy 2, the `NAMES` below. `import_hook`

1. sets the missing names on `numpy` while MXNet is imported (`lent`), and
   only then, because most of them are looked up there and then;
2. removes them again, and binds MXNet's modules to a copy of NumPy's
   namespace with all of them in it (`bind_to_copy`), for those that it looks
   up at run time: `bool`, `Inf` and `compat`.

What remains visible to other libraries: nothing; `numpy` is afterwards what
it was. Only what MXNet's import brings in itself (requests, OpenCV, and
scikit-learn where it is installed) sees the names of step 1 while it is
executed, if it was not imported before. `float_`,
`complex_`, `unicode_`, `string_`, `infty`, `cumproduct`, `row_stack` and
`asfarray`, which NumPy 2 dropped too, are not lent: MXNet never asks for
them. `tests/test_numpy_names.py` reads MXNet's source for what it asks for.
"""

from __future__ import annotations

import contextlib
from types import ModuleType, SimpleNamespace
from typing import Any, Callable, Iterator

import numpy

NAMES: dict[str, Any] = {
    'NaN': numpy.nan,
    'NAN': numpy.nan,
    'Inf': numpy.inf,
    'PINF': numpy.inf,
    'NINF': -numpy.inf,
    'PZERO': 0.0,
    'NZERO': -0.0,
    'product': numpy.prod,
    'sometrue': numpy.any,
    'alltrue': numpy.all,
    'round_': numpy.round,
    'trapz': getattr(numpy, 'trapezoid', None),  # its name in NumPy 2
    'in1d': lambda a, b, **kw: numpy.isin(numpy.ravel(a), b, **kw),
    'msort': lambda a: numpy.sort(a, axis=0),
}
FINANCIAL = ('mirr', 'npv', 'pmt', 'ppmt', 'pv', 'rate')
RUN_TIME_ONLY = {'compat': SimpleNamespace(basestring=(str,))}


@contextlib.contextmanager
def lent() -> Iterator[None]:
    """Set the missing names on `numpy`, and remove them at the end."""
    names = missing_names()
    for name, value in names.items():
        setattr(numpy, name, value)
    try:
        yield
    finally:
        for name in names:
            delattr(numpy, name)


def bind_to_copy(modules: dict[str, ModuleType]) -> None:
    """Bind MXNet's modules to a copy of NumPy that has all the names."""
    copy = ModuleType('numpy', numpy.__doc__)
    vars(copy).update(vars(numpy))
    vars(copy).update(missing_names())
    for name, value in RUN_TIME_ONLY.items():
        vars(copy).setdefault(name, value)
    for name, module in list(modules.items()):
        if name.partition('.')[0] == 'mxnet' and module is not None:
            for alias, value in list(vars(module).items()):
                if value is numpy:
                    setattr(module, alias, copy)


def missing_names() -> dict[str, Any]:
    """Those of the names that this NumPy does not have, with their values.

    A name that NumPy still answers for with a warning only (`bool` in 1.20
    to 1.23, the financial functions up to 1.26) counts as missing.
    """
    names = {
        'bool': bool,
        **NAMES,
        **{name: _financial(name) for name in FINANCIAL},
    }
    return {k: v for k, v in names.items() if k not in vars(numpy)}


def _financial(name: str) -> Callable[..., Any]:
    def stub(*_: Any, **__: Any) -> Any:
        raise NotImplementedError(
            f'numpy.{name} is not there: NumPy has dropped its financial '
            'functions, and gluon_style puts this stub into the place where '
            f"MXNet expects it; numpy_financial.{name} is NumPy's successor"
        )

    stub.__name__ = name
    return stub
