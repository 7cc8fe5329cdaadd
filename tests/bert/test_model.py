"""The network has the parameters of the paper, the same ones for the same seed."""

from __future__ import annotations

import pytest
import torch

from variants.bert.model import build
from variants.core.positions import sinusoids
from variants.core.release import number_of_parameters

Size = dict[str, int]

BASE: Size = {
    "vocabulary_size": 30_522, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
    "intermediate_size": 3_072, "max_length": 512,
}  # fmt: skip
LARGE = BASE | {
    "hidden_size": 1_024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4_096,
}
SIZES: list[Size] = [
    {"vocabulary_size": 8_192, "hidden_size": 256, "num_hidden_layers": 4, "intermediate_size": 1_024},
    {"vocabulary_size": 100, "hidden_size": 16, "num_hidden_layers": 1, "intermediate_size": 8},
    {"vocabulary_size": 101, "hidden_size": 32, "num_hidden_layers": 3, "intermediate_size": 50, "max_length": 20},
]


def closed_form(
    vocabulary_size: int, hidden_size: int, num_hidden_layers: int, intermediate_size: int, max_length: int = 128
) -> int:
    """Count by hand; the head that reads words off shares its matrix with the embeddings."""
    v, h, f = vocabulary_size, hidden_size, intermediate_size
    norm = 2 * h
    embeddings = (v + max_length + 2) * h + norm
    layer = 4 * (h * h + h) + norm + (h * f + f) + (f * h + h) + norm
    pooler = h * h + h
    mlm_head = (h * h + h) + norm + v
    nsp_head = 2 * h + 2
    return embeddings + num_hidden_layers * layer + pooler + mlm_head + nsp_head


def on_meta(size: Size) -> int:
    with torch.device("meta"):
        return number_of_parameters(build(**size))


@pytest.mark.parametrize("size", [*SIZES, BASE, LARGE])
def test_parameters_by_closed_form(size: Size) -> None:
    asked = {name: value for name, value in size.items() if name != "num_attention_heads"}
    assert on_meta(size) == closed_form(**asked)


@pytest.mark.parametrize(("size", "parameters"), [(BASE, 110_106_428), (LARGE, 336_226_108)])
def test_golden_counts_of_the_published_sizes(size: Size, parameters: int) -> None:
    assert on_meta(size) == parameters


def test_our_size() -> None:
    assert number_of_parameters(build(8_192)) == closed_form(**SIZES[0]) == 5_430_786


def test_same_seed_same_weights() -> None:
    one, same, other = (build(100, hidden_size=16, seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["bert.pooler.dense.weight"], other["bert.pooler.dense.weight"])


def test_building_leaves_the_random_state_alone() -> None:
    """Or a page that builds a model would change what another one draws."""
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    build(100, hidden_size=16)
    assert torch.equal(torch.rand(3), expected)


def test_both_heads_are_there_and_the_decoder_is_tied() -> None:
    model = build(100, hidden_size=16)
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight
    output = model(torch.tensor([[2, 7, 3]]))
    assert output.prediction_logits.shape == (1, 3, 100)
    assert output.seq_relationship_logits.shape == (1, 2)


def test_there_is_no_dropout() -> None:
    model = build(100, hidden_size=16).train()
    first, second = (model(torch.tensor([[2, 7, 3]])).prediction_logits for _ in range(2))
    assert torch.equal(first, second)


def test_the_window_is_as_long_as_asked() -> None:
    model = build(100, hidden_size=16, max_length=20)
    assert model(torch.full((1, 20), 7)).prediction_logits.shape == (1, 20, 100)
    with pytest.raises((IndexError, RuntimeError)):
        model(torch.full((1, 21), 7))


def test_positions_start_as_sinusoids_that_are_trained() -> None:
    table = build(100, hidden_size=32, max_length=20).bert.embeddings.position_embeddings.weight
    assert torch.equal(table.detach(), sinusoids(20, 32))
    assert table.requires_grad
