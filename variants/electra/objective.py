"""ELECTRA's pre-training task: replaced token detection, beside the generator's masked language modelling.

Clark et al., 2020, section 2, and the reference ``pretrain.py``. 15 % of the tokens are hidden. The
generator learns to fill them in and a token is *sampled* from what it says, not the best one taken.
The discriminator reads the filled-in text and says of every token, not of the hidden ones alone,
whether it was replaced; a sample that happens to be the true token counts as original. The losses
are added, the discriminator's times 50. No gradient flows through the sampling: this is no GAN.

Which tokens are hidden is drawn anew at each serving of a document, and so is one number between 0
and 1 for each of them: where the number falls among the generator's summed probabilities, there is
the sample. So a resumed run and an evaluation sample as before.

Departures from the reference code, which the paper does not ask for: every chosen token becomes
[MASK] (there 15 % of them stay as they are) and none is chosen twice (there positions are drawn with
replacement). A text is one segment of whole sentences; there most are two, without a task of their
own. A sentence longer than the window is cut in parts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import PreTrainedTokenizerFast

from variants.core.masking import IGNORED, Fate, Masked, number_to_mask
from variants.core.packing import pack_sentences
from variants.core.padding import padded
from variants.core.positions import draw_offset
from variants.core.task import Batch, Task
from variants.core.token_store import TokenStore
from variants.core.tokenization import Vocabulary, vocabulary_of
from variants.electra.model import Electra, build

DISCRIMINATOR_WEIGHT = 50.0  # a yes/no loss is small beside one over a vocabulary
# So narrow a generator finds a word's neighbours late, and earlier where there are few other tokens.
OPENING = {8: 2_000_000, 16: 1_500_000}
# At 1e-3, which suits the others, the discriminator soon says the same of every token.
RECIPE = {"learning_rate": 3e-4}


@dataclass(frozen=True)
class Example:
    """One training sequence, as the generator reads it."""

    masked: Masked
    dice: tuple[float, ...]  # for each hidden token the number in [0, 1) that chooses its replacement
    offset: int = 0  # the row of the position table that the first token uses

    def __len__(self) -> int:
        """Return the number of tokens, special tokens included."""
        return len(self.masked.input_ids)


@dataclass(frozen=True)
class Corrupted:
    """The filled-in text; both tensors have shape (batch, tokens)."""

    input_ids: Tensor
    replaced: Tensor  # True where a token is not the original


def hide_tokens(input_ids: Sequence[int], rng: random.Random, *, mask_id: int) -> Masked:
    """Hide 15 % of the tokens, each under [MASK]; never the first and the last, [CLS] and [SEP]."""
    wanted = min(number_to_mask(len(input_ids)), len(input_ids) - 2)
    chosen = frozenset(rng.sample(range(1, len(input_ids) - 1), wanted))
    places = range(len(input_ids))
    return Masked(
        tuple(mask_id if place in chosen else input_ids[place] for place in places),
        tuple(input_ids[place] if place in chosen else IGNORED for place in places),
        tuple(Fate.MASK if place in chosen else None for place in places),
    )


def make_examples(
    store: TokenStore, index: int, *, copy: int, max_length: int, vocabulary: Vocabulary, seed: int, rows: int
) -> list[Example]:
    """Return the training sequences of one document: a pure function of its arguments."""
    rng = random.Random(f"{seed}-{copy}-{index}-{max_length}")
    examples: list[Example] = []
    for text in pack_sentences(store.document(index), max_length - 2):
        masked = hide_tokens([vocabulary.cls, *text, vocabulary.sep], rng, mask_id=vocabulary.mask)
        dice = tuple(rng.random() for _ in range(masked.number_chosen))
        examples.append(Example(masked, dice, draw_offset(max_length, rows, rng)))
    return examples


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to the longest and stack them: (batch, tokens); ``dice`` is (hidden tokens,)."""
    return {
        "input_ids": padded([e.masked.input_ids for e in examples], vocabulary.pad),
        "position_ids": padded([range(e.offset, e.offset + len(e)) for e in examples], 0),
        "attention_mask": padded([(1,) * len(e) for e in examples], 0),
        "labels": padded([e.masked.labels for e in examples], IGNORED),
        "dice": torch.tensor([number for e in examples for number in e.dice]),
    }


