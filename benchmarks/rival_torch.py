"""Contenders (b) and (c): the chapter's PyTorch tab, as printed and frozen.

As printed, nothing is frozen: the gradients of all weights are computed and
added up from step to step, and the wanted features keep their graphs. Frozen
(`--frozen`), the network's parameters need no gradient; all else is the same.

torchvision is not needed: its VGG-19, with ReLUs in place, is built here. The
whole of it stays in memory, the dense layers drawn at random. What the
chapter's Animator draws is computed and fetched, but not drawn.
"""

import sys

import numpy
import torch
from flops import CONTENT_LAYERS, CONVOLUTIONS, STYLE_LAYERS
from laps import Laps
from PIL import Image
from safetensors.numpy import load_file
from torch import nn

RGB_MEAN = torch.tensor([0.485, 0.456, 0.406])
RGB_STD = torch.tensor([0.229, 0.224, 0.225])
LEARNING_RATE, LR_DECAY_EPOCH = 0.3, 50
CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 1, 1e3, 10


class VGG19(nn.Module):
    """VGG-19 as torchvision builds it."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(*_features())
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, 1000),
        )


def _features():
    pools = 0
    for layer in CONVOLUTIONS:
        if layer.pools > pools:
            pools = layer.pools
            yield nn.MaxPool2d(2, 2)
        yield nn.Conv2d(layer.in_channels, layer.channels, 3, padding=1)
        yield nn.ReLU(inplace=True)
    yield nn.MaxPool2d(2, 2)


def pretrained_vgg19(path):
    """Build the whole VGG-19, the convolutions from `path`."""
    network = VGG19()
    tensors = {
        name: torch.from_numpy(array)
        for name, array in load_file(path).items()
    }
    unknown = network.load_state_dict(tensors, strict=False).unexpected_keys
    assert not unknown, unknown
    return network


def preprocess(img, image_shape):
    """Do what Resize, ToTensor and Normalize do; shape (height, width)."""
    height, width = image_shape
    img = img.resize((width, height), Image.BILINEAR)  # smooths, unlike MXNet
    X = torch.from_numpy(numpy.array(img)).permute(2, 0, 1).contiguous()
    X = X.to(torch.float32).div(255)
    X = (X - RGB_MEAN[:, None, None]) / RGB_STD[:, None, None]
    return X.unsqueeze(0)


def postprocess(X):
    """Take the picture back to a PIL image."""
    img = X[0].to(RGB_STD.device)
    img = torch.clamp(img.permute(1, 2, 0) * RGB_STD + RGB_MEAN, 0, 1)
    return Image.fromarray(img.mul(255).byte().numpy())


def extract_features(X, net):
    """Run `X` through `net`; return the content and style layers' outputs."""
    contents, styles = [], []
    for i in range(len(net)):
        X = net[i](X)
        if i in STYLE_LAYERS:
            styles.append(X)
        if i in CONTENT_LAYERS:
            contents.append(X)
    return contents, styles


def gram(X):
    """Gram matrix of the channels, divided by the number of elements."""
    num_channels, n = X.shape[1], X.numel() // X.shape[1]
    X = X.reshape((num_channels, n))
    return torch.matmul(X, X.T) / (num_channels * n)


def tv_loss(X):
    """Total variation of the picture."""
    down = torch.abs(X[:, :, 1:, :] - X[:, :, :-1, :]).mean()
    across = torch.abs(X[:, :, :, 1:] - X[:, :, :, :-1]).mean()
    return 0.5 * (down + across)


def compute_loss(X, contents_Y_hat, styles_Y_hat, contents_Y, grams_Y):
    """Weigh the losses; the total repeats the list of style losses."""
    contents_l = [
        torch.square(Y_hat - Y.detach()).mean() * CONTENT_WEIGHT
        for Y_hat, Y in zip(contents_Y_hat, contents_Y)
    ]
    styles_l = [
        torch.square(gram(Y_hat) - Y.detach()).mean() * STYLE_WEIGHT
        for Y_hat, Y in zip(styles_Y_hat, grams_Y)
    ]
    tv_l = tv_loss(X) * TV_WEIGHT
    l = sum(10 * styles_l + contents_l + [tv_l])
    return contents_l, styles_l, tv_l, l


class SynthesizedImage(nn.Module):
    """The picture as a network's only parameter."""

    def __init__(self, img_shape):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(*img_shape))

    def forward(self):
        """Return the picture."""
        return self.weight


def get_inits(X, lr, styles_Y):
    """Make the picture, the style's Gram matrices and the optimiser."""
    gen_img = SynthesizedImage(X.shape)
    gen_img.weight.data.copy_(X.data)
    trainer = torch.optim.Adam(gen_img.parameters(), lr=lr)
    return gen_img(), [gram(Y) for Y in styles_Y], trainer


def train(X, contents_Y, styles_Y, net, laps):
    """Run the chapter's loop, ending a lap every few epochs."""
    X, grams_Y, trainer = get_inits(X, LEARNING_RATE, styles_Y)
    scheduler = torch.optim.lr_scheduler.StepLR(trainer, LR_DECAY_EPOCH, 0.8)
    for epoch in range(laps.job['epochs']):
        trainer.zero_grad()
        contents_Y_hat, styles_Y_hat = extract_features(X, net)
        contents_l, styles_l, tv_l, l = compute_loss(
            X, contents_Y_hat, styles_Y_hat, contents_Y, grams_Y
        )
        l.backward()
        trainer.step()
        scheduler.step()
        if (epoch + 1) % 10 == 0:
            postprocess(X.data)
            [float(sum(contents_l)), float(sum(styles_l)), float(tv_l)]
        # on the CPU each step has been computed when it returns
        laps.end_epoch(epoch + 1, lambda: None, l.item)
    return X


def main():
    """Prepare everything, then train at the parent's pace."""
    laps = Laps()
    job = laps.job
    image_shape = job['height'], job['width']
    pretrained_net = pretrained_vgg19(job['weights'])
    deepest = max(CONTENT_LAYERS + STYLE_LAYERS)
    net = nn.Sequential(
        *[pretrained_net.features[i] for i in range(deepest + 1)]
    )
    if '--frozen' in sys.argv:
        net.requires_grad_(False)
    content_img, style_img = map(Image.open, (job['content'], job['style']))
    content_X = preprocess(content_img, image_shape)
    contents_Y, _ = extract_features(content_X, net)
    _, styles_Y = extract_features(preprocess(style_img, image_shape), net)
    laps.start()
    train(content_X, contents_Y, styles_Y, net, laps)


if __name__ == '__main__':
    main()
