"""Find the weights and the images, or make some: time hardly depends on them.

Made ones are written to a folder, so that all contenders read the same.
"""

import math
import os
from pathlib import Path
from typing import Tuple

import numpy
from flops import CONVOLUTIONS
from PIL import Image
from safetensors.numpy import save_file

__all__ = ['InputError', 'find_images', 'find_weights']

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / 'shared'


class InputError(Exception):
    """There is no such weights file, or the rivals cannot read it."""


def find_weights(name: str, folder: Path) -> Tuple[Path, str]:
    """Return a safetensors file, and a phrase that says which it is.

    `name` is a path, 'random', or empty: then it is what
    `GLUON_STYLE_WEIGHTS` names, else the shared file, else random weights.
    """
    name = name or os.environ.get('GLUON_STYLE_WEIGHTS', '')
    shared = SHARED / 'vgg19' / 'vgg19-features.safetensors'
    if not name and shared.is_file():
        name = str(shared)
    if not name or name == 'random':
        return _random_weights(folder / 'random.safetensors'), 'random, seed 0'
    path = Path(name).expanduser()
    if path.suffix != '.safetensors' or not path.is_file():
        raise InputError(f'{name} is not a .safetensors file: name one, or '
                         'random, with --weights')  # fmt: skip
    return path, path.name


def _random_weights(path: Path) -> Path:
    state, tensors = numpy.random.RandomState(0), {}
    for index, c_in, c, _ in CONVOLUTIONS:
        kernel = state.standard_normal((c, c_in, 3, 3))
        kernel *= math.sqrt(2 / (9 * c_in))  # He et al. 2015
        tensors[f'features.{index}.weight'] = kernel.astype('float32')
        tensors[f'features.{index}.bias'] = numpy.zeros(c, 'float32')
    save_file(tensors, str(path))
    return path


def find_images(folder: Path) -> Tuple[Path, Path, str]:
    """Return content and style image, and a phrase that says which."""
    book = [SHARED / 'images' / f'{name}.jpg'
            for name in ('rainier', 'autumn-oak')]  # fmt: skip
    samples = sorted((ROOT / 'gluon_style' / 'data').glob('*.jpg'))[:2]
    for pair in (book, samples):
        if len(pair) == 2 and all(path.is_file() for path in pair):
            return pair[0], pair[1], ' and '.join(path.name for path in pair)
    noise = [folder / 'content.png', folder / 'style.png']
    for seed, path in enumerate(noise):
        state = numpy.random.RandomState(seed)
        pixels = state.randint(0, 256, (600, 900, 3)).astype('uint8')
        Image.fromarray(pixels).save(path)
    return noise[0], noise[1], 'noise, seeds 0 and 1'
