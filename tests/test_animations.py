"""Time-lapses of runs: how many frames, how long, how large, and whole."""

import sys

import numpy
import pytest
from PIL import Image

from gluon_style.cli import main, outputs, signals
from gluon_style.cli.targets import Targets
from gluon_style.errors import OutputError
from gluon_style.storage import animations
from gluon_style.storage.animations import (
    Snapshots,
    check_animation,
    save_animation,
)
from gluon_style.storage.image_files import open_rgb

MP4 = 'needs imageio and its encoder (extra: animate)'
RUN = ['transfer', 'sample:mountain-lake', 'sample:autumn-avenue', '-q',
       '--width', '51', '--height', '33', '--weights', 'student',
       '--no-plot', '--epochs', '16', '--lr', '0.3']  # fmt: skip


LIGHT = (0.299, 0.587, 0.114)  # of red, green and blue


def shots(epochs, size=(30, 20)):
    """Snapshots that get brighter from the first to the last epoch."""
    frames = Snapshots(epochs, size)
    for epoch in range(1, epochs + 1):
        if frames.due(epoch):
            level = 255 * epoch // epochs
            frames.add(numpy.full((size[1], size[0], 3), level, 'uint8'))
    return frames


def gif_frames(path):
    """Its frames and for how many seconds each is shown."""
    frames, seconds = [], []
    with Image.open(path) as gif:
        for i in range(gif.n_frames):
            gif.seek(i)
            frames.append(numpy.asarray(gif.convert('RGB')))
            seconds.append(gif.info['duration'] / 1000)
    return frames, seconds


def mp4_frames(path):
    imageio = pytest.importorskip('imageio.v2', reason=MP4)
    pytest.importorskip('imageio_ffmpeg', reason=MP4)
    with imageio.get_reader(path, format='FFMPEG') as reader:
        fps = reader.get_meta_data()['fps']
        return [numpy.asarray(frame) for frame in reader], fps


@pytest.mark.parametrize('suffix', ['gif', 'mp4'])
def test_a_run_is_shown_from_its_start_to_its_picture(
    tmp_path, monkeypatch, suffix
):
    if suffix == 'mp4':
        pytest.importorskip('imageio_ffmpeg', reason=MP4)
    monkeypatch.chdir(tmp_path)
    name = f'film.{suffix}'
    assert main([*RUN, '-o', 'out.png', '--animate', name]) == 0
    picture = open_rgb(tmp_path / 'out.png').astype(int)
    if suffix == 'gif':
        frames, seconds = gif_frames(tmp_path / name)
        assert sum(seconds) == pytest.approx(8 + 1, abs=0.6)
        assert frames[-1].shape == picture.shape == (33, 51, 3)
    else:
        frames, fps = mp4_frames(tmp_path / name)
        assert len(frames) / fps == pytest.approx(8 + 1, abs=0.6)
        # even sides: the last row and column are there twice
        assert frames[-1].shape == (34, 52, 3)
    first, last = (
        numpy.dot(i[:33, :51], LIGHT) for i in frames[:: len(frames) - 1]
    )
    # 256 colours; a codec that halves the size of colour, not of light
    assert abs(last - numpy.dot(picture, LIGHT)).mean() < 6
    assert abs(first - numpy.dot(picture, LIGHT)).mean() > 15
    assert main([*RUN, '-o', 'b.png', '--animate', name]) == 1
    assert not (tmp_path / 'b.png').exists()


def stop_at(epoch, monkeypatch):
    """Let a run be stopped, as SIGTERM does, after so many of its epochs."""
    seen = []

    def stop():
        seen.append(None)
        if len(seen) == epoch:
            raise signals.Stopped(15)

    monkeypatch.setattr(signals, 'raise_pending', stop)


@pytest.mark.parametrize('last', [5, 16])
def test_a_film_shows_the_whole_run_after_resume(tmp_path, monkeypatch, last):
    """Two frames an epoch would be too many: 16 epochs, 16 frames."""
    monkeypatch.chdir(tmp_path)
    film = [*RUN, '-o', 'a.png', '--animate', 'a.gif']
    assert main(film) == 0
    wanted = (tmp_path / 'a.gif').read_bytes()
    kept = [*film, '--checkpoint-epochs', '1', '--overwrite']
    stop_at(last, monkeypatch)
    assert main(kept) == 143
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    frames = tmp_path / '.a.png.checkpoint' / 'frames'
    assert frames.stat().st_size >= last * 51 * 33 * 3
    kept[-1] = '--resume'
    assert main(kept) == 0
    assert (tmp_path / 'a.gif').read_bytes() == wanted
    assert not list(tmp_path.glob('.*'))


