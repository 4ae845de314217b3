# %% [markdown]
# # Neural style transfer
#
# You have a photo and a painting, and you want the photo as the painter of
# that painting would have painted it. Gatys, Ecker and Bethge found in 2016
# that a network trained for another purpose, naming the objects in photos,
# already knows enough to do this. It learns nothing new: **the network stands
# still, and the picture moves**.
#
# This notebook goes through the chapter
# [Neural Style Transfer](https://d2l.ai/chapter_computer-vision/neural-style.html)
# of *Dive into Deep Learning* with the functions of the package `gluon_style`.
# They are named as in the chapter, and most are a few lines long: to read
# one, type its name and two question marks in a cell, for example `gram??`.
#
# The plan:
#
# 1. read a content image and a style image;
# 2. look at both through a frozen VGG-19 and keep what some of its layers
#    put out, the *features*;
# 3. say in three losses what makes a good picture;
# 4. take the pixels of a picture as the parameters, and let Adam lower the
#    loss.
#
# Türkçesi: [tr/01_sinir_tarzi_transfer.ipynb](tr/01_sinir_tarzi_transfer.ipynb)
#
# The next cell holds everything that decides how long the notebook runs. As
# it stands, a computer with two cores needs about two minutes. The chapter
# takes a larger picture and more steps; its values are in the comments.

# %% tags=["parameters"]
image_shape = (300, 200)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 150  # steps; the chapter: 500
lr_decay_epoch = 15  # steps between two cuts of the rate; the chapter: 50
weights = None  # None finds real weights; 'student' comes with us

# %% [markdown]
# `gluon_style` is imported before `mxnet`, because it prepares the machine
# for a library that is no longer maintained. It also switches MXNet to NumPy
# semantics, so that `np` below is MXNet's, with gradients; where we mean
# the ordinary one, we write `numpy`.

# %%
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy

from gluon_style import (
    VGG19_LAYERS,
    Animator,
    LossWeights,
    SynthesizedImage,
    compute_loss,
    content_loss,
    extract_features,
    find_image,
    get_contents,
    get_inits,
    get_styles,
    gram,
    layer_index,
    postprocess,
    preprocess,
    read_image,
    style_loss,
    train,
    try_gpu,
    tv_loss,
    vgg19_features,
)
from gluon_style.drawing.charts import shares
from gluon_style.drawing.panels import (
    feature_sheet,
    gram_heatmaps,
    strip,
    triptych,
)
from gluon_style.drawing.schematic import schematic
from mxnet import autograd, np

device = try_gpu()
print('device:', device)

# %% [markdown]
# ## The two images
#
# The **content image** says what is to be seen, the **style image** how it is
# to be painted. Both come with the package; `find_image` also takes the path
# of a file of yours, and the chapter's own pair under the names
# `book:rainier` and `book:autumn-oak`, which it downloads once.
#
# Watch the axes: the two images are not of the same size. They need not be,
# since both are resized before the network sees them.


# %%
def show(titles, pictures, axis='off'):
    """Show pictures of shape (h, w, 3) side by side."""
    size = 3.3 * len(pictures), 2.6
    _, axes = plt.subplots(1, len(pictures), figsize=size, layout='tight')
    for ax, title, picture in zip(axes, titles, pictures):
        ax.imshow(picture.asnumpy())
        ax.set_title(title)
        ax.axis(axis)


content_img = read_image(find_image('sample:mountain-lake'))
style_img = read_image(find_image('sample:autumn-avenue'))
print('content:', content_img.shape, content_img.dtype)
print('style:  ', style_img.shape, style_img.dtype)
show(['content', 'style'], [content_img, style_img], axis='on')

# %% [markdown]
# ## The method in one drawing
#
# Three layers are enough to see how it works. Read the drawing from left to
# right along the solid arrows. All three pictures go through the *same* frozen
# network. Here the **style loss** compares what layers 1 and 3 make of the
# synthesised image with what they make of the painting, the **content loss**
# does so for layer 2 and the photo, and the **total variation loss** looks at
# the pixels alone. Their weighted sum is one number.
#
# Then follow the dotted arrows back. They run along the middle row only: the
# painting and the photo are fixed, the network is frozen, and so the gradient
# ends at the one thing that may change, the pixels of the synthesised image.
# It begins as a copy of the photo.

