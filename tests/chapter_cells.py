"""The chapter's cells, out of its text, in a Jupyter kernel of their own."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = ROOT.parent / 'shared' / 'chapter' / 'neural-style.tr.md'
CELL = re.compile(r'^```\{\.python \.input\}\n(.*?)^```$', re.M | re.S)
TAB = re.compile(r'#@tab (\w+)\n')

# functions and classes that the chapter defines, by the package's names
FUNCTIONS = [
    'preprocess',
    'postprocess',
    'vgg19_features',
    'extract_features',
    'get_contents',
    'get_styles',
    'content_loss',
    'gram',
    'style_loss',
    'tv_loss',
    'LossWeights',
    'compute_loss',
    'SynthesizedImage',
    'get_inits',
    'train',
]


def cells(tab):
    """List the cells of a tab as printed, without the line that names it."""
    chosen = []
    for cell in CELL.findall(TEXT.read_text(encoding='utf-8')):
        named = TAB.match(cell)
        # a cell of no tab is that of the first, MXNet
        if (named[1] if named else 'mxnet') in (tab, 'all'):
            chosen.append(TAB.sub('', cell))
    return chosen


def changed(cells, changes):
    """Change pieces of the code, each of which must be there, and once."""
    code = '\0'.join(cells)
    for old, new in changes.items():
        assert code.count(old) == 1, f'the chapter has not once: {old}'
        code = code.replace(old, new)
    return code.split('\0')


def run(cells, folder, **environment):
    """Run cells in a new kernel that starts in a folder; return a notebook."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name='python3',
        resources={'metadata': {'path': str(folder)}},
    )
    paths = [str(ROOT), str(ROOT / 'tests')]
    environment = {
        **os.environ,
        'IPYTHONDIR': str(folder),
        'PYTHONPATH': os.pathsep.join(paths),
        **environment,
    }
    environment.pop('MPLBACKEND', None)
    client.execute(env=environment)
    return notebook
