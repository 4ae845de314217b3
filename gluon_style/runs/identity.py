"""What determines the picture of a run: one definition, and its digest."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..version import __version__
from ..vgg.layers import VGG19_LAYERS, layer_index
from ..vgg.weights import Origin, weights_origin
from .settings import Settings
from .stages import tilings

__all__ = [
    'origin_digest',
    'run_digest',
    'run_identity',
    'warm_start_digest',
    'weights_files',
]


def run_identity(
    images: tuple[str, str, str],
    settings: Settings,
    digests: tuple[str, str],
) -> dict[str, Any]:
    """Say what determines the picture of a run, as plain values.

    What is the same run has the same values: 1e3 is 1000, layer 25 is
    conv4_4, and the order of layers does not count.

    Parameters
    ----------
    images : three of str
        The SHA-256 of the bytes of the content and the style image, and the
        colour behind what is transparent in them.
    settings : Settings
        With its size, and the precision that the processor has.
    digests : pair of str
        Of the network's weights and of the warm start's, as `origin_digest`
        gives them: files may move, and seeds stand for random weights.

    Returns
    -------
    dict
        In an order in which a difference is best looked for. Threads,
        processor and libraries are not in it: they move the last bits of
        the same run.
    """
    fields = {k: _plain(v) for k, v in settings.record().items()}
    for name in ('content_layers', 'style_layers'):
        indices = sorted(map(layer_index, fields[name]))
        fields[name] = [VGG19_LAYERS[i].name for i in indices]
    return {
        'the version of gluon-style': __version__,
        'the content image': images[0],
        'the style image': images[1],
        'background': images[2],
        **fields,
        'tile': tilings(settings),  # not how they were asked for
        'weights': digests[0],
        'warm_start': digests[1],
    }


def _plain(value: Any) -> Any:
    """Write a number in one way, whether it was given as 1 or as 1.0."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if value == int(value) else float(value)
    return value


def run_digest(identity: dict[str, Any]) -> str:
    """Return a name for a run, from its `run_identity`: 64 digits."""
    text = json.dumps(identity, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def origin_digest(origin: Origin) -> str:
    """Return what weights are known by: 'sha256:...', or 'random:SEED'.

    Examples
    --------
    >>> origin_digest(Origin('random', 'seed 3'))
    'random:3'
    """
    return origin.digest or f'random:{origin.detail.rpartition(" ")[2]}'


def warm_start_digest(settings: Settings) -> str:
    """Return what the warm start's weights are known by; '' for none."""
    if not settings.warm_start:
        return ''
    first = replace(settings, weights=settings.warm_start)
    return origin_digest(weights_origin(first.weights_name))


def weights_files(settings: Settings) -> list[Path]:
    """List the files that the names of a run's weights may mean."""
    names = [settings.weights or 'auto', settings.warm_start]
    if 'auto' in names:
        names.append(os.environ.get('GLUON_STYLE_WEIGHTS'))
    return [Path(os.path.expanduser(name)) for name in names if name]
