# %% [markdown]
# # Style transfer for text?
#
# The chapter's last exercise asks whether style can be transferred for text,
# and points to a survey: Hu, Lee, Aggarwal and Zhang, *Text Style Transfer: A
# Review and Experimental Evaluation* (2020). This notebook tries it, on a
# scale that a laptop trains in a minute or two.
#
# What was easy for images is missing here. A picture is made of numbers that
# can change a little: the gradient of a loss runs down to the pixels, and Adam
# changes them. A sentence is made of words, and nobody can make *hello* a
# little more formal by adding 0.01 to it. Nor is there a trained network whose
# Gram matrices we could trust to see style and nothing else.
#
# So we take another road: edit the sentence. Li, Jia, He and Liang described
# it in 2018 as *Delete, Retrieve, Generate*:
#
# 1. **find** the words that mark a style, by counting;
# 2. **delete** them; what is left is the content;
# 3. **retrieve** a sentence of the other style with similar content, and
#    borrow its markers; or
# 4. **generate**: let a network write a sentence from content and style.
#
# The survey files this method under *explicit style keyword replacement*.
# Another survey (Jin, Jin, Hu, Vechtomova and Mihalcea, 2022) calls the family
# *prototype editing*; the word *prototype*, for a sentence that is taken as a
# draft and then edited, is that of Guu, Hashimoto, Oren and Liang (2018).
#
# Then we measure as the survey does: is it the other style, is it the same
# content, is it a sentence?
#
# Türkçesi: [tr/04_metin_tarzi_transferi.ipynb](tr/04_metin_tarzi_transferi.ipynb)

# %% tags=["parameters"]
num_sentences = 2000  # for training, and as many for the judges
num_epochs = 12  # over the sentences, for each network
tokens = 'words'  # or 'pieces': what stands for one token

# %% [markdown]
# The networks are so small that a second thread only gets in the way of the
# first. The number of threads must be settled before MXNet is loaded.

# %%
import os

os.environ['OMP_NUM_THREADS'] = '1'

# %matplotlib inline
import random

import numpy

from gluon_style.lessons.source import shown
from gluon_style.lessons.text_style import (
    AND,
    Judges,
    Rewriter,
    StyleClassifier,
    Vocabulary,
    bleu,
    choose_threshold,
    choose_worst,
    classify,
    content_f1,
    count_deleted,
    count_markers,
    delete,
    draw_scores,
    draw_thresholds,
    fill_template,
    find_grammar,
    find_markers,
    fit_classifier,
    fit_language_model,
    fit_rewriter,
    kinds_table,
    lay_out,
    make_corpora,
    make_pairs,
    measure_answers,
    perplexity,
    retrieve,
    rewrite,
    salience,
    share_new,
    share_right,
    show_words,
    sort_by_kind,
    summarise,
    table,
    with_markers,
)
from gluon_style.lessons.wording import find_wording

wording = find_wording('english')

# %% [markdown]
# ## Sentences we know everything about
#
# In a sentence from real life nobody can say exactly what is content and what
# is style. We therefore make our own, from a small grammar: office messages,
# formal or informal. A *content* is a frame (a request, a statement, a plan
# ...) and its words: who, what, where, when. It can be written in either
# style. That gives us what real corpora lack: for every sentence, the right
# answer.

# %%
grammar = find_grammar('english')
rng = random.Random(1)
everything = {slot: sorted(words) for slot, words in grammar.slots.items()}
for _ in range(5):
    content = grammar.say(rng, everything)
    print('*', content.frame, '/', ', '.join(sorted(content.words)))
    for style in grammar.styles:
        print(' ', show_words(grammar.write(content, style, rng).tokens))

