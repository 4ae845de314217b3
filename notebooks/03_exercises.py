# %% [markdown] tags=["no-outputs"]
# # Exercises
#
# The chapter *Neural Style Transfer* ends with four exercises. Here are the
# first three, each with a start that runs as it stands. What you change is
# marked with `# your turn`. There are no outputs in this notebook: they are
# yours to make.
#
# Guess before you run: each cell begins with a line for your guess. Then look.
# You learn most where the two differ. Worked answers are in
# [03_solutions](03_solutions.ipynb), and what you need to know before is in
# [01_neural_style](01_neural_style.ipynb).
#
# Türkçesi: [tr/03_alistirmalar.ipynb](tr/03_alistirmalar.ipynb)
#
# One picture takes about a quarter of a minute on two cores. Take a larger one
# when you have come upon something worth looking at.

# %% tags=["parameters"]
image_shape = (150, 100)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 100  # steps; the chapter: 500
lr_decay_epoch = 10  # steps between two cuts of the rate; the chapter: 50
preset = 'book'  # the chapter; or 'quick', 'fine': in range, by L-BFGS
weights = None  # None finds real weights; 'student' needs no download

# %%
# %matplotlib inline
from dataclasses import replace

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons import answers, measures, reconstruction
from gluon_style.lessons.pulls import pulls_at
from gluon_style.lessons.wording import find_wording
from gluon_style.runs.recipes import settings_of

ALL_FIVE = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']

wording = find_wording('english')
settings = settings_of(
    preset,
    width=image_shape[0],
    height=image_shape[1],
    epochs=num_epochs,
    lr_decay_epoch=lr_decay_epoch,
    weights=weights,
)
net = gs.vgg19_features(weights)
used = net.weights_used
print(f'weights: {wording(used.source)} {used.digest[:19]}'.rstrip())

# %% [markdown]
# `Settings` holds everything that a run depends on, with the chapter's values
# as defaults, and `run` makes a picture of two images and settings. Losses of
# runs with other layers or other weights cannot be compared with each other:
# each is measured with another rule. So `measures.yardstick` measures every
# picture with the same one:
#
# * **content** and **style**: the chapter's two losses, with the chapter's
#   layers and weights, whatever the picture was made with;
# * **TV**: the mean step between neighbouring pixels, from 0 to 1;
# * **fine**: the share of the picture's power that is in structures finer than
#   four pixels. Noise has about 80 %.


# %%
def stylise(content_img, style_img, **changes):
    """Make a picture (h, w, 3) with some of the settings changed."""
    output = gs.run(content_img, style_img, replace(settings, **changes))
    return gs.postprocess(output).asnumpy()


def compare(content_img, style_img, pictures):
    """Show pictures by name and measure each with the same yardstick."""
    titles = []
    for name, picture in pictures.items():
        m = measures.yardstick(picture, content_img, style_img, net)
        titles.append(answers.measured_title(name, m, wording))
    return strip(list(pictures.values()), titles)


# %% alt="Three pictures in a row, with their four numbers: the photo of a mountain lake, the painting of an avenue in autumn, and the lake in the painting's style."
content_img = gs.read_image(gs.find_image('sample:mountain-lake'))
style_img = gs.read_image(gs.find_image('sample:autumn-avenue'))
photo, painting = (
    gs.postprocess(gs.preprocess(img, image_shape)).asnumpy()
    for img in (content_img, style_img)
)
chapter = stylise(content_img, style_img)
compare(
    content_img,
    style_img,
    {'photo': photo, 'painting': painting, 'result': chapter},
)

# %% [markdown]
# ## Exercise 1: other layers
#
# *How does the output change when you select different content and style
# layers?*
#
# 1. Read the content off a layer closer to the pixels. What does the picture
#    keep of the photo that it did not keep before? And of the painting?
# 2. Read the style off one layer alone: first `conv1_1`, then `conv5_1`. Which
#    one carries the colours? Which one carries the strokes?
# 3. Which two lines give a picture that you would like better than the
#    chapter's?
#
# The layers are `conv1_1`, `conv1_2`, `conv2_1`, `conv2_2`, `conv3_1` to
# `conv3_4`, `conv4_1` to `conv4_4` and `conv5_1`. A list may hold several.

# %% alt="Two pictures side by side, with their four numbers: the chapter's result and yours, made with other layers."
my_guess = 'it keeps ...'  # your turn
my_content_layers = ['conv2_2']  # your turn; the chapter: ['conv4_4']
my_style_layers = ALL_FIVE  # your turn

mine = stylise(
    content_img,
    style_img,
    content_layers=my_content_layers,
    style_layers=my_style_layers,
)
compare(content_img, style_img, {'chapter': chapter, 'mine': mine})

