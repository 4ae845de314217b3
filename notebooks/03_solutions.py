# %% [markdown]
# # Exercises: worked answers
#
# Answers to the exercises of the chapter *Neural Style Transfer*, each with
# the pictures and the figures that it rests on. Do them yourself first:
# [03_exercises](03_exercises.ipynb).
#
# Türkçesi: [tr/03_cozumler.ipynb](tr/03_cozumler.ipynb)
#
# About thirty pictures are made here, all of them small. Two cores need five
# minutes for them. The numbers belong to these two images, this size and this
# many steps; what they have in common with yours is for you to find out.

# %% tags=["parameters"]
image_shape = (150, 100)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 80  # steps; the chapter: 500
lr_decay_epoch = 8  # steps between two cuts of the rate; the chapter: 50
weights = None  # None finds real weights; 'random' needs none

# %%
# %matplotlib inline
import io
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy
from IPython.display import Image, display

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons.measures import (
    gradient_norms,
    gradient_shares,
    yardstick,
)
from gluon_style.lessons.reconstruction import (
    content_only,
    reconstruct,
    style_only,
)
from gluon_style.sweeps import contact_sheet, sweep
from mxnet import autograd

PHOTO, PAINTING = 'sample:mountain-lake', 'sample:autumn-avenue'
ALL_FIVE = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']

settings = gs.Settings(
    width=image_shape[0],
    height=image_shape[1],
    epochs=num_epochs,
    lr_decay_epoch=lr_decay_epoch,
    weights=weights,
)
device = gs.try_gpu()
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
print(f'weights: {used.source} {used.digest[:19]}'.rstrip())

# %% [markdown]
# ## One yardstick
#
# Runs with other layers or weights cannot be compared by their losses: each is
# measured with a rule of its own. So every picture below is measured with the
# same four numbers, whatever it was made with.
#
# * **content** and **style**: the chapter's two losses, with its layers and
#   weights. Small means close to the photo, or close to the painting.
# * **TV**: the chapter's total variation, of the picture as it is seen:
#   the mean step between neighbours, from 0 for a flat picture to 1 for a
#   checkerboard of black and white.
# * **fine**: the share of the picture's power at high frequencies. Turn
#   the picture to grey, take the mean off, and write it as a sum of waves
#   (cosines). What counts as high is more than half of the highest frequency
#   that pixels can show along a side: structures finer than four pixels.
#
# TV and *fine* are two measures of noise, and not the same one. TV grows with
# the contrast of a picture, *fine* does not: it asks how the contrast is
# divided. Here is what they say of the two images, and of pure noise.

# %%
content_img = gs.read_image(gs.find_image(PHOTO))
style_img = gs.read_image(gs.find_image(PAINTING))


def small(img, shape=image_shape):
    """Return an image at the size of the pictures, (h, w, 3) in [0, 1]."""
    return gs.postprocess(gs.preprocess(img, shape)).asnumpy()


def two(value):
    """Write a number with two digits that count."""
    return f'{float(f"{value:.2g}"):g}'


def print_table(rows):
    """Print a line for each name: what the yardstick says."""
    width = max(len(name) for name in rows)
    print(' ' * width + '  content   style    TV   fine')
    for name, m in rows.items():
        print(
            f'{name:{width}}  {two(m["content"]):>7} {two(m["style"]):>7}'
            f'  {m["tv"]:.2f}  {100 * m["fine"]:3.0f} %'
        )


photo, painting = small(content_img), small(style_img)
noise = numpy.random.RandomState(0).rand(*photo.shape)
ends = {
    name: yardstick(picture, content_img, style_img, net)
    for name, picture in [
        ('photo', photo),
        ('painting', painting),
        ('noise', noise),
    ]
}
print_table(ends)

