"""From the samples to the figures, the ratios and the table."""

from statistics import median, quantiles
from typing import Dict, Iterator, List, Sequence

from children import Child

__all__ = ['compare', 'summarise', 'table']

TIME_BARS = (
    ('chapter-mxnet', 'd/a time', 0.33),
    ('chapter-torch', 'd/b time', 0.75),
    ('frozen-torch', 'd/c time', 1.05),
    ('floor', 'd/floor', 1.10),
)
MEMORY_BAR = 0.70
OURS, CHAPTER = 'gluon_style', 'chapter-mxnet'


def summarise(child: Child, steps: float, gflop: float) -> dict:
    """Reduce a child's laps of so many steps; the first is the warm-up."""
    laps = child.samples[1:]
    seconds = [lap['seconds'] / steps for lap in laps]
    cpu_seconds = sum(lap['cpu_seconds'] for lap in laps)
    return {
        'median': median(seconds),
        'min': min(seconds),
        'iqr': _iqr(seconds),
        'peak_mib': child.peak_mib(),
        'cores': cpu_seconds / sum(lap['seconds'] for lap in laps),
        'idle_cpu': child.idle_cpu_seconds / child.idle_seconds,
        'gflop_per_second': gflop / median(seconds),
        'samples': seconds,
        'warm_up': child.samples[0]['seconds'] / steps,
        'losses': [lap['loss'] for lap in child.samples if 'loss' in lap],
    }


def _iqr(seconds: Sequence[float]) -> float:
    if len(seconds) < 2:
        return 0.0
    low, _, high = quantiles(seconds, n=4, method='inclusive')
    return high - low


def compare(figures: Dict[str, dict]) -> List[dict]:
    """Compare gluon_style with each contender that ran, round by round.

    A ratio of times is the median of the rounds' ratios, so that a
    disturbance in one round does not enter.
    """
    ratios = []
    ours = figures.get(OURS)
    for name, short, bar in TIME_BARS:
        if ours and name in figures:
            pairs = zip(ours['samples'], figures[name]['samples'])
            rounds = [own / other for own, other in pairs]
            ratios.append(_ratio(short, median(rounds), bar))
            ratios[-1]['samples'] = rounds
    if ours and CHAPTER in figures:
        memory = ours['peak_mib'] / figures[CHAPTER]['peak_mib']
        ratios.append(_ratio('d/a memory', memory, MEMORY_BAR))
    return ratios


def _ratio(name: str, value: float, bar: float) -> dict:
    return {'name': name, 'value': value, 'bar': bar, 'met': value <= bar}


def table(results: dict) -> str:
    """Lay the results out as text."""
    return '\n'.join(
        [*_head(results), '', *_contenders(results), '', *_bars(results)]
    )


def _head(results: dict) -> Iterator[str]:
    settings, machine = results['settings'], results['machine']
    yield (
        f'{settings["width"]}x{settings["height"]} pixels, '
        f'{settings["rounds"]} rounds of {settings["steps"]} steps each, '
        f'{results["gflop"]["step"]:.1f} GFLOP a step'
    )
    yield f'weights: {settings["weights"]}; images: {settings["images"]}'
    yield (
        f'{machine["cpu"]}, {machine["physical_cores"]} cores; Python '
        f'{machine["python"]}, MXNet {machine["mxnet"]}, PyTorch '
        f'{machine["torch"] or "none"}, commit {machine["commit"] or "?"}'
    )
    yield from results['notes']


def _contenders(results: dict) -> Iterator[str]:
    yield (
        '                   s/step     min     IQR  peak MiB  cores  '
        'GFLOP/s  x floor'
    )
    floor = results['figures'].get('floor', {}).get('median')
    for name, figure in results['figures'].items():
        letter = f'({figure["letter"]})' if 'letter' in figure else ''
        peak = f'{figure["peak_mib"]:.0f}' if letter else '-'
        to_floor = f'{figure["median"] / floor:.2f}' if floor else '-'
        yield (
            f'{letter:3} {name:13}{figure["median"]:8.3f}{figure["min"]:8.3f}'
            f'{figure["iqr"]:8.3f}{peak:>10}{figure["cores"]:7.2f}'
            f'{figure["gflop_per_second"]:9.1f}{to_floor:>9}'
        )


def _bars(results: dict) -> Iterator[str]:
    for ratio in results['ratios']:
        verdict = 'met' if ratio['met'] else 'missed'
        yield (
            f'{ratio["name"]:13}{ratio["value"]:7.3f}   '
            f'bar {ratio["bar"]:.2f}   {verdict}'
        )
