"""The notebooks' figures: what is drawn is what was given, in its place."""

import matplotlib
import numpy
import pytest
from PIL import Image

from gluon_style.drawing.charts import curves, shares
from gluon_style.drawing.page import figure_uri, heat, render
from gluon_style.drawing.panels import (
    feature_sheet,
    gram_heatmaps,
    stages,
    strip,
    triptych,
    varied_channels,
)
from gluon_style.drawing.schematic import (
    BACK,
    LABELS,
    NETWORK,
    ROWS,
    TOTAL,
    schematic,
)

matplotlib.use('agg')


def shown(figure):
    """Return the axes that show something, and their arrays."""
    axes = [ax for ax in figure.axes if ax.get_images()]
    return axes, [ax.get_images()[0].get_array().data for ax in axes]


def flat(value):
    return numpy.full((4, 6, 3), value)


@pytest.mark.parametrize(('columns', 'axes'), [(None, 5), (2, 6), (9, 5)])
def test_strip_shows_each_picture_under_its_title(columns, axes):
    pictures = [flat(i / 8) for i in range(5)]
    figure = strip(pictures, [f'no. {i}' for i in range(5)], columns)
    seen, arrays = shown(figure)
    assert [ax.get_title() for ax in seen] == [f'no. {i}' for i in range(5)]
    numpy.testing.assert_array_equal(arrays, pictures)
    assert len(figure.axes) == axes


def test_triptych_shows_the_result_large():
    figure = triptych(flat(0), flat(0.5), flat(1), ['a', 'b', 'c'])
    figure.draw_without_rendering()
    axes = {ax.get_title(): ax for ax in figure.axes}
    values = {
        title: ax.get_images()[0].get_array()[0, 0, 0]
        for title, ax in axes.items()
    }
    assert values == {'a': 0, 'b': 0.5, 'c': 1}
    areas = {title: ax.get_position() for title, ax in axes.items()}
    assert areas['c'].width > 2 * areas['a'].width
    assert areas['a'].y0 > areas['b'].y1  # the photo is over the painting


def test_stages_enlarge_the_same_part_of_each_picture(rng):
    pictures = {'a': rng.rand(8, 12, 3), 'b': rng.rand(8, 12, 3)}
    figure = stages(pictures, (3, 2, 6, 4))
    axes, arrays = shown(figure)
    assert [ax.get_title() for ax in axes] == ['a', 'b', '', '']
    for i, picture in enumerate(pictures.values()):
        numpy.testing.assert_array_equal(arrays[i], picture)
        numpy.testing.assert_array_equal(arrays[2 + i], picture[2:6, 3:9])
    (frame,) = axes[0].patches
    assert frame.get_bbox().bounds == (2.5, 1.5, 6, 4)
    assert not axes[1].patches


def test_strip_counts_pixels_if_asked():
    figures = [strip([flat(0)], ['a'], ticks=ticks) for ticks in (True, False)]
    assert [figure.axes[0].axison for figure in figures] == [True, False]


def test_varied_channels_prefers_what_is_new(rng):
    pattern, other, noise = rng.randn(3, 5, 7)
    maps = numpy.stack(
        [2 * pattern, 0.1 * noise, -3 * pattern, other, 1.9 * pattern + 7]
    )
    assert varied_channels(maps, 2) == [2, 3]  # 0 and 4 are 2 over again
    assert varied_channels(maps, 3) == [2, 3, 1]
    assert len(varied_channels(maps, 99)) == 5
    assert varied_channels(numpy.ones((3, 2, 2)), 2) == [0, 1]  # all alike


def test_feature_sheet_shows_the_same_channels_of_each_picture(rng):
    photo = {'one': rng.randn(8, 4, 6), 'two': rng.randn(9, 2, 3)}
    other = {name: rng.randn(*Y.shape) for name, Y in photo.items()}
    sheets = {'photo': photo, 'other': other}
    figure = feature_sheet(sheets, 'all', 'channel', count=2)
    axes, arrays = shown(figure)
    assert len(axes) == 2 * 2 * (1 + 2)
    panels = iter(zip(axes, arrays))
    for layer, Y in photo.items():
        chosen = varied_channels(Y, 2)
        for name, maps in sheets.items():
            ax, array = next(panels)
            energy = numpy.sqrt((maps[layer] ** 2).mean(0))
            numpy.testing.assert_allclose(array, energy)  # float64 throughout
            title = f'{name}: all' if layer == 'one' else ''
            assert ax.get_title() == title
            assert ax.get_ylabel() == (layer if name == 'photo' else '')
            for k, (ax, array) in zip(chosen, panels):
                numpy.testing.assert_array_equal(array, maps[layer][k])
                assert ax.get_title() == f'channel {k}'
                if k == chosen[-1]:
                    break


