"""Style transfer for text: grammars, markers, methods, scores, networks."""

import copy
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from gluon_style._mxnet import init, mx, np
from gluon_style.errors import SettingsError
from gluon_style.lessons.text_style import (
    AND,
    Content,
    MarkerCount,
    Retriever,
    Rewriter,
    Sentence,
    Stripped,
    StyleClassifier,
    bleu,
    choose_threshold,
    choose_worst,
    content_f1,
    count_deleted,
    count_markers,
    delete,
    draw_scores,
    draw_thresholds,
    fill_template,
    find_grammar,
    find_markers,
    kinds_table,
    lay_out,
    make_corpora,
    make_pairs,
    retrieve,
    salience,
    share_new,
    share_right,
    shuffle_styles,
    sort_by_kind,
    with_markers,
)
from gluon_style.lessons.text_style.batches import pad
from gluon_style.lessons.text_style.corpus import Corpora
from gluon_style.lessons.text_style.harmony import harmonise
from gluon_style.lessons.text_style.markers import count_ngrams
from gluon_style.lessons.text_style.scores import Scores, Verdict
from gluon_style.lessons.wording import Wording

LANGUAGES = ['english', 'turkish']
COMMA = Wording({'.': ','})
SLOT = re.compile(r'\{(\w+)')


@pytest.fixture(params=LANGUAGES)
def grammar(request):
    return find_grammar(request.param)


def sentence(text, style='formal', words=()):
    fillers = tuple(('slot', word) for word in words)
    return Sentence(tuple(text.split()), style, Content('f', fillers), False)


# the grammars


def test_templates_of_a_frame_say_the_same(grammar):
    for name, frame in grammar.frames.items():
        assert set(frame) == {'neutral', *grammar.styles}
        slots = {
            tuple(sorted(SLOT.findall(template)))
            for templates in frame.values()
            for template in templates
        }
        assert len(slots) == 1, name


def test_lexicon_holds_the_words_set_apart(grammar):
    lexicon = {word for words in grammar.slots.values() for word in words}
    assert grammar.unseen <= lexicon
    assert set(grammar.leaning) <= lexicon
    assert not grammar.unseen & set(grammar.leaning)
    assert set(grammar.leaning.values()) == set(grammar.styles)


def test_words_go_with_words_of_the_lexicon(grammar):
    lexicon = {slot: set(words) for slot, words in grammar.slots.items()}
    content_words = set().union(*lexicon.values())
    for word, slots in grammar.fits.items():
        assert word in content_words
        for slot, allowed in slots.items():
            assert set(allowed) <= lexicon[slot], word
            assert len(set(allowed)) == len(allowed), word


def test_every_word_of_the_lexicon_is_said(grammar):
    said = set()
    for s in make_corpora(grammar, 2000).judge:
        said |= s.content.words
    assert said == {word for words in grammar.slots.values() for word in words}


def test_nobody_prints_a_laptop(grammar):
    # verbs and properties have the objects that fit
    for s in make_corpora(grammar, 2000).judge:
        fillers = dict(s.content.fillers)
        for word in fillers.values():
            for slot, allowed in grammar.fits.get(word, {}).items():
                assert fillers.get(slot, allowed[0]) in allowed
    action, thing = (
        ('print', 'laptop')
        if 'print' in grammar.fits
        else ('yazdır', 'bilgisayar')
    )
    assert thing not in grammar.fits[action]['object']


@pytest.mark.parametrize('tokens', ['words', 'pieces'])
def test_sentences_say_all_of_their_content_and_no_more(grammar, tokens):
    # no token stands for content in one place and for style in another
    corpora = make_corpora(grammar, 400, tokens)
    for s in corpora.test + corpora.answers:
        assert content_f1(s.tokens, s, corpora.lemmas) == 1, s.tokens


def test_no_sign_of_the_grammar_is_left(grammar):
    for s in make_corpora(grammar, 300).train:
        assert not re.search(r'[{}\[\]()*+A-Z]', ''.join(s.tokens)), s.tokens


def test_pieces_join_to_the_words(grammar):
    words, pieces = (
        make_corpora(grammar, 20, kind).test for kind in ('words', 'pieces')
    )
    for here, there in zip(words, pieces):
        assert ' '.join(here.tokens) == ' '.join(there.tokens).replace(
            ' +', ''
        )


