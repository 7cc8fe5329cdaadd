"""RoBERTa's pre-training task: masked language modelling alone, with new masks at every serving.

Liu et al., 2019, sections 3 and 4, and the reference ``mask_tokens_dataset.py``:

- *dynamic masking*: which tokens are hidden is drawn anew each time a window is served (BERT draws
  ten times and then repeats itself);
- *full sentences*: a window is filled with whole sentences; where a document ends the next one goes
  on in the same window, behind an extra separator;
- *no next sentence prediction*, one segment.

Nothing is stored: document, serving and seed determine a window and its masks. Departures:

- Special tokens are never chosen, as in BERT; the reference code spares none. At least one token is.
- Windows are made document by document: the last one is filled with the first sentences of the
  documents that follow, which are served at their own place as well.
- A sentence longer than the window is cut in parts (see ``core.packing``).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerFast, RobertaForMaskedLM

from variants.core.masking import IGNORED, Fate, Masked, draw_fate
from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.task import Batch, Task
from variants.core.token_store import Sentence, TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.roberta.model import FIRST_ROW, PAD, build

MLM_PROBABILITY = 0.15
# As many tokens in an eighth of the steps, so that warm-up and the shortest windows take more of them: with
# those of the small batch it was still at the word-frequency plateau after 7 million, at 2.8e-3 and at 7e-3.
# With these, 2e-3 was ahead of 1e-3 after 2.6 million: a loss of 6.79 against 6.90.
CONTROL_RECIPES: dict[str, dict[str, Any]] = {
    "large-batch": {
        "batch_tokens": 8 * 2048,
        "learning_rate": 2e-3,
        "warmup_share": 0.08,
        "opening": {16: 8_000_000},
    }
}


@dataclass(frozen=True)
class Example:
    """One training window, masked."""

    masked: Masked
    offset: int = 0  # how many rows of the position table lie before the first token's

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.masked.input_ids)


def full_sentences(
    document: Sequence[Sentence], following: Iterable[Sequence[Sentence]], *, room: int, separator: int
) -> list[list[int]]:
    """Cut a document into windows of at most ``room`` tokens; ``following`` documents fill the last one."""
    windows = pack_sentences(document, room)
    for other in following:
        opening = leading_sentences(other, room - len(windows[-1]) - 1)
        if opening:
            windows[-1] += [separator, *opening]
        if len(opening) < sum(map(len, other)):  # a sentence that did not fit ends the window
            break
    return windows


def leading_sentences(document: Sequence[Sentence], room: int) -> list[int]:
    """Return the tokens of the first sentences, as many as fit into ``room``."""
    opening: list[int] = []
    for sentence in document:
        if len(opening) + len(sentence) > room:
            break
        opening += sentence
    return opening


def number_to_mask(length: int, rng: random.Random) -> int:
    """Round 15 % of ``length`` up or down at random, so that their mean is exact; at least one."""
    return max(1, int(MLM_PROBABILITY * length + rng.random()))


def mask_anew(input_ids: Sequence[int], vocabulary: Vocabulary, special: frozenset[int], rng: random.Random) -> Masked:
    """Choose positions and corrupt them: 80 % <mask>, 10 % a random piece that is not special, 10 % kept."""
    candidates = [position for position, token in enumerate(input_ids) if token not in special]
    count = min(number_to_mask(len(input_ids), rng), len(candidates))
    corrupted, labels = list(input_ids), [IGNORED] * len(input_ids)
    fates: list[Fate | None] = [None] * len(input_ids)
    for position in rng.sample(candidates, count):
        fate = draw_fate(rng)
        labels[position], fates[position] = input_ids[position], fate
        if fate is Fate.MASK:
            corrupted[position] = vocabulary.mask
        elif fate is Fate.RANDOM:
            corrupted[position] = draw_piece(vocabulary, special, rng)
    return Masked(tuple(corrupted), tuple(labels), tuple(fates))


def draw_piece(vocabulary: Vocabulary, special: frozenset[int], rng: random.Random) -> int:
    """Draw a piece of the vocabulary, all but the special ones equally likely."""
    while (piece := rng.randrange(vocabulary.size)) in special:
        pass
    return piece


def make_examples(
    store: TokenStore,
    index: int,
    *,
    copy: int,
    max_length: int,
    vocabulary: Vocabulary,
    special: frozenset[int],
    seed: int,
    rows: int,
) -> list[Example]:
    """Return the training windows of one document: a pure function of its arguments.

    ``copy`` counts the servings without end, so that no mask comes back; ``rows`` is how many places
    the position table holds.
    """
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")
    following = (store.document((index + step) % len(store)) for step in range(1, len(store)))
    windows = full_sentences(store.document(index), following, room=max_length - 2, separator=vocabulary.sep)
    return [
        Example(
            mask_anew([vocabulary.cls, *window, vocabulary.sep], vocabulary, special, rng),
            draw_offset(max_length, rows, rng),
        )
        for window in windows
    ]


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: tensors of shape (batch, tokens)."""
    starts = [(FIRST_ROW + example.offset, len(example)) for example in examples]
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "position_ids": padded([range(first, first + length) for first, length in starts], PAD),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
    }


class Objective(nn.Module):
    """The pre-training loss: mean cross-entropy over the chosen positions."""

    def __init__(self, model: RobertaForMaskedLM) -> None:
        """Wrap the model that is trained."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, which MLM alone makes up, and the share of right answers."""
        encoded = self.model.roberta(
            batch["input_ids"], attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
        )
        chosen = batch["labels"] != IGNORED
        # Only chosen positions pass the vocabulary head: the same loss for a seventh of the work.
        logits = self.model.lm_head(encoded.last_hidden_state[chosen]).float()  # (chosen, vocabulary)
        answers = batch["labels"][chosen]
        loss = cross_entropy(logits, answers)
        return {
            "loss": loss,
            "mlm_loss": loss.detach(),
            "mlm_accuracy": (logits.argmax(-1) == answers).float().mean(),
            "mlm_count": chosen.sum(),
        }


def build_task(tokenizer: PreTrainedTokenizerFast, *, seed: int, model: RobertaForMaskedLM | None = None) -> Task:
    """Return a fresh RoBERTa, or ``model``, with everything that training and evaluation need."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(
            make_examples,
            vocabulary=vocabulary,
            special=frozenset(tokenizer.all_special_ids),
            seed=seed,
            rows=model.config.max_position_embeddings - FIRST_ROW,
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
