"""The parent's end of the pipe: one long-lived process for each contender."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Tuple

__all__ = ['Child', 'ChildError', 'bare_environment']

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf('SC_CLK_TCK')
SETTINGS = ('OMP_', 'GOMP_', 'KMP_', 'MKL_', 'OPENBLAS_', 'MALLOC_',
            'MXNET_', 'DNNL_', 'ONEDNN_', 'ATEN_', 'TORCH_',
            'GLUON_STYLE_MALLOC', 'LD_PRELOAD')  # fmt: skip


class ChildError(Exception):
    """A contender died; the message ends with what it wrote last."""


def bare_environment() -> Tuple[Dict[str, str], List[str]]:
    """Split the environment: all but what tunes a library, and such names."""
    dropped = [name for name in os.environ if name.startswith(SETTINGS)]
    kept = {k: v for k, v in os.environ.items() if k not in dropped}
    return kept, sorted(dropped)


class Child:
    """A contender in a process of its own, blocked between its laps.

    Parameters
    ----------
    command : list of str
        A script of this folder, and its options.
    job : dict
        What `laps.Laps` reads.
    environment : dict
        All of the child's environment.

    Attributes
    ----------
    samples : list of dict
        One for each lap: `seconds`, `loss`, `cpu_seconds`.
    idle_seconds, idle_cpu_seconds : float
        Time spent between laps, and the processor time it took meanwhile.
    """

    def __init__(self, command: List[str], job: dict, environment: dict):
        self.name, self.samples = ' '.join(command), []
        self.idle_seconds = self.idle_cpu_seconds = 0.0
        self._stopped_at = None
        self._log = tempfile.TemporaryFile('w+')  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / command[0]), *command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            universal_newlines=True,
        )
        self._write(job)
        self._read()  # it is ready

    def lap(self) -> dict:
        """Let it run one lap and return the sample."""
        cpu = self.cpu_seconds()
        if self._stopped_at:
            then, cpu_then = self._stopped_at
            self.idle_seconds += time.perf_counter() - then
            self.idle_cpu_seconds += cpu - cpu_then
        self._write('lap')
        sample = self._read()
        after = self.cpu_seconds()
        self._stopped_at = time.perf_counter(), after
        sample['cpu_seconds'] = after - cpu
        self.samples.append(sample)
        return sample

    def cpu_seconds(self) -> float:
        """Return the processor time of all its threads so far."""
        stat = Path(f'/proc/{self._process.pid}/stat').read_text()
        fields = stat.rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_mib(self) -> float:
        """Return the most memory it has ever held (VmHWM)."""
        status = Path(f'/proc/{self._process.pid}/status').read_text()
        for line in status.splitlines():
            if line.startswith('VmHWM:'):
                return int(line.split()[1]) / 1024
        raise ChildError(f'{self.name} is gone')

    def close(self) -> None:
        """Close its pipes and wait until it has ended."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _write(self, message: object) -> None:
        try:
            print(json.dumps(message), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self._fail()

    def _read(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            self._fail()
        return json.loads(line)

    def _fail(self) -> None:
        code = self._process.wait()
        self._log.seek(0)
        last = ''.join(self._log.readlines()[-15:])
        self.close()
        raise ChildError(f'{self.name} ended with code {code}:\n{last}')
