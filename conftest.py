"""Share the cores among the test processes, and leave out what cannot run."""

import importlib.util
import os

if 'PYTEST_XDIST_WORKER_COUNT' in os.environ:
    workers = int(os.environ['PYTEST_XDIST_WORKER_COUNT'])
    # before MXNet comes: threads of two processes wait for each other's core
    threads = max(1, len(os.sched_getaffinity(0)) // workers)
    # the first process has set its own, which these have inherited
    os.environ['OMP_NUM_THREADS'] = str(threads)

# doctests of what needs another library, where it is missing
NEEDING = {
    'torch': ['parity/step/torch_side', 'parity/ladder/torch_tab'],
    'ipywidgets': ['lessons/lab/page'],
    'voila': ['cli/lab_server'],
}
collect_ignore = [
    f'gluon_style/{name}.py'
    for library, names in NEEDING.items()
    if not importlib.util.find_spec(library)
    for name in names
]
