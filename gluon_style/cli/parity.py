"""The commands `parity` and `trace`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Optional

import typer

from ..storage.whole_files import check_target

WIDTH = typer.Option(None, help='Width in pixels [96].')
HEIGHT = typer.Option(None, help='Height in pixels [64].')
WEIGHTS = typer.Option('auto', help='As for transfer.')
CONTENT = typer.Option(None, help='A file or a name [sample:mountain-lake].')
STYLE = typer.Option(None, help='A file or a name [sample:autumn-avenue].')
RECIPE = typer.Option(None, help='An edition of the chapter [d2l-0.17-mxnet].')


def parity(
    against: Optional[str] = typer.Option(
        None,
        metavar='torch|arbiter|TRACE.npz',
        help='PyTorch (the default where it is installed), the float64 '
        'arbiter alone, or a trace of another implementation, which then '
        'gives the defaults below.',
    ),
    width: Optional[int] = WIDTH,
    height: Optional[int] = HEIGHT,
    weights: str = WEIGHTS,
    content: Optional[str] = CONTENT,
    style: Optional[str] = STYLE,
    recipe: Optional[str] = RECIPE,
) -> int:
    """Hold every quantity of a step against float64, beside PyTorch.

    Same weights, same input: features, Gram matrices, losses, the pixels'
    gradient and a step of Adam. Exit code 1 if one is further from float64
    than it may be.
    """
    if against is None:
        there = importlib.util.find_spec('torch') is not None
        against = 'torch' if there else 'arbiter'
        if not there:
            typer.echo('PyTorch is not installed: against float64 alone')
    from ..parity.step.measuring import Options, measure  # these import MXNet
    from ..parity.step.verdicts import passed, table

    options = Options(width, height, weights, content, style, recipe)
    rows, name = measure(options, against, typer.echo)
    typer.echo('\n' + table(rows, name) + '\n')
    failed = [row.name for row in rows if row.verdict != 'ok']
    typer.echo(
        f'FAIL: {len(failed)} of {len(rows)} quantities: {", ".join(failed)}'
        if failed
        else f'ok: {len(rows)} quantities'
    )
    return 0 if passed(rows) else 1


def trace(
    out: Path = typer.Option(
        ..., '-o', '--out', help='Where the trace goes (.npz).'
    ),
    width: Optional[int] = WIDTH,
    height: Optional[int] = HEIGHT,
    weights: str = WEIGHTS,
    content: Optional[str] = CONTENT,
    style: Optional[str] = STYLE,
    recipe: Optional[str] = RECIPE,
) -> None:
    """Write every quantity of a step to one .npz file.

    docs/trace-format.md describes it; another implementation that writes one
    is compared with ours by: gluon-style parity --against TRACE.npz.
    """
    check_target(out, ('.npz',))
    from ..parity.step.measuring import (  # this imports MXNet
        Options,
        write_trace_of,
    )

    options = Options(width, height, weights, content, style, recipe)
    steps = write_trace_of(options, out, typer.echo)
    for name, step in steps.items():
        typer.echo(f'sampled  {name}: one value in {step}')
    typer.echo(f'trace    {out}, {out.stat().st_size / 1e6:.1f} MB')
