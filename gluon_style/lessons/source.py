"""The package's own code on the page of a notebook, docstrings folded away.

What is shown is read from the modules, so that page and package cannot
differ.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

__all__ = ['shown', 'without_docstrings']


def shown(*things: Any) -> Any:
    """Show functions and classes as they stand in the package.

    Parameters
    ----------
    things
        Functions or classes written in Python.

    Returns
    -------
    IPython.display.Markdown
        A block of Python: comments and types stay, docstrings go.

    Raises
    ------
    TypeError, OSError
        One of them has no source, as something built in: see
        `inspect.getsource`.
    """
    from IPython.display import Markdown

    blocks = [without_docstrings(inspect.getsource(thing)) for thing in things]
    return Markdown('```python\n' + '\n\n'.join(blocks) + '```')


def without_docstrings(code: str) -> str:
    """Take the docstrings out of code; where nothing else is, put '...'.

    Examples
    --------
    >>> print(without_docstrings('''
    ... def half(x):
    ...     "Divide by two."
    ...     return x / 2  # not rounded
    ... '''), end='')
    def half(x):
        return x / 2  # not rounded
    """
    lines = textwrap.dedent(code).strip('\n').splitlines(keepends=True)
    lines[-1] = lines[-1].rstrip('\n') + '\n'
    owners = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef
    for node in ast.walk(ast.parse(''.join(lines))):
        if not isinstance(node, owners) or ast.get_docstring(node) is None:
            continue
        docstring, *rest = node.body
        start = docstring.lineno - 1
        end = docstring.end_lineno or docstring.lineno
        while rest and end < len(lines) and not lines[end].strip():
            end += 1  # the blank lines under it
        lines[start:end] = [''] * (end - start)  # the numbers stay true
        if not rest:
            lines[start] = ' ' * docstring.col_offset + '...\n'
    return ''.join(lines)
