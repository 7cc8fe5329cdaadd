"""Questions about DistilBERT; the models, the clock and the published tables give the answers."""

from __future__ import annotations

import torch

from variants.core.inference import gradient_pass
from variants.core.question import Marked, Option, Question, nearest
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.divergence import distillation_loss
from variants.distilbert.inheritance import BASE, BASE_VOCABULARY, waterfall
from variants.distilbert.published import ABLATION, SECONDS, meaning

HOT = 4  # times as hot, where the gradient's fall is measured

FASTER = Question(
    "The paper says “60 % faster”. How much of the time does it save?",
    (
        Option("60 %", "Faster counts how much more is done in the same time."),
        Option("about 39 %", "1.63 times the speed is 1/1.63 of the time."),
        Option("half, as it has half the layers", "Embeddings, heads and everything around the layers stay."),
    ),
)
FINE_TUNING = Question(
    "When does DistilBERT learn from its teacher?",
    (
        Option("in fine-tuning, task by task", "That is a second, separate distillation, which the paper also tries."),
        Option("in pre-training, once for all tasks", "It imitates guesses for hidden words, on plain text."),
    ),
)
LEAST = Question(
    "Leave one of the three losses out. Which one is missed least?",
    (
        Option("the teacher's distribution", "It is missed most of the three."),
        Option("the hidden words", "The teacher's distribution already says most of what the right word says."),
        Option("the direction of the hidden states", "It costs about a point and a half."),
    ),
)
SEGMENTS = Question(
    "BERT's segment embeddings tell the first sentence of a pair from the second. Where do they go?",
    (
        Option("into the position embeddings", "The student's positions start as the teacher's, unchanged."),
        Option("nowhere: the student has no such table", "[SEP] alone stands between two sentences."),
        Option("the student keeps them", "The class of transformers has no such weight."),
    ),
)
SQUARED = Question(
    "The teacher's and the student's logits are both divided by a T four times as large. What becomes of the "
    "gradient of their divergence, if nothing makes up for it?",
    (
        Option("it stays the same", "Softened distributions lie closer together, and each logit counts for less."),
        Option("it falls to about a quarter", "One factor of T is the logits', a second one the distributions'."),
        Option("it falls to about a sixteenth", "As 1/T²: hence the factor of T² in the loss."),
    ),
)
SMALLER = Question(
    "What made up nearly all of the parameters that DistilBERT does without?",
    (
        Option("the segment table", "It has two rows."),
        Option("the pooler", "One square matrix: little more than one per cent."),
        Option("six layers", "Halving the depth is the change; the rest is tidying."),
    ),
)


def mark_faster() -> Marked:
    """Work the saved time out from the printed seconds."""
    found = meaning()
    slow, fast = (claim.value for claim in SECONDS)
    evidence = f"{slow:g} s against {fast:g} s: {found.throughput:.2f} times as much in the same time, "
    evidence += f"{found.less_time:.1%} less time."
    return Marked(nearest(found.less_time, (0.6, 0.39, 0.5)), evidence, origin="Sanh et al., 2019, Table 3")


def mark_fine_tuning(student: DistilBert) -> Marked:
    """Look at what the shipped student has: a head for the vocabulary, and none for a task."""
    heads = sorted(name for name, _ in student.model.named_children() if name.startswith(("vocab", "classifier")))
    config = student.model.config
    evidence = f"our student's heads are {', '.join(heads)}, over {config.vocab_size:,} pieces; it has seen no task."
    return Marked(1 if "vocab_projector" in heads and "classifier" not in heads else 0, evidence)


def mark_least() -> Marked:
    """Take the smallest loss of the published ablation."""
    lost = [claim.value for claim in ABLATION[:3]]
    order = (0, 2, 1)  # the table's rows in the options' order: distillation, MLM, cosine
    deltas = [lost[row] for row in order]
    said = (
        "GLUE averages {:+.2f} without the distribution, {:+.2f} without the hidden words, {:+.2f} without the cosine."
    )
    least = max(range(3), key=deltas.__getitem__)
    return Marked(least, said.format(*deltas), origin="Sanh et al., 2019, Table 4")


def mark_segments(teacher: Teacher, student: DistilBert) -> Marked:
    """Look for the table in both networks."""
    rows = teacher.model.bert.embeddings.token_type_embeddings.num_embeddings
    found = [name for name, _ in student.model.named_parameters() if "token_type" in name]
    evidence = f"the teacher's table has {rows} rows; of the student's weights {len(found)} belong to segments."
    return Marked(2 if found else 1, evidence)


def mark_squared(lesson: Lesson) -> Marked:
    """Take the gradient of T² KL on this text at two temperatures, T² divided out."""
    hot, hotter = 10.0, 10.0 * HOT  # well above the logits' own differences
    ratio = _length(lesson, hotter) / _length(lesson, hot)
    evidence = (
        f"from T = {hot:g} to T = {hotter:g} the gradient's length on your text falls to {ratio:.3f} of what it was."
    )
    return Marked(nearest(ratio, (1.0, 1 / HOT, 1 / HOT**2)), evidence)


def mark_smaller() -> Marked:
    """Count the parts of BERT-base that its student does not have."""
    counted = waterfall(BASE, BASE_VOCABULARY)
    sizes = {part.name: part.parameters for part in counted.removed}
    removed = sum(sizes.values())
    said = ", ".join(f"{name} {size:,} ({size / removed:.3%})" for name, size in sizes.items())
    order = ("segment table", "pooler", next(name for name in sizes if name.endswith("layers")))
    return Marked(max(range(3), key=lambda option: sizes[order[option]]), f"of {removed:,} parameters: {said}.")


def _length(lesson: Lesson, temperature: float) -> float:
    """Return the length of the gradient of KL, without T², for all the student's logits."""
    logits = torch.from_numpy(lesson.student.logits).clone().requires_grad_()
    with gradient_pass():
        loss = distillation_loss(logits, torch.from_numpy(lesson.teacher.logits), temperature) / temperature**2
        (gradient,) = torch.autograd.grad(loss, logits)
    return float(gradient.norm())
