"""What a run will take, before it runs: memory by count, time by a probe."""

import json
import re
import resource
import subprocess
import sys
import warnings
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gluon_style.cli import main
from gluon_style.errors import SettingsError, StyleWarning
from gluon_style.runs import machine, probe
from gluon_style.runs.fitting import check_memory, largest_size
from gluon_style.runs.forecast import forecast_memory, maps_of
from gluon_style.runs.load import Load
from gluon_style.runs.recipes import settings_of
from gluon_style.storage.image_files import image_shape, open_rgb
from gluon_style.sweeps import sweeping
from gluon_style.vgg.layers import FILTERS, vgg19_layers
from gluon_style.vgg.weights import STUDENT, find_filters

SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']
GIGABYTE = 10**9
STUDENT_FILTERS = (32, 64, 96, 192, 128)
PRESETS = ('book', 'quick', 'fine')


def of_size(width, height, recipe='quick', **fields):
    fields = {'weights': 'random', **fields}
    return settings_of(recipe, width=width, height=height, **fields)


def test_maps_are_counted_as_by_hand():
    layers = [i for i in vgg19_layers((2, 3, 4, 5, 6)) if i.index <= 6]
    # two convolutions and ReLUs of 2 channels at 11x7, their pool at 5x3,
    # a convolution and a ReLU of 3 channels at 5x3
    by_hand = 4 * [2 * 11 * 7] + [2 * 5 * 3] + 2 * [3 * 5 * 3]
    assert list(maps_of(layers, 11, 7).values()) == by_hand


@pytest.mark.parametrize('suffix', ['.safetensors', '.params'])
def test_filters_are_read_off_a_file(command, tmp_path, suffix):
    assert find_filters('student') == STUDENT_FILTERS
    assert find_filters('random:7') == find_filters() == FILTERS
    path = tmp_path / f'narrow{suffix}'
    assert command('weights', 'convert', STUDENT, path).returncode == 0
    assert find_filters(str(path)) == STUDENT_FILTERS


sides = st.integers(32, 3000)


@given(sides, sides, st.integers(1, 500), st.sampled_from(PRESETS))
def test_a_larger_picture_takes_no_less(width, height, more, preset):
    small = of_size(width, height, preset)
    for larger in (
        replace(small, width=width + more),
        replace(small, height=height + more),
        replace(small, second_scale=2),
        replace(small, warm_start='student'),
    ):
        assert forecast_memory(small) <= forecast_memory(larger)
    assert forecast_memory(
        replace(small, weights='student')
    ) < forecast_memory(small)
    photos = 24_000_000, 1_000_000
    assert forecast_memory(small) < forecast_memory(small, photos)


def test_the_largest_stage_counts():
    once = of_size(450, 300, second_scale=2)
    assert forecast_memory(once) == forecast_memory(of_size(900, 600))


@given(sides, sides, st.integers(GIGABYTE, 64 * GIGABYTE))
def test_the_largest_size_fits_and_a_wider_one_does_not(width, height, free):
    settings = of_size(width, height)
    found = largest_size(settings, free)
    assert found
    assert forecast_memory(of_size(*found)) <= free
    wider = found[0] + 1, max(32, round(height * (found[0] + 1) / width))
    assert forecast_memory(of_size(*wider)) > free


def test_the_largest_size_may_be_one_in_tiles():
    """'auto' makes none below a megapixel, where less would fit."""
    settings = of_size(300, 200, tile='auto')
    width, height = largest_size(settings, 3 * GIGABYTE)
    assert width * height > 10**6
    assert forecast_memory(of_size(width, height, tile='auto')) <= 3 * GIGABYTE
    assert largest_size(of_size(300, 200), 3 * GIGABYTE)[0] < width


def test_nothing_fits_into_nothing():
    assert largest_size(of_size(450, 300), 1000) is None


