"""The gradients are those of a plain backward pass, and the shared model is not touched."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from tests.tiny import refusal_of
from variants.core.checkpoint import Checkpoint
from variants.electra.demo import guess, read
from variants.electra.model import Electra
from variants.electra.pipeline import Corruption, draw_masks, refill
from variants.electra.signals import DISCRIMINATOR, GENERATOR, SHARED, measure_signals, part_of

Tiny = Checkpoint[Electra]
TEXT = "The Rat was sitting on the river bank, singing a little song to the ducks."


@pytest.fixture(scope="module")
def corruption(tiny: Tiny) -> Corruption:
    encoded = read(tiny, TEXT)
    return refill(tiny, guess(tiny, encoded, draw_masks(tiny, encoded, fraction=0.2)))


def test_the_generator_learns_at_hidden_tokens_the_discriminator_at_all(tiny: Tiny, corruption: Corruption) -> None:
    found = measure_signals(tiny, corruption)
    assert tuple(place for place, norm in enumerate(found.mlm.outputs) if norm > 0) == corruption.hidden
    assert all(norm > 0 for norm in found.rtd.outputs) and len(found.rtd.outputs) == len(corruption.original)
    assert all(norm > 0 for norm in (*found.mlm.inputs, *found.rtd.inputs))  # by way of attention


def test_sampling_cuts_the_path_but_for_the_shared_table(tiny: Tiny, corruption: Corruption) -> None:
    found = measure_signals(tiny, corruption)
    assert found.rtd.parts[GENERATOR] == 0 < found.mlm.parts[GENERATOR]
    assert found.mlm.parts[DISCRIMINATOR] == 0 < found.rtd.parts[DISCRIMINATOR]
    assert found.mlm.parts[SHARED] > 0 and found.rtd.parts[SHARED] > 0


def test_losses_and_weights_gradients_are_those_of_a_plain_backward_pass(tiny: Tiny, corruption: Corruption) -> None:
    found = measure_signals(tiny, corruption)
    hidden = list(corruption.hidden)
    for name, signal in (("mlm", found.mlm), ("rtd", found.rtd)):
        model = deepcopy(tiny.model).requires_grad_()
        if name == "mlm":
            logits = model.generator(torch.tensor([corruption.masked.input_ids])).logits[0, hidden]
            loss = cross_entropy(logits, torch.tensor(corruption.original.input_ids)[hidden])
        else:
            scores = model.discriminator(torch.tensor([corruption.sampled.input_ids])).logits[0]
            loss = binary_cross_entropy_with_logits(scores, torch.tensor(corruption.replaced).float())
        loss.backward()
        assert signal.loss == pytest.approx(float(loss.detach()), abs=1e-5)
        squares: dict[str, float] = {GENERATOR: 0.0, SHARED: 0.0, DISCRIMINATOR: 0.0}
        for weight, parameter in model.named_parameters():
            if parameter.grad is not None:
                squares[part_of("model." + weight)] += float(parameter.grad.double().square().sum())
        assert signal.parts == pytest.approx({part: square**0.5 for part, square in squares.items()}, rel=1e-4)


def test_the_sum_weighs_the_discriminator_fifty_times(tiny: Tiny, corruption: Corruption) -> None:
    found = measure_signals(tiny, corruption)
    assert found.weighted == pytest.approx(50 * found.rtd.loss)
    assert found.total == pytest.approx(found.mlm.loss + 50 * found.rtd.loss)
    assert found.hidden == len(corruption.hidden)


def test_nobody_elses_model_is_touched(tiny: Tiny, corruption: Corruption) -> None:
    before = {name: weight.clone() for name, weight in tiny.model.state_dict().items()}
    assert measure_signals(tiny, corruption) == measure_signals(tiny, corruption)
    assert all(not p.requires_grad and p.grad is None for p in tiny.model.parameters())
    assert all(torch.equal(before[name], weight) for name, weight in tiny.model.state_dict().items())


def test_a_typed_mask_alone_teaches_nothing(tiny: Tiny) -> None:
    for text in ("[MASK]", "[MASK] [MASK]", "the rat"):
        found = refill(tiny, guess(tiny, read(tiny, text)))
        assert "hide one" in refusal_of(lambda found=found: measure_signals(tiny, found))
