"""Code shown on a page: the package's, without its docstrings."""

import ast
import inspect

import pytest
from chapter_cells import FUNCTIONS

import gluon_style as gs
from gluon_style.lessons.source import shown, without_docstrings


def folded(code):
    """The tree of code, each docstring replaced by nothing."""
    tree = ast.parse(inspect.cleandoc('\n' + code))
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.FunctionDef, ast.ClassDef))
        if documented and ast.get_docstring(node) is not None:
            del node.body[0]
            node.body = node.body or [ast.parse('...').body[0]]
    return ast.dump(tree)


@pytest.mark.parametrize('name', FUNCTIONS)
def test_what_is_shown_is_the_package_itself(name):
    pytest.importorskip('IPython', reason='needs IPython (extra: notebooks)')
    thing = getattr(gs, name)
    source = inspect.getsource(thing)
    text = shown(thing).data
    assert text.startswith('```python\n')
    assert text.endswith('\n```')
    code = text[len('```python\n') : -len('```')]
    assert folded(code) == folded(source)
    assert '"""' not in code
    assert 'Source: d2l' not in code
    comments = [line for line in source.splitlines() if '# ' in line]
    assert [line for line in code.splitlines() if '# ' in line] == comments


def test_several_are_shown_one_below_the_other():
    pytest.importorskip('IPython', reason='needs IPython (extra: notebooks)')
    text = shown(gs.content_loss, gs.tv_loss).data
    assert text.count('```') == 2
    names = [node.name for node in ast.parse(text[10:-3]).body]
    assert names == ['content_loss', 'tv_loss']


def test_docstrings_go_and_strings_stay():
    code = '''
    class Pair:
        """Two numbers.

        """

        first: int
        """Not a docstring, says Python."""

        def swap(self):
            'Swap.'
            return """two
    lines"""

        def nothing(self):
            """Do nothing."""
    '''
    assert without_docstrings(code) == (
        'class Pair:\n'
        '    first: int\n'
        '    """Not a docstring, says Python."""\n\n'
        '    def swap(self):\n'
        '        return """two\nlines"""\n\n'
        '    def nothing(self):\n'
        '        ...\n'
    )
