"""What the exercises' answers measure, draw and write in two languages."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy
import pytest
from PIL import Image

import gluon_style as gs
from gluon_style._mxnet import np
from gluon_style.drawing.schematic import LABELS
from gluon_style.errors import SettingsError
from gluon_style.lessons import answers, pulls, style_images, wording
from gluon_style.lessons.measures import gradient_norms, gradient_shares

LESSONS = Path(answers.__file__).parent
NOTEBOOKS = Path(__file__).parent.parent / 'notebooks'
BASE = gs.Settings(width=48, height=32, epochs=3, lr=0.1, weights='random')
MEASURED = {'content': 19.71, 'style': 1.588, 'tv': 0.0766, 'fine': 0.137}


@pytest.fixture(scope='module')
def net():
    return gs.vgg19_features('random')


@pytest.mark.parametrize(
    ('language', 'number', 'fixed', 'percent'),
    [
        ('english', '0.0012', '0.08', '14 %'),
        ('turkish', '0,0012', '0,08', '%14'),
    ],
)
def test_a_language_writes_its_numbers(language, number, fixed, percent):
    words = wording.find_wording(language)
    assert words.number(0.00123) == number
    assert words.fixed(0.0766, 2) == fixed
    assert words.percent(0.137) == percent
    assert words.number(123.4) == '120'
    assert words.percent(2e-7) == words.percent(0)  # a rounding


def test_a_name_is_translated_word_by_word():
    words = wording.find_wording('turkish')
    assert words('content conv4_4') == 'içerik conv4_4'
    assert words('losses without their weights') == 'ağırlıksız kayıplar'
    assert wording.find_wording('english')('photo') == 'photo'


def test_every_word_on_a_page_is_there_in_turkish():
    turkish = wording.find_wording('turkish')
    names = {*LABELS.values()} - {'frozen network'}  # notebook 01 names it
    for path in [*LESSONS.rglob('*.py'), *NOTEBOOKS.glob('*.py')]:
        names.update(
            re.findall(r"(?<!_)wording\('([^']+)'\)", path.read_text('utf-8'))
        )
    assert len(names) > 30
    assert {name for name in names if turkish(name) == name} == {'TV'}


def test_there_is_no_other_language():
    with pytest.raises(SettingsError, match='english, turkish'):
        wording.find_wording('latin')


def test_the_table_and_the_title_say_the_four_numbers():
    words = wording.find_wording('turkish')
    table = answers.measured_table(
        {'photo': MEASURED, 'noise': {**MEASURED, 'content': 0}}, words
    )
    assert table.splitlines() == [
        '          içerik  stil    TV  ince yapı',
        'fotoğraf      20   1,6  0,08        %14',
        'gürültü        0   1,6  0,08        %14',
    ]
    assert answers.measured_title('photo', MEASURED, words) == (
        'fotoğraf\niçerik 20, stil 1,6\nTV 0,08, ince yapı %14'
    )


@pytest.mark.parametrize('language', ['english', 'turkish'])
def test_the_chart_has_a_bar_for_each_number(language):
    words = wording.find_wording(language)
    cells = {
        (row, column): {**MEASURED, 'style': 10.0**i}
        for i, row in enumerate(['a', 'b', 'c'])
        for column in ['x', 'y']
    }
    ends = {'photo': MEASURED, 'painting': MEASURED}
    figure = answers.measured_chart(cells, ends, ('content', 'style'), words)
    figure.draw_without_rendering()
    for ax, key in zip(figure.axes, MEASURED):
        unit = 100 if key == 'fine' else 1
        heights = sorted(bar.get_height() for bar in ax.patches)
        assert heights == pytest.approx(
            sorted(unit * m[key] for m in cells.values())
        )
    style = figure.axes[1]
    assert style.get_yscale() == 'log'
    assert style.get_title() == words('style')
    ticks = [i.get_text() for i in figure.axes[2].get_yticklabels()]
    point = ',' if language == 'turkish' else '.'
    assert any(point in tick for tick in ticks)
    legend = figure.axes[3].get_legend()
    shown = [i.get_text() for i in legend.get_texts()]
    assert sorted(shown) == sorted(
        ['x', 'y', words('photo'), words('painting')]
    )


def test_jpeg_is_the_image():
    image = Image.new('RGB', (16, 8), (200, 100, 50))
    back = Image.open(io.BytesIO(answers.as_jpeg(image, 95)))
    assert back.format == 'JPEG'
    assert (
        abs(numpy.asarray(back).astype(int) - numpy.asarray(image)).max() < 4
    )


def test_pulls_are_the_shares_of_the_gradients(picture, net):
    content, style = picture(24, 40), picture(30, 30)
    shape = BASE.width, BASE.height
    device = gs.try_gpu()
    X, contents_Y = gs.get_contents(content, net, shape, device)
    _, styles_Y = gs.get_styles(style, net, shape, device)
    weights = gs.LossWeights(content=3, tv=100)
    expected = gradient_shares(
        gradient_norms(
            X, net, contents_Y, [gs.gram(Y) for Y in styles_Y],
            loss_weights=weights,
        )
    )  # fmt: skip
    photo = gs.postprocess(X).asnumpy()
    settings = replace(BASE, content_weight=3, tv_weight=100)
    got = pulls.pulls_at(photo, content, style, settings, net)
    assert got.keys() == expected.keys()
    # the picture has passed through the 256 levels of a file
    assert list(got.values()) == pytest.approx([*expected.values()], abs=0.02)


def test_pulls_are_watched_along_a_run(picture, net):
    content, style = picture(24, 40), picture(30, 30)
    watched = pulls.watch_pulls(content, style, BASE, net, (0, 1, 3))
    assert list(watched) == [0, 1, 3]
    for shares in watched.values():
        assert sum(shares.values()) == pytest.approx(1)
    # at the content image itself nothing but a rounding is left
    assert watched[0]['content conv4_4'] < 1e-4 < watched[3]['content conv4_4']
    reached = gs.run(content, style, replace(BASE, epochs=1), net=net)
    after = pulls.pulls_at(
        gs.postprocess(reached).asnumpy(), content, style, BASE, net
    )
    # clipped and in 256 levels
    assert list(watched[1].values()) == pytest.approx(
        list(after.values()), abs=0.1
    )
    chart = answers.pulls_chart(watched, wording.find_wording('turkish'))
    tops = [bar.get_y() + bar.get_height() for bar in chart.axes[0].patches]
    assert tops[-3:] == pytest.approx([100, 100, 100])


def test_shuffled_tiles_are_the_same_tiles():
    image = numpy.random.RandomState(0).randint(0, 256, (9, 11, 3), 'uint8')
    shuffled = style_images.shuffled_tiles(image, 2)
    assert shuffled.shape == (8, 10, 3)

    def tiles(picture):
        return sorted(
            picture[i : i + 2, j : j + 2].tobytes()
            for i in range(0, 8, 2)
            for j in range(0, 10, 2)
        )

    assert tiles(shuffled) == tiles(image)
    assert (shuffled != image[:8, :10]).any()


def test_a_detail_is_a_part_of_the_image():
    image = numpy.arange(9 * 12 * 3, dtype='uint8').reshape(9, 12, 3)
    assert (style_images.detail(image) == image[4:7, 4:8]).all()


def test_corners_are_alike_where_the_image_repeats_itself(picture, net):
    tile = picture(16, 24).asnumpy()
    repeated = np.array(numpy.tile(tile, (2, 2, 1)), dtype='uint8')
    half = repeated.asnumpy().copy()
    half[:, :24] //= 8
    uneven = np.array(half, dtype='uint8')
    even, odd = (
        style_images.corner_loss(i, (48, 32), net) for i in (repeated, uneven)
    )
    assert 0 <= even < 0.5 * odd