@pytest.mark.parametrize(
    ('word', 'written'),
    [
        ('gönder+(y)Abilir', 'gönderebilir'),
        ('yolla+(y)Abilir+sA+nIz', 'yollayabilirseniz'),
        ('kap+sAnA', 'kapsana'),
        ('düğün+DA+ki', 'düğündeki'),
        ('kurs+DA', 'kursta'),
        ('kaykay+(n)In', 'kaykayın'),
        ('sözleşme+(s)I+nI', 'sözleşmesini'),
        ('külüstür+DIr', 'külüstürdür'),
        ('çoğalt+(y)AcAk+DIr', 'çoğaltacaktır'),
        ("onur+'(y)A", "onur'a"),
        ("ayşe+'(n)In", "ayşe'nin"),
    ],
)
def test_turkish_suffixes(word, written):
    assert harmonise(word).replace('+', '') == written


def test_plain_sentences_show_no_style(grammar):
    rng = random.Random(0)
    words = {slot: sorted(ws) for slot, ws in grammar.slots.items()}
    for _ in range(50):
        content = grammar.say(rng, words)
        state = rng.getstate()
        texts = []
        for style in grammar.styles:
            rng.setstate(state)
            texts.append(grammar.write(content, style, rng, plain=True).tokens)
        assert texts[0] == texts[1]


# the corpora


def test_corpora_share_no_content_and_hold_words_back(grammar):
    corpora = make_corpora(grammar, 500)
    train, judged, test = (
        {s.content for s in part}
        for part in (corpora.train, corpora.judge, corpora.test)
    )
    assert not train & judged
    assert not train & test
    assert not judged & test
    used = set().union(*(content.words for content in train))
    assert not used & grammar.unseen
    assert grammar.unseen <= set().union(*(c.words for c in judged))


def test_train_leans_and_judge_does_not(grammar):
    corpora = make_corpora(grammar, 2000)
    for part, least, most in [
        (corpora.train, 0.85, 1.0),  # 19 of 20 expected
        (corpora.judge, 0.4, 0.6),  # half
    ]:
        own = [
            grammar.leaning[word] == s.style
            for s in part
            for word in s.content.words & set(grammar.leaning)
        ]
        assert least < sum(own) / len(own) < most


def test_answers_say_the_same_in_the_other_style(grammar):
    corpora = make_corpora(grammar, 20)
    for s, answer in zip(corpora.test, corpora.answers):
        assert answer.content == s.content
        assert {answer.style, s.style} == set(grammar.styles)


def test_corpora_depend_on_the_seed_alone(grammar):
    first = make_corpora(grammar, 30, seed=3)
    assert make_corpora(grammar, 30, seed=3) == first
    assert make_corpora(grammar, 30, seed=4).train != first.train


GOLDEN = {
    ('english', 'words'): '73c83c9a53979899',
    ('english', 'pieces'): 'e36ff033a6511772',
    ('turkish', 'words'): '6ff1f801ac6a1b72',
    ('turkish', 'pieces'): '23e1c56ff87bd9b0',
}


@pytest.mark.parametrize(('language', 'tokens'), GOLDEN)
def test_corpora_are_what_they_were_to_the_letter(language, tokens):
    # golden: the corpora since verbs have objects that fit
    corpora = make_corpora(find_grammar(language), 500, tokens)
    *parts, lemmas = corpora
    lines = [' '.join(s.tokens) for part in parts for s in part]
    lines += [' '.join(pair) for pair in lemmas.items()]
    digest = hashlib.sha256('\n'.join(lines).encode()).hexdigest()
    assert digest[:16] == GOLDEN[language, tokens]


def test_a_grammar_is_left_alone(grammar):
    before = copy.deepcopy(grammar)
    make_corpora(grammar, 30)
    assert grammar == before


def test_a_sentence_says_which_tokens_carry_its_content():
    corpora = make_corpora(find_grammar('english'), 100)
    for s in corpora.test:
        assert {lemma for _, lemma in s.lemmas} == s.content.words
        assert {token for token, _ in s.lemmas} <= set(s.tokens)
        assert dict(s.lemmas).items() <= corpora.lemmas.items()


@pytest.mark.parametrize(
    ('arguments', 'complaint'),
    [
        ((1,), '1 sentences'),
        ((20, 'letters'), "'letters': take words or pieces"),
    ],
)
def test_corpora_refuse(arguments, complaint):
    with pytest.raises(SettingsError, match=complaint):
        make_corpora(find_grammar('english'), *arguments)


