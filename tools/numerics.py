"""Print the figures of docs/numerics.md that need no run.

    python tools/numerics.py resize CONTENT STYLE
    python tools/numerics.py relu CONTENT STYLE
    python tools/numerics.py epsilon
    python tools/numerics.py reading CONTENT STYLE
    python tools/numerics.py schedule CONTENT STYLE

CONTENT and STYLE are files or names, as for `gluon-style transfer`; `relu`
and `schedule` take the weights that GLUON_STYLE_WEIGHTS names.
"""

import math
import sys

import numpy

import gluon_style as gs
from gluon_style._mxnet import image, mx
from gluon_style.runs.variants import compared_layers, resize_antialiased

SHAPE = (450, 300)


def resize(*names):
    """OpenCV's bilinear against Pillow's, in grey levels of 255."""
    for name in names:
        img = gs.read_image(gs.find_image(name))
        rough = gs.preprocess(img, SHAPE)
        smooth = gs.preprocess(resize_antialiased(img, SHAPE), SHAPE)
        levels = [gs.postprocess(X).asnumpy() * 255 for X in (rough, smooth)]
        apart = abs(levels[0] - levels[1])
        tv = [float(gs.tv_loss(X)) * 10 for X in (rough, smooth)]
        print(
            f'{name}: mean {apart.mean():.1f}, {(apart > 10).mean():.0%} of '
            f'samples by more than 10; TV loss {tv[0]:.2f} against {tv[1]:.2f}'
        )


def relu(content, style):
    """Style losses of the content image before and after the ReLU."""
    net, cpu = gs.vgg19_features(), mx.cpu()
    images = [gs.read_image(gs.find_image(i)) for i in (content, style)]
    losses = []
    for features in ('convolution', 'aliased'):
        layers = compared_layers(gs.Settings(features=features))
        X = gs.preprocess(images[0], SHAPE)
        _, styles_hat = gs.extract_features(X, net, *layers)
        _, styles_Y = gs.get_styles(images[1], net, SHAPE, cpu, *layers)
        losses.append(
            [
                1e3 * float(gs.style_loss(Y_hat, gs.gram(Y)))
                for Y_hat, Y in zip(styles_hat, styles_Y)
            ]
        )
    for layer, before, after in zip(gs.STYLE_LAYERS, *losses):
        name = gs.VGG19_LAYERS[layer].name
        print(
            f'{name}: {before:.3g} before the ReLU, {after:.3g} as the '
            f'PyTorch tab has it: {before / after:.2f} times'
        )
    before, after = (sum(i) for i in losses)
    print(f'sum: {before:.3g}, {after:.3g}: {before / after:.2f} times')


def epsilon():
    """Print the share of the rate that Adam's first step takes; its error."""
    root = math.sqrt(1 - 0.999)
    print('gradient  MXNet  PyTorch')
    for power in (-2, -4, -6, -7, -8):
        g = 10.0**power
        print(
            f'{g:8.0e}  {root * g / (root * g + 1e-8):.4f} '
            f'{g / (g + 1e-8):.4f}'
        )
    short = (1e-3 / float(numpy.float32(1) - numpy.float32(0.999))) ** 0.5
    large = float(numpy.float32(1) - numpy.float32(0.9)) / 0.1
    print(
        f'steps too long by {short - 1:.2g} (1 - beta2 in float32) and '
        f'{large - 1:.2g} (1 - beta1), {short * large - 1:.2g} in all'
    )


def reading(*names):
    """Whether OpenCV and Pillow decode a file to the same bits."""
    for name in names:
        path = gs.find_image(name)
        pair = (gs.read_image(path), image.imread(str(path)))
        same = numpy.array_equal(*(i.asnumpy() for i in pair))
        print(f'{name}: {"the same bits" if same else "different"}')


def schedule(content, style):
    """How far other rates and schedules move the picture, at 150x100."""
    images = [gs.read_image(gs.find_image(i)) for i in (content, style)]
    base = {'width': 150, 'height': 100, 'epochs': 100}

    def picture(**change):
        output = gs.run(*images, gs.Settings(**{**base, **change}))
        return gs.postprocess(output).asnumpy() * 255

    chapter = picture()
    for change in ({'lr_decay': 0.1}, {'lr_decay_epoch': 200}, {'lr': 0.01}):
        apart = numpy.sqrt(((picture(**change) - chapter) ** 2).mean())
        print(f'{change}: {apart:.1f} grey levels')


if __name__ == '__main__':
    command, *names = sys.argv[1:] or ['--help']
    commands = {
        i.__name__: i for i in (resize, relu, epsilon, reading, schedule)
    }
    if command in commands:
        commands[command](*names)
    else:
        sys.exit(__doc__)
