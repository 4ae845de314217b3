# %% [markdown]
# # Two tabs, two pictures
#
# The book prints the chapter *Neural Style Transfer* in two tabs, one for
# MXNet and one for PyTorch. They hold the same text, the same formulas and the
# same images. Run both, and you get two different pictures, with losses that
# are not even close. Is one of the tabs wrong? Is it the framework?
#
# Questions of this kind come up whenever a program is carried over from one
# library to another, and they are seldom answered, because so many things
# differ at once. This notebook answers one of them. The method matters more
# than the answer: **change one thing at a time, and know how large a
# difference must be before it means anything**.
#
# Nothing here needs PyTorch. What PyTorch has computed was stored with the
# notebook; set `recompute = True` below to have it computed again, if you have
# PyTorch. What MXNet computes, it computes while you read, in about two
# minutes. To know the method itself, read
# [01_neural_style](01_neural_style.ipynb) first.
#
# Türkçesi: [tr/02_iki_sekme.ipynb](tr/02_iki_sekme.ipynb)

# %% tags=["parameters"]
recompute = False  # True climbs the ladder again: PyTorch, about five minutes
image_shape = (225, 150)  # width, height of what is computed here
num_epochs = 100  # steps of each run; the chapter: 500
weights = None  # None finds real weights; 'student' comes with us

# %%
# %matplotlib inline
import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy
from PIL import Image

import gluon_style as gs
from gluon_style.drawing.charts import bars, curves
from gluon_style.drawing.panels import strip
from gluon_style.parity.ladder.climb import climb
from gluon_style.parity.ladder.distances import ladder_results as figures
from gluon_style.parity.ladder.distances import rmse
from gluon_style.parity.ladder import rungs
from gluon_style.parity.published import published_curves
from gluon_style.runs.recipes import RECIPES, explain
from gluon_style.runs.variants import compared_layers, resize_antialiased
from mxnet import autograd, np, npx

device = gs.try_gpu()
MXNET, PYTORCH = 'd2l-0.17-mxnet', 'd2l-0.17-pytorch'
COLOURS = {'MXNet': '#0072b2', 'PyTorch': '#d55e00'}

# %% [markdown]
# ## The question
#
# The book is published with its outputs, so the question can be put with the
# book's own numbers. These are the loss curves of the two tabs, read off the
# figures of its edition 1.0: 500 epochs at 450 x 300 pixels.

# %%
book = {
    'MXNet': published_curves('d2l-1.0-mxnet'),
    'PyTorch': published_curves('d2l-1.0-pytorch'),
}
titles = {'content': 'content', 'style': 'style', 'tv': 'TV'}
for term, title in titles.items():
    ends = [book[tab][term][500] for tab in book]
    print(
        f'{title:8} at epoch 500: MXNet {ends[0]:.2f}, PyTorch {ends[1]:.2f}'
    )
curves(
    {
        title: [
            {
                'label': tab,
                'x': list(found[term]),
                'y': list(found[term].values()),
                'color': COLOURS[tab],
            }
            for tab, found in book.items()
        ]
        for term, title in titles.items()
    },
    xlabel='epoch',
)

# %% [markdown]
# Content and style loss of the MXNet tab end more than ten times as high, its
# total variation more than four times. Nobody would take these for two runs of
# one program.
#
# What do the two programs differ in? The package knows the editions of the
# chapter as *recipes*, and lists where two of them part:

# %%
for field, theirs, ours, _ in explain(PYTORCH, MXNET):
    print(f'{field:13} {theirs!s:17} {ours}')

# %% [markdown]
# Nine suspects. Four can be let go at once:
#
# * `size_order`: one writes (300, 450), the other (450, 300), and each means
#   the same picture;
# * `reader`: Pillow and OpenCV decode an ordinary file to the same bits. We
#   have compared them;
# * `plot_limits`: the MXNet tab cuts its plot off at 20, which hides the first
#   epochs. That changes what you see, not what is computed;
# * `weights`: the tabs download two different trainings of VGG-19. This one
#   does matter, and no curve made with one can coincide with a curve made with
#   the other. But it is not needed for an explanation, so everything below
#   uses one and the same set of weights.
#
# Five remain: `resize`, `features`, `adam_epsilon`, `lr` and `framework`.

