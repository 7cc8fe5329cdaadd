"""Questions about BERTSUM; the weights, the learner's article and the published tables give the answers."""

from __future__ import annotations

import torch

from variants.bertsum.demo import Summarizer, parts, score
from variants.bertsum.oracle import oracle_steps, score_of
from variants.bertsum.pasted import Reading
from variants.bertsum.published import (
    CLASSIFIER,
    EXTRACTIVE_FIRST,
    LEAD,
    NO_BLOCKING,
    NO_SEGMENTS,
    NYT_EXTRACTIVE,
    NYT_EXTRACTIVE_FIRST,
    ORACLE,
    TRANSFORMER,
)
from variants.bertsum.summary import choose, lead
from variants.core.errors import InputError
from variants.core.question import Marked, Option, Question, nearest
from variants.core.teacher import load_teacher

PRE_TRAINED = Question(
    "Is BERTSUM a new pre-trained model?",
    (
        Option("yes: it is pre-trained to summarize", "Its fine-tuning starts from BERT's weights, and ends close by."),
        Option("no: it is BERT, fine-tuned, with a few layers on top", "New are the layers between sentences alone."),
    ),
)
LABELS = Question(
    "People wrote summaries, not labels. Where do the labels “take this sentence” come from?",
    (
        Option("people marked the sentences", "Nobody did: the data are texts and free summaries of them."),
        Option("from the first sentences", "That is the Lead baseline; no label comes from it."),
        Option("a greedy search for ROUGE", "An “oracle” that knows the summary adds sentences while ROUGE grows."),
    ),
)
CEILING = Question(
    "On CNN/DailyMail: how much of the way from Lead-3 to the oracle's ROUGE-1 does BERTSUM go?",
    (
        Option("about a quarter", "The first three sentences of a news story are hard to beat."),
        Option("about half", "It is less: look at the three figures."),
        Option("nearly all of it", "No choice of sentences beats the oracle by much, and BERTSUM is far from it."),
    ),
)
TRICK = Question(
    "Which of these is worth most ROUGE-1 in the papers' ablations?",
    (
        Option("interval segments", "A few hundredths of a point."),
        Option("two layers between sentences, not one linear layer", "Two hundredths of a point."),
        Option(
            "trigram blocking", "It needs no training: a sentence that repeats three words in a row is passed over."
        ),
    ),
)
PARITY = Question(
    "What does a segment embedding tell a token of BERTSUM?",
    (
        Option("the number of its sentence", "There are two segments for any number of sentences."),
        Option("whether its sentence is odd or even", "So it differs from its neighbours, and that is all."),
    ),
)
ORDER = Question(
    "In which order does the reference code print the sentences of a summary?",
    (
        Option("as they stand in the article", "The line that would sort them is commented out."),
        Option("best score first", "So a summary may begin with a sentence from the end."),
    ),
)

WRITING = Question(
    "Fine-tuned to choose sentences first, then to write (BERTSUMEXTABS): does it beat choosing on CNN/DailyMail?",
    (
        Option("yes: a model that writes can do all that one that chooses can", "It can, but it has to learn to."),
        Option(
            "no, not in ROUGE-1",
            "There the summaries are lists of highlights close to the story's own words. On the New York Times, "
            "writing wins.",
        ),
    ),
)


def mark_pre_trained(checkpoint: Summarizer) -> Marked:
    """Compare the encoder with our BERT's, weight by weight."""
    ours = checkpoint.model.bert.state_dict()
    bert = load_teacher(checkpoint.tokenizer).bert.state_dict()
    shared = [name for name in ours if name in bert and ours[name].is_floating_point()]
    one, other = (torch.cat([weights[name].flatten() for name in shared]) for weights in (ours, bert))
    cosine = float(torch.nn.functional.cosine_similarity(one, other, dim=0))
    total = sum(weight.numel() for weight in checkpoint.model.parameters())
    evidence = (
        f"{len(one) / total:.0%} of its {total:,} parameters have their place in our BERT too, and there the two "
    )
    evidence += f"models' weights have a cosine of {cosine:.3f}; unrelated weights would have about 0."
    return Marked(int(cosine > 0.5), evidence)


