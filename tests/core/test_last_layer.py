"""The last layer at a few places is the library's layer, read at these places."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

from variants.core.last_layer import states_at

SIZES: dict[str, Any] = {
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 20,
    "pad_token_id": 0,
    "attn_implementation": "eager",
}


BODIES = {"bert": BertModel(BertConfig(**SIZES)).eval(), "roberta": RobertaModel(RobertaConfig(**SIZES)).eval()}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("asked", [1, 3])
@torch.inference_mode()
def test_it_is_the_librarys(name: str, asked: int) -> None:
    """With rows of unequal length, and one or several places in each."""
    body = BODIES[name]
    generator = torch.Generator().manual_seed(asked)
    lengths = torch.tensor([12, 5, 9, 12])
    attention_mask = (torch.arange(12) < lengths[:, None]).long()
    input_ids = torch.randint(1, 50, (4, 12), generator=generator) * attention_mask
    chosen = torch.zeros(4, 12, dtype=torch.bool)
    for row, length in enumerate(lengths.tolist()):
        chosen[row, torch.randperm(length, generator=generator)[:asked]] = True
    whole = body(input_ids, attention_mask=attention_mask).last_hidden_state
    torch.testing.assert_close(states_at(body, input_ids, attention_mask, chosen), whole[chosen], atol=1e-5, rtol=1e-5)
