"""What notebook 02 reads, prints and draws of the ladder between the tabs.

The ladder is what `parity.ladder.distances.ladder_results` returns. Words on
a figure or in a table are arguments.
"""

from __future__ import annotations

from .charts import (
    drift_chart,
    effect_chart,
    loss_chart,
    published_chart,
    stripes_shrunk,
)
from .tables import TERMS, layer_table, rung_table, stored_ladder

__all__ = ['TERMS', 'drift_chart', 'effect_chart', 'layer_table',
           'loss_chart', 'published_chart', 'rung_table', 'stored_ladder',
           'stripes_shrunk']  # fmt: skip
