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

# the slowest files, slowest first: none of them is left for the end, where it
# would run alone; a file that is not named comes after them
SLOWEST = [
    'notebooks',
    'site',
    'student',
    'signals',
    'sweep',
    'parity_lab',
    'checkpoints',
    'cli',
    'ladder',
    'lab_page',
    'lab',
    'variants',
    'sweep_dask',
    'tiles_dask',
    'book',
    'fuzz',
    'tiles',
    'runtime',
    'training',
    'text_style',
    'record',
    'lab_engine',
    'forecast',
]


def pytest_configure(config):
    """Let pytest-xdist keep our order: its own is by the number of tests."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Put the slowest files first."""
    places = {f'test_{name}.py': i for i, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))