# %% [markdown]
# Noise has 80 %, as it must: its power is spread evenly over a square of
# frequencies, and the quarter circle of the low ones, of half the side,
# covers $\pi / 16 = 0.2$ of it. The painting, with its strokes, has more fine
# structure than the photo. So fine structure as such is no fault: a picture
# in this style should have about as much as the painting.
#
# ## Exercise 1: other layers
#
# *How does the output change when you select different content and style
# layers?*
#
# ### What a layer knows
#
# Before we mix, let us ask each layer alone. We start from noise and look for
# a picture whose features in one layer are those of the photo: no style, no
# total variation. All that the picture has of the photo, it has from this
# layer.

# %%
content_ladder = ['conv1_2', 'conv2_2', 'conv3_4', 'conv4_4', 'conv5_1']


def caption(name, picture):
    """Name a picture, with its two measures of noise."""
    m = yardstick(picture, content_img, style_img, net)
    return f'{name}\nTV {m["tv"]:.2f}, fine {100 * m["fine"]:.0f} %'


def ask(img, questions):
    """Find a picture for each question, and show them with the image."""
    pictures = {'asked about': small(img)}
    for name, question in questions.items():
        found = reconstruct(img, question)
        pictures[name] = gs.postprocess(found).asnumpy()
    titles = [caption(*item) for item in pictures.items()]
    return strip(list(pictures.values()), titles, columns=3, width=2.3)


ask(
    content_img,
    {layer: content_only(settings, layer) for layer in content_ladder},
)

# %% [markdown]
# `conv1_2` to `conv3_4` remember the photo, edge by edge, though under a veil
# of noise. With `conv4_4` you still see where the tree and the house are, and
# may guess the mountain, but the colours are no longer those of the photo.
# With `conv5_1` it is hard to tell that there ever was a landscape.
#
# The share of fine structure grows from 18 % with `conv1_2` to about 50 % with
# the deep layers. What a layer cannot see stays as it was in the beginning,
# and in the beginning was noise. (Some of it is impatience: the deep layers
# would need more steps than these.)
#
# **What one learns.** The deeper the layer, the less it knows of single
# pixels, and the more it leaves to others. So a deep layer is a good content
# layer: it says where things are and does not mind how they are painted. And
# it cannot do without a total variation, because it does not see noise.
#
# Now the other side: pictures that have the Gram matrices of the painting, of
# one layer, then of two, and so on up to all five. Nothing says where anything
# has to be.

# %%
ask(
    style_img,
    {
        f'{ALL_FIVE[0]} to {layer}' if i else layer: style_only(
            settings, *ALL_FIVE[: i + 1]
        )
        for i, layer in enumerate(ALL_FIVE)
    },
)

# %% [markdown]
# There is no avenue in any of them: no path in the middle, no trees at the
# sides. `conv1_1` alone gives dots of colour. From `conv2_1` on there are
# patches, orange here and blue there, and with each later layer they become
# firmer. For strokes you have to look below the grain: nothing here holds it
# down, and after the second layer its measures hardly move any more.
#
# **What one learns.** The Gram matrix has forgotten the places and kept what
# occurs together. Colours come from the first layers, patches and what they
# are made of from several layers together.
#
# ### Three content layers, three sets of style layers
#
# `sweep` makes a picture for every combination, and `contact_sheet` lays them
# out. On the command line it is `gluon-style sweep`. What is finished is kept
# in a folder, here `exercises`: run the cell again, and nothing is computed
# twice. Everything but the layers is as in the chapter; its own choice is the
# cell in the middle.


# %%
def show_sheet(results, words):
    """Show a sweep's contact sheet; as JPEG, for PNG is three times it."""
    sheet = contact_sheet(results, cell_width=190, words=words)
    file = io.BytesIO()
    sheet.convert('RGB').save(file, 'jpeg', quality=60)
    display(Image(data=file.getvalue(), format='jpeg'))


def measure(results):
    """Say what the yardstick says of every cell of a sweep."""
    return {
        tuple(cell.values.values()): yardstick(
            gs.read_image(cell.picture).asnumpy() / 255,
            content_img,
            style_img,
            net,
        )
        for cell in results
    }


