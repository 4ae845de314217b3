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
# differ at once. This notebook answers a part of one of them, and says what it
# leaves open. The method matters more than the answer: **change one thing at a
# time, and know how large a difference must be before it means anything**.
#
# Nothing here needs PyTorch. What PyTorch has computed was stored with the
# notebook; set `recompute = True` below to have it computed again, if you have
# PyTorch. What MXNet computes, it computes while you read, in a few minutes.
# To know the method itself, read [01_neural_style](01_neural_style.ipynb)
# first.
#
# Before each result that may surprise you there is a question. Write your
# answer down before you run the cell.
#
# Türkçesi: [tr/02_iki_sekme.ipynb](tr/02_iki_sekme.ipynb)

# %% tags=["parameters"]
recompute = False  # True climbs the ladder again: PyTorch, several minutes
image_shape = (150, 100)  # width, height of what is computed here
num_epochs = 100  # steps of each run; the chapter: 500
lr_decay_epoch = 10  # steps between two cuts of the rate; the chapter: 50
weights = None  # None finds real weights; 'student' ships with the package

# %%
# %matplotlib inline
from dataclasses import replace
from importlib.util import find_spec

import numpy

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons import two_tabs
from gluon_style.lessons.wording import find_wording
from gluon_style.parity.ladder import rungs
from gluon_style.parity.ladder.climb import climb
from gluon_style.parity.ladder.distances import ladder_results
from gluon_style.parity.ladder.noise import rmse
from gluon_style.parity.published import published_curves
from gluon_style.runs.recipes import RECIPES, explain
from gluon_style.runs.variants import compared_layers, resize_antialiased
from mxnet import autograd, np, npx

device = gs.try_gpu()
MXNET, PYTORCH = 'd2l-0.17-mxnet', 'd2l-0.17-pytorch'
wording = find_wording('english')
YES = {True: 'yes', False: 'no'}


def number(value, digits=1):
    """A number with so many decimals."""
    return wording.fixed(value, digits)


# %% [markdown]
# ## The question
#
# The book is published with its outputs, so the question can be put with the
# book's own numbers. These are the loss curves of the two tabs of **edition
# 1.0**, read off its figures: 500 epochs at 450 x 300 pixels.

# %% alt="Three panels of curves on logarithmic axes, content, style and TV loss by epoch as the book's edition 1.0 prints them: in each, the MXNet tab's curve lies far above the PyTorch tab's."
book = {
    'MXNet': published_curves('d2l-1.0-mxnet'),
    'PyTorch': published_curves('d2l-1.0-pytorch'),
}
two_tabs.published_chart(book, wording)

# %%
for term, title in two_tabs.TERMS.items():
    mxnet, pytorch = (book[tab][term][500] for tab in book)
    print(
        f'epoch 500: {wording(title):8} MXNet {number(mxnet, 2)},'
        f' PyTorch {number(pytorch, 2)},'
        f' {number(mxnet / pytorch)} times as much'
    )

# %% [markdown]
# Nobody would take these for two runs of one program.
#
# The chapter that we have before us is of an older edition, 0.17, of which we
# know only the MXNet tab's curves. How far do these two editions differ?

# %%
print('MXNet at epoch 500, editions 0.17 and 1.0:')
for term, title in two_tabs.TERMS.items():
    older, newer = (
        number(published_curves(recipe)[term][500], 2)
        for recipe in (MXNET, 'd2l-1.0-mxnet')
    )
    print(f'{wording(title):8} {older:>5} {newer:>5}')
print()
for field, before, after, _ in explain(MXNET, 'd2l-1.0-mxnet'):
    print(f'{field:13} {before:5g} {after:5g}')

# %% [markdown]
# Content and TV agree within two or three per cent. The style loss is ten
# times as large in 1.0, because it is plotted with ten times the weight. A
# section below, on a list, shows that both editions minimise the same sum. So
# we may explain the curves of 1.0 with the programs of 0.17, as long as we
# compare content and TV.
#
# What do the two tabs of 0.17 differ in? The package knows the editions of the
# chapter as *recipes*, and lists where two of them part:

# %%
for field, theirs, ours, _ in explain(PYTORCH, MXNET):
    print(
        f'{field:13} {theirs!s:17} {ours}'.replace('0.', f'0{wording.point}')
    )

# %% [markdown]
# Nine suspects. Three can be let go at once:
#
# * `size_order`: one writes (300, 450), the other (450, 300), and each means
#   the same picture;
# * `reader`: Pillow and OpenCV decode an ordinary file to the same bits. We
#   have compared them;
# * `plot_limits`: the MXNet tab cuts its plot off at 20, which hides the first
#   epochs. That changes what you see, not what is computed.
#
# A fourth, `weights`, we cannot try: the tabs download two different trainings
# of VGG-19, and everything below uses one and the same. It stays a suspect,
# and we come back to it at the end.
#
# Five remain: `resize`, `features`, `adam_epsilon`, `lr` and `framework`.
#
# **Your prediction:** which of the five moves the picture most, and which
# least?

# %% [markdown]
# ## The ladder
#
# We cannot compare the two programs as they are, for five things would change
# at once. So we put programs in between. The first is the PyTorch tab; each
# next one differs from it in one more thing; the last is the MXNet tab. Such a
# chain is a *ladder*, and each of its *rungs* is a whole training run of its
# own. The framework is changed last, when everything else is already equal.
#
# One thing is as in neither tab, and the same on every rung: a run is short,
# so the rate is cut every 10 steps, not every 50. Otherwise it would still be
# nearly at its start when the run ends, and the picture would be caught in the
# middle of a jump.
#
# ### Noise
#
# A picture moves by some amount whenever anything at all changes, even the
# last bit of a float. So each rung in PyTorch runs four times: once from the
# photo, and three more times, as *twins*, from the photo multiplied by
# $1 + 2^{-23}$, $1 + 2 \cdot 2^{-23}$ and $1 + 3 \cdot 2^{-23}$: one, two and
# three **roundings** in float32. How far these four pictures are from each
# other is the rung's **noise**; from six pairs we also see how much it varies.
# (The last rung, in MXNet, runs once. It gets the noise of the rung before it,
# which has the same settings.)
#
# The distance of two pictures is the root mean square of their difference, in
# grey levels from 0 to 255. Such distances add **in squares**, as the sides of
# a right-angled triangle do. Let $A$ be the mean picture of a rung, $B$ that
# of the next one, and let single runs end at $A + a$ and $B + b$, with chance
# deviations $a, a', b$ that are independent of each other and 0 on average.
# Then
#
# $$\mathrm{E}\,|(A + a) - (A + a')|^2 = 2\,\mathrm{E}|a|^2
# = \text{noise}_A^2,$$
#
# $$\mathrm{E}\,|(A + a) - (B + b)|^2 = |A - B|^2 + \tfrac12
# (\text{noise}_A^2 + \text{noise}_B^2).$$
#
# The second term is what noise alone puts between two rungs. Its root is the
# **floor**. The first is what we want:
#
# $$\text{effect} = \sqrt{\text{distance}^2 - \text{floor}^2}.$$
#
# It is not distance minus floor. A distance that exceeds the floor by less
# than two spreads of the noise we call *within noise*. All this rests on the
# independence: twins that have not yet forgotten where they began are too
# near each other, and the floor is then too low.

# %%
distance, noise_a, noise_b = 42.0, 14.0, 34.0  # an example
floor = ((noise_a**2 + noise_b**2) / 2) ** 0.5
effect = (distance**2 - floor**2) ** 0.5
print(f'floor {number(floor)}, effect {number(effect)}')
print(f'not {number(distance - floor)}')

# %% [markdown]
# Now the ladder itself, stored or climbed here:


# %%
def climbed_ladder(content, style):
    """Climb the ladder here, with PyTorch."""
    same = {'width': image_shape[0], 'height': image_shape[1]}
    same.update(epochs=num_epochs, lr_decay_epoch=lr_decay_epoch)
    plan = rungs(PYTORCH, MXNET, weights=weights, **same)
    runs = climb(content, style, plan, floors=True)
    results = ladder_results(runs, PYTORCH, MXNET, weights=weights or 'auto')
    twin = runs.twins[runs.framework_pair[0]][0]
    return results, [run.picture for run in [*runs.runs, twin]]


