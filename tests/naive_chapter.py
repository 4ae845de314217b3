"""The chapter's arithmetic, written as plainly as can be, for the tests.

No function here is the library's. The network is the model zoo's with all
gradients on, the Gram product is a plain dot product, and everything is a
global or a list, as in the chapter.
"""

from mxnet import autograd, gluon, init, np
from mxnet.gluon import nn

STYLE, CONTENT = [0, 5, 10, 19, 28], [25]


def network(weights):
    """`weights`: {index: (kernel, bias)}, NumPy float32."""
    zoo = gluon.model_zoo.vision.vgg19()
    net = nn.Sequential()
    for i in range(29):
        net.add(zoo.features[i])
    net.initialize()
    for i, (kernel, bias) in weights.items():
        net[i].weight.set_data(np.array(kernel))
        net[i].bias.set_data(np.array(bias))
    return net


def features(X, net):
    contents, styles = [], []
    for i in range(29):
        X = net[i](X)
        if i in STYLE:
            styles.append(X)
        if i in CONTENT:
            contents.append(X)
    return contents, styles


def gram(X):
    c = X.shape[1]
    n = X.size // c
    X = X.reshape(c, n)
    return np.dot(X, X.T) / (c * n)


def losses(X, net, contents_Y, grams_Y):
    contents, styles = features(X, net)
    content = [((a - b) ** 2).mean() * 1 for a, b in zip(contents, contents_Y)]
    style = [
        ((gram(a) - b) ** 2).mean() * 1e3 for a, b in zip(styles, grams_Y)
    ]
    down = np.abs(X[:, :, 1:, :] - X[:, :, :-1, :]).mean()
    across = np.abs(X[:, :, :, 1:] - X[:, :, :, :-1]).mean()
    tv = 0.5 * (down + across) * 10
    total = 0
    for term in style * 10 + content + [tv]:
        total = total + term
    return sum(content), sum(style), tv, total


class Picture(nn.Block):
    def __init__(self, shape):
        super().__init__()
        self.weight = self.params.get('weight', shape=shape)

    def forward(self):
        return self.weight.data()


def trajectory(content_X, style_X, net, epochs, lr, decay_epoch, start=None):
    """Return the four losses of each epoch and the picture after each."""
    contents_Y, _ = features(content_X, net)
    _, styles_Y = features(style_X, net)
    grams_Y = [gram(Y) for Y in styles_Y]
    block = Picture(content_X.shape)
    block.initialize(init.Constant(content_X if start is None else start))
    trainer = gluon.Trainer(
        block.collect_params(), 'adam', {'learning_rate': lr}
    )
    X = block()
    values, pictures = [], []
    for epoch in range(epochs):
        with autograd.record():
            terms = losses(X, net, contents_Y, grams_Y)
        terms[-1].backward()
        trainer.step(1)
        values.append([float(term) for term in terms])
        pictures.append(X.asnumpy().copy())
        if (epoch + 1) % decay_epoch == 0:
            trainer.set_learning_rate(trainer.learning_rate * 0.8)
    return values, pictures
