"""Share the cores among the test processes, and leave out what cannot run."""

import importlib.util
import os

if 'PYTEST_XDIST_WORKER_COUNT' in os.environ:
    workers = int(os.environ['PYTEST_XDIST_WORKER_COUNT'])
    # before MXNet comes: threads of two processes wait for each other's core
    threads = max(1, len(os.sched_getaffinity(0)) // workers)
    os.environ.setdefault('OMP_NUM_THREADS', str(threads))

# the doctests of what needs PyTorch, where it is missing

collect_ignore = (
    []
    if importlib.util.find_spec('torch')
    else [
        f'gluon_style/parity/{name}.py'
        for name in ('step/torch_side', 'ladder/torch_tab')
    ]
)