# %%
photo, painting = content_img.asnumpy() / 255, style_img.asnumpy() / 255
schematic(
    {'style': painting, 'picture': photo, 'content': photo},
    {
        'style': 'style image',
        'picture': 'synthesised image',
        'content': 'content image',
        'network': 'VGG-19, frozen',
        'layer': 'layer',
        'style loss': 'style loss',
        'content loss': 'content loss',
        'tv loss': 'TV loss',
        'total': 'total\nloss',
        'forward': 'forward',
        'backward': 'backward: the gradient, down to the pixels',
    },
)

# %% [markdown]
# ## To the network and back
#
# An image file holds whole numbers $v$ from 0 to 255 for red, green and
# blue. VGG-19 was trained on something else, so `preprocess` does four
# things: it resizes, divides by 255, **standardises** each channel $k$ with
# the mean $\mu_k$ and the standard deviation $\sigma_k$ of the images of
# ImageNet,
#
# $$x_k = \frac{v_k / 255 - \mu_k}{\sigma_k},$$
#
# and moves the channels to the front. Take care with the order of the sides:
# `image_shape` is (width, height), while an array is (1, 3, height, width).

# %%
X = preprocess(content_img, image_shape)
print('image_shape', image_shape, '-> array', X.shape)
print(f'values from {float(X.min()):.3g} to {float(X.max()):.3g}')

# %% [markdown]
# **By hand.** The red channel has $\mu = 0.485$ and $\sigma = 0.229$. A white
# pixel becomes $(1 - 0.485) / 0.229 \approx 2.25$, a black one
# $(0 - 0.485) / 0.229 \approx -2.12$.

# %%
for name, value in [('white', 255), ('black', 0)]:
    pixel = np.full((1, 1, 3), value, dtype='uint8')
    print(name, preprocess(pixel, (1, 1)).reshape(3).asnumpy().round(2))

# %% [markdown]
# `postprocess` goes the other way, multiplying by $\sigma_k$ and adding
# $\mu_k$. What comes out is meant for looking at: an array (h, w, 3) of
# numbers from 0 to 1. The optimiser knows nothing of this range and will
# leave it now and then, so everything outside is clipped.
#
# If we do not resize, there and back must give the image we began with.

# %%
own_size = (content_img.shape[1], content_img.shape[0])
back = postprocess(preprocess(content_img, own_size)) * 255
error = np.abs(back - content_img.astype('float32')).max()
print('there and back gives the same image:', bool(error < 0.5))
print('far too bright, clipped to', postprocess(np.full((1, 3, 1, 1), 9.0)))

# %% [markdown]
# ## Features
#
# Comparing two pictures pixel by pixel is no use: the photo and its painted
# version differ in every single pixel. We need a comparison that notices
# what people notice. A network that recognises a thousand kinds of objects
# has had to build one, layer by layer.
#
# VGG-19 has five blocks of convolutional layers, and a pooling layer behind
# each block halves the sides. One value of `conv1_1` depends on 3 x 3 pixels
# and can speak of colours and edges at most; one value of `conv5_1` depends
# on 156 x 156 pixels and may well stand for a treetop. So
#
# * **content** is read off *one deep* layer, `conv4_4`, the last of the fourth
#   block. It still knows where the mountain is, but no longer the shade of
#   each pixel, and that leaves the painter free;
# * **style** is read off *five* layers, the first of each block, because a
#   style has parts of every size: pigment, brush stroke, composition.
#
# A layer can be named or numbered; the numbers are those of Gluon's
# `vgg19().features`, as in the chapter.

# %%
content_layers = ['conv4_4']
style_layers = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']
indices = [layer_index(name) for name in content_layers + style_layers]
print('indices:', indices)
print('index  name     channels  stride')
for layer in VGG19_LAYERS:
    if layer.is_convolution:
        role = 'content' if layer.name in content_layers else ''
        role = 'style' if layer.name in style_layers else role
        print(
            f'{layer.index:5}  {layer.name}  {layer.channels:8}'
            f'  {layer.stride:6}  {role}'.rstrip()
        )