# %% [markdown]
# The styles differ in greetings, in words (*purchase*, *grab*), in whole
# constructions (*would you be so kind as to*), and often in several of these
# at once. We have built in what makes the task hard in real life, too:
#
# * **Writers are not consistent.** At each choice, 85 times in 100 they keep
#   to their style, 3 times they slip into the other one, and otherwise they
#   use a neutral form. Eight sentences in 100 are neutral from start to end,
#   and still count as formal or informal.
# * **Markers are ambiguous.** *So* and *kind of* are informal, *so kind as* is
#   formal; *thank you* is both, and only what follows decides.
# * **Content leans.** In the training corpus the contract occurs mostly in
#   formal sentences, the pizza in informal ones, though neither is a style.
# * **Test sentences hold new words.** Five content words, such as
#   *telescope*, are not in the training corpus.
#
# `make_corpora` writes three corpora that share no content: `train` for the
# transfer, `judge` for the networks that will measure it, and `test`. Judges
# trained on the same sentences as the methods would be biased. In `judge` and
# `test` all words occur, and equally often in both styles.

# %%
corpora = make_corpora(grammar, num_sentences, tokens)
train, test = corpora.train, corpora.test
print('train', len(train), ' judge', len(corpora.judge), ' test', len(test))
known = {token for sentence in train for token in sentence.tokens}
print('different tokens in train:', len(known))
print('longest sentence:', max(len(sentence.tokens) for sentence in train))
new = {token for sentence in test for token in sentence.tokens} - known
print('test tokens not in train:', ', '.join(sorted(new)))

# %% [markdown]
# ## Find the markers
#
# What marks a style? An n-gram $u$, a run of one to three tokens, that one
# style has much more often than the other. Its **salience** for style $s$ is
#
# $$\text{salience}(u, s) = \frac{\text{count}(u, \mathcal{D}_s) + 1}
# {\text{count}(u, \mathcal{D}_{s'}) + 1},$$
#
# where $\mathcal{D}_s$ are the sentences of the style and $\mathcal{D}_{s'}$
# those of the other. **By hand:** 29 times here and never there gives
# $30 / 1 = 30$; 29 times here and 9 times there gives $30 / 10 = 3$; once here
# and never there gives only 2, since we add 1 to both.
#
# This is all that stands for the style loss: a count of what occurs. Like the
# Gram matrix, it forgets where.

# %%
shown(salience)

# %%
counts = {'often': 29}
print(salience('often', counts, {}), salience('often', counts, {'often': 9}))

# %% [markdown]
# ### How salient must a marker be?
#
# **Question.** Deal the labels *formal* and *informal* out at random. Now no
# word marks a style. How many n-grams still have a salience of 3 or more?
#
# *Your guess:* none, a few, or hundreds?

# %%
thresholds = [2, 3, 4, 6, 8, 12, 16, 24, 32]
counts = count_markers(train, grammar.styles, thresholds)
rows = [
    [f'{count.threshold:g}', str(count.markers), str(count.by_chance)]
    for count in counts
]
print(lay_out([['threshold', 'markers', 'by chance'], *rows]))

# %% [markdown]
# Hundreds: there are thousands of rare n-grams, and some of them fall to one
# side by luck alone. This tells us how to choose: **the lowest threshold at
# which chance makes no more than one marker in twenty.** The rule needs nothing
# but the sentences and their styles, so it would work for real ones too.

# %%
threshold = choose_threshold(counts)
print(f'threshold: {threshold:g}')

# %% alt="Number of markers against the threshold of salience, both axes logarithmic. With shuffled styles there are more markers than with the true ones at threshold 2, a few at 8, and none from 12 on; with the true styles there are still about forty at 32. A dotted line marks the chosen threshold, 8."
draw_thresholds(
    thresholds,
    {
        'true styles': [count.markers for count in counts],
        'shuffled styles': [count.by_chance for count in counts],
    },
    threshold,
    'threshold of salience',
    'markers',
    yscale='symlog',
)

# %%
markers = find_markers(train, grammar.styles, threshold)
for style in grammar.styles:
    ranked = sorted(markers[style].items(), key=lambda item: -item[1])
    print(f'{style}: {len(ranked)} markers')
    for ngram, score in ranked[:8]:
        print(f'{score:7.0f}  {show_words(ngram)}')

# %% [markdown]
# ## Delete them

# %%
shown(delete)

