"""A real Dask scheduler and workers on loopback, to be killed at will."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest


def dask_arguments(*arguments):
    return [sys.executable, '-m', 'distributed.cli.' + arguments[0],
            *map(str, arguments[1:])]  # fmt: skip


def line_with(process, pattern):
    """Read what a process says until a line has the pattern."""
    said = []
    for line in process.stderr:
        said.append(line)
        match = re.search(pattern, line)
        if match:
            # the rest is read too, else the pipe would fill
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return match
    raise AssertionError(''.join(said))


@pytest.fixture(scope='module')
def start():
    """Return a function that starts a part of the cluster."""
    pytest.importorskip('distributed', reason='needs dask.distributed')
    processes = []

    def start_part(*arguments):
        process = subprocess.Popen(
            dask_arguments(*arguments), stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield start_part
    for process in processes:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture(scope='module')
def scheduler(start):
    """Address of a scheduler that has no worker yet."""
    return start_scheduler(start)[1]


def start_scheduler(start):
    """Start a scheduler; return its process and its address."""
    process = start(
        'dask_scheduler', '--host', '127.0.0.1', '--port', 0, '--no-dashboard'
    )
    return process, line_with(process, r'Scheduler at:\s*(tcp://\S+)')[1]


def start_worker(start, scheduler, name):
    # without a nanny, which would start the killed worker again
    process = start(
        'dask_worker', scheduler, '--host', '127.0.0.1', '--nthreads', 1,
        '--no-nanny', '--no-dashboard', '--name', name,
    )  # fmt: skip
    line_with(process, 'Registered to')
    return process


def kill_a_busy_one(client, workers, kind):
    """Wait until a worker is in a task, kill it; return the task's key."""
    names = {
        address: worker['name']
        for address, worker in client.scheduler_info()['workers'].items()
    }
    while True:
        for address, stacks in client.call_stack().items():
            running = [key for key in stacks if kind in str(key)]
            if running:
                process = workers[names[address]]
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                return running[0]
