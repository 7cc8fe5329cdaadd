"""XLNet's pre-training task: permutation language modelling.

Yang et al., 2019, section 2, and the reference ``data_utils.py``. Each time a window is served an
order is drawn, and the last sixth of it is predicted, every token from those before it in the order
(see ``orders``). Nothing is replaced by [MASK]: a target that has been predicted is there for the
next one to see, so that “York” can be predicted from “New”.

A window is ``A [SEP] B [SEP] [CLS]``, with segments 0, 1 and 2; shorter texts are padded on the left.
B goes on where A ends and nothing asks whether it does: the paper found next sentence prediction of
no use. Departures, for windows shorter than sentences: a window of one sentence is ``A [SEP] [CLS]``,
and a sentence longer than the window is cut in parts. Left out: the memory of earlier segments and
the half of each batch that is read backwards.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import XLNetLMHeadModel, XLNetTokenizer

from variants.core.masking import IGNORED
from variants.core.packing import pack_sentences
from variants.core.task import Batch, Task
from variants.core.token_store import Sentence, TokenStore
from variants.core.tokenization import Vocabulary, tokens_of, vocabulary_of
from variants.xlnet.model import build
from variants.xlnet.orders import CONTEXT_RANK, draw_ranks, draw_targets, permutation_mask
from variants.xlnet.streams import query_states

SEGMENTS = (0, 1)
CLS_SEGMENT = 2


@dataclass(frozen=True)
class Example:
    """One training sequence and the order in which a part of it is predicted."""

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    ranks: tuple[int, ...]  # places in the order, CONTEXT_RANK for tokens that come before all of it
    targets: tuple[int, ...]  # the places that are predicted, from left to right

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.input_ids)


def starting_pieces(tokenizer: XLNetTokenizer) -> list[bool]:
    """Say of every piece, by id, whether it starts a word: with ``▁``, or as a punctuation mark, a word of its own."""
    return [not piece[0].isalnum() for piece in tokens_of(tokenizer, range(len(tokenizer)))]


def segment_pairs(sentences: Sequence[Sentence], room: int, rng: random.Random) -> list[tuple[Sentence, Sentence]]:
    """Fill windows of ``room`` tokens; cut each at the end of a sentence. The second part may be empty."""
    ends = frozenset(accumulate(map(len, sentences)))
    pairs: list[tuple[Sentence, Sentence]] = []
    begin = 0
    for text in pack_sentences(sentences, room):
        cuts = [cut for cut in range(1, len(text)) if begin + cut in ends] or [len(text)]
        cut = rng.choice(cuts)
        pairs.append((text[:cut], text[cut:]))
        begin += len(text)
    return pairs


def order_pair(
    first: Sentence, second: Sentence, vocabulary: Vocabulary, starts: Sequence[bool], rng: random.Random
) -> Example:
    """Build ``first [SEP] second [SEP] [CLS]``, choose targets in it and shuffle their order."""
    input_ids: list[int] = []
    segments: list[int] = []
    text: list[int] = []  # the places of what is no special token
    for number, part in zip(SEGMENTS, filter(None, (first, second)), strict=False):
        text += range(len(input_ids), len(input_ids) + len(part))
        input_ids += [*part, vocabulary.sep]
        segments += [number] * (len(part) + 1)
    input_ids.append(vocabulary.cls)
    segments.append(CLS_SEGMENT)
    targets = sorted(text[place] for place in draw_targets([*first, *second], starts, rng))
    special = sorted(set(range(len(input_ids))) - set(text))
    ranks = draw_ranks(len(input_ids), [*targets, *special], rng)
    return Example(tuple(input_ids), tuple(segments), tuple(ranks), tuple(targets))


def make_examples(
    store: TokenStore,
    index: int,
    *,
    copy: int,
    max_length: int,
    vocabulary: Vocabulary,
    starts: Sequence[bool],
    seed: int,
) -> list[Example]:
    """Return the training sequences of one document: a pure function of its arguments.

    A window of a single token holds nothing to predict it from, and is left out.
    """
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")
    pairs = segment_pairs(store.document(index), max_length - 3, rng)
    return [order_pair(*pair, vocabulary, starts, rng) for pair in pairs if sum(map(len, pair)) > 1]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples on the left and stack them, under the names that transformers' XLNet gives its arguments.

    (batch, tokens), ``perm_mask`` (batch, tokens, tokens), ``target_mapping`` (batch, targets, tokens)
    and ``labels`` (batch, targets).
    """
    longest = max(map(len, examples))
    most = max(len(example.targets) for example in examples)

    def padded(rows: list[tuple[int, ...]], filler: int) -> Tensor:
        return torch.tensor([[*[filler] * (longest - len(row)), *row] for row in rows])

    mapping = torch.zeros(len(examples), most, longest)
    labels = torch.full((len(examples), most), IGNORED)
    for row, example in enumerate(examples):
        for number, place in enumerate(example.targets):
            mapping[row, number, longest - len(example) + place] = 1.0
            labels[row, number] = example.input_ids[place]
    ranks = padded([example.ranks for example in examples], CONTEXT_RANK)
    return {
        "input_ids": padded([example.input_ids for example in examples], vocabulary.pad),
        "token_type_ids": padded([example.token_type_ids for example in examples], 0),
        "attention_mask": padded([(1,) * len(example) for example in examples], 0),
        "perm_mask": permutation_mask(ranks, mapping.sum(dim=1) > 0),
        "target_mapping": mapping,
        "labels": labels,
    }


class Objective(nn.Module):
    """The pre-training loss: mean cross-entropy over the targets."""

    def __init__(self, model: XLNetLMHeadModel) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, which permutation language modelling alone makes up, and the share of right answers."""
        chosen = batch["labels"] != IGNORED
        states = query_states(self.model.transformer, batch)[chosen]
        logits = self.model.lm_loss(states).float()  # (targets, vocabulary)
        answers = batch["labels"][chosen]
        loss = cross_entropy(logits, answers)
        return {
            "loss": loss,
            "plm_loss": loss.detach(),
            "plm_accuracy": (logits.argmax(-1) == answers).float().mean(),
            "plm_count": chosen.sum(),
        }


def build_task(tokenizer: XLNetTokenizer, *, seed: int, model: XLNetLMHeadModel | None = None) -> Task:
    """Return a fresh XLNet, or ``model``, with everything that training and evaluation need."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(make_examples, vocabulary=vocabulary, starts=starting_pieces(tokenizer), seed=seed),
        collate=partial(collate, vocabulary=vocabulary),
    )
