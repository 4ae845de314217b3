"""What the chapter's PyTorch tab imports beside PyTorch, for the tests.

`install` puts `torchvision` and `d2l.torch` into this process: the two
transforms and the network that the tab's cells use, written from
torchvision's documentation, and d2l's functions on tensors.
"""

import sys
import types

import numpy
from PIL import Image

from gluon_style import d2l
from gluon_style.vgg.layers import VGG19_LAYERS
from gluon_style.vgg.weights import load_weights


def install():
    """Make the tab's own import lines find the stand-ins."""
    import torch

    torch.set_num_threads(1)  # one order of adding, here and in the test
    transforms = types.SimpleNamespace(
        Compose=lambda steps: lambda img: chain(steps, img),
        Resize=lambda size: (
            lambda img: img.resize(size[::-1], Image.Resampling.BILINEAR)
        ),
        ToTensor=lambda: (
            lambda img: (
                torch.from_numpy(numpy.array(img)).permute(2, 0, 1) / 255
            )
        ),
        Normalize=lambda mean, std: (
            lambda X: (X - mean[:, None, None]) / std[:, None, None]
        ),
        ToPILImage=lambda: (
            lambda X: Image.fromarray(
                (X * 255).byte().permute(1, 2, 0).numpy()
            )
        ),
    )
    torchvision = types.ModuleType('torchvision')
    torchvision.transforms = transforms
    torchvision.models = types.SimpleNamespace(vgg19=vgg19)
    tab = types.ModuleType('d2l.torch')
    for name in ('set_figsize', 'plt', 'Image', 'Animator'):
        setattr(tab, name, getattr(d2l, name))
    tab.try_gpu = lambda: torch.device('cpu')
    tab.size = lambda x: x.numel()
    tab.reshape = lambda x, *shape: x.reshape(*shape)
    tab.matmul, tab.abs = torch.matmul, torch.abs
    book = types.ModuleType('d2l')
    book.torch = tab
    for module in (torchvision, book, tab):
        sys.modules[module.__name__] = module
    return tab


def chain(steps, img):
    for step in steps:
        img = step(img)
    return img


def vgg19(pretrained):
    """Torchvision's network as far as the chapter goes, ReLUs in place."""
    import torch
    from torch import nn

    assert pretrained
    features, convolutions = nn.Sequential(), load_weights().convolutions
    for layer in VGG19_LAYERS[:29]:
        if layer.name.startswith('conv'):
            made = nn.Conv2d(
                layer.in_channels, layer.channels, kernel_size=3, padding=1
            )
            kernel, bias = convolutions[layer.index]
            made.weight.data = torch.tensor(kernel)
            made.bias.data = torch.tensor(bias)
        elif layer.name.startswith('relu'):
            made = nn.ReLU(inplace=True)
        else:
            made = nn.MaxPool2d(kernel_size=2, stride=2)
        features.append(made)
    return types.SimpleNamespace(features=features)