# %% [markdown]
# These layers are what the functions of the package take if we say nothing,
# so we will say nothing. `vgg19_features` loads the weights and cuts the
# network off behind the deepest layer we need, `conv5_1`: 29 of 37 layers
# stay, and the large dense layers go. Its parameters are frozen: they get no
# gradients at all.
#
# With `weights = None` it takes the file that the environment variable
# `GLUON_STYLE_WEIGHTS` names, else those of Gluon's model zoo, which it
# downloads if it must (575 MB, once). If neither can be had, the error says
# so. Then set `weights = 'student'` at the top and run everything again: the
# small network that comes with the package imitates VGG-19.

# %%
net = vgg19_features(weights, device=device)
used = net.weights_used
print(f'{len(net)} layers, weights: {used.source} {used.digest[:19]}'.rstrip())
if used.source == 'random':
    print('These weights are random: expect colours, but no painted shapes')

# %% [markdown]
# Calling `net(X)` would give us the last output only. `extract_features` goes
# through the network layer by layer instead and keeps what we asked for. The
# targets never change, so `get_contents` and `get_styles` compute them once,
# before training; the features of our own picture are computed at every step.

# %%
content_X, contents_Y = get_contents(content_img, net, image_shape, device)
style_X, styles_Y = get_styles(style_img, net, image_shape, device)
for name, Y in zip(content_layers + style_layers, contents_Y + styles_Y):
    print(f'{name}: {Y.shape}')

# %% [markdown]
# Read the shapes as (1, channels, height, width): the deeper the layer, the
# more channels, and the fewer places. The values are what the convolution
# itself puts out, before the ReLU, so they may be negative.
#
# What does a layer see? The figure has a row for each of them, from the top
# down. The coloured panels say where the layer puts out much: the root mean
# square over all its channels. The grey ones are three single channels, the
# same three for the photo and for the painting, chosen so that each shows
# something that the others do not.


# %%
def by_layer(X):
    """Return the features of X by layer, (c, h, w), in the net's order."""
    contents, styles = extract_features(X, net)
    found = dict(zip(content_layers + style_layers, contents + styles))
    return {name: found[name][0].asnumpy() for name in sorted(found)}


feature_sheet(
    {'photo': by_layer(content_X), 'painting': by_layer(style_X)},
    energy='all',
    channel='channel',
)

# %% [markdown]
# `conv1_1` still gives pictures: one of its channels shows the light, one the
# edges, one the sky against the rest. In `conv2_1` and `conv3_1` the lines
# have become the subject. From `conv4_1` on you find the fir and the hut only
# because you know where they are, and `conv5_1` has no more than 18 x 12
# places: something is on the left, something at the lower right. (The bright
# rims of the last rows are no feature of the image. They come from the zeros
# that a convolution puts around it.)
#
# Compare the coloured panels, too. In the photo a few places stand out; the
# painting is busy everywhere. That is its brushwork, and the style loss will
# ask for it.

# %% [markdown]
# ## Content loss
#
# Let $\hat{\mathbf{Y}}$ be the features of our picture and $\mathbf{Y}$ those
# of the content image, both with $c$ channels, height $h$ and width $w$. The
# content loss is the mean of the squared differences:
#
# $$\mathcal{L}_\text{content} = \frac{1}{chw} \sum_{k,i,j}
# \left(\hat{y}_{kij} - y_{kij}\right)^2 .$$
#
# It compares place with place: the mountain has to stay where it is.
#
# **By hand.** 1, 2, 3, 4 against four zeros gives
# $(1 + 4 + 9 + 16) / 4 = 7.5$.

# %%
print(float(content_loss(np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2)))))

Y_painting, _ = extract_features(style_X, net)
same = content_loss(contents_Y[0], contents_Y[0])
other = content_loss(Y_painting[0], contents_Y[0])
print(f'photo against itself:       {float(same):.3g}')
print(f'photo against the painting: {float(other):.3g}')

