"""Questions about TinyBERT; the models and the published tables give the answers."""

from __future__ import annotations

from transformers import BertForPreTraining

from variants.core.checkpoint import Checkpoint
from variants.core.question import Marked, Option, Question, nearest
from variants.tinybert.demo import Comparison, Pair, fit_width
from variants.tinybert.imitation import losses, scores_of, shifted
from variants.tinybert.published import FULL, MAPS, STEPS, TERMS

COPIED = Question(
    "Add 1 to every attention score of a student's head. Its attention weights stay as they are: a softmax takes no "
    "notice. What does TinyBERT's attention loss say?",
    (
        Option("nothing: the weights are the same", "It does not look at the weights after the softmax."),
        Option("it rises by about 1", "It compares raw scores, before the softmax; each is now off by 1 more."),
    ),
)
NARROWER = Question(
    "The student's states are half as wide as the teacher's. Can they be compared at all?",
    (
        Option("no, a student must be as wide as its teacher", "DistilBERT's is. TinyBERT's need not be."),
        Option("yes, through a learned map W_h", "A matrix brings the student's states to the teacher's width."),
        Option("yes, with the first half of the teacher's numbers", "That would throw half of the teaching away."),
    ),
)
SECOND = Question(
    "Who teaches in the second stage, the task's?",
    (
        Option("the pre-trained BERT, once more", "It has no layer that answers the task."),
        Option("a BERT that was fine-tuned on the task", "Its insides are copied again, then its predictions."),
        Option("nobody: the student is fine-tuned on the labels", "That is often told; it is distillation again."),
    ),
)
LEAST = Question(
    "Leave one term of the loss out. Which one is missed most?",
    (
        Option("the embeddings", "It is missed least: a point and a half."),
        Option("the predictions", "The insides teach most of what the predictions would."),
        Option("the hidden states", "They cost nearly three points, the runner-up."),
        Option("the attention scores", "They say which words belong together. Without hidden states too, all is lost."),
    ),
)
MAPPING = Question(
    "Four layers copy four of twelve. Which four are best?",
    (
        Option("every third: 3, 6, 9, 12", "So every level of the teacher is represented, low and high."),
        Option("the last four", "What happens before them would have to be learned without a teacher."),
        Option("the first four", "The student would stop where the teacher is a third of its way."),
    ),
)


def mark_copied(comparison: Comparison) -> Marked:
    """Shift every score of a teacher's head and measure both ways to compare."""
    found = shifted(scores_of(comparison, "teacher", 1, 1), 1.0)
    evidence = (
        f"on your text the loss of a head that was equal rises from 0 to {found.scores:.3f}, "
        f"while no attention weight moves by more than {found.probabilities:.0e}."
    )
    return Marked(nearest(found.scores, (0.0, 1.0)), evidence)


def mark_narrower(pair: Pair, comparison: Comparison) -> Marked:
    """Fit the map and compare what it leaves over with the size of what was to be said."""
    widen = fit_width(pair)
    narrow, wide = pair.student.config.hidden_size, pair.teacher.config.hidden_size
    found = losses(comparison, widen)
    last = comparison.teacher.insides.states[found.layers[-1]]
    evidence = (
        f"W_h has {widen.weight.numel():,} numbers, from {narrow} to {wide}; after the last layer the error on your "
        f"text is {found.hidden[-1]:.3f}, where the teacher's numbers have a mean square of {last.square().mean():.3f}."
    )
    return Marked(1 if widen.weight.shape == (wide, narrow) else 0, evidence)


def mark_second(teacher: Checkpoint[BertForPreTraining]) -> Marked:
    """Look for a layer that answers a task in the pre-trained BERT, and at the paper's run without this stage."""
    heads = [name for name, _ in teacher.model.named_modules() if name.endswith(("classifier", "score"))]
    evidence = (
        f"our pre-trained BERT has {len(heads)} layers that answer a task; without the task stage the average falls "
        f"from {FULL.value:g} to {STEPS[1].value:g}."
    )
    return Marked(0 if heads else 1, evidence, origin=STEPS[1].source)


def mark_least() -> Marked:
    """Take the largest loss of the published ablation of single terms."""
    order = (TERMS[0], TERMS[1], TERMS[2], TERMS[3])  # in the options' order
    missed = [FULL.value - claim.value for claim in order]
    names = ("embeddings", "predictions", "hidden states", "attention")
    said = ", ".join(f"{name} {value:.1f}" for name, value in zip(names, missed, strict=True))
    evidence = (
        f"points lost without each: {said}; without hidden states and attention {FULL.value - TERMS[4].value:.1f}."
    )
    return Marked(max(range(len(missed)), key=missed.__getitem__), evidence, origin=TERMS[0].source)


def mark_mapping() -> Marked:
    """Take the best of the published maps."""
    scores = [claim.value for claim in MAPS]
    evidence = "averages: uniform {:g}, top {:g}, bottom {:g}.".format(*scores)
    return Marked(max(range(len(scores)), key=scores.__getitem__), evidence, origin=MAPS[0].source)
