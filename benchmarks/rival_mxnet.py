"""Contender (a): the chapter's MXNet tab, in its own arithmetic.

Of gluon_style only the names that NumPy has dropped are used, and the
environment is as the user's shell has it. Nothing is frozen, so the gradients
of all weights are computed; the whole VGG-19 stays in memory, with the
gradients of its dense layers.

The convolutions are read from the file that all contenders read, the dense
layers drawn at random, in a way that never takes more memory than the network
then holds: nor does the chapter's own reading of the model zoo's file.
What the chapter's Animator draws is computed and fetched, but not drawn.
"""

import borrowed_names  # noqa: F401
import mxnet as mx
from flops import CONTENT_LAYERS, CONVOLUTIONS, STYLE_LAYERS
from laps import Laps
from mxnet import autograd, gluon, image, init, np, npx
from mxnet.gluon import nn
from safetensors.numpy import load_file

npx.set_np()

RGB_MEAN = np.array([0.485, 0.456, 0.406])
RGB_STD = np.array([0.229, 0.224, 0.225])
LEARNING_RATE, LR_DECAY_EPOCH = 0.9, 50
CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 1, 1e3, 10


def pretrained_vgg19(path):
    """Build the whole VGG-19, the convolutions from `path`."""
    network = gluon.model_zoo.vision.vgg19()
    for layer in CONVOLUTIONS:
        shape = (layer.channels, layer.in_channels, 3, 3)
        network.features[layer.index].weight.shape = shape
    network.features[37].weight.shape = (4096, 512 * 7 * 7)
    network.features[39].weight.shape = (4096, 4096)
    network.output.weight.shape = (1000, 4096)
    # the gradients' memory last, when no copy is left of a weight
    network.collect_params().setattr('grad_req', 'null')
    network.initialize()
    mx.nd.waitall()
    network.collect_params().setattr('grad_req', 'write')
    for name, array in load_file(path).items():
        _, index, kind = name.split('.')
        parameter = getattr(network.features[int(index)], kind)
        parameter.set_data(np.array(array))
    return network


def cut_off(pretrained_net):
    """Take the layers up to the deepest one whose output is wanted."""
    net = nn.Sequential()
    for i in range(max(CONTENT_LAYERS + STYLE_LAYERS) + 1):
        net.add(pretrained_net.features[i])
    return net


def preprocess(img, image_shape):
    """Resize and standardise: (h, w, 3) uint8 -> (1, 3, height, width)."""
    img = image.imresize(img, *image_shape)
    img = (img.astype('float32') / 255 - RGB_MEAN) / RGB_STD
    return np.expand_dims(img.transpose(2, 0, 1), axis=0)


def postprocess(X):
    """Take the picture back to (h, w, 3) in [0, 1]."""
    img = X[0].as_in_ctx(RGB_STD.ctx)
    return (img.transpose(1, 2, 0) * RGB_STD + RGB_MEAN).clip(0, 1)


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
    num_channels, n = X.shape[1], X.size // X.shape[1]
    X = X.reshape((num_channels, n))
    return np.dot(X, X.T) / (num_channels * n)


def tv_loss(X):
    """Total variation of the picture."""
    down = np.abs(X[:, :, 1:, :] - X[:, :, :-1, :]).mean()
    across = np.abs(X[:, :, :, 1:] - X[:, :, :, :-1]).mean()
    return 0.5 * (down + across)


def compute_loss(X, contents_Y_hat, styles_Y_hat, contents_Y, grams_Y):
    """Weigh the losses; the total repeats the list of style losses."""
    contents_l = [
        np.square(Y_hat - Y).mean() * CONTENT_WEIGHT
        for Y_hat, Y in zip(contents_Y_hat, contents_Y)
    ]
    styles_l = [
        np.square(gram(Y_hat) - Y).mean() * STYLE_WEIGHT
        for Y_hat, Y in zip(styles_Y_hat, grams_Y)
    ]
    tv_l = tv_loss(X) * TV_WEIGHT
    l = sum(10 * styles_l + contents_l + [tv_l])
    return contents_l, styles_l, tv_l, l


class SynthesizedImage(nn.Block):
    """The picture as a network's only parameter."""

    def __init__(self, img_shape, **kwargs):
        super().__init__(**kwargs)
        self.weight = self.params.get('weight', shape=img_shape)

    def forward(self):
        """Return the picture."""
        return self.weight.data()


def get_inits(X, device, lr, styles_Y):
    """Make the picture, the style's Gram matrices and the optimiser."""
    gen_img = SynthesizedImage(X.shape)
    gen_img.initialize(init.Constant(X), ctx=device, force_reinit=True)
    trainer = gluon.Trainer(
        gen_img.collect_params(), 'adam', {'learning_rate': lr}
    )
    return gen_img(), [gram(Y) for Y in styles_Y], trainer


def train(X, contents_Y, styles_Y, net, device, laps):
    """Run the chapter's loop, ending a lap every few epochs."""
    X, grams_Y, trainer = get_inits(X, device, LEARNING_RATE, styles_Y)
    for epoch in range(laps.job['epochs']):
        with autograd.record():
            contents_Y_hat, styles_Y_hat = extract_features(X, net)
            contents_l, styles_l, tv_l, l = compute_loss(
                X, contents_Y_hat, styles_Y_hat, contents_Y, grams_Y
            )
        l.backward()
        trainer.step(1)
        if (epoch + 1) % LR_DECAY_EPOCH == 0:
            trainer.set_learning_rate(trainer.learning_rate * 0.8)
        if (epoch + 1) % 10 == 0:
            postprocess(X).asnumpy()
            [float(sum(contents_l)), float(sum(styles_l)), float(tv_l)]
        laps.end_epoch(epoch + 1, mx.nd.waitall, l.item)
    return X


def main():
    """Prepare everything, then train at the parent's pace."""
    laps = Laps()
    job, device = laps.job, mx.cpu()
    image_shape = job['width'], job['height']
    pretrained_net = pretrained_vgg19(job['weights'])
    net = cut_off(pretrained_net)
    net.collect_params().reset_ctx(device)
    content_img, style_img = map(image.imread, (job['content'], job['style']))
    content_X = preprocess(content_img, image_shape).copyto(device)
    contents_Y, _ = extract_features(content_X, net)
    style_X = preprocess(style_img, image_shape).copyto(device)
    _, styles_Y = extract_features(style_X, net)
    mx.nd.waitall()
    laps.start()
    train(content_X, contents_Y, styles_Y, net, device, laps)


if __name__ == '__main__':
    main()