def test_the_size_that_a_refusal_names_is_accepted(monkeypatch):
    monkeypatch.setattr(machine, 'memory_of_a_run', lambda: 3 * GIGABYTE)
    large = of_size(1800, 1200)
    with pytest.raises(SettingsError, match=r'1800x1200 takes about') as error:
        check_memory(large)
    named = re.search(r'--width (\d+) --height (\d+)', str(error.value))
    # other programs have taken a little meanwhile
    monkeypatch.setattr(machine, 'memory_of_a_run', lambda: 2.9 * GIGABYTE)
    check_memory(replace(large, width=int(named[1]), height=int(named[2])))
    assert '3.0 GB' in str(error.value)
    check_memory(replace(large, device='gpu'))  # it has memory of its own


@pytest.mark.parametrize(
    ('kind', 'limit', 'message'),
    [
        ('RLIMIT_AS', 4e9, 'a picture of 3000x2000 takes about'),
        ('RLIMIT_AS', 0.4e9, r'MXNet takes \d+ MB of what `ulimit -v`'),
        ('RLIMIT_DATA', 0.2e9, r'MXNet takes \d+ MB of what `ulimit -d`'),
    ],
)
def test_a_transfer_that_cannot_fit_is_one_line(
    tmp_path, kind, limit, message
):
    """Under `ulimit -v`: no traceback of MXNet, no SIGSEGV."""
    code = (
        f'import resource, sys; '
        f'resource.setrlimit(resource.{kind}, ({int(limit)},) * 2); '
        f'from gluon_style.cli import main; sys.exit(main({{}}))'
    )
    arguments = ['transfer', *SAMPLES, '-o', str(tmp_path / 'out.png'),
                 '--weights', 'student', '--width', '3000',
                 '--height', '2000']  # fmt: skip
    done = subprocess.run(
        [sys.executable, '-c', code.format(arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert re.match(f'gluon-style: {message}', line)
    assert not list(tmp_path.iterdir())


def test_the_limits_of_the_process_count(monkeypatch):
    class Limited(psutil.Process):
        def rlimit(self, kind):
            used = self.memory_info().vms
            most = used + left if kind == psutil.RLIMIT_AS else -1
            return most, most

    monkeypatch.setattr(psutil, 'Process', Limited)
    monkeypatch.setenv('OMP_NUM_THREADS', '2')
    left = 5 * 10**8
    beyond = 10**8 + 2 * 17 * 10**6  # what libraries take and do not hold
    assert machine.free_memory() == pytest.approx(left - beyond, abs=10**7)
    held = psutil.Process().memory_info().rss
    assert machine.memory_of_a_run() == pytest.approx(
        left - beyond + held, abs=10**7
    )
    left = 1000
    assert machine.free_memory() == 0


def test_plan_says_it_in_seconds_and_is_right(fresh_command, tmp_path):
    size = ['--weights', 'student', '--preset', 'quick', '--width', 225,
            '--height', 150, '--epochs', 3]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = fresh_command('plan', *SAMPLES, *size, '--json')
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    (stage,) = said['stages']
    assert (stage['width'], stage['height'], stage['epochs']) == (225, 150, 3)
    assert 0 < 3 * said['seconds_per_step'] < said['seconds']
    assert said['fits'] is True
    assert said['largest'][0] > 225
    # 5 s of wall time are promised on a machine that does nothing else: this
    # is processor time, twice that where others use its cores
    assert after.ru_utime - before.ru_utime < 10
    code = (
        'import re, runpy, sys; from gluon_style.cli import main; '
        f'main({["transfer", *SAMPLES, "-o", "a.png", *map(str, size)]!r}); '
        'print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status")'
        '.read())[1])'
    )
    run = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    held = int(run.stdout.split()[-1]) * 1024
    assert said['memory_bytes'] == pytest.approx(held, rel=0.15)


def test_plan_for_people_and_for_what_does_not_fit(capsys):
    size = ['--width', '30000', '--height', '20000']
    code = main(['plan', SAMPLES[0], '--weights', 'student', *size])
    said = capsys.readouterr().out
    assert code == 1
    assert re.search(r'memory +\d+\.\d GB; .*: it does not fit', said)
    assert re.search(r'largest +\d+x\d+', said)
    assert re.search(r'in all +\d+ h', said)


def test_a_sweep_whose_cells_do_not_fit_at_once_warns(monkeypatch):
    image = SimpleNamespace(width=450, height=300)
    task: Any = SimpleNamespace(
        settings=of_size(450, 300), content=image, style=image
    )
    one = sweeping._memory(task)
    monkeypatch.setattr(sweeping, 'free_memory', lambda: 2 * one)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        sweeping._warn_of_memory([task] * 5, 2)
    with pytest.warns(StyleWarning, match='3 cells at once take about'):
        sweeping._warn_of_memory([task] * 5, 3)


def test_the_shape_of_an_image_is_read_without_decoding(tmp_path):
    exif = Image.Exif()
    for orientation in (1, 3, 6, 8):
        exif[0x0112] = orientation
        path = tmp_path / 'a.jpg'
        Image.new('RGB', (40, 30)).save(path, exif=exif)
        assert image_shape(path) == open_rgb(path).shape[:2]


def test_a_pace_goes_on_along_its_line():
    """Seconds of 0.1 + 2e-6 a pixel: the same line within, steeper beyond."""
    pixels = (2400, 15000)
    steps = tuple(0.1 + 2e-6 * i for i in pixels)
    pace = probe.Pace(1.0, pixels, steps, pairs=0.0)
    assert pace.evaluation(6000) == pytest.approx(0.1 + 2e-6 * 6000)
    beyond = steps[1] + probe.BEYOND * 2e-6 * 85000
    assert pace.evaluation(100_000) == pytest.approx(beyond)
    three = probe.Pace(1.0, (2400, 15000, 60000), (0.1, 9.0, 0.2), pairs=0.0)
    slope = 0.1 / (60000 - 2400)  # what is between the ends does not count
    beyond = 0.2 + probe.BEYOND * slope * 40_000
    assert three.evaluation(100_000) == pytest.approx(beyond)
    noisy = probe.Pace(1.0, pixels, (0.2, 0.1), pairs=1e-6)
    assert noisy.evaluation(30_000) == pytest.approx(0.2)


def test_each_tile_costs_what_its_window_does():
    pace = probe.Pace(1.0, (2400, 15000), (0.1, 0.2), pairs=0.0)
    load = Load((15000, 2400), (2400, 2400, 15000), 0)
    assert pace.of_tiles(load) == pytest.approx(0.3 / 2 + 0.4)
    asked = of_size(3840, 2560, 'book', tile='640')
    stage, whole = (
        probe.StageForecast.of(i, pace)
        for i in (asked, replace(asked, tile='off'))
    )
    assert (stage.tiling, whole.tiling) == ('6x4', 'whole')
    more = stage.seconds_per_step / whole.seconds_per_step
    windows = Load.of(asked).work / (3840 * 2560)
    assert windows == pytest.approx(2.01, abs=0.01)
    # what does not grow with the pixels, each tile has
    assert windows < more / probe.GIVING_BACK < 1.02 * windows


@pytest.mark.parametrize(('enough', 'sizes'), [(1e9, 3), (0, 2)])
def test_a_third_size_is_probed_where_two_took_little(
    enough, sizes, monkeypatch
):
    monkeypatch.setattr(probe, 'ENOUGH', enough)
    pace = probe.measure_pace(of_size(45, 30, 'book', weights='student'))
    areas = [w * h for w, h in probe.SIZES]
    assert [*pace.pixels] == areas[:sizes]
    assert len(pace.steps) == sizes
    assert min(pace.steps) > 0


def test_the_seconds_of_a_stage_are_its_steps_and_two_looks():
    pace = probe.Pace(1.0, (2400, 15000), (0.1, 0.2), pairs=0.0)
    settings = of_size(150, 100, 'book', epochs=7)
    stage = probe.StageForecast.of(settings, pace)
    assert stage.seconds_per_step == pytest.approx(0.2)
    assert stage.seconds == pytest.approx((7 + probe.WANTED) * 0.2)
    assert stage.ending == pytest.approx(probe.JUDGED * 0.2)
