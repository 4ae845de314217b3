# %% [markdown]
# # The lab: steer the run while it runs
#
# So far you chose the settings, ran, and looked at what came of it. Here the
# run goes on before your eyes, and **every slider acts on its next step**:
# raise the noise term *now*, switch one style layer off *now*, and watch what
# the picture and the three losses make of it.
#
# The lab takes the chapter's own steps: `train` is driven from one change to
# the next. Its network is the *student*, which ships with the package and
# imitates VGG-19, so you need neither weights nor a network connection.
#
# Türkçesi: [tr/05_laboratuvar.ipynb](tr/05_laboratuvar.ipynb)
#
# The next cell decides how long the experiments below take: as they stand,
# one to four minutes together on a computer with two cores.

# %% tags=["parameters"]
image_shape = (150, 100)  # width, height in pixels; the chapter: (450, 300)
num_epochs = 60  # steps of each experiment
weights = 'student'  # None finds real weights

# %%
# %matplotlib inline
from gluon_style.lessons.lab.page import open_page
from gluon_style.lessons.lab.trials import (
    Bank,
    course_figure,
    losses_table,
    pictures_figure,
    pulls_figure,
    trials_table,
)
from gluon_style.lessons.lab.words import words_of

words = words_of('english')

# %% [markdown]
# ## The page
#
# Run the next cell in JupyterLab (`make jupyter`) and press *Start*. The same
# page opens in a browser with `make lab` or `gluon-style lab`.
#
# * **Steer**: the weights of the three losses, the learning rate, the style
#   layers, and whether the pixels are kept where a file can hold them.
# * **Keep this one** puts the picture with its settings into the strip below,
#   where you can compare it, go back to it, or save it.
# * The **curves** are the weighted losses, with a mark where you changed
#   something. The **bars** say which term pulls how hard at the pixels.
# * The learning rate stays where you put it. The chapter lowers it by a fifth
#   every 50 steps; here that is your job.

# %%
open_page(language='english')

# %% [markdown]
# ## Five experiments
#
# Each has three parts. **Predict**: write what you expect into the cell, in
# place of the dots. **Try** it on the page. Then press *Pause* on the page,
# run the cells, and **explain** where the pictures differ from what you wrote,
# before you unfold our answer. (Pause, because page and cell would share the
# processor, and because the page may not hear you while a cell computes.)
#
# The cells try the same without the page: pictures of 150x100, 60 steps, with
# most changes before the first. The answers give the figures of these cells as
# they stand; another processor moves them a little. On the page choose 150
# under *Width in pixels* for pictures of this size. Its figures will be others
# all the same, for you change a setting at another step.
#
# The first trial changes nothing. All others are to be compared with it: the
# chapter's weights (1, 1000, 10), all five style layers, and Adam at 0.9.
# The table measures every picture as a file would hold it, and by one rule,
# whatever settings made it: the chapter's losses with the chapter's weights.
# *Finest structure* is the share of the picture's power in details finer than
# four pixels; white noise has about 80 %.

# %%
bank = Bank(
    'sample:mountain-lake', 'sample:autumn-avenue', image_shape, weights
)
third, middle = num_epochs // 3, num_epochs // 2  # 20 and 30
unchanged = bank.run(num_epochs, {})
print(trials_table({'unchanged': unchanged}, words))

# %% [markdown]
# ### 1. Noise against strokes
#
# **Predict.** The total variation loss punishes differences between
# neighbouring pixels. Set its weight to 0, then to 100: what happens to the
# grain, and what to the brush strokes? Will the style loss suffer?
#
# **Try.** Start, wait for 30 steps, keep; set *TV weight* to 100, wait, keep;
# set it to 0.

# %% alt="Three pictures of the lake side by side: with TV weight 0 the surface is full of coloured specks, with 10 somewhat fewer, with 100 the strokes are soft and the specks are gone."
my_guess = 'with 100 the grain ..., the strokes ...'  # your turn

noise = {
    'TV weight 0': bank.run(num_epochs, {0: {'tv_weight': 0}}),
    'TV weight 10': unchanged,
    'TV weight 100': bank.run(num_epochs, {0: {'tv_weight': 100}}),
}
pictures_figure(noise)

# %%
print(trials_table(noise, words))
print('\nthe style loss that the run reports:')
print(losses_table(noise, [num_epochs], words, 'style'))

# %% [markdown]
# **Explain** what you see, then unfold.
#
# <details><summary>Our answer</summary>
#
# The grain goes and the strokes stay, only softer: the share of the finest
# structure falls from 27.4 % to 16 %. Nothing in the painting asks for the
# grain. Adam's first steps leave it behind: they move nearly every pixel by
# the whole rate, 0.9, wherever it should go.
#
# The style loss hardly suffers. The runs report 1.83, 2.03 and 1.57, which is
# no trend. In the files it even falls, from 3.24 to 1.64, because a file holds
# no pixel that is out of range: the grain throws 19.8 % of the pixels out,
# with weight 100 it is 11 %, and what is cut off was part of the match.
#
# </details>

