"""Three ways to hide 15 %: every count beside an independent one, rates and lengths beside their laws."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.tiny import HOSTILE, refusal_of
from variants.core.encoding import Encoded
from variants.core.masking import Fate
from variants.core.tokenization import tokens_of
from variants.spanbert.demo import SpanBert, read
from variants.spanbert.schemes import Hidden, Scheme, Tally, hide_text, tally
from variants.spanbert.spans import (
    GEOMETRIC_P,
    clipped_probabilities,
    draw_span_length,
    draw_spans,
    length_probabilities,
    mean_length,
    merged,
    positions_of,
)

SEEDS = range(200)
LENGTHS = (1, 2, 3, 6, 7, 13, 14, 29, 64, 101, 126)  # tokens of the text, special ones not counted


def text_of(spanbert: SpanBert, length: int) -> Encoded:
    """Return a text of random pieces, some of which continue a word."""
    rng, vocabulary = random.Random(length), spanbert.vocabulary
    ids = (vocabulary.cls, *(rng.randrange(100, vocabulary.size) for _ in range(length)), vocabulary.sep)
    special = (True, *[False] * length, True)
    return Encoded(ids, tuple(tokens_of(spanbert.tokenizer, ids)), (0,) * (length + 2), special)


@dataclass
class Reference:
    """The reference masker's loop, written from its description with lists and flags."""

    lengths: list[int]
    hidden: list[bool]
    cut: int


def reference_spans(starts: list[bool], rng: random.Random) -> Reference:
    count, budget = len(starts), math.ceil(0.15 * len(starts))
    found = Reference([], [False] * count, 0)
    weights = [0.8**k for k in range(10)]
    while sum(found.hidden) < budget:
        length = rng.choices(range(1, 11), [0.2 * weight for weight in weights])[0]
        anchor = rng.randrange(count)
        if found.hidden[anchor]:
            continue
        place = anchor
        while place > 0 and not starts[place]:  # back to the start of the word
            place -= 1
        found.lengths.append(length)
        words, wanted = 0, []
        while place < count:
            words += starts[place] or not wanted
            if words > length:
                break
            wanted.append(place)
            place += 1
        for place in wanted:
            if sum(found.hidden) < budget:
                found.hidden[place] = True
        found.cut += not all(found.hidden[place] for place in wanted)
    return found


def letters(hidden: Hidden) -> str:
    """Write the fates as one letter a token: m, r, k, and a dot where nothing was chosen."""
    return "".join(str(fate)[0] if fate else "." for fate in hidden.fates)


@pytest.mark.parametrize("length", range(1, 129))
def test_spans_are_drawn_as_by_the_reference(length: int) -> None:
    for seed in SEEDS:
        chance = random.Random(1000 * length + seed)
        starts = [chance.random() < 0.7 for _ in range(length)]
        one, other = random.Random(seed), random.Random(seed)
        drawn, expected = draw_spans(starts, one), reference_spans(starts, other)
        assert positions_of(drawn) == {place for place, hides in enumerate(expected.hidden) if hides}
        assert [span.words for span in drawn] == expected.lengths
        assert sum(span.is_cut for span in drawn) == expected.cut
        assert one.getstate() == other.getstate()
        runs = re.findall("x+", "".join("x" if hides else " " for hides in expected.hidden))
        assert len(merged(positions_of(drawn))) == len(runs) <= len(drawn)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("length", LENGTHS)
def test_every_counter_equals_an_independent_count(spanbert: SpanBert, scheme: Scheme, length: int) -> None:
    encoded = text_of(spanbert, length)
    written = [letters(hide_text(spanbert, encoded, scheme, seed=seed)) for seed in SEEDS]
    runs = [run for line in written for run in re.findall(r"[mrk]+", line)]
    found = tally(spanbert, encoded, scheme, texts=len(SEEDS))
    assert found.texts == 200 and found.tokens == sum(map(len, runs)) == len(re.findall("[mrk]", "".join(written)))
    assert found.number_of_runs == len(runs)
    assert dict(enumerate(found.runs, start=1)) == {
        size: sum(len(run) == size for run in runs) for size in range(1, max(map(len, runs), default=0) + 1)
    }
    assert found.fates == tuple(sum(set(run) == {letter} for run in runs) for letter in "mrk")
    assert found.mixed == sum(len(set(run)) > 1 for run in runs)
    assert found.mean_run == pytest.approx(sum(map(len, runs)) / max(1, len(runs)))
    assert sum(found.run_shares) == pytest.approx(1 if runs else 0)


@pytest.mark.parametrize("length", LENGTHS)
def test_counters_of_spans_equal_the_references(spanbert: SpanBert, length: int) -> None:
    encoded = text_of(spanbert, length)
    starts = [not token.startswith("##") for token in encoded.tokens[1:-1]]
    expected = [reference_spans(starts, random.Random(seed)) for seed in SEEDS]
    found = tally(spanbert, encoded, Scheme.SPANS, texts=len(SEEDS))
    words = Counter(length for one in expected for length in one.lengths)
    assert found.drawn == tuple(words[length] for length in range(1, 11))
    assert found.mean_words == pytest.approx(sum(words.elements()) / words.total())
    assert found.cut == sum(one.cut for one in expected)
    assert found.merged == words.total() - found.number_of_runs
    assert found.tokens == 200 * math.ceil(0.15 * length) and found.mixed == 0


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_draw_shows_its_fates_and_leaves_the_rest(spanbert: SpanBert, scheme: Scheme, length: int) -> None:
    encoded = text_of(spanbert, length)
    for seed in range(20):
        hidden = hide_text(spanbert, encoded, scheme, seed=seed)
        assert hidden == hide_text(spanbert, encoded, scheme, seed=seed)
        chosen = {place for run in hidden.runs for place in range(run.start, run.stop)}
        assert chosen == {place for place, fate in enumerate(hidden.fates) if fate}
        assert (hidden.fates[0], hidden.fates[-1]) == (None, None)
        for place, fate in enumerate(hidden.fates):
            if fate is Fate.MASK:
                assert hidden.encoded.tokens[place] == "[MASK]"
            elif fate is not Fate.RANDOM:
                assert hidden.encoded.input_ids[place] == encoded.input_ids[place]
        inside = {place for one in hidden.drawn for place in range(one.span.start, one.span.stop)}
        assert inside == (chosen if scheme is Scheme.SPANS else set())


