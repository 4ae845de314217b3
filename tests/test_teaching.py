"""The teaching guide: both languages say the same, and no link is dead."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / 'docs'
GUIDES = [DOCS / 'teaching.md', DOCS / 'teaching.tr.md']
NOTEBOOKS = DOCS.parent / 'notebooks'
MINUTES = re.compile(r'(\d+)-(\d+)')
LINK = re.compile(r'\]\(([^)#\s]+)(?:#[^)\s]*)?\)')
SECTION = re.compile(r'\*([^*`]+)\*')

each_guide = pytest.mark.parametrize(
    'guide', GUIDES, ids=[guide.name for guide in GUIDES]
)


def read(guide):
    return guide.read_text(encoding='utf-8')


def without_code(text):
    return re.sub(r'(?ms)^```.*?^```', '', text)


def headings(text):
    """The level of each heading, in order."""
    return re.findall(r'(?m)^(#+) ', without_code(text))


def sections(text):
    """The text under each heading of the second level."""
    return re.split(r'(?m)^## .*\n', text)[1:]


def tables(text):
    """The rows of each table, its head first, each as a list of cells."""
    blocks = re.findall(r'(?m)(?:^\|.*\|\n)+', text)
    return [
        [
            [cell.strip() for cell in row.strip('|').split('|')]
            for row in block.splitlines()
            if not re.fullmatch(r'[|\-]+', row)
        ]
        for block in blocks
    ]


def items(text):
    """The numbers of the numbered items."""
    return [int(n) for n in re.findall(r'(?m)^ *(\d+)\. ', without_code(text))]


def shape(text):
    """What two translations of a section have in common."""
    return {
        'items': items(text),
        'bullets': len(re.findall(r'(?m)^- ', text)),
        'questions in bold': len(re.findall(r'(?m)^\*\*', text)),
        'tables': [[len(row) for row in table] for table in tables(text)],
        # commands, but for what stands in a comment
        'code': [
            re.sub('#.*', '', code)
            for code in re.findall(r'(?ms)^```.*?^```', text)
        ],
    }


def test_both_languages_have_the_same_structure():
    english, turkish = map(read, GUIDES)
    assert headings(english) == headings(turkish)
    pairs = list(zip(sections(english), sections(turkish)))
    assert len(pairs) > 8
    for here, there in pairs:
        assert shape(here) == shape(there), here[:60]


@each_guide
def test_links_lead_to_files(guide):
    links = [link for link in LINK.findall(read(guide)) if '://' not in link]
    assert links
    for link in links:
        assert (guide.parent / link).is_file(), link


def plan(guide):
    """The rows of the plan: minutes, what, with, ask."""
    (table,) = [t for t in tables(read(guide)) if len(t[0]) == 4]
    return table[1:]


@each_guide
def test_the_plan_fills_80_minutes_with_slack(guide):
    spans = [
        tuple(map(int, MINUTES.fullmatch(row[0]).groups()))
        for row in plan(guide)
    ]
    starts, ends = zip(*spans)
    assert starts[0] == 0
    assert ends[-1] == 80
    assert starts[1:] == ends[:-1]
    slack = [
        end - start
        for (start, end), row in zip(spans, plan(guide))
        if row[1].startswith('**')
    ]
    assert sum(slack) == 8  # the text says so
    assert re.search(r'Eight of the 80|80 dakikanın sekizi', read(guide))


def test_the_plan_is_the_same_in_both_languages():
    english, turkish = map(plan, GUIDES)
    assert [row[0] for row in english] == [row[0] for row in turkish]
    assert [row[3][:3] for row in english] == [row[3][:3] for row in turkish]


@each_guide
def test_every_question_has_its_answer(guide):
    asked = [int(row[3].split('.')[0]) for row in plan(guide) if row[3]]
    numbers = list(map(items, sections(read(guide))))
    assert asked == list(range(1, len(asked) + 1))
    assert numbers.count(asked) == 1  # the answers
    assert numbers.count(list(range(1, 11))) == 2  # questionnaire, answers


@each_guide
def test_notebooks_named_are_there(guide):
    names = set(re.findall(r'\b0\d_\w+', read(guide)))
    known = {path.stem for path in NOTEBOOKS.glob('**/0*.py')}
    assert names
    assert names <= known


SECTIONS = {  # notebooks that the plan leads to: number, source
    'teaching.md': {'01': '01_neural_style', '02': '02_two_tabs'},
    'teaching.tr.md': {
        '01': 'tr/01_sinir_tarzi_transfer',
        '02': 'tr/02_iki_sekme',
    },
}


@each_guide
def test_sections_that_the_plan_names_are_in_the_notebooks(guide):
    seen = 0
    for row in plan(guide):
        source = SECTIONS[guide.name].get(row[2][:2])
        if source:
            text = (NOTEBOOKS / f'{source}.py').read_text(encoding='utf-8')
            titles = re.findall(r'(?m)^# #+ (.*)$', text)
            for title in SECTION.findall(row[2]):
                seen += 1
                assert title in titles, title
    assert seen > 10


def test_the_questionnaire_is_computed_as_the_chapter_does():
    from gluon_style._mxnet import np
    from gluon_style.losses import gram, tv_loss

    X = np.array([[1.0, 0.0], [0.0, 2.0]])
    for columns in (X, X[:, ::-1]):
        product = gram(columns.reshape(1, 2, 1, 2)).asnumpy()
        assert product.tolist() == [[0.25, 0], [0, 1]]
    assert gram(np.ones((1, 64, 50, 75))).shape == (64, 64)
    assert gram(np.ones((1, 64, 100, 150))).shape == (64, 64)
    grey = np.array([[0.0, 1.0], [0.0, 1.0]]).reshape(1, 1, 2, 2)
    assert float(tv_loss(grey)) == 0.5
