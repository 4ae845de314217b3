"""The folder of a report: made early, filled whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from ..errors import OutputError
from ..files import PathLike, whole_file

__all__ = ['check_folder', 'to_json', 'write_all']


def check_folder(folder: PathLike) -> Path:
    """Make the folder of a report, before the work that fills it.

    Raises
    ------
    OutputError
        It cannot be made or written to.
    """
    folder = Path(folder)
    remedy = 'give -o a folder that you may write to'
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f'cannot make the folder {folder}: {error.strerror}: {remedy}'
        ) from None
    if not os.access(folder, os.W_OK):
        raise OutputError(f'cannot write into {folder}: {remedy}')
    return folder


def write_all(folder: PathLike, files: dict[str, str | bytes]) -> list[Path]:
    """Write all files of a report into a folder, or none of them."""
    folder = check_folder(folder)
    with contextlib.ExitStack() as stack:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            stack.enter_context(whole_file(folder / name)).write_bytes(data)
    return [folder / name for name in files]


def to_json(found: dict[str, Any]) -> str:
    """Return plain values as JSON that others can read: no NaN in it."""
    return json.dumps(found, indent=1, allow_nan=False) + '\n'
