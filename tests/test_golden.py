"""Every intermediate of a small run, against arrays made once."""

import importlib.util
import json
from pathlib import Path

import numpy
import pytest
from arrays import assert_close
from tolerances import GOLDEN

HERE = Path(__file__).parent / 'golden'
WANTED = numpy.load(HERE / 'small_run.npz')


@pytest.fixture(scope='module')
def got():
    spec = importlib.util.spec_from_file_location('g', HERE / 'generate.py')
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    recipe = json.loads((HERE / 'small_run.json').read_text())
    assert recipe == generate.RECIPE
    return generate.small_run(recipe)


def test_names(got):
    assert list(got) == WANTED.files


@pytest.mark.parametrize('name', WANTED.files)
def test_array(got, name):
    assert_close(got[name], WANTED[name], GOLDEN)
    assert abs(WANTED[name]).max() > 0
