"""`gluon-style doctor`, the machine's memory and a bad number of threads."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from gluon_style.runs import health, machine
from gluon_style.runs.health import Finding, examine, worst

POINTS = ['Python', 'gluon_style', 'libraries', 'MXNet', 'threads',
          'processor', 'memory', 'weights', 'cache', 'folder']  # fmt: skip


def doctor(*arguments, **variables):
    return subprocess.run(
        [sys.executable, '-m', 'gluon_style', 'doctor', *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_doctor_looks_at_every_point(tmp_path):
    done = doctor('--json', GLUON_STYLE_CACHE=str(tmp_path / 'new'))
    findings = json.loads(done.stdout)
    assert [i['point'] for i in findings] == POINTS
    by_point = {i['point']: i for i in findings}
    assert by_point['MXNet']['what'].startswith('1.9.1, CPU build')
    assert str(tmp_path) in by_point['cache']['what']
    problems = [i for i in findings if i['level'] == 'problem']
    assert (done.returncode == 1) == bool(problems)


def test_a_bad_number_of_threads_is_a_problem_and_aborts_nothing():
    done = doctor(OMP_NUM_THREADS='abc')
    assert done.returncode == 1
    assert 'problem  threads' in done.stdout
    assert 'ok       MXNet' in done.stdout
    assert "OMP_NUM_THREADS is 'abc'" in done.stderr


@pytest.mark.parametrize(
    ('text', 'level'),
    [('', 'ok'), ('2', 'ok'), ('2,1', 'ok'), ('3', 'warning'),
     ('0', 'problem'), ('99999', 'problem')],
)  # fmt: skip
def test_threads_are_read_as_the_runtime_reads_them(monkeypatch, text, level):
    monkeypatch.setattr(health, 'THREADS_ASKED', text)
    monkeypatch.setattr(health, 'physical_cores', lambda: 2)
    assert health._threads().level == level


def test_missing_weights_named_by_the_variable_are_a_problem(monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', 'gone.safetensors')
    finding = health._weights()
    assert (finding.level, finding.point) == ('problem', 'weights')
    assert 'gone.safetensors' in finding.what


def test_a_cache_that_cannot_be_made_has_a_remedy(monkeypatch, tmp_path):
    (tmp_path / 'file').touch()
    monkeypatch.setenv('GLUON_STYLE_CACHE', str(tmp_path / 'file' / 'below'))
    finding = health._cache()
    assert finding.level == 'warning'
    assert 'GLUON_STYLE_CACHE' in finding.remedy


def test_little_memory_and_a_plain_processor_are_warnings(monkeypatch):
    monkeypatch.setattr(health, 'free_memory', lambda: 10**9)
    assert health._memory().level == 'warning'
    monkeypatch.setattr(health, 'cpu_flags', lambda: {'avx2'})
    assert health._processor().level == 'warning'


def test_the_worst_level_decides():
    levels = ['ok', 'warning', 'ok']
    findings = [Finding('a', level, '') for level in levels]
    assert worst(findings) == 'warning'
    assert worst([*findings, Finding('a', 'problem', '')]) == 'problem'
    assert next(examine()).point == 'Python'


@pytest.fixture
def group(monkeypatch, tmp_path):
    """A function that puts this process into a control group."""
    monkeypatch.setattr(machine, '_group_folders', lambda: [tmp_path])

    def limit(files):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        return machine.free_memory()

    return limit


def test_free_memory_is_what_a_container_leaves(group):
    free = psutil.virtual_memory().available
    assert free / 2 < group({}) < 2 * free
    version_2 = {'memory.max': '3000000', 'memory.current': '1000000',
                 'memory.stat': 'anon 5\ninactive_file 250000\n'}  # fmt: skip
    assert group(version_2) == 2_250_000
    assert group({'memory.max': 'max\n'}) > 3_000_000
    version_1 = {'memory.limit_in_bytes': '900000',
                 'memory.usage_in_bytes': '880000',
                 'memory.stat': 'total_inactive_file 50000'}  # fmt: skip
    assert group(version_1) == 70_000


def test_a_run_has_no_more_than_its_container(group):
    """What is shared, such as libraries, may be counted elsewhere."""
    held = psutil.Process().memory_info()
    own = held.rss - getattr(held, 'shared', 0)
    assert own < held.rss
    group({'memory.max': str(own + 1000), 'memory.current': str(own),
           'memory.stat': ''})  # fmt: skip
    assert machine.memory_of_a_run() == pytest.approx(own, abs=10**7)


def test_the_groups_are_those_of_this_process_and_above():
    folders = list(machine._group_folders())
    for folder in folders:
        assert machine.CGROUPS in [folder, *folder.parents]
    if folders:  # the outermost group counts too
        assert folders[-1] in (machine.CGROUPS, machine.CGROUPS / 'memory')