# %%
stripped_train = [delete(s.tokens, markers[s.style]) for s in train]
stripped = [delete(s.tokens, markers[s.style]) for s in test]
for sentence, strip in list(zip(test, stripped))[:6]:
    print(f'{sentence.style:9}', show_words(sentence.tokens))
    print(f'{"":9}', show_words(strip.content), end='\n\n')

# %% [markdown]
# **Question.** Does deletion take only style? Since the sentences are ours, we
# can check: we know which tokens carry content. (With real sentences we could
# not, and that is why we did not choose the threshold here.) Is there a
# threshold that deletes most other tokens and no content words?
#
# *Your guess:*

# %% alt="Share of tokens deleted against the threshold of salience, for content words and for other tokens. Both curves fall from about 50 per cent at threshold 2. At the chosen 8 it is 20 per cent of the content words and 43 per cent of the others; at 32 it is 1 and 15 per cent."
deleted = [
    count_deleted(corpora, find_markers(train, grammar.styles, value))
    for value in thresholds
]
draw_thresholds(
    thresholds,
    {
        'content words': [share.content for share in deleted],
        'other tokens': [share.others for share in deleted],
    },
    threshold,
    'threshold of salience',
    'deleted, %',
)

# %% [markdown]
# There is none. Content goes wherever style goes: the names of things that
# lean to a style, and words like *purchase*, which are both at once. Chance
# cannot warn us of either, for both really are more frequent in one style. The
# true labels would have told us to go a little higher, to 12 or 16; we stay
# with the rule, as we would have to outside.

# %% [markdown]
# ### What is a token?
#
# English marks style mostly with words, and with a few things glued to them:
# *anna's got*, *igor'll*. Deleted as whole words, these take a name with them.
# `tokens = 'pieces'` cuts words where the grammar put them together. In
# English that changes little. In Turkish, where a suffix of the verb says how
# one addresses somebody, it decides what can be found at all; see the Turkish
# notebook.

# %%
rows = []
for kind in ('words', 'pieces'):
    other = make_corpora(grammar, num_sentences, kind)
    marks = find_markers(other.train, grammar.styles, threshold)
    share = count_deleted(other, marks)
    number = len({token for s in other.train for token in s.tokens})
    fresh = wording.fixed(share_new(other), 1)
    row = [
        kind,
        str(number),
        fresh,
        *(wording.fixed(value) for value in share),
    ]
    rows.append(row)
    grams = [ngram for style in grammar.styles for ngram in marks[style]]
    glued = {part for ngram in grams for part in ngram if part[0] == '+'}
    print(f'{kind}, pieces in markers:', ' '.join(sorted(glued)) or 'none')
heads = ['', 'different', 'new, %', 'content, %', 'others, %']
print(lay_out([heads, *rows]))

# %% [markdown]
# (*different*: how many different tokens there are in `train`; *new*: how many
# of the tokens of `test` are not among them; *content*, *others*: how many of
# the content words and of the other tokens are deleted.)
#
# ## The judges
#
# Before we rewrite anything, we need measures. The survey has three.
#
# **Style**: the share of answers that a classifier takes for the style asked
# for. Ours is a convolution over three tokens at a time, and of each filter
# only the strongest response counts: wherever in the sentence a marker is, one
# is enough.

# %%
shown(StyleClassifier.forward)

# %% [markdown]
# **Content**: the survey's self-BLEU compares n-grams of the answer with those
# of the input. It has an odd side: *copying the input* scores 100. Since we
# know the content words, we also take their F1, with *purchase* and *buy*
# counted as the same word, and use that for the mean.
#
# **By hand.** To be said: *send*, *report*, *anna*, *monday*. Said: *send*,
# *report*, *omar*. Two are shared, so F1 is $2 \cdot 2 / (4 + 3) = 0.57$.

# %%
shown(content_f1, bleu)

# %% [markdown]
# **Fluency**: the perplexity of a language model, here a GRU that predicts
# each token from those before it. It is one over the geometric mean of the
# probabilities that the model gave to the tokens that came. **By hand:** with
# $\frac12$ and $\frac18$ the mean is $\sqrt{\frac12 \cdot \frac18} = \frac14$
# and the perplexity 4, as if the model had hesitated among four equally likely
# tokens. Lower is better.
#
# The judges are measured themselves first, on the test sentences as they were
# written. The classifier cannot be perfect: the style of a neutral sentence is
# only what we say it is.