# %% [markdown]
# <details><summary>Hint for 1</summary>
#
# A shallow layer still has every pixel's shade. Compare *content* and *style*
# above the two pictures: which of them has become worse, and which better?
# Watch out for a second change that you made without wanting it: losses of
# different layers are of different sizes, so the weight 1 means something else
# for each of them.
#
# </details>
#
# <details><summary>Hint for 2</summary>
#
# `my_style_layers = ['conv1_1']`. One value of `conv1_1` depends on 3 x 3
# pixels: no stroke fits in there. And if its colours are not the painting's,
# ask what becomes of a product if both its factors change their sign.
#
# </details>
#
# What does a layer know about an image at all? Ask it alone: start from noise,
# and look for a picture that has the same features in this one layer. Nothing
# else counts, neither style nor total variation. The picture says something
# about the layer only if the search has come to its end; so the cell uses
# L-BFGS in range, and writes above the picture its loss and how much of the
# noise's loss is left.
#
# 4. Go from `conv1_2` down to `conv5_1`. From which layer on would you no
#    longer take the picture for a photo? Then look once more, with 5 steps
#    instead of 100.
# 5. Do the same with the style:
#    `reconstruction.style_only(search, 'conv3_1')`
#    and `style_img`. What remains of the avenue?

# %% alt="Two pictures side by side: the target, and the picture reconstructed from one layer's features, with its loss."
my_guess = 'from ... on'  # your turn
search = replace(settings, optimizer='l-bfgs', in_range=True)
my_question = reconstruction.content_only(search, 'conv3_4')  # your turn
my_image = content_img  # your turn

found = reconstruction.reconstruct(my_image, my_question)
target = photo if my_image is content_img else painting
answers.reconstruction_strip(target, {'reconstruction': found}, wording)

# %% [markdown]
# ## Exercise 2: other weights
#
# *Adjust the weight hyperparameters in the loss function. Does the output
# retain more content or have less noise?*
#
# 1. Find weights that keep more of the photo than the chapter's. What do you
#    pay for it?
# 2. Find weights that give less noise. What do you pay now? Try a very large
#    `tv_weight`: is less noise always better?
# 3. Can you have both, more content and less noise, in one picture?
# 4. Multiply all three weights by 10. What happens, and why?

# %% alt="Two pictures side by side, with their four numbers: the chapter's result and yours, made with other weights."
my_guess = 'it becomes ...'  # your turn

mine = stylise(
    content_img,
    style_img,
    content_weight=1,  # your turn
    style_weight=1e3,  # your turn
    tv_weight=50,  # your turn; the chapter: 10
)
compare(content_img, style_img, {'chapter': chapter, 'mine': mine})

# %% [markdown]
# <details><summary>Hint for 1 to 3</summary>
#
# Change one weight at a time, and change it by a factor of 5 or 10; a tenth
# more shows nothing. More of one thing can come from giving another one less.
#
# </details>
#
# <details><summary>Hint for 4</summary>
#
# Multiply the loss by a number, and its gradient is multiplied by it. Adam
# divides the gradient by its own size.
#
# </details>
#
# How much each term of the loss has to say is not written in its weight. It is
# in how hard it pulls at the pixels: in the length of its gradient. Here is
# each term's share for the photo itself, where the run begins.
#
# 5. Which layer pulls hardest? Put `chapter` or `mine` in place of `photo`:
#    who pulls there?
# 6. The content loss has no share at the photo. Why not? Does it help to give
#    it a larger weight there?

# %%
my_guess = 'style conv3_1'  # your turn
my_picture = photo  # your turn
my_weights = {'content_weight': 1, 'style_weight': 1e3}  # your turn

weighted = replace(settings, **my_weights)
shares = pulls_at(my_picture, content_img, style_img, weighted, net)
rows = {wording(name): [wording.percent(i)] for name, i in shares.items()}
print(answers.table(rows, ['share']))
hardest = wording(max(shares, key=shares.get))
print(f'pulls hardest: {hardest}; you guessed: {my_guess}')

# %% [markdown]
# ## Exercise 3: other images
#
# *Use different content and style images. Can you create more interesting
# synthesised images?*
#
# 1. Take your own. A name is a path, such as `'my-photo.jpg'`; the chapter's
#    pair is `'book:rainier'` and `'book:autumn-oak'`, downloaded once.
# 2. Which paintings give their style away easily? Compare *style* before and
#    after for several of them.
# 3. A photo can be a style as well, and a painting a content. What does the
#    painting become with the photo's style?
#
# The picture takes the aspect ratio of the content image.

# %% alt="Two pictures side by side, with their four numbers: the content image before the run and after it."
my_guess = 'it looks like ...'  # your turn
my_content = 'sample:autumn-avenue'  # your turn
my_style = 'sample:mountain-lake'  # your turn

my_content_img = gs.read_image(gs.find_image(my_content))
my_style_img = gs.read_image(gs.find_image(my_style))
shape = gs.fitted_shape(replace(settings, height=None), my_content_img.shape)
before = gs.postprocess(gs.preprocess(my_content_img, shape)).asnumpy()
mine = stylise(my_content_img, my_style_img, width=shape[0], height=shape[1])
compare(my_content_img, my_style_img, {'before': before, 'after': mine})

# %% [markdown]
# <details><summary>Hint for 2</summary>
#
# Look at the size of the strokes beside that of your picture, in pixels. And
# does it help if every corner of the painting looks like every other, since
# the Gram matrix forgets where things were? Test it: `style_images` in
# `gluon_style.lessons` cuts a painting into tiles and shuffles them.
#
# </details>
#
# ## Exercise 4: other data
#
# *Can you apply style transfer to text?* That is another network and another
# loss, so it has a lesson of its own, number 04.
