"""Give MXNet the two system libraries it needs, on a machine without root.

`python -m gluon_style._mxnet.link_libraries`, which `make` runs too.

MXNet's library looks for others in its own folder first, and wheels carry
copies of what a bare system lacks: SciPy's and OpenCV's have libquadmath,
pykdtree's (0.5 MB) has libgomp and is installed if no wheel here does. A
link in the installed `mxnet` folder, under the name that MXNet asks for, is
all it takes. Where the system has a library nothing is linked; the system
itself is left alone.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path

from .failures import INSTALL, LINKED, PACKAGES

CARRIER = 'pykdtree'  # the smallest wheel with libgomp that was found


def main() -> int:
    """Link what is missing; say what was done; 1 if something still is."""
    spec = importlib.util.find_spec('mxnet')
    if spec is None or not spec.submodule_search_locations:
        _say(f'MXNet is not installed: {INSTALL}')
        return 1
    folder = Path(spec.submodule_search_locations[0])
    provided = [provide(name, folder) for name in needed()]
    return int(not all(provided))


def needed() -> list[str]:
    """Names of the libraries that this machine's MXNet asks the system for."""
    if not sys.platform.startswith('linux'):
        return []
    only_x86 = ['libquadmath.so.0']
    return [
        name
        for name in LINKED
        if platform.machine() == 'x86_64' or name not in only_x86
    ]


def provide(name: str, folder: Path) -> bool:
    """Link a library into MXNet's folder unless the system has it.

    Parameters
    ----------
    name
        The name that MXNet asks for, such as `'libgomp.so.1'`.
    folder
        Where MXNet is installed.

    Returns
    -------
    bool
        Whether MXNet has the library now.
    """
    link = folder / name
    if link.exists() or loads(name):
        return True
    copy = carried(name)
    if copy is None and name == 'libgomp.so.1':
        _say(f'the system has no {name}: installing {CARRIER}, which has')
        pip = [sys.executable, '-m', 'pip', '-q', 'install', CARRIER]
        options = ['--no-deps', '--only-binary', ':all:']
        subprocess.run([*pip, *options], check=False)
        copy = carried(name)
    if copy is None:
        _say(
            f'no wheel that is installed here carries {name}: ask for the '
            f'package {PACKAGES[name]} (Debian, Ubuntu)'
        )
        return False
    try:
        if link.is_symlink():  # to a wheel that has gone
            link.unlink()
        link.symlink_to(os.path.relpath(copy, folder))
    except OSError as error:
        _say(f'{link} cannot be linked: {error.strerror}')
        return False
    _say(f'the system has no {name}: linked {copy.name} of {copy.parent.name}')
    return True


def loads(name: str) -> bool:
    """Whether the system's loader finds a library by its name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def carried(name: str) -> Path | None:
    """Find a copy of a library that an installed wheel carries.

    auditwheel puts it into a folder such as `scipy.libs`, with a hash in its
    name: `libgomp.so.1` is `libgomp-870cb1d0.so.1.0.0` there.
    """
    stem, _, version = name.partition('.so.')
    for key in ('platlib', 'purelib'):
        packages = Path(sysconfig.get_path(key))
        copies = packages.glob(f'*.libs/{stem}-*.so.{version}*')
        for copy in sorted(copies):
            return copy
    return None


def _say(line: str) -> None:
    sys.stdout.write(f'{line}\n')


if __name__ == '__main__':
    sys.exit(main())
