"""Neural Style Transfer, the chapter of Dive into Deep Learning, on Gluon.

The modules are in the book's order: `images`, `features`, `losses`,
`synthesis`, `training`, `plotting`. Importing the package sets the process
up for MXNet 1.9.1 (see `_mxnet`) but does not import it: that takes three
seconds and happens when a name below is first used. MXNet is then switched
to NumPy semantics with `npx.set_np()`, as in the chapter.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._mxnet import runtime
from .version import __version__

_MODULES = {
    'images': ('read_image', 'preprocess', 'postprocess'),
    'features': (
        'vgg19_features',
        'extract_features',
        'get_contents',
        'get_styles',
    ),
    'losses': (
        'content_loss',
        'gram',
        'style_loss',
        'tv_loss',
        'LossWeights',
        'compute_loss',
    ),
    'synthesis': ('SynthesizedImage', 'get_inits'),
    'training': ('try_gpu', 'EpochRecord', 'train'),
    'plotting': ('Animator',),
    # support, not in the book
    'vgg.layers': (
        'CONTENT_LAYERS',
        'STYLE_LAYERS',
        'VGG19_LAYERS',
        'layer_index',
    ),
    'storage.named_images': ('find_image', 'image_names'),
    'runs.settings': ('Settings', 'fitted_shape'),
    'runs.device': ('find_device',),
    'runs.run': ('run',),
    'sweeps': ('sweep', 'contact_sheet'),
    'errors': ('StyleError',),
}
_MODULE_OF = {
    name: module for module, names in _MODULES.items() for name in names
}

__all__ = list(_MODULE_OF)

if TYPE_CHECKING:
    from .errors import StyleError
    from .features import (
        extract_features,
        get_contents,
        get_styles,
        vgg19_features,
    )
    from .images import postprocess, preprocess, read_image
    from .losses import (
        LossWeights,
        compute_loss,
        content_loss,
        gram,
        style_loss,
        tv_loss,
    )
    from .plotting import Animator
    from .runs.device import find_device
    from .runs.run import run
    from .runs.settings import Settings, fitted_shape
    from .storage.named_images import find_image, image_names
    from .sweeps import contact_sheet, sweep
    from .synthesis import SynthesizedImage, get_inits
    from .training import EpochRecord, train, try_gpu
    from .vgg.layers import (
        CONTENT_LAYERS,
        STYLE_LAYERS,
        VGG19_LAYERS,
        layer_index,
    )

runtime.prepare()


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when it is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    module = importlib.import_module(f'.{_MODULE_OF[name]}', __name__)
    globals()[name] = getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
