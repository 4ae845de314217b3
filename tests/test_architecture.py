"""The package read as text: who imports whom, and how long it is."""

import ast
import functools
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / 'gluon_style'
BOOK = ['images', 'features', 'losses', 'synthesis', 'training', 'plotting']
# what the book's files may import beside each other: the network, MXNet,
# the errors; `storage` where a file is read or written
BELOW_THE_BOOK = {'_mxnet', 'errors', 'vgg'}
FILES = {'images', 'plotting'}

# from the top down: a file imports only from its own folder and from below
FLOORS = [
    ['__main__'],
    ['cli'],
    ['sweeps', 'parity', 'lessons', 'd2l'],
    ['runs', 'plotting'],
    ['tiles'],
    ['training'],
    ['synthesis', 'features'],
    ['losses', 'images', 'vgg'],
    ['_mxnet'],
    ['storage'],
    ['drawing', 'errors', 'version'],
]
ROOMS = [room for floor in FLOORS for room in floor]
SOURCES = {
    '.'.join(path.relative_to(PACKAGE).with_suffix('').parts): path
    for path in sorted(PACKAGE.rglob('*.py'))
}


@functools.lru_cache(maxsize=None)
def tree(name):
    return ast.parse(SOURCES[name].read_text(encoding='utf-8'))


def is_type_checking(node):
    return isinstance(node, ast.If) and 'TYPE_CHECKING' in ast.dump(node.test)


def modules_named(dotted):
    """The modules of the package that a dotted name stands for or is in."""
    parts = dotted.split('.') if dotted else []
    for i in range(len(parts), -1, -1):
        for ending in ([], ['__init__']):
            name = '.'.join([*parts[:i], *ending])
            if name in SOURCES:
                return {name}
    return set()


def targets_of(node, package):
    """Split an import into dotted names of the package and other libraries."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif node.level:
        base = package[: len(package) - node.level + 1]
        stem = '.'.join(
            ['gluon_style', *base, *([node.module] if node.module else [])]
        )
        names = [f'{stem}.{alias.name}' for alias in node.names]
    else:
        names = [f'{node.module}.{alias.name}' for alias in node.names]
    ours = {i for i in names if i.split('.')[0] == 'gluon_style'}
    others = {i.split('.')[0] for i in names if i not in ours}
    return {i.partition('.')[2] for i in ours}, others


@functools.lru_cache(maxsize=None)
def imports(name, source=None):
    """The package's modules and the other libraries that a module imports."""
    ours, others = set(), set()
    whole = ast.parse(source) if source else tree(name)
    skipped = {
        child
        for node in ast.walk(whole)
        if is_type_checking(node)
        for child in ast.walk(node)
    }
    for node in ast.walk(whole):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if node in skipped:
                continue
            dotted, libraries = targets_of(node, name.split('.')[:-1])
            ours |= {i for target in dotted for i in modules_named(target)}
            others |= libraries
    return ours - {name}, others


@pytest.mark.parametrize(
    ('line', 'module'),
    [
        ('from .. import sweeps', 'sweeps.__init__'),
        ('from ..sweeps import grid', 'sweeps.grid'),
        ('from ..sweeps.grid import plan', 'sweeps.grid'),
        ('from . import records', 'storage.records'),
        ('import gluon_style.parity.published', 'parity.published'),
        ('import gluon_style.runs.run as r', 'runs.run'),
        ('from gluon_style.cli import main', 'cli.__init__'),
        ('from gluon_style import Settings', '__init__'),
        ('from gluon_style import runs', 'runs.__init__'),
        ('def f():\n    from ..runs import run', 'runs.run'),
    ],
)
def test_every_way_of_importing_is_seen(line, module):
    assert imports('storage.download', line) == ({module}, set())


def room_of(name):
    """The folder or file of the top level that a module belongs to."""
    return name.split('.')[0]


def floor_of(name):
    return next(i for i, rooms in enumerate(FLOORS) if room_of(name) in rooms)


def test_every_file_has_its_floor():
    top = {room_of(name) for name in SOURCES} - {'__init__'}
    assert top == set(ROOMS)


def test_the_floors_are_those_that_contributors_are_shown():
    text = (PACKAGE.parent / 'CONTRIBUTING.md').read_text(encoding='utf-8')
    rows = re.findall(r'^\| \d+ \| (.*) \|$', text, re.MULTILINE)
    shown = [re.findall(r'`(\w+)`', row) for row in rows]
    assert [set(floor) for floor in shown] == [set(i) for i in FLOORS]


