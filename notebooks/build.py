"""Execute the notebooks' sources and write the .ipynb files beside them.

    python notebooks/build.py [NAME ...]

The .py files (jupytext's percent format) are the only ones to edit. The
notebooks need real VGG-19 weights: name a file with GLUON_STYLE_WEIGHTS, or
those of the model zoo are downloaded; the file of the student,
gluon_style/data/student.safetensors, will do for a try. Those that show the
book's two pictures download them once, into the folder that GLUON_STYLE_CACHE
names. Where one notebook fails, the others are built all the same, and the exit
code is 1. A source with a cell tagged
`no-outputs`, such as the exercises, is executed like all others, so that it
is known to run, but its .ipynb is written as if it were not.

A cell that shows a picture says in words what is to be seen there, for those
who do not see it: `# %% alt="A lake."`. The text is kept with the cell and
with each of its pictures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode

from gluon_style import StyleError, find_image
from gluon_style.storage.whole_files import whole_file
from gluon_style.vgg.weights import locate_weights

FOLDER = Path(__file__).resolve().parent
TIMEOUT = 1800  # seconds a cell may take
MAX_BYTES = 1_250_000  # a result at full size and its stages among them
FIGURES = {'bbox_inches': 'tight', 'pil_kwargs': {'quality': 70}}
SVG = 'd2l.set_figsize()'  # a notebook that draws as the book does
BOOK = 'book:rainier', 'book:autumn-oak'
NO_OUTPUTS = 'no-outputs'  # the tag of a notebook that students fill
KEPT = 'tags', 'alt'  # what the metadata of a cell may hold
WIDGET = 'application/vnd.jupyter.widget-view+json'
METADATA = {
    'kernelspec': {
        'display_name': 'Python 3',
        'language': 'python',
        'name': 'python3',
    },
    'language_info': {'name': 'python'},
}


class BuildError(Exception):
    """A notebook that must not be published."""


FAILURES = BuildError, CellExecutionError, CellTimeoutError, DeadKernelError


def find_sources() -> list[Path]:
    """List the sources: every NN_name.py in this folder and below."""
    return sorted(FOLDER.glob('**/[0-9][0-9]_*.py'))


def read_source(source: Path) -> NotebookNode:
    """Read a source as a notebook with fixed cell ids and metadata."""
    notebook = jupytext.read(source, fmt='py:percent')
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for i, cell in enumerate(notebook.cells):
        cell.id = f'cell-{i:02}'
        kept = {name: cell.metadata.get(name) for name in KEPT}
        cell.metadata = nbformat.from_dict(
            {name: value for name, value in kept.items() if value}
        )
    return notebook


def find_needs(notebook: NotebookNode) -> None:
    """Find real weights and the book's pictures, if the cells name them.

    Raises
    ------
    BuildError
        One cannot be had: better said now than after minutes of work, or
        left out of the notebook.
    """
    code = ''.join(c.source for c in notebook.cells if c.cell_type == 'code')
    try:
        if 'vgg19_features' in code:
            locate_weights('auto')
        for name in BOOK:
            if name in code:
                find_image(name)
    except StyleError as error:
        raise BuildError(
            f'{error}. (GLUON_STYLE_WEIGHTS names the file of the weights, '
            "GLUON_STYLE_CACHE the folder that keeps the book's pictures)"
        ) from error


def execute(notebook: NotebookNode) -> None:
    """Run all cells in an empty folder and keep what they put out.

    Raises
    ------
    CellExecutionError
        A cell failed.
    """
    figures = dict(FIGURES)
    if any(SVG in cell.source for cell in notebook.cells):
        del figures['pil_kwargs']  # which matplotlib's SVG refuses
    with tempfile.TemporaryDirectory() as folder:
        # no start-up files of the user's, and figures shown in the notebook
        environment = {**os.environ, 'IPYTHONDIR': folder}
        environment.pop('MPLBACKEND', None)
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT,
            kernel_name='python3',
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=[
                '--log-level=ERROR',
                # each figure as both; the smaller is kept
                "--InlineBackend.figure_formats={'jpeg', 'png'}",
                f'--InlineBackend.print_figure_kwargs={figures}',
            ],
            resources={'metadata': {'path': folder}},
        )
        client.execute(env=environment)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == 'code':
            cell.outputs = [
                output
                for output in cell.outputs
                if output.get('name') != 'stderr'
            ]
            drop_widgets(cell)
            keep_smaller(cell)
            describe(cell)


def picture_kinds(output: NotebookNode) -> list[str]:
    """List the kinds of picture that an output holds, such as image/png."""
    return [i for i in output.get('data', {}) if i.startswith('image/')]


def drop_widgets(cell: NotebookNode) -> None:
    """Take off what only a running kernel can show; its text stays."""
    for output in cell.outputs:
        output.get('data', {}).pop(WIDGET, None)


def keep_smaller(cell: NotebookNode) -> None:
    """Keep each picture in one kind: JPEG for photos, PNG for drawings."""
    for output in cell.outputs:
        kinds = picture_kinds(output)
        for kind in sorted(kinds, key=lambda i: len(output.data[i]))[1:]:
            del output.data[kind]
            output.metadata.pop(kind, None)


def describe(cell: NotebookNode) -> None:
    """Give the pictures of a cell its text in place of them, if it has one."""
    for output in cell.outputs:
        for kind in picture_kinds(output):
            if 'alt' in cell.metadata:
                seen = output.metadata.setdefault(kind, NotebookNode())
                seen['alt'] = cell.metadata['alt']


def keeps_outputs(notebook: NotebookNode) -> bool:
    """Whether the outputs are to be stored: no cell is tagged otherwise."""
    return not any(
        NO_OUTPUTS in cell.metadata.get('tags', []) for cell in notebook.cells
    )


def clear(notebook: NotebookNode) -> None:
    """Take off all that running the cells has left."""
    for cell in notebook.cells:
        if cell.cell_type == 'code':
            cell.outputs, cell.execution_count = [], None


def output_texts(notebook: NotebookNode) -> Iterator[str]:
    """Give all that the cells have put out as text."""
    for cell in notebook.cells:
        for output in cell.get('outputs', []):
            yield output.get('text', '')
            for kind, data in output.get('data', {}).items():
                if not kind.startswith('image/'):
                    yield str(data)


def machine_paths() -> list[str]:
    """List folders of this machine that no output may name."""
    folders = [Path.home(), Path.cwd(), tempfile.gettempdir(), sys.prefix]
    folders += [FOLDER.parent]
    weights = os.environ.get('GLUON_STYLE_WEIGHTS')
    if weights:
        folders.append(Path(weights).parent)
    absolute = {Path(folder).absolute() for folder in folders}
    return sorted(str(path) for path in absolute if path.parent != path)


def check(notebook: NotebookNode) -> str:
    """Check an executed notebook and return the text of its file.

    Raises
    ------
    BuildError
        It is too large, holds an error, or names a folder of this machine.
    """
    for cell in notebook.cells:
        for output in cell.get('outputs', []):
            if output.output_type == 'error':
                raise BuildError(f'{cell.id} ends in {output.ename}')
    for text in output_texts(notebook):
        for path in machine_paths():
            if path in text:
                raise BuildError(f'an output names a local path: {path}')
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + '\n'
    size = len(text.encode())
    if size >= MAX_BYTES:
        raise BuildError(f'{size} bytes, wanted less than {MAX_BYTES}')
    return text


def build(source: Path) -> None:
    """Execute one source and write its .ipynb, whole or not at all."""
    notebook = read_source(source)
    find_needs(notebook)
    execute(notebook)
    text = check(notebook)
    if not keeps_outputs(notebook):
        clear(notebook)
        text = check(notebook)
    with whole_file(source.with_suffix('.ipynb')) as target:
        target.write_text(text, encoding='utf-8')


def chosen(names: list[str]) -> list[Path]:
    """Find the sources that are named, by stem or path; all if none is."""
    sources = find_sources()
    stems = [Path(name).stem for name in names]
    known = [source.stem for source in sources]
    for stem in stems:
        if stem not in known:
            raise BuildError(
                f'there is no notebook {stem}: the names are '
                + ', '.join(known)
            )
    return [s for s in sources if not stems or s.stem in stems]


def main(arguments: list[str] | None = None) -> int:
    """Build the notebooks named, or all of them."""
    parser = argparse.ArgumentParser(
        description='Execute notebook sources and write their .ipynb files.'
    )
    parser.add_argument(
        'names', nargs='*', help='such as 01_neural_style; all by default'
    )
    names = parser.parse_args(arguments).names
    try:
        sources = chosen(names)
    except BuildError as error:
        sys.stderr.write(f'{error}\n')
        return 1
    failed = []
    for i, source in enumerate(sources, 1):
        name = source.relative_to(FOLDER).as_posix()
        sys.stderr.write(f'{i}/{len(sources)} {name} ...\n')
        start = time.perf_counter()
        try:
            build(source)
            outcome = 'written'
        except FAILURES as error:
            failed.append(name)
            outcome = f'not written: {error}'
        seconds = time.perf_counter() - start
        sys.stderr.write(f'{name}, {seconds:.0f} s: {outcome}\n')
    if failed:
        sys.stderr.write(f'failed: {", ".join(failed)}\n')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
