"""Where weights are downloaded from: the model zoo and torchvision."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import WeightsError
from ..storage.download import cache_dir, download, remembered_hash
from .safetensors_format import read_metadata

__all__ = [
    'convolutions_path',
    'damaged_cache',
    'fetch',
    'full_path',
    'model_zoo_path',
    'on_disk',
    'torchvision_path',
]

# as in MXNet's and gluoncv's model store, whose file goes to the same place
MODEL_ZOO_SHA1 = 'ad2f660d101905472b83590b59708b71ea22b2e5'
MODEL_ZOO_URL = 'https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/'
TORCHVISION_URL = 'https://download.pytorch.org/models/'
TORCHVISION_SHA256 = 'dcbb9e9d'  # torchvision gives no more, in the file name

REMEDY = (
    'Get VGG-19 weights another way (a .safetensors, .params or .pth file) '
    'and name the file with --weights or GLUON_STYLE_WEIGHTS'
)
NEXT_CHOICE = (
    "The next choice is torchvision's: gluon-style weights fetch torchvision, "
    'then --weights torchvision, or set GLUON_STYLE_WEIGHTS to the file that '
    'the command names (in notebooks too). A mirror of the model zoo can be '
    'named with MXNET_GLUON_REPO. '
)


def _home(variable: str, default: str) -> Path:
    folder = os.environ.get(variable) or os.path.join('~', default)
    return Path(os.path.expanduser(folder))  # Path's raises for no such user


def model_zoo_path() -> Path:
    """Where the model zoo's file is, or would be."""
    home = _home('MXNET_HOME', '.mxnet')
    name = f'vgg19-{MODEL_ZOO_SHA1[:8]}.params'
    return home / 'models' / name


def damaged_cache() -> bool:
    """Whether the model zoo's file is on disk with the wrong sha1."""
    path = model_zoo_path()
    if not os.path.isfile(path):
        return False
    return remembered_hash(path, 'sha1') != MODEL_ZOO_SHA1


def torchvision_path() -> Path:
    """Where torchvision's file is, in PyTorch's cache or in ours."""
    name = f'vgg19-{TORCHVISION_SHA256}.pth'
    theirs = _home('TORCH_HOME', '.cache/torch') / 'hub/checkpoints' / name
    return theirs if os.path.isfile(theirs) else cache_dir() / name


def full_path(source: str) -> Path:
    """Where the whole file of 'model-zoo' or 'torchvision' is, or would be."""
    return model_zoo_path() if source == 'model-zoo' else torchvision_path()


def convolutions_path(source: str) -> Path:
    """Where the file of a source's convolutions is, or would be."""
    return cache_dir() / f'{full_path(source).stem}-convolutions.safetensors'


def on_disk(source: str) -> Path | None:
    """Find the whole file of a source, else that of its convolutions.

    Raises
    ------
    WeightsError
        The latter is damaged, or made from another file.
    """
    if os.path.isfile(full_path(source)):
        return full_path(source)
    path = convolutions_path(source)
    if not os.path.isfile(path):
        return None
    origin = read_metadata(path).get('source_digest', 'nothing')
    if not origin.partition(':')[2].startswith(_digest(source)):
        raise WeightsError(
            f'{path} was made from {origin}, wanted {_digest(source)}...: '
            f'remove it and run: gluon-style weights fetch {source}'
        )
    return path


def _digest(source: str) -> str:
    return MODEL_ZOO_SHA1 if source == 'model-zoo' else TORCHVISION_SHA256


def fetch(source: str) -> Path:
    """Download a source's VGG-19 (575 MB) unless it is on disk.

    The model zoo's goes to `MXNET_HOME`, where MXNet and gluoncv look for
    it too, and comes from `MXNET_GLUON_REPO`, if these are set.

    Parameters
    ----------
    source : str
        'model-zoo', or 'torchvision' for its IMAGENET1K_V1.

    Returns
    -------
    Path
        The whole file, or that of its convolutions where it is alone.

    Raises
    ------
    WeightsError
        The host does not give it, or its digest is not the right one.
    """
    path = on_disk(source) or full_path(source)
    if path == convolutions_path(source):
        return path
    if source == 'torchvision':
        url = TORCHVISION_URL + path.name
        return download(url, path, TORCHVISION_SHA256, WeightsError, REMEDY)
    base = os.environ.get('MXNET_GLUON_REPO') or MODEL_ZOO_URL
    return download(
        f'{base.rstrip("/")}/gluon/models/{path.stem}.zip',
        path,
        MODEL_ZOO_SHA1,
        WeightsError,
        NEXT_CHOICE + REMEDY,
        algorithm='sha1',
        member=path.name,
    )
