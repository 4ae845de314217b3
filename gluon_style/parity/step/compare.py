"""One comparison, or one trace, from names of files to numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, NamedTuple

import numpy

from ...runs.recipes import DEFAULT, find_recipe
from ...runs.settings import Settings
from ...storage.named_images import find_image
from ...storage.whole_files import check_target
from . import arbiter
from . import mxnet_side as ours
from . import torch_side as peer
from .quantities import Case, Quantities
from .trace import (
    INPUTS,
    Trace,
    feature_steps,
    read_trace,
    sampled,
    write_trace,
)
from .trace_checks import check_quantities, check_trace, recipe_of
from .verdicts import Row, compare

__all__ = ['Options', 'measure', 'record']

Say = Callable[[str], object]


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
        defaults: dict[str, Any] = {
            'width': 96,
            'height': 64,
            'content': 'sample:mountain-lake',
            'style': 'sample:autumn-avenue',
            'recipe': DEFAULT,
        }
        if trace is not None:
            defaults = {name: trace.recipe[name] for name in defaults}
        given = {i: getattr(self, i) for i in defaults}
        return {
            name: defaults[name] if value is None else value
            for name, value in given.items()
        }


def _prepared(
    options: Options, trace: Trace | None, say: Say
) -> tuple[Case, dict[str, Any]]:
    chosen = options.chosen(trace)
    settings: Settings = replace(
        find_recipe(chosen['recipe']).settings,
        width=chosen['width'],
        height=chosen['height'],
        weights=options.weights,
    )
    files = find_image(chosen['content']), find_image(chosen['style'])
    fed = None
    if trace is not None:
        shape = (1, 3, chosen['height'], chosen['width'])
        adam = settings.optimizer == 'adam'
        wanted = {i: numpy.empty(shape) for i in INPUTS[: 4 if adam else 3]}
        check_quantities(trace, wanted)
        fed = {i: trace.arrays[i].astype('float32') for i in wanted}
    case = ours.make_case(*files, settings, fed)
    recipe = recipe_of(
        case, chosen['recipe'], chosen['content'], chosen['style'], files
    )
    say(f'recipe   {chosen["recipe"]}, {settings.width}x{settings.height}')
    say(f'images   {chosen["content"]}, {chosen["style"]}')
    say(f'weights  {case.origin}')
    return case, recipe


def _all(side: Any, case: Case, gradient: Any = None) -> Quantities:
    """Let one side compute everything; Adam is fed the gradient given."""
    found: Quantities = {}
    if hasattr(side, 'inputs'):
        found.update(side.inputs(case))
    found.update(side.evaluate(case))
    if case.settings.optimizer == 'adam':
        if gradient is None:
            gradient = found['gradient']
        gradient = numpy.asarray(gradient, 'float32')
        found['adam_step'] = side.adam_step(case, gradient)
    return found


def measure(
    options: Options, against: str, say: Say = str
) -> tuple[list[Row], str | None]:
    """Compare MXNet, and another implementation, with the arbiter.

    Parameters
    ----------
    options : Options
        What to compute.
    against : str
        'torch', 'arbiter' (nobody else) or the path of a trace.
    say : callable
        Called with a line of text now and then.

    Returns
    -------
    rows : list of Row
        One for each quantity.
    name : str or None
        What the other implementation is called.

    Raises
    ------
    StyleError
        PyTorch is missing, or the trace is not one of these inputs.
    """
    if against == 'torch':
        peer.load()
    trace = None
    if against not in ('torch', 'arbiter'):
        trace = read_trace(Path(against))
    case, recipe = _prepared(options, trace, say)
    if trace is not None:
        check_trace(trace, case, recipe)
        gradient = trace.arrays.get('adam_gradient')
        mine = _all(ours, case, gradient)
        mine = sampled(mine, trace.recipe['feature_steps'])
        check_quantities(trace, mine)
        say(f'trace    {trace.path}, made by {trace.made_by}')
        say('float64  NumPy; 450x300 takes about half a minute')
        exact = _all(arbiter, case, gradient)
        exact = sampled(exact, trace.recipe['feature_steps'])
        return compare(exact, mine, trace.arrays, trusted=False), 'trace'
    say('float64  NumPy; 450x300 takes about half a minute')
    exact = _all(arbiter, case)
    mine = _all(ours, case, exact['gradient'])
    if against == 'arbiter':
        return compare(exact, mine), None
    say(f'float32  {ours.VERSION}, {peer.version()}')
    return compare(exact, mine, _all(peer, case, exact['gradient'])), 'torch'


def record(options: Options, path: Path, say: Say = str) -> dict[str, int]:
    """Write a trace of MXNet's quantities.

    Returns
    -------
    dict of str to int
        Features of which only every so many values are kept.
    """
    check_target(path, ('.npz',))
    case, recipe = _prepared(options, None, say)
    quantities = _all(ours, case)
    if 'adam_step' in quantities:
        quantities['adam_gradient'] = quantities['gradient']
    write_trace(path, case, recipe, quantities)
    steps = feature_steps(quantities)
    return {name: step for name, step in steps.items() if step > 1}
