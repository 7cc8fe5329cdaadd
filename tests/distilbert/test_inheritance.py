"""The counts of the paper's sizes to the last digit, and step 0 equal to the teacher cut in half."""

from __future__ import annotations

import pytest
import torch

from tests.distilbert.test_model import cut
from variants.core.shape import SMALL
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.inheritance import (
    BASE,
    BASE_VOCABULARY,
    REFERENCE_LAYERS,
    layers_taken,
    step_zero,
    waterfall,
)
from variants.distilbert.model import start_from


def test_golden_counts() -> None:
    found = waterfall(BASE, BASE_VOCABULARY)
    assert (found.teacher, found.student) == (109_482_240, 66_362_880)
    removed = {part.name: part.parameters for part in found.removed}
    assert removed == {"6 of 12 layers": 42_527_232, "pooler": 590_592, "segment table": 1_536}
    assert sum(removed.values()) == 43_119_360
    assert f"{found.share_removed:.1%}" == "39.4%"
    shares = [f"{count / 43_119_360:.3%}" for count in removed.values()]
    assert shares == ["98.627%", "1.370%", "0.004%"]


@pytest.mark.parametrize(("shape", "vocabulary"), [(BASE, BASE_VOCABULARY), (SMALL, 8192), (SMALL, 100)])
def test_the_parts_make_the_whole_difference(shape: object, vocabulary: int) -> None:
    found = waterfall(shape, vocabulary)  # pyright: ignore[reportArgumentType]
    assert found.teacher - sum(part.parameters for part in found.removed) == found.student
    sizes = [part.parameters for part in found.removed]
    assert sizes == sorted(sizes, reverse=True)


def test_no_memory_is_taken_for_a_count() -> None:
    """Counted on the meta device: a BERT of 12 layers of width 12,288 would take 100 GB."""
    huge = type(BASE)(hidden_size=12_288, num_attention_heads=96, num_hidden_layers=12, intermediate_size=49_152)
    assert waterfall(huge, 50_000).teacher > 2e10


def test_which_layers_are_taken() -> None:
    assert layers_taken(2) == (1, 3)
    assert layers_taken(6) == (1, 3, 5, 7, 9, 11)
    assert REFERENCE_LAYERS == (0, 2, 4, 7, 9, 11)


def test_step_zero_is_the_teacher_cut_in_half(teacher: Teacher, lesson: Lesson) -> None:
    found = step_zero(teacher, lesson)
    assert found.without_segments < 1e-4
    assert min(found.with_segments, found.whole) > 0.01
    ids = torch.tensor([lesson.encoded.input_ids])
    fresh = start_from(teacher.model)(ids).logits
    whole = teacher.model(ids).prediction_logits
    assert found.whole == pytest.approx(float((fresh - whole).detach().abs().max()), rel=1e-3)
    assert torch.allclose(fresh, cut(teacher.model, [1, 3])(ids).prediction_logits, atol=1e-4)


def test_step_zero_holds_for_the_shipped_teacher_which_stays_as_it_is(shipped: tuple[Teacher, DistilBert]) -> None:
    from variants.distilbert.demo import hear, read

    teacher, student = shipped
    before = teacher.model.bert.embeddings.token_type_embeddings.weight.clone()
    found = step_zero(teacher, hear(teacher, student, read(student, "The doctor came.")))
    assert found.without_segments < 1e-3 < found.with_segments
    assert torch.equal(teacher.model.bert.embeddings.token_type_embeddings.weight, before)
    assert len(teacher.model.bert.encoder.layer) == teacher.model.config.num_hidden_layers
