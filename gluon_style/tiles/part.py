"""What one tile gives: its part of the losses, and of the gradient.

The loss of style is one of whole-picture Gram matrices, which are the sums
of the tiles'. Once they are known, so is the derivative of the loss by them,
and with that held fixed each tile has a loss of its own whose gradients add
up to that of the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterable, Sequence, Tuple

from .._mxnet import autograd, nn, np
from ..losses import LossWeights, gram
from ..vgg.layers import Layer, layer_index
from .geometry import POOLINGS, Tile, spans_of, tiles_of

__all__ = ['Part', 'Scope', 'indices']

WIDER = 2  # times the side, of tiles whose Gram matrices alone are computed
# the content features and the pulls (see `Part.gradient`), by their layers
Wanted = Tuple[Dict[int, Any], Dict[int, Any]]


@dataclass(frozen=True)
class Scope:
    """What all tiles of a picture have in common.

    Attributes
    ----------
    size : tuple of int
        (height, width) of the picture in pixels.
    side : int
        Of a tile: see `tiles_of`.
    content_layers, style_layers : tuple of int
        Indices, each once and in order.
    compute_loss : callable
        The chapter's, or another with its arguments and results.
    loss_weights : LossWeights
        What each loss counts for.
    are_means : bool
        Whether its content losses are means, so that a tile's counts by the
        tile's share, and not sums.
    """

    size: tuple[int, int]
    side: int
    content_layers: tuple[int, ...]
    style_layers: tuple[int, ...]
    compute_loss: Callable[..., tuple]
    loss_weights: LossWeights
    are_means: bool = True

    @property
    def deepest(self) -> int:
        """Index of the last layer compared."""
        return max([*self.content_layers, *self.style_layers])

    @property
    def wider(self) -> Scope:
        """What tiles of Gram matrices alone have in common.

        Forwards alone takes a quarter of the memory, so they can be larger,
        and smaller is the share of their halos. The same tiles have the same
        wider ones, whatever side was asked for.
        """
        side = max(
            span.stop - span.start
            for pixels in self.size
            for span in spans_of(pixels, self.side, self.deepest)
        )
        return replace(self, side=WIDER * side, content_layers=())

    @property
    def float32_layers(self) -> list[int]:
        """Layers whose outputs are compared or cut, and so in float32."""
        poolings = [i for i in POOLINGS if i <= self.deepest]
        return [*self.content_layers, *self.style_layers, *poolings]

    def tiles(self) -> list[Tile]:
        """List the tiles, in the order in which they are summed up."""
        return tiles_of(self.size, self.side, self.deepest)


def indices(layers: Sequence[Layer]) -> tuple[int, ...]:
    """Return the indices of layers, each once and in order."""
    return tuple(sorted({layer_index(layer) for layer in layers}))


class Part:
    """A tile and the network that computes it.

    Parameters
    ----------
    scope : Scope
        Of the picture.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`, on the device of the pixels.
    tile : Tile
        Which one. In what follows `pixels` is its window of the picture,
        shape (1, 3, h, w).
    """

    def __init__(self, scope: Scope, net: nn.Sequential, tile: Tile) -> None:
        self.window = tile.window(scope.deepest)
        self._scope, self._net, self._tile = scope, net, tile
        ends = [i + 1 for i in POOLINGS if i < scope.deepest]
        edges = [0, *ends, scope.deepest + 1]
        self._blocks = [range(a, b) for a, b in zip(edges, edges[1:])]

    def contents(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return the tile's own part of the content features."""
        features = self._features(pixels)
        return _waited(
            self._own(i, features[i]).copy()
            for i in self._scope.content_layers
        )

    def losses(
        self, pixels: np.ndarray, contents_Y: list[np.ndarray]
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return what the tile adds to the content losses and Gram matrices.

        Parameters
        ----------
        pixels : mx.np.ndarray
            Of its window.
        contents_Y : list of mx.np.ndarray
            From `contents` of the content image; empty for no content loss.

        Returns
        -------
        contents_l : list of scalar arrays
            One for each content layer, weighted.
        grams : list of mx.np.ndarray
            One for each style layer, shape (c, c).
        """
        features = self._features(pixels)
        contents_l = [
            self._content_loss(i, self._own(i, features[i]), Y)
            for i, Y in zip(self._scope.content_layers, contents_Y)
        ]
        grams = [
            self._gram(i, self._own(i, features[i]))
            for i in self._scope.style_layers
        ]
        return _waited(contents_l), _waited(grams)

    def gradient(
        self,
        pixels: np.ndarray,
        contents_Y: list[np.ndarray],
        pulls: list[np.ndarray],
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what the tile adds to the content losses and the gradient.

        Each block of the network has a record of its own, which is gone
        when the one before is gone through. Where freed memory is given
        back, this takes half the memory of one record of all: see
        docs/larger.md.

        Parameters
        ----------
        pixels, contents_Y
            As for `losses`.
        pulls : list of mx.np.ndarray
            Derivatives of the total by the Gram matrices of the whole
            picture, each (c, c).

        Returns
        -------
        contents_l : list of scalar arrays
            As `losses` gives them.
        gradient : mx.np.ndarray
            Of the shape of `pixels`: of content and style, not of TV.
        """
        blocks, Y = [], pixels
        for layers in self._blocks:
            X = Y.detach()
            X.attach_grad()
            with autograd.record():
                Y, features = self._through(X, layers)
            blocks.append((X, Y, features))
        del X, Y, features
        wanted = (
            dict(zip(self._scope.content_layers, contents_Y)),
            dict(zip(self._scope.style_layers, pulls)),
        )
        contents_l: list[np.ndarray] = []
        gradient = None
        while blocks:
            more, gradient = self._backward(*blocks.pop(), wanted, gradient)
            contents_l = more + contents_l
        return contents_l, gradient

    def _features(self, pixels: np.ndarray) -> dict[int, np.ndarray]:
        """Extract all features, those of the halo included."""
        return self._through(pixels, range(self._scope.deepest + 1))[1]

    def _through(
        self, X: np.ndarray, layers: range
    ) -> tuple[np.ndarray, dict[int, np.ndarray]]:
        """Run `X` through some layers and keep the outputs compared."""
        deepest, features = self._scope.deepest, {}
        for i in layers:
            X = self._net[i](X)
            if i in POOLINGS:
                X = X[self._tile.kept(i, deepest)]
            if i in (*self._scope.content_layers, *self._scope.style_layers):
                features[i] = X
        return X, features

    def _backward(
        self,
        X: np.ndarray,
        Y: np.ndarray,
        features: dict[int, np.ndarray],
        wanted: Wanted,
        gradient: np.ndarray | None,
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Take the gradient by a block's output `Y` to its input `X`."""
        contents_l: list[np.ndarray] = []
        ends: list[np.ndarray] = []
        gradients: list[np.ndarray] = []
        for i, Y_hat in features.items():
            more, head = self._head(i, Y_hat, wanted)
            contents_l += more
            ends, gradients = [*ends, Y_hat], [*gradients, head]
        if gradient is not None and ends and ends[-1] is Y:
            gradients[-1] = gradients[-1] + gradient
        elif gradient is not None:
            ends, gradients = [*ends, Y], [*gradients, gradient]
        autograd.backward(ends, gradients)
        X.grad.wait_to_read()
        return contents_l, X.grad

    def _head(
        self, layer: int, Y_hat: np.ndarray, wanted: Wanted
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the loss by a feature map and its gradient, 0 in the halo."""
        contents, pulls = wanted
        own = self._own(layer, Y_hat).copy()
        own.attach_grad()
        with autograd.record():
            contents_l, pulled = [], []
            if layer in contents:
                contents_l = [self._content_loss(layer, own, contents[layer])]
            if layer in pulls:
                pulled = [(self._gram(layer, own) * pulls[layer]).sum()]
            l = sum(contents_l + pulled)
        l.backward()
        head = np.zeros_like(Y_hat)
        head[self._tile.own(layer, self._scope.deepest)] = own.grad
        head.wait_to_read()
        return contents_l, head

    def _own(self, layer: int, Y: np.ndarray) -> np.ndarray:
        return Y[self._tile.own(layer, self._scope.deepest)]

    def _content_loss(
        self, layer: int, Y_hat: np.ndarray, Y: np.ndarray
    ) -> np.ndarray:
        scope, no_picture = self._scope, np.zeros((1, 1, 2, 2), ctx=Y.ctx)
        (l,), *_ = scope.compute_loss(
            no_picture, [Y_hat], [], [Y], [], scope.loss_weights
        )
        return l * self._tile.share(layer) if scope.are_means else l

    def _gram(self, layer: int, Y_hat: np.ndarray) -> np.ndarray:
        return gram(Y_hat) * self._tile.share(layer)


def _waited(arrays: Iterable[np.ndarray]) -> list[np.ndarray]:
    # or MXNet, which works behind Python, would have the maps of many tiles
    listed = list(arrays)
    for array in listed:
        array.wait_to_read()
    return listed
