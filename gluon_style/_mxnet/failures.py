"""Why MXNet cannot be imported, in one line that says what to do."""

from __future__ import annotations

import sys

from ..errors import MXNetError, SystemLibraryError

INSTALL = 'pip install --no-deps mxnet==1.9.1'
WHY_ALONE = (
    ' (by itself, because its own requirements allow no NumPy that there is '
    'for this Python)'
    if sys.version_info >= (3, 13)
    else ''
)
LINK = 'python -m gluon_style._mxnet.link_libraries'
PACKAGES = {
    'libgomp.so.1': 'libgomp1',
    'libquadmath.so.0': 'libquadmath0',
    'libGL.so.1': 'libgl1',
    'libgthread-2.0.so.0': 'libglib2.0-0',
    'libglib-2.0.so.0': 'libglib2.0-0',
}
LINKED = ('libgomp.so.1', 'libquadmath.so.0')  # by link_libraries
ARM = ('libarmpl_lp64_mp.so', 'libamath.so', 'libastring.so')


def missing_library(error: Exception) -> SystemLibraryError:
    """Turn a loader's error into one line that says what to install."""
    library = str(error).split(':')[0].strip()
    if '.so' not in library:
        return SystemLibraryError(f'a library cannot be loaded: {error}')
    return SystemLibraryError(
        f'the system library {library} is missing: {_remedy(library)}'
    )


def _remedy(library: str) -> str:
    if library in ARM:
        return (
            "MXNet's wheel for aarch64 needs the Arm Performance Libraries, "
            'which it does not bring and Debian does not have'
        )
    package = PACKAGES.get(library)
    if not package:
        return 'install the package of your system that provides it'
    install = (
        f'install it, for example: apt-get install {package} (Debian, Ubuntu)'
    )
    if library in LINKED:
        return f'{install}, or, without root: {LINK}'
    return install


def missing_module(error: ModuleNotFoundError) -> MXNetError:
    """Say how to install MXNet, or a module that it imports."""
    name = error.name or str(error)
    if name == 'mxnet':
        return MXNetError(f'MXNet is not installed: {INSTALL}{WHY_ALONE}')
    if name == 'distutils':
        name = 'setuptools'
    return MXNetError(f'MXNet needs {name}: pip install {name}')


def unknown_name(error: AttributeError) -> MXNetError:
    """Say that NumPy or Python is newer than what was tried."""
    import numpy

    return MXNetError(
        f'MXNet 1.9.1 cannot be imported with NumPy {numpy.__version__} '
        f'({error}): install an older one, such as the one that '
        "gluon_style's requirements name"
    )
