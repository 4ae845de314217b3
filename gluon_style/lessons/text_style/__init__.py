"""Style transfer for text, small enough to train while one waits.

The chapter's last exercise, by the method of Li, Jia, He and Liang (2018):
find what marks a style, delete it, and retrieve or generate something in its
place. The sentences come from grammars
(`grammar`, `languages`), so that the truth about each is known.

`markers` finds and deletes, `methods` retrieves and fills templates, `models`
and `learning` hold the networks, `scores` measures the answers, `truth` looks
up what only the maker of the sentences knows, `tables` shows it. Nothing of
the chapter needs this package.
"""

from __future__ import annotations

from .batches import Vocabulary
from .corpus import make_corpora
from .grammar import Content, Sentence, show_words
from .languages import find_grammar
from .learning import (
    Judges,
    Pair,
    classify,
    fit_classifier,
    fit_language_model,
    fit_rewriter,
    perplexities,
    rewrite,
)
from .markers import (
    MarkerCount,
    Stripped,
    choose_threshold,
    count_markers,
    delete,
    find_markers,
    salience,
    shuffle_styles,
)
from .methods import (
    AND,
    Match,
    Retriever,
    fill_template,
    make_pairs,
    retrieve,
    with_markers,
)
from .models import Rewriter, StyleClassifier
from .scores import (
    bleu,
    content_f1,
    measure_answers,
    perplexity,
    summarise,
)
from .tables import (
    draw_scores,
    draw_thresholds,
    kinds_table,
    lay_out,
    table,
)
from .truth import (
    choose_worst,
    count_deleted,
    share_new,
    share_right,
    sort_by_kind,
)

__all__ = [
    'AND',
    'Content',
    'Judges',
    'Match',
    'MarkerCount',
    'Pair',
    'Retriever',
    'Rewriter',
    'Sentence',
    'Stripped',
    'StyleClassifier',
    'Vocabulary',
    'bleu',
    'choose_threshold',
    'choose_worst',
    'classify',
    'content_f1',
    'count_deleted',
    'count_markers',
    'delete',
    'draw_scores',
    'draw_thresholds',
    'fill_template',
    'find_grammar',
    'find_markers',
    'fit_classifier',
    'fit_language_model',
    'fit_rewriter',
    'kinds_table',
    'lay_out',
    'make_corpora',
    'make_pairs',
    'measure_answers',
    'perplexities',
    'perplexity',
    'retrieve',
    'rewrite',
    'salience',
    'share_new',
    'share_right',
    'show_words',
    'shuffle_styles',
    'sort_by_kind',
    'summarise',
    'table',
    'with_markers',
]