layers = {
    'content_layers': [['conv2_2'], ['conv4_4'], ['conv5_1']],
    'style_layers': [ALL_FIVE[:2], ALL_FIVE, ALL_FIVE[3:]],
}
words = {
    'content': 'content',
    'style': 'style',
    'TV': 'TV',
    'epochs': 'epochs',
    'losses without their weights': 'losses without their weights',
    'content_layers': 'content layer',
    'style_layers': 'style layers',
    'content_weight': 'content weight',
    'tv_weight': 'TV weight',
}
by_layers = sweep(layers, settings, PHOTO, PAINTING, 'exercises')
show_sheet(by_layers, words)

# %%
row_names = ['conv2_2', 'conv4_4', 'conv5_1']
column_names = ['1 and 2', 'all five', '4 and 5']


def named(measured, rows, columns):
    """Name the cells of a sweep as the table and the chart shall do."""
    names = [(row, column) for row in rows for column in columns]
    return dict(zip(names, measured.values()))


def chart(measured, row_title, column_title):
    """Draw the four numbers of every cell: rows side by side, as bars."""
    rows, columns = (list(dict.fromkeys(i)) for i in zip(*measured))
    _, axes = plt.subplots(1, 4, figsize=(11, 2.6), layout='constrained')
    titles = {'content': 'content', 'style': 'style', 'tv': 'TV'}
    titles['fine'] = 'fine (%)'
    for ax, (key, title) in zip(axes, titles.items()):
        unit = 100 if key == 'fine' else 1
        values = {name: unit * m[key] for name, m in measured.items()}
        for i, column in enumerate(columns):
            ax.bar(
                numpy.arange(len(rows)) + 0.27 * (i - 1),
                [values[row, column] for row in rows],
                width=0.25,
                label=column,
                color=['#9ecae1', '#4292c6', '#084594'][i],
            )
        ax.set_xticks(range(len(rows)), rows)
        ax.set(title=title, xlabel=row_title)
        if max(values.values()) > 20 * min(values.values()):
            ax.set_yscale('log')
        if key in ('tv', 'fine'):
            ax.axhline(unit * ends['photo'][key], color='#009e73', ls='--')
            ax.axhline(unit * ends['painting'][key], color='#d55e00', ls='--')
    handles, labels = axes[0].get_legend_handles_labels()
    for name, colour in [('photo', '#009e73'), ('painting', '#d55e00')]:
        handles += plt.plot([], [], '--', color=colour)
        labels.append(name)
    axes[3].legend(
        handles,
        labels,
        title=column_title,
        loc='center left',
        bbox_to_anchor=(1, 0.5),
        frameon=False,
    )


measured = named(measure(by_layers), row_names, column_names)
print_table({f'{row}, {column}': m for (row, column), m in measured.items()})
chart(measured, 'content layer', 'style layers')

# %% [markdown]
# Read the sheet **across** first, where the style layers change.
#
# * With layers 1 and 2 alone, the picture has the painting's colours and stays
#   closer to the photo than with all five, in every row. It is calmer as well:
#   TV and *fine* are the lowest of their rows.
# * With layers 4 and 5 alone the colours of the painting are missing. The
#   style number is ten times and more that of all five layers, and with
#   `conv5_1` as content layer it is 100: more than twice that of the photo
#   itself, from which the run began. TV and *fine* are the highest of their
#   rows.
#
# Now **down**, where the content layer changes. From `conv4_4` to `conv5_1`
# the picture keeps less of the photo, as the reconstructions lead us to
# expect. But `conv2_2` has the largest *content* number of all, and yet its
# houses are the only ones with windows. Who is right, the number or the eye?
#
# Both are. The yardstick reads the content off `conv4_4`, so it is good at
# seeing what `conv4_4` sees. And there is something else that we have changed
# without noticing. How far apart are the photo and the painting in each layer?


