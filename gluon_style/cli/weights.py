"""The commands `weights list`, `fetch`, `verify` and `convert`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import List, Optional, Tuple, Union

import typer

from ..errors import OutputError, WeightsError, shortened
from ..storage.download import file_hash
from ..vgg.checks import check_tensors, network_filters, network_name
from ..vgg.formats import WeightsFile, read_weights_file, write_tensors
from ..vgg.layers import VGG19_LAYERS
from ..vgg.sources import convolutions_path, full_path
from ..vgg.weights import DEEPEST, STUDENT, locate_weights
from .targets import is_same

FETCHED = ('model-zoo', 'torchvision')

app = typer.Typer(
    help='List, fetch, verify and convert weights of VGG-19.',
    no_args_is_help=True,
)


@app.command('list')
def list_weights() -> None:
    """List where weights can come from and which are on this machine."""
    variable = os.environ.get('GLUON_STYLE_WEIGHTS')
    zoo, torchvision = (_place(name) for name in FETCHED)
    rows: List[Tuple[str, str, str]] = [
        ('GLUON_STYLE_WEIGHTS', _state(variable), variable or 'not set'),
        (
            'model-zoo',
            _state(zoo),
            f'{zoo}: 575 MB to fetch, sha1-checked, Apache-2.0; the weights '
            'of the published MXNet run',
        ),
        (
            'torchvision',
            _state(torchvision),
            f'{torchvision}: 575 MB to fetch, sha256-checked, BSD-3-Clause; '
            'those of the PyTorch tab',
        ),
        (
            'student',
            _state(STUDENT),
            'comes with the package: a narrow VGG-19 that imitates the real '
            'one; see docs/student.md',
        ),
        ('random', 'always', 'He-initialised by seed; no shapes'),
    ]
    for name, state, what in rows:
        typer.echo(f'{name:20} {state:10} {what}')


def _place(source: str) -> Path:
    whole, small = full_path(source), convolutions_path(source)
    only_small = os.path.isfile(small) and not os.path.isfile(whole)
    return small if only_small else whole


def _state(path: Union[str, Path, None]) -> str:
    if not path:
        return '-'
    here = os.path.isfile(os.path.expanduser(path))
    return 'on disk' if here else 'not here'


def _sound_file(path: Path) -> Tuple[WeightsFile, int, Tuple[int, ...]]:
    file = read_weights_file(path)
    tensors = file.tensors
    present = [
        layer.index
        for layer in VGG19_LAYERS
        if f'features.{layer.index}.weight' in tensors
    ]
    deepest = max(present, default=DEEPEST)
    filters = network_filters(path, tensors, file.metadata)
    check_tensors(tensors, path, deepest, filters)
    return file, deepest, filters


@app.command()
def fetch(
    source: str = typer.Argument(
        metavar='SOURCE', help='model-zoo or torchvision.'
    ),
    keep_convolutions: bool = typer.Option(
        False,
        '--keep-convolutions',
        help='Keep the 80 MB that style transfer uses and drop the 500 MB '
        'that it does not, once the hash was right.',
    ),
) -> None:
    """Download weights, check them, and say where they are.

    A download that breaks off goes on where it stopped at the next try.
    """
    if source not in FETCHED:
        raise WeightsError(
            f'got {source!r}, wanted model-zoo or torchvision: only these '
            'can be fetched'
        )
    downloaded = not os.path.isfile(full_path(source))
    _, path, _ = locate_weights(source)
    if keep_convolutions and path != convolutions_path(source):
        algorithm = 'sha1' if source == 'model-zoo' else 'sha256'
        digest = f'{algorithm}:{file_hash(path, algorithm)}'
        path = _keep_convolutions(
            path, convolutions_path(source), digest, drop=downloaded
        )
    typer.echo(f'{source} is at {path}')


def _keep_convolutions(
    path: Path, target: Path, digest: str, drop: bool
) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    file, _, filters = _sound_file(path)
    said = {'filters': _joined(filters), 'source_digest': digest}
    write_tensors(file.tensors, target, f'{path.name} {digest}', said)
    if drop:
        path.unlink()
    else:
        typer.echo(f'{path} was there before and stays: remove it yourself')
    return target


def _joined(filters: Tuple[int, ...]) -> str:
    return ','.join(str(i) for i in filters)


@app.command()
def verify(
    file: str = typer.Argument(
        metavar='FILE',
        help='A .safetensors, .params or .pth file, model-zoo, ...',
    ),
    sha256: Optional[str] = typer.Option(
        None, metavar='DIGEST', help='The digest it must have.'
    ),
) -> None:
    """Check that a file holds VGG-19's convolutions, whole and finite."""
    if sha256 is not None and not re.fullmatch('[0-9a-fA-F]{64}', sha256):
        raise WeightsError(
            f'got --sha256 {shortened(sha256)}, wanted its 64 hexadecimal '
            'digits, as sha256sum prints them'
        )
    _, path, _ = locate_weights(file)
    whole, deepest, filters = _sound_file(path)
    digest, tensors = whole.sha256, whole.tensors
    if digest != (sha256 or digest).lower():
        raise WeightsError(
            f'{path} has the wrong hash: got sha256 {digest}, wanted '
            f'{sha256}: fetch or copy it again'
        )
    typer.echo(f'file     {path}\nsha256   {digest}')
    for layer in VGG19_LAYERS[: deepest + 1]:
        if layer.is_convolution:
            weight = tensors[f'features.{layer.index}.weight']
            shape = 'x'.join(str(side) for side in weight.shape)
            typer.echo(
                f'{layer.index:7}  {layer.name}  {shape:14} {weight.dtype}  '
                f'spread {weight.std(dtype="float64"):.4g}'
            )
    typer.echo(
        f'sound    conv1_1 to {VGG19_LAYERS[deepest].name} of '
        f'{network_name(filters)}'
    )


@app.command()
def convert(
    source: Path = typer.Argument(metavar='SOURCE', help='A file.'),
    target: Path = typer.Argument(
        metavar='TARGET', help='A .safetensors or .params file.'
    ),
    overwrite: bool = typer.Option(
        False, '--overwrite', help='Replace the TARGET that is there.'
    ),
) -> None:
    """Convert any of these files to safetensors or .params, bit for bit.

    Only the convolutions are kept: nine tenths of the model zoo's file are
    dense layers that style transfer does not use.
    """
    _, path, _ = locate_weights(str(source))
    own = is_same(path, target)  # of what it holds, the dense layers would go
    if own or (os.path.lexists(target) and not overwrite):
        remedy = '' if own else ', or write over it with --overwrite'
        raise OutputError(
            f'cannot write {target}: it is '
            f'{"read" if own else "there"}: choose another name{remedy}'
        )
    file, deepest, filters = _sound_file(path)
    said = {**file.metadata, 'filters': _joined(filters)}
    origin = f'{path.name} sha256:{file.sha256}'
    write_tensors(file.tensors, target, origin, said)
    typer.echo(
        f'{target} holds conv1_1 to {VGG19_LAYERS[deepest].name} of {path}'
    )
