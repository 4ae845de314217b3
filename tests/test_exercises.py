"""Notebooks that are published without outputs: built, but left blank."""

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip('jupytext', reason='needs jupytext (extra: notebooks)')
pytest.importorskip('nbclient', reason='needs nbclient (extra: notebooks)')
pytest.importorskip('ipykernel', reason='needs ipykernel (extra: notebooks)')

FOLDER = Path(__file__).resolve().parent.parent / 'notebooks'
BLANK = ['03_exercises.py', 'tr/03_alistirmalar.py']


@pytest.fixture(scope='module')
def build():
    spec = importlib.util.spec_from_file_location(
        'build_blank_notebooks', FOLDER / 'build.py'
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_exercises_alone_are_blank(build):
    blank = [
        source.relative_to(FOLDER).as_posix()
        for source in build.find_sources()
        if not build.keeps_outputs(build.read_source(source))
    ]
    assert blank == BLANK


@pytest.mark.parametrize('name', BLANK)
def test_an_exercise_has_a_start_and_a_hint(build, name):
    cells = build.read_source(FOLDER / name).cells
    turns = [
        cell
        for cell in cells
        if cell.cell_type == 'code'
        and ('# your turn' in cell.source or '# sıra sizde' in cell.source)
    ]
    # layers, one layer asked alone, weights, pulls, images
    assert len(turns) == 5
    # each begins with a guess, to be compared with what comes out
    assert all(cell.source.startswith('my_guess = ') for cell in turns)
    hints = sum(cell.source.count('<details>') for cell in cells)
    assert hints == sum(cell.source.count('</details>') for cell in cells) == 5


SOURCE = """# %% [markdown] tags=["no-outputs"]
# A question

# %%
from pathlib import Path
Path({trace!r}).write_text('ran')
print('an answer')
{last}
"""


def build_exercise(build, tmp_path, monkeypatch, last):
    monkeypatch.setattr(build, 'FOLDER', tmp_path / 'sources')
    build.FOLDER.mkdir()
    source = build.FOLDER / '09_exercises.py'
    trace = tmp_path / 'trace'
    source.write_text(SOURCE.format(trace=str(trace), last=last), 'utf-8')
    done = build.main(['09_exercises'])
    return done, trace, source.with_suffix('.ipynb')


def test_a_blank_notebook_is_executed_and_stores_nothing(
    build, tmp_path, monkeypatch
):
    done, trace, path = build_exercise(build, tmp_path, monkeypatch, '')
    assert done == 0
    assert trace.read_text() == 'ran'
    notebook = build.nbformat.read(path, as_version=4)
    assert [cell.cell_type for cell in notebook.cells] == ['markdown', 'code']
    assert notebook.cells[1].outputs == []
    assert notebook.cells[1].execution_count is None
    assert notebook.cells[0].metadata.tags == ['no-outputs']


def test_a_blank_notebook_that_fails_is_refused(
    build, tmp_path, monkeypatch, capsys
):
    done, _, path = build_exercise(build, tmp_path, monkeypatch, '1 / 0')
    assert done == 1
    assert 'ZeroDivisionError' in capsys.readouterr().err
    assert not path.exists()
