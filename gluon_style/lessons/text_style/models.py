"""Three small Gluon networks: one rewrites, two judge.

`Rewriter` makes a sentence of a content and a style, `StyleClassifier` tells
the style of a sentence, `LanguageModel` how probable a sentence is.
"""

from __future__ import annotations

from ..._mxnet import gluon, nn, np, npx

__all__ = ['LanguageModel', 'Rewriter', 'StyleClassifier']

rnn = gluon.rnn


class Rewriter(gluon.Block):
    """GRU encoder and decoder with attention that can copy.

    The encoder reads the content in both directions. The decoder begins with
    the name of the style and writes token by token; before each, attention
    looks up the places of the content that matter for it. A gate decides
    whether the token is then chosen from the vocabulary or copied from there.

    Parameters
    ----------
    size : int
        Tokens of the vocabulary.
    embedded, hidden : int
        Widths of the embedding and of the states.
    """

    def __init__(self, size: int, embedded: int = 64, hidden: int = 128):
        super().__init__()
        self.embedding = nn.Embedding(size, embedded)
        self.encoder = rnn.GRU(hidden // 2, bidirectional=True, layout='NTC')
        self.decoder = rnn.GRU(hidden, layout='NTC')
        self.mix = nn.Dense(hidden, activation='tanh', flatten=False)
        self.out = nn.Dense(size, flatten=False)
        self.gate = nn.Dense(1, activation='sigmoid', flatten=False)
        self.size = size

    def encode(
        self, source: np.ndarray, lengths: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Read contents; give the memory and the decoder's first state.

        Parameters
        ----------
        source : mx.np.ndarray
            Shape (batch, m), int32.
        lengths : mx.np.ndarray
            Shape (batch,), how many tokens of each row count.
        """
        memory = self.encoder(self.embedding(source))  # (batch, m, hidden)
        mask = npx.sequence_mask(np.ones(source.shape), lengths, True, axis=1)
        mask = np.expand_dims(mask, 2)
        total = (memory * mask).sum(axis=1, keepdims=True)
        mean = total / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return memory * mask, mean.transpose(1, 0, 2)

    def forward(
        self,
        target: np.ndarray,
        state: np.ndarray,
        memory: np.ndarray,
        source: np.ndarray,
        lengths: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Predict the token after each token of the target.

        Returns
        -------
        log_probs : mx.np.ndarray
            Shape (batch, n, size), log-probabilities.
        state : mx.np.ndarray
            The decoder's state behind the last token.
        """
        states, (state,) = self.decoder(self.embedding(target), [state])
        fit = npx.batch_dot(states, memory, transpose_b=True)  # (batch, n, m)
        # added, not chosen: where one choice of np.where is a number, MXNet
        # 1.9.1 gives the other choice's gradient at the wrong places
        past_end = np.arange(memory.shape[1]) >= lengths.reshape(-1, 1, 1)
        attention = npx.softmax(fit - 1e9 * past_end.astype('float32'))
        context = npx.batch_dot(attention, memory)
        mixed = self.mix(np.concatenate([states, context], axis=2))
        chosen = npx.softmax(self.out(mixed))
        copied = npx.batch_dot(attention, npx.one_hot(source, self.size))
        gate = self.gate(mixed)  # (batch, n, 1)
        return np.log(gate * chosen + (1 - gate) * copied + 1e-9), state


class StyleClassifier(gluon.Block):
    """Convolution over word vectors, the strongest response of each filter.

    A filter sees three tokens at once: it may learn a marker such as
    "so kind as". Padding embeds as any token does, but is masked out.

    Parameters
    ----------
    size : int
        Tokens of the vocabulary.
    embedded, filters : int
        Width of the embedding, number of filters.
    """

    def __init__(self, size: int, embedded: int = 32, filters: int = 64):
        super().__init__()
        self.embedding = nn.Embedding(size, embedded)
        self.convolution = nn.Conv1D(filters, 3, padding=1, activation='relu')
        self.out = nn.Dense(2)

    def forward(self, tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Give scores of shape (batch, 2)."""
        mask = npx.sequence_mask(np.ones(tokens.shape), lengths, True, axis=1)
        mask = np.expand_dims(mask, 2)
        X = (self.embedding(tokens) * mask).transpose(0, 2, 1)
        strongest = (self.convolution(X).transpose(0, 2, 1) * mask).max(axis=1)
        return self.out(strongest)


class LanguageModel(gluon.Block):
    """GRU that predicts each token from those before it.

    Parameters
    ----------
    size : int
        Tokens of the vocabulary.
    embedded, hidden : int
        Widths of the embedding and of the states.
    """

    def __init__(self, size: int, embedded: int = 64, hidden: int = 96):
        super().__init__()
        self.embedding = nn.Embedding(size, embedded)
        self.gru = rnn.GRU(hidden, layout='NTC')
        self.out = nn.Dense(size, flatten=False)

    def forward(self, tokens: np.ndarray) -> np.ndarray:
        """Give scores of shape (batch, n, size) for the tokens that follow."""
        return self.out(self.gru(self.embedding(tokens)))
