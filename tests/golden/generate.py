"""Write the golden arrays: every intermediate of a small run.

    python tests/golden/generate.py

The recipe stands beside them in small_run.json. A change that moves these
numbers beyond the tolerance belongs under "Numerics" in CHANGELOG.md.
"""

import json
from pathlib import Path

import numpy

import gluon_style as gs
from gluon_style._mxnet import autograd, mx, np

HERE = Path(__file__).parent
RECIPE = {
    'weights': 'random:2016',
    'image_shape': [28, 20],
    'content': [[23, 31], 1],
    'style': [[40, 29], 2],
    'lr': 0.05,
    'epochs': 3,
    'gram_corner': 6,
}


def image(shape, seed):
    """Make an image of waves: the same on every machine, to the bit."""
    i, j = numpy.indices(shape)
    waves = [
        (i * (3 + seed + c) + j * (5 * seed + 2 * c)) % 97 for c in range(3)
    ]
    return np.array((numpy.stack(waves, -1) * 2.6).astype('uint8'))


def small_run(recipe):
    """Return every intermediate of the run, by name, in order."""
    net, cpu = gs.vgg19_features(recipe['weights']), mx.cpu()
    shape, corner = tuple(recipe['image_shape']), recipe['gram_corner']
    content_X, contents_Y = gs.get_contents(
        image(*recipe['content']), net, shape, cpu
    )
    style_X, styles_Y = gs.get_styles(image(*recipe['style']), net, shape, cpu)
    arrays = {'content_X': content_X, 'style_X': style_X}
    arrays['content_25'] = contents_Y[0]
    for i, Y in zip(gs.STYLE_LAYERS, styles_Y):
        arrays[f'style_{i}_mean'] = Y.mean(axis=(2, 3))
        arrays[f'gram_{i}_corner'] = gs.gram(Y)[:corner, :corner]
    grams_Y = [gs.gram(Y) for Y in styles_Y]
    X = content_X.copy()
    X.attach_grad()
    with autograd.record():
        *_, l = gs.compute_loss(
            X, *gs.extract_features(X, net), contents_Y, grams_Y
        )
    l.backward()
    arrays['pixel_gradient'] = X.grad
    records = []
    output = gs.train(
        content_X, contents_Y, styles_Y, net, cpu, recipe['lr'],
        recipe['epochs'], 50, lambda record, _: records.append(record),
        every=1,
    )  # fmt: skip
    arrays['losses'] = np.array(
        [[r.content_loss, r.style_loss, r.tv_loss, r.total_loss]
         for r in records]
    )  # fmt: skip
    arrays['output'] = gs.postprocess(output)
    return {name: array.asnumpy() for name, array in arrays.items()}


if __name__ == '__main__':
    numpy.savez_compressed(HERE / 'small_run.npz', **small_run(RECIPE))
    text = json.dumps(RECIPE, indent=2) + '\n'
    (HERE / 'small_run.json').write_text(text)