files = [
    gs.find_image(name)
    for name in ('sample:mountain-lake', 'sample:autumn-avenue')
]
if recompute and find_spec('torch'):
    ladder, pictures = climbed_ladder(*files)
else:
    ladder, pictures = two_tabs.stored_ladder()
twin = pictures.pop()
print(f'{ladder["width"]} x {ladder["height"]}, {ladder["epochs"]} epochs')
origin, digest = (ladder['weights'] + ' ').split(' ')[:2]
print(f'weights: {wording(origin)} {digest}'.rstrip())

# %% [markdown]
# The two ends of the ladder: the two tabs, on the project's own photo and
# painting, with equal weights and at equal size.

# %% alt="The PyTorch tab's picture, calm and with broad strokes, beside the MXNet tab's, which is sharper and full of grain."
strip(
    [pictures[0], pictures[-1]],
    ['the PyTorch tab, in PyTorch', 'the MXNet tab, in MXNet'],
    width=4.2,
)

# %% [markdown]
# So the riddle is still there. The left picture is calm, its strokes are
# broad; the right one is sharper and full of grain. Now for the rungs between.
# In this table each line is a rung: the losses of its last epoch, the distance
# of its picture from that of the line above, the floor of that distance, and
# the noise of the rung itself with its spread.

# %%
names = {
    '': 'the PyTorch tab',
    'resize': 'resize: Pillow -> OpenCV',
    'features': 'features: ReLU -> convolution',
    'adam_epsilon': "Adam's epsilon: -> MXNet's",
    'lr': 'learning rate: 0.3 -> 0.9',
    'framework': 'framework: -> MXNet',
}
labels = [names[rung['field']] for rung in ladder['rungs']]
print(two_tabs.rung_table(ladder, labels, wording))

# %% alt="The final pictures of the six rungs, from the PyTorch tab to the MXNet tab: grain comes with OpenCV's resizing, coarser and stronger colours with the convolution's features; the last four look alike."
strip(pictures, labels, columns=3, width=3)

# %% [markdown]
# Watch the sky and the peaks from one picture to the next. Then see the same
# as curves. Each panel is a loss, each curve a rung.

# %% alt="Content, style and TV loss of the six rungs by epoch: two groups of curves, those with features after the ReLU low and those with the convolution's features high."
two_tabs.loss_chart(ladder, labels, wording)

# %% [markdown]
# And here is the figure that decides: for each change its effect in colour and
# its floor in grey, with the arithmetic beside them.

# %% alt="Two bars for each of the five changes, effect and floor in grey levels: features, learning rate and resizing stand far above their floors, Adam's epsilon and the framework do not."
two_tabs.effect_chart(ladder, labels, wording)

# %% [markdown]
# Three differences stand far above their floors: **which features are
# compared**, which moves the picture most, **the learning rate** and **how the
# images are resized**. But look at the losses in the table, too. The features
# and the resizing change the content loss and the total variation, which are
# what we want to explain. The learning rate moves the picture nearly as far as
# the features do, but the losses only a little: it leads to another picture
# that is about as good. Adam's epsilon does hardly more than a
# rounding, and the framework, changed alone, does what a rounding does. We
# take them one by one, and each can be shown with a few lines of MXNet.

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
# **Your prediction:** stripes one pixel wide, black and white; 90 pixels
# become 40. What does each filter make of them?

# %% alt="Black and white stripes one pixel wide; shrunk by OpenCV they become broader stripes that are not in the image, shrunk by Pillow an even grey."
two_tabs.stripes_shrunk(90, 40)

# %% [markdown]
# OpenCV's stripes are an invention: they are broader than those of the image,
# and there are fewer of them. Signal processing calls this *aliasing*: detail
# too fine for the new grid comes back as coarser detail that was never there.
# Pillow's grey is what the eye sees from afar. In a photo aliasing looks like
# grain.
#
# **Your prediction:** how much more of it is in OpenCV's images, before the
# first step of training, as the total variation loss counts it?

