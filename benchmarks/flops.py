"""Count the floating-point operations of one step of style transfer."""

from typing import Iterator, NamedTuple, Tuple

__all__ = ['CONVOLUTIONS', 'STYLE_LAYERS', 'Convolution', 'gflop_of_step']


class Convolution(NamedTuple):
    """One convolution of VGG-19: channels, and how often pooled before."""

    index: int
    in_channels: int
    channels: int
    pools: int


def _convolutions() -> Iterator[Convolution]:
    index, previous = 0, 3
    blocks = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))
    for pools, (layers, channels) in enumerate(blocks):
        for _ in range(layers):
            yield Convolution(index, previous, channels, pools)
            index, previous = index + 2, channels  # its ReLU stands between
        index += 1  # the pooling


CONVOLUTIONS = tuple(_convolutions())
STYLE_LAYERS, CONTENT_LAYERS = (0, 5, 10, 19, 28), (25,)


def gflop_of_step(width: int, height: int) -> Tuple[float, float]:
    """Return the GFLOP of the convolutions and of the Gram products.

    The layers are the chapter's, up to conv5_1. A convolution from c_in to
    c channels at h x w pixels is a product of 2 * 9 * c_in * c * h * w
    operations, done twice: forward, and for the gradient of its input. The
    gradient of its weights is not counted: the picture does not need it. A
    Gram matrix is a product of 2 * c * c * h * w operations, done three
    times: forward, and once for each factor of X X^T, as in the chapter.
    Each pooling halves h and w, rounding down.

    What is left out (ReLU, pooling, losses, Adam) is below 1 % of it. At
    450x300: 193.26 + 13.99 = 207.2 GFLOP; the chapter as printed also computes
    the weights' gradients, 96.6 GFLOP that nobody asked for.
    """
    convolutions = grams = 0
    for layer in CONVOLUTIONS:
        if layer.index > max(STYLE_LAYERS + CONTENT_LAYERS):
            break
        pixels = (width >> layer.pools) * (height >> layer.pools)
        c_in, c = layer.in_channels, layer.channels
        convolutions += 2 * (2 * 9 * c_in * c * pixels)
        if layer.index in STYLE_LAYERS:
            grams += 3 * (2 * c * c * pixels)
    return convolutions / 1e9, grams / 1e9
