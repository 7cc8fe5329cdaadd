"""Questions about SpanBERT; the sampler, the model and the paper's table give the answers.

Each question pairs a common misconception with a measurement, on the learner's own text where it can.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from variants.core.encoding import Encoded
from variants.core.question import Marked, Option, Question, nearest
from variants.core.reading import Reading
from variants.spanbert.ablation import by_masks
from variants.spanbert.demo import SpanBert, default_span, fill, guess_span
from variants.spanbert.schemes import Scheme, Tally, tally
from variants.spanbert.spans import (
    GEOMETRIC_P,
    clipped_probabilities,
    draw_span_length,
    length_probabilities,
    mean_length,
)

DRAWS = 300
LENGTHS_DRAWN = 20_000

MASK_RATE = Question(
    "A span has 3.8 words on average. Are more tokens hidden than under BERT's scattered masks?",
    (
        Option("yes, about 3.8 times as many", "Spans are drawn only until 15 % are hidden, and the last one is cut."),
        Option("no, 15 % all the same", "Fewer and longer holes: what is hidden at once changes, not how much."),
    ),
)
ONE_FATE = Question(
    "A hidden token becomes [MASK] (80 %), a random one (10 %) or stays (10 %). Who draws inside a span?",
    (
        Option("each token for itself, as in BERT", "Then the words of one span would meet different fates."),
        Option("the span: one draw for all of it", "All of a span is masked, or all random, or all kept."),
    ),
)
WHAT_SBO_SEES = Question(
    "The span boundary head rebuilds a token of the span. Which states of the encoder does it read?",
    (
        Option("those inside the span", "The MLM head reads those. The span boundary head reads none of them."),
        Option("all of the text", "Only through the encoder: the head itself is handed two states."),
        Option("the two beside the span", "These two and the token's place in the span, nothing else."),
    ),
)
MEAN_LENGTH = Question(
    "The length of a span follows a geometric distribution with p = 0.2, at most ten words. What is its mean?",
    (
        Option("5 words, 1/p", "That is the mean without a limit; SpanBERT's spans have ten words at most."),
        Option("about 4.5 words", "So it would be if longer draws were cut to ten; SpanBERT leaves them out."),
        Option("about 3.8 words", "Longer draws never come: the ten lengths share all of the probability."),
    ),
)
ENTITIES = Question(
    "Spans may be chosen by meaning: hide named entities rather than random spans. Does the model get better?",
    (
        Option("yes, on most tasks", "A fair guess, and others did so before; random spans served better."),
        Option(
            "no, random spans do at least as well",
            "On coreference BERT's scattered tokens beat both, until SBO is added.",
        ),
    ),
)


def mark_mask_rate(checkpoint: SpanBert, encoded: Encoded) -> Marked:
    """Count the hidden tokens of many draws, spans beside scattered tokens."""
    found = {scheme: tally(checkpoint, encoded, scheme, texts=DRAWS) for scheme in (Scheme.TOKENS, Scheme.SPANS)}
    length = len(encoded) - 2
    share = {scheme: counted.tokens / (DRAWS * length) for scheme, counted in found.items()}
    evidence = f"over {DRAWS} draws from your {length} tokens, {share[Scheme.TOKENS]:.1%} were hidden as scattered "
    evidence += f"tokens and {share[Scheme.SPANS]:.1%} in spans; 15 %, rounded up to whole tokens."
    return Marked(1 if share[Scheme.SPANS] < 2 * share[Scheme.TOKENS] else 0, evidence)


def mark_one_fate(checkpoint: SpanBert, encoded: Encoded) -> Marked:
    """Look for runs of hidden tokens with more than one fate."""
    found = {scheme: tally(checkpoint, encoded, scheme, texts=DRAWS) for scheme in (Scheme.TOKENS, Scheme.SPANS)}
    told = {scheme: f"{counted.mixed:,} of {_longer_runs(counted):,}" for scheme, counted in found.items()}
    evidence = f"of the runs of two and more tokens in {DRAWS} draws from your text, {told[Scheme.SPANS]} SpanBERT's "
    evidence += f"met more than one fate, and {told[Scheme.TOKENS]} under BERT's masks."
    return Marked(0 if found[Scheme.SPANS].mixed else 1, evidence)


def mark_what_sbo_sees(checkpoint: SpanBert, encoded: Encoded) -> Marked:
    """Change one state after the other, and see which change moves what the head says."""
    span = default_span(checkpoint, encoded)
    reading = fill(checkpoint, encoded, span)
    before = guess_span(checkpoint, reading, span).sbo
    seen = {
        place
        for place in range(len(reading.encoded))
        if not np.array_equal(before, guess_span(checkpoint, _changed(reading, place), span).sbo)
    }
    beside = {span.start - 1, span.stop}
    tokens = " and ".join(f"“{reading.encoded.tokens[place]}” (token {place})" for place in sorted(seen))
    evidence = (
        f"each of the {len(reading.encoded)} states was changed in turn; the answer moved for {tokens or 'none'} alone."
    )
    return Marked(2 if seen == beside else 0 if seen & set(range(span.start, span.stop)) else 1, evidence)


def mark_mean_length() -> Marked:
    """Draw many lengths."""
    rng = random.Random(0)
    mean = sum(draw_span_length(rng) for _ in range(LENGTHS_DRAWN)) / LENGTHS_DRAWN
    means = (1 / GEOMETRIC_P, mean_length(clipped_probabilities()), mean_length(length_probabilities()))
    return Marked(nearest(mean, means), f"{LENGTHS_DRAWN:,} lengths drawn, {mean:.2f} words on average.")


def mark_entities() -> Marked:
    """Count the tasks of the paper's table on which random spans do at least as well."""
    table = by_masks()
    spans, entities = table.scores["random spans"], table.scores["named entities"]
    ahead = sum(ours >= theirs for ours, theirs in zip(spans, entities, strict=True))
    evidence = f"random spans are ahead of named entities on {ahead} of {len(table.tasks)} tasks."
    return Marked(0 if ahead < len(table.tasks) / 2 else 1, evidence, origin=table.source)


def _changed(reading: Reading, place: int) -> Reading:
    """Return the reading with one state of the last layer moved."""
    states = reading.hidden_states.copy()
    states[-1, place] += 1
    return replace(reading, hidden_states=states)


def _longer_runs(counted: Tally) -> int:
    return sum(counted.runs[1:])