# %%
shrunk = {}
for name, img in zip(('photo', 'painting'), map(gs.read_image, files)):
    smooth = resize_antialiased(img, image_shape)
    shrunk[name] = [gs.preprocess(i, image_shape) for i in (img, smooth)]
    opencv, pillow = (10 * float(gs.tv_loss(X)) for X in shrunk[name])
    print(
        f'{name:9} OpenCV {number(opencv, 2)}, Pillow {number(pillow, 2)}:'
        f' {number(opencv / pillow)} times as much'
    )

# %% alt="A part of the photo and of the painting, each shrunk by OpenCV and by Pillow: OpenCV's are grainy, Pillow's smooth."
left, top = image_shape[0] // 2, image_shape[1] // 4
strip(
    [
        gs.postprocess(X).asnumpy()[top : 2 * top, left : left + left // 2]
        for Xs in shrunk.values()
        for X in Xs
    ],
    [
        f'{name}, {library}'
        for name in shrunk
        for library in ('OpenCV', 'Pillow')
    ],
)

# %% [markdown]
# The MXNet tab starts from a grainier picture than the PyTorch tab, and is
# shown a grainier painting: of course it ends with more. This is one part of
# its higher total variation; the features and the rate add theirs. Resizing
# looks like a chore before the real work, but it is part of the method. State
# the library and the filter.

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
#
# **Your prediction:** what does the list hold after an in-place ReLU, and
# what after one that makes a new array?

# %%
Y = numpy.array([-2.0, -1.0, 0.5, 3.0])  # what a convolution gives
styles = [Y]
numpy.maximum(Y, 0, out=Y)  # a ReLU in place
print('kept, then a ReLU in place:', styles[0])

# %%
Y = np.array([-2.0, -1.0, 0.5, 3.0])
styles = [Y]
Y = npx.relu(Y)  # Gluon's makes a new array
print("kept, then Gluon's ReLU:", styles[0])

# %% [markdown]
# So the PyTorch tab says convolution, stores the convolution, and compares
# the ReLU. No error is raised, because the losses are computed when the whole
# network has run and all arrays have been overwritten. There is one exception:
# the network was cut off after `conv5_1`, so no ReLU comes after that layer,
# and its negative values survive. The PyTorch tab compares four layers after
# the ReLU and one before it, and nobody chose that.
#
# In MXNet we can ask for either. For the photo as it is, before the first
# step: the smallest value of each layer's features, and its style loss. (With
# other weights than the stored ladder's you will see other numbers.)
#
# **Your prediction:** for which layers does the style loss become smaller
# after the ReLU?

# %%
content_img, style_img = map(gs.read_image, files)
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
source = wording(used.source)
print(f'weights: {source} {used.digest[:19]}'.rstrip())


def least_and_loss(features):
    """The smallest feature of the photo in each layer, and its style loss."""
    layers = compared_layers(gs.Settings(features=features))
    X, _ = gs.get_contents(content_img, net, image_shape, device, *layers)
    _, styles_Y = gs.get_styles(style_img, net, image_shape, device, *layers)
    _, styles = gs.extract_features(X, net, *layers)
    return [
        (float(Y_hat.min()), 1e3 * float(gs.style_loss(Y_hat, gs.gram(Y))))
        for Y_hat, Y in zip(styles, styles_Y)
    ]


# %%
compared = {
    'convolution': least_and_loss('convolution'),
    'the PyTorch tab': least_and_loss('aliased'),
}
layers = [gs.VGG19_LAYERS[layer].name for layer in gs.STYLE_LAYERS]
print(two_tabs.layer_table(compared, layers, ('lowest', 'loss'), wording))

# %% [markdown]
# The four layers that are compared after the ReLU have no negative value and a
# smaller loss; `conv5_1` is the same in both columns.
#
# Must it be so? For the **content loss** it is a theorem. A ReLU never
# increases the distance of two numbers, $|\max(x, 0) - \max(y, 0)| \le
# |x - y|$, and the content loss is a mean of squared distances. For the
# **style loss** it is an observation: a Gram matrix is made of products, and a
# ReLU that takes the negative ones away may bring two Gram matrices together or
# drive them apart.

# %%
a, b = np.array([[[[1.0, -1.0]]]]), np.array([[[[1.0, 1.0]]]])
for name, f in [('before the ReLU', lambda X: X), ('after it', npx.relu)]:
    losses = gs.content_loss(f(a), f(b)), gs.style_loss(f(a), gs.gram(f(b)))
    content, style = (number(float(loss), 2) for loss in losses)
    print(
        f'{name:16} {wording("content")} {content}  {wording("style")} {style}'
    )

# %% [markdown]
# Before the ReLU the two have the same Gram matrix, for it does not see signs
# ([01_neural_style](01_neural_style.ipynb) shows it with a picture and its
# negative: $G(X) = G(-X)$); after the ReLU they have not, and the style loss
# has *grown*. So the tabs do not only weigh the same thing differently: the
# PyTorch tab, on four layers, compares something that sees signs, and the
# MXNet tab something that does not.
#
# The lesson fits in a line: **a stored array is a name, not a copy**. And so
# does the test for it: print the minimum. A convolution has negative outputs, a
# ReLU has none.

# %% [markdown]
# ## What hardly matters: Adam's epsilon
#
# Adam divides the running mean of the gradient by $\sqrt{v} + \epsilon$, where
# $v$ is the running mean of its square. Both means start from 0 and are
# corrected for that. PyTorch adds $\epsilon$ after the correction and MXNet
# before it, so that MXNet's is in effect larger, at step $t$ by the factor
#
# $$\frac{1}{\sqrt{1 - 0.999^t}},$$
#
# which is 32 at the first step.
#
# **Your prediction:** for gradients of what size do the first steps differ?
# Here they are, as a share of the learning rate. Both optimisers run in MXNet;
# `pytorchadam` is MXNet's with the other epsilon.


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
    print(f'{g:8.0e} {number(ours, 3):>7} {number(theirs, 3):>8}')

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
    share = number(100 * (sizes < limit).mean())
    print(f'below {limit:.0e}: {share} % of them')

# %% [markdown]
# Next to none. So epsilon is a real difference, it is easily demonstrated, and
# it hardly matters here. The ladder's line says the same:

# %%
rung = ladder['rungs'][3]
distance, floor = (number(rung['distance'][i]) for i in ('rmse', 'floor'))
print(
    f'{labels[3]}: {wording("distance")} {distance}, {wording("floor")} {floor}'
)

# %% [markdown]
# Without the floor we would have taken all of this distance for an effect.

# %% [markdown]
# ## The learning rate, and why any rounding grows
#
# A step of Adam is at most about as long as the learning rate, and at first,
# for all gradients but the tiniest, about as long. At 0.9, the MXNet tab's
# rate, that is about 50 of the 255 grey levels; at 0.3, the PyTorch tab's, 17.
# So when the gradient of a pixel is small, but not as small as epsilon, and a
# rounding decides whether it is a little above 0 or a little below, it decides
# whether the pixel moves up or down: a difference in the last digit has become
# one of up to 100 grey levels. At the next step the pixel's neighbours notice.
#
# You need no second framework to see this. We run MXNet against itself, the
# second time from a picture one rounding away.
#
# **Your prediction:** how far apart are the two, in grey levels, after 10
# steps, and after 40?


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
        lr_decay_epoch,
        lambda record, picture: kept.update({record.epoch: picture()}),
        every=1,
    )
    return kept


