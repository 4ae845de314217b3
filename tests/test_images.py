"""Reading, preprocessing and postprocessing images."""

import io
import os
import struct
import subprocess
import sys

import numpy
import pytest
from arrays import assert_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

import gluon_style as gs
from gluon_style._mxnet import image, np
from gluon_style.errors import ImageError, StyleError
from gluon_style.parity.published import read_curves
from gluon_style.storage.image_files import open_rgb
from gluon_style.storage.records import read_record
from gluon_style.sweeps.tasks import find_source


def saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, **options)
    return file.getvalue()


@pytest.fixture
def rgb(rng):
    return Image.fromarray(rng.randint(0, 256, (9, 7, 3)).astype('uint8'))


@pytest.mark.parametrize('kind', ['PNG', 'JPEG'])
@pytest.mark.parametrize('mode', ['RGB', 'L'])
def test_decodes_to_the_same_bits_as_the_chapter(rgb, kind, mode, tmp_path):
    path = tmp_path / f'image.{kind.lower()}'
    rgb.convert(mode).save(path)
    expected = image.imread(str(path))
    assert_equal(gs.read_image(path), expected)


def test_decodes_the_books_images_to_the_same_bits(book_images):
    for path in book_images:
        got, expected = gs.read_image(path), image.imread(str(path))
        assert_equal(got, expected)


def test_sources_are_equal(rgb, tmp_path):
    path = tmp_path / 'image.png'
    rgb.save(path)
    data = path.read_bytes()
    for source in (path, str(path), data, io.BytesIO(data), rgb):
        got = gs.read_image(source)
        assert got.dtype == numpy.uint8
        assert_equal(got, numpy.asarray(rgb))


@pytest.mark.parametrize('mode', ['1', 'L', 'LA', 'P', 'RGBA', 'CMYK'])
def test_every_mode_gives_three_channels(rgb, mode):
    kind = 'TIFF' if mode == 'CMYK' else 'PNG'
    data = saved(rgb.convert(mode), format=kind)
    assert gs.read_image(data).shape == (9, 7, 3)


def test_sixteen_bits_are_cut_to_eight():
    deep = numpy.array([[0, 255, 256], [32768, 65279, 65535]], 'uint16')
    got = gs.read_image(saved(Image.fromarray(deep), format='PNG'))
    expected = [[0, 0, 1], [128, 254, 255]]
    for channel in range(3):
        assert_equal(got[:, :, channel], expected)


def test_exif_orientation_is_followed(rgb):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to show
    data = saved(rgb, format='PNG', exif=exif)
    expected = numpy.rot90(numpy.asarray(rgb), -1)
    assert_equal(gs.read_image(data), expected)


def test_no_file_says_so():
    with pytest.raises(ImageError, match='no such image file: missing.jpg'):
        gs.read_image('missing.jpg')


@pytest.mark.parametrize('data', [b'', b'not an image', b'\x89PNG\r\n\x1a\n'])
def test_no_image_says_so(data, tmp_path):
    path = tmp_path / 'image.png'
    path.write_bytes(data)
    with pytest.raises(ImageError, match='cannot read .*image.png'):
        gs.read_image(path)


def test_a_file_cut_short_says_so(rgb, tmp_path):
    path = tmp_path / 'image.jpg'
    data = saved(rgb.resize((200, 200)), format='JPEG')
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageError, match='wanted a whole JPEG'):
        gs.read_image(path)


def test_preprocess_takes_width_first(picture):
    X = gs.preprocess(picture(20, 30), (45, 31))
    assert X.shape == (1, 3, 31, 45)
    assert X.dtype == numpy.float32


def test_preprocess_values():
    # white and black, standardised by the ImageNet mean and deviation
    img = np.array([[[255] * 3, [0] * 3]], dtype='uint8')
    X = gs.preprocess(img, (2, 1)).asnumpy()
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    for c in range(3):
        white, black = (1 - mean[c]) / std[c], -mean[c] / std[c]
        # float32's three operations, each within 6e-8
        assert X[0, c, 0] == pytest.approx([white, black], rel=1e-6)


