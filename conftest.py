"""Leave the doctests of what needs PyTorch out where it is missing."""

import importlib.util

collect_ignore = (
    []
    if importlib.util.find_spec('torch')
    else [
        f'gluon_style/parity/{name}.py'
        for name in ('step/torch_side', 'ladder/torch_tab')
    ]
)