def test_gram_heatmaps_sort_and_scale_by_the_first_row(rng):
    layers = ['one', 'two']
    rows = {}
    for name in ('painting', 'photo'):
        features = [rng.randn(c, 20) for c in (5, 6)]
        rows[name] = [X @ X.T / X.size for X in features]
    figure = gram_heatmaps(rows, layers, 'share', {'photo': ['p', 'q']}, 4)
    axes, arrays = shown(figure)
    assert [ax.get_title() for ax in axes] == ['one', 'two', '', '']
    assert [ax.get_xlabel() for ax in axes] == ['', '', 'p', 'q']
    assert [ax.get_ylabel() for ax in axes] == ['painting', '', 'photo', '']
    assert figure.axes[-1].get_ylabel() == 'share'
    for i in range(2):
        target, G = rows['painting'][i], rows['photo'][i]
        diagonal = arrays[i].diagonal()
        assert list(diagonal) == sorted(diagonal, reverse=True)
        order = [list(target.diagonal()).index(v) for v in
                 sorted(target.diagonal(), reverse=True)[:4]]  # fmt: skip
        numpy.testing.assert_allclose(
            arrays[2 + i], G[numpy.ix_(order, order)] / abs(target).max()
        )


def middles(figure):
    """Middles of the arrows' heads on the schematic, by colour."""
    ax = figure.axes[0]
    arrows = {True: [], False: []}
    for patch in ax.patches:
        if isinstance(patch, matplotlib.patches.FancyArrowPatch):
            (x0, y0), (x1, y1) = patch._posA_posB
            back = matplotlib.colors.to_hex(patch.get_edgecolor()) == BACK
            arrows[back].append(((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0))
    return arrows


def test_schematic_sends_the_gradient_along_the_middle_row_alone():
    figure = schematic({name: flat(0.5) for name in ROWS})
    arrows = middles(figure)
    legend = -6.2
    for name, y in ROWS.items():
        # each row goes forward through three layers
        assert sum(abs(m[1] - y) < 2 and m[2] > 5 for m in arrows[False]) == 3
        back = [m for m in arrows[True] if abs(m[1] - y) < 2 and m[2] < -5]
        assert len(back) == (3 if name == 'picture' else 0)
    # every other gradient ends at a loss or at the middle row
    for _, y, dx in arrows[True]:
        assert y == legend or ROWS['content'] + 5 < y < ROWS['style'] - 5, dx


def test_schematic_leads_the_gradient_from_the_total_around_the_network():
    figure = schematic({name: flat(0.5) for name in ROWS})
    lines = figure.axes[0].get_lines()
    left, bottom, width, _ = NETWORK
    backward = [line for line in lines if line.get_color() == BACK]
    # from the sum to each of the three losses, beside the way there
    assert len(backward) == len(lines) - len(backward) == 3
    for line in backward:
        x, y = line.get_xydata()[0]
        assert abs(x - TOTAL) < 5
        assert abs(abs(y - ROWS['picture']) - 4.3) < 0.01
    # the total variation looks at the pixels alone
    tv = [line for line in lines if min(line.get_xdata()) < left]
    assert len(tv) == 2
    for line in tv:
        for start, end in zip(line.get_xydata(), line.get_xydata()[1:]):
            beside = max(start[0], end[0]) < left
            beyond = min(start[0], end[0]) > left + width
            assert beside or beyond or max(start[1], end[1]) < bottom


def test_schematic_says_what_it_is_told():
    labels = {name: f'<{name}>' for name in LABELS}
    labels['layer'] = '{}. <layer>'
    figure = schematic({name: flat(0.5) for name in ROWS}, labels)
    texts = [text.get_text() for text in figure.axes[0].texts]
    del labels['layer']
    layers = [f'{i}. <layer>' for i in (1, 2, 3)]
    assert sorted(texts) == sorted([*labels.values(), *layers])


def test_curves_show_what_a_logarithm_can():
    lines = [
        {'label': 'a', 'x': [1, 2, 3], 'y': [0, 10, 1], 'color': '#123456'},
        {'label': 'b', 'x': [1, 2], 'y': [5, 6]},
    ]
    figure = curves({'left': lines, 'right': lines[:1]}, 'epoch')
    left, right = figure.axes
    assert (left.get_title(loc='left'), right.get_title(loc='left')) == (
        'left',
        'right',
    )
    a, b = left.get_lines()
    assert list(a.get_xdata()) == [2, 3]
    assert list(a.get_ydata()) == [10, 1]
    assert a.get_color() == '#123456'
    assert list(b.get_ydata()) == [5, 6]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ['a', 'b']
    assert left.yaxis.get_minor_formatter()(2e-1) == '0.2'  # no powers of 10
    (ax,) = curves({'left': lines[:1]}, 'epoch', log=False).axes
    assert list(ax.get_lines()[0].get_ydata()) == [0, 10, 1]


def test_shares_fill_the_axis():
    panels = {
        'loss': {'a': [1.0, 3.0], 'b': [3.0, 1.0]},
        'gradient': {'a': [1.0, 1.0], 'b': [1.0, 1.0]},
    }
    figure = shares([0, 20], panels, 'epoch', '%')
    ax, other = figure.axes
    assert (ax.get_title(), other.get_title()) == ('loss', 'gradient')
    lower, upper = (i.get_paths()[0].vertices for i in ax.collections)
    assert lower[:, 1].max() == 75
    assert upper[:, 1].max() == 100
    assert upper[:, 1].min() == 25
    assert other.collections[0].get_paths()[0].vertices[:, 1].max() == 50
    assert ax.get_xlim() == (0, 1)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ['0', '20']
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ['b', 'a']
    point = shares([7], {'': {'a': [1.0], 'b': [2.0]}}, 'epoch', '%')
    assert point.axes


def test_decimals_follow_a_comma_where_they_do():
    line = {'label': 'a', 'x': [1, 2], 'y': [0.25, 2.5]}
    for log in (True, False):
        chart = curves({'left': [line]}, 'epoch', log, decimal=',')
        (ax,) = chart.axes
        chart.draw_without_rendering()
        texts = [tick.get_text() for tick in ax.get_yticklabels(which='both')]
        assert any(',' in text for text in texts)
        assert not any('.' in text for text in texts)
    grams = {'a': [numpy.eye(3)]}
    bar = gram_heatmaps(grams, ['one'], 'share', decimal=',').axes[-1]
    ticks = [tick.get_text() for tick in bar.get_yticklabels()]
    assert ticks == ['-1', '-0,1', '-0,01', '0', '0,01', '0,1', '1']


@pytest.mark.parametrize(
    'figure',
    [
        strip([flat(0.5)], ['one\nand two']),
        schematic({name: flat(0.5) for name in ROWS}),
        curves({'one': [{'label': 'a', 'x': [1], 'y': [1]}]}, 'epoch'),
        gram_heatmaps({'a': [numpy.eye(3)]}, ['one'], 'share'),
    ],
    ids=['strip', 'schematic', 'curves', 'gram'],
)
def test_figures_can_be_drawn(figure, tmp_path):
    path = tmp_path / 'figure.png'
    figure.savefig(path)
    drawn = numpy.asarray(Image.open(path).convert('L'))
    assert drawn.shape[0] > 20
    assert drawn.min() < drawn.max()  # something is on the paper


def test_a_curve_leaves_out_what_is_no_value():
    line = {'label': 'a', 'x': [1, 2, 3], 'y': [None, 2.0, 3.0]}
    for log in (True, False):
        (ax,) = curves({'left': [line]}, 'epoch', log, legend=False).axes
        assert list(ax.get_lines()[0].get_xdata()) == [2, 3]
        assert not ax.figure.legends


def test_a_chart_of_nothing_can_be_drawn():
    line = {'label': 'a', 'x': [1], 'y': [0.0]}
    figure = curves({'left': [line]}, 'epoch', legend=False)
    assert figure_uri(figure).startswith('data:image/svg+xml;base64,')


def test_what_is_put_into_a_page_is_escaped():
    results = {'run': '<b>&', 'recipe': 'r', 'source': 's', 'origin': 'o',
               'caution': '<script>'}  # fmt: skip
    values = {'results': results, 'lines': [], 'losses': [], 'head': ['<i>'],
              'rows': [['<u>']]}  # fmt: skip
    page = render('published.html', **values)
    assert '<title>&lt;b&gt;&amp; against the book</title>' in page
    assert '&lt;script&gt;' in page
    assert '<td>&lt;u&gt;</td>' in page
    assert '<th>&lt;i&gt;</th>' in page
    assert not [i for i in ('<b>', '<script>', '<u>', '<i>') if i in page]
    assert '# <b>& against the book' in render('published.md', **values)


def test_heat_lightens_with_the_difference():
    grey = numpy.full((10, 10, 3), 0.5)
    other = grey + numpy.linspace(0, 0.1, 100).reshape(10, 10, 1)
    coloured, top = heat(other, grey)
    assert top == 50  # the round number above 25.5
    lightness = coloured.mean(2).ravel()
    assert (numpy.diff(lightness) >= 0).all()
    assert lightness[0] < lightness[-1]
    assert heat(grey, grey)[0].shape == (10, 10, 3)