# %% [markdown]
# ## Style loss
#
# For style, places are in the way: no stroke of the painting has to land at
# any particular spot of our picture. What matters is which features *occur
# together*: where there is orange, are there also short slanting strokes?
#
# Write the features of one layer as a matrix $\mathbf{X}$ with $c$ rows and
# $hw$ columns, so that row $\mathbf{x}_k$ is channel $k$. The **Gram matrix**
# holds the inner product of each pair of channels. We divide it by its
# number of products, so that large layers do not count for more:
#
# $$\mathbf{G} = \frac{1}{chw} \mathbf{X} \mathbf{X}^\top, \qquad
# g_{kl} = \frac{\mathbf{x}_k \cdot \mathbf{x}_l}{chw} .$$
#
# Summing over all places forgets the places. The style loss of a layer is the
# mean squared difference of two Gram matrices, of our picture and of the
# painting:
#
# $$\mathcal{L}_\text{style} = \frac{1}{c^2} \sum_{k,l}
# \left(\hat{g}_{kl} - g_{kl}\right)^2 .$$
#
# **By hand.** With all features 1, each inner product is $hw$, and the
# division leaves $1/c$: for two channels, 0.5. Two channels that are never
# active in the same place have the product 0: $\mathbf{x}_1 = (1, 0)$ and
# $\mathbf{x}_2 = (0, 2)$ give $1/4$ and $4/4$ on the diagonal, and 0 off it.

# %%
print(gram(np.ones((1, 2, 3, 5))))
print(gram(np.array([1.0, 0, 0, 2]).reshape(1, 2, 1, 2)))
# the first matrix against zeros: every entry differs by 0.5
print(float(style_loss(np.ones((1, 2, 3, 5)), np.zeros((2, 2)))))

# %% [markdown]
# Does the Gram matrix really not care about places? Shuffle the places of the
# painting's features: all channels in the same way, as if you cut a mosaic
# apart and threw its stones into a bag. A content loss notices. The style
# loss does not.

# %%
Y = styles_Y[0]
c, h, w = Y.shape[1:]
places = numpy.random.RandomState(0).permutation(h * w)
shuffled = Y.asnumpy().reshape(c, h * w)[:, places].reshape(1, c, h, w)
shuffled = np.array(shuffled, ctx=device)
print(f'content loss: {float(content_loss(shuffled, Y)):.3f}')
print(f'style loss:   {float(style_loss(shuffled, gram(Y))):.3f}')

# %% [markdown]
# ## Total variation loss
#
# The two losses so far leave room for noise: single pixels that are much too
# bright or too dark. So we also ask that neighbours be alike. The total
# variation is half the mean absolute step down plus half the mean absolute
# step across; $\langle \cdot \rangle$ is the mean over all pairs of neighbours
# in all channels:
#
# $$\mathcal{L}_\text{TV} = \frac{1}{2} \Bigl(
# \bigl\langle \left| x_{i+1,j} - x_{i,j} \right| \bigr\rangle +
# \bigl\langle \left| x_{i,j+1} - x_{i,j} \right| \bigr\rangle \Bigr) .$$
#
# **By hand.** On a checkerboard of zeros and ones every step is 1, so the loss
# is $(1 + 1) / 2 = 1$. A flat picture has 0. A ramp that rises by 1 from row
# to row has only steps down: $(1 + 0) / 2 = 0.5$.

# %%
patterns = {
    'checkerboard': [[0, 1, 0], [1, 0, 1], [0, 1, 0]],
    'flat': [[3, 3, 3], [3, 3, 3], [3, 3, 3]],
    'ramp': [[0, 0, 0], [1, 1, 1], [2, 2, 2]],
}
for name, rows in patterns.items():
    print(f'{name}:', float(tv_loss(np.array(rows).reshape(1, 1, 3, 3))))

# %% [markdown]
# ## The whole loss
#
# What we minimise is a weighted sum. The weights are hyperparameters: they
# settle the quarrel between keeping the photo, imitating the painting and
# being smooth. With the chapter's values,
#
# $$\mathcal{L} = 1 \cdot \mathcal{L}_\text{content}
# + 10 \cdot 1000 \sum_{m=1}^{5} \mathcal{L}_\text{style}^{(m)}
# + 10 \cdot \mathcal{L}_\text{TV} .$$
#
# Where does the lonely 10 before 1000 come from? The style weight is
# 1000, and the chapter adds everything up with
# `sum(10 * styles_l + contents_l + [tv_l])`. It is easy to read past: here
# `styles_l` is a Python **list**, and a number times a list *repeats* it.

# %%
print(10 * [1, 2])
print(sum(10 * [1, 2]), '= 10 *', sum([1, 2]))