def sample(logits: Tensor, dice: Tensor) -> Tensor:
    """Draw a token for each row of ``logits`` (rows, vocabulary) with the chances of their softmax: (rows,).

    A number in [0, 1) falls into one token's part of the line from 0 to 1.
    """
    ends = logits.softmax(-1).cumsum(-1)
    drawn = torch.searchsorted(ends, (dice * ends[:, -1])[:, None], right=True)[:, 0]
    return drawn.clamp(max=logits.shape[-1] - 1)  # rounding may carry a number to the line's very end


def corrupt(batch: Batch, guesses: Tensor) -> Corrupted:
    """Put a sample of the generator's ``guesses`` (hidden tokens, vocabulary) where tokens are hidden."""
    hidden = batch["labels"] != IGNORED
    input_ids = batch["input_ids"].clone()
    input_ids[hidden] = sample(guesses.detach(), batch["dice"])
    return Corrupted(input_ids, hidden & (input_ids != batch["labels"]))


class Objective(nn.Module):
    """The pre-training loss: the generator's cross-entropy plus 50 times the discriminator's."""

    def __init__(self, model: Electra) -> None:
        """Wrap the two networks that are trained together."""
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return ``loss``, its two parts, and the share of right answers in each."""
        hidden, real = batch["labels"] != IGNORED, batch["attention_mask"] == 1
        answers = batch["labels"][hidden]
        guesses = self.guesses(batch)
        corrupted = corrupt(batch, guesses)
        scores, replaced = self.scores(corrupted, batch)[real], corrupted.replaced[real]
        mlm_loss = cross_entropy(guesses, answers)
        rtd_loss = binary_cross_entropy_with_logits(scores, replaced.float())
        return {
            "loss": mlm_loss + DISCRIMINATOR_WEIGHT * rtd_loss,
            "mlm_loss": mlm_loss.detach(),
            "rtd_loss": rtd_loss.detach(),
            "mlm_accuracy": (guesses.argmax(-1) == answers).float().mean(),
            "rtd_accuracy": ((scores > 0) == replaced).float().mean(),
            "mlm_count": hidden.sum(),
            "rtd_count": real.sum(),
        }

    def guesses(self, batch: Batch) -> Tensor:
        """Return the generator's logits for the hidden tokens: (hidden tokens, vocabulary)."""
        generator = self.model.generator
        encoded = generator.electra(
            batch["input_ids"], attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
        )
        # Only hidden positions pass the vocabulary head: the same loss for a seventh of the work.
        chosen = encoded.last_hidden_state[batch["labels"] != IGNORED]
        return generator.generator_lm_head(generator.generator_predictions(chosen)).float()

    def scores(self, corrupted: Corrupted, batch: Batch) -> Tensor:
        """Return the discriminator's score of every token, above 0 for “replaced”: (batch, tokens)."""
        return self.model(
            corrupted.input_ids, attention_mask=batch["attention_mask"], position_ids=batch["position_ids"]
        ).float()


def build_task(tokenizer: PreTrainedTokenizerFast, *, seed: int, model: Electra | None = None) -> Task:
    """Return a fresh ELECTRA, or ``model``, with everything that training and evaluation need."""
    vocabulary = vocabulary_of(tokenizer)
    model = model or build(vocabulary.size, seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(
            make_examples, vocabulary=vocabulary, seed=seed, rows=model.config.max_position_embeddings
        ),
        collate=partial(collate, vocabulary=vocabulary),
    )
