"""Run commands, each in a fork of this process: `python forking.py`.

It has imported MXNet and computed nothing, so that a fork does what a process
of its own would do, without seconds of imports. What is to be run comes as a
line of JSON on standard input; its exit code goes out as another line.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import sys
import traceback

NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
# what is slow; most of the package itself is left to the forks
IMPORTED = (
    'gluon_style.cli.app',
    'gluon_style._mxnet.imported',
    'matplotlib.backends.backend_agg',
    'matplotlib.figure',
    'requests',
    'scipy.optimize',
)


def become(order):
    """Give a new process the folder, the variables and the files asked for."""
    os.chdir(order['folder'])
    os.environ.clear()
    os.environ.update(order['environment'])
    files = (os.devnull, os.O_RDONLY), (order['out'], NEW), (order['err'], NEW)
    for number, (path, flags) in enumerate(files):
        descriptor = os.open(path, flags, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = ['gluon-style', *order['arguments']]


def next_order():
    """Read what is to be run; None at the end."""
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def exit_code(pid):
    """Wait for a process; negative is the signal that ended it."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def run():
    """Run the command line; return its exit code."""
    try:
        runpy.run_module('gluon_style', run_name='__main__', alter_sys=True)
    except SystemExit as error:
        return error.code or 0
    except BaseException:
        traceback.print_exc()
    return 1


def end_with(code):
    """Leave at once: to take MXNet down is half of a short command's time."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main():
    sys.path[0] = ''  # as for `python -m`: the folder of each command
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # no fork goes through what is there, and so copies it
    order = next_order()
    while order and (pid := os.fork()):
        os.write(1, b'%d\n' % exit_code(pid))
        order = next_order()
    if order:
        become(order)
        end_with(run())


if __name__ == '__main__':
    main()
