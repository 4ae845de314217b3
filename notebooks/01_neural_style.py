# %% [markdown]
# # Neural style transfer
#
# You have a photo and a painting, and you want the photo as the painter of
# that painting would have painted it. Gatys, Ecker and Bethge showed (first in
# 2015, at the conference CVPR in 2016) that a network trained for another
# purpose, naming the objects in photos, already knows enough to do this. It
# learns nothing new: **the network stands still, and the picture changes**.
#
# This notebook goes through the chapter
# [Neural Style Transfer](https://d2l.ai/chapter_computer-vision/neural-style.html)
# of *Dive into Deep Learning* with the functions of the package `gluon_style`.
# They are named as in the chapter. Each one is shown where it is introduced,
# whole, straight from the package; only its docstring is left out, which you
# can read by typing its name and a question mark in a cell, for example
# `gram?`. A comment that begins with "differs from the chapter" says where
# and why the package departs from the book.
#
# The plan:
#
# 1. read a content image and a style image;
# 2. look at both through a frozen VGG-19 and keep what some of its layers
#    output, the *features*;
# 3. say in three losses what makes a good picture;
# 4. take the pixels of a picture as the parameters, and let Adam lower the
#    loss;
# 5. look closely at what came out.
#
# Several times you are asked to **predict** what the next cell will say. Do
# it, and write your answer down before you run the cell: a result teaches
# most when it is not the one you expected.
#
# Türkçesi: [tr/01_sinir_tarzi_transfer.ipynb](tr/01_sinir_tarzi_transfer.ipynb)
#
# The next cell holds everything that decides how long the notebook runs: as
# it stands, a few minutes on a computer with two cores. The chapter takes a
# larger picture and more steps; its values are in the comments.

# %% tags=["parameters"]
image_shape = (300, 200)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 150  # steps; the chapter: 500
lr_decay_epoch = 15  # steps between two cuts of the rate; the chapter: 50
weights = None  # None finds real weights; 'student' ships with the package

# %% [markdown]
# `gluon_style` is imported before `mxnet`, because it prepares the process
# for a library that is no longer maintained. It also switches MXNet to NumPy
# semantics, so that `np` below is MXNet's, with gradients.
#
# The figures and tables of this notebook are drawn by functions in
# `gluon_style.lessons`; they would only stand in the way of the chapter.

# %%
# %matplotlib inline
from gluon_style import (
    LossWeights,
    Settings,
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
    run,
    style_loss,
    train,
    try_gpu,
    tv_loss,
    vgg19_features,
)
from gluon_style.images import clip_to_range
from gluon_style.lessons import parts, whole_run
from gluon_style.lessons.measures import cosine, gradients
from gluon_style.lessons.source import shown
from gluon_style.lessons.wording import find_wording
from gluon_style.runs.score import scorer
from mxnet import autograd, np

wording = find_wording('english', 3)
number = wording.number
device = try_gpu()
print('device:', device)

# %% [markdown]
# ## The two images
#
# The **content image** says what is to be seen, the **style image** how it is
# to be painted. Both ship with the package; `find_image` also takes the path
# of a file of yours, and the chapter's own pair under the names
# `book:rainier` and `book:autumn-oak`, which it downloads once.

# %%
content_img = read_image(find_image('sample:mountain-lake'))
style_img = read_image(find_image('sample:autumn-avenue'))
print('content:', content_img.shape, content_img.dtype)
print('style:  ', style_img.shape, style_img.dtype)

# %% [markdown]
# Watch the axes: the two images are not of the same size. They need not be,
# since both are resized before the network sees them.

# %% alt="Two images with pixel axes: a photo of a mountain lake with a red hut, 600 by 400 pixels, and a painting of an autumn avenue in orange and blue strokes, 600 by 480."
parts.images_figure(content_img, style_img, wording)

# %% [markdown]
# ## The method in one drawing
#
# Three layers are enough to see how it works. Read the drawing from left to
# right along the solid arrows. All three pictures go through the *same* frozen
# network. Here the **style loss** compares what layers 1 and 3 make of the
# synthesised image with what they make of the painting, the **content loss**
# does so for layer 2 and the photo, and the **total variation loss** looks at
# the pixels alone, without the network. Their weighted sum is one number, the
# total loss.
#
# Then start at the total loss and follow the dotted arrows back. Through the
# three losses they reach the middle row only: the painting and the photo are
# fixed, the network is frozen, and so the gradient ends at the one thing that
# may change, the pixels of the synthesised image. It begins as a copy of the
# photo.

