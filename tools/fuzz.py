"""Mutate files and read them: each gives a result or one line, nothing else.

    python tools/fuzz.py                    # all targets, a few seconds each
    python tools/fuzz.py images pth --seconds 600 --keep finds

Every target runs in a process of its own, so that a signal is a find too. The
same seed gives the same inputs. What is found goes to the folder of `--keep`
with the suffix that the reader wants; the exit code is 1 if anything was.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict

import numpy
from PIL import Image, features

from gluon_style.errors import StyleError
from gluon_style.storage.colours import srgb_profile

MEMORY = 4 << 30  # bytes of a process
SLOWEST = 20  # seconds of one input
INTERESTING = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31,
               2**32 - 1, 2**63 - 1, 2**64 - 1)  # fmt: skip
Seeds = Dict[str, bytes]


def mutated(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    """Change, cut, lengthen or splice bytes, a few times."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8, 30))):
        # headers say most: half of the places are near the beginning
        place = int(draw.random() ** draw.choice((1, 4)) * (len(changed) + 1))
        kind = draw.randrange(9)
        if kind < 3:
            changed[place : place + 1] = bytes([draw.randrange(256)])
        elif kind == 3 and place < len(changed):
            changed[place] ^= 1 << draw.randrange(8)
        elif kind == 4:
            form = draw.choice('BHIQ')
            size = struct.calcsize(form)
            number = draw.choice(INTERESTING) % 256**size
            packed = struct.pack(draw.choice('<>') + form, number)
            changed[place : place + size] = packed
        elif kind == 5:
            del changed[place : place + draw.choice((1, 2, 4, 64, 10**9))]
        elif kind == 6:
            piece = changed[place : place + draw.choice((1, 4, 64))]
            changed[place:place] = piece * draw.choice((1, 2, 100))
        elif kind == 7:
            start = int(draw.random() * len(changed))
            piece = changed[start : start + draw.choice((4, 16, 256))]
            changed[place : place + len(piece)] = piece
        else:
            other = draw.choice(others)
            cut = int(draw.random() * (len(other) + 1))
            changed[place:] = other[cut:]
    return bytes(changed)


def image_seeds() -> Seeds:
    """Return small images of all kinds that are read."""
    state = numpy.random.RandomState(0)
    levels = state.randint(0, 256, (12, 10, 3)).astype('uint8')
    rgb = Image.fromarray(levels)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, json.dumps({'epochs': 3})
    said = {'exif': exif, 'icc_profile': srgb_profile()}
    rgba = rgb.copy()
    rgba.putalpha(100)
    deep = Image.fromarray(levels[..., 0].astype('uint16') * 256)
    real = Image.fromarray(levels[..., 0].astype('float32'))
    pictures: list[tuple[str, Any, dict[str, Any]]] = [
        ('a.jpg', rgb, {'quality': 90, **said}),
        ('b.jpg', rgb, {'progressive': True}),
        ('c.jpg', rgb.convert('CMYK'), {}),
        ('d.jpg', rgb.convert('L'), {'restart_marker_rows': 1}),
        ('a.png', rgb, said),
        ('b.png', rgba, {}),
        ('c.png', rgb.quantize(5), {'transparency': 0}),
        ('d.png', deep, {}),
        ('e.png', rgb.convert('1'), {}),
        ('a.webp', rgb, said),
        ('b.webp', rgba, {'lossless': True}),
        ('a.tif', rgb, said),
        ('b.tif', rgb, {'compression': 'tiff_lzw'}),
        ('c.tif', real, {}),
        ('d.tif', deep, {'compression': 'tiff_deflate'}),
        ('e.tif', rgb, {'compression': 'jpeg'}),
        ('a.gif', rgb, {'save_all': True, 'append_images': [rgba]}),
        ('a.bmp', rgb, {}),
        ('b.bmp', rgb.quantize(5), {}),
        ('a.ppm', rgb, {}),
        ('a.mpo', rgb, {'save_all': True, 'append_images': [rgb]}),
    ]
    if features.check('avif'):
        pictures.append(('a.avif', rgb, said))
    return {name: saved(name, *rest) for name, *rest in pictures}


def saved(name: str, picture: Image.Image, options: dict[str, Any]) -> bytes:
    """Return a picture as a file of the kind that a name says."""
    file = io.BytesIO()
    Image.init()
    kind = Image.EXTENSION[Path(name).suffix]
    picture.save(file, kind, **options)
    return file.getvalue()


def read_image(path: Path) -> None:
    """Read an image, its transparency and its record."""
    from gluon_style.storage.image_files import open_alpha, open_rgb

    array = open_rgb(path)
    if array.dtype != 'uint8' or array.ndim != 3 or array.shape[2] != 3:
        raise AssertionError(f'{array.dtype} {array.shape}')
    open_alpha(path)