def mark_labels(reading: Reading, reference: str) -> Marked:
    """Let the oracle choose on the learner's article, and the first sentences beside it."""
    if not reference.strip():
        raise InputError("An oracle needs a summary: write a reference below the article, or choose one of ours.")
    steps = oracle_steps(reading.sentences, reference)
    if not steps:
        raise InputError("The reference shares no word with this article, so the oracle takes nothing.")
    grew = ", then ".join(f"sentence {step.sentence + 1} ({step.score:.3f})" for step in steps)
    first = score_of([reading.sentences[number] for number in lead(reading.sentences, len(steps))], reference)
    evidence = f"on your article the oracle takes {grew}; in brackets ROUGE-1 + ROUGE-2. As many first sentences: "
    return Marked(2, f"{evidence}{first:.3f}.")


def mark_ceiling() -> Marked:
    """Compute the share from the published scores."""
    low, ours, high = (row.rouge1.value for row in (LEAD, TRANSFORMER, ORACLE))
    share = (ours - low) / (high - low)
    evidence = f"Lead-3 {low}, BERTSUM {ours}, oracle {high}: {share:.0%} of the way."
    return Marked(nearest(share, (0.25, 0.5, 0.95)), evidence, origin=LEAD.rouge1.source)


def mark_trick() -> Marked:
    """Take the differences of the published scores."""
    worth = (
        TRANSFORMER.rouge1.value - NO_SEGMENTS.rouge1.value,
        TRANSFORMER.rouge1.value - CLASSIFIER.rouge1.value,
        CLASSIFIER.rouge1.value - NO_BLOCKING.rouge1.value,
    )
    best = max(range(len(worth)), key=worth.__getitem__)
    evidence = "interval segments {:+.2f}, layers between sentences {:+.2f}, trigram blocking {:+.2f}.".format(*worth)
    return Marked(best, evidence, origin="Liu, 2019, Tables 1 and 2; Liu and Lapata, 2019, Table 2")


def mark_writing() -> Marked:
    """Compare the published scores, on both sets of news."""
    chosen, written = TRANSFORMER.rouge1.value, EXTRACTIVE_FIRST.rouge1.value
    evidence = f"ROUGE-1 on CNN/DailyMail: chosen {chosen}, written {written}. On the New York Times (recall): "
    evidence += f"{NYT_EXTRACTIVE.rouge1.value} and {NYT_EXTRACTIVE_FIRST.rouge1.value}."
    return Marked(0 if written > chosen else 1, evidence, origin="Liu and Lapata, 2019, Tables 2 and 3")


def mark_parity(checkpoint: Summarizer, reading: Reading) -> Marked:
    """Count the segments that the learner's article uses."""
    if len(reading.sentences) < 3:
        raise InputError("With fewer than three sentences that cannot be told: paste a longer text above.")
    windows = [window for part in parts(checkpoint, reading) for window in part]
    segments = {segment for window in windows for segment in window.token_type_ids}
    evidence = (
        f"your article has {len(reading.sentences)} sentences, and its tokens {len(segments)} different segments."
    )
    return Marked(0 if len(segments) == len(reading.sentences) else 1, evidence)


def mark_order(checkpoint: Summarizer, reading: Reading) -> Marked:
    """Choose as the reference does, on the learner's article."""
    scores = score(checkpoint, reading)
    taken = choose(reading.sentences, scores, 3).taken
    if list(taken) == sorted(taken):
        raise InputError("Here the best sentences also come first, so both orders are one: try another article.")
    said = ", ".join(f"{number + 1} ({scores[number]:.1%})" for number in taken)
    return Marked(1, f"as the reference code chooses, your article gives sentences {said}.")