epochs = min(num_epochs, 40)
run = pictures_from(content_X, epochs)
run_twin = pictures_from(content_X * (1 + 2**-23), epochs)
apart = {epoch: rmse(run[epoch], run_twin[epoch]) for epoch in run}
for epoch in sorted({min(10, epochs), epochs}):
    print(f'apart at epoch {epoch}:', number(apart[epoch]))
print(f'more than 5 grey levels at epoch {epochs}:', YES[apart[epochs] > 5])

# %% alt="Distance of two pictures by epoch on a logarithmic axis: MXNet against PyTorch, PyTorch against its three twins and MXNet against its twin rise together, steeply in the first few epochs and then ever more slowly, and level off."
two_tabs.drift_chart(ladder['framework'], apart, wording)

# %% [markdown]
# At this size they are 5 or 6 grey levels apart after 10 steps and 24 after 40,
# where it stays. The two frameworks drift apart as each drifts away from
# itself, at about the same pace and up to the same height. The steepest rise
# is in the first few steps: these are the first pixels that a rounding has
# sent the other way. Then comes a plateau: the pictures have forgotten which
# rounding they began with, and what they have in common is what the losses ask
# for.
#
# Here are the pictures: MXNet, PyTorch, and PyTorch from one rounding away.
# The grain differs from pixel to pixel. Would you have said that these are
# different?