# %% [markdown]
# So each style loss goes into the sum ten times, but is reported, and plotted,
# once: **the style loss you see is a tenth of the one that is minimised**.
# `compute_loss` does the same and gives the number a name,
# `LossWeights.style_repeats`. Let us check it on the photo as it is, which has
# no content loss yet. A style weight of 10,000 without repetition gives the
# same total.

# %%
styles_Y_gram = [gram(Y) for Y in styles_Y]
features = extract_features(content_X, net)
contents_l, styles_l, tv_l, l = compute_loss(
    content_X, *features, contents_Y, styles_Y_gram
)
content, style, tv = float(sum(contents_l)), float(sum(styles_l)), float(tv_l)
print(f'content {content:.3g}, style {style:.3g}, TV {tv:.3g}')
print(f'minimised:                {float(l):.3g}')
print(f'content + style + TV:     {content + style + tv:.3g}')
print(f'content + 10 style + TV:  {content + 10 * style + tv:.3g}')

once = LossWeights(style=1e4, style_repeats=1)
*_, l = compute_loss(content_X, *features, contents_Y, styles_Y_gram, once)
print(f'style weight 1e4, once:   {float(l):.3g}')

# %% [markdown]
# ## The synthesised image
#
# In every other chapter the parameters belong to a network and the picture
# goes in. Here the picture *is* the parameter. `SynthesizedImage` is a block
# without an input whose one parameter has the shape of the picture; calling it
# returns the pixels.

# %%
gen_img = SynthesizedImage(content_X.shape)
print('parameters:', gen_img.weight.shape)
print('numbers to learn:', content_X.size)

# %% [markdown]
# `get_inits` starts this picture as a copy of the content image, computes the
# Gram matrices of the painting, and makes the optimiser: Adam with the
# learning rate 0.9, which is very large for a network. Let us take one step
# by hand and see how far the pixels go. The gradient runs backwards through
# the whole frozen network, down to the pixels.

# %%
X, styles_Y_gram, trainer = get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    features = extract_features(X, net)
    *_, l = compute_loss(X, *features, contents_Y, styles_Y_gram)
l.backward()
trainer.step(1)
moved = np.abs(X - content_X)
print('gradient:', X.grad.shape)
print(f'a pixel moves by {float(moved.mean()):.3g} on average', end=', ')
print(f'by {float(moved.max()):.3g} at most')

# %% [markdown]
# The first step of Adam is as long as the learning rate, however small the
# gradient is: only its sign counts. In the units of `preprocess`, 0.9 is
# about $0.9 \cdot 0.225 \approx 0.2$, a fifth of the way from black to white.
# So the first steps throw the picture about: the style loss falls at once,
# while the content loss and the total variation leap up and take long to come
# down. The learning rate is multiplied by 0.8 every `lr_decay_epoch` steps,
# and the picture comes to rest.

# %% [markdown]
# ## Training
#
# `train` is the loop around that step: features, loss, gradient, step. It
# reports to a function that we hand it, with the losses and the picture. Ours
# keeps the losses of every epoch and shows every tenth to an `Animator`, which
# redraws the curves and the picture while you wait. Losses above 20 are cut
# off, as in the chapter.

# %%
animator = Animator(
    xlabel='epoch',
    ylabel='loss',
    xlim=(1, num_epochs),
    legend=('content', 'style', 'TV'),
)
records = []
pictures = {0: postprocess(content_X).asnumpy()}


def watch(record, picture):
    """Keep the losses; every ten epochs, show and keep the picture."""
    records.append(record)
    if record.epoch % 10 == 0 or record.epoch == num_epochs:
        animator(record, picture)
        pictures[record.epoch] = picture()


output = train(
    content_X,
    contents_Y,
    styles_Y,
    net,
    device,
    0.9,
    num_epochs,
    lr_decay_epoch,
    watch,
    every=1,
)

# %% [markdown]
# Here is the picture on its way, as it was at the start, after ten steps and
# then every 50. Ten large steps are enough for the colours of the painting,
# but they arrive as noise: the photo lies behind a grain of single bright
# pixels. While the learning rate falls, the grain is combed into strokes.
# Between epochs 100 and 150 you must look twice to find a change.