def read_picture_record(path: Path) -> None:
    """Read the record of a picture, or one in a file of its own."""
    from gluon_style.runs.record import differences, load_record
    from gluon_style.storage.records import read_record

    json.dumps(read_record(path))
    if path.suffix == '.json':
        record = load_record(path)
        differences(record, record)


def record_seeds() -> Seeds:
    """Return pictures with records, and a sound record."""
    from gluon_style.runs import record
    from gluon_style.runs.identity import run_digest, run_identity
    from gluon_style.runs.machine import surroundings, versions
    from gluon_style.runs.settings import Settings

    image = {'name': 'a.jpg', 'sha256': '0' * 64}
    used = {'source': 'random', 'detail': 'seed 0', 'digest': '', 'why': ''}
    last = dict.fromkeys(record.REPORTED, 1)
    settings = Settings(
        32, 24, epochs=1, content_layers=['conv4_4', 25], weights='random'
    )
    images = '0' * 64, '0' * 64, 'white'
    sound = record.new_record(
        run=run_digest(run_identity(images, settings, ('random:0', ''))),
        inputs={
            'content': image,
            'style': image,
            'background': 'white',
            'keep_alpha': False,
        },
        settings=settings.record(),
        weights_used=used,
        versions=versions(),
        machine=surroundings(False),
        command=['gluon-style', 'transfer'],
        end={'how': 'finished', 'epoch': 1},
        last_epoch=last,
        seconds=1.5,
        picture=record.picture_part(numpy.zeros((24, 32, 3), 'uint8')),
        epochs={'columns': ['a', 'b'], 'rows': [[1, 0.5], [2, 1e-9]]},
    )
    pictures = {k: v for k, v in image_seeds().items() if k[0] == 'a'}
    return {**pictures, 'a.json': json.dumps(sound).encode()}


def tensors() -> dict[str, numpy.ndarray]:
    """Return a few tensors of a narrow network."""
    from gluon_style.vgg.layers import vgg19_layers

    state = numpy.random.RandomState(0)
    return {
        key: state.standard_normal(shape).astype('float32')
        for layer in vgg19_layers((2, 2, 2, 2, 2))
        if layer.index < 5
        for key, shape in layer.shapes.items()
    }


def written(name: str, **options: Any) -> bytes:
    """Return weights as the package writes them."""
    from gluon_style.vgg.formats import write_tensors

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_tensors(tensors(), path, 'a fuzzer', **options)
        return path.read_bytes()


def pth_seeds() -> Seeds:
    """Return `.pth` files, of either format where PyTorch is."""
    tests = Path(__file__).parent.parent / 'tests'
    sys.path.insert(0, str(tests))
    from torch_files import legacy_bytes

    values = tensors()['features.0.bias']
    seeds = {'a.pth': legacy_bytes({'features.0.bias': values})}
    try:
        import torch
    except ImportError:
        return seeds
    state = {name: torch.tensor(array) for name, array in tensors().items()}
    for name, new in (('b.pth', True), ('c.pth', False)):
        file = io.BytesIO()
        torch.save(state, file, _use_new_zipfile_serialization=new)
        seeds[name] = file.getvalue()
    return seeds


def read_weights(path: Path) -> None:
    """Read and check weights as `load_weights` and `verify` do."""
    from gluon_style.vgg.checks import check_tensors, network_filters
    from gluon_style.vgg.formats import read_weights_file

    file = read_weights_file(path, 2)
    filters = network_filters(path, file.tensors, file.metadata)
    check_tensors(file.tensors, path, 2, filters)


def trace_seeds() -> Seeds:
    """Return a trace's frame with an array or two."""
    recipe = {
        'recipe': 'given',
        'content': 'a.png',
        'style': 'b.png',
        'width': 8,
        'height': 8,
        'feature_steps': {'features_0': 3},
    }
    values = numpy.arange(192, dtype='float32').reshape(1, 3, 8, 8)
    seeds = {}
    for name, save in (('a', numpy.savez), ('b', numpy.savez_compressed)):
        file = io.BytesIO()
        save(
            file,
            format_version=numpy.array(1, '<i8'),
            made_by=numpy.array('a fuzzer'),
            recipe=numpy.array(json.dumps(recipe)),
            weights_sha256=numpy.array('0' * 64),
            content_X=values,
            features_0=values.ravel()[::3],
        )  # fmt: skip
        seeds[f'{name}.npz'] = file.getvalue()
    return seeds


def read_trace(path: Path) -> None:
    """Read a trace and hold it against quantities."""
    from gluon_style.parity.step.trace import read_trace as read
    from gluon_style.parity.step.trace import sampled

    trace = read(path)
    expected = {'content_X': numpy.empty((1, 3, 8, 8)),
                'features_0': numpy.empty(192)}  # fmt: skip
    trace.check_quantities(sampled(expected, trace.recipe['feature_steps']))


