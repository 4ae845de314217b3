"""The chapter's PyTorch tab, as printed, run with any settings in float32.

Its Adam is torch.optim.Adam; each of its differences from the MXNet tab is a
field of `Settings`, so that `ladder` can change one at a time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Callable

import numpy

from ... import images
from ..._mxnet import np
from ...runs.settings import Settings, fitted_shape
from ...training import Callback, EpochRecord
from .torch_net import Losses, nn, postprocess, preprocess, torch, vgg19

__all__ = ['run_torch']

Report = Callable[[int, Any, float, torch.Tensor], None]


def _adam(
    X: torch.Tensor, losses: Losses, settings: Settings, report: Report
) -> torch.Tensor:
    X = nn.Parameter(X.clone())
    trainer = torch.optim.Adam([X], lr=settings.lr)
    scheduler = torch.optim.lr_scheduler.StepLR(
        trainer, settings.lr_decay_epoch, settings.lr_decay
    )
    group = trainer.param_groups[0]
    epsilon, beta2 = group['eps'], group['betas'][1]
    for epoch in range(1, settings.epochs + 1):
        if settings.adam_epsilon == 'mxnet':
            # MXNet adds it before the bias of v is corrected
            group['eps'] = epsilon / (1 - beta2**epoch) ** 0.5
        trainer.zero_grad()
        terms = losses(X)
        terms[-1].backward()
        trainer.step()
        report(epoch, terms, group['lr'], X)
        scheduler.step()
    return X.detach()


def _lbfgs(
    X: torch.Tensor, losses: Losses, settings: Settings, report: Report
) -> torch.Tensor:
    from scipy.optimize import minimize

    shape, epoch = X.shape, 0

    def placed(pixels: numpy.ndarray) -> torch.Tensor:
        return torch.from_numpy(pixels.astype('float32')).reshape(shape)

    def evaluate(pixels: numpy.ndarray) -> tuple[float, numpy.ndarray]:
        X = placed(pixels).requires_grad_()
        l = losses(X)[-1]
        l.backward()
        assert X.grad is not None
        return l.item(), X.grad.numpy().ravel().astype('float64')

    def reached(pixels: numpy.ndarray) -> None:
        nonlocal epoch
        epoch += 1
        report(epoch, losses(placed(pixels)), 0.0, placed(pixels))

    result = minimize(
        evaluate,
        X.numpy().ravel().astype('float64'),
        jac=True,
        method='L-BFGS-B',
        callback=reached,
        options={'maxiter': settings.epochs, 'maxfun': 20 * settings.epochs},
    )
    return placed(result.x)


def _reporter(
    callback: Callback | None, every: int, epochs: int, before: int
) -> Report:
    start = time.perf_counter()

    def report(epoch: int, terms: Any, lr: float, X: torch.Tensor) -> None:
        if callback and (epoch % every == 0 or epoch == epochs):
            content_l, style_l, tv_l, l = (i.item() for i in terms)
            seconds = time.perf_counter() - start
            record = EpochRecord(
                epoch + before, content_l, style_l, tv_l, l, lr, seconds
            )
            callback(record, lambda: postprocess(X))

    return report


def run_torch(
    content: images.ImageSource,
    style: images.ImageSource,
    settings: Settings,
    callback: Callback | None = None,
    every: int = 1,
    nudge: float = 0,
) -> numpy.ndarray:
    """Run the PyTorch tab with these settings, on the CPU.

    Parameters
    ----------
    content, style : path
        The images, read as `images.read_image` does.
    settings : Settings
        What is computed; 'd2l-0.17-pytorch' of `recipes` is the tab.
    callback, every
        As for `training.train`.
    nudge : float
        The picture begins at (1 + nudge) times the content image.

    Returns
    -------
    numpy.ndarray
        The picture, shape (1, 3, height, width), float32, standardised.
    """
    content_img, style_img = map(images.read_image, (content, style))
    width, height = fitted_shape(settings, content_img.shape)
    net = vgg19(settings)
    minimise = _lbfgs if settings.optimizer == 'l-bfgs' else _adam

    def stage(
        size: tuple[int, int], start: Any, settings: Settings, before: int
    ) -> torch.Tensor:
        content_X, style_X = (
            preprocess(img, size, settings.resize)
            for img in (content_img, style_img)
        )
        losses = Losses(net, settings, content_X, style_X)
        start = content_X * (1 + nudge) if start is None else start
        report = _reporter(callback, every, settings.epochs, before)
        return minimise(start, losses, settings, report)

    X = stage((width, height), None, settings, 0)
    if settings.second_scale:
        size = width * settings.second_scale, height * settings.second_scale
        start = preprocess(np.array(postprocess(X) * 255), size, 'opencv')
        second = replace(
            settings,
            epochs=settings.second_epochs,
            lr_decay_epoch=settings.second_lr_decay_epoch,
        )
        X = stage(size, start, second, settings.epochs)
    return X.numpy()
