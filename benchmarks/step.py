"""Time a step of style transfer: the chapter as printed against gluon_style.

Each contender lives in a process of its own and runs only when asked to; they
take turns, so that what disturbs the machine disturbs all. See README.md.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List

from children import Child, ChildError, bare_environment
from flops import gflop_of_step
from inputs import InputError, find_images, find_weights
from machine import busy_seconds, describe, physical_cores
from products import LIBRARIES
from report import compare, summarise, table

CONTENDERS = {
    'chapter-mxnet': ('a', ['rival_mxnet.py']),
    'chapter-torch': ('b', ['rival_torch.py']),
    'frozen-torch': ('c', ['rival_torch.py', '--frozen']),
    'gluon_style': ('d', ['ours.py']),
}
PRODUCT_SIZE = 4096


def parse(arguments: List[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--width', type=int, default=450)
    parser.add_argument('--height', type=int, default=300)
    parser.add_argument('--rounds', type=int, default=7,
                        help='laps of each contender that count')  # fmt: skip
    parser.add_argument('--steps', type=int, default=2,
                        help='steps in a lap')  # fmt: skip
    parser.add_argument('--only', default='a,b,c,d', metavar='a,d',
                        help='contenders, by letter or name')  # fmt: skip
    parser.add_argument('--weights', default='',
                        help='a .safetensors file, or random')  # fmt: skip
    parser.add_argument('--json', metavar='PATH',
                        help='write all figures; - is stdout')  # fmt: skip
    options = parser.parse_args(arguments)
    if min(options.rounds, options.steps) < 1:
        parser.error('--rounds and --steps must be at least 1')
    if min(options.width, options.height) < 32:
        parser.error('--width and --height must be at least 32')
    wanted = options.only.replace(' ', '').split(',')
    known = [*CONTENDERS, *(letter for letter, _ in CONTENDERS.values())]
    if not set(wanted) <= set(known):
        parser.error(f'--only takes {", ".join(known)}')
    options.only = [
        name
        for name, (letter, _) in CONTENDERS.items()
        if {name, letter} & set(wanted)
    ]
    return options


def say(text: str) -> None:
    """Report progress, out of the way of the results."""
    print(text, file=sys.stderr, flush=True)


def without_torch(options: argparse.Namespace) -> List[str]:
    """Leave out what needs PyTorch if it is missing; return a note."""
    missing = importlib.util.find_spec('torch') is None
    skipped = [name for name in options.only if missing and 'torch' in name]
    options.only = [name for name in options.only if name not in skipped]
    if not skipped:
        return []
    return [f'skipped: {", ".join(skipped)} (PyTorch is not installed)']


def start_floor(options: argparse.Namespace, environment: dict) -> Child:
    """Start the child that measures matrix products, by the best library."""
    environment = {**environment, 'OMP_NUM_THREADS': str(physical_cores())}
    fastest = {}
    for library in LIBRARIES:
        if importlib.util.find_spec(library) is not None:
            job = {'library': library, 'size': 2048, 'steps': 6, 'epochs': 6}
            child = Child(['products.py'], job, environment)
            fastest[library] = child.lap()['loss']
            child.close()
    library = min(fastest, key=fastest.get)
    say(f'floor: the float32 product of {library}')
    epochs = options.steps * (options.rounds + 1)
    job = {'library': library, 'size': PRODUCT_SIZE, 'epochs': epochs,
           'steps': options.steps}  # fmt: skip
    child = Child(['products.py'], job, environment)
    child.maker = library
    return child


def start_children(
    options: argparse.Namespace, folder: Path, environment: dict, used: dict
) -> Dict[str, Child]:
    """Start all contenders, one after the other; note the inputs in `used`."""
    weights, used['weights'] = find_weights(options.weights, folder)
    content, style, used['images'] = find_images(folder)
    job = {
        'width': options.width,
        'height': options.height,
        'steps': options.steps,
        'epochs': options.steps * (options.rounds + 1),
        'weights': str(weights),
        'content': str(content),
        'style': str(style),
    }
    children = {'floor': start_floor(options, environment)}
    used['product'] = f'{children["floor"].maker}, {PRODUCT_SIZE} rows'
    try:
        for name in options.only:
            say(f'starting {name}')
            children[name] = Child(CONTENDERS[name][1], job, environment)
    except BaseException:
        close(children)
        raise
    return children


def close(children: Dict[str, Child]) -> None:
    """End all children."""
    for child in children.values():
        child.close()


def run_rounds(children: Dict[str, Child], rounds: int) -> float:
    """Let them take turns; return the share of the machine others used."""
    names = list(children)
    for name in names:
        say(f'warm-up of {name}')
        children[name].lap()
    busy, there = busy_seconds()
    own = sum(child.cpu_seconds() for child in children.values())
    for number in range(rounds):
        shift = number % len(names)
        line = []
        for name in names[shift:] + names[:shift]:
            line.append(f'{name} {children[name].lap()["seconds"]:.2f}')
        say(f'round {number + 1} of {rounds}, s: {", ".join(line)}')
    own = sum(child.cpu_seconds() for child in children.values()) - own
    busy, there = (b - a for a, b in zip((busy, there), busy_seconds()))
    return max(0.0, (busy - own) / there)


def figures_of(
    children: Dict[str, Child], steps: int, gflop: float
) -> Dict[str, dict]:
    """Reduce the laps of each child, the floor last."""
    names = [*(name for name in children if name != 'floor'), 'floor']
    # a product counts as the part of a step that its GFLOP make
    part = 2 * PRODUCT_SIZE**3 / 1e9 / gflop
    figures = {}
    for name in names:
        in_lap = steps * (part if name == 'floor' else 1)
        figures[name] = summarise(children[name], in_lap, gflop)
        if name in CONTENDERS:
            figures[name]['letter'] = CONTENDERS[name][0]
    del figures['floor']['losses']
    return figures


def warnings_of(figures: Dict[str, dict], others: float) -> List[str]:
    """Say what makes the figures less than sure."""
    notes = [f'others used {others:.1%} of the processors meanwhile']
    if others > 0.03:
        notes[0] += ': repeat this on a quiet machine'
    return notes + [
        f'{name} used {figure["idle_cpu"]:.1%} of a core while it was to wait'
        for name, figure in figures.items()
        if figure['idle_cpu'] > 0.01
    ]


def measure(options: argparse.Namespace) -> dict:
    """Run it all and return every figure."""
    began = time.perf_counter()
    notes = without_torch(options)
    environment, dropped = bare_environment()
    if dropped:
        notes.append(f'unset for all contenders: {", ".join(dropped)}')
    convolutions, grams = gflop_of_step(options.width, options.height)
    gflop = convolutions + grams
    names = ('width', 'height', 'rounds', 'steps')
    used = {name: getattr(options, name) for name in names}
    with tempfile.TemporaryDirectory() as folder:
        children = start_children(options, Path(folder), environment, used)
        try:
            others = run_rounds(children, options.rounds)
            figures = figures_of(children, options.steps, gflop)
        finally:
            close(children)
    return {
        'settings': used,
        'machine': describe(),
        'gflop': {'step': gflop, 'convolutions': convolutions, 'grams': grams},
        'figures': figures,
        'ratios': compare(figures),
        'others_share': others,
        'total_seconds': time.perf_counter() - began,
        'notes': notes + warnings_of(figures, others),
    }


def main() -> None:
    """Measure, print the table, write the JSON."""
    options = parse(sys.argv[1:])
    try:
        results = measure(options)
    except (ChildError, InputError) as error:
        sys.exit(f'step.py: {error}')
    except KeyboardInterrupt:
        sys.exit(130)
    text = json.dumps(results, indent=2) + '\n'
    if options.json == '-':
        print(text, end='')
    elif options.json:
        Path(options.json).parent.mkdir(parents=True, exist_ok=True)
        Path(options.json).write_text(text, encoding='utf-8')
    print(table(results), file=sys.stderr if options.json == '-' else None)


if __name__ == '__main__':
    main()
