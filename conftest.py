"""Leave the doctests of what needs PyTorch out where it is missing."""

import importlib.util

collect_ignore = (
    []
    if importlib.util.find_spec('torch')
    else [
        f'gluon_style/parity/ladder/{name}.py'
        for name in ('torch_net', 'torch_tab')
    ]
)