def test_unknown_language():
    with pytest.raises(SettingsError, match='take one of english, turkish'):
        find_grammar('latin')


# the markers


def test_salience_is_the_ratio_of_counts_plus_one():
    assert salience('u', {'u': 29}, {'u': 9}) == 3
    assert salience('u', {}, {'u': 9}) == 0.1


def test_ngrams_are_counted_for_one_style():
    counts = count_ngrams(
        [sentence('a b a b'), sentence('a', style='informal')], 'formal'
    )
    assert counts['a',] == 2
    assert counts['a', 'b'] == 2
    assert counts['a', 'b', 'a'] == 1


def test_longer_markers_hold_no_shorter_one():
    formal = [sentence('hey you come')] * 9
    informal = [sentence('you come', 'informal')] * 9
    markers = find_markers(formal + informal, ('formal', 'informal'), 5)
    assert markers == {'formal': {('hey',): 10.0}, 'informal': {}}


def test_deletion_takes_runs_and_keeps_their_places():
    markers = {('a',): 9.0, ('b', 'c'): 9.0}
    stripped = delete(tuple('xabcyba'), markers)
    assert stripped == Stripped(
        ('x', 'y', 'b'), ((1, ('a', 'b', 'c')), (3, ('a',)))
    )


def test_greetings_are_markers_and_names_are_not():
    grammar = find_grammar('english')
    markers = find_markers(
        make_corpora(grammar, 2000).train, grammar.styles, 6
    )
    assert ('colleagues',) in markers['formal']
    assert ('hey',) in markers['informal']
    assert not {('anna',), ('report',), ('the',)} & (
        set(markers['formal']) | set(markers['informal'])
    )


def test_markers_of_shuffled_styles_are_those_of_chance():
    grammar = find_grammar('english')
    train = make_corpora(grammar, 2000).train
    shuffled = shuffle_styles(train, seed=1)
    assert sorted(s.style for s in shuffled) == sorted(s.style for s in train)
    assert [s.tokens for s in shuffled] == [s.tokens for s in train]
    (few, none) = count_markers(train, grammar.styles, [8, 24])
    assert few.markers > none.markers > 0
    # an n-gram met 23 times all in one style: 2 ** -22 each
    assert none.by_chance == 0 < few.by_chance < few.markers / 20


def test_threshold_is_the_lowest_that_chance_leaves_alone():
    counts = [
        MarkerCount(16, 50, 0),
        MarkerCount(4, 200, 60),
        MarkerCount(8, 100, 5),
    ]
    assert choose_threshold(counts) == 8
    assert choose_threshold(counts, share=0.5) == 4
    assert choose_threshold(counts, share=0.01) == 16
    with pytest.raises(SettingsError, match='more than 5% of the markers'):
        choose_threshold(counts[1:2])


def test_threshold_does_not_ask_what_is_content():
    grammar = find_grammar('english')
    train = make_corpora(grammar, 400).train
    bare = [s._replace(content=None, plain=None, lemmas=()) for s in train]
    assert count_markers(bare, grammar.styles, [4, 8]) == count_markers(
        train, grammar.styles, [4, 8]
    )


# what only the maker of the sentences knows


def test_deleted_shares_of_content_and_the_rest():
    s = sentence('please send the map', words=['send', 'map'])
    train = [s._replace(lemmas=(('send', 'send'), ('map', 'map')))]
    corpora = Corpora(train, [], train, [], dict(train[0].lemmas))
    markers = {'formal': {('please', 'send'): 9.0}}
    # of send, map one; of please, the one
    assert count_deleted(corpora, markers) == (50, 50)
    assert share_new(corpora) == 0
    fresh = corpora._replace(test=[sentence('send a map')])
    assert share_new(fresh) == pytest.approx(100 / 3)


VERDICTS = [
    Verdict(True, 1.0, 2.0),
    Verdict(True, 1.0, 9.0),
    Verdict(False, 0.5, 3.0),
    Verdict(False, 1.0, 2.0),
    Verdict(True, 0.25, 1.0),
]


def test_right_answers_pass_on_all_three():
    assert share_right(VERDICTS, 2.0) == 20
    assert share_right(VERDICTS, 9.0) == 40


