"""The losses of a whole picture from its tiles', with their gradient."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterable, Iterator

from .._mxnet import autograd, nn, np
from .part import Part, Scope

__all__ = ['Here', 'grams_of', 'tiled_losses']

CHANNELS = 3


class Here:
    """Computes tiles in this process, one after the other.

    Parameters
    ----------
    scope : Scope
        Of the picture.
    net : mx.gluon.nn.Sequential
        From `vgg19_features`.
    contents_Y : list of lists of mx.np.ndarray, optional
        The content features wanted of each tile, from `contents`.
    """

    def __init__(
        self,
        scope: Scope,
        net: nn.Sequential,
        contents_Y: list[list[np.ndarray]] | None = None,
    ) -> None:
        self.scope = scope
        self._parts = [Part(scope, net, tile) for tile in scope.tiles()]
        self._contents_Y = contents_Y or [[] for _ in self._parts]
        wider = scope.wider
        self._wider = [
            Part(wider, net, tile)
            for tile in (wider.tiles() if wider.style_layers else [])
        ]

    def contents(self, X: np.ndarray) -> list[list[np.ndarray]]:
        """Return the content features of each tile of a picture."""
        return [part.contents(X[part.window].copy()) for part in self._parts]

    def grams(self, X: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield the parts of the Gram matrices of a picture."""
        for part in self._wider:
            yield part.losses(X[part.window].copy(), [])[1]

    def losses(
        self, X: np.ndarray
    ) -> Iterator[tuple[list[np.ndarray], list[np.ndarray]]]:
        """Yield what each tile of a picture adds: see `Part.losses`."""
        for part, Y in zip(self._parts, self._contents_Y):
            yield part.losses(X[part.window].copy(), Y)

    def gradients(
        self, X: np.ndarray, pulls: list[np.ndarray]
    ) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
        """Yield what each tile of a picture adds: see `Part.gradient`."""
        for part, Y in zip(self._parts, self._contents_Y):
            yield part.gradient(X[part.window].copy(), Y, pulls)


def _sums(parts: Iterable[list[np.ndarray]]) -> list[np.ndarray]:
    """Add up what each tile gives, in the order of the tiles."""
    return [sum(values) for values in zip(*parts)]


def grams_of(crew: Here, X: np.ndarray) -> list[np.ndarray]:
    """Return the Gram matrices of a whole picture."""
    return _sums(crew.grams(X))


def tiled_losses(
    crew: Here, styles_Y_gram: list[np.ndarray]
) -> Callable[[np.ndarray], tuple]:
    """Return a function that gives the losses of a picture.

    Parameters
    ----------
    crew : Here
        What computes the tiles.
    styles_Y_gram : list of mx.np.ndarray
        The Gram matrices wanted.

    Returns
    -------
    callable
        As that of `Objective.losses`. Under `autograd.record` its total has
        the gradient, which is computed then and not by `backward`.
    """

    def losses_of(X: np.ndarray) -> tuple:
        if not autograd.is_recording():
            contents, parts = zip(*crew.losses(X))
            contents_l, grams = _sums(contents), _sums(parts)
            losses, _, _ = _of_whole(crew.scope, X, grams, styles_Y_gram)
            return contents_l, *losses[:2], sum(contents_l, losses[2])
        with autograd.pause():
            grams = grams_of(crew, X)
            losses, gradient, pulls = _of_whole(
                crew.scope, X, grams, styles_Y_gram
            )
            contents_l = _add(gradient, crew, X, pulls)
            l = sum(contents_l, losses[2])
        return contents_l, *losses[:2], _with_gradient(l, X, gradient)

    return losses_of


def _of_whole(
    scope: Scope,
    X: np.ndarray,
    grams: list[np.ndarray],
    styles_Y_gram: list[np.ndarray],
) -> tuple:
    """Compute the losses that are the whole picture's: style and TV.

    One channel after the other, each with a third of both, so that what
    the total variation needs of memory is a third.

    Returns
    -------
    losses : tuple
        styles_l, tv_l, and their total.
    gradient : mx.np.ndarray
        Of TV by the picture, shape (1, 3, h, w).
    pulls : list of mx.np.ndarray
        Of the total by the Gram matrices.
    """
    weights = scope.loss_weights
    third = replace(
        weights, style=weights.style / CHANNELS, tv=weights.tv / CHANNELS
    )
    gradient, thirds = np.zeros_like(X), []
    for G in grams:
        G.attach_grad('add')
    for c in range(CHANNELS):
        channel = X[:, c : c + 1].copy()
        channel.attach_grad()
        with autograd.record():
            losses = scope.compute_loss(
                channel, [], grams, [], styles_Y_gram, third
            )
        if grams or scope.are_means:  # the sums of the paper have no TV
            losses[-1].backward()
        gradient[:, c : c + 1] = channel.grad
        thirds.append(losses)
    gradient.wait_to_read()
    _, styles_l, tv_l, l = zip(*thirds)
    totals = [sum(layer) for layer in zip(*styles_l)]
    losses = totals, sum(tv_l), sum(l)
    return losses, gradient, [G.grad for G in grams]


def _add(
    gradient: np.ndarray, crew: Here, X: np.ndarray, pulls: list[np.ndarray]
) -> list[np.ndarray]:
    """Add the tiles' gradients to the picture's; return the content losses."""
    scope, contents = crew.scope, []
    for tile, part in zip(scope.tiles(), crew.gradients(X, pulls)):
        window = tile.window(scope.deepest)
        contents.append(part[0])
        gradient[window] = gradient[window] + part[1]
    return _sums(contents)


def _with_gradient(
    l: np.ndarray, X: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Return a value that `backward` takes to a gradient known before."""
    line = (X * gradient).sum()
    return line - line.detach() + l