@pytest.mark.parametrize('name', SOURCES)
def test_imports_run_downwards(name):
    if name == '__init__':  # the package's face: it shows names of all floors
        return
    assert '__init__' not in imports(name)[0], 'import it where it stands'
    for target in imports(name)[0]:
        if room_of(target) != room_of(name):
            assert floor_of(target) > floor_of(name), f'{name} -> {target}'


@pytest.mark.parametrize('name', BOOK)
def test_the_book_imports_only_what_it_may(name):
    allowed = {*BELOW_THE_BOOK, *BOOK}
    if name in FILES:
        allowed.add('storage')
    assert {room_of(i) for i in imports(name)[0]} <= allowed


def test_the_book_is_read_in_order():
    for name in BOOK:
        later = BOOK[BOOK.index(name) + 1 :]
        assert not imports(name)[0] & set(later)


def test_imports_form_no_cycle():
    edges = {name: imports(name)[0] for name in SOURCES}
    assert edges['training'], 'the reader of imports finds nothing'
    done = set()
    while len(done) < len(edges):
        ready = {n for n in edges if n not in done and edges[n] <= done}
        assert ready, f'a cycle among {sorted(set(edges) - done)}'
        done |= ready


def test_nothing_imports_the_command_line():
    for name in SOURCES:
        if not name.startswith('cli') and name != '__main__':
            assert not any(i.startswith('cli') for i in imports(name)[0])


@pytest.mark.parametrize(
    ('library', 'rooms'),
    [
        ('mxnet', {'_mxnet'}),
        ('torch', {'parity'}),
        ('matplotlib', {'plotting', 'd2l', 'drawing', 'sweeps'}),
        ('jinja2', {'drawing'}),
        ('tabulate', {'drawing'}),
        ('scipy', {'runs', 'parity', 'drawing'}),
        ('distributed', {'sweeps'}),
        ('typer', {'cli'}),
        ('requests', {'storage'}),
        ('imageio', {'storage'}),
        ('ipywidgets', {'lessons'}),
        ('voila', {'cli'}),
    ],
)
def test_a_library_has_one_door(library, rooms):
    users = {room_of(n) for n in SOURCES if library in imports(n)[1]}
    assert users
    assert users <= rooms


@pytest.mark.parametrize('name', BOOK)
def test_the_book_is_short(name):
    assert len(SOURCES[name].read_text().splitlines()) <= 200


def bodies(name):
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                first, last = body[0].lineno, body[-1].end_lineno
                yield node.name, last - first + 1


@pytest.mark.parametrize('name', SOURCES)
def test_functions_are_short(name):
    # signatures of commands are long because they hold the options' help;
    # bodies are what must be read
    assert not [i for i in bodies(name) if i[1] > 30]


@pytest.mark.parametrize('name', BOOK)
def test_the_books_functions_name_their_source(name):
    assert 'Source: d2l' in ast.get_docstring(tree(name))
    for node in tree(name).body:
        public = getattr(node, 'name', '_')[0] != '_'
        ours = ('in_notebook', 'EpochRecord', 'LossWeights', 'CurrentPicture')
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and public:
            source = 'Source: d2l' in ast.get_docstring(node)
            assert source != (node.name in ours), node.name


# who talks to a terminal or another process; a download shows its progress
TALKATIVE = {
    'cli',
    'd2l',
    'sweeps.worker',
    'sweeps.child',
    '_mxnet.link_libraries',
}


@pytest.mark.parametrize('name', SOURCES)
def test_the_core_does_not_print(name):
    spoken = {
        getattr(node, 'attr', getattr(node, 'id', ''))
        for node in ast.walk(tree(name))
        if isinstance(node, (ast.Attribute, ast.Name))
    }
    assert 'print' not in spoken
    if not {name, room_of(name)} & TALKATIVE:
        assert not {'stdout', 'stderr'} & spoken


LIBRARIES_OF_THE_BOOK = {'numpy', 'matplotlib', 'IPython'}


@pytest.mark.parametrize('name', BOOK)
def test_the_book_needs_few_libraries(name):
    # the standard library's are named, for Python 3.8 cannot list them
    standard = {
        '__future__',
        'dataclasses',
        'functools',
        'io',
        'math',
        'sys',
        'time',
        'typing',
    }
    assert imports(name)[1] <= standard | LIBRARIES_OF_THE_BOOK
