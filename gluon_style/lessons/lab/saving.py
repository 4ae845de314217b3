"""What a kept picture is saved as: three files, as bytes or as links."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from ...errors import HistoryError
from ...runs.identity import origin_digest, run_digest, run_identity
from ...runs.machine import surroundings, versions
from ...runs.record import (
    IMAGES,
    epochs_table,
    for_picture,
    new_record,
    picture_part,
    reported,
)
from ...runs.variants import layer_names
from ...storage.records import save_picture
from .views import Frame, Kept

__all__ = ['data_address', 'jpeg', 'links', 'record_of', 'saved_files']

BACKGROUND = 'white'  # as `read_image` has it
QUALITY = 88  # of the pictures on the page; what is saved is a PNG


def jpeg(frame: Frame) -> bytes:
    """Return a picture as the page shows it."""
    file = io.BytesIO()
    Image.fromarray(frame.pixels).save(file, 'JPEG', quality=QUALITY)
    return file.getvalue()


def data_address(data: bytes, kind: str) -> str:
    """Return bytes as an address that needs no server."""
    return f'data:{kind};base64,{base64.b64encode(data).decode()}'


def record_of(kept: Kept) -> dict[str, Any]:
    """Say how a kept picture was made, as the record of its file."""
    history, last = kept.history, kept.records[-1]
    settings, used = history.run_settings, kept.bench.net.weights_used
    images = history.content_sha256, history.style_sha256, BACKGROUND
    digests = origin_digest(used), ''
    names = zip(IMAGES, (history.content, history.style), images)
    inputs = {kind: {'name': name, 'sha256': i} for kind, name, i in names}
    return new_record(
        run=run_digest(run_identity(images, settings, digests)),
        history=history.digest,
        inputs={**inputs, 'background': BACKGROUND, 'keep_alpha': False},
        settings=settings.record(),
        weights_used=asdict(used),
        versions=versions(),
        machine=surroundings(bfloat16=False),
        end={'how': 'finished', 'epoch': last.epoch},
        last_epoch=reported(last),
        seconds=last.seconds,
        picture=picture_part(kept.frame.pixels),
        epochs=epochs_table(kept.records, layer_names(settings)),
    )


def saved_files(kept: Kept) -> dict[str, bytes]:
    """Return the picture, its record and its history, by name.

    Raises
    ------
    HistoryError
        It is the photo: no step was taken.
    """
    if not kept.records:
        raise HistoryError('this is the photo: take a step first')
    record = record_of(kept)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'picture.png')
        save_picture(kept.frame.pixels / 255, path, for_picture(record))
        picture = path.read_bytes()
    return {
        'picture': picture,
        'record': (json.dumps(record, indent=1) + '\n').encode(),
        'history': kept.history.to_json().encode(),
    }


def links(kept: Kept, words: dict[str, str]) -> str:
    """Return HTML with a link to each file of `saved_files`."""
    kinds = {'picture': ('png', 'image/png')}
    parts = []
    for name, data in saved_files(kept).items():
        suffix, kind = kinds.get(name, (f'{name}.json', 'application/json'))
        file = f'lab-{kept.frame.step}.{suffix}'
        parts.append(
            f'<a download="{file}" href="{data_address(data, kind)}">'
            f'{escape(words["file " + name])}</a>'
        )
    return ' · '.join(parts)
