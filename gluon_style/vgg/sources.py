"""Where weights are downloaded from: the model zoo and torchvision."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Iterator

from .._mxnet.failures import missing_library
from ..errors import WeightsError
from ..storage.download import (
    TIMEOUT,
    cache_dir,
    download,
    explained,
    file_hash,
)

__all__ = [
    'damaged_cache',
    'fetch_model_zoo',
    'fetch_torchvision',
    'model_zoo_path',
    'torchvision_path',
]

# as in MXNet's model store, repeated here so that to look for the file does
# not take the three seconds of importing MXNet
MODEL_ZOO_SHA1 = 'ad2f660d101905472b83590b59708b71ea22b2e5'
MODEL_ZOO_URL = 'https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/'
TORCHVISION_URL = 'https://download.pytorch.org/models/'
TORCHVISION_SHA256 = 'dcbb9e9d'  # torchvision gives no more, in the file name

REMEDY = (
    'Get VGG-19 weights another way (a .safetensors, .params or .pth file) '
    'and name the file with --weights or GLUON_STYLE_WEIGHTS'
)
MIRROR = (
    'If you know a mirror of the model zoo, name it with MXNET_GLUON_REPO; '
    'the weights of torchvision are another source (--weights torchvision). '
)


def model_zoo_path() -> Path:
    """Where the model zoo's file is, or would be."""
    home = os.environ.get('MXNET_HOME') or os.path.join('~', '.mxnet')
    name = f'vgg19-{MODEL_ZOO_SHA1[:8]}.params'
    return Path(home).expanduser() / 'models' / name


def damaged_cache() -> bool:
    """Whether the model zoo's file is on disk with the wrong sha1."""
    path = model_zoo_path()
    return path.exists() and file_hash(path, 'sha1') != MODEL_ZOO_SHA1


def fetch_model_zoo() -> Path:
    """Download the model zoo's VGG-19 (575 MB) unless it is on disk.

    gluoncv fetches it, or mxnet.gluon where gluoncv cannot be imported; it
    goes to `MXNET_HOME` and comes from `MXNET_GLUON_REPO`, if they are set.

    Raises
    ------
    WeightsError
        The host does not give it, or its sha1 is not the zoo's.
    """
    path = model_zoo_path()
    if path.exists() and not damaged_cache():
        return path
    import requests  # late: it takes 0.1 s

    base = os.environ.get('MXNET_GLUON_REPO') or MODEL_ZOO_URL
    url = f'{base.rstrip("/")}/gluon/models/{path.stem}.zip'
    with explained(url, WeightsError, MIRROR + REMEDY):
        with requests.get(url, stream=True, timeout=TIMEOUT) as answer:
            answer.raise_for_status()  # gluoncv would wait without end
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fetched = _run_model_store(folder)
            os.replace(fetched, path)
    return path


def _run_model_store(folder: str) -> str:
    store = _model_store()
    with _model_home(folder), contextlib.redirect_stdout(sys.stderr):
        try:
            return store.get_model_file(
                'vgg19', root=os.path.join(folder, 'models')
            )
        except ValueError:
            raise WeightsError(
                'the model zoo gave a file with the wrong sha1 (wanted '
                f'{MODEL_ZOO_SHA1}); it was not kept: try again later. '
                + MIRROR
                + REMEDY
            ) from None


def _model_store() -> Any:
    from .._mxnet import gluon

    try:
        with _torch_hidden():
            from gluoncv.model_zoo import model_store
    except (ImportError, OSError, RuntimeError) as error:
        logging.getLogger('gluon_style').warning(
            'gluoncv cannot be imported (%s); mxnet.gluon fetches the same '
            'file instead',
            missing_library(error),
        )
        return gluon.model_zoo.model_store
    return model_store


@contextlib.contextmanager
def _torch_hidden() -> Iterator[None]:
    """Keep gluoncv from refusing a PyTorch that it does not need here."""
    there = 'torch' in sys.modules
    torch = sys.modules.get('torch')
    sys.modules['torch'] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules['torch']
        if there:
            sys.modules['torch'] = torch  # type: ignore[assignment]


@contextlib.contextmanager
def _model_home(folder: str) -> Iterator[None]:
    before = os.environ.get('MXNET_HOME')
    os.environ['MXNET_HOME'] = folder
    try:
        yield
    finally:
        del os.environ['MXNET_HOME']
        if before is not None:
            os.environ['MXNET_HOME'] = before


def torchvision_path() -> Path:
    """Where torchvision's file is, in PyTorch's cache or in ours."""
    name = f'vgg19-{TORCHVISION_SHA256}.pth'
    home = os.environ.get('TORCH_HOME') or os.path.join('~', '.cache/torch')
    theirs = Path(home).expanduser() / 'hub' / 'checkpoints' / name
    return theirs if theirs.exists() else cache_dir() / name


def fetch_torchvision() -> Path:
    """Download torchvision's VGG-19 (IMAGENET1K_V1, 575 MB) unless on disk.

    Raises
    ------
    WeightsError
        The host does not give it, or its sha256 does not begin as it must.
    """
    path = torchvision_path()
    url = TORCHVISION_URL + path.name
    return download(url, path, TORCHVISION_SHA256, WeightsError, REMEDY)
