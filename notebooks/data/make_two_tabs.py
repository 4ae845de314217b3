"""Climb the ladder of 02_two_tabs and store it beside this file.

    python notebooks/data/make_two_tabs.py

It needs PyTorch and the weights (GLUON_STYLE_WEIGHTS, or the model zoo's)
and takes about five minutes on two idle cores. It writes `two_tabs.json`,
the figures as `gluon-style compare --floors --set lr_decay_epoch=10` has them,
and the final pictures: `two_tabs_0.jpg` and so on, one for each rung, and
`two_tabs_twin.jpg`, that of PyTorch from a picture one rounding away, beside
MXNet's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import gluon_style as gs
from gluon_style.parity.ladder.climb import LadderRuns, climb
from gluon_style.parity.ladder.distances import ladder_results
from gluon_style.parity.ladder import rungs
from gluon_style.parity.step import mxnet_side, torch_side
from gluon_style.storage.image_files import eight_bits
from gluon_style.storage.whole_files import whole_file
from gluon_style.vgg.weights import load_weights
from PIL import Image

FOLDER = Path(__file__).parent
IMAGES = ('sample:mountain-lake', 'sample:autumn-avenue')
SAME = {'width': 150, 'height': 100, 'epochs': 100, 'lr_decay_epoch': 10}
PAIR = ('d2l-0.17-pytorch', 'd2l-0.17-mxnet')
UNUSED = ('settings', 'seconds', 'effect', 'headline')


def rounded(value: Any, digits: int = 5) -> Any:
    """Keep so many digits of every number, and so make the file small."""
    if isinstance(value, dict):
        return {name: rounded(part, digits) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part, digits) for part in value]
    return float(f'{value:.{digits}g}') if isinstance(value, float) else value


def save(picture: Any, name: str) -> None:
    """Write a picture, (h, w, 3) in [0, 1]."""
    with whole_file(FOLDER / f'two_tabs_{name}.jpg') as target:
        Image.fromarray(eight_bits(picture)).save(target, quality=92)


def main() -> None:
    """Climb, and write the results."""

    def tell(name: str, record: Any) -> None:
        if record.epoch == SAME['epochs']:
            sys.stderr.write(f'{name}: {record.total_loss:.4g}\n')

    ladder = climb(
        *(gs.find_image(name) for name in IMAGES),
        rungs(*PAIR, **SAME),
        tell,
        floors=True,
    )
    store(ladder)


def store(ladder: LadderRuns) -> None:
    """Write what was measured, and the pictures."""
    origin = load_weights('auto').origin
    results = ladder_results(
        ladder,
        *PAIR,
        content=IMAGES[0],
        style=IMAGES[1],
        weights=f'{origin.source} {origin.digest[:19]}',
        lr_decay_epoch=SAME['lr_decay_epoch'],
        versions=[mxnet_side.VERSION, torch_side.VERSION],
    )
    for rung in results['rungs']:
        for name in UNUSED:
            del rung[name]
    with whole_file(FOLDER / 'two_tabs.json') as target:
        text = json.dumps(rounded(results), allow_nan=False)
        target.write_text(text + '\n', encoding='utf-8')
    for i, run in enumerate(ladder.runs):
        save(run.picture, str(i))
    save(ladder.twins[ladder.framework_pair[0]][0].picture, 'twin')


if __name__ == '__main__':
    main()
