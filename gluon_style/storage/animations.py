"""A time-lapse of a run: snapshots kept on the disk, then a GIF or an MP4."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator

import numpy
from PIL import Image

from ..errors import OutputError
from .whole_files import PathLike, check_target, whole_file

__all__ = ['Snapshots', 'check_animation', 'save_animation']

SUFFIXES = ('.gif', '.mp4')
MOST = 120  # frames
SECONDS = 8  # that they are shown, all together
SLOWEST = 0.5  # seconds for a frame, where there are few
PAUSE = 1.0  # seconds more for the last
LONGEST_SIDE = 800  # pixels of a frame


def check_animation(path: PathLike) -> None:
    """Refuse, before a run, an animation that could not be written after it.

    Raises
    ------
    OutputError
        The suffix is neither .gif nor .mp4, the folder takes no file, or
        there is no encoder for an .mp4.
    """
    check_target(path, SUFFIXES)
    if Path(path).suffix.lower() == '.gif':
        return
    try:
        import imageio.v2  # noqa: F401  (late: an extra)
        import imageio_ffmpeg

        imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        raise OutputError(
            f'cannot write {path}: its encoder is missing: pip install '
            "'.[animate]', or name a .gif"
        ) from None


class Snapshots:
    """Pictures of a run at even distances, in a file.

    However long the run and however large the picture, memory holds one of
    them, and the disk `MOST` of at most `LONGEST_SIDE` pixels a side.

    Parameters
    ----------
    epochs : int
        Of the whole run.
    size : tuple of int
        (width, height) of its last picture.
    path : path, optional
        The file, which another process can go on with; by default a
        temporary one.
    opener : callable, optional
        Opens it: see `open`.
    """

    def __init__(
        self,
        epochs: int,
        size: tuple[int, int],
        path: PathLike | None = None,
        opener: Callable[[str, int], int] | None = None,
    ) -> None:
        self.every = math.ceil(epochs / MOST)
        share = min(1, LONGEST_SIDE / max(size))
        width, height = (max(1, round(side * share)) for side in size)
        self.size = width, height
        self._path: Any = path
        self._opener = opener
        self._file: Any = None  # until there is a picture
        self._count, self._fault = 0, ''

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def due(self, epoch: int) -> bool:
        """Whether the picture of an epoch is to be kept."""
        return epoch % self.every == 0

    def add(self, levels: numpy.ndarray) -> None:
        """Keep a picture: uint8, shape (any h, any w, 3).

        A disk that does not take it stops no run; `save_animation` says it,
        and what was kept makes room.
        """
        if self._fault:
            return
        image = Image.fromarray(levels)
        if image.size != self.size:
            image = image.resize(self.size, Image.Resampling.BICUBIC)
        try:
            file = self._opened('w+b')
            file.seek(self._count * self._bytes)
            file.write(image.tobytes())
            file.flush()
            self._count += 1
        except OSError as error:
            self._give_up(error)

    def kept(self) -> int:
        """Bring them to the disk; return how many another process has."""
        if not self._count or self._path is None:
            return 0
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._give_up(error)
        return self._count

    def go_on(self, count: int) -> None:
        """Take up the first `count` that another process has kept."""
        try:
            size = os.path.getsize(self._path) if self._path else 0
            self._count = min(count, size // self._bytes)
            if self._count:
                self._opened('r+b')
        except OSError:  # they are gone: the rest is what there is
            self._count = 0

    def _opened(self, mode: str) -> Any:
        if self._file is None and self._path is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (kept)
        elif self._file is None:
            opener = self._opener
            self._file = open(  # noqa: SIM115  (kept)
                self._path, mode, opener=opener
            )
        return self._file

    def _give_up(self, error: OSError) -> None:
        self._fault, self._count = str(error.strerror), 0
        with contextlib.suppress(OSError, AttributeError):
            os.ftruncate(self._file.fileno(), 0)

    def check(self) -> None:
        """Refuse to go on where one could not be kept.

        Raises
        ------
        OutputError
            The disk did not take it.
        """
        if self._fault:
            raise OutputError(
                f'cannot keep the pictures of the animation: {self._fault}: '
                'make room beside the picture and in the temporary folder'
            )

    def __iter__(self) -> Iterator[numpy.ndarray]:
        """Yield the pictures, uint8, shape (h, w, 3), one after the other."""
        width, height = self.size
        for i in range(self._count):
            self._file.seek(i * self._bytes)
            data = self._file.read(self._bytes)
            levels = numpy.frombuffer(data, 'uint8')
            yield levels.reshape(height, width, 3)

    @property
    def _bytes(self) -> int:
        width, height = self.size
        return 3 * width * height


def save_animation(frames: Snapshots, path: PathLike) -> None:
    """Write the snapshots as a GIF or an MP4, whole or not at all.

    All are shown within about `SECONDS` seconds, then the last for `PAUSE`
    more. An MP4 has even sides: a column or a row is repeated at the edge
    where a side is odd.

    Raises
    ------
    OutputError, OSError
        The folder does not take the file, or the encoder fails.
    """
    frames.check()
    seconds = min(SLOWEST, SECONDS / len(frames))
    write = _write_gif
    if Path(path).suffix.lower() == '.mp4':
        write = _write_mp4
    with whole_file(path) as target:
        write(frames, target, seconds)


def _write_gif(frames: Snapshots, path: Path, seconds: float) -> None:
    images = (Image.fromarray(levels) for levels in frames)
    first = next(images)
    spans = [round(1000 * seconds)] * len(frames)
    spans[-1] += round(1000 * PAUSE)
    first.save(
        path,
        save_all=True,
        append_images=images,
        duration=spans,
        loop=0,
    )


def _write_mp4(frames: Snapshots, path: Path, seconds: float) -> None:
    import imageio.v2

    width, height = frames.size
    to_even = ((0, height % 2), (0, width % 2), (0, 0))
    writer: Any = imageio.v2.get_writer(
        path,
        format='FFMPEG',  # type: ignore[arg-type]
        fps=1 / seconds,
        codec='libx264',
        pixelformat='yuv420p',  # which browsers and telephones show
        macro_block_size=1,
        quality=8,
        output_params=['-movflags', '+faststart'],
    )
    with writer:
        for levels in frames:
            frame = numpy.pad(levels, to_even, 'edge')
            writer.append_data(frame)
        for _ in range(round(PAUSE / seconds)):
            writer.append_data(frame)