def test_worst_answers_are_chosen_by_rule():
    assert choose_worst(VERDICTS) == {
        'least content': 4,
        'least fluent': 1,
        'wrong style': 3,
    }


def test_kinds_of_sentences():
    grammar = find_grammar('english')
    sentences = [
        sentence('a', words=['telescope', 'pizza']),
        sentence('b', words=['map'])._replace(plain=True),
        sentence('c', words=['map']),
    ]
    assert sort_by_kind(sentences, grammar) == {
        'all': [0, 1, 2],
        'neutral': [1],
        'new word': [0],
        'leaning word': [0],
        'none of these': [2],
    }


# the methods


def test_retrieve_looks_in_the_style_of_each():
    texts = ['the map is old', 'a bike', 'the map is lost', 'the bike is new']
    styles = ['formal', 'formal', 'informal', 'informal']
    sentences = [sentence(t, s) for t, s in zip(texts, styles)]
    stripped = [Stripped(s.tokens, ()) for s in sentences]
    matches = retrieve(
        sentences,
        stripped,
        [('bike',), ('map',), ('bike',)],
        ['informal', 'formal', 'formal'],
    )
    assert [m.sentence for m in matches] == [sentences[i] for i in (3, 0, 1)]
    assert [m.stripped for m in matches] == [stripped[i] for i in (3, 0, 1)]


def test_retrieval_finds_the_same_content_in_the_style():
    texts = ['the map is old', 'the bike is new', 'the map is lost']
    styles = ['formal', 'informal', 'informal']
    sentences = [sentence(t, s) for t, s in zip(texts, styles)]
    stripped = [Stripped(s.tokens, ()) for s in sentences]
    retriever = Retriever(sentences, stripped, 'informal')
    places = retriever.find([('map',), ('a', 'bike')])
    assert [retriever.sentences[i] for i in places] == [
        sentences[2],
        sentences[1],
    ]


def test_retrieval_of_nothing_known_takes_the_first():
    s = sentence('a map', 'formal')
    retriever = Retriever([s], [Stripped(s.tokens, ())], 'formal')
    assert retriever.find([(), ('sun',)]) == [0, 0]


def test_template_puts_markers_behind_the_same_token():
    here = Stripped(tuple('abc'), ())
    there = Stripped(tuple('xb'), ((0, ('hey',)), (2, ('!', '!'))))
    assert fill_template(here, there) == ('hey', 'a', 'b', '!', '!', 'c')
    assert fill_template(Stripped((), ()), there) == ('hey', '!', '!')


def test_pairs_put_back_what_was_deleted():
    s = sentence('hey you there', 'informal')
    strip = delete(s.tokens, {('hey',): 9.0})
    (pair,) = make_pairs([s], [strip], markers=True, seed=1)
    assert pair.target == s.tokens
    assert pair.style == 'informal'
    assert pair.source[-2:] == (AND, 'hey')
    assert set(pair.source[:-2]) <= {'you', 'there'}
    assert with_markers(('a',), strip) == ('a', AND, 'hey')


def test_a_tenth_of_the_content_is_dropped():
    s = sentence(' '.join(['a'] * 10))
    strip = Stripped(s.tokens, ())
    pairs = make_pairs([s] * 500, [strip] * 500)
    kept = sum(len(pair.source) for pair in pairs) / 5000
    assert abs(kept - 0.9) < 0.02  # 4.7 standard errors


# the scores


def test_content_f1():
    asked = sentence('', words=['send', 'report', 'anna', 'monday'])
    lemmas = {w: w for w in ['send', 'report', 'anna', 'omar', 'monday']}
    lemmas['forward'] = 'send'
    said = ['please', 'forward', 'the', 'report', 'to', 'omar']
    assert content_f1(said, asked, lemmas) == pytest.approx(4 / 7)
    assert content_f1([], asked, lemmas) == 0


def test_bleu():
    same = [tuple('abcdefgh')]
    assert bleu(same, same) == 1
    assert bleu([tuple('abcx')], [tuple('abcd')]) == 0  # no 4-gram
    # 4/5, 3/4, 2/3, 1/2 of the n-grams: the fourth root of 1/5
    assert bleu([tuple('abcdx')], [tuple('abcde')]) == pytest.approx(0.2**0.25)
    # all n-grams are there, but 4 tokens instead of 8
    assert bleu([tuple('abcd')], same) == pytest.approx(numpy.exp(-1))


