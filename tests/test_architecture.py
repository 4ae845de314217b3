"""The package read as text: who imports whom, and how long it is."""

import ast
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


def tree(name):
    return ast.parse(SOURCES[name].read_text(encoding='utf-8'))


def is_type_checking(node):
    return isinstance(node, ast.If) and 'TYPE_CHECKING' in ast.dump(node.test)


def imports(name):
    """Names of the package's modules and of others that a module imports."""
    ours, others = set(), set()
    package = name.split('.')[:-1]
    skipped = {
        child
        for node in ast.walk(tree(name))
        if is_type_checking(node)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree(name)):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            others |= {alias.name.split('.')[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            if node.module:
                ours.add('.'.join([*base, *node.module.split('.')]))
            else:
                for alias in node.names:
                    target = '.'.join([*base, alias.name])
                    if target in SOURCES:
                        ours.add(target)
        elif isinstance(node, ast.ImportFrom):
            others.add(node.module.split('.')[0])
    packages = {i for i in ours if f'{i}.__init__' in SOURCES}
    ours = (ours - packages) | {f'{i}.__init__' for i in packages}
    return ours, others


def room_of(name):
    """The folder or file of the top level that a module belongs to."""
    return name.split('.')[0]


def floor_of(name):
    return next(i for i, rooms in enumerate(FLOORS) if room_of(name) in rooms)


def test_every_file_has_its_floor():
    top = {room_of(name) for name in SOURCES} - {'__init__'}
    assert top == set(ROOMS)


@pytest.mark.parametrize('name', SOURCES)
def test_imports_run_downwards(name):
    if name == '__init__':  # the package's face: it shows names of all floors
        return
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
def test_the_books_functions_are_shorter_and_name_their_source(name):
    assert 'Source: d2l' in ast.get_docstring(tree(name))
    for node in tree(name).body:
        public = getattr(node, 'name', '_')[0] != '_'
        if isinstance(node, ast.FunctionDef) and public:
            doc = ast.get_docstring(node)
            assert doc, node.name
            if node.name not in ('try_gpu', 'in_notebook'):
                assert 'Source: d2l' in doc, node.name


def test_the_core_does_not_print():
    for name in SOURCES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call):
                assert getattr(node.func, 'id', '') != 'print', name