@pytest.mark.parametrize('arguments', [[], ['--no-checkpoint']])
def test_a_run_that_cannot_go_on_leaves_no_frames(
    tmp_path, monkeypatch, arguments
):
    """Its first loss that is not finite comes before any checkpoint."""
    monkeypatch.chdir(tmp_path)
    bad = [*RUN, '-o', 'a.png', '--animate', 'a.gif', '--lr', '3e38']
    assert main([*bad, *arguments]) == 1
    assert not list(tmp_path.glob('.*'))


@pytest.mark.parametrize(
    ('epochs', 'count'), [('120', 120), ('121', 61)]
)  # fmt: skip
def test_the_last_picture_is_one_frame(tmp_path, monkeypatch, epochs, count):
    counts = []
    monkeypatch.setattr(
        outputs, 'save_animation', lambda i, _: counts.append(len(i))
    )
    short = [*RUN, '--width', '17', '--height', '16', '--epochs', epochs,
             '--weights', 'random', '--content-layers', 'conv1_2',
             '--style-layers', 'conv1_1']  # fmt: skip
    out, film = tmp_path / 'a.png', tmp_path / 'a.gif'
    assert main([*short, '-o', str(out), '--animate', str(film)]) == 0
    assert counts == [count]


@pytest.mark.parametrize('epochs', [1, 7, 119, 121, 500, 100_000])
def test_at_most_120_frames_and_about_eight_seconds(epochs):
    frames = Snapshots(epochs, (3, 2))
    kept = sum(map(frames.due, range(1, epochs + 1)))
    assert kept <= animations.MOST
    assert kept >= min(epochs, 60)
    # 16 frames are the fewest that fill eight seconds
    span = kept * min(animations.SLOWEST, animations.SECONDS / kept)
    assert span == pytest.approx(8 if kept >= 16 else kept / 2)


def test_frames_are_bounded_and_of_one_size():
    """A second stage is larger than the first, and may be very large."""
    frames = Snapshots(2, (3000, 1500))
    frames.add(numpy.zeros((750, 1500, 3), 'uint8'))
    frames.add(numpy.full((1500, 3000, 3), 255, 'uint8'))
    dark, bright = frames
    assert dark.shape == bright.shape == (400, 800, 3)
    assert dark.max() == 0
    assert bright.min() == 255
    assert len(list(frames)) == 2  # more than once


@pytest.mark.parametrize('name', ['a.avi', 'a', 'no/a.gif'])
def test_what_cannot_be_written_is_refused_early(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=f'cannot write {name}: '):
        Targets.of(tmp_path / 'o.png', None, True, None, False, _path(name))


def _path(name):
    from pathlib import Path

    return Path(name)


@pytest.mark.parametrize('module', ['imageio.v2', 'imageio_ffmpeg'])
def test_without_the_encoder_one_line(tmp_path, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OutputError, match='pip install .*animate.*a .gif'):
        check_animation(tmp_path / 'a.mp4')
    check_animation(tmp_path / 'a.gif')


def test_a_full_disk_costs_the_animation_and_nothing_else(tmp_path):
    class Full:
        def __init__(self, file):
            self.seek, self.fileno = file.seek, file.fileno

        def write(self, _):
            raise OSError(28, 'No space left on device')

    frames, kept = (
        Snapshots(2, (3, 2), tmp_path / 'frames'),
        tmp_path / 'a.gif',
    )
    frames.add(numpy.zeros((2, 3, 3), 'uint8'))
    assert (tmp_path / 'frames').stat().st_size == 18
    frames._file = Full(frames._file)
    frames.add(numpy.zeros((2, 3, 3), 'uint8'))  # stops nothing
    assert (tmp_path / 'frames').stat().st_size == 0  # room for the picture
    kept.write_bytes(b'old')
    with pytest.raises(OutputError, match='No space left'):
        save_animation(frames, kept)
    assert kept.read_bytes() == b'old'
    assert len(list(tmp_path.iterdir())) == 2


def test_an_encoder_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    frames = shots(3)

    def fail(*_):
        raise OSError('the encoder is gone')

    monkeypatch.setattr(animations, '_write_gif', fail)
    (tmp_path / 'a.gif').write_bytes(b'old')
    with pytest.raises(OSError, match='encoder'):
        save_animation(frames, tmp_path / 'a.gif')
    assert (tmp_path / 'a.gif').read_bytes() == b'old'
    assert len(list(tmp_path.iterdir())) == 1
