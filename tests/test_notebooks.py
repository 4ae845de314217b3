"""The notebooks: the .ipynb are those of their sources, which still run."""

import ast
import builtins
import importlib.util
import json
import os
import re
from pathlib import Path

import numpy
import pytest
from chapter_cells import FUNCTIONS
from PIL import Image

pytest.importorskip('jupytext', reason='needs jupytext (extra: notebooks)')
pytest.importorskip('nbclient', reason='needs nbclient (extra: notebooks)')
pytest.importorskip('ipykernel', reason='needs ipykernel (extra: notebooks)')

FOLDER = Path(__file__).resolve().parent.parent / 'notebooks'
# what the parameters of a notebook become in a test, if it has them
TINY = {
    'image_shape': (48, 32),
    'num_epochs': 3,
    'weights': 'student',
    'num_sentences': 200,
}
# pictures that a notebook shows; an inline backend that is not active loses
# them without a word
PICTURES = {
    '01_neural_style': 12,
    '02_two_tabs': 10,
    '03_solutions': 17,
    '04_text_style': 3,
    '05_lab': 9,
}
LINK = re.compile(r'\]\(([^)#\s]+\.(?:ipynb|md))\)')
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
# the others are handed out without outputs
EXECUTED = [
    source
    for source in SOURCES
    if build.keeps_outputs(build.read_source(source))
]
ENGLISH = [source for source in SOURCES if source.parent == FOLDER]

each_source = pytest.mark.parametrize(
    'source', SOURCES, ids=[source.stem for source in SOURCES]
)
each_executed = pytest.mark.parametrize(
    'source', EXECUTED, ids=[source.stem for source in EXECUTED]
)
each_pair = pytest.mark.parametrize(
    'source', ENGLISH, ids=[source.stem for source in ENGLISH]
)


def published(source):
    path = source.with_suffix('.ipynb')
    return build.nbformat.read(path, as_version=build.nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == 'code']


def links(source, cells):
    """Files that the text of cells leads to, beside the source."""
    return [
        (source.parent / link).resolve()
        for cell in cells
        if cell.cell_type == 'markdown'
        for link in LINK.findall(cell.source)
        if '://' not in link
    ]


def translation(source):
    """The source in the other language: its first cell leads there."""
    first = build.read_source(source).cells[:1]
    (twin,) = [
        path
        for path in links(source, first)
        if (path.parent == FOLDER) != (source.parent == FOLDER)
    ]
    return twin.with_suffix('.py')


@each_source
def test_every_source_has_its_translation(source):
    twin = translation(source)
    assert twin in SOURCES
    assert translation(twin) == source
    assert twin.name[:2] == source.name[:2]


@each_source
def test_links_lead_to_files(source):
    for path in links(source, build.read_source(source).cells):
        assert path.is_file(), path.name


@each_source
def test_published_cells_are_those_of_the_source(source):
    cells = [
        (cell.id, cell.cell_type, cell.source, cell.metadata)
        for cell in published(source).cells
    ]
    assert cells == [
        (cell.id, cell.cell_type, cell.source, cell.metadata)
        for cell in build.read_source(source).cells
    ], 'edit the .py and run: make notebooks'


@each_executed
def test_published_is_executed_in_order_without_error(source):
    cells = code_cells(published(source))
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    kinds = [output.output_type for c in cells for output in c.outputs]
    assert kinds
    assert 'error' not in kinds


@each_source
def test_exercises_are_published_without_outputs(source):
    if source not in EXECUTED:
        for cell in code_cells(published(source)):
            assert cell.execution_count is None
            assert not cell.outputs


@each_executed
def test_published_says_that_its_weights_are_real(source):
    cells = [
        cell
        for cell in code_cells(published(source))
        if 'weights_used' in cell.source or '.digest' in cell.source
    ]
    for cell in cells:
        text = ''.join(output.get('text', '') for output in cell.outputs)
        assert 'sha256:' in text
        assert 'random' not in text
    assert cells or 'vgg19_features' not in source.read_text('utf-8')


