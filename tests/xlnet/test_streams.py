"""Our way through the two streams is the library's, and sees what the order allows."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.xlnet.tiny import VOCABULARY, a_batch, every_example, tiny_xlnet
from variants.core.masking import IGNORED
from variants.core.task import Batch
from variants.xlnet.objective import Example, collate
from variants.xlnet.streams import query_states

MODEL = tiny_xlnet(1, spread=0.4).eval()


def library_states(batch: Batch) -> Tensor:
    """The library's query states: (batch, targets, width)."""
    names = ("input_ids", "attention_mask", "token_type_ids", "perm_mask", "target_mapping")
    return MODEL.transformer(**{name: batch[name] for name in names}).last_hidden_state


@pytest.mark.parametrize("window", [16, 32, 64])
def test_query_states_are_the_librarys(window: int) -> None:
    batch = a_batch(20, window)
    real = batch["labels"] != IGNORED
    assert not real.all()  # some rows are padding
    assert not (batch["attention_mask"] == 1).all()
    with torch.no_grad():
        assert torch.allclose(query_states(MODEL.transformer, batch)[real], library_states(batch)[real], atol=1e-5)


def test_gradients_are_the_librarys() -> None:
    batch = a_batch(8)
    real = batch["labels"] != IGNORED
    parameters = list(MODEL.transformer.parameters())
    ours, theirs = (
        torch.autograd.grad((states[real] * torch.linspace(-1, 1, 16)).sum(), parameters)
        for states in (query_states(MODEL.transformer, batch), library_states(batch))
    )
    assert all(torch.allclose(one, other, atol=1e-5, rtol=1e-4) for one, other in zip(ours, theirs, strict=True))
    assert all(bool(one.any()) for one in ours)


def edited(batch: Batch, place: int) -> Batch:
    ids = batch["input_ids"].clone()
    ids[0, place] = 9 + (int(ids[0, place]) - 8) % 55
    return {**batch, "input_ids": ids}


LONG = max(every_example(32), key=lambda example: len(example.targets))


def test_a_query_sees_what_comes_before_it_and_nothing_else() -> None:
    """Its state changes under an edit of token j if and only if rank(j) < rank(i): neither later ones nor itself."""
    assert len(LONG.targets) >= 4
    batch = collate([LONG], VOCABULARY)
    with torch.no_grad():
        before = query_states(MODEL.transformer, batch)[0]
        for place, rank in enumerate(LONG.ranks):
            after = query_states(MODEL.transformer, edited(batch, place))[0]
            for target, one, other in zip(LONG.targets, before, after, strict=True):
                assert torch.equal(one, other) == (rank >= LONG.ranks[target]), (place, target)


def content_states(batch: Batch) -> Tensor:
    """The library's last content states of the first sequence: (tokens, width)."""
    names = ("input_ids", "attention_mask", "token_type_ids", "perm_mask", "target_mapping")
    output = MODEL.transformer(**{name: batch[name] for name in names}, output_hidden_states=True)
    return output.hidden_states[-2][0]


def test_content_sees_itself_as_well() -> None:
    """A content state changes if and only if rank(j) <= rank(i); what is not predicted sees only its like."""
    batch = collate([LONG], VOCABULARY)
    with torch.no_grad():
        before = content_states(batch)
        for place, rank in enumerate(LONG.ranks):
            after = content_states(edited(batch, place))
            unchanged = [torch.equal(one, other) for one, other in zip(before, after, strict=True)]
            assert unchanged == [rank > own for own in LONG.ranks]


def test_only_same_or_different_segments_matter() -> None:
    batch = a_batch()
    assert len(set(batch["token_type_ids"].unique().tolist())) == 3
    swapped = {**batch, "token_type_ids": 2 - batch["token_type_ids"]}
    other = {**batch, "token_type_ids": torch.zeros_like(batch["token_type_ids"])}
    with torch.no_grad():
        states, same, changed = (query_states(MODEL.transformer, b) for b in (batch, swapped, other))
    assert torch.equal(states, same) and not torch.allclose(states, changed, atol=1e-3)


def test_left_padding_changes_nothing() -> None:
    examples = every_example(32)[:10]
    with torch.no_grad():
        together = query_states(MODEL.transformer, collate(examples, VOCABULARY))
        for row, example in enumerate(examples):
            alone = query_states(MODEL.transformer, collate([example], VOCABULARY))[0]
            assert torch.allclose(together[row, : len(example.targets)], alone, atol=1e-5)


def test_distances_have_a_side() -> None:
    """Nothing but relative places tells tokens apart, and before is not the same as behind."""
    texts = [(12, 30, 40), (40, 30, 12)]
    first, mirrored = (collate([Example(text, (0, 0, 0), (-1, 0, -1), (1,))], VOCABULARY) for text in texts)
    with torch.no_grad():
        states = [query_states(MODEL.transformer, batch) for batch in (first, mirrored)]
    assert not torch.allclose(states[0], states[1], atol=1e-3)


def test_a_query_that_sees_nothing_would_see_everything() -> None:
    """Why a part of every text must stay unpredicted: softmax over nothing is uniform, the answer included."""
    full = Example((12, 30, 40), (0, 0, 0), (0, 1, 2), (0, 1, 2))
    batch = collate([full], VOCABULARY)
    with torch.no_grad():
        before, after = (query_states(MODEL.transformer, b)[0] for b in (batch, edited(batch, 0)))
    assert not torch.equal(before[0], after[0])


@pytest.mark.parametrize("window", [16, 32, 64, 128])
def test_no_query_of_an_example_sees_nothing(window: int) -> None:
    for example in every_example(window, copies=3):
        batch = collate([example], VOCABULARY)
        assert (~batch["perm_mask"][0, list(example.targets)]).any(dim=1).all()