# %% alt="Three pictures that look alike, of MXNet, of PyTorch, and of PyTorch from one rounding away; only their grain differs."
strip(
    [pictures[-1], pictures[-2], twin],
    ['MXNet', 'PyTorch', 'PyTorch, one rounding away'],
    width=3.2,
)

# %% [markdown]
# Now the learning rate's line in the table. Three times the rate throws the
# picture further, and the noise of the rung itself rises with it. That is why
# its floor counts both noises, in squares. But noise is not all of it: the
# effect is what is left when the noise has been taken off.

# %%
for label, rung in list(zip(labels, ladder['rungs']))[3:5]:
    print(f'{label}: {wording("noise")} {number(rung["noise"]["rmse"])}')
change = ladder['rungs'][4]['distance']
for name, key in (
    ('distance', 'rmse'),
    ('floor', 'floor'),
    ('effect', 'effect'),
):
    print(f'{wording(name):8} {number(change[key])}')

# %% [markdown]
# ## The framework
#
# With everything else equal, how well do the two agree? At the first epoch
# nothing has had time to grow, and the losses can be compared digit by digit.
#
# **Your prediction:** to how many digits?

# %%
framework = ladder['framework']
terms = {'style': 'style', 'tv': 'TV', 'total': 'total'}
for row in framework['agreement']:
    if row['term'] in terms:
        print(
            f'{terms[row["term"]]:6} {number(row["mxnet"], 2):>7}'
            f'   differ by less than one part in a million:',
            YES[row['difference'] < 1e-6],
        )

# %% [markdown]
# To six digits at least. A float32 has about seven, and the sums lose some of
# the last one, so more cannot be expected. (The content loss is not in the
# list: at the first epoch it is 0.) **Compare losses at the first epoch, and
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
# **Your prediction:** five style losses, one content loss, one TV loss. How
# often does each count in the sum? And if the three were arrays, and the plus
# signs added numbers?

# %%
styles_l, contents_l, tv_l = [1] * 5, [100], 10_000
print('lists: ', sum(10 * styles_l + contents_l + [tv_l]))
arrays = 10 * numpy.array(styles_l) + numpy.array(contents_l)
print('arrays:', sum(arrays + numpy.array([tv_l])))

# %% [markdown]
# Ten times a list is the list ten times over, and a plus sign between lists
# joins them: 50 style losses of 1, one content loss of 100, one TV loss of
# 10,000. So the style counts ten times what its weight says, and ten times
# what the plot shows. With arrays, ten times each style loss would be the same
# 50; but the plus signs would add, the one content loss and the one TV loss
# would be *broadcast* to all five layers, and the sum would count them five
# times. The same line, another loss.
#
# Edition 1.0 wrote it plainly, a weight of 1e4 that counts once. Both editions
# minimise the same, and the plotted style loss differs by ten, which is why
# curves of different editions must not be laid over each other.

# %% [markdown]
# ## The test: MXNet paints both
#
# If the explanation is right, then the PyTorch tab's picture is not PyTorch's
# at all. It belongs to a smoothing resize, features after the ReLU and a rate
# of 0.3, and MXNet must paint it as well. So we let MXNet run both recipes.

