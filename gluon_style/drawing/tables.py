"""Text tables of commands and reports: for a terminal, or in Markdown."""

from __future__ import annotations

from typing import Collection, Sequence

from tabulate import tabulate

__all__ = ['text_table']


def text_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    markdown: bool = False,
    left: Collection[int] = (0,),
) -> str:
    """Lay rows of text out in columns.

    Parameters
    ----------
    head : sequence of str
        The headings; empty for none.
    rows : sequence of sequence of str
        The cells, already written as they are to be shown.
    markdown : bool
        Whether the table is for a Markdown file.
    left : collection of int
        The columns that are aligned on the left; the others on the right.

    Examples
    --------
    >>> print(text_table(['loss', 'value'], [['TV', '2.5'], ['style', '17']]))
    loss   value
    TV       2.5
    style     17
    """
    if head and not markdown:  # tabulate would widen a column under a heading
        head, rows = (), [head, *rows]
    columns = len(rows[0]) if rows else len(head)
    text = tabulate(
        rows,
        head,
        tablefmt='pipe' if markdown else 'plain',
        colalign=['left' if i in left else 'right' for i in range(columns)],
        disable_numparse=True,
    )
    return '\n'.join(line.rstrip() for line in text.splitlines())