# %%
judge_words = Vocabulary(sentence.tokens for sentence in corpora.judge)
judges = Judges(
    fit_classifier(corpora.judge, judge_words, grammar.styles, num_epochs),
    fit_language_model(corpora.judge, judge_words, num_epochs),
    judge_words,
    grammar.styles,
)
written = [sentence.tokens for sentence in test]
seen = numpy.array(classify(judges, written))
right = seen == numpy.array([sentence.style for sentence in test])
plain = numpy.array([sentence.plain for sentence in test])
print(f'classifier: {wording.fixed(100 * right.mean())} % right')
print(
    f'without neutral sentences: {wording.fixed(100 * right[~plain].mean())} %'
)
print('perplexity:', wording.fixed(perplexity(judges, written), 1))

# %% [markdown]
# **Question.** A model that knows nothing gives every token of the vocabulary
# the same probability: its perplexity is the size of the vocabulary. Can a
# trained model do worse? We let ours read the test sentences backwards.
#
# *Your guess:* below or above the size of the vocabulary?

# %%
backwards = [text[::-1] for text in written]
print('size of the vocabulary:', len(judge_words))
print(
    'perplexity, read backwards:', wording.fixed(perplexity(judges, backwards))
)

# %% [markdown]
# Far above. Our model is not undecided here; it is **sure, and wrong**. It
# expects a few tokens and gives all others next to nothing, and a geometric
# mean is near 0 as soon as many of its factors are. So "among how many tokens
# does it hesitate" fits only texts like those it has learned from. For other
# texts there is no upper end, and only the order of magnitude says something.

# %% [markdown]
# ## Retrieve, and fill a template
#
# For each test sentence without its markers, `retrieve` finds the training
# sentence of the *other* style whose content is nearest: the cosine of two
# bags of tokens, in which rare tokens count for more. That already gives two
# methods:
#
# * **retrieve** takes the sentence itself as the answer;
# * **template** takes only its markers, and puts them into our content where
#   they stood in the other sentence.

# %%
wanted = [grammar.opposite(sentence.style) for sentence in test]
contents = [strip.content for strip in stripped]
matches = retrieve(train, stripped_train, contents, wanted)
retrieved = [match.sentence.tokens for match in matches]
filled = [fill_template(s, m.stripped) for s, m in zip(stripped, matches)]
for texts in list(zip(written, contents, retrieved, filled))[:3]:
    for name, text in zip(
        ['sentence', 'content', 'retrieve', 'template'], texts
    ):
        print(f'{name:9}', show_words(text))
    print()

# %% [markdown]
# ## Generate
#
# There are no pairs to learn from: nobody wrote the same message down twice.
# The trick is to let the network *undo the deletion*. From a sentence of
# `train` we have the content and the style; the sentence itself is what should
# come out. Later we give it a content together with the other style.
#
# `Rewriter` is a GRU encoder and decoder. The name of the style is the
# decoder's first token. Attention finds the places in the content that matter
# for the next word, and a gate decides whether to copy from there or to choose
# a word from the vocabulary.

# %%
shown(Rewriter.forward)

# %%
shown(make_pairs)

# %% [markdown]
# We train it twice. **generate** gets the content alone and must come up with
# markers itself. **retrieve + generate** also gets markers: in training those
# that were deleted, later those of the retrieved sentence.

# %%
names = [f'<{style}>' for style in grammar.styles]
words = Vocabulary([s.tokens for s in train], special=[*names, AND])
borrowing = [with_markers(c, m.stripped) for c, m in zip(contents, matches)]
generated = []
for sources, with_them in [(contents, False), (borrowing, True)]:
    losses = []
    rewriter = fit_rewriter(
        make_pairs(train, stripped_train, with_them),
        words,
        num_epochs,
        report=lambda epoch, loss, kept=losses: kept.append(loss),
    )
    first, last = (wording.fixed(losses[i], 2) for i in (0, -1))
    print(f'loss: {first} in the first epoch, {last} in the last')
    generated.append(rewrite(rewriter, words, sources, wanted))

