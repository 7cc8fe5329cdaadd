"""Scores of held-out text: counted by hand at every threshold, the same whole and in parts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import refusal_of
from variants.core.checkpoint import Checkpoint
from variants.core.masking import IGNORED, number_to_mask
from variants.electra.evaluation import detection_scores, verdicts
from variants.electra.model import Electra
from variants.electra.threshold import (
    PART,
    SEED,
    Scored,
    confusion_at,
    confusions,
    sample_examples,
    score_samples,
)

Tiny = Checkpoint[Electra]
ANSWERS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


def scored_of(answers: list[tuple[int, bool]]) -> Scored:
    probabilities, replaced = zip(*answers, strict=True)
    return Scored(1, 1, (np.array(probabilities) / 20).astype(np.float32), np.array(replaced), 0.0)


@given(answers=ANSWERS, step=st.integers(0, 20))
def test_counts_and_shares_by_hand(answers: list[tuple[int, bool]], step: int) -> None:
    found = confusion_at(scored_of(answers), float(np.float32(step) / np.float32(20)))
    called = [(score >= step, truth) for score, truth in answers]
    assert found.hits == called.count((True, True)) and found.misses == called.count((False, True))
    assert found.false_alarms == called.count((True, False)) and found.passed == called.count((False, False))
    finds, there = [truth for call, truth in called if call], [call for call, truth in called if truth]
    assert found.precision == (sum(finds) / len(finds) if finds else None)
    assert found.recall == (sum(there) / len(there) if there else None)
    assert found.accuracy == pytest.approx(sum(call == truth for call, truth in called) / len(called))


@given(answers=ANSWERS)
def test_a_higher_threshold_never_finds_more(answers: list[tuple[int, bool]]) -> None:
    counted = confusions(scored_of(answers), [0.0, 0.3, 0.6, 0.9, 1.1])
    found = [each.hits + each.false_alarms for each in counted]
    assert found == sorted(found, reverse=True) and found[0] == len(answers) and found[-1] == 0


@given(answers=ANSWERS)
def test_the_area_under_the_curve_by_all_pairs(answers: list[tuple[int, bool]]) -> None:
    ones = [score for score, truth in answers if truth]
    others = [score for score, truth in answers if not truth]
    pairs = [(a > b) + 0.5 * (a == b) for a in ones for b in others]
    assert scored_of(answers).auc == pytest.approx(sum(pairs) / len(pairs) if pairs else 0.5)


def test_sequences_are_those_of_pre_training(tiny: Tiny) -> None:
    examples = sample_examples(tiny, SEED)
    assert examples == sample_examples(tiny, SEED) != sample_examples(tiny, SEED + 1)
    for example in examples:
        assert len(example) <= 128 and example.offset == 0
        assert example.masked.number_chosen == min(number_to_mask(len(example)), len(example) - 2) == len(example.dice)
        hidden = [place for place, label in enumerate(example.masked.labels) if label != IGNORED]
        assert {example.masked.input_ids[place] for place in hidden} == {tiny.vocabulary.mask}
    assert sum(map(len, examples)) > 15_000


def test_parts_add_up_to_the_whole(tiny: Tiny) -> None:
    most = 2 * PART + 1
    parts = list(score_samples(tiny, most=most))
    assert [found.done for found in parts] == [PART, 2 * PART, most] and {found.total for found in parts} == {most}
    scores, replaced = verdicts(tiny.model, tiny.tokenizer, sample_examples(tiny, SEED)[:most])
    assert parts[-1].probabilities == pytest.approx(scores.sigmoid().numpy(), abs=1e-5)
    assert parts[-1].replaced.tolist() == replaced.tolist()
    assert parts[0].replaced.tolist() == replaced[: len(parts[0].replaced)].tolist()
    threshold = float(scores.quantile(0.9))
    tenth, expected = confusion_at(parts[-1], float(torch.tensor(threshold).sigmoid())), scores - threshold
    assert tenth.recall == pytest.approx(detection_scores(expected, replaced)["rtd_recall"], abs=0.01)
    assert tenth.precision == pytest.approx(detection_scores(expected, replaced)["rtd_precision"], abs=0.01)
    assert parts[-1].auc == pytest.approx(detection_scores(scores, replaced)["rtd_auc"], abs=1e-4)


def test_one_measurement_at_a_time_and_stopping_gives_the_turn_back(tiny: Tiny) -> None:
    first = score_samples(tiny, most=4 * PART)
    next(first)
    assert "under way" in refusal_of(lambda: next(score_samples(tiny)))
    first.close()
    assert next(score_samples(tiny, most=PART)).done == PART


def test_about_one_token_in_seven_is_hidden_and_fewer_replaced(tiny: Tiny) -> None:
    *_, scored = score_samples(tiny, most=8)
    assert 0 < scored.share <= 0.16
    assert torch.from_numpy(scored.probabilities).isfinite().all()
