# %% [markdown]
# # How to run the book's cells
#
# You have the chapter
# [Neural Style Transfer](https://d2l.ai/chapter_computer-vision/neural-style.html)
# of *Dive into Deep Learning* open and want to type what it says. On a current
# machine that is hard: `d2l` pins a NumPy that has no wheel from Python 3.12 on
# and does not bring MXNet; and the server that MXNet downloads the weights from
# may be gone. With `gluon_style` the cells of the chapter's **MXNet tab** run as
# printed, except for one line. This notebook shows which line, and what you get
# in its place.
#
# The cells themselves are not here, because their text belongs to the book: copy
# them from its page. The cells below use the same names in a short run of their
# own.
#
# Türkçesi: [tr/00_kitaptaki_gibi.ipynb](tr/00_kitaptaki_gibi.ipynb)

# %% tags=["parameters"]
image_shape = (150, 100)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 60  # epochs (one step each); the chapter: 500
lr_decay_epoch = 6  # epochs between two cuts of the rate; the chapter: 50
weights = None  # the real ones, see below; or 'student' or 'random'

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
# `mxnet` included; only keep them after that line, because it prepares the
# process for MXNet.

# %%
# %matplotlib inline
from gluon_style import d2l
from mxnet import autograd, gluon, image, init, np, npx
from mxnet.gluon import nn

npx.set_np()

# %% [markdown]
# ## What each name is here
#
# | in the chapter | here |
# |---|---|
# | `d2l.Animator`, `d2l.try_gpu` | the package's own `Animator` and `try_gpu` |
# | `d2l.size`, `reshape`, `matmul`, `abs` | one-liners on MXNet's arrays, as in d2l; they are in the book's source, and its page prints plain calls such as `X.reshape(...)` |
# | `d2l.plt`, `set_figsize`, `show_images` | matplotlib's pyplot, the size of its figures, pictures in a row |
# | `image.imread` | MXNet's; `'../img/rainier.jpg'` is found without that folder |
# | `vgg19(pretrained=True)` | the model zoo's network, with the weights that this package finds |
#
# The last two are MXNet's own functions, and importing `d2l` changes them: only
# these two functions, and only in this process. All other calls work as before.
# Other names of d2l are not here, and the error says so:

# %%
try:
    d2l.Timer()
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Pictures
#
# The chapter's two pictures belong to the book. If there is no file at the path
# that it prints, they are downloaded once and kept. This notebook uses the two
# that ship with the package, so that it runs without internet.

# %% alt="A photo of a mountain lake with a red hut, and a painting of an autumn avenue in orange and blue."
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
# zoo's file on this machine, and if there is none it downloads that file (575
# MB, once). It never takes anything else without saying so. A line on standard
# error names the file (the published copy of this notebook leaves it out);
# `weights_used` says the same.
#
# Only the convolutions are loaded, and only those that the file has: some files
# end at conv5_1, the deepest layer of the chapter, so that exercise 1 with
# conv5_4 needs another one. The chapter cuts the network off long before its
# dense layers; calling one raises an error that says so.
#
# Without weights and without internet set `weights` above to `'student'`, the
# small network that ships with the package, or to `'random'`. They come from
# the package's own `vgg19_features`. For the book's cells let
# `GLUON_STYLE_WEIGHTS` name the student's file, `gluon_style/data/student.safetensors`
# in a clone: [docs/student.md](../docs/student.md) says what it is worth.

# %%
from gluon_style import vgg19_features
from gluon_style.lessons.wording import find_wording

if weights is None:
    pretrained_net = gluon.model_zoo.vision.vgg19(pretrained=True)
    used = pretrained_net.weights_used
    net = nn.Sequential()
    net.add(*pretrained_net.features[:29])  # down to conv5_1
else:
    net = vgg19_features(weights)
    used = net.weights_used
wording = find_wording('english')
print(
    f'weights: {wording(used.source)} {used.digest[:19]} {used.why}'.rstrip()
)
if used.source == 'random':
    print('Random weights: expect patches of colour, but no brushstrokes')

# %% [markdown]
# ## Your cells and the package's functions
#
# What the chapter defines as it goes along, `gluon_style` has under the same
# names; only what is a global variable there is an argument here. So you can
# check one against the other. Here is a Gram matrix written with the chapter's
# `d2l` functions, compared with `gluon_style.gram`:

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
# on, and `add` shows both.

# %% alt="Left, the curves of content, style and TV loss by epoch, falling; right, the picture as it has become, in the colours of the painting."
from gluon_style import (
    compute_loss,
    extract_features,
    get_contents,
    get_inits,
    get_styles,
    postprocess,
)

device = d2l.try_gpu()
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
