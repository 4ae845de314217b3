"""Whether several Pythons make the same picture, to the bit.

    python tools/same_picture.py .venv/bin/python /elsewhere/bin/python ...

In each, which has gluon_style installed: 20 epochs of the shipped samples at
96x64 with the student's weights. Prints the versions, the last losses and the
hash of the pixels; ends with 1 if any two differ. The arithmetic is MXNet's
own, but what NumPy and Pillow do before and after it is not.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

SETTINGS = [
    *('sample:mountain-lake', 'sample:autumn-avenue', '--weights', 'student'),
    *('--width', '96', '--height', '64', '--epochs', '20'),
    *('--report-every', '20', '--no-plot', '--quiet'),
]
VERSIONS = (
    'import sys, numpy, PIL; from PIL import Image; '
    'sys.stdout.write("%d.%d.%d\\t" % sys.version_info[:3]); '
    'sys.stdout.write(f"{numpy.__version__}\\t{PIL.__version__}\\n"); '
    'sys.stdout.flush(); '
    'sys.stdout.buffer.write(Image.open(sys.argv[1]).tobytes())'
)


def picture(python: str, folder: Path) -> tuple[list[str], bytes]:
    """Make the picture in one Python.

    Returns
    -------
    tuple
        The versions of Python, NumPy and Pillow, and what must be the same
        in all: the last line of the log, then the pixels.
    """
    out, log = folder / 'picture.png', folder / 'log.csv'
    command = [python, '-m', 'gluon_style', 'transfer', *SETTINGS]
    files = ['-o', str(out), '--log', str(log)]
    subprocess.run([*command, *files], check=True)
    answer = subprocess.run(
        [python, '-c', VERSIONS, str(out)], check=True, stdout=subprocess.PIPE
    ).stdout
    versions, _, pixels = answer.partition(b'\n')
    last = log.read_text(encoding='utf-8').splitlines()[-1]
    last = last.rpartition(',')[0]  # without the seconds
    return versions.decode().split('\t'), f'{last}\n'.encode() + pixels


def main(pythons: list[str]) -> int:
    """Print a row for each Python; return 1 if any two differ."""
    results = set()
    row = '{:8} {:8} {:8} {:64} {}'
    print(row.format('Python', 'NumPy', 'Pillow', 'sha256', 'losses'))
    for python in pythons:
        with tempfile.TemporaryDirectory() as folder:
            versions, result = picture(python, Path(folder))
        results.add(result)
        losses, _, pixels = result.partition(b'\n')
        digest = hashlib.sha256(pixels).hexdigest()
        print(row.format(*versions, digest, losses.decode()), flush=True)
    return int(len(results) > 1)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
