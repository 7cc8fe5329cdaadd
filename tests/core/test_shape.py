"""How many tokens a model reads is not always the length of its position table."""

from __future__ import annotations

import pytest
from transformers import BertConfig, ElectraConfig, PreTrainedConfig, RobertaConfig, XLNetConfig

from variants.core.shape import SMALL, window_of


@pytest.mark.parametrize(
    ("config", "window"),
    [
        (BertConfig(max_position_embeddings=128), 128),
        (ElectraConfig(max_position_embeddings=512), 512),
        (RobertaConfig(max_position_embeddings=514, pad_token_id=1), 512),
        (RobertaConfig(max_position_embeddings=130, pad_token_id=1), 128),
        (XLNetConfig(), SMALL.max_length),  # says -1: no limit
    ],
)
def test_windows(config: PreTrainedConfig, window: int) -> None:
    assert window_of(config) == window
