"""What is listened to is what the network computes, and listening leaves no trace."""

from __future__ import annotations

import pytest
import torch

from tests.tinybert.tiny import a_batch, tiny_teacher
from variants.tinybert.insides import look_inside, raw_scores, recorded


def test_the_softmax_of_the_scores_is_the_librarys_attention() -> None:
    network, batch = tiny_teacher().bert, a_batch()
    network.set_attn_implementation("eager")
    insides = look_inside(network, batch)
    expected = network(**batch, output_attentions=True).attentions
    real = batch["attention_mask"].bool()
    assert not real.all() and len(insides.scores) == len(expected) == 2
    for scores, attention in zip(insides.scores, expected, strict=True):
        assert scores.shape == attention.shape == (12, 2, real.shape[1], real.shape[1])
        hidden = scores.masked_fill(~real[:, None, None, :], -torch.inf)
        assert torch.allclose(hidden.softmax(-1), attention, atol=1e-6)


def test_states_are_those_of_the_embeddings_and_of_every_layer() -> None:
    network, batch = tiny_teacher().bert, a_batch()
    states = look_inside(network, batch).states
    assert len(states) == 3 and all(layer.shape == (*batch["input_ids"].shape, 16) for layer in states)
    assert torch.equal(states[0], network.embeddings(batch["input_ids"], position_ids=batch["position_ids"]))
    assert torch.equal(states[-1], network(**batch).last_hidden_state)


def test_the_way_attention_is_computed_makes_no_difference() -> None:
    network, batch = tiny_teacher().bert, a_batch()
    seen = []
    real = batch["attention_mask"].bool()
    for implementation in ("eager", "sdpa"):
        network.set_attn_implementation(implementation)
        insides = look_inside(network, batch)
        pairs = (real[:, :, None] & real[:, None, :])[:, None].expand_as(insides.scores[0])
        seen.append((insides.scores[-1][pairs], insides.states[-1][real]))
    for eager, fused in zip(*seen, strict=True):
        assert torch.allclose(eager, fused, atol=1e-5)


def test_a_score_is_a_scaled_product() -> None:
    generator = torch.Generator().manual_seed(0)
    query, key = torch.randn(2, 3, 5, 8, generator=generator)
    scores = raw_scores(query, key, heads=2)
    assert scores.shape == (3, 2, 5, 5)
    expected = query[1, 3, 4:] @ key[1, 2, 4:] / 2  # batch 1, head 1, from token 3 to token 2: four wide
    assert scores[1, 1, 3, 2].item() == pytest.approx(expected.item(), abs=1e-6)


def test_nobody_listens_any_more_afterwards() -> None:
    part, text = torch.nn.Linear(2, 2), torch.ones(1, 2)
    with recorded([part]) as outputs:
        first = part(text)
    part(text)
    assert len(outputs) == 1 and outputs[0] is first
    with pytest.raises(RuntimeError), recorded([part]) as interrupted:
        raise RuntimeError
    part(text)
    assert not interrupted