# %% [markdown]
# ## The ladder
#
# We cannot compare the two programs as they are, for five things would change
# at once. So we put programs in between. The first is the PyTorch tab as
# printed; each next one differs from it in one more thing; the last is the
# MXNet tab. Such a chain is a *ladder*, and each of its *rungs* is a whole
# training run of its own. The framework is changed last, when everything else
# is already equal.
#
# One run more is needed for each rung. A picture moves by some amount whenever
# anything at all changes, even the last bit of a float. So each rung also runs
# from a picture that is multiplied by $1 + 2^{-23}$, which is **one rounding**
# in float32. How far this moves the final picture is the **floor**. A
# difference that is not clearly above the floor is no effect.
#
# The distance of two pictures is the root mean square of their difference, in
# grey levels from 0 to 255.


# %%
def stored_ladder():
    """Return the ladder that data/make_two_tabs.py has climbed."""
    package = Path(gs.__file__).parents[1]
    folder = next(
        place
        for place in (
            Path('data'),
            Path('../data'),
            package / 'notebooks/data',
        )
        if (place / 'two_tabs.json').is_file()
    )
    found = json.loads((folder / 'two_tabs.json').read_text('utf-8'))
    names = [*range(len(found['rungs'])), 'twin']
    return found, [
        numpy.asarray(Image.open(folder / f'two_tabs_{name}.jpg')) / 255
        for name in names
    ]


def climbed_ladder(content, style):
    """Climb it here, with PyTorch."""
    width, height = image_shape
    plan = rungs(
        PYTORCH,
        MXNET,
        width=width,
        height=height,
        epochs=num_epochs,
        weights=weights,
    )
    whole = climb(content, style, plan, floors=True)
    twin = whole.twins[whole.framework_pair[0]]
    found = figures(whole, PYTORCH, MXNET, weights=weights or 'auto')
    return found, [run.picture for run in [*whole.runs, twin]]


files = [
    gs.find_image(name)
    for name in ('sample:mountain-lake', 'sample:autumn-avenue')
]
if recompute and not find_spec('torch'):
    print('PyTorch is not installed: what follows was stored')
if recompute and find_spec('torch'):
    found, pictures = climbed_ladder(*files)
else:
    found, pictures = stored_ladder()
twin = pictures.pop()
print(
    f'{found["width"]} x {found["height"]}, {found["epochs"]} epochs', end=''
)
print(f', weights: {found["weights"]}')

# %% [markdown]
# The two ends of the ladder: the two tabs, on the project's own photo and
# painting, with equal weights and at equal size.

# %%
content_img, style_img = (gs.read_image(file) for file in files)
strip(
    [pictures[0], pictures[-1]],
    ['the PyTorch tab, in PyTorch', 'the MXNet tab, in MXNet'],
    width=4.2,
)

# %% [markdown]
# So the riddle is still there. The left picture is calm, its
# strokes are broad; the right one is sharper and full of grain. Now for the
# rungs between. In this table, each line is one run; *distance* is how far
# its picture is from that of the line above, and *floor* how far one rounding
# moves it.

# %%
names = {
    '': 'the PyTorch tab',
    'resize': 'resize: Pillow -> OpenCV',
    'features': 'features: ReLU -> convolution',
    'adam_epsilon': "Adam's epsilon: -> MXNet's",
    'lr': 'learning rate: 0.3 -> 0.9',
    'framework': 'framework: -> MXNet',
}
labels = [names[rung['field']] for rung in found['rungs']]
print(' ' * 30, '  first epoch       last epoch')
print(' ' * 30, '  style    TV   content style   TV   distance floor')
for label, rung in zip(labels, found['rungs']):
    first, last = rung['initial'], rung['final']
    distance = rung['distance']
    apart = f'{distance["rmse"]:.1f}' if distance else '-'
    print(
        f'{label:31}{first["style"]:6.2f} {first["tv"]:6.2f}'
        f' {last["content"]:8.2f} {last["style"]:5.2f} {last["tv"]:5.2f}'
        f' {apart:>9} {rung["floor"]:5.1f}'
    )

# %%
strip(pictures, labels, columns=3, width=3)

# %% [markdown]
# Watch the sky and the peaks from one picture to the next. Then see the same
# as curves. Each panel is a loss, each curve a rung.

