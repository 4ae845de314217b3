# %% [markdown]
# # The book as printed
#
# You have the chapter
# [Neural Style Transfer](https://d2l.ai/chapter_computer-vision/neural-style.html)
# of *Dive into Deep Learning* open and want to type what it says. On a current
# machine that ends at the first line: the book's package `d2l` does not
# install, and the weights may have left the host that MXNet asks. With
# `gluon_style` the cells of the chapter's **MXNet tab** run as they stand, but
# for one line. This notebook shows which, and what you get in its place.
#
# Türkçesi: [tr/00_kitaptaki_gibi.ipynb](tr/00_kitaptaki_gibi.ipynb)

# %% tags=["parameters"]
image_shape = (150, 100)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 60  # steps; the chapter: 500
lr_decay_epoch = 6  # steps between two cuts of the rate; the chapter: 50
weights = None  # None: the real ones, see below; 'random' to try without them

# %% [markdown]
# ## The line to change
#
# Where the chapter prints
#
# ```python
# from d2l import mxnet as d2l
# ```
#
# write the first import below. Everything else may stay, the imports from
# `mxnet` included; only keep them behind that line, for it prepares the
# machine for MXNet.

# %%
# %matplotlib inline
from gluon_style import d2l
from mxnet import autograd, gluon, image, np, npx

npx.set_np()

# %% [markdown]
# ## What stands behind the names
#
# | in the chapter | here |
# |---|---|
# | `d2l.Animator`, `d2l.try_gpu` | the package's own `Animator` and `try_gpu` |
# | `d2l.size`, `reshape`, `matmul`, `abs` | one-liners on MXNet's arrays, as in d2l |
# | `d2l.plt`, `set_figsize` | matplotlib's pyplot, and the size of its figures |
# | `d2l.Image` | Pillow, as in the chapter's PyTorch tab |
# | `image.imread` | MXNet's; `'../img/rainier.jpg'` is found without that folder |
# | `vgg19(pretrained=True)` | the model zoo's network with weights that can be had |
#
# The last two are MXNet's own functions, and importing `d2l` changes them, for
# this process and for these two calls alone. All other calls go through as
# before. Names from other chapters are not here, and say so:

# %%
try:
    d2l.Timer()
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Pictures
#
# The chapter's two pictures belong to the book. If the path that it prints
# leads nowhere, they are downloaded once and kept. This notebook takes the two
# that come with the package, so that it runs without a network.

# %%
from gluon_style import find_image

content_img = image.imread(str(find_image('sample:mountain-lake')))
style_img = image.imread(str(find_image('sample:autumn-avenue')))
d2l.set_figsize()
axes = d2l.show_images(
    [content_img, style_img], 1, 2, titles=['content', 'style'], scale=2.5
)

# %% [markdown]
# ## Weights
#
# `pretrained=True` looks where the whole package looks: first at the file that
# the environment variable `GLUON_STYLE_WEIGHTS` names, then for the model
# zoo's file on this machine, and then it downloads that (575 MB, once). It
# never takes something else in silence. A line on standard error says what it
# took, and so does `weights_used`.
#
# Only the convolutions are loaded. The chapter cuts the network off long before
# its dense layers, and whoever calls one of those here is told so.

# %%
pretrained_net = gluon.model_zoo.vision.vgg19(pretrained=weights is None)
if weights is None:
    used = pretrained_net.weights_used
    print(f'weights: {used.source} {used.digest[:19]}')
else:
    pretrained_net.initialize()
    print('These weights are random: expect colours, but no painted shapes')

# %% [markdown]
# ## Your cells and the package's functions
#
# What the chapter defines on its way, `gluon_style` has under the same names;
# only what is a global variable there is an argument here. So you can hold
# the one against the other. Here is a Gram matrix written with the chapter's
# `d2l` functions, beside `gluon_style.gram`:

# %%
from gluon_style import gram


def my_gram(X):
    """Inner products of the channels, divided by the number of values."""
    rows = d2l.reshape(X, (X.shape[1], -1))
    return d2l.matmul(rows, rows.T) / d2l.size(X)


X = np.arange(120).reshape(1, 4, 5, 6) / 120
difference = float(d2l.abs(my_gram(X) - gram(X)).max())
print(f'largest difference: {difference:.0e}')

# %% [markdown]
# ## A short run
#
# A training loop like the chapter's, with the rest from the package. The
# `Animator` is used as the book uses it: one panel for the curves, one to draw
# on, and `add` shows it.

# %%
from gluon_style import (
    compute_loss,
    extract_features,
    get_contents,
    get_inits,
    get_styles,
    postprocess,
)

device = d2l.try_gpu()
net = pretrained_net.features[:29]  # down to conv5_1
net.collect_params().reset_ctx(device)
start, contents_Y = get_contents(content_img, net, image_shape, device)
_, styles_Y = get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, trainer = get_inits(start, device, 0.9, styles_Y)
animator = d2l.Animator(
    xlabel='epoch',
    ylabel='loss',
    xlim=[1, num_epochs],
    ylim=[0, 20],
    legend=['content', 'style', 'TV'],
    ncols=2,
    figsize=(7, 2.5),
)
for epoch in range(1, num_epochs + 1):
    with autograd.record():
        features = extract_features(X, net)
        losses = compute_loss(X, *features, contents_Y, styles_Y_gram)
    losses[-1].backward()
    trainer.step(1)
    if epoch % lr_decay_epoch == 0:
        trainer.set_learning_rate(0.8 * trainer.learning_rate)
    if epoch % 5 == 0:
        content_l, style_l, tv_l = sum(losses[0]), sum(losses[1]), losses[2]
        animator.axes[1].imshow(postprocess(X).asnumpy())
        animator.add(epoch, [float(content_l), float(style_l), float(tv_l)])

# %% [markdown]
# ## From here
#
# * The book's own picture, with its size and its 500 epochs, and the losses to
#   expect: [docs/reproduce.md](../docs/reproduce.md).
# * What the functions compute, and why: [01_neural_style](01_neural_style.ipynb).
# * The book also has a PyTorch tab, which ends in another picture:
#   [02_two_tabs](02_two_tabs.ipynb) finds out why.
