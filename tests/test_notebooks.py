"""The notebooks: the .ipynb are those of their sources, which still run."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

pytest.importorskip('jupytext', reason='needs jupytext (extra: notebooks)')
pytest.importorskip('nbclient', reason='needs nbclient (extra: notebooks)')
pytest.importorskip('ipykernel', reason='needs ipykernel (extra: notebooks)')

FOLDER = Path(__file__).resolve().parent.parent / 'notebooks'
TINY = "image_shape, num_epochs, weights = (48, 32), 3, 'random'"
ABSOLUTE = re.compile(r'(?<![\w.:/])/\w[\w.-]*/|\b[A-Z]:\\')


def load_build():
    spec = importlib.util.spec_from_file_location(
        'build_notebooks', FOLDER / 'build.py'
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load_build()
SOURCES = build.find_sources()
PAIRS = [
    (FOLDER / '01_neural_style.py', FOLDER / 'tr/01_sinir_tarzi_transfer.py')
]

each_source = pytest.mark.parametrize(
    'source', SOURCES, ids=[source.stem for source in SOURCES]
)


def published(source):
    path = source.with_suffix('.ipynb')
    return build.nbformat.read(path, as_version=build.nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == 'code']


def test_every_source_has_its_translation():
    assert sorted(SOURCES) == sorted(sum(PAIRS, ()))


@each_source
def test_published_cells_are_those_of_the_source(source):
    cells = [
        (cell.id, cell.cell_type, cell.source)
        for cell in published(source).cells
    ]
    assert cells == [
        (cell.id, cell.cell_type, cell.source)
        for cell in build.read_source(source).cells
    ], 'edit the .py and run: make notebooks'


@each_source
def test_published_is_executed_in_order_without_error(source):
    cells = code_cells(published(source))
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    kinds = [output.output_type for c in cells for output in c.outputs]
    assert kinds
    assert 'error' not in kinds


@each_source
def test_published_says_that_its_weights_are_real(source):
    texts = build.output_texts(published(source))
    assert sum('sha256:' in text for text in texts) == 1


@each_source
def test_published_shows_its_figures(source):
    pictures = [
        output
        for cell in code_cells(published(source))
        for output in cell.outputs
        if output.get('data', {}).keys() & {'image/png', 'image/jpeg'}
    ]
    assert len(pictures) == 4  # images, features, training, result


@each_source
def test_published_is_small_and_of_no_machine(source):
    assert source.with_suffix('.ipynb').stat().st_size < 1_000_000
    notebook = published(source)
    assert notebook.metadata == build.METADATA
    for text in build.output_texts(notebook):
        assert not ABSOLUTE.search(text), text
    for cell in notebook.cells:
        assert set(cell.metadata) <= {'tags'}  # no timings


def skeleton(code):
    """Dump code without its texts: labels may differ in another language."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ''
        elif isinstance(node, ast.JoinedStr):
            node.values = [
                value
                for value in node.values
                if isinstance(value, ast.FormattedValue)
            ]
    return ast.dump(tree)


@pytest.mark.parametrize(
    'pair', PAIRS, ids=[english.stem for english, _ in PAIRS]
)
def test_both_languages_have_the_same_cells_and_code(pair):
    english, turkish = (build.read_source(path).cells for path in pair)
    assert [c.cell_type for c in english] == [c.cell_type for c in turkish]
    for here, there in zip(english, turkish):
        assert here.metadata == there.metadata
        if here.cell_type == 'code':
            assert skeleton(here.source) == skeleton(there.source)


@each_source
def test_source_runs_offline_at_a_tiny_size(source):
    notebook = build.read_source(source)
    (parameters,) = [
        cell
        for cell in notebook.cells
        if 'parameters' in cell.metadata.get('tags', [])
    ]
    parameters.source += '\n' + TINY
    build.execute(notebook)
    assert all(cell.execution_count for cell in code_cells(notebook))
    build.check(notebook)


@pytest.mark.parametrize(
    ('code', 'complaint'),
    [
        ('1 / 0', 'ZeroDivisionError'),
        ('import os; os.getcwd()', 'local path'),
        ("print('x' * 2000)", 'bytes, wanted less than 2000'),
    ],
)
def test_build_refuses(code, complaint, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    monkeypatch.setattr(build, 'MAX_BYTES', 2000)
    (tmp_path / '09_bad.py').write_text(f'# %%\n{code}\n', encoding='utf-8')
    (tmp_path / '09_bad.ipynb').write_text('as it was', encoding='utf-8')
    assert build.main(['09_bad']) == 1
    assert complaint in capsys.readouterr().err
    assert (tmp_path / '09_bad.ipynb').read_text('utf-8') == 'as it was'
    assert len(list(tmp_path.iterdir())) == 2


def test_build_twice_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    source = tmp_path / '09_good.py'
    source.write_text(
        '# %% [markdown]\n# Text\n\n# %%\nimport sys\n'
        "print('chatter', file=sys.stderr)\nprint(1)\n",
        encoding='utf-8',
    )
    assert build.main([]) == 0
    first = source.with_suffix('.ipynb').read_bytes()
    assert build.main(['09_good']) == 0
    assert source.with_suffix('.ipynb').read_bytes() == first
    assert b'chatter\\n' not in first
    cells = published(source).cells
    assert [cell.id for cell in cells] == ['cell-00', 'cell-01']


def test_build_knows_only_its_notebooks(capsys):
    assert build.main(['07_nothing']) == 1
    assert '01_neural_style' in capsys.readouterr().err
