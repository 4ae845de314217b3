"""One measurement, or one trace, from names of files to numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, NamedTuple, Protocol

import numpy

from ...runs.precision import available_precision
from ...runs.recipes import DEFAULT, settings_of
from ...storage.named_images import find_image
from ...storage.whole_files import check_target
from . import arbiter, mxnet_side
from .quantities import Case, ParityError, Quantities, recipe_of
from .trace import Trace, read_trace, sampled, write_trace
from .verdicts import Row, verdict_rows

__all__ = ['Options', 'Side', 'measure', 'quantities_of', 'write_trace_of']

Say = Callable[[str], object]
SLOW = 'float64  NumPy; 450x300 takes about half a minute'
DEFAULTS: dict[str, Any] = {
    'width': 96,
    'height': 64,
    'content': 'sample:mountain-lake',
    'style': 'sample:autumn-avenue',
    'recipe': DEFAULT,
}


class Side(Protocol):
    """One implementation of all quantities; the modules `*_side` are some.

    `VERSION` says which; `inputs` are what it makes of the case's images,
    empty if it is fed; `evaluate` gives every quantity but `adam_step`.
    """

    VERSION: str

    def inputs(self, case: Case) -> Quantities:
        """Return `content_X`, `style_X` and `X`, or nothing."""

    def evaluate(self, case: Case) -> Quantities:
        """Return the quantities by name, as `by_name` has them."""

    def adam_step(self, case: Case, gradient: numpy.ndarray) -> numpy.ndarray:
        """Return where Adam's first step takes a picture of zeros."""


class Options(NamedTuple):
    """What the command line was given; None is the trace's or the default."""

    width: int | None = None
    height: int | None = None
    weights: str = 'auto'
    content: str | None = None
    style: str | None = None
    recipe: str | None = None

    def chosen(self, trace: Trace | None) -> dict[str, Any]:
        """Fill in what was not given."""
        defaults = DEFAULTS
        if trace is not None:
            defaults = {name: trace.recipe[name] for name in DEFAULTS}
        given = self._asdict().items()
        return {**defaults, **{k: v for k, v in given if v is not None}}


def _tell(say: Say | None, *lines: str) -> None:
    if say is not None:
        for line in lines:
            say(line)


def _torch_side() -> Side:
    try:
        import torch  # noqa: F401
    except ImportError:
        raise ParityError(
            'PyTorch is not installed: install it (pip install '
            "'.[torch]'), or compare with the float64 arbiter "
            'alone: --against arbiter'
        ) from None
    from . import torch_side

    return torch_side


def _prepared(
    options: Options, trace: Trace | None, say: Say | None
) -> tuple[Case, dict[str, Any]]:
    chosen = options.chosen(trace)
    given = {name: chosen[name] for name in ('width', 'height', 'weights')}
    settings = settings_of(chosen['recipe'], **given)
    files = find_image(chosen['content']), find_image(chosen['style'])
    fed = None if trace is None else trace.inputs(settings)
    case = mxnet_side.make_case(*files, settings, fed)
    _tell(
        say,
        f'recipe   {chosen["recipe"]}, {settings.width}x{settings.height}',
        f'images   {chosen["content"]}, {chosen["style"]}',
        f'weights  {case.origin}',
    )
    return case, recipe_of(case, chosen, files)


def quantities_of(
    side: Side, case: Case, gradient: numpy.ndarray | None = None
) -> Quantities:
    """Let one side compute everything; Adam is fed the gradient given."""
    quantities = {**side.inputs(case), **side.evaluate(case)}
    if case.settings.optimizer == 'adam':
        fed = quantities['gradient'] if gradient is None else gradient
        fed = numpy.asarray(fed, 'float32')
        quantities['adam_step'] = side.adam_step(case, fed)
    return quantities


def measure(
    options: Options, against: str, say: Say | None = None
) -> tuple[list[Row], str | None]:
    """Compare MXNet, and another implementation, with the arbiter.

    Parameters
    ----------
    options : Options
        What to compute.
    against : str
        'torch', 'arbiter' (nobody else) or the path of a trace.
    say : callable, optional
        Called with a line of text now and then.

    Returns
    -------
    rows : list of Row
        One for each quantity, and once more for those of a network in
        bfloat16 where the recipe has it and the processor can.
    name : str or None
        What the other implementation is called.

    Raises
    ------
    StyleError
        PyTorch is missing, or the trace is not one of these inputs.
    """
    torch_side = _torch_side() if against == 'torch' else None
    if torch_side is None and against != 'arbiter':
        return _against_trace(options, read_trace(Path(against)), say), 'trace'
    case, _ = _prepared(options, None, say)
    _tell(say, SLOW)
    exact = quantities_of(arbiter, case)
    ours = quantities_of(mxnet_side, case, exact['gradient'])
    coarse = _bfloat16_rows(exact, case)
    if torch_side is None:
        return verdict_rows(exact, ours) + coarse, None
    _tell(say, f'float32  {mxnet_side.VERSION}, {torch_side.VERSION}')
    theirs = quantities_of(torch_side, case, exact['gradient'])
    return verdict_rows(exact, ours, theirs) + coarse, 'torch'


def _bfloat16_rows(exact: Quantities, case: Case) -> list[Row]:
    if available_precision(case.settings) != 'bfloat16':
        return []
    coarse = mxnet_side.evaluate(case, bfloat16=True)
    through = {k: v for k, v in coarse.items() if not k.startswith('target')}
    return verdict_rows(exact, through, label='bfloat16')


def _against_trace(
    options: Options, trace: Trace, say: Say | None
) -> list[Row]:
    case, recipe = _prepared(options, trace, say)
    trace.check_origin(case, recipe)
    gradient = trace.arrays.get('adam_gradient')
    steps = trace.recipe['feature_steps']
    ours = sampled(quantities_of(mxnet_side, case, gradient), steps)
    trace.check_quantities(ours)
    _tell(say, f'trace    {trace.path}, made by {trace.made_by}', SLOW)
    exact = sampled(quantities_of(arbiter, case, gradient), steps)
    return verdict_rows(exact, ours, trace.arrays, trusted=False)


def write_trace_of(
    options: Options, path: Path, say: Say | None = None
) -> dict[str, int]:
    """Write a trace of MXNet's quantities; returns as `write_trace` does."""
    check_target(path, ('.npz',))
    case, recipe = _prepared(options, None, say)
    quantities = quantities_of(mxnet_side, case)
    if 'adam_step' in quantities:
        quantities['adam_gradient'] = quantities['gradient']
    return write_trace(path, case, recipe, quantities)
