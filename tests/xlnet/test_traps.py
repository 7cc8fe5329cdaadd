"""The traps are real: what each says is what the library does."""

from __future__ import annotations

import pytest
import torch
from transformers import DataCollatorForPermutationLanguageModeling

from tests.tiny import refusal_of
from variants.xlnet.demo import XLNet, batch_of, follow, read
from variants.xlnet.factorization import Factorization, draw_order, places_of
from variants.xlnet.inside import walk_through
from variants.xlnet.pairs import orders_of_pair
from variants.xlnet.traps import first_token, late_and_early, overwritten, without_context, wrong_masks

TEXT = "When the old king died in the winter of that year."


@pytest.mark.parametrize("seed", range(3))
def test_a_first_token_that_sees_nothing_sees_everything(xlnet: XLNet, seed: int) -> None:
    encoded = read(xlnet, TEXT)
    order = Factorization(draw_order(places_of(encoded), seed))
    found = first_token(xlnet, encoded, order)
    assert found.lowest == pytest.approx(1 / len(encoded)) == pytest.approx(found.highest)
    assert found.moved > 0 and found.sees_nothing != found.sees_specials
    assert found.sees_specials == pytest.approx(follow(xlnet, encoded, order).steps[0].log_probability, abs=1e-5)
    assert without_context(order, len(encoded))[0, order.order[0]].all()


def test_wrong_masks_raise_no_error_and_leak(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    factorization = Factorization(draw_order(places_of(encoded), 0))
    right, turned, diagonal, none = wrong_masks(xlnet, encoded, factorization)
    assert right.total == pytest.approx(follow(xlnet, encoded, factorization).running_sum(99), abs=1e-3)
    assert right.moved == 0
    assert all(wrong.moved > 0 for wrong in (turned, diagonal, none))
    assert len({masked.total for masked in (right, turned, diagonal, none)}) == 4


def test_the_librarys_collator_overwrites_its_targets(xlnet: XLNet) -> None:
    """What the fourth trap says, of the collator itself."""
    tokenizer = xlnet.tokenizer
    collate = DataCollatorForPermutationLanguageModeling(tokenizer)
    ids = torch.tensor(tokenizer.encode("the king of the city " * 10)[:20])
    torch.manual_seed(0)
    batch = collate([{"input_ids": ids.tolist()}])
    targets = batch["labels"][0] != -100
    assert targets.any() and (batch["input_ids"][0][targets] == xlnet.vocabulary.mask).all()
    assert torch.equal(batch["labels"][0][targets], ids[targets])


def test_overwritten_is_the_same_question_with_a_mask_in_the_first_place(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    found = overwritten(xlnet, encoded)
    (order, _) = orders_of_pair(encoded, [0], [1])
    assert found.real == pytest.approx(follow(xlnet, encoded, order).log_probabilities[1], abs=1e-5)
    masked = encoded.replace(0, xlnet.vocabulary.mask, "<mask>")
    assert found.mask == pytest.approx(follow(xlnet, masked, order).log_probabilities[1], abs=1e-5)
    assert (found.first, found.second) == encoded.tokens[:2]
    assert "two tokens" in refusal_of(lambda: overwritten(xlnet, read(xlnet, "the")))


def test_early_and_late_tokens_are_those_of_the_order(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    order = draw_order(places_of(encoded), 0)
    reading = follow(xlnet, encoded, Factorization(order))
    values = [step.log_probability for step in reading.steps]
    count = len(values)
    found = late_and_early(reading)
    assert found == pytest.approx(
        (sum(values[: count // 2]) / (count // 2), sum(values[-(count // 6) :]) / (count // 6))
    )
    assert late_and_early(follow(xlnet, encoded, Factorization(order, 2))) is None
    assert late_and_early(follow(xlnet, read(xlnet, "the"), Factorization((0,)))) is None


def test_the_two_streams_have_the_shapes_of_the_real_tensors(xlnet: XLNet) -> None:
    encoded = read(xlnet, TEXT)
    factorization = Factorization(draw_order(places_of(encoded), 0), 3)
    found = walk_through(xlnet, encoded, factorization)
    width, tokens, predicted = xlnet.model.config.d_model, len(encoded), len(factorization.predicted)
    assert [level.layer for level in found.levels] == list(range(xlnet.model.config.n_layer + 1))
    assert all(level.content == (tokens, width) and level.query == (predicted, width) for level in found.levels)
    assert found.perm_mask == (tokens, tokens) and found.start == (width,)
    assert found.logits == (predicted, len(xlnet.tokenizer))
    assert found.starts_from_it and found.levels[0].different_queries == 1
    assert all(level.different_queries == predicted for level in found.levels[1:])
    with torch.inference_mode():
        output = xlnet.model(**batch_of(encoded, [factorization]))
    assert tuple(output.logits[0].shape) == found.logits
