"""How well do two batches agree? The gradient of our RoBERTa on batches that double in size.

Liu et al., 2019, section 4.3, train with ever larger batches. What a larger batch buys is a better
estimate of the gradient, up to a point. McCandlish et al., 2018, "An Empirical Model of Large-Batch
Training", section 2.2 and appendix A.1: of the gradients g of single sequences, with mean G and
covariance S, a batch of B has the mean square |G|² + tr(S)/B. So two independent batches agree with
a cosine of about B / (B + N), where N = tr(S)/|G|² is the *noise scale*: below it a larger batch
pays, far above it the batches say the same and doubling them buys little.

N grows while a model learns, as the shared part of the gradient shrinks. Sequences here are short,
so that a thousand different ones fit into the sample text; the paper's hold 512 tokens.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call

from variants.core.errors import InputError
from variants.core.inference import gradient_pass, long_run
from variants.core.packing import pack_sentences
from variants.core.sample_store import sample_store
from variants.roberta.demo import Roberta
from variants.roberta.objective import Example, Objective, collate, mask_anew

SMALLEST, LARGEST = 8, 512  # sequences in a batch
WINDOW = 16  # tokens of a sequence, special ones included


@dataclass(frozen=True)
class Agreement:
    """How two independent batches of one size compare."""

    size: int  # sequences in a batch
    cosines: tuple[float, ...]  # of every pair of batches
    dots: tuple[float, ...]  # inner product of every pair
    squares: tuple[float, ...]  # squared length, mean of every pair

    @property
    def cosine(self) -> float:
        """Return the mean cosine."""
        return sum(self.cosines) / len(self.cosines)


@dataclass(frozen=True)
class GradientNoise:
    """What has been measured so far."""

    done: int  # sequences
    total: int
    agreements: tuple[Agreement, ...]  # smallest batches first
    seconds: float

    @property
    def noise_scale(self) -> float | None:
        """Return tr(S)/|G|² in sequences, None while the gradient cannot be told from its noise.

        The inner product of two independent batches is |G|² on average; the largest batches give its
        best estimate, the smallest that of the noise.
        """
        if not self.agreements:
            return None
        smallest, largest = self.agreements[0], self.agreements[-1]
        signal = _mean(largest.dots)
        noise = smallest.size * (_mean(smallest.squares) - signal)
        return noise / signal if signal > 0 and noise > 0 else None


@dataclass(frozen=True, eq=False)
class BatchGradient:
    """The summed gradient of a batch, flat, and how many predictions it sums over."""

    total: Tensor  # (parameters,)
    count: int

    @property
    def mean(self) -> Tensor:
        """Return the gradient of the training loss, a mean over predictions."""
        return self.total / self.count


def measure_noise(
    checkpoint: Roberta, *, seed: int, smallest: int = SMALLEST, largest: int = LARGEST
) -> Generator[GradientNoise]:
    """Compare batches of ``smallest``, twice that, and so on to ``largest`` sequences.

    Two batches that have been compared become one of twice the size, so that no sequence is read
    twice and none is in two batches. Yields after every smallest batch; stop any time.
    """
    with long_run():
        examples = sample_examples(checkpoint, 2 * largest, seed)
        waiting: dict[int, BatchGradient] = {}
        found: dict[int, Agreement] = {}
        started = time.perf_counter()
        for done in range(smallest, len(examples) + 1, smallest):
            size, gradient = smallest, gradient_of(checkpoint, examples[done - smallest : done])
            while size in waiting:
                other = waiting.pop(size)
                found[size] = _compared(found.get(size, Agreement(size, (), (), ())), other.mean, gradient.mean)
                gradient = BatchGradient(other.total + gradient.total, other.count + gradient.count)
                size *= 2
            waiting[size] = gradient
            agreements = tuple(found[size] for size in sorted(found))
            yield GradientNoise(done, len(examples), agreements, time.perf_counter() - started)


def sample_examples(checkpoint: Roberta, count: int, seed: int) -> list[Example]:
    """Return ``count`` different sequences of the sample text, masked, in random order."""
    store, vocabulary = sample_store(checkpoint.tokenizer), checkpoint.vocabulary
    rng, special = random.Random(seed), frozenset(checkpoint.tokenizer.all_special_ids)
    windows = [window for index in range(len(store)) for window in pack_sentences(store.document(index), WINDOW - 2)]
    if count > len(windows):
        raise InputError(f"The sample text holds {len(windows):,} sequences; {count:,} were asked for.")
    return [
        Example(mask_anew([vocabulary.cls, *window, vocabulary.sep], vocabulary, special, rng))
        for window in rng.sample(windows, count)
    ]


def gradient_of(checkpoint: Roberta, examples: list[Example]) -> BatchGradient:
    """Return the gradient of the pre-training loss; the shared model is not touched.

    The parameters are handed over as tensors of their own that share the model's memory.
    """
    batch = collate(examples, checkpoint.vocabulary)
    objective = Objective(checkpoint.model)
    with gradient_pass():
        parameters = {name: p.detach().requires_grad_() for name, p in objective.named_parameters()}
        measures = functional_call(objective, parameters, (batch,))
        gradients = torch.autograd.grad(measures["loss"], list(parameters.values()))
    count = int(measures["mlm_count"])
    return BatchGradient(torch.cat([gradient.flatten() for gradient in gradients]) * count, count)


def expected_cosine(size: int, noise_scale: float) -> float:
    """Return B / (B + N)."""
    return size / (size + noise_scale)


def _compared(so_far: Agreement, one: Tensor, other: Tensor) -> Agreement:
    dot, first, second = (float(a @ b) for a, b in ((one, other), (one, one), (other, other)))
    return Agreement(
        so_far.size,
        (*so_far.cosines, dot / (first * second) ** 0.5),
        (*so_far.dots, dot),
        (*so_far.squares, (first + second) / 2),
    )


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)
