"""BERTSUMABS: BERT reads a window, and a Transformer decoder writes a summary of it, token by token.

Liu and Lapata, 2019, section 3.3. The decoder (Vaswani et al., 2017) attends to what is already written
and to every token that BERT has read; its output layer is tied to its table of word vectors.

Departures: two layers of width 256 where the paper has six of 768. Encoder and decoder share BERT's
table of words, which stays as it was pre-trained: the paper's decoder starts from that table and trains
a copy. On a few thousand texts a frozen table writes words that training never showed, and it needs
no place in the file.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear, scaled_dot_product_attention
from transformers import BertModel

from variants.core.positions import sinusoids
from variants.core.task import Batch

LAYERS = 2
DROPOUT = 0.1  # the paper's decoder has the same

Kept = tuple[Tensor, Tensor]  # keys and values, each (rows, heads, places, width of a head)


class Attention(nn.Module):
    """Attention with several heads; what it attends to can be kept from step to step."""

    def __init__(self, width: int, heads: int) -> None:
        """Draw the four maps."""
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def keep(self, states: Tensor) -> Kept:
        """Return the keys and values of some states, (rows, places, width)."""
        return self._split(self.key(states)), self._split(self.value(states))

    def forward(self, states: Tensor, kept: Kept, allowed: Tensor) -> Tensor:
        """Return what each state gathers; ``allowed`` says which of the places it may look at."""
        keys, values = kept
        found = scaled_dot_product_attention(self._split(self.query(states)), keys, values, attn_mask=allowed)
        return self.out(found.transpose(1, 2).flatten(2))

    def _split(self, states: Tensor) -> Tensor:
        return states.unflatten(2, (self.heads, -1)).transpose(1, 2)


class WriterLayer(nn.Module):
    """Look at what is written, then at what was read, then think: each time normed first, and added."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        """Draw one layer."""
        super().__init__()
        self.written, self.read = Attention(width, heads), Attention(width, heads)
        self.think = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))

    def forward(self, states: Tensor, past: Kept | None, source: Kept, real: Tensor) -> tuple[Tensor, Kept]:
        """Return the states of new tokens, and keys and values of all tokens so far."""
        normed = self.norms[0](states)
        keys, values = self.written.keep(normed)
        if past:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        new, reached = states.shape[1], keys.shape[2]
        earlier = torch.ones(new, reached, dtype=torch.bool, device=states.device).tril(reached - new)
        states = states + self._drop(self.written(normed, (keys, values), earlier))
        states = states + self._drop(self.read(self.norms[1](states), source, real))
        return states + self._drop(self.think(self.norms[2](states))), (keys, values)

    def _drop(self, states: Tensor) -> Tensor:
        return dropout(states, DROPOUT, self.training)


@dataclass(frozen=True, eq=False)
class Source:
    """What was read, as every layer of the decoder attends to it."""

    kept: tuple[Kept, ...]
    real: Tensor  # (rows, 1, 1, places): False at padding

    def repeated(self, rows: int) -> Source:
        """Return one source for so many beams."""
        kept = tuple((keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1)) for keys, values in self.kept)
        return Source(kept, self.real.expand(rows, -1, -1, -1))


Past = tuple[Kept, ...]  # of every layer


class Writer(nn.Module):
    """An encoder that reads, and a decoder that writes."""

    def __init__(self, bert: BertModel, *, seed: int) -> None:
        """Copy the encoder, whose embeddings stay as they are; the decoder is drawn from ``seed``."""
        super().__init__()
        self.encoder = copy.deepcopy(bert).requires_grad_(requires_grad=True)
        self.encoder.pooler = None
        self.encoder.embeddings.requires_grad_(requires_grad=False)
        config = bert.config
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.layers = nn.ModuleList(
                WriterLayer(config.hidden_size, config.num_attention_heads, config.intermediate_size)
                for _ in range(LAYERS)
            )
        self.norm = nn.LayerNorm(config.hidden_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    @property
    def table(self) -> Tensor:
        """Return the vectors of all words, (vocabulary, width)."""
        return self.encoder.embeddings.word_embeddings.weight

    def read(self, batch: Batch) -> Source:
        """Run BERT over some windows, and prepare what the decoder attends to."""
        mask = batch["attention_mask"]
        states = self.encoder(
            input_ids=batch["input_ids"], attention_mask=mask, token_type_ids=batch["token_type_ids"]
        ).last_hidden_state
        kept = tuple(layer.get_submodule("read").keep(states) for layer in self.layers)  # pyright: ignore[reportCallIssue]
        return Source(kept, mask[:, None, None].bool())

    def forward(self, source: Source, written: Tensor, past: Past | None = None) -> tuple[Tensor, Past]:
        """Return the logits of what follows each written token, (rows, tokens, vocabulary), and the new past."""
        start = past[0][0].shape[2] if past else 0
        rows = sinusoids(start + written.shape[1], self.table.shape[1], standard_deviation=0.5**0.5)[start:]
        states = self.table[written] * self.table.shape[1] ** 0.5 + rows.to(self.table)
        now: list[Kept] = []
        for number, layer in enumerate(self.layers):
            states, kept = layer(states, past and past[number], source.kept[number], source.real)
            now.append(kept)
        return linear(self.norm(states), self.table, self.bias), tuple(now)