# %% [markdown]
# ### 2. Content against style
#
# **Predict.** Content weight 0.1 or 20: which of the two pictures has the
# smaller style loss, and can you still find the red hut in both?
#
# **Try.** Set *Content weight* to 0.1 while it runs. Once the lake has
# dissolved, set it to 20. Does the lake come back?

# %% alt="Four pictures: with content weight 0.1 the lake dissolves into orange and blue strokes and the hut is an orange smudge; with 1 both can be recognised; with 20 hut, trees and ridge are sharp under coloured specks; with 0.1 and from the middle on 20 they are back, under still more specks."
my_guess = 'the smaller style loss has ...'  # your turn

balance = {
    'content weight 0.1': bank.run(num_epochs, {0: {'content_weight': 0.1}}),
    'content weight 1': unchanged,
    'content weight 20': bank.run(num_epochs, {0: {'content_weight': 20}}),
    '0.1, from half 20': bank.run(
        num_epochs,
        {0: {'content_weight': 0.1}, middle: {'content_weight': 20}},
    ),
}
pictures_figure(balance, columns=2)

# %%
print(trials_table(balance, words))

# %% [markdown]
# **Explain** what you see, then unfold.
#
# <details><summary>Our answer</summary>
#
# With 0.1 the style loss is smaller, 1.64 against 15.1, and the hut is an
# orange smudge. With 20 the hut is a hut: the content loss is 17.2 and not
# 92.8. One loss is bought with the other, and there is no weight at which both
# are smallest. You choose a point on the way between photo and painting; the
# loss cannot choose it for you.
#
# The lake does come back. The photo was never lost: its features are the
# constant that the content loss pulls towards. After 30 steps the content loss
# is down to 28.
#
# With 20 there are more specks, 32.6 % of finest structure, though the TV
# weight is still 10. Only the ratios of the weights count, and beside a
# content weight of 20 a TV weight of 10 is little.
#
# </details>

# %% [markdown]
# ### 3. One style layer at a time
#
# **Predict.** Leave only `conv1_1` on, then only `conv5_1`. Which of the two
# knows the painting's colours? Which knows its strokes?
#
# **Try.** Switch the layers off one after the other, from the last to the
# first, and look at the bars: who pulls in their place?

# %% alt="Four pictures: with all five layers an orange and blue painting of the lake; with conv1_1 alone a lake with a red mountain under a blue sky, without strokes; with conv5_1 alone glaring worms in black, white and green; without conv5_1 nearly the first picture, in which hut and trees are clearer."
my_guess = 'colours: ..., strokes: ...'  # your turn

layers = {
    'all five': unchanged,
    'conv1_1 alone': bank.run(num_epochs, {0: {'style_layers': ('conv1_1',)}}),
    'conv5_1 alone': bank.run(num_epochs, {0: {'style_layers': ('conv5_1',)}}),
    'without conv5_1': bank.run(
        num_epochs,
        {0: {'style_layers': ('conv1_1', 'conv2_1', 'conv3_1', 'conv4_1')}},
    ),
}
pictures_figure(layers, columns=2)

# %%
print(trials_table(layers, words))

# %% alt="Bars: the share of each term in the gradients at the end of the unchanged trial; the content layer conv4_4 and the style layer conv5_1 are the longest."
pulls_figure(layers['all five'], words)

# %% alt="Bars for the trial without conv5_1: the content layer conv4_4 has nearly three quarters, no style layer more than a ninth."
pulls_figure(layers['without conv5_1'], words)

# %% [markdown]
# **Explain** what you see, then unfold.
#
# <details><summary>Our answer</summary>
#
# `conv1_1` knows colours and no strokes: one value of it sees 3 x 3 pixels,
# and no stroke fits in there. Not all colours are right, such as the blue sky:
# all features may change their signs together, and the Gram matrix stays the
# same.
#
# `conv5_1` knows strokes, hard ones, and no colours. One value of it depends
# on 156 x 156 pixels, which is more than this picture has, and what it tells
# is what lies beside what, not in which colour. Alone it drives 43.8 % of the
# pixels out of range, and the style loss, measured with all five layers, is
# 308.
#
# With all five it pulls hardest of the style layers: it has 31.2 % of the sum
# of the gradients' norms. (Pulls in different directions cancel in part; the
# bars do not show that.) Switch it off, and the content takes its place, from
# 46.9 % to 72.4 %: the strongest of the others is gone. The content loss
# shows it, with 17.4 in place of 37.4.
#
# </details>

# %% [markdown]
# ### 4. Leaving the range
#
# **Predict.** After some steps a good part of the pixels is darker than black
# or brighter than white. Switch *Keep in range* on in the middle of the run:
# what does the loss do at once, and where does it end?
#
# **Try.** Watch *out of range* below the picture, and switch. Then begin a new
# run with the preset *in range: Adam at 0.05*.

