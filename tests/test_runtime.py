"""What happens before MXNet is imported."""

import os
import subprocess
import sys

import pytest

import gluon_style
from gluon_style._mxnet import failures, runtime
from gluon_style.errors import StyleError


def python(code, **environment):
    """Run code in a fresh process; return its output."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if k != 'OMP_NUM_THREADS' and not k.startswith('MALLOC_')
    }
    return subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **environment},
    ).stdout.strip()


THREADS = 'import os, gluon_style; print(os.environ["OMP_NUM_THREADS"])'


def test_threads_are_the_physical_cores():
    assert python(THREADS) == str(runtime.physical_cores())


def test_threads_respect_an_existing_setting():
    assert python(THREADS, OMP_NUM_THREADS='7') == '7'


def test_one_copy_of_working_memory_unless_it_is_set():
    code = 'import os, gluon_style; print(os.environ["MXNET_CPU_TEMP_COPY"])'
    assert python(code, MXNET_CPU_TEMP_COPY='3') == '3'
    clean = f'import os; os.environ.pop("MXNET_CPU_TEMP_COPY", None)\n{code}'
    assert python(clean) == '1'


@pytest.mark.skipif(
    not hasattr(os, 'sched_setaffinity'), reason='needs CPU affinity'
)
def test_threads_respect_affinity():
    one = min(os.sched_getaffinity(0))
    assert (
        python(f'import os; os.sched_setaffinity(0, [{one}])\n{THREADS}')
        == '1'
    )


def test_hyper_threads_count_once(monkeypatch):
    monkeypatch.setattr(
        os, 'sched_getaffinity', lambda _: {0, 1, 2, 3}, raising=False
    )
    monkeypatch.setattr(runtime, '_siblings', lambda cpu: f'{cpu % 2},')
    assert runtime.physical_cores() == 2


def test_importing_the_package_does_not_import_mxnet():
    code = 'import sys, gluon_style; print("mxnet" in sys.modules)'
    assert python(code) == 'False'


def test_mxnet_imported_first_is_warned_about():
    code = (
        'import warnings\n'
        'import sys, types; sys.modules["mxnet"] = types.ModuleType("mxnet")\n'
        'with warnings.catch_warnings(record=True) as caught:\n'
        '    warnings.simplefilter("always")\n'
        '    import gluon_style\n'
        'print(caught[-1].message)'
    )
    assert 'import gluon_style first' in python(code)


def test_numpy_semantics_are_on():
    assert gluon_style.gram  # imports MXNet
    from gluon_style._mxnet import np, npx

    assert npx.is_np_array()
    assert np.zeros(()).shape == ()


FAULTS = (
    'import resource, gluon_style\n'
    'from gluon_style._mxnet import np, npx\n'
    'def work():\n'
    '    for _ in range(5): (np.ones((3, 2048, 2048)) + 1).wait_to_read()\n'
    'for _ in range(4): work()\n'
    'before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n'
    'work()\n'
    'print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)'
)


@pytest.mark.skipif(
    not sys.platform.startswith('linux'), reason='glibc is on Linux'
)
def test_freed_memory_is_kept():
    # 10 arrays of 48 MiB are 122,880 pages of 4 KiB; from 32 MiB on glibc
    # maps and unmaps each anew
    assert int(python(FAULTS)) < 10000
    assert int(python(FAULTS, GLUON_STYLE_MALLOC='system')) > 60000
    assert int(python(FAULTS, MALLOC_TOP_PAD_='0')) > 60000


@pytest.mark.parametrize(
    ('library', 'package', 'linked'),
    [
        ('libgomp.so.1', 'libgomp1', True),
        ('libquadmath.so.0', 'libquadmath0', True),
        ('libGL.so.1', 'libgl1', False),
    ],
)
def test_missing_libraries_are_named(library, package, linked):
    error = OSError(f'{library}: cannot open shared object file: No such file')
    message = str(failures.missing_library(error))
    assert library in message
    assert f'apt-get install {package}' in message
    assert ('link_libraries' in message) == linked
    assert '\n' not in message
    assert isinstance(failures.missing_library(error), StyleError)


def test_a_missing_library_is_one_line_for_the_user(tmp_path):
    (tmp_path / 'mxnet.py').write_text(
        'raise OSError("libgomp.so.1: cannot open shared object file: '
        'No such file or directory")'
    )
    result = subprocess.run(
        [sys.executable, '-m', 'gluon_style', 'transfer',
         'sample:mountain-lake', 'sample:autumn-avenue', '-o', 'a.png'],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(tmp_path)},
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        'gluon-style: the system library libgomp.so.1 is missing: install '
        'it, for example: apt-get install libgomp1 (Debian, Ubuntu), or, '
        'without root: python -m gluon_style._mxnet.link_libraries'
    ]
    assert not (tmp_path / 'a.png').exists()


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match='no attribute .nothing'):
        _ = gluon_style.nothing


@pytest.mark.parametrize('name', gluon_style.__all__)
def test_every_public_name_can_be_had(name):
    assert getattr(gluon_style, name) is not None
    assert name in dir(gluon_style)
