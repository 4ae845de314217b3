"""A short run of the fuzzers; tools/fuzz.py runs for as long as asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = ['images', 'records', 'safetensors', 'params', 'pth', 'traces',
           'logs']  # fmt: skip


@pytest.mark.parametrize('target', TARGETS)
def test_mutated_files_give_a_result_or_one_line(target, tmp_path):
    result = subprocess.run(
        [sys.executable, ROOT / 'tools' / 'fuzz.py', target, '--seconds', '2',
         '--keep', tmp_path / 'finds'],
        capture_output=True, text=True, timeout=600, check=False, cwd=ROOT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    inputs = int(result.stdout.split(':')[1].split()[0])
    assert inputs > 20
