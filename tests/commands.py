"""The command line from outside, in processes of their own or in forks."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name('forking.py')
TIMEOUT = 300  # seconds, for a busy machine


def started(arguments, folder):
    """Run the command line as a user does; return what became of it."""
    return subprocess.run(
        [sys.executable, '-m', 'gluon_style', *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        cwd=folder,
        check=False,
    )


class Forks:
    """The command line in forks of a process that has imported MXNet."""

    def __init__(self, folder):
        self.files = folder / 'out', folder / 'err'
        self.process = None

    def run(self, arguments, folder):
        """Run it; return what `started` would."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        arguments = [*map(str, arguments)]
        out, err = self.files
        order = {
            'arguments': arguments,
            'folder': str(folder),
            'environment': dict(os.environ),
            'out': str(out),
            'err': str(err),
        }
        self.process.stdin.write(json.dumps(order) + '\n')
        self.process.stdin.flush()
        # a line for each order, so that none waits in Python's buffer
        if not select.select([self.process.stdout], [], [], TIMEOUT)[0]:
            self.close()
            raise subprocess.TimeoutExpired(arguments, TIMEOUT)
        code = int(self.process.stdout.readline())
        said = out.read_text(), err.read_text()
        return subprocess.CompletedProcess(arguments, code, *said)

    def close(self):
        """End the process, and a fork that it waits for."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None
