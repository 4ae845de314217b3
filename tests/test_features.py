"""The layer table and the feature extractor."""

import numpy
import pytest
from arrays import assert_equal

import gluon_style as gs
from gluon_style._mxnet import gluon, mx, nn, np
from gluon_style.errors import ImageError, LayerError
from gluon_style.vgg.layers import CONTENT_LAYERS, STYLE_LAYERS


def test_table_is_that_of_the_model_zoo():
    zoo = gluon.model_zoo.vision.vgg19().features
    kinds = {'conv': nn.Conv2D, 'relu': nn.Activation, 'pool': nn.MaxPool2D}
    assert [i.index for i in gs.VGG19_LAYERS] == list(range(37))
    assert isinstance(zoo[37], nn.Dense)
    for layer in gs.VGG19_LAYERS:
        assert isinstance(zoo[layer.index], kinds[layer.name[:4]])
        if layer.is_convolution:
            assert zoo[layer.index].weight.shape[0] == layer.channels


def test_table_gives_the_shapes_of_a_run(random_net):
    X = np.zeros((1, 3, 32, 48))
    for layer in gs.VGG19_LAYERS[:29]:
        X = random_net[layer.index](X)
        shape = (1, layer.channels, 32 // layer.stride, 48 // layer.stride)
        assert X.shape == shape
        if layer.is_convolution:
            weight = random_net[layer.index].weight.shape
            assert weight == (layer.channels, layer.in_channels, 3, 3)


def test_the_chapters_layers_have_their_names():
    names = [gs.VGG19_LAYERS[i].name for i in STYLE_LAYERS + CONTENT_LAYERS]
    assert names == ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1',
                     'conv4_4']  # fmt: skip


@pytest.mark.parametrize(
    ('layer', 'index'), [('conv4_4', 25), (25, 25), ('25', 25), ('pool1', 4)]
)
def test_layers_by_index_and_name(layer, index):
    assert gs.layer_index(layer) == index


@pytest.mark.parametrize('layer', ['conv9_9', 37, -1, '', None, 'Conv4_4'])
def test_an_unknown_layer_is_refused_with_the_valid_names(layer):
    with pytest.raises(LayerError, match=r'conv1_1, relu1_1.*conv4_4.*pool5'):
        gs.vgg19_features('random', [layer])


def test_no_layer_is_refused():
    with pytest.raises(LayerError, match='at least one'):
        gs.vgg19_features('random', [], [])


@pytest.mark.parametrize(
    ('content', 'style', 'length'),
    [([0], [0], 1), (['conv2_1'], [0], 6), ([], ['pool2'], 10)],
)
def test_network_is_only_as_deep_as_asked_for(content, style, length):
    net = gs.vgg19_features('random', content, style)
    assert len(net) == length
    convolutions = [i for i in gs.VGG19_LAYERS[:length] if i.is_convolution]
    assert len(net.collect_params().keys()) == 2 * len(convolutions)


def test_network_is_frozen(shallow_net):
    for parameter in shallow_net.collect_params().values():
        assert parameter.grad_req == 'null'
        with pytest.raises(RuntimeError):
            parameter.grad()


def test_features_are_before_the_relu(random_net, picture):
    X = gs.preprocess(picture(64, 48), (48, 64))
    contents, styles = gs.extract_features(X, random_net)
    assert len(contents) == 1
    assert len(styles) == 5
    for Y, layer in zip(styles + contents, (0, 5, 10, 19, 28, 25)):
        values = Y.asnumpy()
        assert values.min() < 0 < values.max()
        assert Y.shape[1] == gs.VGG19_LAYERS[layer].channels


def test_features_are_those_of_the_layer(random_net, picture):
    X = gs.preprocess(picture(32, 32), (32, 32))
    contents, styles = gs.extract_features(
        X, random_net, ['relu1_1', 'conv2_1'], [0]
    )
    first = random_net[0](X)
    assert_equal(styles[0], first)
    assert_equal(contents[0], np.maximum(first, 0))
    assert contents[1].shape == (1, 128, 16, 16)


def test_a_layer_cut_off_is_refused(shallow_net):
    with pytest.raises(LayerError, match='ends at layer 5 .*layer 25'):
        gs.extract_features(np.zeros((1, 3, 32, 32)), shallow_net, [25], [0])


@pytest.mark.parametrize('shape', [(1, 3, 15, 16), (1, 3, 64, 8)])
def test_a_picture_below_the_stride_is_refused(random_net, shape):
    with pytest.raises(ImageError, match='at least 16x16'):
        gs.extract_features(np.zeros(shape), random_net)


def test_odd_sizes(random_net, picture):
    X = gs.preprocess(picture(40, 40), (37, 19))
    contents, styles = gs.extract_features(X, random_net)
    assert [Y.shape[2:] for Y in styles + contents] == [
        (19, 37), (9, 18), (4, 9), (2, 4), (1, 2), (2, 4),
    ]  # fmt: skip


def test_contents_and_styles(random_net, picture):
    img, cpu = picture(40, 60), mx.cpu()
    content_X, contents_Y = gs.get_contents(img, random_net, (48, 32), cpu)
    style_X, styles_Y = gs.get_styles(img, random_net, (48, 32), cpu)
    assert_equal(content_X, gs.preprocess(img, (48, 32)))
    assert_equal(content_X, style_X)
    expected = gs.extract_features(content_X, random_net)
    for got, wanted in zip((contents_Y, styles_Y), expected):
        assert len(got) == len(wanted)
        for a, b in zip(got, wanted):
            assert_equal(a, b)


def test_random_weights_depend_on_the_seed_alone(drawn_anew):
    kernels = [
        gs.vgg19_features(name, [0], [0])[0].weight.data().asnumpy()
        for name in ('random:7', 'random:7', 'random:8')
    ]
    assert_equal(kernels[0], kernels[1])
    assert not numpy.array_equal(kernels[0], kernels[2])
    # He et al.: variance 2 over fan-in; 1728 draws give it within a tenth
    assert kernels[0].std() == pytest.approx((2 / 27) ** 0.5, rel=0.1)
