"""Live parity with PyTorch: the value and the gradient of every formula.

The PyTorch side is written here as the formulas stand in the book, on
features taken before the ReLU as in the MXNet tab.
"""

import pytest
from arrays import assert_close
from tolerances import FEATURES, GRADIENT, REDUCTION

import gluon_style as gs
from gluon_style._mxnet import autograd, np
from gluon_style.vgg.layers import CONTENT_LAYERS, STYLE_LAYERS
from gluon_style.vgg.weights import load_weights

torch = pytest.importorskip(
    'torch', reason="needs PyTorch (pip install -e '.[torch]')"
)


def torch_gram(X):
    c = X.shape[1]
    X = X.reshape(c, -1)
    return X @ X.T / X.numel()


def torch_tv(X):
    down = (X[:, :, 1:, :] - X[:, :, :-1, :]).abs().mean()
    return 0.5 * (down + (X[:, :, :, 1:] - X[:, :, :, :-1]).abs().mean())


def both(ours, theirs, *inputs):
    """Value and gradient by the first input, in MXNet and in PyTorch."""
    mx_inputs = [np.array(i) for i in inputs]
    mx_inputs[0].attach_grad()
    with autograd.record():
        value = ours(*mx_inputs)
    value.backward()
    pt_inputs = [torch.from_numpy(i.copy()) for i in inputs]
    pt_inputs[0].requires_grad_()
    expected = theirs(*pt_inputs)
    expected.backward()
    return (
        (value.asnumpy(), mx_inputs[0].grad.asnumpy()),
        (expected.detach().numpy(), pt_inputs[0].grad.numpy()),
    )


def normal(rng, *shape):
    return rng.randn(*shape).astype('float32')


@pytest.mark.parametrize('shape', [(1, 3, 5, 7), (1, 64, 31, 17)])
@pytest.mark.parametrize('name', ['content', 'gram', 'style', 'tv'])
def test_losses(rng, name, shape):
    X = normal(rng, *shape)
    weight = normal(rng, shape[1], shape[1])
    ours, theirs, *more = {
        'content': (
            gs.content_loss,
            torch.nn.functional.mse_loss,
            normal(rng, *shape),
        ),
        'gram': (
            lambda X, w: (gs.gram(X) * w).sum(),
            lambda X, w: (torch_gram(X) * w).sum(),
            weight,
        ),
        'style': (
            gs.style_loss,
            lambda X, G: torch.nn.functional.mse_loss(torch_gram(X), G),
            weight,
        ),
        'tv': (gs.tv_loss, torch_tv),
    }[name]
    (value, gradient), (value_t, gradient_t) = both(ours, theirs, X, *more)
    assert_close(value, value_t, REDUCTION)
    assert_close(gradient, gradient_t, REDUCTION)


@pytest.fixture(params=['random', 'real'], scope='module')
def networks(request):
    """Our network and PyTorch's, with the same weights."""
    name = 'random:11'
    if request.param == 'real':
        name = request.getfixturevalue('real_weights')
    layers, convolutions = [], load_weights(name).convolutions
    for layer in gs.VGG19_LAYERS[:29]:
        if layer.is_convolution:
            kernel, bias = convolutions[layer.index]
            layers.append(
                torch.nn.Conv2d(
                    layer.in_channels, layer.channels, 3, padding=1
                )
            )
            layers[-1].weight.data = torch.from_numpy(kernel)
            layers[-1].bias.data = torch.from_numpy(bias)
        elif layer.name.startswith('relu'):
            layers.append(torch.nn.ReLU())
        else:
            layers.append(torch.nn.MaxPool2d(2, 2))
    theirs = torch.nn.Sequential(*layers).requires_grad_(False)
    return gs.vgg19_features(name), theirs


def torch_features(X, net):
    outputs = {}
    for i, layer in enumerate(net):
        X = layer(X)
        outputs[i] = X
    return [outputs[i] for i in CONTENT_LAYERS], [
        outputs[i] for i in STYLE_LAYERS
    ]


def torch_loss(X, net, contents_Y, grams_Y):
    contents, styles = torch_features(X, net)
    mse = torch.nn.functional.mse_loss
    content = sum(mse(a, b) for a, b in zip(contents, contents_Y))
    style = 1e3 * sum(mse(torch_gram(a), b) for a, b in zip(styles, grams_Y))
    tv = 10 * torch_tv(X)
    return content, style, tv, content + 10 * style + tv


def ours_loss(X, net, contents_Y, grams_Y):
    contents_l, styles_l, tv_l, l = gs.compute_loss(
        X, *gs.extract_features(X, net), contents_Y, grams_Y
    )
    return sum(contents_l), sum(styles_l), tv_l, l


@pytest.mark.parametrize('size', [(48, 32), (37, 51)])
def test_features_losses_and_pixel_gradient(networks, picture, size):
    net, net_t = networks
    width, height = size
    content = gs.preprocess(picture(60, 60), size)
    style = gs.preprocess(picture(50, 70), size)
    X = gs.preprocess(picture(40, 40), size)
    content_t, style_t, X_t = (
        torch.from_numpy(i.asnumpy()) for i in (content, style, X)
    )
    contents_Y, _ = gs.extract_features(content, net)
    _, styles_Y = gs.extract_features(style, net)
    contents_t, _ = torch_features(content_t, net_t)
    _, styles_t = torch_features(style_t, net_t)
    for got, expected in zip(contents_Y + styles_Y, contents_t + styles_t):
        assert_close(got, expected.numpy(), FEATURES)

    grams_Y, grams_t = (
        [gram(Y) for Y in Ys]
        for gram, Ys in ((gs.gram, styles_Y), (torch_gram, styles_t))
    )
    X.attach_grad()
    with autograd.record():
        terms = ours_loss(X, net, contents_Y, grams_Y)
    terms[-1].backward()
    X_t.requires_grad_()
    terms_t = torch_loss(X_t, net_t, contents_t, grams_t)
    terms_t[-1].backward()
    for got, expected in zip(terms, terms_t):
        assert_close(got, expected.detach().numpy(), FEATURES)
    assert X.grad.shape == (1, 3, height, width)
    assert_close(X.grad, X_t.grad.numpy(), GRADIENT)


def test_the_two_would_differ_after_the_relu(networks, picture):
    """The comparison can fail: the PyTorch tab's aliased features do."""
    net, net_t = networks
    X = gs.preprocess(picture(32, 32), (32, 32))
    _, styles = gs.extract_features(X, net)
    _, styles_t = torch_features(torch.from_numpy(X.asnumpy()), net_t)
    with pytest.raises(AssertionError):
        assert_close(styles[0], styles_t[0].relu().numpy(), FEATURES)
