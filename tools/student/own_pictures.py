"""The pictures that the student's own runs end in: its blind spots.

A run changes the pixels until the student is content; where the student does
not see what the teacher sees, the picture goes astray. Such pictures are in
no collection, so the student is shown its own, again and again.
"""

from __future__ import annotations

import numpy

from gluon_style._mxnet import mx, nn, np
from gluon_style.features import get_contents, get_styles
from gluon_style.training import train

from .crops import Pictures

SIZE = (176, 128)  # width, height
LENGTHS = (60, 120, 200)  # epochs
KEPT = (0.15, 0.5, 1)  # of a run


def own_pictures(
    net: nn.Sequential, pictures: Pictures, state: numpy.random.RandomState
) -> list[numpy.ndarray]:
    """Run a transfer with the student and keep the picture at some epochs.

    `net` is a calibrated student; `state` chooses content and style image
    from `pictures`, and the number of epochs. The pictures returned have
    shape (3, h, w) and are float16, standardised.
    """
    epochs = LENGTHS[state.randint(len(LENGTHS))]
    content_img, style_img = (_part(state, pictures) for _ in range(2))
    device = mx.cpu()
    X, contents_Y = get_contents(content_img, net, SIZE, device)
    _, styles_Y = get_styles(style_img, net, SIZE, device)
    kept = []
    # the chapter's learning rate falls to a ninth in 500 epochs
    every = max(1, epochs // 10)
    for before, after in zip((0, *KEPT), KEPT):
        lr = 0.9 * 0.8 ** (10 * before)
        steps = round(after * epochs) - round(before * epochs)
        X = train(X, contents_Y, styles_Y, net, device, lr, steps, every)
        kept.append(X.asnumpy()[0].astype('float16'))
    return kept


def _part(
    state: numpy.random.RandomState, pictures: Pictures
) -> mx.np.ndarray:
    """Cut a part of a photograph or a drawing, in the run's proportions."""
    picture = pictures.picture(state)
    height, width = picture.shape[:2]
    share = state.uniform(0.5, 1)
    wide = int(share * min(width, height * SIZE[0] / SIZE[1]))
    high = int(wide * SIZE[1] / SIZE[0])
    left = state.randint(width - wide + 1)
    top = state.randint(height - high + 1)
    part = picture[top : top + high, left : left + wide]
    return np.array(part, dtype='uint8')