# %%
def content_features(img):
    """Return what each layer of the ladder gives for an image."""
    X = gs.preprocess(img, image_shape).copyto(device)
    features, _ = gs.extract_features(X, net, content_ladder, [])
    return dict(zip(content_ladder, features))


of_photo, of_painting = map(content_features, (content_img, style_img))
apart = {
    layer: float(gs.content_loss(of_painting[layer], of_photo[layer]))
    for layer in content_ladder
}
for layer, loss in apart.items():
    print(f'{layer}  {loss:6.3g}')

# %% [markdown]
# A content loss of `conv2_2` is a small number and one of `conv4_4` a large
# one, for the same two images. So the same weight, 1, means little at the one
# and much at the other. For a fair comparison the weight has to make up for
# it. And we measure what is lost of the photo in both layers, in percent of
# the distance between photo and painting.

# %%
ratio = apart['conv4_4'] / apart['conv2_2']
fair_weight = float(f'{ratio:.2g}')
print(f'content weight for conv2_2: {fair_weight:g}')
(fair,) = sweep(
    {'content_layers': [['conv2_2']]},
    replace(settings, content_weight=fair_weight),
    PHOTO,
    PAINTING,
    'exercises',
)
compared = {
    'conv2_2': by_layers[1],
    f'conv2_2, weight {fair_weight:g}': fair,
    'conv4_4': by_layers[4],
}
pictures = {}
print(' ' * 20 + '  lost in  lost in')
print('content layer         conv2_2  conv4_4  style')
for name, cell in compared.items():
    img = gs.read_image(cell.picture)
    pictures[name] = img.asnumpy() / 255
    style = yardstick(pictures[name], content_img, style_img, net)['style']
    found = content_features(img)
    lost = [
        100 * float(gs.content_loss(found[layer], of_photo[layer])) / far
        for layer, far in apart.items()
        if layer in ('conv2_2', 'conv4_4')
    ]
    print(f'{name:20}  {lost[0]:5.0f} %  {lost[1]:5.0f} %  {style:5.2g}')
strip(list(pictures.values()), list(pictures))

# %% [markdown]
# With the larger weight `conv2_2` gives a picture about as far from the
# painting as the chapter's. So these two may be compared, and each keeps what
# it was asked for: the one lines, windows and shades, the other the things, in
# strokes of their own. The picture of `conv4_4` has lost most of what
# `conv2_2` sees.
#
# **What one learns.**
#
# * A shallow content layer keeps the drawing and lets the painting colour it
#   in. A deep one keeps the things and has them painted anew.
# * Shallow style layers carry the colours. Without them a style has none.
# * Whoever changes a layer changes a weight. Compare only what is comparable,
#   and remember that the yardstick has a layer of its own, too.
#
# ## Exercise 2: other weights
#
# *Adjust the weight hyperparameters in the loss function. Does the output
# retain more content or have less noise?*
#
# Of the three weights, only two are needed. If all three are multiplied by the
# same number, so is the gradient, and Adam divides the gradient by its size.
# To check it, one step with all weights ten times as large. (Over many steps
# the two runs drift apart, as any two do that differ by a rounding:
# [02_two_tabs](02_two_tabs.ipynb).)

# %%
step = replace(settings, epochs=1)
tenfold = replace(step, content_weight=10, style_weight=1e4, tv_weight=100)
once, ten_times = (
    255 * gs.postprocess(gs.run(content_img, style_img, i)).asnumpy()
    for i in (step, tenfold)
)
moved = numpy.abs(once - 255 * photo).mean()
difference = numpy.abs(once - ten_times).mean()
print(f'the step has moved a value by {moved:.0f} grey levels of 255')
print('the two differ by less than a tenth of one:', bool(difference < 0.1))

# %% [markdown]
# So the style weight stays as it is, and we change the other two: a fifth, one
# and five times the chapter's content weight; no total variation, the
# chapter's, and ten times as much.