# %%
LOOKS = [
    {'color': '#d55e00', 'linewidth': 2.2},
    {'color': '#e69f00', 'linewidth': 1.8},
    {'color': '#009e73', 'linewidth': 2.4},
    {'color': '#cc79a7', 'linewidth': 1.2},
    {'color': '#56b4e9', 'linewidth': 2.4},
    {'color': '#1d2329', 'linewidth': 1.2, 'linestyle': '--'},
]
curves(
    {
        title: [
            {
                'label': label,
                'x': rung['curve']['epoch'][1:],
                'y': rung['curve'][term][1:],
                **look,
            }
            for label, rung, look in zip(labels, found['rungs'], LOOKS)
        ]
        for term, title in titles.items()
    },
    xlabel='epoch',
    height=3.4,
)

# %% [markdown]
# And here is the figure that decides. The black mark is the floor: what lies
# to the left of it, in grey, one rounding would have done as well.

# %%
bars(
    labels[1:],
    [rung['distance']['rmse'] for rung in found['rungs'][1:]],
    [rung['floor'] for rung in found['rungs'][1:]],
    ['beyond the floor', 'the floor: one rounding'],
    xlabel='how far the picture moves, grey levels',
)

# %% [markdown]
# Two differences stand out: **how the images are resized** and **which
# features are compared**. The learning rate is a case of its own. Adam's
# epsilon does hardly more than a rounding, and the framework, changed alone,
# does *exactly* what a rounding does. We take them one by one, and each can
# be shown with a few lines of MXNet.

# %% [markdown]
# ## What matters: the resize filter
#
# The images are larger than what the network sees, so they are shrunk.
# MXNet's `imresize` is OpenCV's bilinear filter: for each new pixel it looks
# at the two nearest old ones in each direction, and skips all others.
# torchvision's `Resize` is Pillow's bilinear filter, which becomes wider as
# the image becomes smaller, and averages all of them. Both are called
# "bilinear".
#
# Stripes one pixel wide show the difference best. 90 pixels become 40:

# %%
stripes = numpy.zeros((90, 90, 3), dtype='uint8')
stripes[:, ::2] = 255
stripes = np.array(stripes, dtype='uint8')
shrunk = [stripes, resize_antialiased(stripes, (40, 40))]
_, axes = plt.subplots(1, 3, figsize=(8.4, 2.9), layout='tight')
for ax, title, picture in zip(
    axes,
    ['90 x 90', '40 x 40, OpenCV', '40 x 40, Pillow'],
    [stripes.astype('float32') / 255]
    + [gs.postprocess(gs.preprocess(i, (40, 40))) for i in shrunk],
):
    ax.imshow(picture.asnumpy(), vmin=0, vmax=1, interpolation='nearest')
    ax.set_title(title)
    ax.axis('off')

# %% [markdown]
# OpenCV's stripes are an invention: they are broader than those of the image,
# and there are fewer of them. Pillow's grey is what the eye sees from afar.
# In a photo the same thing is called grain, and here is how much of it there
# is, before the first step of training, as the total variation loss counts
# it:

# %%
seen = {}
for name, img in [('photo', content_img), ('painting', style_img)]:
    smooth = resize_antialiased(img, image_shape)
    seen[name] = [gs.preprocess(i, image_shape) for i in (img, smooth)]
    tv = [10 * float(gs.tv_loss(X)) for X in seen[name]]
    print(f'{name:9} OpenCV {tv[0]:.2f}, Pillow {tv[1]:.2f}')
