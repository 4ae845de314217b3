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
#   to be compared, taken up again, or saved.
# * The **curves** are the weighted losses, with a mark where you changed
#   something. The **bars** say which term pulls how hard at the pixels.
# * The learning rate stays where you put it. The chapter lowers it by a fifth
#   every 50 steps; here that is your job.

# %%
open_page(language='english')

# %% [markdown]
# ## Five experiments
#
# Each has three parts. **Predict**: write down what you expect. **Try** it on
# the page. Then run the cell below, which does the same without the page, and
# **explain** the difference between what you wrote and what you see.
#
# The first trial changes nothing. All others are to be compared with it: the
# chapter's weights (1, 1000, 10), all five style layers, and Adam at 0.9.
# The table measures every picture by one rule, the chapter's losses with the
# chapter's weights, whatever settings made it; *finest structure* is the share
# of the picture's power in details finer than four pixels.

# %%
bank = Bank(
    'sample:mountain-lake', 'sample:autumn-avenue', image_shape, weights
)
half = max(1, num_epochs // 3)
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
noise = {
    'TV weight 0': bank.run(num_epochs, {0: {'tv_weight': 0}}),
    'TV weight 10': unchanged,
    'TV weight 100': bank.run(num_epochs, {0: {'tv_weight': 100}}),
}
pictures_figure(noise)

# %%
print(trials_table(noise, words))

# %% [markdown]
# **Explain.** From weight 0 to 100 the share of the finest structure falls
# from 27.4 % to 16 %, and fewer pixels are out of range. The style loss of
# the picture *as a file holds it* does not suffer at all: it falls too, from
# 3.24 to 1.64. The grain was no style; it was what Adam's large steps leave
# behind, and half of it is lost when the picture is clipped.

# %% [markdown]
# ### 2. Content against style
#
# **Predict.** Content weight 0.1 or 20: which of the two pictures has the
# smaller style loss, and can you still find the red hut in both?
#
# **Try.** Set *Content weight* to 0.1 while it runs. Once the lake has
# dissolved, set it to 20. Does the lake come back?

# %% alt="Three pictures: with content weight 0.1 the lake dissolves into orange and blue strokes and the hut is a smudge, with 1 it can be recognised, with 20 hut, trees and ridge are sharp and the colours pale."
balance = {
    'content weight 0.1': bank.run(num_epochs, {0: {'content_weight': 0.1}}),
    'content weight 1': unchanged,
    'content weight 20': bank.run(num_epochs, {0: {'content_weight': 20}}),
}
pictures_figure(balance)

# %%
print(trials_table(balance, words))

# %% [markdown]
# **Explain.** One loss is bought with the other: the content loss falls from
# 92.8 to 17.2, the style loss rises from 1.64 to 15.1. There is no weight at
# which both are smallest. What you choose is a point on the way between the
# photo and the painting, and the loss cannot choose it for you.

# %% [markdown]
# ### 3. One style layer at a time
#
# **Predict.** Leave only `conv1_1` on, then only `conv5_1`. Which of the two
# knows the painting's colours? Which knows its strokes?
#
# **Try.** Switch the layers off one after the other, from the last to the
# first, and look at the bars: who pulls in their place?

# %% alt="Three pictures: with all five layers an orange and blue painting, with conv1_1 alone a lake in the painting's colours without its strokes, with conv5_1 alone a glaring pattern of black, white and green worms."
layers = {
    'all five': unchanged,
    'conv1_1 alone': bank.run(num_epochs, {0: {'style_layers': ('conv1_1',)}}),
    'conv5_1 alone': bank.run(num_epochs, {0: {'style_layers': ('conv5_1',)}}),
}
pictures_figure(layers)

# %%
print(trials_table(layers, words))

# %% alt="Bars: the share of each term in the gradients at the end of the unchanged trial; the content layer conv4_4 and the style layer conv5_1 are the longest."
pulls_figure(unchanged, words)

# %% [markdown]
# **Explain.** `conv1_1` sees three pixels at a time. Its Gram matrix knows
# which colours and edges the painting has, and the result is a recoloured
# lake. `conv5_1` sees large patches, and what it is shown is no colour at
# all: alone it leaves a glaring pattern, with 44 % of the pixels out of range
# and a style loss of 308. Only together do the layers pin the painting down.
# In the unchanged trial `conv5_1` pulls hardest of the style layers, with 31 %
# of the sum of the gradients' norms, and the content layer has 47 %.

# %% [markdown]
# ### 4. Leaving the range
#
# **Predict.** After some steps a good part of the pixels is darker than black
# or brighter than white. Switch *keep in range* on in the middle of the run:
# what does the loss do at once, and where does it end?
#
# **Try.** Watch *out of range* below the picture, and switch.

# %% alt="Three pictures: unchanged with neon specks, kept in range from the middle with calmer colours, and in range at the rate 0.05 a clear lake with painted sky."
ranges = {
    'unchanged': unchanged,
    'in range from half': bank.run(
        num_epochs, {num_epochs // 2: {'in_range': True}}
    ),
    'in range, rate 0.05': bank.run(
        num_epochs, {0: {'in_range': True, 'lr': 0.05}}
    ),
}
pictures_figure(ranges)

# %% alt="Curves of the losses over the steps on a logarithmic axis; where the pixels are kept in range from, a dotted mark stands and the losses jump up a little, then fall."
course_figure(ranges['in range from half'], words)

# %%
print(trials_table(ranges, words))

# %% [markdown]
# **Explain.** The clipping costs something at once: the total jumps from 56.7
# to 68.1. Then it falls below what the run without the switch reaches, 50.7
# against 58.0 at the last step. And the picture saved is now the picture
# optimised: with 13.6 % of its pixels out of range, the unchanged one is not.
# With a rate that fits the range, 0.05, the total ends at 39.5. A step of 0.9
# is a fifth of the way from black to white, and hardly any pixel can stay
# where it is wanted.

# %% [markdown]
# ### 5. A rate that diverges, and how to save the run
#
# **Predict.** Set the rate to 50 for ten steps, then back to 0.9. Does the run
# recover? In how many steps?
#
# **Try.** First *keep* the picture. Then the rate 50, and back. Try *keep in
# range* as well. When nothing helps, take the kept picture up again.

# %% alt="Three pictures: unchanged, a painting of the lake; after ten steps at the rate 50 nothing but coloured noise, though the rate is 0.9 again; taken up at the kept picture with the rate 0.2, the lake again."
rates = {
    'unchanged': unchanged,
    'ten steps at 50': bank.run(
        num_epochs, {half: {'lr': 50.0}, num_epochs // 2: {'lr': 0.9}}
    ),
    'taken up, at 0.2': bank.run(num_epochs, {half: {'lr': 0.2}}),
}
pictures_figure(rates)

# %% alt="Curves of the losses: where the rate is set to 50 they leap up by seven powers of ten, and after it is set back to 0.9 they stay almost as high."
course_figure(rates['ten steps at 50'], words)

# %%
print(trials_table(rates, words))

# %% [markdown]
# **Explain.** The loss leaps from 74 to 1,600,000 in one step, and thirty
# steps after the rate is back at 0.9 it is still above 10,000,000: lowering
# the rate does not save the run. Adam divides each step by the root of its
# second moment, a mean of squared gradients with a memory of about a thousand
# steps ($\beta_2 = 0.999$). The enormous gradients of those ten steps stay in
# it: the steps are now far too small to walk back.
#
# What saves the run is to go back to *before*: a kept picture carries Adam's
# moments with it. That is what a checkpoint is for. At the rate 0.2 from there
# the run ends better than the unchanged one.

# %% [markdown]
# ## Save what you found
#
# *Save*, below a kept picture, gives its history of settings as a file. With
# it anyone can make your picture again, to the bit on a machine like yours:
#
# ```
# gluon-style transfer -o again.png --replay lab-60.history.json
# ```