# %%
balance = {'content_weight': [0.2, 1, 5], 'tv_weight': [0, 10, 100]}
by_weights = sweep(balance, settings, PHOTO, PAINTING, 'exercises')
show_sheet(by_weights, words)

# %%
measured = named(measure(by_weights), ['0.2', '1', '5'], ['0', '10', '100'])
print_table(
    {
        f'content weight {row}, TV weight {column}': m
        for (row, column), m in measured.items()
    }
)
chart(measured, 'content weight', 'TV weight')

# %% [markdown]
# **More content?** Yes, with a larger content weight. From a fifth to five
# times the chapter's, *content* falls to less than a third, in every column.
# The painting pays for it: *style* grows threefold at least. And it is not
# less noise. With a TV weight of 10, TV and *fine* are highest where the
# content weight is largest.
#
# **Less noise?** Yes, with a larger TV weight. From 0 to 100, TV falls to less
# than a third in every row, and *fine* to about two fifths. That costs hardly
# any content or style; where the content weight is 1 or 5, both numbers even
# become better. How can a term more make the others better? It cannot. The
# sheet shows what the optimiser has reached: there the content and style
# losses of every row are a little larger in the right column than in the left.
# But the optimiser's pixels may lie outside of what can be shown, and the
# yardstick measures what is shown, when they are cut off. A picture full of
# noise loses most by the cut.
#
# **Is less noise always better?** Look at the right column: mosaics. Its
# *fine* of about 10 % is half of the painting's 19 %. Strokes are fine
# structure, too, and the total variation cannot tell them from noise. Without
# it, the share is above the painting's; with the chapter's weights, 14 %, it
# is below.
#
# **Both?** Yes: content weight 5 with TV weight 100 has less than half of the
# chapter's *content*, and a lower TV. It has more than twice the chapter's
# *style*. Something has to give, and here it is the painting.
#
# ### Who pulls at the pixels
#
# A weight does not say how much a term has to say. The gradient does: it is
# what moves the pixels. Here is the chapter's run once more, as its own loop,
# and now and then each term's gradient is taken by itself, and its length
# noted.

# %%
content_X, contents_Y = gs.get_contents(content_img, net, image_shape, device)
_, styles_Y = gs.get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, trainer = gs.get_inits(
    content_X, device, settings.lr, styles_Y
)
watched = {}
for epoch in range(1, num_epochs + 1):
    if epoch in (1, 2, 5) or epoch % 10 == 0:
        norms = gradient_norms(X, net, contents_Y, styles_Y_gram)
        watched[epoch] = gradient_shares(norms)
    with autograd.record():
        features = gs.extract_features(X, net)
        *_, l = gs.compute_loss(X, *features, contents_Y, styles_Y_gram)
    l.backward()
    trainer.step(1)
    if epoch % lr_decay_epoch == 0:
        trainer.set_learning_rate(trainer.learning_rate * settings.lr_decay)

# %%
terms = {'content': 'content', 'style': 'style'}
names = {
    name: ' '.join(terms.get(word, word) for word in name.split())
    for name in norms
}
colours = ['#222222', '#fdd0a2', '#fdae6b', '#fd8d3c', '#e6550d', '#a63603']
_, ax = plt.subplots(figsize=(7.5, 3), layout='constrained')
places = range(len(watched))
below = numpy.zeros(len(watched))
for name, colour in zip(names, [*colours, '#0072b2']):
    heights = [100 * shares[name] for shares in watched.values()]
    ax.bar(places, heights, bottom=below, color=colour, label=names[name])
    below += heights
ax.set_xticks(places, list(watched))
ax.set(xlabel='before step', ylabel="% of the terms' gradients", ylim=(0, 100))
ax.legend(
    loc='center left', bbox_to_anchor=(1, 0.5), reverse=True, frameon=False
)
for epoch in (min(watched), max(watched)):
    print(f'before step {epoch}:', end=' ')
    print(
        ', '.join(
            f'{names[name]} {100 * share:.0f} %'
            for name, share in watched[epoch].items()
        )
    )