# %% [markdown]
# ## The table
#
# Three more rows belong in it: **copy** returns the sentence as it is,
# **delete** what deletion leaves of it, and **grammar** is the right answer,
# written by the grammar in the style asked for. That row shows what the
# measures say when nothing is wrong.
#
# The last column is the geometric mean of style, content and fluency, each
# between 0 and 100. For fluency we take the perplexity of the test sentences
# over that of the answers, 100 at most. A geometric mean is near 0 as soon as
# one of the three is.
#
# **Question.** Which of our four methods will have the best mean? And which
# the most answers with nothing wrong?
#
# *Your guess:*

# %%
answers = {
    'copy': written,
    'delete': contents,
    'retrieve': retrieved,
    'template': filled,
    'generate': generated[0],
    'retrieve + generate': generated[1],
    'grammar': [sentence.tokens for sentence in corpora.answers],
}
verdicts = {
    name: measure_answers(judges, texts, test, wanted, corpora.lemmas)
    for name, texts in answers.items()
}
scores = {
    name: summarise(judges, verdicts[name], texts, test)
    for name, texts in answers.items()
}
heads = ['', 'style', 'self-BLEU', 'content', 'perplexity', 'mean']
print(table(scores, heads, wording))

# %% alt="Three bar charts of the seven rows of the table: style and content in per cent, and perplexity on a logarithmic axis. Only the grammar is good in all three; retrieve lacks content, template and delete have high perplexity, copy has the wrong style."
draw_scores(scores, ['style, %', 'content, %', 'perplexity'], wording)

# %% [markdown]
# Each column can be good without a single good answer. So we also count the
# answers that pass on all three: the style is hit, the content is complete
# with nothing added, and the perplexity is no higher than that of 95 in 100
# test sentences.

# %%
limit = numpy.percentile([v.perplexity for v in verdicts['copy']], 95)
for name, judged in verdicts.items():
    print(f'{name:20} {wording.fixed(share_right(judged, limit))} %')

# %% [markdown]
# Read the rows from the bottom.
#
# * **grammar** is right, and so it gets 94 for style, no more than the
#   classifier can give, and a self-BLEU of 31. *generate*, with its many
#   errors, gets 50. Self-BLEU rewards leaving things as they are.
# * **retrieve** has the best mean of our methods, and not one right answer. It
#   returns a real sentence, so it is fluent and in the other style. But it
#   says something else: above, Julia's telescope has become Omar's suitcase.
#   One number for everything hides that.
# * **template** hits the style, with words that stand where they stood in
#   another sentence. The perplexity tells.
# * **generate** writes sentences, nearly. But what the deletion has left of
#   the old style is still in its input, and in training what was in the input
#   was always right. So it often stays in the old style: 72. Even so it has
#   the most answers with nothing wrong.
# * **retrieve + generate** is told the markers, and hits the style more often.
#   In training they came from the sentence itself; now they come from another
#   one, and fit less well.
#
# All in all, fewer than one answer in five is right. Copying gets one in ten:
# the sentences, neutral or not, that the classifier takes for the other style.
# The rules of two styles, which fit on a page of grammar, are not found by
# counting n-grams.
#
# ## Where it fails
#
# Which inputs are hard? We sort the test sentences by what we know of them:
# neutral ones, which have nothing to delete; those with a word that the
# training corpus does not have; those with a word that leans to a style; and
# the rest. Each cell gives style and content, in per cent.

# %%
labels = ['all', 'neutral', 'new word', 'leaning word', 'none of these']
kinds = dict(zip(labels, sort_by_kind(test, grammar).values()))
methods = ['retrieve', 'template', 'generate', 'retrieve + generate']
print(kinds_table({name: verdicts[name] for name in methods}, kinds))

# %% [markdown]
# And what do failures look like? It would be easy to pick funny ones; we let
# the measures choose. For each method: the answer with the least content, the
# answer with the highest perplexity, and, among those that missed the style,
# the one that kept most content. Of equal ones, the first.

