"""Settings of the site: `make site` reads the whole repository with them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from gluon_style import __version__  # noqa: E402

project = 'gluon_style'
release = __version__
extensions = [
    'myst_nb',
    'sphinx.ext.autodoc',
    'sphinx.ext.autosummary',
    'sphinx.ext.mathjax',
    'numpydoc',
]
# the source folder is the repository, so that links between the README, the
# docs and the notebooks lead where they lead on the repository's own pages
root_doc = 'docs/index'
include_patterns = [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'benchmarks/README.md',
    'docs/**',
    'notebooks/**.ipynb',
]
exclude_patterns = ['.*', 'build', 'dist', 'docs/_*', '**/exercises']
# the notebooks are published with the outputs that make notebooks stored
nb_execution_mode = 'off'
myst_enable_extensions = ['amsmath', 'dollarmath']
myst_heading_anchors = 4

html_theme = 'furo'
html_title = 'gluon_style'
html_static_path = ['_static']
html_css_files = ['site.css']
html_extra_path = ['_root']
templates_path = [str(ROOT / 'docs/_templates')]  # autosummary's too
html_copy_source = False
html_show_copyright = False
html_domain_indices = False  # the API reference has them all
html_show_search_summary = False  # it is fetched, which file:// forbids
html_theme_options = {'top_of_page_buttons': []}

# one file with formulas as SVG: no fonts, nothing fetched from elsewhere
(mathjax,) = importlib.util.find_spec(
    'sphinx-mathjax-offline'
).submodule_search_locations
html_static_path.append(f'{mathjax}/static/mathjax/tex-svg.js')
mathjax_path = 'tex-svg.js'
# the menu would load more of MathJax
mathjax3_config = {'options': {'enableMenu': False}}

autodoc_member_order = 'bysource'  # in the order of __all__
autodoc_preserve_defaults = True
add_module_names = False
maximum_signature_line_length = 60
default_role = 'py:obj'
autodoc_mock_imports = [
    name
    for name in ('torch', 'distributed', 'skimage', 'sklearn', 'ipywidgets')
    if importlib.util.find_spec(name) is None
]
numpydoc_show_class_members = False

NOTEBOOKS = 'notebooks/'
TURKISH = NOTEBOOKS + 'tr/'


def find_twins(pages: set[str]) -> dict[str, str]:
    """Pair the pages of the two languages, each way.

    The notebooks of a folder correspond in their order, a page `name.tr` to
    `name`.
    """
    lessons = sorted(i for i in pages if i.startswith(NOTEBOOKS))
    turkish = [i for i in lessons if i.startswith(TURKISH)]
    english = [i for i in lessons if not i.startswith(TURKISH)]
    pairs = list(zip(english, turkish))
    pairs += [
        (i[: -len('.tr')], i) for i in sorted(pages) if i.endswith('.tr')
    ]
    return dict(pairs) | {turkish: english for english, turkish in pairs}


def is_turkish(page: str) -> bool:
    """Whether a page is written in Turkish."""
    return page.startswith(TURKISH) or page.endswith('.tr')


def add_twin(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], *_: Any
) -> None:
    """Tell the template the page's language and its page in the other."""
    if is_turkish(page):
        context['language'] = 'tr'
    context['twin'] = find_twins(app.env.found_docs).get(page)


def describe_images(app: Sphinx, page: str, source: list[str]) -> None:
    """Pass a cell's `alt` on, as myst-nb wants it: to its output's image."""
    if not str(app.env.doc2path(page)).endswith('.ipynb'):
        return
    notebook = json.loads(source[0])
    for cell in notebook['cells']:
        alt = cell['metadata'].get('alt')
        if alt:
            cell['metadata']['mystnb'] = {'image': {'alt': alt}}
    source[0] = json.dumps(notebook)


def make_figures(_app: Sphinx, doctree: nodes.document) -> None:
    """Make a figure of an image and the line in italics below it."""
    for image in list(doctree.findall(nodes.image)):
        paragraph = image.parent
        caption = paragraph.next_node(descend=False, siblings=True)
        if (
            isinstance(paragraph, nodes.paragraph)
            and len(paragraph) == 1
            and isinstance(caption, nodes.paragraph)
            and len(caption) == 1
            and isinstance(caption[0], nodes.emphasis)
        ):
            caption.parent.remove(caption)
            line = nodes.caption('', '', *caption[0].children)
            figure = nodes.figure('', image, line)
            doctree.set_id(figure)
            paragraph.replace_self(figure)


def setup(app: Sphinx) -> None:
    """Connect the functions above."""
    # the pages of modules that are gone must not stay
    shutil.rmtree(ROOT / 'docs/api/modules', ignore_errors=True)
    app.connect('source-read', describe_images)
    app.connect('doctree-read', make_figures)
    app.connect('html-page-context', add_twin)
