"""Leave the doctests of what needs PyTorch out where it is missing."""

import importlib.util

collect_ignore = (
    []
    if importlib.util.find_spec('torch')
    else ['gluon_style/parity/torch_net.py', 'gluon_style/parity/torch_tab.py']
)
