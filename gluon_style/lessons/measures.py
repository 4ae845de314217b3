"""What the exercises measure: noise, losses by one rule, gradients."""

from __future__ import annotations

from typing import Any, Sequence

import numpy

from .._mxnet import autograd, nn, np
from ..errors import ImageError
from ..features import extract_features
from ..images import preprocess
from ..losses import LossWeights, compute_loss, gram, tv_loss
from ..storage.image_files import eight_bits
from ..vgg.layers import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    VGG19_LAYERS,
    Layer,
    layer_index,
)
from ..vgg.network import device_of

__all__ = [
    'cosine',
    'gradient_norms',
    'gradient_shares',
    'gradients',
    'high_frequency_share',
    'loss_terms',
    'total_variation',
    'yardstick',
]

LUMA = numpy.array([0.299, 0.587, 0.114])  # of red, green, blue: ITU-R BT.601


def total_variation(picture: numpy.ndarray) -> float:
    """Total variation of a picture as it is seen.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1], from `postprocess`.

    Returns
    -------
    float
        The chapter's `tv_loss`, but of the values seen and not of those
        standardised: 0 for a flat picture, 1 for a checkerboard of black
        and white.
    """
    values = _checked(picture).transpose(2, 0, 1)[None].astype('float32')
    return float(tv_loss(np.array(values)))


def high_frequency_share(picture: numpy.ndarray, cutoff: float = 0.5) -> float:
    """Share of a picture's power that is in its finest structure.

    The picture is turned to grey, its mean is taken off, and it is mirrored
    at its edges, so that an edge does not count as a jump (the spectrum is
    then that of the cosine transform). What is counted is the power at the
    frequencies that are farther from 0 than `cutoff` times the highest one
    that pixels can show along a side (Nyquist's, half a cycle per pixel).

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), of any range: the share does not depend on it.
    cutoff : float
        From 0 to 1; with 0.5, structures finer than four pixels count.

    Returns
    -------
    float
        From 0 to 1; 0 for a flat picture. Noise without any structure has
        1 - pi / 16 = 0.80, for that is what the part counted takes of the
        square of all frequencies.
    """
    grey = _checked(picture) @ LUMA
    grey = grey - grey.mean()
    mirrored = numpy.pad(grey, [(0, side) for side in grey.shape], 'symmetric')
    power = numpy.abs(numpy.fft.fft2(mirrored)) ** 2
    # in units of Nyquist's frequency
    down, across = (numpy.fft.fftfreq(side, 0.5) for side in mirrored.shape)
    fine = numpy.hypot(down[:, None], across) > cutoff
    # of a flat picture, rounding leaves a little power
    flat = power.sum() <= (1e-12 * mirrored.size) ** 2
    return 0.0 if flat else float(power[fine].sum() / power.sum())


def _checked(picture: numpy.ndarray) -> numpy.ndarray:
    picture = numpy.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape) < 2:
        raise ImageError(
            f'got a picture of shape {picture.shape}, wanted (height, width, '
            '3) with sides of at least 2: what postprocess gives, as numpy'
        )
    return picture.astype('float64')


def yardstick(
    picture: numpy.ndarray,
    content_img: np.ndarray,
    style_img: np.ndarray,
    net: nn.Sequential,
) -> dict[str, float]:
    """Measure a picture in one way, whatever layers and weights made it.

    Losses of runs with other layers or weights cannot be compared; these
    numbers can.

    Parameters
    ----------
    picture : numpy.ndarray
        Shape (h, w, 3), in [0, 1].
    content_img, style_img : mx.np.ndarray
        From `read_image`, of any sizes.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`, with the chapter's layers.

    Returns
    -------
    dict
        'content' and 'style': the chapter's losses of the picture, with its
        layers and weights; 'tv' and 'fine': `total_variation` and
        `high_frequency_share`.
    """
    shape = picture.shape[1], picture.shape[0]
    device = device_of(net)
    seen = np.array(eight_bits(picture), dtype='uint8')
    X, content_X, style_X = (
        preprocess(img, shape).copyto(device)
        for img in (seen, content_img, style_img)
    )
    contents_Y, _ = extract_features(content_X, net)
    _, styles_Y = extract_features(style_X, net)
    contents_l, styles_l, _, _ = compute_loss(
        X,
        *extract_features(X, net),
        contents_Y,
        [gram(Y) for Y in styles_Y],
    )
    return {
        'content': float(sum(contents_l)),
        'style': float(sum(styles_l)),
        'tv': total_variation(picture),
        'fine': high_frequency_share(picture),
    }


