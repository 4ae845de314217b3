"""What notebook 02 reads and prints of the ladder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy
from PIL import Image

from ...errors import SettingsError
from ..wording import ENGLISH, Wording

__all__ = ['TERMS', 'layer_table', 'rung_table', 'stored_ladder']

TERMS = {'content': 'content', 'style': 'style', 'tv': 'TV'}


def stored_ladder() -> tuple[dict[str, Any], list[numpy.ndarray]]:
    """Read the ladder that notebooks/data/make_two_tabs.py has climbed.

    Returns
    -------
    dict
        Its results.
    list of numpy.ndarray
        The final pictures, (h, w, 3) in [0, 1]: one for each rung, and that
        of the first twin of PyTorch's rung beside MXNet's.

    Raises
    ------
    SettingsError
        The files are not there.
    """
    clone = Path(__file__).parents[3] / 'notebooks' / 'data'
    for folder in (Path('data'), Path('../data'), clone):
        if (folder / 'two_tabs.json').is_file():
            break
    else:
        raise SettingsError(
            'two_tabs.json is neither in data nor in ../data: start the '
            'notebook in its own folder of a clone'
        )
    ladder = json.loads((folder / 'two_tabs.json').read_text('utf-8'))
    names = [*range(len(ladder['rungs'])), 'twin']
    return ladder, [
        numpy.asarray(Image.open(folder / f'two_tabs_{name}.jpg')) / 255
        for name in names
    ]


def rung_table(
    ladder: Mapping[str, Any],
    labels: Sequence[str],
    wording: Wording = ENGLISH,
) -> str:
    """Write a line for each rung: losses, distance, floor and noise."""

    def row(*cells: str) -> str:
        return cells[0].ljust(width) + ''.join(i.rjust(11) for i in cells[1:])

    width = max(map(len, labels))
    heads = [*TERMS.values(), 'distance', 'floor', 'noise']
    rows = [row('', *(wording(head) for head in heads))]
    for label, rung in zip(labels, ladder['rungs']):
        apart, noise = rung['distance'] or {}, rung['noise']
        values = [wording.fixed(rung['final'][term], 2) for term in TERMS]
        for name in ('rmse', 'floor'):
            value = apart.get(name)
            values.append('-' if value is None else wording.fixed(value, 1))
        values.append(wording.fixed(noise['rmse'], 1))
        if noise['spread'] is not None:
            values[-1] += f' ±{wording.fixed(noise["spread"], 1)}'
        rows.append(row(label, *values))
    return '\n'.join(rows)


def layer_table(
    columns: Mapping[str, Sequence[tuple[float, float]]],
    layers: Sequence[str],
    heads: tuple[str, str],
    wording: Wording = ENGLISH,
) -> str:
    """Write the least feature and the loss of each layer, and their sum.

    Parameters
    ----------
    columns : mapping
        By heading: (least feature, loss) of every layer.
    layers : sequence of str
    heads : pair of str
        Above each of the two.
    """
    pair = f'{heads[0]:>10}{heads[1]:>10}'
    rows = [' ' * 8 + ''.join(f'{name:>20}   ' for name in columns)]
    rows.append(' ' * 8 + f'{pair}   ' * len(columns))
    for i, layer in enumerate(layers):
        cells = [
            f'{wording.fixed(values[i][0], 1):>10}'
            f'{wording.fixed(values[i][1], 3):>10}   '
            for values in columns.values()
        ]
        rows.append(f'{layer:8}' + ''.join(cells))
    sums = [
        f'{wording.fixed(sum(loss for _, loss in values), 3):>20}   '
        for values in columns.values()
    ]
    rows.append(f'{wording("sum"):8}' + ''.join(sums))
    return '\n'.join(row.rstrip() for row in rows)