# %%
kept = [
    epoch for epoch in pictures if epoch % 50 == 0 or epoch in (10, num_epochs)
]
strip(
    [pictures[epoch] for epoch in kept],
    [f'epoch {epoch}' for epoch in kept],
    columns=5,
    width=2.1,
)

# %% [markdown]
# And what did the optimiser work on all this time? The next figure divides
# the total into its three parts, epoch by epoch, with the style loss counted
# the ten times that it is minimised. At the first epoch it is nearly all of
# the total, since the picture is still the photo. Within twenty steps its
# share collapses to a third, and content holds more than half.

# %%
shares(
    [record.epoch for record in records],
    {
        'content': [record.content_loss for record in records],
        '10 x style': [10 * record.style_loss for record in records],
        'TV': [record.tv_loss for record in records],
    },
    xlabel='epoch',
    ylabel='share of the total, %',
)

# %% [markdown]
# The style loss falls first and furthest, since it counts for so much. The
# content loss follows, from the height to which the first steps threw it, but
# it does not come back to 0: a picture in other colours and strokes cannot
# have all the features of the photo. The three settle on a compromise.

# %%
triptych(
    photo,
    painting,
    postprocess(output).asnumpy(),
    ['content', 'style', 'result'],
)

# %% [markdown]
# ## The Gram matrices, before and after
#
# Nobody told the picture where to put a stroke. All it was told about the
# painting are five Gram matrices, so let us look at them. A cell of a heat map
# is a pair of channels: red, they tend to be active together; blue, one is
# positive where the other is negative. The channels are sorted by how active
# they are in the painting, the strongest 48 are shown, and the colours are
# logarithmic, for a few pairs outdo all others. Below are the style losses of
# the layers.

# %%
_, styles_before = extract_features(content_X, net)
_, styles_after = extract_features(output, net)
captions = {
    title: [
        f'style loss {1e3 * float(style_loss(Y_hat, G)):.2g}'
        for Y_hat, G in zip(styles_Y_hat, styles_Y_gram)
    ]
    for title, styles_Y_hat in [
        ('photo', styles_before),
        ('result', styles_after),
    ]
}
gram_heatmaps(
    {
        'painting': [G.asnumpy() for G in styles_Y_gram],
        'photo': [gram(Y).asnumpy() for Y in styles_before],
        'result': [gram(Y).asnumpy() for Y in styles_after],
    },
    style_layers,
    'share of the largest value in the painting',
    captions,
)

# %% [markdown]
# The photo's matrices are paler than the painting's, for there is less going
# on in it, and its pairs are others. The matrices of the result look like
# those of the painting, line by line, though the result shows a lake and the
# painting an avenue. That is all the style loss can see, and as far as it can
# see, the goal is reached.
#
# It is reached best in `conv1_1`, which means in colours: most of the style
# loss was there in the beginning, and there it paid to make an effort. In
# `conv5_1` a good part is left, because to match it the picture would have to
# give up the shapes that the content loss defends.

# %% [markdown]
# ## Summary
#
# * A frozen network measures, and the pixels are the parameters. That is
#   all there is to it.
# * The **content loss** compares the features of one deep layer, place by
#   place. The **style loss** compares Gram matrices, which know what occurs
#   together and have forgotten where. The **total variation loss** holds down
#   noise.
# * The weights of the three are hyperparameters. Check what really goes into
#   the sum: the style loss reported is a tenth of the one that is minimised.
#
# ## The full size
#
# The chapter's own run, with its photo of Mount Rainier and its painting of
# oaks in autumn, at its size and its 500 epochs, is one command. On two cores
# it takes about ten minutes; it writes the picture and, beside it, a plot of
# the losses:
#
# ```
# gluon-style transfer book:rainier book:autumn-oak -o rainier.png --epochs 500
# ```
#
# ## Where to go from here
#
# * [02_two_tabs](02_two_tabs.ipynb): the book prints this chapter for MXNet
#   and for PyTorch, with the same formulas, and the two paint different
#   pictures. Why?
# * [03_exercises](03_exercises.ipynb): the chapter's exercises on other
#   layers, other weights and other images, each with a start that runs; and
#   [03_solutions](03_solutions.ipynb).
# * [04_text_style](04_text_style.ipynb): the last exercise. What would
#   content and style be for a text?