def gradients(
    X: np.ndarray,
    net: nn.Sequential,
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
    loss_weights: LossWeights = LossWeights(),
) -> dict[str, numpy.ndarray]:
    """Compute each term's gradient with respect to the pixels.

    Parameters
    ----------
    X : mx.np.ndarray
        The picture, shape (1, 3, h, w); neither it nor its gradient is
        changed.
    net, contents_Y, styles_Y_gram
        As for `extract_features` and `compute_loss`.
    content_layers, style_layers, loss_weights
        Likewise.

    Returns
    -------
    dict
        The gradient of each term as it stands in the total (weighted, a
        style loss `style_repeats` times), of the shape of `X`, by the names
        'content conv4_4', 'style conv1_1', ..., 'TV'. Their sum is the
        gradient of the total.
    """
    X = X.copy()
    X.attach_grad()
    layers = content_layers, style_layers
    with autograd.record():
        terms = _terms(X, net, contents_Y, styles_Y_gram, layers, loss_weights)
    pulls = {}
    for name, loss in terms.items():
        loss.backward(retain_graph=True)
        pulls[name] = X.grad.asnumpy()
    return pulls


def gradient_norms(*args: Any, **kwargs: Any) -> dict[str, float]:
    """Measure how hard each term of the loss pulls at the pixels.

    Parameters and names are those of `gradients`. The norms are Euclidean.
    The gradients point in different directions: their norms do not add up
    to that of the total.
    """
    return {
        name: float(numpy.linalg.norm(pull))
        for name, pull in gradients(*args, **kwargs).items()
    }


def cosine(a: numpy.ndarray, b: numpy.ndarray) -> float:
    """Cosine of the angle between two arrays of one shape, as vectors.

    1 where they point in one direction, -1 where they are opposed; not a
    number if one of them is 0.

    Examples
    --------
    >>> cosine(numpy.array([3.0, 4.0]), numpy.array([-6.0, -8.0]))
    -1.0
    """
    product = numpy.vdot(a, b)
    return float(product / (numpy.linalg.norm(a) * numpy.linalg.norm(b)))


def loss_terms(
    X: np.ndarray,
    net: nn.Sequential,
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    content_layers: Sequence[Layer] = CONTENT_LAYERS,
    style_layers: Sequence[Layer] = STYLE_LAYERS,
    loss_weights: LossWeights = LossWeights(),
) -> dict[str, float]:
    """Split the total loss into its terms; they add up to it.

    Parameters and names are those of `gradients`.
    """
    layers = content_layers, style_layers
    terms = _terms(X, net, contents_Y, styles_Y_gram, layers, loss_weights)
    return {name: float(loss) for name, loss in terms.items()}


def _terms(
    X: np.ndarray,
    net: nn.Sequential,
    contents_Y: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
    layers: tuple[Sequence[Layer], Sequence[Layer]],
    loss_weights: LossWeights,
) -> dict[str, np.ndarray]:
    contents_l, styles_l, tv_l, _ = compute_loss(
        X,
        *extract_features(X, net, *layers),
        contents_Y,
        styles_Y_gram,
        loss_weights,
    )
    styles_l = [loss_weights.style_repeats * loss for loss in styles_l]
    names = [f'content {name}' for name in _names(layers[0])]
    names += [f'style {name}' for name in _names(layers[1])]
    return dict(zip([*names, 'TV'], [*contents_l, *styles_l, tv_l]))


def _names(layers: Sequence[Layer]) -> list[str]:
    # in the network's order, as extract_features gives their outputs
    return [
        VGG19_LAYERS[i].name for i in sorted({layer_index(i) for i in layers})
    ]


def gradient_shares(norms: dict[str, float]) -> dict[str, float]:
    """Divide `gradient_norms` by their sum (all are 0: by 1).

    Examples
    --------
    >>> gradient_shares({'content conv4_4': 3.0, 'TV': 1.0})
    {'content conv4_4': 0.75, 'TV': 0.25}
    """
    total = sum(norms.values()) or 1.0
    return {name: norm / total for name, norm in norms.items()}
