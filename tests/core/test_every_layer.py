"""Going from layer to layer gives what the library gives."""

from __future__ import annotations

import pytest
import torch

from tests.core.test_last_layer import BODIES
from variants.core.every_layer import pass_through


@pytest.mark.parametrize("name", BODIES)
@torch.inference_mode()
def test_states_and_attentions_are_the_librarys(name: str) -> None:
    body = BODIES[name]
    input_ids = torch.randint(1, 50, (2, 12), generator=torch.Generator().manual_seed(0))
    found = pass_through(body, input_ids)
    expected = body(input_ids, output_hidden_states=True, output_attentions=True)
    torch.testing.assert_close(found.hidden_states, expected.hidden_states, rtol=0, atol=0)
    torch.testing.assert_close(found.attentions, expected.attentions, rtol=0, atol=0)
    assert found.last_hidden_state is not None
    torch.testing.assert_close(found.last_hidden_state, expected.last_hidden_state, rtol=0, atol=0)


@torch.inference_mode()
def test_segments_are_read() -> None:
    body = BODIES["bert"]
    input_ids, segments = torch.tensor([[7, 8, 9, 10]]), torch.tensor([[0, 0, 1, 1]])
    found = pass_through(body, input_ids, segments).last_hidden_state
    torch.testing.assert_close(found, body(input_ids, token_type_ids=segments).last_hidden_state, rtol=0, atol=0)
    assert not torch.equal(found, pass_through(body, input_ids).last_hidden_state)  # pyright: ignore[reportArgumentType]
