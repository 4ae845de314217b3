"""The site: built without a warning, and opened page by page in Chromium."""

import os
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import gluon_style

ROOT = Path(__file__).resolve().parent.parent
SPHINX = 'needs Sphinx (make test EXTRAS=dev,notebooks,site)'
for name in ('sphinx', 'myst_nb', 'numpydoc', 'furo'):
    pytest.importorskip(name, reason=SPHINX)

LESSONS = sorted(ROOT.glob('notebooks/**/[0-9][0-9]_*.ipynb'))
TURKISH = [
    *ROOT.glob('docs/*.tr.md'),
    *(path for path in LESSONS if path.parent.name == 'tr'),
]
WIDTHS = (390, 1200)  # a telephone's, a desktop's
LOADED = """
const frame = () => new Promise(requestAnimationFrame);
while (document.readyState !== 'complete') await frame();
if (window.MathJax) await MathJax.startup.promise;
for (const image of document.images) image.loading = 'eager';
"""
# what is wider than the page, seen in its right edge
OVERFLOW = """
return document.documentElement.scrollWidth -
    document.documentElement.clientWidth;
"""
DRAWN = """
const formulas = [...document.querySelectorAll('.math')];
return {
    formulas: formulas.length,
    raw: formulas.filter(i => !i.querySelector('mjx-container svg')).length,
    errors: document.querySelectorAll('[data-mml-node="merror"]').length,
    broken: [...document.images].filter(i => !i.naturalWidth).length,
};
"""
RESULTS = """
const frame = () => new Promise(requestAnimationFrame);
const links = () => [...document.querySelectorAll('ul.search li a')];
while (!links().length) await frame();
return links().map(link => link.getAttribute('href'));
"""


