"""Memory is the joint pass with the past blind to the future; it reaches as many segments as there are layers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.tiny import refusal_of
from variants.xlnet.demo import XLNet, follow, read, spread
from variants.xlnet.factorization import Factorization, draw_order, permutation_masks, places_of
from variants.xlnet.memory import cut, reach, recurrence, sample_text, shifts
from variants.xlnet.paper_figure import ORDERS, TARGET, four_orders, starts
from variants.xlnet.streams import query_states

TEXT = "When the old king died in the winter of that year, his eldest son took the crown."


def joint(xlnet: XLNet, first: tuple[int, ...], ids: tuple[int, ...], segments: tuple[int, ...], order: Any) -> Any:
    """Our own streams over both segments at once: (predicted, vocabulary). The first never sees the second."""
    length, whole = len(first), len(first) + len(ids)
    mask = torch.zeros(1, whole, whole, dtype=torch.bool)
    mask[:, length:, length:] = permutation_masks([order], len(ids))
    mask[:, :length, length:] = True
    mapping = torch.zeros(1, len(order.predicted), whole)
    for row, place in enumerate(order.predicted):
        mapping[0, row, length + place] = 1.0
    batch = {
        "input_ids": torch.tensor([[*first, *ids]]),
        "token_type_ids": torch.tensor([[*[0] * length, *segments]]),
        "attention_mask": torch.ones(1, whole, dtype=torch.long),
        "perm_mask": mask,
        "target_mapping": mapping,
    }
    with torch.inference_mode():
        logits = xlnet.model.lm_loss(query_states(xlnet.model.transformer, batch))
        return logits[0], spread(logits, batch)[0, length:]


@pytest.mark.parametrize("at", [1, 4, 11])
def test_memory_equals_the_joint_pass_with_the_second_segments_view(xlnet: XLNet, at: int) -> None:
    encoded = read(xlnet, TEXT)
    found = recurrence(xlnet, encoded, at)
    first, second = cut(encoded, at)
    order = Factorization(places_of(second))
    _, expected = joint(xlnet, first, second.input_ids, second.token_type_ids, order)
    assert found.remembering == pytest.approx(expected[list(order.predicted)].numpy(), abs=1e-4)
    alone = follow(xlnet, second, order)
    assert found.alone == pytest.approx([step.log_probability for step in alone.steps], abs=1e-4)
    assert (*found.first, *found.second) == encoded.tokens[:-2]
    assert found.shape == (at, 1, xlnet.model.config.d_model)


def test_the_papers_figure_equals_the_joint_pass(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    start = 5
    figure = four_orders(xlnet, encoded, start)
    assert [panel.order for panel in figure.panels] == list(ORDERS)
    assert figure.memory == encoded.tokens[:start] and figure.tokens == encoded.tokens[start : start + 4]
    for panel in figure.panels:
        ids = encoded.input_ids[start : start + 4]
        logits, _ = joint(xlnet, encoded.input_ids[:start], ids, (0,) * 4, Factorization(panel.order))
        expected = logits[panel.order.index(TARGET)].softmax(-1)[ids[TARGET]]
        assert panel.probability == pytest.approx(float(expected), abs=1e-5)
        assert panel.seen == tuple(panel.order.index(place) < panel.order.index(TARGET) for place in range(4))


def test_the_four_orders_are_those_of_the_paper() -> None:
    """3 → 2 → 4 → 1, 2 → 4 → 3 → 1, 1 → 4 → 2 → 3 and 4 → 3 → 1 → 2; the first sees the memory alone."""
    assert ["".join(str(place + 1) for place in order) for order in ORDERS] == ["3241", "2431", "1423", "4312"]
    assert [order.index(TARGET) for order in ORDERS] == [0, 2, 3, 1]


def test_the_figure_needs_five_tokens(xlnet: XLNet) -> None:
    short = "the of the"
    assert "four tokens" in refusal_of(lambda: four_orders(xlnet, read(xlnet, short), 1))
    encoded = read(xlnet, TEXT)
    allowed = starts(encoded)
    assert allowed[0] == 1 and allowed[-1] == len(places_of(encoded)) - 4
    assert "may begin" in refusal_of(lambda: four_orders(xlnet, encoded, 0))
    assert "may begin" in refusal_of(lambda: four_orders(xlnet, encoded, allowed[-1] + 1))


@pytest.mark.parametrize("text", [TEXT, "sample"])
def test_memory_reaches_one_segment_further_with_every_layer(xlnet: XLNet, text: str) -> None:
    encoded = sample_text(xlnet) if text == "sample" else read(xlnet, text)
    found = reach(xlnet, encoded)
    assert len(found.moved) == xlnet.model.config.n_layer + 1
    assert all(moved > 0 for moved in found.moved[:-1]) and found.moved[-1] == 0
    assert found.segment == len(places_of(encoded)) // (xlnet.model.config.n_layer + 2)


def test_too_short_for_segments_is_said(xlnet: XLNet) -> None:
    assert "segments" in refusal_of(lambda: reach(xlnet, read(xlnet, "the")))
    for at in (0, 1, 99):
        assert "Two segments" in refusal_of(lambda at=at: recurrence(xlnet, read(xlnet, "the"), at))


@pytest.mark.parametrize("given", [0, 5])
def test_a_shifted_text_keeps_its_scores(xlnet: XLNet, given: int) -> None:
    encoded = read(xlnet, TEXT)
    found = shifts(xlnet, encoded, Factorization(draw_order(places_of(encoded), 0), given))
    assert set(found) == {1, 10, 100} and all(moved < 1e-4 for moved in found.values())


def test_the_sample_fills_the_window(xlnet: XLNet) -> None:
    assert len(sample_text(xlnet)) == xlnet.max_length
