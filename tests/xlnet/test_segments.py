"""A long text in segments is the joint pass in which each segment sees itself and the one before it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny import refusal_of
from variants.xlnet.demo import XLNet, follow, spread
from variants.xlnet.factorization import Factorization, permutation_masks, places_of
from variants.xlnet.segments import MOST, closed, ids_of, long_sample, read_in_segments, room_of
from variants.xlnet.streams import query_states

TEXT = long_sample()[:1200]


def joint(xlnet: XLNet, parts: list[tuple[int, ...]]) -> np.ndarray:
    """Our own streams over all parts at once; the last is predicted, and none sees further than one part back."""
    *before, last = parts
    encoded = closed(xlnet, last)
    order = Factorization(places_of(encoded))
    owner = torch.tensor([number for number, part in enumerate(before) for _ in part] + [len(before)] * len(encoded))
    back = owner[:, None] - owner[None, :]
    mask = ((back < 0) | (back > 1))[None].clone()
    start = len(owner) - len(encoded)
    mask[:, start:, start:] = permutation_masks([order], len(encoded))
    mapping = torch.zeros(1, len(last), len(owner))
    for row, place in enumerate(order.predicted):
        mapping[0, row, start + place] = 1.0
    ids = [token for part in before for token in part]
    batch = {
        "input_ids": torch.tensor([[*ids, *encoded.input_ids]]),
        "token_type_ids": torch.tensor([[*[0] * len(ids), *encoded.token_type_ids]]),
        "attention_mask": torch.ones(1, len(owner), dtype=torch.long),
        "perm_mask": mask,
        "target_mapping": mapping,
    }
    with torch.inference_mode():
        logits = xlnet.model.lm_loss(query_states(xlnet.model.transformer, batch))
        return spread(logits, batch)[0, start : start + len(last)].numpy()


@pytest.mark.parametrize("size", [5, 17])
def test_every_segment_equals_the_joint_pass(xlnet: XLNet, size: int) -> None:
    ids = ids_of(xlnet, TEXT)
    parts = [ids[start : start + size] for start in range(0, MOST * size, size)]
    chain = read_in_segments(xlnet, TEXT, size)
    assert len(chain.later) == MOST - 1 and chain.left_out == len(ids) - MOST * size
    for number, segment in enumerate(chain.later, start=1):
        assert segment.remembering == pytest.approx(joint(xlnet, parts[: number + 1]), abs=1e-4)
        encoded = closed(xlnet, parts[number])
        alone = follow(xlnet, encoded, Factorization(places_of(encoded)))
        assert segment.alone == pytest.approx([step.log_probability for step in alone.steps], abs=1e-4)
        assert segment.remembered == size and segment.gain == pytest.approx(
            float(segment.remembering.sum() - segment.alone.sum()), abs=1e-3
        )


def test_the_segments_are_the_text(xlnet: XLNet) -> None:
    ids = ids_of(xlnet, TEXT)
    chain = read_in_segments(xlnet, TEXT, room_of(xlnet))
    tokens = [*chain.first, *(token for segment in chain.later for token in segment.tokens)]
    assert tokens == xlnet.tokenizer.convert_ids_to_tokens(list(ids[: MOST * room_of(xlnet)]))
    assert len(ids_of(xlnet, long_sample())) > MOST * room_of(xlnet)  # so that memory is needed


def test_memory_of_two_segments_back_is_felt(xlnet: XLNet) -> None:
    """The first segment is not in memory when the third is read, and still reaches it through the second."""
    whole = read_in_segments(xlnet, TEXT, 20).later[1].remembering
    ids = ids_of(xlnet, TEXT)
    without = str(xlnet.tokenizer.decode(list(ids[20:])))
    other = read_in_segments(xlnet, without, 20)
    assert other.first == read_in_segments(xlnet, TEXT, 20).later[0].tokens
    assert float(np.abs(whole - other.later[0].remembering).max()) > 1e-3


def test_what_cannot_be_read_in_segments_is_said(xlnet: XLNet) -> None:
    assert "one segment" in refusal_of(lambda: read_in_segments(xlnet, "the king", 100))
    for size in (0, room_of(xlnet) + 1):
        assert "A segment holds" in refusal_of(lambda size=size: read_in_segments(xlnet, TEXT, size))


def test_special_tokens_typed_are_no_text(xlnet: XLNet) -> None:
    assert ids_of(xlnet, "<sep> the king <cls>") == ids_of(xlnet, "the king")
