"""What the record of a picture holds: each value's place, kind and meaning.

`SCHEMA` is the definition; docs/record.md shows it, and a test holds the two
together.
"""

from __future__ import annotations

import math
import re
from typing import Any, Callable

__all__ = [
    'ENDS',
    'IMAGES',
    'KINDS',
    'LOSSES',
    'REPORTED',
    'RULES',
    'SCHEMA',
    'TABLE',
    'VERSION',
]

VERSION = 1
ENDS = ('finished', 'stopped', 'diverged', 'failed')
LOSSES = ('content_loss', 'style_loss', 'tv_loss', 'total_loss')
REPORTED = ('epoch', *LOSSES, 'learning_rate', 'seconds')
IMAGES = ('content', 'style')
HUGE = 2**62


def _number(value: Any) -> bool:
    if type(value) is float:
        return math.isfinite(value)
    return type(value) is int and abs(value) < HUGE


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < HUGE


def _text(value: Any) -> bool:
    return type(value) is str


def _matches(pattern: str) -> Callable[[Any], bool]:
    return lambda i: type(i) is str and bool(re.fullmatch(pattern, i))


def _list_of(is_good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda i: type(i) is list and all(map(is_good, i))


# what a value may be, in words, and the test of it
KINDS: dict[str, Callable[[Any], bool]] = {
    'a table': lambda i: type(i) is dict,
    f'{VERSION}': lambda i: type(i) is int and i == VERSION,
    'text': _text,
    '64 hexadecimal digits': _matches('[0-9a-f]{64}'),
    "'sha256:' and 64 hexadecimal digits, or nothing": _matches(
        '(sha256:[0-9a-f]{64})?'
    ),
    ' or '.join(ENDS): lambda i: _text(i) and i in ENDS,
    'a whole number of at least 0': _whole,
    'a whole number of at least 1': lambda i: _whole(i) and i >= 1,
    'a number of at least 0': lambda i: _number(i) and i >= 0,
    'a number from 0 to 1': lambda i: _number(i) and 0 <= i <= 1,
    'true or false': lambda i: type(i) is bool,
    'a list of texts': _list_of(_text),
    'a table of texts': lambda i: (
        type(i) is dict and all(map(_text, i.values()))
    ),
    'a list of lists of finite numbers': _list_of(_list_of(_number)),
}
(TABLE, ONE, TEXT, SHA256, DIGEST, END, COUNT, SIZE, NUMBER, SHARE, TRUTH,
 TEXTS, NAMED, ROWS) = KINDS  # fmt: skip


def _image(which: str) -> dict[str, tuple[str, str]]:
    place = f'inputs.{which}'
    return {
        place: (TABLE, f'the {which} image'),
        f'{place}.name': (TEXT, 'its file'),
        f'{place}.path?': (TEXT, 'where that was; in the .json only'),
        f'{place}.sha256': (SHA256, 'of the bytes that were read'),
    }


def _score(name: str, what: str) -> dict[str, tuple[str, str]]:
    return {
        f'{name}?': (TABLE, what),
        **{f'{name}.{loss}': (NUMBER, 'weighted') for loss in LOSSES},
        f'{name}.out_of_range': (SHARE, 'of the pixels'),
        f'{name}.overshoot': (NUMBER, 'beyond black or white, in whites'),
    }


# by the path of a value; those that end in '?' may be left out
SCHEMA: dict[str, tuple[str, str]] = {
    'schema': (ONE, 'counted up when a record means something else'),
    'run': (SHA256, 'of all that determines the picture: the same run'),
    'history?': (
        SHA256,
        "of a steered run's changes, the lab's: not in `run`",
    ),
    'recipe?': (TEXT, 'the preset or edition whose settings were changed'),
    'inputs': (TABLE, 'what was read'),
    **_image('content'),
    **_image('style'),
    'inputs.background': (TEXT, 'the colour behind what is transparent'),
    'inputs.keep_alpha': (TRUTH, 'whether it is as transparent as the photo'),
    'settings': (TABLE, 'every field of `Settings`, as used'),
    'weights_used?': (TABLE, 'the weights of the network'),
    'weights_used.source': (TEXT, 'file, model-zoo, student, random, ...'),
    'weights_used.detail': (TEXT, 'the file, or the seed'),
    'weights_used.digest': (DIGEST, 'of its bytes; none if random'),
    'weights_used.why': (TEXT, 'what led to them, if they were not named'),
    'warm_start_digest?': (
        TEXT,
        "of the warm start's: sha256:... or random:SEED",
    ),
    'versions?': (TABLE, 'of what it was made with'),
    'versions.gluon_style': (TEXT, ''),
    'versions.python': (TEXT, ''),
    'versions.mxnet': (TEXT, ''),
    'versions.numpy': (TEXT, ''),
    'versions.scipy': (TEXT, ''),
    'versions.pillow': (TEXT, ''),
    'machine?': (TABLE, 'what moves the last bits'),
    'machine.processor': (TEXT, 'its name'),
    'machine.instructions': (TEXTS, 'by which libraries choose their code'),
    'machine.threads': (COUNT, 'OMP_NUM_THREADS; 0: not set'),
    'machine.bfloat16': (TRUTH, 'whether the network was in bfloat16'),
    'machine.variables': (NAMED, 'of the environment: MXNET_..., OMP_...'),
    'resumed?': (
        TEXTS,
        'what of the machine was another before --resume, until which epoch',
    ),
    'command?': (TEXTS, 'what was typed; no passwords of addresses'),
    'end': (TABLE, 'how the run ended'),
    'end.how': (END, 'stopped: by a signal; diverged: its best picture'),
    'end.epoch': (COUNT, 'that the picture is of, over all stages'),
    'end.why?': (TEXT, 'unless it finished'),
    'end.traceback?': (TEXT, 'of a defect'),
    'last_epoch?': (TABLE, 'the last that was reported'),
    'last_epoch.epoch': (COUNT, 'over all stages'),
    **{f'last_epoch.{i}': (NUMBER, 'weighted') for i in LOSSES},
    'last_epoch.learning_rate': (NUMBER, '0 for L-BFGS'),
    'last_epoch.seconds': (NUMBER, 'since the run began'),
    **_score('as_left', 'the picture as the run left it'),
    **_score('as_saved', 'the picture as its file gives it'),
    'seconds': (NUMBER, 'of the last process, with reading and scoring'),
    'peak_memory?': (COUNT, 'bytes, of the process'),
    'picture?': (TABLE, 'the picture'),
    'picture.width': (SIZE, 'pixels'),
    'picture.height': (SIZE, 'pixels'),
    'picture.pixels_sha256': (
        SHA256,
        'of its (h, w, 3) levels in bytes, rows first, before compression',
    ),
    'picture.name?': (TEXT, 'its file; in the .json only'),
    'picture.sha256?': (SHA256, 'of that file; in the .json only'),
    'epochs?': (TABLE, 'the epochs reported; in the .json only'),
    'epochs.columns': (TEXTS, 'losses by term, then by layer, weighted'),
    'epochs.rows': (ROWS, 'one for each epoch'),
}
RULES = {path.rstrip('?'): kind for path, (kind, _) in SCHEMA.items()}