# %% alt="Diagram: three rows of pictures pass through three layers of a frozen network. Style loss compares layers 1 and 3 of painting and synthesised image, content loss layer 2 of photo and synthesised image, TV loss the pixels alone. Dotted arrows lead the gradient from the total loss back through the losses and the middle row to the pixels."
parts.method_figure(content_img, style_img, wording)

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
# and moves the channels to the front.

# %%
shown(preprocess)

# %% [markdown]
# Take care with the order of the sides: `image_shape` is (width, height),
# while an array is (1, 3, height, width).

# %%
X = preprocess(content_img, image_shape)
print('image_shape', image_shape, '-> array', X.shape)
print(f'values from {number(X.min())} to {number(X.max())}')

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
# numbers from 0 to 1.

# %%
shown(postprocess)

# %% [markdown]
# If we do not resize, there and back must give the image we began with.

# %%
own_size = (content_img.shape[1], content_img.shape[0])
back = postprocess(preprocess(content_img, own_size)) * 255
error = np.abs(back - content_img.astype('float32')).max()
print('there and back gives the same image:', bool(error < 0.5))

# %% [markdown]
# The last word of `postprocess` is `clip`. The optimiser will know nothing of
# the range from 0 to 1, and what it leaves outside is cut off here. Keep this
# in mind: what it costs is measured near the end of this notebook.

# %%
print('far too bright, clipped to', postprocess(np.full((1, 3, 1, 1), 9.0)))

# %% [markdown]
# ## Features
#
# Comparing two pictures pixel by pixel is no use: the photo and its painted
# version differ in every single pixel. We need a comparison that notices
# what people notice. A network that recognises a thousand kinds of objects
# has had to build one, layer by layer.
#
# VGG-19 has five blocks of convolutional layers, and a pooling layer after
# each block halves the sides. One value of `conv1_1` depends on 3 x 3 pixels
# and can speak of colours and edges at most; one value of `conv5_1` depends
# on 156 x 156 pixels and may well stand for a treetop. So
#
# * **content** is read off *one deep* layer, `conv4_4`, the last of the fourth
#   block. A mountain in another place changes it a lot, another shade of a
#   pixel hardly at all, and that leaves the painter free;
# * **style** is read off *five* layers, the first of each block, because a
#   style has parts of every size: pigment, brush stroke, motif.
#
# A layer can be named or numbered; the numbers are those of Gluon's
# `vgg19().features`, as in the chapter. The *stride* in the table below says how
# many pixels of the image lie between two neighbouring values of a layer.

# %%
content_layers = ['conv4_4']
style_layers = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']
print([layer_index(name) for name in content_layers + style_layers])

# %%
roles = {wording('content'): content_layers, wording('style'): style_layers}
print(parts.layer_table(roles, wording))

# %% [markdown]
# These layers are what the functions of the package take if we say nothing,
# so we will say nothing. `vgg19_features` loads the weights and cuts the
# network off after the deepest layer we need.

# %%
shown(vgg19_features)

# %% [markdown]
# With `weights = None` it takes the file that the environment variable
# `GLUON_STYLE_WEIGHTS` names, else those of Gluon's model zoo, which it
# downloads if it must (575 MB, once). If neither can be had, the error says
# so. Then set `weights = 'student'` at the top and run everything again: the
# small network that ships with the package imitates VGG-19.
#
# Of the 37 convolutions, ReLUs and poolings 29 stay. What comes after them
# goes, the large dense layers included. The parameters are frozen: they get no
# gradients at all.

# %%
net = vgg19_features(weights, device=device)
used = net.weights_used
source = wording(used.source)
print(f'{len(net)} layers, weights: {source} {used.digest[:19]}'.rstrip())
if used.source == 'random':
    print('These weights are random: expect colours, but no painted shapes')

# %% [markdown]
# Calling `net(X)` would give us the last output only. `extract_features` goes
# through the network layer by layer instead and keeps what we asked for. (A
# function whose name begins with `_` checks an argument or says in words what
# is wrong with it.)

