"""Sweeps: every combination of some settings, on one contact sheet.

`sweep` runs them, in processes of this machine or on a Dask cluster, and
goes on where it was stopped; `contact_sheet` draws what came of it.
"""

from .grid import parsed_grid
from .results import CellResult, SweepProgress
from .sheet import contact_sheet
from .sweeping import sweep

__all__ = [
    'CellResult',
    'SweepProgress',
    'contact_sheet',
    'parsed_grid',
    'sweep',
]
