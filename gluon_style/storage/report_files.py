"""The folder of a report: made early, filled whole or not at all."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from .whole_files import PathLike, check_folder, whole_file

__all__ = ['to_json', 'write_all']


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
