"""By how much the lab's page slows its run: steps a second with and without.

    python benchmarks/lab.py [--width 450] [--steps 12] [--rounds 5]

Two runs of the same settings in one process take turns: one with nothing to
be seen, one with the page (pictures, curves, shares of the gradient). The page
has no browser; what it sends is turned into JSON, as a kernel would. The ratio
is the median of the rounds'; the bar is 1.10.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import Any

import comm
from comm.base_comm import BaseComm

import gluon_style  # noqa: F401  (before MXNet)
from gluon_style.lessons.lab.engine import Lab
from gluon_style.lessons.lab.page import Page

BAR = 1.10


class JsonComm(BaseComm):
    """Does to a message what costs most on its way to the browser."""

    sent = 0

    def publish_msg(self, msg_type: str, data: Any = None, **_: Any) -> None:
        """Count its bytes."""
        JsonComm.sent += len(json.dumps(data, default=str))


def lap(lab: Lab, steps: int) -> float:
    """Take steps; return the seconds of one."""
    begun = time.perf_counter()
    lab.step(steps)
    lab.wait()
    seconds = (time.perf_counter() - begun) / steps
    while lab._pulls_are_old():  # measured in the pause, which counts not
        time.sleep(0.1)
    return seconds


def main() -> None:
    """Measure, and say whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--width', type=int, default=450)
    parser.add_argument('--steps', type=int, default=12)
    parser.add_argument('--rounds', type=int, default=5)
    given = parser.parse_args()
    comm.create_comm = JsonComm
    page = Page(width=given.width)
    plain = Lab(frames=1e-6, with_pulls=False)
    page.lab.wait()
    plain.prepare(
        page._source(page.photo),
        page._source(page.painting),
        page.lab.view.history.settings,
    )
    for lab in (plain, page.lab):
        lap(lab, 2)  # warm-up
    ratios = []
    for i in range(given.rounds):
        pair = [plain, page.lab] if i % 2 else [page.lab, plain]
        times = {id(lab): lap(lab, given.steps) for lab in pair}
        bare, seen = times[id(plain)], times[id(page.lab)]
        ratios.append(seen / bare)
        print(f'{bare:.3f} s a step, with the page {seen:.3f}', flush=True)
    ratio = statistics.median(ratios)
    verdict = 'within' if ratio <= BAR else 'above'
    print(f'ratio {ratio:.3f}: {verdict} the bar of {BAR}')
    print(f'{JsonComm.sent / 1e6:.1f} MB were sent')
    page.close()
    plain.close()


if __name__ == '__main__':
    main()