# %%
rules = ['least content', 'least fluent', 'wrong style']
for name in methods:
    print('---', name)
    for rule, i in zip(rules, choose_worst(verdicts[name]).values()):
        verdict = verdicts[name][i]
        rate = wording.fixed(verdict.perplexity, 1)
        print(
            f'{rule} (content {wording.fixed(100 * verdict.content)}', end=', '
        )
        print(f'perplexity {rate})')
        print(f'    {test[i].style}:', show_words(written[i]))
        print(f'    {wanted[i]}:', show_words(answers[name][i]))

# %% [markdown]
# The failures follow a pattern:
#
# * **New words** cost the two networks most content: *generate* has 64 there,
#   against 84 for sentences with nothing special, and *retrieve + generate* 58
#   against 78. They have no vector for *telescope*, and put in a thing they
#   know. The template does not mind: it moves tokens about without knowing
#   them.
# * **Leaning words** are taken for markers and deleted. What looks like style
#   is the bias of a collection.
# * **Content that is style**: *outdated* and *deposited* are formal words for
#   *old* and *stored*. Delete them, and nobody knows any more what was said of
#   the camera. Deletion by markers assumes that content and style are in
#   different words. Often they are in the same one.
# * **Residue**: what is left of *tell me, is the telescope at the station with
#   julia, or what?* is no sentence in either style.
# * **Loops**: given a content unlike those of training, the network says the
#   same few words again and again. It takes the likeliest word each time, and
#   nothing tells it that it has been here before.
#
# ## So, can style be transferred for text?
#
# Somewhat, and differently from images.
#
# | | image | text, as we did it |
# |---|---|---|
# | what changes | pixels, a little at each step | words, all or nothing |
# | gradients | reach the picture | train networks; the sentence is edited without them |
# | style | Gram matrices: which features occur together, not where | counts: which n-grams occur, not where |
# | content | features of a deep layer, compared place by place | what deletion leaves |
# | smoothness | total variation | perplexity of a language model |
# | the trade-off | weights of three losses | the threshold of salience |
# | taken from | one painting | thousands of sentences in both styles |
#
# There is one more difference. In the chapter three losses are minimised, and
# we look at the result with our own eyes. Here three measures judge what was
# made without them, and we have seen each of them fooled: the classifier by
# neutral sentences, self-BLEU by the copy, the mean by *retrieve*. Our
# sentences were made by a grammar and are few and plain. With real ones there
# is no row *grammar* and no F1 of known content words; to see how 19 published
# systems do on two real collections, read the survey.
#
# ## What others do
#
# **Gradients can be made to reach a sentence.** Replace each word by
# probabilities of all words, and the sentence is made of numbers again. The
# *Gumbel-softmax* (Jang, Gu and Poole, 2017; Maddison, Mnih and Teh, 2017)
# draws words that are almost one-hot, and lets the gradient through; a
# *straight-through* estimator (Bengio, Léonard and Courville, 2013) goes
# forward with the word and backward as if it were the probabilities. Kumar,
# Malmi, Severyn and Tsvetkov (2021) even do what the chapter does: they lower
# losses of style and content with respect to the sentence itself, by gradient
# descent. The difficulty stays: at the end the probabilities must become
# words, and a point between two words means nothing.
#
# **Large language models** learn style without being taught it: they have read
# both formal and informal mail. Reif et al. (2022) only ask: *here is a text;
# here is a rewrite of the text, which is more formal*. No markers, no corpus
# in two styles, and any style that has a name. They write fluently, so the
# weak point moves to content: does the answer say the same, and nothing more?
# The three questions of this notebook remain, and so does the last one: who
# judges? If it is another language model, remember what the judges let pass
# here.
#
# ## Exercises
#
# 1. Set `threshold` to 5, then to 20, after the cell that chooses it. Which
#    columns go up, which down? Does any value make more answers right?
# 2. Set `tokens = 'pieces'` and compare the tables. Which method changes most?
# 3. Let the rewriter copy words it does not know. `Rewriter` can already point
#    at such a place, but `rewrite` bars `<unknown>`. Allow it, and put in the
#    word that stands there.
# 4. Train the judges on `train` instead of `judge`. Which method gains, and
#    why is that no reason to be glad?
# 5. Change the grammar: `own=1.0` and `other=0.0` make consistent writers
#    (`dataclasses.replace(grammar, own=1.0, other=0.0)`). What gets easier?
# 6. Give a language model that you have at hand ten of the test sentences, and
#    judge its answers as above. Which of the three measures does it fail?
#
# ## Answers
#
# Do the exercise first, then unfold its answer. The figures are those of the
# notebook as it stands, but for the change named; another processor may move
# the last digit.
#
# <details><summary>Answer to 1</summary>
#
# ```python
# threshold = 5  # then 20; run again from the cell of `find_markers` on
# ```
#
# | threshold | content words, others deleted | *generate*: style, content, right | *retrieve + generate* |
# |---|---|---|---|
# | 5 | 28 %, 45 % | 78, 72, 17 % | 92, 65, 8 % |
# | 8 | 20 %, 43 % | 72, 80, 18 % | 84, 73, 14 % |
# | 20 | 5 %, 27 % | 33, 91, 15 % | not tried |
#
# A lower threshold deletes more, so that the style goes up, and the content,
# which is deleted along with it, goes down; a higher one does the opposite.
# Neither of the two makes more of *generate*'s answers right. *template* gains
# at 20, with 8 % instead of 4; but the less is deleted, the more every method
# becomes *copy*, which has 10 % for doing nothing.
#
# </details>
#
# <details><summary>Answer to 2</summary>
#
# ```python
# tokens = 'pieces'  # in the cell of parameters; run everything again
# ```
#
# *generate* changes most of the four: its style falls from 72 to 68, its
# content rises from 80 to 82, and 22 % of its answers are right, not 18 %. (We
# have not trained *retrieve + generate* again.) *retrieve* and *template* move
# by a point or two, but for the template's perplexity, 47 instead of 37. That
# is little, and it should be: English glues few things to its words. The table
# above, of what is a token, has said so before: 243 different tokens instead
# of 263, and no more deleted. Where suffixes carry the style, as in the
# Turkish notebook, it is another matter.
#
# </details>
#
# <details><summary>Answer to 3</summary>
#
# `rewrite` bars the tokens of `words.special`, so let it bar the padding
# alone. But that is not enough. In training the network has never met
# `<unknown>`: it writes it in 11 of 400 answers, and the content of sentences
# with a new word rises from 58 to 61. So we hide a word from it in half of the
# training pairs, in the source and in the target, and what is left to do is to
# point at it.
#
# ```python
# def hide(pair):
#     """Hide a word that source and target share, every other time."""
#     shared = sorted({*pair.source} & {*pair.target})
#     if not shared or rng.random() < 0.5:
#         return pair
#     word = rng.choice(shared)
#     source, target = (
#         tuple('<unknown>' if token == word else token for token in side)
#         for side in (pair.source, pair.target)
#     )
#     return pair._replace(source=source, target=target)
#
#
# def fill(text, source):
#     """Put the source's unknown words where the network points at one."""
#     new = [token for token in source if token not in words.numbers]
#     return tuple(
#         new.pop(0) if token == '<unknown>' and new else token
#         for token in text
#     )
#
#
# rng = random.Random(0)
# pairs = [hide(pair) for pair in make_pairs(train, stripped_train, True)]
# rewriter = fit_rewriter(pairs, words, num_epochs)
# words.special = words.special[:1]
# texts = rewrite(rewriter, words, borrowing, wanted)
# filled = [fill(*pair) for pair in zip(texts, borrowing)]
# judged = measure_answers(judges, filled, test, wanted, corpora.lemmas)
# print(kinds_table({'retrieve + generate': judged}, kinds))
# ```
#
# Now `<unknown>` is in 74 answers, the content of sentences with a new word is
# 80, not 58, that of all 79, not 73, and the style is as before.
#
# </details>
#
# <details><summary>Answer to 4</summary>
#
# ```python
# corpora = corpora._replace(judge=train)  # before the cell of the judges
# ```
#
# All our methods gain: *retrieve* has a style of 96, not 89, and *generate*
# 78, not 72, and 27 % of its answers pass on all three measures, not 18 %. Not
# a word of the answers has changed. The judges now take for good whatever is
# like `train`, and the answers are made of `train`: *retrieve* returns its
# very sentences, so that their perplexity, 2.8, is below that of the test
# sentences, 3.5. The right answers, *grammar*, are not in `train`, and lose:
# 93 for style, not 94, and a perplexity of 3.4, not 2.9. A measure that
# prefers what a method has learned from to what is right measures memory.
#
# </details>
#
# <details><summary>Answer to 5</summary>
#
# ```python
# from dataclasses import replace
#
# # after the cell of `find_grammar`
# grammar = replace(grammar, own=1.0, other=0.0)
# ```
#
# What gets easier is to judge, and to delete style. No sentence mixes the
# styles, so more n-grams are markers, 223 instead of 194, and those that are
# neither style nor content are taken away more often, 49 % instead of 43. The
# classifier is right about every sentence that is not neutral, and so
# *grammar* has 100 for style. *generate* hits the style with 84 of 100
# answers, not 72.
#
# What does not get easier is to keep the content: 27 % of the content words
# are deleted, not 20. Our reading: who always keeps to a style says *purchase*
# or *grab* and never *buy*, so that more content is style at the same time.
# The content of *generate* falls from 80 to 73, and of its answers 19 % are
# right, hardly more than the 18 % before.
#
# </details>
#
# <details><summary>Answer to 6</summary>
#
# Write an answer as the corpus does, in lower case, with a space between all
# tokens, and measure it:
#
# ```python
# mine = ['hi , victor is coming to the lecture at the garden by sunday !']
# texts = [tuple(line.split()) for line in mine]
# number = len(texts)
# for verdict in measure_answers(
#     judges, texts, test[:number], wanted[:number], corpora.lemmas
# ):
#     print(verdict)
# ```
#
# This one hits the style, has all of the content, and still a perplexity of
# 47, where 95 of 100 test sentences have no more than 4.6: our language model
# has never met *coming*. So expect a good language model to fail in fluency,
# of all things, and sometimes in content, if it finds a synonym that the
# grammar does not have. We have tried this by hand, with two sentences, and
# not with a model. It is the judges that fail here: they know 272 tokens, and
# take for bad what they do not know. A judge must know more than what it
# judges.
#
# </details>
#
# ## References
#
# - Y. Bengio, N. Léonard, A. Courville. *Estimating or Propagating Gradients
#   Through Stochastic Neurons for Conditional Computation.* arXiv:1308.3432,
#   2013.
# - K. Guu, T. B. Hashimoto, Y. Oren, P. Liang. *Generating Sentences by Editing
#   Prototypes.* TACL 6, 2018.
# - Z. Hu, R. K.-W. Lee, C. C. Aggarwal, A. Zhang. *Text Style Transfer: A Review
#   and Experimental Evaluation.* arXiv:2010.12742, 2020.
# - E. Jang, S. Gu, B. Poole. *Categorical Reparameterization with
#   Gumbel-Softmax.* ICLR 2017.
# - D. Jin, Z. Jin, Z. Hu, O. Vechtomova, R. Mihalcea. *Deep Learning for Text
#   Style Transfer: A Survey.* Computational Linguistics 48(1), 2022.
# - S. Kumar, E. Malmi, A. Severyn, Y. Tsvetkov. *Controlled Text Generation as
#   Continuous Optimization with Multiple Constraints.* NeurIPS 2021.
# - J. Li, R. Jia, H. He, P. Liang. *Delete, Retrieve, Generate: A Simple
#   Approach to Sentiment and Style Transfer.* NAACL 2018.
# - C. J. Maddison, A. Mnih, Y. W. Teh. *The Concrete Distribution: A Continuous
#   Relaxation of Discrete Random Variables.* ICLR 2017.
# - E. Reif, D. Ippolito, A. Yuan, A. Coenen, C. Callison-Burch, J. Wei. *A
#   Recipe for Arbitrary Text Style Transfer with Large Language Models.* ACL
#   2022.
