"""The chapter's PyTorch tab, as printed, run with any settings in float32.

Its Adam is torch.optim.Adam, and an image is resized by Pillow, which
smooths. Each of its differences from the MXNet tab is a field of `Settings`,
so that `ladder` can change them one at a time.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable

import numpy
from PIL import Image
from scipy.optimize import minimize

from ... import images
from ..._mxnet import np
from ...runs.settings import Settings
from ...runs.stages import counted_on, stages
from ...training import Callback, EpochRecord
from ...vgg.layers import layer_index
from ...vgg.weights import load_weights
from ..step.torch_side import (
    compute_loss,
    extract_features,
    extract_targets,
    nn,
    torch,
    vgg19,
)

__all__ = ['postprocess', 'preprocess', 'run_torch']

RGB_MEAN = torch.tensor([0.485, 0.456, 0.406])
RGB_STD = torch.tensor([0.229, 0.224, 0.225])

Losses = Callable[[torch.Tensor], Any]  # as `torch_side.compute_loss`
# the epoch, its losses, its learning rate, the picture
AfterStep = Callable[[int, Any, float, torch.Tensor], None]


def preprocess(img: Any, size: tuple[int, int], resize: str) -> torch.Tensor:
    """Resize and standardise an image: (h, w, 3) uint8 to (1, 3, h, w).

    With 'pillow' as torchvision's Resize, ToTensor and Normalize do; with
    'opencv' by the library itself, so that the pixels are the same bits.
    `size` is (width, height).
    """
    if resize == 'opencv':
        return torch.from_numpy(images.preprocess(img, size).asnumpy())
    picture = Image.fromarray(img.asnumpy())
    picture = picture.resize(size, Image.Resampling.BILINEAR)
    X = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) / 255
    mean, std = RGB_MEAN[:, None, None], RGB_STD[:, None, None]
    return ((X - mean) / std).unsqueeze(0)


def postprocess(X: torch.Tensor) -> numpy.ndarray:
    """Return the picture (h, w, 3) in [0, 1] of X (1, 3, h, w)."""
    img = X.detach()[0].permute(1, 2, 0)
    return torch.clamp(img * RGB_STD + RGB_MEAN, 0, 1).numpy()


def _losses(
    settings: Settings, content_X: torch.Tensor, style_X: torch.Tensor
) -> Losses:
    layers = [
        [layer_index(i) for i in chosen]
        for chosen in (settings.content_layers, settings.style_layers)
    ]
    deepest = settings.deepest.index
    loaded = load_weights(settings.weights_name, deepest)
    aliased = settings.features == 'aliased'
    net = vgg19(loaded.convolutions, deepest, settings.pooling, aliased)
    targets = extract_targets(content_X, style_X, net, *layers)

    def losses(X: torch.Tensor) -> Any:
        features = extract_features(X, net, *layers)
        return compute_loss(X, *features, *targets, settings)

    return losses


def _adam(
    X: torch.Tensor, losses: Losses, settings: Settings, after: AfterStep
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
        after(epoch, terms, group['lr'], X)
        scheduler.step()
    return X.detach()


def _lbfgs(
    X: torch.Tensor, losses: Losses, settings: Settings, after: AfterStep
) -> torch.Tensor:
    shape, epoch = X.shape, 0
    # losses and picture: of the last evaluation, and of the iterate reached
    evaluated: Any = None
    reached: Any = None

    def evaluate(pixels: numpy.ndarray) -> tuple[float, numpy.ndarray]:
        nonlocal evaluated, reached
        X = torch.from_numpy(pixels.astype('float32')).reshape(shape)
        X.requires_grad_()
        terms = losses(X)
        terms[-1].backward()
        assert X.grad is not None
        evaluated = terms, X.detach()
        reached = reached or evaluated
        return terms[-1].item(), X.grad.numpy().ravel().astype('float64')

    def step(_: numpy.ndarray) -> None:
        # SciPy calls back at the point that it evaluated last
        nonlocal epoch, reached
        epoch, reached = epoch + 1, evaluated
        after(epoch, reached[0], 0.0, reached[1])

    limits = {'maxiter': settings.epochs, 'maxfun': 20 * settings.epochs}
    start = X.numpy().ravel().astype('float64')
    minimize(evaluate, start, jac=True, method='L-BFGS-B', callback=step,
             options=limits)  # fmt: skip
    if epoch == 0:  # there was nothing to improve
        after(epoch, reached[0], 0.0, reached[1])
    return reached[1]


def _reporter(callback: Callback) -> AfterStep:
    began = time.perf_counter()

    def after(epoch: int, losses: Any, lr: float, X: torch.Tensor) -> None:
        contents_l, styles_l, tv_l, l = losses
        content, style, tv, total = (
            torch.as_tensor(i).item()
            for i in (sum(contents_l), sum(styles_l), tv_l, l)
        )
        seconds = time.perf_counter() - began
        record = EpochRecord(epoch, content, style, tv, total, lr, seconds)
        callback(record, lambda: postprocess(X))

    return after


def run_torch(
    content_img: Any,
    style_img: Any,
    settings: Settings,
    callback: Callback,
    nudge: float = 0,
) -> numpy.ndarray:
    """Run the PyTorch tab with these settings, on the CPU.

    Parameters
    ----------
    content_img, style_img : mx.np.ndarray
        Shape (h, w, 3), uint8, from `images.read_image`; of any sizes.
    settings : Settings
        What is computed; 'd2l-0.17-pytorch' of `recipes` is the tab.
    callback : callable
        As for `training.train`, after every epoch. A second stage goes on
        counting the epochs reached and the seconds of the descents; an
        L-BFGS that has nothing to improve reports the picture it began
        with, at epoch 0.
    nudge : float
        The picture begins at (1 + nudge) times the content image.

    Returns
    -------
    numpy.ndarray
        The picture, shape (1, 3, height, width), float32, standardised.
    """
    minimise = _lbfgs if settings.optimizer == 'l-bfgs' else _adam
    last: EpochRecord | None = None

    def count_on(
        before: EpochRecord | None,
        record: EpochRecord,
        picture: Callable[[], numpy.ndarray],
    ) -> None:
        nonlocal last
        last = counted_on(before, record)
        callback(last, picture)

    X: Any = None
    for stage in stages(settings.sized(content_img.shape)):
        settings = stage.settings
        size: Any = settings.width, settings.height
        content_X, style_X = (
            preprocess(img, size, settings.resize)
            for img in (content_img, style_img)
        )
        if stage.start == 'given':
            X = content_X * (1 + nudge)
        elif stage.start == 'enlarged':
            X = preprocess(np.array(postprocess(X) * 255), size, 'opencv')
        losses = _losses(settings, content_X, style_X)
        report = _reporter(partial(count_on, last))
        X = minimise(X, losses, settings, report)
    return X.numpy()