def test_preprocess_resizes_like_opencv(picture):
    img = picture(37, 53)
    expected = image.imresize(img, 23, 19).asnumpy()
    got = gs.postprocess(gs.preprocess(img, (23, 19))).asnumpy() * 255
    # there and back within 5e-7 (see test_round_trip), times 255
    numpy.testing.assert_allclose(got, expected, atol=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 33), st.integers(1, 33), st.integers(0, 2**31))
def test_round_trip(width, height, seed):
    state = numpy.random.RandomState(seed)
    img = state.randint(0, 256, (height, width, 3)).astype('uint8')
    X = gs.preprocess(np.array(img, dtype='uint8'), (width, height))
    back = gs.postprocess(X).asnumpy()
    # float32 has 24 bits and the values pass 2.6: a few 1e-7
    numpy.testing.assert_allclose(back, img / 255, atol=5e-7)


def test_postprocess_clips():
    X = np.array([[[[100.0]], [[-100.0]], [[0.0]]]])
    assert gs.postprocess(X).asnumpy()[0, 0] == pytest.approx([1, 0, 0.406])


@pytest.mark.parametrize(
    'shape', [(0, 5), (5, -1), (5,), (5, 6, 7), 5, (2.5, 3), ('a', 'b')]
)
def test_bad_shapes_are_refused(picture, shape):
    with pytest.raises(ImageError, match=r'wanted \(width, height\)'):
        gs.preprocess(picture(8, 8), shape)


def test_grey_arrays_are_refused():
    with pytest.raises(ImageError, match='read it with read_image'):
        gs.preprocess(np.ones((4, 4)), (4, 4))


def test_an_image_opens_without_mxnet(tmp_path, rgb):
    path = tmp_path / 'image.png'
    rgb.save(path)
    code = (
        'import sys; from gluon_style.storage.image_files import open_rgb; '
        'print(open_rgb(sys.argv[1]).shape, "mxnet" in sys.modules)'
    )
    result = subprocess.run(
        [sys.executable, '-c', code, str(path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert result.stdout.split('\n')[0] == '(9, 7, 3) False'


def test_a_sweep_sees_the_size_that_a_run_sees(rgb, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to show
    path = tmp_path / 'turned.png'
    rgb.save(path, exif=exif)
    source = find_source(str(path))
    assert (source.height, source.width) == (7, 9)
    assert gs.read_image(source.data).shape == (7, 9, 3)
    assert source.data == path.read_bytes()
    path.write_bytes(source.data[:50])
    with pytest.raises(ImageError, match=r'cannot read .*turned\.png'):
        find_source(str(path))


def test_bytes_are_not_named_by_their_address():
    with pytest.raises(ImageError, match='cannot read these bytes'):
        gs.read_image(b'not an image')


@pytest.mark.parametrize('kind', ['EPS', 'TGA', 'PCX', 'ICO', 'DIB'])
def test_other_formats_are_not_opened(rgb, kind, tmp_path, monkeypatch):
    path = tmp_path / 'photo.jpg'  # PostScript would be run by Ghostscript
    rgb.resize((16, 16)).save(path, kind)
    monkeypatch.setattr(subprocess, 'Popen', pytest.fail)
    monkeypatch.setattr(os, 'system', pytest.fail)
    for read in (open_rgb, read_record):
        with pytest.raises(ImageError, match='cannot read .*photo.jpg'):
            read(path)


@pytest.mark.parametrize('kind', ['WEBP', 'TIFF', 'GIF', 'BMP', 'PPM', 'MPO'])
def test_the_other_known_formats_are_opened(rgb, kind):
    assert open_rgb(saved(rgb, format=kind)).shape == (9, 7, 3)


@pytest.mark.parametrize(
    'error', [struct.error, RuntimeError, MemoryError, NotImplementedError]
)
def test_whatever_a_decoder_raises_is_one_line(rgb, monkeypatch, error):
    def fail(*_):
        raise error('damaged\nin two lines')

    monkeypatch.setattr(ImageFile.ImageFile, 'load', fail)
    with pytest.raises(ImageError, match='cannot read these bytes'):
        open_rgb(saved(rgb, format='PNG'))


def test_pipes_and_devices_are_not_read(tmp_path):
    os.mkfifo(tmp_path / 'pipe.png')
    for path in (tmp_path / 'pipe.png', '/dev/zero', tmp_path):
        for read in (open_rgb, read_record, read_curves):
            with pytest.raises(StyleError, match='cannot read'):
                read(path)
