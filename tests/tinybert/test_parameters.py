"""Golden counts of the paper's sizes, on the real class and without memory."""

from __future__ import annotations

import pytest

from variants.tinybert.model import build
from variants.tinybert.parameters import FOUR, SIZES, build_empty, count, parameters

LAYER = 7_087_872  # of BERT-base


def test_golden_counts() -> None:
    four, six = count("four", 8192), count("six", 8192)
    assert (four.teacher, four.student, four.with_heads, four.widening) == (
        109_482_240,
        14_350_248,
        14_479_676,
        240_384,
    )
    assert (six.teacher, six.student, six.with_heads) == (109_482_240, 66_955_008, 67_579_196)
    assert four.removed["8 of 12 layers"] == 8 * LAYER and six.removed == {"6 of 12 layers": 6 * LAYER}
    assert four.removed["narrower embeddings"] == (30_522 + 512 + 2 + 2) * (768 - 312)
    assert f"{four.share_removed:.1%}" == "86.9%"


@pytest.mark.parametrize("size", SIZES)
def test_the_parts_make_the_whole_difference(size: str) -> None:
    found = count(size, 8192)
    assert found.teacher - sum(found.removed.values()) == found.student
    assert all(went > 0 for went in found.removed.values())


def test_our_own_student_is_the_one_that_is_counted() -> None:
    assert count("ours", 8192).student == parameters(build(8192))
    assert all(parameter.device.type == "meta" for parameter in build_empty(FOUR, 30_522).parameters())
