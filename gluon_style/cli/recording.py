"""The record of a run of the command: what it was, and how it ended."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..runs.identity import (
    origin_digest,
    run_digest,
    run_identity,
    warm_start_digest,
)
from ..runs.settings import Settings

__all__ = ['Inputs', 'command_given', 'note_command', 'record_of_run']

PASSWORD = re.compile(r'//[^/@\s]*@')
_given: List[str] = []


def note_command(words: Sequence[str]) -> None:
    """Take note of what was typed, but for the passwords of addresses."""
    _given[:] = (PASSWORD.sub('//...@', word) for word in words)


def command_given() -> Optional[List[str]]:
    """Return what was typed, or None where nothing was."""
    return list(_given) or None


@dataclass(frozen=True)
class Inputs:
    """What a run is made from.

    Attributes
    ----------
    paths, hashes : pair of Path, pair of str
        The content and the style image, and the SHA-256 of their bytes.
    background : str
        The colour behind what is transparent.
    recipe : str, optional
        Whose settings were changed.
    begun : float
        When, by `time.perf_counter`.
    """

    paths: Tuple[Path, Path]
    hashes: Tuple[str, str]
    background: str
    recipe: Optional[str] = None
    begun: float = field(default_factory=time.perf_counter)

    def identity(self, settings: Settings, net: Any) -> Dict[str, Any]:
        """Say what determines the picture; see `run_identity`."""
        digests = origin_digest(net.weights_used), warm_start_digest(settings)
        images = (*self.hashes, self.background)
        return run_identity(images, settings, digests)


def record_of_run(
    source: Inputs,
    settings: Settings,
    net: Any,
    reporter: Any,
    keep_alpha: bool,
) -> Dict[str, Any]:
    """Collect what the record of any run says, however it ended."""
    from ..runs.machine import peak_memory, surroundings, versions
    from ..runs.record import epochs_table, reported
    from ..runs.variants import layer_names

    images = zip(('content', 'style'), source.paths, source.hashes)
    inputs: Dict[str, Any] = {
        kind: {'name': path.name, 'path': str(path.absolute()), 'sha256': i}
        for kind, path, i in images
    }
    flags = {'background': source.background, 'keep_alpha': keep_alpha}
    return {
        'run': run_digest(source.identity(settings, net)),
        'recipe': source.recipe,
        'inputs': {**inputs, **flags},
        'settings': settings.record(),
        'weights_used': asdict(net.weights_used),
        'warm_start_digest': warm_start_digest(settings) or None,
        'versions': versions(),
        'machine': surroundings(settings.precision == 'bfloat16'),
        'command': command_given(),
        'last_epoch': reported(reporter.last),
        'seconds': round(time.perf_counter() - source.begun, 2),
        'peak_memory': peak_memory(),
        'epochs': epochs_table(reporter.records, layer_names(settings)),
    }