# %%
settings = {
    name: replace(
        RECIPES[name].settings,
        width=image_shape[0],
        height=image_shape[1],
        epochs=num_epochs,
        lr_decay_epoch=lr_decay_epoch,
        weights=weights,
    )
    for name in (PYTORCH, MXNET)
}
outputs = {
    name: gs.postprocess(gs.run(content_img, style_img, each)).asnumpy()
    for name, each in settings.items()
}

# %% alt="The PyTorch tab's recipe run in PyTorch and in MXNet gives the same calm picture twice; the MXNet tab's recipe in MXNet gives the grainy one."
strip(
    [pictures[0], outputs[PYTORCH], outputs[MXNET]],
    [
        "the PyTorch tab's recipe\nin PyTorch",
        "the PyTorch tab's recipe\nin MXNet",
        "the MXNet tab's recipe\nin MXNet",
    ],
    width=3.2,
)

# %%
pairs = {
    'one recipe, two frameworks': (pictures[0], outputs[PYTORCH]),
    'two recipes, one framework': (outputs[PYTORCH], outputs[MXNET]),
}
for name, pair in pairs.items():
    distance = rmse(*pair)
    if distance is not None:  # the stored pictures may have another size
        print(f'{name}: {number(distance, 0)} {wording("grey levels")}')
noise = ladder['rungs'][0]['noise']['rmse']
print(
    f"noise of the PyTorch tab's recipe: {number(noise, 0)} {wording('grey levels')}"
)

# %% [markdown]
# The first two are the same picture, up to noise; the last two come from the
# same framework and are far apart. It was never about the framework.
#
# ## What remains unexplained
#
# How much of the book's gap have the five changes reproduced? From the first
# rung to the last, against edition 1.0:

# %%
first, last = (ladder['rungs'][i]['final'] for i in (0, -1))
for term in ('content', 'tv'):
    ours = last[term] / first[term]
    theirs = book['MXNet'][term][500] / book['PyTorch'][term][500]
    print(
        f'{wording(two_tabs.TERMS[term]):8} MXNet / PyTorch: ladder'
        f' {number(ours)}, book {number(theirs)}'
    )

# %% [markdown]
# The direction is the book's, the size is not. What is left is not explained
# here: the first suspects are the **weights**, two trainings of VGG-19, of
# which the ladder knows neither; and the book's runs have other images, 450 x
# 300 pixels, 500 epochs and a rate that is cut every 50. None of that was
# changed one thing at a time, so we do not know how much each does.
#
# ## Summary
#
# | difference | does it matter? | what it does |
# |---|---|---|
# | resize filter | yes | OpenCV keeps a grain that Pillow averages away: the total variation |
# | ReLU in place | yes | other features are compared: the content and style losses |
# | learning rate | to the picture yes, to the losses little | longer steps, another picture, and more noise |
# | Adam's epsilon | hardly | real, but hardly more than noise |
# | framework | no | what a rounding does |
# | weights | surely; how much is not measured here | two trainings, two sets of curves |
# | readers, order of sides | no | nothing |
# | limits of the plot | no | hides the first epochs |
#
# If you carry a program over yourself:
#
# 1. Compare intermediate values, at the first step, before final results.
# 2. Change one thing at a time, the framework last.
# 3. Measure the noise: run your program against itself, a few roundings away,
#    more than once; and subtract it in squares.
# 4. Print the minimum of every feature you store.
# 5. Write down the filter you resize with, and the hash of your weights.
# 6. Say what you have not explained.
#
# ## To go on
#
# [docs/numerics.md](../docs/numerics.md) has the ladder with each further
# number and the command that makes it. The command line climbs a ladder
# between any two recipes and writes a report; with PyTorch installed, try
#
# ```
# gluon-style compare sample:mountain-lake sample:autumn-avenue -o ladder \
#     --width 150 --height 100 --epochs 100 --set lr_decay_epoch=10 --floors
# ```
#
# And try `--from d2l-0.17-mxnet --to gatys-2016`, which needs no PyTorch: how
# far is the chapter from the paper?
