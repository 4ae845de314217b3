"""Style transfer for text, small enough to train while one waits.

The chapter's last exercise, along the line of prototype editing in the survey
of Hu, Lee, Aggarwal and Zhang: find what marks a style, delete it, and
retrieve or generate something in its place. The sentences come from grammars
(`grammar`, `languages`), so that the truth about each is known.

`markers` finds and deletes, `methods` retrieves and fills templates, `models`
and `learning` hold the networks, `scores` measures the answers. Nothing of the
chapter needs this package.
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
from .markers import Stripped, delete, find_markers, salience
from .methods import AND, Retriever, fill_template, make_pairs, with_markers
from .models import Rewriter, StyleClassifier
from .scores import (
    bleu,
    content_f1,
    measure_answers,
    perplexity,
    summarise,
    table,
)

__all__ = [
    'AND',
    'Content',
    'Judges',
    'Pair',
    'Retriever',
    'Rewriter',
    'Sentence',
    'Stripped',
    'StyleClassifier',
    'Vocabulary',
    'bleu',
    'classify',
    'content_f1',
    'delete',
    'fill_template',
    'find_grammar',
    'find_markers',
    'fit_classifier',
    'fit_language_model',
    'fit_rewriter',
    'make_corpora',
    'make_pairs',
    'measure_answers',
    'perplexities',
    'perplexity',
    'rewrite',
    'salience',
    'show_words',
    'summarise',
    'table',
    'with_markers',
]
