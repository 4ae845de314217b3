"""MXNet's libraries from wheels, and what a bare machine is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gluon_style._mxnet import link_libraries

TOOLS = Path(__file__).parent.parent / 'tools'
LINUX = pytest.mark.skipif(
    not sys.platform.startswith('linux'), reason='only Linux needs links'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An environment of its own, with MXNet's folder in it."""
    packages = tmp_path / 'site-packages'
    (packages / 'mxnet').mkdir(parents=True)
    monkeypatch.setattr(
        link_libraries.sysconfig, 'get_path', lambda _: str(packages)
    )
    monkeypatch.setattr(link_libraries, 'loads', lambda _: False)
    return packages / 'mxnet'


def carry(folder, wheel, name):
    library = folder.parent / f'{wheel}.libs' / name
    library.parent.mkdir(exist_ok=True)
    library.write_bytes(b'library')
    return library


def test_a_wheels_copy_is_linked(folder, capsys):
    copy = carry(folder, 'scipy', 'libquadmath-96973f99.so.0.0.0')
    assert link_libraries.provide('libquadmath.so.0', folder)
    link = folder / 'libquadmath.so.0'
    assert link.resolve() == copy
    assert not os.path.isabs(os.readlink(link))
    assert 'linked libquadmath-96973f99.so.0.0.0' in capsys.readouterr().out


def test_nothing_is_linked_where_the_system_has_it(folder, monkeypatch):
    carry(folder, 'scipy', 'libquadmath-96973f99.so.0.0.0')
    monkeypatch.setattr(link_libraries, 'loads', lambda _: True)
    assert link_libraries.provide('libquadmath.so.0', folder)
    assert list(folder.iterdir()) == []


def test_a_link_to_a_wheel_that_has_gone_is_renewed(folder):
    gone = carry(folder, 'scipy', 'libquadmath-1.so.0.0.0')
    assert link_libraries.provide('libquadmath.so.0', folder)
    gone.unlink()
    copy = carry(folder, 'scipy', 'libquadmath-2.so.0.0.0')
    assert link_libraries.provide('libquadmath.so.0', folder)
    assert (folder / 'libquadmath.so.0').resolve() == copy


def test_a_wheel_with_libgomp_is_installed_where_none_is(
    folder, monkeypatch, capsys
):
    def install(command, check):
        assert command[:3] == [sys.executable, '-m', 'pip']
        assert {'pykdtree', '--no-deps'} <= set(command)
        carry(folder, 'pykdtree', 'libgomp-870cb1d0.so.1.0.0')

    monkeypatch.setattr(link_libraries.subprocess, 'run', install)
    assert link_libraries.provide('libgomp.so.1', folder)
    assert (folder / 'libgomp.so.1').exists()
    assert 'installing pykdtree' in capsys.readouterr().out


def test_what_no_wheel_carries_is_said(folder, capsys):
    assert not link_libraries.provide('libquadmath.so.0', folder)
    assert 'libquadmath0' in capsys.readouterr().out
    assert list(folder.iterdir()) == []


@LINUX
def test_the_systems_loader_is_asked():
    assert link_libraries.loads('libc.so.6')
    assert not link_libraries.loads('libnothing.so.0')


@LINUX
def test_the_command_leaves_a_working_machine_alone():
    result = subprocess.run(
        [sys.executable, '-m', 'gluon_style._mxnet.link_libraries'],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, '')


@pytest.fixture
def bare(tmp_path):
    """A PATH with nothing on it but what every Debian has."""
    for name in ('sh', 'dirname', 'uname', 'grep', 'ldd'):
        for place in ('/usr/bin', '/bin'):
            if os.path.exists(f'{place}/{name}'):
                (tmp_path / name).symlink_to(f'{place}/{name}')
                break
    return tmp_path


def check_system(path, **environment):
    return subprocess.run(
        ['/bin/sh', str(TOOLS / 'check_system.sh')],
        capture_output=True, text=True, check=False,
        env={'PATH': str(path), **environment},
    )  # fmt: skip


@LINUX
def test_all_that_is_lacking_is_said_at_once(bare):
    result = check_system(bare)
    assert result.returncode == 1
    assert result.stdout == ''
    lines = result.stderr.splitlines()
    assert '  - make' in lines
    assert '  - Python 3.8 to 3.14, with the venv module' in lines
    assert lines[-1].endswith('apt-get install make python3 python3-venv')


def python_that_says(folder, version):
    """A `python3` without venv, of the version given."""
    python = folder / 'python3'
    python.write_text(
        f'#!/bin/sh\ncase $2 in *venv*) exit 1;; esac\necho {version}\n'
    )
    python.chmod(0o755)


@LINUX
def test_a_python_without_venv_is_told_so(bare):
    python_that_says(bare, '3.13')
    lines = check_system(bare).stderr.splitlines()
    assert '  - the venv module of Python 3.13' in lines
    assert lines[-1].endswith('apt-get install make python3-venv')


@LINUX
def test_a_python_that_is_too_old_is_named(bare):
    python_that_says(bare, '3.7')
    assert 'a Python from 3.8 to 3.14 (here is 3.7)' in (
        check_system(bare).stderr
    )


@LINUX
def test_a_machine_that_lacks_nothing_gets_its_python(bare):
    (bare / 'make').symlink_to('/bin/sh')
    result = check_system(bare, PYTHON=sys.executable)
    assert (result.returncode, result.stderr) == (0, '')
    assert result.stdout.strip() == sys.executable