# tables and figures


def test_tables_are_laid_out_in_columns():
    assert lay_out([['', 'a'], ['row', '1']], 3) == '     a\nrow  1'
    table = kinds_table({'way': VERDICTS}, {'all': range(5), 'none': []})
    assert table.splitlines()[1].split() == ['all', '(5)', '60', '75']
    assert table.splitlines()[2].split() == ['none', '(0)', '0', '0']


def test_figures_carry_the_words_and_numbers_given():
    figure = draw_thresholds(
        [2, 8], {'all': [9, 1], 'some': [3, 0]}, 8, 'x', 'y', yscale='symlog'
    )
    (ax,) = figure.axes
    assert [line.get_label() for line in ax.lines[:2]] == ['all', 'some']
    assert ax.get_xticks().tolist() == [2, 8]
    scores = {'copy': Scores(0.1, 1, 1, 2.94, 0.5)}
    figure = draw_scores(scores, ['stil', 'içerik', 'şaşkınlık'], COMMA)
    texts = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert texts == ['10', '100', '2,9']
    assert figure.axes[0].get_title() == 'stil'
    figure.canvas.draw()


# the networks


def test_classifier_does_not_see_padding():
    mx.random.seed(0)
    classifier = StyleClassifier(12, 4, 4)
    classifier.initialize(init.Normal(0.5))
    rows = [[4, 5, 3], [6, 7, 8, 9, 10, 3]]
    numpy.testing.assert_allclose(
        classifier(*pad(rows[:1])).asnumpy(),
        classifier(*pad(rows)).asnumpy()[:1],
        atol=1e-6,  # one rounding of sums below 1
    )


def test_rewriter_gives_log_probabilities():
    mx.random.seed(0)
    net = Rewriter(12, 8, 8)
    net.initialize(init.Normal(0.5))
    source, lengths = pad([[4, 5, 3], [6, 7, 8, 9, 10, 3]])
    target = np.array([[2, 4], [2, 5]], dtype='int32')
    memory, state = net.encode(source, lengths)
    log_probs, _ = net(target, state, memory, source, lengths)
    total = np.exp(log_probs).sum(axis=2).asnumpy()
    numpy.testing.assert_allclose(total, numpy.ones((2, 2)), atol=1e-5)


@pytest.fixture(scope='module')
def learned():
    script = Path(__file__).with_name('text_style_lessons.py')
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, 'OMP_NUM_THREADS': '1'},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def test_judges_learn_what_is_there(learned):
    figures = learned['judging']
    assert figures['right'] == 32
    # a style, a name and a thing to guess: 32 ** (1 / 7) is the least
    assert 32 ** (1 / 7) <= figures['perplexity'] < 2
    assert figures['backwards'] > 10


def test_judges_bear_any_text(learned):
    styles, rates = learned['judging']['odd']
    assert len(styles) == 3
    assert numpy.isfinite(rates).all()
    # padded, or not; sums of seven logarithms in float32
    assert rates[2] == pytest.approx(learned['judging']['alone'], rel=1e-4)


def test_scores_of_copies_and_of_right_answers(learned):
    copy, right = (
        learned['judging']['scores'][name] for name in ('copy', 'right')
    )
    assert copy['style'] == copy['mean'] == 0
    assert copy['self_bleu'] == copy['content'] == 1
    assert right['style'] == right['content'] == 1
    # of the same sentences in another order
    assert right['mean'] == pytest.approx(1, abs=1e-4)
    assert right['self_bleu'] < 1
    lines = learned['judging']['table'].splitlines()
    assert lines[1].split()[:4] == ['copy', '0', '100', '100']


def test_rewriter_learns_to_copy_and_to_mark(learned):
    losses = learned['rewriting']['losses']
    assert losses[-1] < losses[0] / 10
    assert learned['rewriting']['right'] >= 15  # of 16


def test_training_depends_on_the_seed_alone(learned):
    first, again, other = learned['seeds']
    assert again == first
    assert other != first


def test_gradients_of_the_rewriter_are_differences(learned):
    # np.where, with its wrong gradient, would be seen here
    assert len(learned['gradients']) == 19
    for name, gradient, slope in learned['gradients']:
        # float32 sums and the third derivative: 1e-3 seen at most
        assert gradient == pytest.approx(slope, rel=5e-3, abs=5e-4), name