left, top = image_shape[0] // 2, image_shape[1] // 4
strip(
    [
        gs.postprocess(X).asnumpy()[top : 2 * top, left : left + left // 2]
        for Xs in seen.values()
        for X in Xs
    ],
    [f'{name}, {tool}' for name in seen for tool in ('OpenCV', 'Pillow')],
)

# %% [markdown]
# The MXNet tab starts from a picture with half as much grain again as the
# PyTorch tab, and it is shown a painting with half as much again: of course it
# ends with more. This is one part of its higher total variation; the features
# and the rate add theirs. Resizing looks like a chore before the real work,
# but it is part of the method. State the library and the filter.

# %% [markdown]
# ## What matters: the ReLU that overwrites
#
# `extract_features` runs through the network layer by layer and keeps some
# outputs in a list:
#
# ```
# X = net[i](X)
# if i in style_layers:
#     styles.append(X)
# ```
#
# The list holds the array itself, not a copy of it. What if the next layer
# writes its result into that very array? torchvision's VGG does: its
# activations are `nn.ReLU(inplace=True)`, which saves memory.

# %%
Y = numpy.array([-2.0, -1.0, 0.5, 3.0])  # what a convolution gives
styles = [Y]
numpy.maximum(Y, 0, out=Y)  # a ReLU in place
print('kept, then a ReLU in place:', styles[0])

Y = np.array([-2.0, -1.0, 0.5, 3.0])
styles = [Y]
Y = npx.relu(Y)  # Gluon's makes a new array
print("kept, then Gluon's ReLU:   ", styles[0])

# %% [markdown]
# So the PyTorch tab says convolution, stores the convolution, and compares
# the ReLU. No error is raised, because the losses are computed when the whole
# network has run and all arrays have been overwritten. There is one exception:
# the network was cut off behind `conv5_1`, so no ReLU comes after that layer,
# and its negative values survive. The PyTorch tab compares four layers after
# the ReLU and one before it, and nobody chose that.
#
# In MXNet we can ask for either. For the photo as it is, before the first
# step: the smallest value of each layer's features, and its style loss. (With
# other weights than the stored ladder's you will see other numbers than it
# has.)

# %%
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
print(f'weights: {used.source} {used.digest[:19]}'.rstrip())
kept = {}
for features in ('convolution', 'aliased'):
    layers = compared_layers(gs.Settings(features=features))
    X, _ = gs.get_contents(content_img, net, image_shape, device, *layers)
    _, styles_Y = gs.get_styles(style_img, net, image_shape, device, *layers)
    _, styles = gs.extract_features(X, net, *layers)
    kept[features] = [
        (
            float(Y_hat.min()),
            1e3 * float(gs.style_loss(Y_hat, gs.gram(Y))),
        )
        for Y_hat, Y in zip(styles, styles_Y)
    ]
print('          convolution        as the PyTorch tab has it')
print('          lowest  loss       lowest  loss')
for layer, before, after in zip(gs.STYLE_LAYERS, *kept.values()):
    name = gs.VGG19_LAYERS[layer].name
    print(
        f'{name}  {before[0]:7.1f}  {before[1]:7.3f}'
        f'   {after[0]:7.1f}  {after[1]:7.3f}'
    )
sums = [sum(loss for _, loss in kept[features]) for features in kept]
print(f'sum                {sums[0]:7.3f}            {sums[1]:7.3f}')

# %% [markdown]
# A ReLU throws the negative half away, so everything that is made of squares
# becomes smaller: the style loss falls to a quarter and, for the same reason,
# the content loss at the end to less than half. That is the largest part of
# the riddle. Its lesson fits in a line: **a stored array is a name, not a
# copy**. And so does the test for it: print the minimum. A convolution has
# negative outputs, a ReLU has none.

# %% [markdown]
# ## What hardly matters: Adam's epsilon
#
# Adam divides the mean gradient by $\sqrt{v} + \epsilon$, where $v$ is the
# mean square of the gradient. Both means start from 0 and are corrected for
# that. PyTorch adds $\epsilon$ after the correction and MXNet before it, so
# that MXNet's is in effect larger, at step $t$ by
#
# $$\frac{1}{\sqrt{1 - 0.999^t}},$$
#
# which is 32 at the first step. Is that much? Here are first steps for
# gradients of several sizes, as a share of the learning rate. Both optimisers
# run in MXNet; `pytorchadam` is MXNet's with the other epsilon.


# %%
def first_step(gradient, optimizer):
    """Let the optimiser take one step at a rate of 1 from a picture of 0."""
    X, _, trainer = gs.get_inits(
        np.zeros(len(gradient), ctx=device), device, 1.0, [], optimizer
    )
    with autograd.record():  # a sum whose gradient is the one given
        l = (X * np.array(gradient, ctx=device)).sum()
    l.backward()
    trainer.step(1)
    return -X.asnumpy()


gradient = [1e-2, 1e-4, 1e-6, 1e-7, 1e-8]
steps = [first_step(gradient, name) for name in ('adam', 'pytorchadam')]
print('gradient   MXNet  PyTorch')
for g, ours, theirs in zip(gradient, *steps):
    print(f'{g:8.0e} {ours:7.3f} {theirs:8.3f}')

# %% [markdown]
# The two differ a lot where the gradient is below a millionth. How many
# numbers of a real picture have such a gradient? We take the photo and one
# gradient of the total loss:

# %%
content_X, contents_Y = gs.get_contents(content_img, net, image_shape, device)
_, styles_Y = gs.get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, _ = gs.get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    contents, styles = gs.extract_features(X, net)
    *_, l = gs.compute_loss(X, contents, styles, contents_Y, styles_Y_gram)
l.backward()
sizes = abs(X.grad.asnumpy())
for limit in (1e-2, 1e-4, 1e-6):
    print(f'below {limit:.0e}: {100 * (sizes < limit).mean():.1f} % of them')

# %% [markdown]
# Next to none. So epsilon is a real difference, it is easily demonstrated, and
# it does not matter here: in the ladder it moves the picture by 14.8 grey
# levels, where one rounding moves it by 13.5. Without the floor we would have
# believed that 14.8 is something.

# %% [markdown]
# ## The learning rate, and why any rounding grows
#
# A step of Adam is about as long as the learning rate, whatever the gradient.
# At 0.9, the MXNet tab's rate, that is about 50 of the 255 grey levels; at
# 0.3, the PyTorch tab's, 17. So when the gradient of a pixel is almost
# nothing, a rounding decides whether it is a little above 0 or a little below,
# and so whether the pixel moves up or down: a difference in the last digit has
# become one of 100 grey levels. At the next step the pixel's neighbours
# notice.
#
# You need no second framework to see this. We run MXNet against itself, the
# second time from a picture one rounding away.


# %%
def pictures_from(start, epochs):
    """Train from a picture and keep the picture after every step."""
    kept = {}
    gs.train(
        start,
        contents_Y,
        styles_Y,
        net,
        device,
        0.9,
        epochs,
        50,
        lambda record, picture: kept.update({record.epoch: picture()}),
        every=1,
    )
    return kept


epochs = min(num_epochs, 40)
one = pictures_from(content_X, epochs)
other = pictures_from(content_X * (1 + 2**-23), epochs)
apart = [rmse(one[epoch], other[epoch]) for epoch in one]
print('apart at the start: one rounding')
print(f'apart by more than 10 grey levels at epoch {epochs}:', apart[-1] > 10)

framework = found['framework']
curves(
    {
        'how far two pictures are apart, grey levels': [
            {
                'label': 'MXNet and PyTorch',
                'x': framework['drift']['picture_epoch'],
                'y': framework['drift']['rmse'],
                'color': '#1d2329',
            },
            {
                'label': 'PyTorch and PyTorch, one rounding away',
                'x': framework['self_drift']['picture_epoch'],
                'y': framework['self_drift']['rmse'],
                'color': COLOURS['PyTorch'],
                'linestyle': '--',
            },
            {
                'label': 'MXNet and MXNet, one rounding away',
                'x': list(one),
                'y': apart,
                'color': COLOURS['MXNet'],
                'linestyle': ':',
                'linewidth': 2.5,
            },
        ]
    },
    xlabel='epoch',
    log=False,
    width=7.6,
)

# %% [markdown]
# The three curves are one. The two frameworks drift apart just as each drifts
# away from itself, at the same pace and up to the same height. This is what a
# **chaos floor** looks like: within twenty steps the last bit of a float has
# reached every pixel, and what is left in common is the style.
#
# Here are the pictures: MXNet, PyTorch, and PyTorch from one rounding away.
# The grain differs from pixel to pixel. Would you have said that these are
# different?

# %%
strip(
    [pictures[-1], pictures[-2], twin],
    ['MXNet', 'PyTorch', 'PyTorch, one rounding away'],
    width=3.2,
)

# %% [markdown]
# That also explains the bar of the learning rate. Three times the rate throws
# the picture further: the floor itself rises from 13.5 to 34.1, and of the
# 42.4 grey levels that the change makes, most are this noise. What is certain
# is that the final losses are higher, in all three terms: up to epoch 100 the
# rate is still 0.72, and the picture has not come to rest.
#
# ## The framework
#
# With everything else equal, how well do the two agree? At the first epoch
# nothing has had time to grow, and the losses can be compared digit by digit:

# %%
terms = {'style': 'style', 'tv': 'TV', 'total': 'total'}
for row in framework['agreement']:
    if row['term'] in terms:
        print(
            f'{terms[row["term"]]:6} {row["mxnet"]:7.2f}'
            f'   differ by less than one part in a million:'
            f' {row["difference"] < 1e-6}'
        )

# %% [markdown]
# That is all that float32 can give. **Compare losses at the first epoch, and
# do not compare final pictures, unless you also compare a program with
# itself.**
#
# ## Neither tab: ten times a list
#
# One more thing looks wrong, and it is the same in both tabs, so it explains
# no difference between them:
#
# ```
# l = sum(10 * styles_l + contents_l + [tv_l])
# ```
#
# In Python, ten times a list is the list ten times over. With arrays instead
# of a list, the same line would have meant something else:

# %%
styles_l = [0.5, 0.25]
print('a list:  ', 3 * styles_l)
print('an array:', 3 * numpy.array(styles_l))

# %% [markdown]
# Either way the sum is the same, so the style counts ten times what its weight
# says, and ten times what the plot shows. The next edition of the book wrote
# it plainly. Between these two recipes the minimised loss is the same and the
# plotted style loss is ten times as large, which is why curves of different
# editions must not be laid over each other:

# %%
for field, before, after, _ in explain(MXNET, 'd2l-1.0-mxnet'):
    print(f'{field:13} {before!s:8} {after}')

# %% [markdown]
# ## The test: MXNet paints both
#
# If the explanation is right, then the PyTorch tab's picture is not PyTorch's
# at all. It belongs to a smoothing resize, features after the ReLU and a rate
# of 0.3, and MXNet must paint it as well. So we let MXNet run both recipes.

# %%
outputs = {
    name: gs.postprocess(
        gs.run(
            content_img,
            style_img,
            replace(
                RECIPES[name].settings,
                width=image_shape[0],
                height=image_shape[1],
                epochs=num_epochs,
                weights=weights,
            ),
        )
    ).asnumpy()
    for name in (PYTORCH, MXNET)
}
strip(
    [pictures[0], outputs[PYTORCH], outputs[MXNET]],
    [
        "the PyTorch tab's recipe\nin PyTorch",
        "the PyTorch tab's recipe\nin MXNet",
        "the MXNet tab's recipe\nin MXNet",
    ],
    width=3.2,
)

# %% [markdown]
# The first two are the same picture, up to the noise of one rounding; the last
# two come from the same framework. It was never about the framework.
#
# ## Summary
#
# | difference | does it matter? | what it does |
# |---|---|---|
# | resize filter | yes | OpenCV keeps a grain that Pillow averages away: the total variation |
# | ReLU in place | yes | other features are compared: the content and style losses |
# | learning rate | somewhat | the picture comes to rest later; amplifies any rounding |
# | Adam's epsilon | no | real, but within the floor |
# | framework | no | exactly one rounding |
# | weights | yes, and not shown here | two trainings, two sets of curves |
# | readers, order of sides | no | nothing |
# | limits of the plot | no | hides the first epochs |
#
# If you carry a program over yourself:
#
# 1. Compare intermediate values, at the first step, before final results.
# 2. Change one thing at a time, the framework last.
# 3. Measure the floor. Run your program against itself, one rounding away.
# 4. Print the minimum of every feature you store.
# 5. Write down the filter you resize with, and the hash of your weights.
#
# ## To go on
#
# [docs/numerics.md](../docs/numerics.md) has the same ladder with the
# chapter's own images and each further number with the command that makes it.
# The command line climbs a ladder between any two recipes and writes a report;
# with PyTorch installed, try
#
# ```
# gluon-style compare sample:mountain-lake sample:autumn-avenue -o ladder \
#     --width 225 --height 150 --epochs 100 --floors
# ```
#
# And try `--from d2l-0.17-mxnet --to gatys-2016`, which needs no PyTorch: how
# far is the chapter from the paper?
