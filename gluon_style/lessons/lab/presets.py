"""What the page lets one choose from."""

from __future__ import annotations

from dataclasses import replace

from ...runs.settings import Settings
from ...vgg.layers import STYLE_LAYERS, VGG19_LAYERS, layer_index

__all__ = ['LAYERS', 'NETWORKS', 'PRESETS', 'RATES', 'WEIGHTS', 'WIDTHS']

LAYERS = tuple(VGG19_LAYERS[layer_index(i)].name for i in STYLE_LAYERS)
# the rate stays where it is put: who steers is the schedule
BOOK = Settings(lr_decay=1.0, style_layers=LAYERS)
PRESETS = {'book': BOOK, 'calm': replace(BOOK, lr=0.05, in_range=True)}
NETWORKS = {'student': 'student', 'real': 'auto'}
WIDTHS = (150, 225, 300, 450, 600)
RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 2.0, 5.0, 10.0, 50.0)
WEIGHTS = {
    'content_weight': (0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
    'style_weight': (0, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5),
    'tv_weight': (0, 0.1, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3),
}
