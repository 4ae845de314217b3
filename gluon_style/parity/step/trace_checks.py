"""Whether a trace was made of the same things as ours, and is complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...storage.download import file_hash
from .quantities import (
    START_NOISE,
    START_SEED,
    Case,
    ParityError,
    Quantities,
    names,
    weights_digest,
)
from .trace import Trace, check_keys

__all__ = ['check_quantities', 'check_trace', 'recipe_of']

FIELDS = (
    'width', 'height', 'lr', 'content_weight', 'style_weight', 'tv_weight',
    'style_repeats', 'features', 'resize', 'adam_epsilon', 'pooling',
    'optimizer', 'loss',
)  # fmt: skip


def recipe_of(
    case: Case, recipe: str, content: str, style: str, files: tuple[Path, Path]
) -> dict[str, Any]:
    """Record what the quantities depend on, but for the weights."""
    settings = case.settings.record()
    return {
        'recipe': recipe,
        'content': content,
        'content_sha256': file_hash(files[0]),
        'style': style,
        'style_sha256': file_hash(files[1]),
        **{name: settings[name] for name in FIELDS},
        'content_layers': names(case.layers[0]),
        'style_layers': names(case.layers[1]),
        'start': 'X = content_X + start_noise * '
        'RandomState(start_seed).standard_normal(shape)',
        'start_noise': START_NOISE,
        'start_seed': START_SEED,
    }


def check_trace(trace: Trace, case: Case, recipe: dict[str, Any]) -> None:
    """Check that a trace was made with this recipe and these weights.

    Raises
    ------
    ParityError
        It was not; the message says in what they differ.
    """
    theirs = {k: v for k, v in trace.recipe.items() if k != 'feature_steps'}
    differing = [
        f'{name} {theirs.get(name)!r} (ours {recipe.get(name)!r})'
        for name in {**recipe, **theirs}
        if theirs.get(name) != recipe.get(name)
    ]
    if differing:
        raise ParityError(
            f'{trace.path} was made with another recipe: '
            f'{", ".join(differing)}: run parity with the same options, or '
            'trace again'
        )
    digest = weights_digest(case.convolutions)
    if trace.weights_sha256 != digest:
        raise ParityError(
            f'{trace.path} was made with other weights: sha256 '
            f'{trace.weights_sha256[:12]}..., ours {digest[:12]}...: name '
            'the same file with --weights'
        )


def check_quantities(trace: Trace, expected: Quantities) -> None:
    """Check that a trace has every quantity, of the right shape.

    Raises
    ------
    ParityError
        A key is missing, or an array is of another shape or not of numbers.
    """
    check_keys(trace.path, expected, trace.arrays)
    for name, array in expected.items():
        got = trace.arrays[name]
        if got.shape != array.shape or got.dtype.kind not in 'fiu':
            raise ParityError(
                f'{trace.path}: {name} has the shape {got.shape} and type '
                f'{got.dtype}, wanted {array.shape} and float32: see '
                'docs/trace-format.md'
            )
