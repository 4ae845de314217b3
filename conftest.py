"""Leave the doctests of what needs another library out where it is missing."""

import importlib.util

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
