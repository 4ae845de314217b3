"""What MXNet asks NumPy for, and who else sees it."""

import ast
import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy
import pytest

from gluon_style._mxnet import failures, numpy_names
from gluon_style.errors import MXNetError

PACKAGE = Path(importlib.util.find_spec('mxnet').origin).parent
SOURCES = sorted(PACKAGE.rglob('*.py'))
NOT_LENT = {'int'}  # in mxnet.test_utils only


def names_of_numpy_in(path):
    """Attributes of numpy in a file: `onp.x` where it imports numpy as onp."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # escapes in MXNet's docstrings
        tree = ast.parse(path.read_text(encoding='utf-8'))
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == 'numpy'
    }
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
    } | {
        # the names of functions that MXNet registers with NumPy's protocol
        name.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], 'id', '') == '_NUMPY_ARRAY_FUNCTION_LIST'
        for name in node.value.elts
        if '.' not in name.value
    }


def test_every_name_that_mxnet_asks_for_is_there():
    asked = set().union(*map(names_of_numpy_in, SOURCES))
    assert {'bool', 'PZERO', 'sometrue', 'float32'} <= asked
    lent = {*numpy_names.missing_names(), *numpy_names.RUN_TIME_ONLY}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of names that NumPy will drop
        missing = {name for name in asked if not hasattr(numpy, name)}
    assert missing <= lent | NOT_LENT
    ours = {*numpy_names.NAMES, *numpy_names.FINANCIAL, 'bool', 'compat'}
    assert ours <= asked, 'a name is lent that MXNet does not ask for'


@pytest.mark.parametrize('first', ['gluon_style._mxnet.imported', 'mxnet'])
def test_numpy_is_afterwards_what_it_was(first):
    code = (
        'import sys, numpy; before = dict(vars(numpy))\n'
        f'import gluon_style, {first}\n'
        'from gluon_style._mxnet import numpy_names\n'
        'names = {"bool", *numpy_names.NAMES, *numpy_names.FINANCIAL}\n'
        'for name in names:\n'
        '    there, now = name in before, name in vars(numpy)\n'
        '    assert there == now, name\n'
        '    assert before.get(name) is vars(numpy).get(name), name\n'
        'import mxnet\n'
        'theirs = mxnet.numpy.multiarray._np\n'
        'assert theirs is not numpy\n'
        'assert names <= set(vars(theirs))\n'
        'assert theirs.ndarray is numpy.ndarray\n'
        'assert theirs.compat.basestring'
    )
    subprocess.run([sys.executable, '-c', code], check=True)


def test_the_names_are_there_during_the_import_and_after_a_failed_one_not(
    tmp_path,
):
    (tmp_path / 'mxnet.py').write_text(
        'import numpy\n'
        'assert numpy.NaN != numpy.NaN and numpy.PINF > 0 > numpy.NINF\n'
        'assert str(numpy.NZERO) == "-0.0" and numpy.bool(1) == True\n'
        'import distutils.version\n'
        'raise OSError("libgomp.so.1: cannot open")\n'
    )
    code = (
        f'import sys; sys.path.insert(0, {str(tmp_path)!r})\n'
        'import numpy; before = set(vars(numpy))\n'
        'import gluon_style\n'
        'try: import mxnet\n'
        'except OSError: pass\n'
        'else: sys.exit("no error")\n'
        'after = set(vars(numpy)) - before\n'
        'assert not after & {"NaN", "PINF", "bool", "rate"}, after'
    )
    subprocess.run([sys.executable, '-c', code], check=True)


def test_the_names_do_what_they_did():
    names = {**vars(numpy), **numpy_names.missing_names()}
    a = numpy.array([[3.0, 1.0], [2.0, 5.0]])
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)  # of NumPy's own
        assert names['product'](a) == 30
        assert names['sometrue'](a > 4)
        assert not names['alltrue'](a > 4)
        assert (names['round_'](a / 3, 1) == [[1, 0.3], [0.7, 1.7]]).all()
        assert (names['trapz'](a) == [2, 3.5]).all()
        assert (names['msort'](a) == [[2, 1], [3, 5]]).all()
        assert list(names['in1d'](a, [1, 2])) == [False, True, True, False]
        assert list(names['in1d'](a, [1, 2], invert=True)) == [
            *(True, False, False, True)
        ]


def test_a_name_that_numpy_has_is_left_alone():
    assert not set(numpy_names.missing_names()) & set(vars(numpy))
    if numpy.__version__ >= '2':
        assert 'bool' not in numpy_names.missing_names()


@pytest.mark.parametrize('name', numpy_names.FINANCIAL)
def test_a_stub_says_what_it_is(name):
    stub = numpy_names.missing_names()[name]
    with pytest.raises(NotImplementedError, match=f'numpy_financial.{name}'):
        stub(0.1, 2)


def test_only_mxnets_modules_are_bound_to_the_copy():
    theirs, others = ModuleType('mxnet.nd'), ModuleType('mxnetwork')
    theirs.onp = others.onp = numpy
    numpy_names.bind_to_copy({'mxnet.nd': theirs, 'mxnetwork': others})
    assert others.onp is numpy
    assert theirs.onp is not numpy
    assert theirs.onp.sum is numpy.sum


def test_without_mxnet_one_line_says_how_to_install_it(tmp_path):
    code = (
        'import sys; sys.modules["mxnet"] = None\n'
        'from gluon_style.cli import main\n'
        'sys.exit(main())'
    )
    result = subprocess.run(
        [sys.executable, '-c', code, 'transfer', 'sample:mountain-lake',
         'sample:autumn-avenue', '-o', str(tmp_path / 'a.png')],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    (line,) = result.stderr.splitlines()
    assert 'pip install --no-deps mxnet==1.9.1' in line
    assert ('no NumPy' in line) == (sys.version_info >= (3, 13))
    assert result.returncode == 1


def test_a_missing_requirement_of_mxnet_is_named():
    error = ModuleNotFoundError("No module named 'distutils'")
    error.name = 'distutils'
    assert 'pip install setuptools' in str(failures.missing_module(error))
    error.name = 'requests'
    assert 'pip install requests' in str(failures.missing_module(error))
    assert isinstance(failures.missing_module(error), ImportError)


def test_a_newer_numpy_is_named():
    error = failures.unknown_name(AttributeError('no attribute foo'))
    assert isinstance(error, MXNetError)
    assert numpy.__version__ in str(error)