class PageText(HTMLParser):
    """What a page loads, leads to, shows and can be led to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.language = path, None
        self.ids, self.links, self.loads, self.images = set(), [], [], []
        self.twins, self.captions = [], 0
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get('id'))
        if tag == 'html':
            self.language = values['lang']
        elif tag == 'a' and 'href' in values:
            self.links.append(values['href'])
            if values.get('rel') == 'alternate':
                self.twins.append(values['href'])
        elif tag == 'link':
            self.loads.append(values['href'])
        elif tag == 'meta' and values.get('http-equiv') == 'refresh':
            self.links.append(values['content'].partition('url=')[2])
        elif 'src' in values:
            self.loads.append(values['src'])
        if tag == 'img':
            self.images.append(values)
        self.captions += tag == 'figcaption'

    def target(self, link):
        """The file and the place in it that a link leads to."""
        parts = urlsplit(link)
        path = self.path
        if parts.path:
            path = (path.parent / unquote(parts.path)).resolve()
        return path, unquote(parts.fragment)


@pytest.fixture(scope='session')
def site(tmp_path_factory):
    """Folder of the site, built as `make site` does."""
    folder = tmp_path_factory.mktemp('built')
    done = subprocess.run(
        [
            *(sys.executable, '-m', 'sphinx', '-W', '--keep-going', '-qE'),
            *('-c', 'docs', '-d', folder / 'doctrees', '.', folder / 'site'),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / 'site'


@pytest.fixture(scope='session')
def pages(site):
    """Every page, by its file."""
    return {path: PageText(path) for path in sorted(site.rglob('*.html'))}


def page_of(site, source):
    """The file of the page that is made of a source."""
    name = source.relative_to(ROOT).as_posix()
    return site / (name[: -len(source.suffix)] + '.html')


def test_every_text_and_lesson_has_its_page(site, pages):
    sources = [*ROOT.glob('*.md'), *ROOT.glob('docs/*.md'), *LESSONS]
    assert len(sources) > 20
    for source in sources:
        assert page_of(site, source) in pages


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_outside(pages):
    broken = []
    for page in pages.values():
        inside = [i for i in page.links if not urlsplit(i).scheme]
        for link in inside + page.loads:
            if link.startswith('data:'):
                continue
            path, place = page.target(link)
            there = not urlsplit(link).scheme and path.is_file()
            # `#` alone is the page's top
            if there and place and path in pages:
                there = place in pages[path].ids
            if not there:
                broken.append((page.path.name, link))
    assert broken == []


def test_every_image_is_described(pages):
    images = [
        (page.path.name, image['src'], image.get('alt') or '')
        for page in pages.values()
        for image in page.images
    ]
    assert len(images) > 60
    # Sphinx takes the file's name where nobody has written anything
    assert [
        (name, src)
        for name, src, alt in images
        if len(alt.split()) < 3 or src.endswith(alt)
    ] == []


@pytest.mark.parametrize('source', TURKISH, ids=[i.stem for i in TURKISH])
def test_a_page_and_its_twin_lead_to_each_other(site, pages, source):
    turkish = pages[page_of(site, source)]
    (link,) = turkish.twins
    english = pages[turkish.target(link)[0]]
    (back,) = english.twins
    assert english.target(back)[0] == turkish.path
    assert (turkish.language, english.language) == ('tr', 'en')
    assert turkish.path.name[:2] == english.path.name[:2]
    # their own first lines say the same
    assert link in turkish.links[turkish.links.index(link) + 1 :]


def test_a_line_in_italics_is_its_image_s_caption(pages):
    captions = [page.captions for page in pages.values() if page.captions]
    assert len(captions) >= 4


def test_every_public_function_is_in_the_reference(site, pages):
    index = pages[site / 'docs' / 'api' / 'index.html']
    places = [index.target(link) for link in index.links]
    for name in gluon_style.__all__:
        value = getattr(gluon_style, name)
        if callable(value):
            module = value.__module__
            page = site / 'docs' / 'api' / 'modules' / f'{module}.html'
            assert f'{module}.{name}' in pages[page].ids
            assert (page, f'{module}.{name}') in places


def test_the_chapter_comes_first_in_the_book_s_order(site, pages):
    index = pages[site / 'docs' / 'api' / 'index.html']
    modules = [link.split('#')[0] for link in index.links if '#' in link]
    modules = [i for i in modules if i.startswith('modules/')]
    book = ('images', 'features', 'losses', 'synthesis', 'training')
    assert list(dict.fromkeys(modules))[:5] == [
        f'modules/gluon_style.{name}.html' for name in book
    ]
    losses = pages[site / 'docs/api/modules/gluon_style.losses.html']
    functions = ['content_loss', 'gram', 'style_loss', 'tv_loss']
    places = [
        losses.links.index(f'#gluon_style.losses.{i}') for i in functions
    ]
    assert places == sorted(places)


def visit(page, address):
    """Open an address; return what the page complains of and asks for."""
    for domain in ('Page', 'Log', 'Runtime', 'Network'):
        page.call(f'{domain}.enable')
    page.events.clear()
    page.go(address)
    page.run(LOADED)


def complaints(page):
    """Everything in the console, and every request that left the machine."""
    told = []
    for event in page.events:
        method, values = event['method'], event['params']
        if method == 'Network.requestWillBeSent':
            url = values['request']['url']
            if not url.startswith(('file:', 'data:')):
                told.append(url)
        elif method == 'Log.entryAdded':
            told.append(values['entry']['text'])
        elif method == 'Runtime.consoleAPICalled':
            told.append([i.get('value') for i in values['args']])
        elif method == 'Runtime.exceptionThrown':
            told.append(values['exceptionDetails'])
    return told


def set_width(page, width):
    page.call(
        'Emulation.setDeviceMetricsOverride',
        width=width,
        height=844,
        deviceScaleFactor=1,
        mobile=False,
    )


@pytest.mark.slow
def test_chromium_opens_every_page(page, site, pages):
    formulas, faults = 0, []
    for path in pages:
        if path == site / 'index.html':
            continue  # it only leads on
        set_width(page, WIDTHS[0])
        visit(page, path.as_uri())
        drawn = page.run(DRAWN)
        formulas += drawn.pop('formulas')
        for width in WIDTHS:
            set_width(page, width)
            drawn[f'too wide at {width}'] = max(page.run(OVERFLOW), 0)
        name = path.relative_to(site).as_posix()
        faults += [(name, *i) for i in drawn.items() if i[1]]
        faults += [(name, i) for i in complaints(page)]
    assert faults == []
    assert formulas > 50


def test_chromium_would_have_told(page, tmp_path):
    wide = tmp_path / 'wide.html'
    wide.write_text(
        '<div style="width: 500px">x</div><img src="none.png">'
        '<span class="math">\\(x\\)</span>'
        '<script src="https://example.invalid/a.js"></script>'
        '<script>console.error("alas"); nothing()</script>'
    )
    set_width(page, 390)
    visit(page, wide.as_uri())
    assert page.run(OVERFLOW) > 100
    drawn = page.run(DRAWN)
    assert (drawn['raw'], drawn['broken']) == (1, 1)
    told = complaints(page)
    assert 'https://example.invalid/a.js' in told
    assert ['alas'] in told
    assert any('nothing is not defined' in str(i) for i in told)


@pytest.mark.parametrize(
    ('word', 'result'),
    [
        ('gram', 'gluon_style.losses.html'),
        ('öznitelik', '01_sinir_tarzi_transfer.html'),
    ],
)
def test_the_search_finds_without_a_server(page, site, word, result):
    visit(page, (site / 'search.html').as_uri() + f'?q={word}')
    assert any(result in link for link in page.run(RESULTS))
    assert complaints(page) == []


def test_the_first_page_leads_to_the_index(page, site):
    page.go((site / 'index.html').as_uri())
    index = (site / 'docs' / 'index.html').as_uri()
    end = time.monotonic() + 60
    shown = None
    while shown != index and time.monotonic() < end:
        tree = page.call('Page.getFrameTree')['frameTree']
        shown = tree['frame']['url']
    assert shown == index