# %%
shown(extract_features)

# %% [markdown]
# The targets never change, so `get_contents` and `get_styles` compute them
# once, before training; the features of our own picture are computed at every
# step.

# %%
shown(get_contents, get_styles)

# %%
content_X, contents_Y = get_contents(content_img, net, image_shape, device)
style_X, styles_Y = get_styles(style_img, net, image_shape, device)
for name, Y in zip(content_layers + style_layers, contents_Y + styles_Y):
    print(f'{name}: {Y.shape}')

# %% [markdown]
# Read the shapes as (1, channels, height, width): the deeper the layer, the
# more channels, and the fewer places. The values are the outputs of the
# convolution itself, before the ReLU, so they may be negative.
#
# What does a layer see? The figure has a row for each of them, from the top
# down. The coloured panels say where the layer's output is large: the root
# mean square over all its channels. The grey ones are three single channels,
# the same three for the photo and for the painting, chosen so that each shows
# something that the others do not.

# %% alt="Feature maps of photo and painting, one row for each layer from conv1_1 to conv5_1: the root mean square of all channels in colour, three single channels in grey. Details fade from row to row; in conv5_1 only coarse blocks are left."
pictures = {wording('photo'): content_X, wording('painting'): style_X}
parts.features_figure(pictures, net, wording)

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

# %%
shown(content_loss)

# %% [markdown]
# **By hand.** 1, 2, 3, 4 against four zeros gives
# $(1 + 4 + 9 + 16) / 4 = 7.5$.

# %%
loss = content_loss(np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2)))
print(number(loss))

# %% [markdown]
# And on real features: the photo against itself, and against the painting.

# %%
Y_painting, _ = extract_features(style_X, net)
same = content_loss(contents_Y[0], contents_Y[0])
other = content_loss(Y_painting[0], contents_Y[0])
print(f'photo against itself:       {number(same)}')
print(f'photo against the painting: {number(other)}')

# %% [markdown]
# ## Style loss
#
# For style, places are in the way: no stroke of the painting has to land at
# any particular spot of our picture. What matters is which features *occur
# together*: where there is orange, are there also short slanting strokes?
#
# Write the features of one layer as a matrix $\mathbf{X}$ with $c$ rows and
# $hw$ columns, so that row $\mathbf{x}_k$ is channel $k$. The **Gram matrix**
# holds the inner product of each pair of channels. We divide it by the number
# of features, $chw$, so that large layers do not count for more:
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

# %%
shown(gram, style_loss)

# %% [markdown]
# **By hand.** With all features 1, each inner product is $hw$, and the
# division leaves $1/c$: for two channels, 0.5. Against zeros every entry
# differs by 0.5, and the style loss is $0.5^2 = 0.25$.

# %%
print(gram(np.ones((1, 2, 3, 5))))
print(number(style_loss(np.ones((1, 2, 3, 5)), np.zeros((2, 2)))))

# %% [markdown]
# Two channels that are never active in the same place have the product 0:
# $\mathbf{x}_1 = (1, 0)$ and $\mathbf{x}_2 = (0, 2)$ give $1/4$ and $4/4$ on
# the diagonal, and 0 off it.

# %%
print(gram(np.array([1.0, 0, 0, 2]).reshape(1, 2, 1, 2)))

# %% [markdown]
# The package computes the product in a roundabout way that makes its gradient
# cheaper. Does it give the same matrix as the formula?

# %%
Y = styles_Y[0]
c, h, w = Y.shape[1:]
rows = Y.reshape(c, h * w)
by_formula = np.dot(rows, rows.T) / (c * h * w)
print('the same:', bool(np.abs(gram(Y) - by_formula).max() < 1e-5))

# %% [markdown]
# ### What the Gram matrix has forgotten: places
#
# Shuffle the places of the painting's features in `conv1_1`, all channels in
# the same way, as if you cut a mosaic apart and threw its stones into a bag.
#
# *Predict: does the content loss between the features before and after notice
# it? Does the style loss?* Your answer: ______

# %%
mixed = parts.shuffled(Y)
print(f'content loss: {number(content_loss(mixed, Y))}')
print(f'style loss:   {wording.fixed(style_loss(mixed, gram(Y)), 3)}')