def test_whole_words_are_hidden_whole(spanbert: SpanBert) -> None:
    encoded = text_of(spanbert, 101)
    budget = math.ceil(0.15 * 101)
    for seed in SEEDS:
        fates = hide_text(spanbert, encoded, Scheme.WORDS, seed=seed).fates
        assert budget - 3 <= sum(fate is not None for fate in fates) <= budget
        for place in range(2, 102):
            if encoded.tokens[place].startswith("##"):
                assert (fates[place] is None) == (fates[place - 1] is None)


def test_a_word_that_does_not_fit_is_skipped(spanbert: SpanBert) -> None:
    encoded = read(spanbert, "unbelievable")
    assert len(encoded) > 3
    assert hide_text(spanbert, encoded, Scheme.WORDS, seed=0).runs == ()
    assert tally(spanbert, encoded, Scheme.WORDS, texts=5) == Tally(5, 0, (), (0, 0, 0), 0, (), 0, 0)


def test_scattered_tokens_come_from_everywhere_alike(spanbert: SpanBert) -> None:
    encoded = text_of(spanbert, 40)
    texts = 2000
    chosen = Counter(
        place
        for seed in range(texts)
        for place, fate in enumerate(hide_text(spanbert, encoded, Scheme.TOKENS, seed=seed).fates)
        if fate
    )
    deviation = (0.15 * 0.85 / texts) ** 0.5
    assert all(chosen[place] / texts == pytest.approx(0.15, abs=4.5 * deviation) for place in range(1, 41))


def test_fates_keep_to_80_10_10(spanbert: SpanBert) -> None:
    """One draw a run under spans, one a token under the others: both binomial."""
    encoded = text_of(spanbert, 126)
    for scheme in Scheme:
        written = "".join(letters(hide_text(spanbert, encoded, scheme, seed=seed)) for seed in range(400))
        drawn = re.findall("[mrk]+" if scheme is Scheme.SPANS else "[mrk]", written)
        counts = Counter(run[0] for run in drawn)
        for letter, share in zip("mrk", (0.8, 0.1, 0.1), strict=True):
            deviation = (share * (1 - share) / len(drawn)) ** 0.5
            assert counts[letter] / len(drawn) == pytest.approx(share, abs=4 * deviation), scheme


def chi_square(counts: tuple[int, ...], shares: tuple[float, ...]) -> float:
    total = sum(counts)
    return sum((count - total * share) ** 2 / (total * share) for count, share in zip(counts, shares, strict=True))


def test_lengths_follow_the_geometric_law_made_to_sum_to_one(spanbert: SpanBert) -> None:
    """Chi-square with nine degrees of freedom: above 33.7 one time in ten thousand."""
    found = tally(spanbert, text_of(spanbert, 126), Scheme.SPANS, texts=1000)
    assert sum(found.drawn) > 4000
    assert chi_square(found.drawn, length_probabilities()) < 33.7
    assert chi_square(found.drawn, clipped_probabilities()) > 300
    rng = random.Random(1)
    words = Counter(draw_span_length(rng) for _ in range(20_000))
    assert chi_square(tuple(words[length] for length in range(1, 11)), length_probabilities()) < 33.7


def test_the_two_laws_are_their_closed_forms() -> None:
    tail = (1 - GEOMETRIC_P) ** 10
    assert length_probabilities() == pytest.approx([0.2 * 0.8**k / (1 - tail) for k in range(10)])
    assert clipped_probabilities() == pytest.approx([*(0.2 * 0.8**k for k in range(9)), 0.8**9])
    assert mean_length(length_probabilities()) == pytest.approx((1 / 0.2 - 10 * tail / (1 - tail)), abs=1e-12)
    assert mean_length(clipped_probabilities()) == pytest.approx((1 - tail) / 0.2)
    assert f"{mean_length(length_probabilities()):.2f}" == "3.80"
    assert f"{mean_length(clipped_probabilities()):.2f}" == "4.46"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("scheme", Scheme)
def test_whatever_is_typed_is_hidden_or_refused_in_a_sentence(spanbert: SpanBert, text: str, scheme: Scheme) -> None:
    found: list[Tally] = []
    sentence = refusal_of(lambda: found.append(tally(spanbert, read(spanbert, text), scheme, texts=3)))
    assert bool(found) != bool(sentence) and "\n" not in sentence


def test_a_special_token_in_the_text_is_named(spanbert: SpanBert) -> None:
    encoded = read(spanbert, "one [SEP] two")
    assert "[SEP]" in refusal_of(lambda: hide_text(spanbert, encoded, Scheme.SPANS, seed=0))