def pictures(notebook):
    """How many pictures each code cell shows."""
    return [
        sum(bool(build.picture_kinds(output)) for output in cell.outputs)
        for cell in code_cells(notebook)
    ]


@each_executed
def test_every_picture_is_described_for_those_who_do_not_see_it(source):
    for cell in code_cells(published(source)):
        for output in cell.outputs:
            for kind in build.picture_kinds(output):
                assert output.metadata[kind]['alt'] == cell.metadata['alt']
                assert len(cell.metadata['alt'].split()) > 3, cell.source


@each_pair
def test_descriptions_are_in_the_language_of_their_notebook(source):
    here, there = (
        [cell.metadata['alt'] for cell in cells if 'alt' in cell.metadata]
        for cells in (
            build.read_source(source).cells,
            build.read_source(translation(source)).cells,
        )
    )
    assert not set(here) & set(there)


@each_pair
def test_published_shows_its_figures_in_both_languages(source):
    shown = pictures(published(source))
    assert shown == pictures(published(translation(source)))
    if source.stem in PICTURES:
        assert sum(shown) == PICTURES[source.stem]


def without_docstring(node):
    """Dump a function or class, without its docstrings."""
    for inner in ast.walk(node):
        documented = isinstance(inner, (ast.FunctionDef, ast.ClassDef))
        if documented and ast.get_docstring(inner) is not None:
            inner.body[:1] = [] if inner.body[1:] else ast.parse('...').body
    return ast.dump(node)


def definitions(code):
    """Dump the functions, methods and classes of code, with their names."""
    return {
        (node.name, without_docstring(node))
        for node in ast.walk(ast.parse(code))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }


def shown_code(source):
    """Give the functions and classes that a published notebook shows."""
    return {
        definition
        for text in build.output_texts(published(source))
        if text.startswith('```python\n')
        for definition in definitions(text[len('```python\n') : -len('```')])
    }


@pytest.fixture(scope='module')
def package():
    """Dump everything that the package defines."""
    return {
        definition
        for path in (FOLDER.parent / 'gluon_style').rglob('*.py')
        for definition in definitions(path.read_text('utf-8'))
    }


@each_pair
def test_published_shows_the_code_of_the_package_as_it_is(source, package):
    shown = shown_code(source)
    assert shown <= package, 'edit the package and run: make notebooks'
    assert shown == shown_code(translation(source))


def test_the_chapter_is_shown_whole():
    names = {name for name, _ in shown_code(FOLDER / '01_neural_style.py')}
    assert names >= {*FUNCTIONS}


@each_source
def test_published_is_small_and_of_no_machine(source):
    assert source.with_suffix('.ipynb').stat().st_size < build.MAX_BYTES
    notebook = published(source)
    assert notebook.metadata == build.METADATA
    for text in build.output_texts(notebook):
        assert not ABSOLUTE.search(text), text
    for cell in notebook.cells:
        assert set(cell.metadata) <= {'tags', 'alt'}  # no timings


def skeleton(code):
    """Dump code without its texts: labels may differ in another language."""
    tree = ast.parse(re.sub('(?m)^%.*', '', code))
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


@each_pair
def test_both_languages_have_the_same_cells_and_code(source):
    pair = source, translation(source)
    english, turkish = (build.read_source(path).cells for path in pair)
    assert [c.cell_type for c in english] == [c.cell_type for c in turkish]
    for here, there in zip(english, turkish):
        assert here.metadata.keys() == there.metadata.keys()
        assert here.metadata.get('tags') == there.metadata.get('tags')
        if here.cell_type == 'code':
            assert skeleton(here.source) == skeleton(there.source)


