"""Questions about ELECTRA; the sampler, the gradients and the paper give the answers."""

from __future__ import annotations

from functools import cache

import torch

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.inference import forward_pass
from variants.core.masking import IGNORED
from variants.core.question import Marked, Option, Question, nearest
from variants.electra.demo import guess, judge
from variants.electra.model import Electra
from variants.electra.objective import DISCRIMINATOR_WEIGHT, Objective, build_task, corrupt
from variants.electra.pipeline import draw_masks, refill
from variants.electra.published import PAPER, SHARES
from variants.electra.signals import DISCRIMINATOR, GENERATOR, Signals, measure_signals
from variants.electra.threshold import SEED, sample_examples

SEQUENCES = 12  # of the sample text, for what must not depend on the learner's

GAN = Question(
    "One network makes fakes, the other one finds them. Is ELECTRA a GAN, a generative adversarial network?",
    (
        Option(
            "yes: the generator learns to fool the discriminator",
            "It learns to guess hidden words, and nothing else: no gradient of the discriminator's loss reaches it.",
        ),
        Option(
            "no: the generator learns by likelihood alone",
            "It is trained like BERT. The sampled words cut the path along which the discriminator could train it.",
        ),
    ),
)
LUCKY = Question(
    "The generator happens to sample the word that really stood there. What is its true label?",
    (
        Option("replaced: it comes from the generator", "What counts is the text: this token is the original one."),
        Option("original", "The label compares the two texts; where it came from leaves no trace to be found."),
        Option("none: the place is left out of the loss", "No place is left out: the loss is taken on all tokens."),
    ),
)
WIDTHS = (1.0, 3 / 8, 0.0)  # of the generator, as a share of the discriminator's: one an option of the next question
GENERATOR_SIZE = Question(
    "Which generator makes the best discriminator?",
    (
        Option("as strong a one as possible", "Its samples are then too hard to tell, and it costs as much again."),
        Option("one of a quarter to a half of the discriminator's width", "Hard enough to learn from, and cheap."),
        Option("none: random words would do", "Those are found too easily to teach much about language."),
    ),
)
WEIGHT = Question(
    "The discriminator's loss is multiplied by 50 before both are added. Why?",
    (
        Option(
            "a yes/no loss is small beside one over a whole vocabulary",
            "Chance costs 0.7 nats for two answers and about 9 for our vocabulary; and most tokens are easy.",
        ),
        Option("the generator must not learn", "It keeps its whole loss, and learns to guess as BERT does."),
        Option(
            "fifty tokens are original for each replaced one",
            "Far fewer are: the last question counts them. And both kinds weigh the same.",
        ),
    ),
)
WHICH_MODEL = Question(
    "After pre-training you keep one network and fine-tune it. Can it fill in a hidden word?",
    (
        Option(
            "yes, better than BERT",
            "What is kept is the discriminator. It says one number of each token, and no words at all.",
        ),
        Option("no: it says of each token how suspicious it is", "The network that fills in words is thrown away."),
    ),
)
ORIGINAL = (0.5, 0.87, 0.99)  # share of the tokens: one an option of the next question
ACCURACY = Question(
    "A detector calls every token original, without looking. How many of its verdicts are right?",
    (
        Option(f"about {ORIGINAL[0]:.0%}", "That would be so if every other token were replaced."),
        Option(
            f"about {ORIGINAL[1]:.0%}",
            "15 % are hidden, and samples that are right by luck count as original. So precision and recall are "
            "shown here, and accuracy only beside them.",
        ),
        Option(f"about {ORIGINAL[2]:.0%}", "That would be so if the generator nearly always guessed the true token."),
    ),
)


def signals_of(checkpoint: Checkpoint[Electra], encoded: Encoded) -> Signals:
    """Return both losses and their gradients on a text, 15 % of it hidden."""
    return measure_signals(checkpoint, refill(checkpoint, guess(checkpoint, encoded, draw_masks(checkpoint, encoded))))


def mark_gan(checkpoint: Checkpoint[Electra], encoded: Encoded) -> Marked:
    """Take the gradient of the discriminator's loss with respect to the generator's weights."""
    found = signals_of(checkpoint, encoded).rtd.parts
    evidence = f"the gradient of the discriminator's loss has length {found[DISCRIMINATOR]:.3g} on its own weights and "
    evidence += f"{found[GENERATOR]:.3g} on the generator's."
    return Marked(1 if found[GENERATOR] == 0 < found[DISCRIMINATOR] else 0, evidence)


def mark_lucky(checkpoint: Checkpoint[Electra]) -> Marked:
    """Count lucky samples in sequences of the sample text, and their labels."""
    lucky, _, _ = _samples(checkpoint)
    labels = lucky.tolist()
    evidence = f"in {SEQUENCES} sequences of the sample text {len(labels)} samples were the true token; "
    evidence += f"{labels.count(False)} of them are labelled original."
    return Marked(0 if any(labels) else 1, evidence)


def mark_generator_size() -> Marked:
    """Take the range that the paper found."""
    low, high = (claim.value for claim in SHARES)
    evidence = f"generators of {low:g} to {high:g} times the discriminator's width worked best."
    return Marked(nearest((low + high) / 2, WIDTHS), evidence, origin=f"{PAPER}, section 3.2")


def mark_weight(checkpoint: Checkpoint[Electra], encoded: Encoded) -> Marked:
    """Compare both losses on the learner's text."""
    found = signals_of(checkpoint, encoded)
    evidence = f"the generator's loss is {found.mlm.loss:.2f} nats and the discriminator's {found.rtd.loss:.3f}; times "
    evidence += f"{DISCRIMINATOR_WEIGHT:g} that is {found.weighted:.1f}."
    return Marked(0 if found.rtd.loss < found.mlm.loss else 1, evidence)


def mark_which_model(checkpoint: Checkpoint[Electra], encoded: Encoded) -> Marked:
    """Count what each network says of one token."""
    answers = len(judge(checkpoint, encoded.input_ids).replaced_probability) // len(encoded)
    words = guess(checkpoint, encoded, draw_masks(checkpoint, encoded)).logits.shape[-1]
    evidence = f"of each token the discriminator says {answers} number; the generator says {words:,} of a hidden one."
    return Marked(1 if answers == 1 else 0, evidence)


def mark_accuracy(checkpoint: Checkpoint[Electra]) -> Marked:
    """Count what is original in sequences of the sample text."""
    lucky, replaced, tokens = _samples(checkpoint)
    share = 1 - replaced / tokens
    evidence = f"in {SEQUENCES} sequences of the sample text {replaced:,} of {tokens:,} tokens are replaced, so "
    evidence += f"{share:.1%} of these verdicts are right; {len(lucky)} samples were right by luck."
    return Marked(nearest(share, ORIGINAL), evidence)


@cache
def _samples(checkpoint: Checkpoint[Electra]) -> tuple[torch.Tensor, int, int]:
    """Refill sample text as in pre-training; return the labels of lucky samples, and replaced and all tokens."""
    examples = sample_examples(checkpoint, SEED)[:SEQUENCES]
    batch = build_task(checkpoint.tokenizer, seed=0, model=checkpoint.model).collate(examples)
    with forward_pass():
        corrupted = corrupt(batch, Objective(checkpoint.model).guesses(batch))
    hidden = batch["labels"] != IGNORED
    true_token = corrupted.input_ids == batch["labels"]
    return corrupted.replaced[hidden & true_token], int(corrupted.replaced.sum()), int(batch["attention_mask"].sum())