# %% alt="Three pictures: unchanged with neon specks, kept in range from the middle with calmer colours, and in range at the rate 0.05 a clear lake with painted sky."
my_guess = 'the loss at once ..., in the end ...'  # your turn

ranges = {
    'unchanged': unchanged,
    'in range from half': bank.run(num_epochs, {middle: {'in_range': True}}),
    'in range, rate 0.05': bank.run(
        num_epochs, {0: {'in_range': True, 'lr': 0.05}}
    ),
}
pictures_figure(ranges)

# %% alt="Curves of the losses over the steps on a logarithmic axis; where the pixels are kept in range from, a dotted mark stands, the total jumps up a little, and wavers on downwards as before."
course_figure(ranges['in range from half'], words)

# %%
print('the total that the run reports:')
print(losses_table(ranges, [middle + 1, middle + 2, num_epochs], words))
print('\nthe pictures as files hold them:')
print(trials_table(ranges, words))

# %% [markdown]
# **Explain** what you see, then unfold. A step reports the loss of the picture
# it begins with: the one that was clipped after step 31 is that of step 32.
#
# <details><summary>Our answer</summary>
#
# The clipping costs something at once: at step 32 the total is 68.1, and 55 in
# the run that nobody touched. Within a step or two that is made good, and from
# then on the total is on the whole no higher than without the switch. (50.7
# against 58 at the end says little: at this rate the totals waver by ten.)
#
# The gain is in the file. The picture saved is now the picture optimised, with
# a content loss of 28.3 and a style loss of 1.69. Of the unchanged one 13.6 %
# of the pixels are cut off when it is saved, where nobody makes it good: 37.4
# and 2.67.
#
# The rate 0.05 fits the range. It ends at 39.5, and the content loss is 15.6.
# At 0.9 the first steps move nearly every pixel by a fifth of the way from
# black to white, right or wrong, and what they leave is slow to go.
#
# </details>

# %% [markdown]
# ### 5. A rate that diverges, and how to save the run
#
# **Predict.** Set the rate to 50 for ten steps, then back to 0.9. Does the run
# recover? In how many steps?
#
# **Try.** After some 20 steps press *Pause* and *Keep this one*. Set *Learning
# rate* to 50, press *One step* ten times, set it to 0.9, and go on. Switch
# *Keep in range* on as well. When nothing helps, press *Go back to this one*
# below the kept picture, set the rate to 0.2, and go on.

# %% alt="Four pictures: unchanged, a painting of the lake; after ten steps at the rate 50 nothing but coloured noise, though the rate is 0.9 again; kept in range since, a maze of black, white and green; gone back to the kept picture and on at the rate 0.2, the lake again."
my_guess = 'it recovers in ... steps'  # your turn

rates = {
    'unchanged': unchanged,
    'ten steps at 50': bank.run(
        num_epochs, {third: {'lr': 50.0}, middle: {'lr': 0.9}}
    ),
    'then in range': bank.run(
        num_epochs,
        {third: {'lr': 50.0}, middle: {'lr': 0.9, 'in_range': True}},
    ),
    'gone back, at 0.2': bank.run(num_epochs, {third: {'lr': 0.2}}),
}
pictures_figure(rates, columns=2)

# %% alt="Curves of the losses on a logarithmic axis: where the rate is set to 50 the total leaps up by seven powers of ten; after it is set back to 0.9 the total falls to a tenth in thirty steps, still five powers of ten above where it was."
course_figure(rates['ten steps at 50'], words)

# %%
steps = [third + 1, third + 2, middle + 1, middle + 2, num_epochs]
print('the total that the run reports:')
print(losses_table(rates, steps, words))
print('\nthe pictures as files hold them:')
print(trials_table(rates, words))

# %% [markdown]
# **Explain** what you see, then unfold.
#
# <details><summary>Our answer</summary>
#
# The loss leaps from 74.3 to 1,610,000 in one step and is at 105,000,000 when
# the rate is 0.9 again. Thirty steps later it is still at 11,600,000. (We went
# on to step 400: 112,000.) Two things hold it there:
#
# * The picture is far away. A step at this rate may move a pixel by eleven
#   times the way from black to white, and 99.3 % of them are out of range.
# * Adam now takes short steps. It divides each by the root of its second
#   moment, a mean of squared gradients with a memory of about a thousand steps
#   ($\beta_2 = 0.999$), and the enormous gradients of those ten stay in it.
#
# *Keep in range* takes the first away and leaves the second. All pixels are
# back at once, and the loss falls to 10,400. But there it stays, and is at
# 12,100 after thirty steps more: the steps are too short to leave the maze.
#
# What saves the run is to go back to *before*: a kept picture carries Adam's
# moments with it. That is what a checkpoint is for. From there the run at 0.2
# ends better than the unchanged one.
#
# </details>

# %% [markdown]
# ## Save what you found
#
# *Save*, below a kept picture, gives three files: the picture, its record, and
# its history of settings. With the last anyone can make your picture again, to
# the bit on a machine like yours:
#
# ```
# gluon-style transfer -o again.png --replay lab-60.history.json
# ```