def bound_names(tree):
    """Names that code binds, in any scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split('.')[0]


@pytest.mark.parametrize(
    'source',
    ['04_text_style.py', 'tr/04_metin_tarzi_transferi.py'],
)
def test_code_in_folded_answers_uses_names_that_are_there(source):
    known, answers = {*dir(builtins)}, []
    for cell in build.read_source(FOLDER / source).cells:
        if cell.cell_type == 'code':
            tree = ast.parse(re.sub('(?m)^%.*', '', cell.source))
            known.update(bound_names(tree))
        for folded in re.findall('(?s)<details>.*?</details>', cell.source):
            answers += re.findall('(?s)```python\n(.*?)```', folded)
    assert len(answers) == 6  # an exercise each
    for answer in map(ast.parse, answers):
        used = {n.id for n in ast.walk(answer) if isinstance(n, ast.Name)}
        assert used <= known | {*bound_names(answer)}


def tiny(source, **values):
    """Read a source and give its parameters small values."""
    notebook = build.read_source(source)
    (parameters,) = [
        cell
        for cell in notebook.cells
        if 'parameters' in cell.metadata.get('tags', [])
    ]
    names = {
        node.id
        for node in ast.walk(ast.parse(parameters.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for name, value in {**TINY, **values}.items():
        if name in names:
            parameters.source += f'\n{name} = {value!r}'
    return notebook


@each_source
def test_source_runs_offline_at_a_tiny_size(source):
    # random ones are drawn for seconds: only where a lesson has words for them
    told = "== 'random'" in source.read_text('utf-8')
    notebook = tiny(
        source,
        weights='random' if told else TINY['weights'],
        preset='book' if source in ENGLISH else 'quick',  # of the exercises
    )
    build.execute(notebook)
    assert all(cell.execution_count for cell in code_cells(notebook))
    build.check(notebook)


def test_the_ladder_is_climbed_again_where_pytorch_is():
    pytest.importorskip('torch', reason='needs PyTorch (extra: torch)')
    source = FOLDER / '02_two_tabs.py'
    notebook = tiny(source, recompute=True)
    build.execute(notebook)
    build.check(notebook)
    assert '48 x 32, 3 epochs' in ''.join(build.output_texts(notebook))
    assert sum(pictures(notebook)) == PICTURES[source.stem]


@pytest.mark.skipif(
    'GLUON_STYLE_TEST_REBUILD' not in os.environ,
    reason='takes minutes (set GLUON_STYLE_TEST_REBUILD=1)',
)
@each_executed
def test_a_rebuild_says_the_same(source, real_weights, monkeypatch):
    monkeypatch.setenv('GLUON_STYLE_WEIGHTS', real_weights)
    notebook = build.read_source(source)
    build.execute(notebook)
    for new, old in zip(code_cells(notebook), code_cells(published(source))):
        texts = [[o.get('text') for o in c.outputs] for c in (new, old)]
        assert texts[0] == texts[1], new.source
    assert pictures(notebook) == pictures(published(source))


DATA = FOLDER / 'data'


def test_stored_ladder_is_that_of_the_two_tabs():
    from gluon_style.parity.ladder import rungs

    ladder = json.loads((DATA / 'two_tabs.json').read_text('utf-8'))
    plan = rungs('d2l-0.17-pytorch', 'd2l-0.17-mxnet')
    assert [
        tuple(rung[name] for name in ('field', 'before', 'after', 'framework'))
        for rung in ladder['rungs']
    ] == [(r.field, r.before, r.after, r.framework) for r in plan]
    assert 'sha256:' in ladder['weights']
    assert not ABSOLUTE.search(json.dumps(ladder))
    for rung in ladder['rungs']:
        assert rung['curve']['epoch'] == list(range(1, ladder['epochs'] + 1))
        assert rung['noise']['rmse'] > 0
        assert rung['noise']['pairs'] == 6  # a run and three twins
    assert ladder['lr_decay_epoch'] == 10


def test_stored_pictures_are_as_far_apart_as_it_says():
    from gluon_style.parity.ladder.noise import rmse

    ladder = json.loads((DATA / 'two_tabs.json').read_text('utf-8'))
    stored = [
        numpy.asarray(Image.open(DATA / f'two_tabs_{name}.jpg')) / 255
        for name in [*range(len(ladder['rungs'])), 'twin']
    ]
    assert stored[0].shape == (ladder['height'], ladder['width'], 3)
    said = [rung['distance']['rmse'] for rung in ladder['rungs'][1:]]
    measured = [rmse(*pair) for pair in zip(stored, stored[1:-1])]
    said.append(ladder['framework']['self_drift'][0]['rmse'][-1])
    measured.append(rmse(stored[-1], stored[-3]))
    # JPEG takes some of the grain, and with it up to 7 % of a distance; and
    # the distance said is that of all pairs of twins, within their spread
    numpy.testing.assert_allclose(measured, said, rtol=0.2)


def test_stored_data_is_small():
    sizes = [path.stat().st_size for path in DATA.iterdir() if path.is_file()]
    assert sum(sizes) < 600_000


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


def test_a_failure_stops_no_other_notebook(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    for name, code in ('08_bad', '1 / 0'), ('09_good', 'print(1)'):
        (tmp_path / f'{name}.py').write_text(f'# %%\n{code}\n', 'utf-8')
    assert build.main([]) == 1
    assert [path.name for path in tmp_path.glob('*.ipynb')] == [
        '09_good.ipynb'
    ]
    said = capsys.readouterr().err
    assert re.search(r'2/2 09_good.py ...\n09_good.py, \d+ s: written', said)
    assert said.endswith('failed: 08_bad.py\n')


@pytest.mark.parametrize(
    ('code', 'variable'),
    [
        ('vgg19_features()', 'GLUON_STYLE_WEIGHTS'),
        ("find_image('book:rainier')", 'GLUON_STYLE_CACHE'),
    ],
)
def test_build_says_at_once_what_is_missing(
    code, variable, tmp_path, monkeypatch, capsys
):
    def missing(name):
        raise build.StyleError(f'no {name}')

    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    monkeypatch.setattr(build, 'locate_weights', missing)
    monkeypatch.setattr(build, 'find_image', missing)
    (tmp_path / '09_needs.py').write_text(f'# %%\n{code}\n', 'utf-8')
    assert build.main(['09_needs']) == 1
    said = capsys.readouterr().err
    assert 'not written: no ' in said
    assert variable in said


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


def test_build_describes_the_pictures_of_a_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    source = tmp_path / '09_seen.py'
    source.write_text(
        '# %% alt="A dark \\"dot\\", çok koyu."\n'
        'from IPython.display import Image\n'
        "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20))\n",
        encoding='utf-8',
    )
    assert build.main([]) == 0
    (cell,) = published(source).cells
    assert cell.metadata == {'alt': 'A dark "dot", çok koyu.'}
    (output,) = cell.outputs
    assert output.metadata['image/png']['alt'] == cell.metadata['alt']


def test_build_keeps_the_smaller_of_two_kinds_of_picture(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(build, 'FOLDER', tmp_path)
    source = tmp_path / '09_kinds.py'
    source.write_text(
        '# %%\n# %matplotlib inline\nimport numpy\n'
        'from matplotlib.figure import Figure\n\n'
        '# %%\nphoto = Figure()\n'
        'photo.subplots().imshow(numpy.random.rand(400, 600, 3))\nphoto\n\n'
        '# %%\ndrawing = Figure()\n'
        'drawing.subplots().imshow([[0, 1]])\ndrawing\n',
        encoding='utf-8',
    )
    assert build.main([]) == 0
    _, *cells = published(source).cells
    kinds = [build.picture_kinds(cell.outputs[0]) for cell in cells]
    assert kinds == [['image/jpeg'], ['image/png']]


def test_build_knows_only_its_notebooks(capsys):
    assert build.main(['07_nothing']) == 1
    assert '01_neural_style' in capsys.readouterr().err