def log_seeds() -> Seeds:
    """Return the log of a run."""
    head = 'epoch,content_loss,style_loss,tv_loss,total_loss\n'
    rows = ''.join(f'{i},{i / 3},{i * 2.5},1e-3,{i}\n' for i in range(1, 30))
    return {'a.csv': (head + rows).encode()}


def read_log(path: Path) -> None:
    """Compare a run's log with a published one."""
    from gluon_style.parity.published import compare_published
    from gluon_style.storage.whole_files import to_json

    to_json(compare_published(path, 'd2l-1.0-mxnet'))


TARGETS: dict[str, tuple[Callable[[], Seeds], Callable[[Path], None]]] = {
    'images': (image_seeds, read_image),
    'records': (record_seeds, read_picture_record),
    'safetensors': (
        lambda: {
            'a.safetensors': written(
                'a.safetensors', metadata={'filters': '2,2,2,2,2'}
            )
        },
        read_weights,
    ),
    'params': (lambda: {'a.params': written('a.params')}, read_weights),
    'pth': (pth_seeds, read_weights),
    'traces': (trace_seeds, read_trace),
    'logs': (log_seeds, read_log),
}


def inner(packed: bytes, draw: random.Random) -> bytes:
    """Mutate a member of a zip, so that its checksum is right again."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(
        file, 'w', before.infolist()[0].compress_type
    ) as after:
        chosen = draw.choice(before.namelist())
        for name in before.namelist():
            data = before.read(name)
            after.writestr(
                name, mutated(data, [data], draw) if name == chosen else data
            )
    return file.getvalue()


def run(target: str, seed: int, seconds: float, folder: Path) -> int:
    """Fuzz a target in this process; return how many inputs were read."""
    make_seeds, read = TARGETS[target]
    seeds = make_seeds()
    # the process's own time: a busy machine is no find
    signal.signal(signal.SIGPROF, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter('ignore')
    for name, data in seeds.items():
        _try(read, folder / f'whole-{name}', data)
    draw, names, count = random.Random(seed), sorted(seeds), 0
    accepted = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = draw.choice(names)
        data = seeds[name]
        if zipfile.is_zipfile(io.BytesIO(data)) and draw.random() < 0.5:
            data = inner(data, draw)
        else:
            data = mutated(data, list(seeds.values()), draw)
        accepted += _try(read, folder / f'{seed}-{count}-{name}', data)
        count += 1
    sys.stdout.write(f'{target}: {count} inputs, {accepted} read as whole\n')
    return count


def _too_slow(*_: object) -> None:
    raise AssertionError(f'more than {SLOWEST} s')


def _try(read: Callable[[Path], None], path: Path, data: bytes) -> bool:
    """Read an input, which is kept where it leads to anything but one line.

    Returns whether it was read as whole.
    """
    path.write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, SLOWEST)
    try:
        read(path)
    except StyleError as error:
        if len(str(error).splitlines()) != 1:
            _keep(path)
            return False
    except BaseException:
        _keep(path)
        return False
    else:
        path.unlink()
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    path.unlink()
    return False


def _keep(path: Path) -> None:
    note = path.with_name(path.name + '.txt')
    note.write_text(traceback.format_exc(), encoding='utf-8')


def main() -> int:
    """Fuzz each target in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('targets', nargs='*', metavar='TARGET',
                        help=', '.join(TARGETS))  # fmt: skip
    parser.add_argument('--seconds', type=float, default=3)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--keep', type=Path)
    parser.add_argument('--here', type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = {*given.targets} - {*TARGETS}
    if unknown:
        parser.error(f'no target {", ".join(unknown)}: {", ".join(TARGETS)}')
    if given.here:
        run(given.targets[0], given.seed, given.seconds, given.here)
        return 0
    finds = 0
    for target in given.targets or TARGETS:
        finds += _fuzzed(target, given.seed, given.seconds, given.keep)
    return int(finds > 0)


def _fuzzed(target: str, seed: int, seconds: float, keep: Path | None) -> int:
    """Run a target in a process; return how many inputs led to anything."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        # libtiff says there what it finds
        errors = stack.enter_context(tempfile.TemporaryFile())
        code = subprocess.call(
            [sys.executable, __file__, target, '--seconds', str(seconds),
             '--seed', str(seed), '--here', folder],
            stderr=errors,
        )  # fmt: skip
        left = sorted(Path(folder).iterdir())  # with the one of a signal
        for path in left:
            sys.stdout.write(f'{target}: {path.name}\n')
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, keep / f'{target}-{path.name}')
        if code:
            errors.seek(0)
            said = errors.read().decode(errors='replace')[-2000:]
            sys.stdout.write(f'{target}: ended with {code}: {said}\n')
    return len(left) + bool(code)


if __name__ == '__main__':
    sys.exit(main())