# %% [markdown]
# Before the first step the picture is the photo: the content loss is 0, and so
# is its gradient, whatever its weight. Two style layers, `conv5_1` and
# `conv1_1`, do nearly all of the pulling. One step later the shallow layers
# are the strongest together, and the content has woken up. In the end there
# are two parties left, the content and `conv5_1`, about equally strong. The
# shallow style layers are satisfied.
#
# The five style layers have the same weight, and yet one of them has most of
# the say. And the total variation has 1 % at first and 2 % at the end,
# although a weight of 0 or 100 makes another picture, as we have seen. Our
# reading: a short pull counts where no other term pulls back.
#
# **What one learns.** A weight is a price and not a share. Who wants to know
# what a term does must look at its gradient, and at the picture without it.
#
# ## Exercise 3: other images
#
# *Use different content and style images. Can you create more interesting
# synthesised images?*
#
# What is interesting is yours to say, so take your own: everywhere in this
# notebook a name may be the path of a file, such as
# `PHOTO = 'holiday/beach.jpg'`. What can be measured is which pairs go well
# together. Here are the samples and the book's pair, crosswise. The book's
# images are downloaded once; what cannot be had is left out.


# %%
def at_hand(names):
    """Keep the images that are here or can be downloaded."""
    found = []
    for name in names:
        try:
            gs.find_image(name)
            found.append(name)
        except gs.StyleError:
            print(f'{name} is not here and cannot be downloaded')
    return found


pairs = {
    'content': at_hand([PHOTO, 'book:rainier']),
    'style': at_hand([PAINTING, 'book:autumn-oak']),
}
by_images = sweep(pairs, settings, folder='exercises')
show_sheet(by_images, words)

# %%
rows = {}
for cell in by_images:
    pair = [
        gs.read_image(gs.find_image(i)) for i in (cell.content, cell.style)
    ]
    picture = gs.read_image(cell.picture).asnumpy() / 255
    before, goal = (small(img, picture.shape[1::-1]) for img in pair)
    rows[', '.join(cell.values.values())] = [
        yardstick(i, *pair, net) for i in (before, picture, goal)
    ]
width = max(len(name) for name in rows)
print(' ' * width, '   style            fine')
print(' ' * width, '   before  after    before  after  painting')
for name, (before, after, goal) in rows.items():
    print(
        f'{name:{width}}    {before["style"]:6.2g}  {after["style"]:5.2g}'
        f'    {100 * before["fine"]:4.0f} %  {100 * after["fine"]:3.0f} %'
        f'  {100 * goal["fine"]:6.0f} %'
    )

# %% [markdown]
# In all four pairs about one twentieth of the photo's distance in style is
# left, 4 to 6 %. The avenue is imitated more closely than the oaks, in both
# rows. And *fine* after the run goes with the painting: higher than in the
# photo, lower than in the painting, and higher with the oaks, whose strokes
# are finer, than with the avenue, whichever the photo.
#
# **What one learns.** The painting decides how fine the result is, the photo
# decides what is to be seen. If strokes come out too coarse or too fine for
# your picture, take a painting with other strokes, or another size of the
# picture. A photo with large, clear shapes, like the lake's, survives a wild
# style better than one with many small ones, like Rainier's. That last
# sentence is what we see; none of our four numbers says so.
#
# Try your own on the command line:
#
# ```
# gluon-style sweep --grid content=beach.jpg,book:rainier \
#     --grid style=sample:autumn-avenue,book:autumn-oak \
#     --width 150 --epochs 80 --lr-decay-epoch 8 -o my-sheet
# ```
#
# ## Exercise 4: other data
#
# *Can you apply style transfer to text?* See lesson number 04.
