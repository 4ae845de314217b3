"""Colour profiles, transparency, and numbers that are not of eight bits."""

import io
import warnings

import icc
import numpy
import pytest
from PIL import Image, ImageCms

import gluon_style as gs
from gluon_style.errors import ImageError, OutputError, StyleWarning
from gluon_style.storage.colours import srgb_profile
from gluon_style.storage.image_files import open_alpha, open_rgb
from gluon_style.storage.records import read_record, save_picture


def saved(picture, kind='PNG', **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def levels(rng):
    # no colour at the edge of the gamut: there the profiles' makers differ
    return rng.randint(80, 176, (9, 7, 3)).astype('uint8')


@pytest.mark.parametrize('kind', ['PNG', 'JPEG', 'WEBP', 'TIFF'])
@pytest.mark.parametrize('name', list(icc.SPACES))
def test_colours_are_taken_to_srgb(levels, name, kind):
    options = {'lossless': True} if kind == 'WEBP' else {}
    data = saved(
        Image.fromarray(levels), kind, icc_profile=icc.profile(name), **options
    )
    before = numpy.asarray(Image.open(io.BytesIO(data)).convert('RGB'))
    expected = icc.in_srgb(before.astype('float64'), name)
    got = open_rgb(data)
    # rounding to levels, and s15Fixed16 numbers in a profile
    assert numpy.abs(got - expected).max() <= 1.01
    assert numpy.abs(before - expected).max() > 4  # it was no small matter


def test_a_palette_and_transparency_have_the_profile_too(levels):
    profile = icc.profile('Adobe RGB')
    picture = Image.fromarray(levels)
    expected = open_rgb(saved(picture, icc_profile=profile))
    picture.putalpha(Image.fromarray(numpy.full((9, 7), 254, 'uint8')))
    got = open_rgb(saved(picture, icc_profile=profile))
    assert numpy.abs(got.astype(int) - expected).max() <= 1
    palette = picture.convert('RGB').quantize(16)
    got = open_rgb(saved(palette, icc_profile=profile))
    plain = numpy.asarray(palette.convert('RGB')).astype('float64')
    assert numpy.abs(got - icc.in_srgb(plain, 'Adobe RGB')).max() <= 1.01


def test_a_grey_profile():
    ramp = numpy.arange(256, dtype='uint8').reshape(16, 16)
    data = saved(Image.fromarray(ramp), icc_profile=icc.grey_profile(1))
    got = open_rgb(data)
    assert (got[..., 0] == got[..., 2]).all()
    expected = icc.encoded(ramp / 255)
    assert numpy.abs(got[..., 1] - expected).max() <= 1.01


def test_srgb_is_left_alone_to_the_bit(levels):
    data = saved(Image.fromarray(levels), icc_profile=srgb_profile())
    assert (open_rgb(data) == levels).all()


@pytest.mark.parametrize(
    'profile', [b'damaged', srgb_profile()[:200], icc.grey_profile(2)]
)
def test_a_profile_that_is_none_is_said(levels, profile):
    data = saved(Image.fromarray(levels), icc_profile=profile)
    with pytest.warns(StyleWarning, match='taken as sRGB'):
        assert (open_rgb(data) == levels).all()


@pytest.mark.parametrize('suffix', ['.png', '.jpg', '.webp', '.tif'])
def test_what_is_written_says_that_it_is_srgb(levels, suffix, tmp_path):
    path = tmp_path / f'a{suffix}'
    save_picture(levels / 255, path, {'epochs': 3})
    first = path.read_bytes()
    with Image.open(path) as picture:
        profile = picture.info['icc_profile']
    description = ImageCms.getProfileDescription(io.BytesIO(profile))
    assert 'sRGB' in description
    assert read_record(path) == {'epochs': 3}
    save_picture(levels / 255, path, {'epochs': 3})
    assert path.read_bytes() == first


def test_the_profile_is_the_same_every_time(monkeypatch):
    first = srgb_profile()
    assert first[24:36] == bytes(12)  # no date
    srgb_profile.cache_clear()
    assert srgb_profile() == first


@pytest.mark.parametrize('mode', ['RGBA', 'LA', 'P', 'PA'])
def test_transparency_shows_what_is_behind(levels, mode):
    kind = 'TIFF' if mode == 'PA' else 'PNG'
    picture = Image.fromarray(levels)
    picture.putalpha(0)
    if mode in ('RGBA', 'LA'):
        data = saved(picture.convert(mode), kind)
    elif mode == 'P':
        data = saved(
            picture.convert('RGB').quantize(4), transparency=b'\0' * 4
        )
    else:
        data = picture.convert('RGB').convert('PA')
        data.putalpha(0)
    assert (open_rgb(data) == 255).all()
    assert (open_rgb(data, '#ff8000') == [255, 128, 0]).all()
    assert (gs.read_image(data, 'black').asnumpy() == 0).all()


def test_half_transparency_is_half_of_each(levels):
    picture = Image.fromarray(levels)
    picture.putalpha(Image.fromarray(numpy.full((9, 7), 51, 'uint8')))
    expected = levels * 0.2 + 255 * 0.8
    got = open_rgb(saved(picture))
    assert numpy.abs(got - expected).max() <= 1  # Pillow rounds twice


@pytest.mark.parametrize('colour', ['whiteish', '', '#12', None, 3])
def test_a_background_that_is_no_colour(levels, colour):
    with pytest.raises(ImageError, match='wanted a colour such as white'):
        open_rgb(saved(Image.fromarray(levels)), colour)


def test_alpha_is_kept_where_it_is_asked_for(levels, tmp_path):
    alpha = numpy.zeros((9, 7), 'uint8')
    alpha[:, :3] = 255
    picture = Image.fromarray(levels)
    assert open_alpha(saved(picture)) is None
    picture.putalpha(Image.fromarray(alpha))
    read = open_alpha(saved(picture))
    assert (read == alpha).all()
    for suffix in ('.png', '.webp', '.tif'):
        path = tmp_path / f'a{suffix}'
        save_picture(numpy.zeros((9, 7, 3)), path, {'epochs': 3}, read)
        assert (open_alpha(path) == alpha).all()
        assert read_record(path) == {'epochs': 3}
    save_picture(numpy.zeros((18, 14, 3)), tmp_path / 'b.png', {}, read)
    assert open_alpha(tmp_path / 'b.png').shape == (18, 14)
    with pytest.raises(OutputError, match='holds no transparency'):
        save_picture(numpy.zeros((9, 7, 3)), tmp_path / 'a.jpg', {}, read)


@pytest.mark.parametrize(
    ('values', 'expected'),
    [
        ([[0, 0.5], [0.25, 1]], [[0, 128], [64, 255]]),
        ([[0, 0.5]], [[0, 128]]),
        ([[-1, 0], [1, 3]], [[0, 64], [128, 255]]),
        ([[7, 7]], [[0, 0]]),
        ([[0, 1e30]], [[0, 255]]),
    ],
)
def test_floats_are_scaled_by_their_range(values, expected):
    data = saved(Image.fromarray(numpy.array(values, 'float32')), 'TIFF')
    with pytest.warns(StyleWarning, match='was taken as black'):
        got = open_rgb(data)
    for channel in range(3):
        assert (got[..., channel] == expected).all()


def test_whole_numbers_of_32_bits_are_scaled_by_their_range():
    values = numpy.array([[-5, 0], [2**31 - 1, 2**30]], 'int32')
    with pytest.warns(StyleWarning, match='-5 was taken as black'):
        got = open_rgb(saved(Image.fromarray(values), 'TIFF'))
    assert (got[..., 0] == [[0, 0], [255, 128]]).all()


@pytest.mark.parametrize('value', [numpy.nan, numpy.inf, -numpy.inf])
def test_floats_that_are_not_finite(value):
    data = saved(Image.fromarray(numpy.array([[0, value]], 'float32')), 'TIFF')
    with pytest.raises(ImageError, match='not finite'):
        open_rgb(data)


@pytest.mark.parametrize('kind', ['PNG', 'TIFF'])
def test_sixteen_bits_need_no_word(kind):
    deep = numpy.array([[0, 255, 256], [32768, 65279, 65535]], 'uint16')
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        got = open_rgb(saved(Image.fromarray(deep), kind))
    assert (got[..., 0] == [[0, 0, 1], [128, 254, 255]]).all()


@pytest.mark.parametrize(
    'options',
    [{}, {'progressive': True}, {'subsampling': 0}, {'optimize': True}],
)
@pytest.mark.parametrize('lost', [1, 2, 3, 10, 100])
def test_a_jpeg_without_its_end_is_not_whole(rng, options, lost):
    levels = rng.randint(0, 256, (60, 80, 3)).astype('uint8')
    data = saved(Image.fromarray(levels), 'JPEG', **options)
    assert open_rgb(data).shape == (60, 80, 3)
    with pytest.raises(ImageError, match='wanted a whole JPEG'):
        open_rgb(data[:-lost])


def test_the_command_keeps_transparency_or_fills_it(command, rng, tmp_path):
    levels = rng.randint(0, 256, (40, 48, 3)).astype('uint8')
    picture = Image.fromarray(levels)
    alpha = numpy.zeros((40, 48), 'uint8')
    alpha[:, 20:] = 255
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / 'a.png')
    run = ['transfer', 'a.png', 'a.png', '--weights', 'random', '--epochs', 1,
           '--lr', 0.001, '--content-layers', 'conv1_1', '--style-layers',
           'conv1_2', '--no-plot']  # fmt: skip
    bad = command(*run, '-o', 'b.jpg', '--keep-alpha')
    assert (bad.returncode, bad.stderr.count('\n')) == (1, 1)
    assert 'holds no transparency' in bad.stderr
    bad = command(*run, '-o', 'b.png', '--background', 'whiteish')
    assert (bad.returncode, bad.stderr.count('\n')) == (1, 1)
    good = command(*run, '-o', 'b.png', '--keep-alpha')
    assert good.returncode == 0, good.stderr
    small = open_alpha(tmp_path / 'b.png')
    assert set(small[:, 0]) == {0}
    assert set(small[:, -1]) == {255}
    good = command(*run, '-o', 'c.png', '--background', '#000000', '-q')
    assert good.returncode == 0, good.stderr
    assert open_alpha(tmp_path / 'c.png') is None
    # a step of 0.001 leaves the black of behind nearly black
    assert open_rgb(tmp_path / 'c.png')[:, :100].max() < 10


def test_a_warning_is_one_line_of_the_command(command, tmp_path):
    values = numpy.linspace(0, 1, 40 * 40).reshape(40, 40).astype('float32')
    Image.fromarray(values).save(tmp_path / 'a.tif')
    result = command(
        'transfer', 'a.tif', 'a.tif', '--weights', 'random', '--epochs', 1,
        '--content-layers', 'conv1_1', '--style-layers', 'conv1_2',
        '--no-plot', '-q', '-o', 'b.png',
    )  # fmt: skip
    assert result.returncode == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith('gluon-style: warning: the image holds numbers')