# %% [markdown]
# A content loss compares place with place and notices. A Gram matrix is a sum
# over all places, in any order.
#
# Now shuffle not the features but the **pixels of the painting itself**, and
# send this picture through the network.

# %% alt="The painting of the avenue beside the same picture with its pixels in random order, which looks like fine coloured sand."
mixed_X = parts.shuffled(style_X)
parts.pictures_figure(
    {wording('painting'): style_X, wording('its pixels shuffled'): mixed_X}
)

# %% [markdown]
# *Predict: in which of the five style layers has the shuffled picture the Gram
# matrix of the painting? In none, in the first, in all?* Your answer: ______
#
# The table gives the style losses against the painting. They are small
# numbers, so it multiplies them by 1000, which is the chapter's style weight.
# For comparison it has the photo, too.

# %%
losses = {
    wording('its pixels shuffled'): parts.style_losses(mixed_X, styles_Y, net),
    wording('photo'): parts.style_losses(content_X, styles_Y, net),
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# In none. Each value of `conv1_1` mixes 3 x 3 neighbouring pixels, and the
# neighbours are no longer the same. Only a layer that looks at one pixel at a
# time, a 1 x 1 convolution, would keep its Gram matrix; and so do the colours
# themselves:

# %%
colours = style_loss(mixed_X, gram(style_X))
print(f'style loss of the three colour channels: {wording.fixed(colours, 3)}')

# %% [markdown]
# So a Gram matrix forgets where its features are, but each feature remembers
# its neighbourhood: 3 x 3 pixels in `conv1_1`, 156 x 156 in `conv5_1`. This is
# how strokes survive while the picture as a whole does not.
#
# ### What the Gram matrix does not see: signs
#
# Each entry is a product of two features, or a square. *Predict: what is the
# Gram matrix of* $-\mathbf{Y}$*, if that of* $\mathbf{Y}$ *is*
# $\mathbf{G}$*?* Your answer: ______

# %%
print('gram(Y) = gram(-Y):', bool((gram(Y) == gram(-Y)).all()))

# %% [markdown]
# They are the same: $(-a)(-b) = ab$. All channels have to change their sign
# for this; if one does so alone, the products with the others change theirs.
#
# What does this mean for a picture? A convolution without a bias takes
# $-\mathbf{X}$ to minus its output, and the biases of `conv1_1` are small. So
# take the negative of the painting, minus its standardised pixels: blue for
# orange, light for dark.

# %% alt="The painting of the avenue in orange and violet beside its negative: leaves in turquoise and blue, trunks pale, the path dark."
parts.pictures_figure(
    {wording('painting'): style_X, wording('its negative'): -style_X}
)

# %% [markdown]
# *Predict: which of the five layers takes the negative for the painting?*
# Your answer: ______

# %%
losses = {
    wording('its negative'): parts.style_losses(-style_X, styles_Y, net),
    wording('photo'): parts.style_losses(content_X, styles_Y, net),
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# `conv1_1` hardly sees a difference: to it, teal and orange are the same
# style. (What is left comes from the biases.) `conv2_1` is farther from the
# painting with the negative than with the photo. Between the two layers there
# is a ReLU, and it does not treat signs alike: it lets the positive features
# pass and stops the negative ones. To the three deeper layers the negative is
# not the painting either. But it is closer than the photo: it has the
# painting's brushwork, if not its colours.
#
# *Predict: if we take the Gram matrices of* `conv1_1` *after its ReLU, is the
# negative still nearer to the painting than the photo is?*
# Your answer: ______

# %%
losses = {
    name: parts.style_losses(X, styles_Y, net, after_relu=True)
    for name, X in [
        (wording('its negative'), -style_X),
        (wording('photo'), content_X),
    ]
}
print(parts.style_loss_table(losses, wording))

# %% [markdown]
# No: now it is farther away. This is why a style that is asked of `conv1_1`
# alone, before the ReLU, may come out in the opposite colours though its Gram
# matrix is matched; you will meet it again in the [exercises](03_exercises.ipynb).
# With five layers, `conv2_1` tells orange from teal. And it is why it matters
# whether a framework hands us features before or after the ReLU:
# [02_two_tabs](02_two_tabs.ipynb) finds a program in the book that takes the
# latter without saying so.

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

# %%
shown(tv_loss)

# %% [markdown]
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
    print(f'{name}:', number(tv_loss(np.array(rows).reshape(1, 1, 3, 3))))

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

# %%
shown(LossWeights, compute_loss)

# %% [markdown]
# Where does the lonely 10 before 1000 come from? The chapter adds everything
# up with `sum(10 * styles_l + contents_l + [tv_l])`, and `styles_l` is a
# Python **list**.
#
# *Predict: what is* `10 * [1, 2]`*?* Your answer: ______

# %%
print(10 * [1, 2])
print(sum(10 * [1, 2]), '= 10 *', sum([1, 2]))

# %% [markdown]
# A number times a list *repeats* the list. So each style loss goes into the
# sum ten times, but is reported, and plotted, once: **the style loss you see
# is a tenth of the one that is minimised**. `compute_loss` does the same and
# gives the number a name, `LossWeights.style_repeats`. Let us check it on the
# photo as it is, which has no content loss yet.

# %%
styles_Y_gram = [gram(Y) for Y in styles_Y]
features = extract_features(content_X, net)
contents_l, styles_l, tv_l, l = compute_loss(
    content_X, *features, contents_Y, styles_Y_gram
)
content, style, tv = float(sum(contents_l)), float(sum(styles_l)), float(tv_l)
print(f'content {number(content)}, style {number(style)}, TV {number(tv)}')
print(f'minimised:                {number(l)}')
print(f'content + style + TV:     {number(content + style + tv)}')
print(f'content + 10 style + TV:  {number(content + 10 * style + tv)}')

# %% [markdown]
# A style weight of 10,000 without repetition gives the same total.

# %%
once = LossWeights(style=1e4, style_repeats=1)
*_, l = compute_loss(content_X, *features, contents_Y, styles_Y_gram, once)
print(f'style weight 1e4, once:   {number(l)}')

# %% [markdown]
# ## The synthesised image
#
# Usually the parameters belong to a network, and a picture is what goes in.
# Here the picture *is* the parameter. `SynthesizedImage` is a block without an
# input whose one parameter has the shape of the picture; calling it returns
# the pixels.

# %%
shown(SynthesizedImage)

# %%
gen_img = SynthesizedImage(content_X.shape)
print('parameters:', gen_img.weight.shape)
print('numbers to learn:', content_X.size)

# %% [markdown]
# `get_inits` starts this picture as a copy of the content image, computes the
# Gram matrices of the painting, and makes the optimiser: Adam with the
# learning rate 0.9, which is very large for a network.

# %%
shown(get_inits)

# %% [markdown]
# Let us take one step by hand. The gradient runs backwards through the whole
# frozen network, down to the pixels.
#
# *Predict: some pixels hardly matter to the loss, others very much. By how
# much does the first step move the average pixel, and by how much the one
# that moves farthest?* Your answer: ______

# %%
X, styles_Y_gram, trainer = get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    features = extract_features(X, net)
    *_, l = compute_loss(X, *features, contents_Y, styles_Y_gram)
l.backward()
trainer.step(1)
moved = np.abs(X - content_X)
print('gradient:', X.grad.shape)
print(f'a pixel moves by {number(moved.mean())} on average', end=', ')
print(f'by {number(moved.max())} at most')

# %% [markdown]
# Nearly all pixels move by the learning rate, and none by more: Adam divides
# the gradient by its own size, so that in the first step little more than its
# sign counts. (A gradient so small that it is near Adam's $\epsilon$ moves its
# pixel by less.) In the units of `preprocess`, 0.9 is about
# $0.9 \cdot 0.225 \approx 0.2$, a fifth of the way from black to white.
# So the first steps throw the picture about: the style loss falls at once,
# while the content loss and the total variation leap up and take long to come
# down. The learning rate is multiplied by 0.8 every `lr_decay_epoch` steps,
# and the picture comes to rest.

# %% [markdown]
# ## Training
#
# `train` is the loop around that step: features, loss, gradient, step. The
# chapter's version draws while it computes; this one reports to a function
# that we hand it, the `callback`.

# %%
shown(train)

# %% [markdown]
# Our callback keeps the losses of every epoch and the picture of some, and
# shows every tenth to the chapter's `Animator`, which redraws the curves and
# the picture while you wait. Losses above 20 are cut off, as in the chapter.

# %% alt="Left, the curves of content, style and TV loss by epoch, falling steeply at first and flat from epoch 80 on; right, the picture at the last epoch."
animator = whole_run.animator(num_epochs, wording)
epochs = whole_run.watched_epochs(num_epochs)
history = whole_run.History(content_X, epochs, animator)

output = train(
    content_X,
    contents_Y,
    styles_Y,
    net,
    device,
    0.9,
    num_epochs,
    lr_decay_epoch,
    history,
    every=1,
)

# %% [markdown]
# The style loss falls first and furthest. The content loss follows, from the
# height to which the first steps threw it, but it does not come back to 0: a
# picture in other colours and strokes cannot have all the features of the
# photo. The three settle on a compromise.

# %% alt="Small photo and painting on the left; on the right, large, the result: the mountain lake with the hut in orange and blue brush strokes."
whole_run.result_figure(content_img, style_img, output, wording)

# %% [markdown]
# And here is the picture on its way, with the part around the hut enlarged.
# Ten large steps are enough for the colours of the painting, but they arrive
# as noise: the photo lies behind a grain of single bright pixels. While the
# learning rate falls, the grain is combed into strokes. Between epochs 100 and
# 150 you must look twice to find a change.

# %% alt="The picture at epochs 0, 10, 50, 100 and 150, and below each the part with the hut enlarged: the plain photo, then coloured grain, then patches and strokes that hardly change from epoch 100 on."
whole_run.stages_figure(history, wording)

# %% [markdown]
# ## What did the optimiser work on?
#
# At every step the total loss is the sum of seven terms: content, five style
# layers, total variation. It is tempting to say that the optimiser works on
# the largest. But it does not see the losses; it sees their **gradients**, and
# a large loss may have a small one.
#
# *Predict, for the finished picture: which term is largest in the loss? Which
# one pulls hardest at the pixels? And the total variation, in the loss and in
# the gradient?* Your answer: ______
#
# On the left is what each term is of the loss, with the style losses counted
# the ten times that they are minimised; on the right, the length of each
# term's gradient, as a share of the sum of these lengths.

# %% alt="Two stacked area charts over the steps taken, 0 to 150. Loss: conv1_1 begins with nearly nine tenths and vanishes by step 50, where content has more than half, conv5_1 a fifth and TV a seventh. Gradients: content and conv5_1 end with more than two fifths each, TV with two per cent."
whole_run.shares_figure(history, net, contents_Y, styles_Y_gram, wording)

# %% [markdown]
# In the photo `conv1_1` is nearly nine tenths of the loss and three fifths of
# the gradient; it has most to gain, and within 50 steps its share is gone.
#
# Then the two figures tell different stories. The loss of the finished
# picture is more than half content, with a seventh of total variation. But
# the gradients that hold it in place are those of the content and of
# `conv5_1`, more than two fifths each. Total variation adds to the loss but
# pulls with two per cent only: each pixel feels no more than the signs of the
# steps to its neighbours.
#
# A length says nothing of a direction. *Predict: what is the cosine of the angle
# between the two longest gradients of the finished picture?* Your answer: ______

# %%
pulls = gradients(output, net, contents_Y, styles_Y_gram)
longest = pulls['content conv4_4'], pulls['style conv5_1']
print('cosine of their angle:', number(cosine(*longest)))
for pull in (*longest, sum(pulls.values())):
    print('length:', number((pull**2).sum() ** 0.5))

# %% [markdown]
# They point almost exactly opposite ways. The last length is that of the whole
# gradient, the sum of all seven: it is about a tenth of either, for these two
# nearly cancel. **They pull against each other**, and where they balance, the
# picture comes to rest.

# %% [markdown]
# ## What clipping costs
#
# The picture you have seen is not quite the one that was optimised:
# `postprocess` clips. No file can hold a pixel darker than black or brighter
# than white, but nothing told Adam so.
#
# *Predict: what share of the pixels is out of range? How much larger is the
# loss of the picture that you can look at?* Your answer: ______

# %% alt="Three versions of the result: all its values squeezed into the range, pale and without contrast; in grey with the pixels that are out of range marked in orange, most of the bright sky and the hut; and clipped."
whole_run.clipping_figure(output, wording)

# %% [markdown]
# The left picture holds all values; to show them, they had to be squeezed
# from the range above it into that of the screen. In the middle are the
# pixels of which at least one channel is out of range: the most glowing parts
# of the sky, the hut, the dark of the firs. On the right they are clipped.
#
# `scorer` computes the losses of any picture with these images, this network
# and the chapter's weights.

# %%
images = content_img, style_img
width, height = image_shape
score = scorer(images, Settings(), net, image_shape)
scores = {
    'as optimised': score(output),
    wording('clipped'): score(clip_to_range(output)),
}
print(whole_run.score_table(scores, wording))

# %% [markdown]
# About one pixel in eight is out of range, and clipping them undoes a good
# part of the work: the total loss rises by about two fifths, the style loss by
# three quarters or more. The curves above are those of a picture that nobody can see.
#
# The remedy is to stay in range at each step. `train` can do it with Adam, too
# (see `in_range` in its code). We take **L-BFGS** here. It has no learning
# rate: from its last few gradients it estimates how the loss curves, and
# chooses its steps by that. We give it 40 of them.
# On the command line this is `--preset quick`; here the settings go to `run`,
# the function behind the commands of the package.

# %%
settings = Settings(
    width, height, epochs=40, optimizer='l-bfgs', in_range=True
)
in_range = run(content_img, style_img, settings, net=net)
scores[wording('kept in range')] = score(in_range)
print(whole_run.score_table(scores, wording))

# %% [markdown]
# None of its pixels is out of range, so what you see is what was optimised.
# Its loss is larger than the one that Adam reported, which was the loss of no
# visible picture, and much smaller than that of the clipped one.

# %% alt="The clipped result beside the one kept in range, in which the hut has windows, the sky has more shades of yellow and the grain is finer."
whole_run.visible_figure(output, in_range, wording)

# %% [markdown]
# Look at the hut, and at the bright part of the sky, where the clipped picture
# has lost its shades.

# %% [markdown]
# ## The Gram matrices, before and after
#
# Nobody told the picture where to put a stroke. All it was told about the
# painting are five Gram matrices, so let us look at them. A cell of a heat map
# is a pair of channels: red, they tend to be active together; blue, one is
# positive where the other is negative. The channels are sorted by how active
# they are in the painting, the strongest 48 are shown, and the colours are
# logarithmic, for a few pairs outdo all others. Below are the style losses of
# the layers, **multiplied by 1000**, the chapter's style weight.

# %% alt="Heat maps of the Gram matrices of five style layers in three rows. The photo's are paler than the painting's and have another pattern; those of the result look like the painting's. Style losses below: 38.8 in conv1_1 for the photo, 0.002 for the result; 2.1 and 0.37 in conv5_1."
pictures = {wording('photo'): content_X, wording('result'): output}
whole_run.gram_figure(pictures, styles_Y, net, wording)

# %% [markdown]
# The photo's matrices are paler than the painting's, for there is less going
# on in it, and its pairs are others. The matrices of the result look like
# those of the painting, line by line, though the result shows a lake and the
# painting an avenue. That is all the style loss can see, and as far as it can
# see, the goal is nearly reached.
#
# It is reached best in `conv1_1`, which means in colours: most of the style
# loss was there in the beginning, and there the gradient was steepest. In
# `conv5_1` a good part is left, because to match it the picture would have to
# give up the shapes that the content loss defends: it is the tug of war that
# the gradients showed.

# %% [markdown]
# ## Summary
#
# * A frozen network measures, and the pixels are the parameters. That is
#   all there is to it.
# * The **content loss** compares the features of one deep layer, place by
#   place. The **style loss** compares Gram matrices, which know what occurs
#   together and have forgotten where. Before the ReLU they cannot tell
#   features from their negatives either. The **total variation loss** holds
#   down noise.
# * The weights of the three are hyperparameters. Check what really goes into
#   the sum: the style loss reported is a tenth of the one that is minimised.
# * The optimiser follows gradients, not losses: in the end content and
#   `conv5_1` pull against each other.
# * What you see is clipped. Measure the picture that you can see, or keep it
#   in range from the start.
#
# ## The full size
#
# The chapter's own run, with its photo of Mount Rainier and its painting of
# oaks in autumn, at its size and its 500 epochs, is one command. It writes the
# picture and, beside it, a plot of the losses:
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
