"""The abstractive network and how it learns: no look ahead, two rates, smoothing, going on after a stop."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from tests.bertsum.tiny import ARTICLES, TOKENIZER
from tests.tiny import tiny_bert
from variants.bertsum.pairs import Example, Pair, examples_of
from variants.bertsum.writer import Writer
from variants.bertsum.writer_training import (
    Warmup,
    WriterRecipe,
    collate,
    loss_of,
    next_token_logits,
    optimizers_of,
    token_scores,
    train_step,
    train_writer,
)
from variants.core.errors import InputError
from variants.core.tokenization import vocabulary_of

VOCABULARY = vocabulary_of(TOKENIZER)
PAIRS = [Pair(article.source, article.sentences, (article.summary,)) for article in ARTICLES]
RECIPE = WriterRecipe(batch_size=2)


@pytest.fixture
def writer() -> Writer:
    return Writer(tiny_bert(len(TOKENIZER), max_length=128, seed=1).bert, seed=0).eval()


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return examples_of(PAIRS, TOKENIZER)


def test_no_place_sees_a_later_token(writer: Writer, examples: list[Example]) -> None:
    batch = collate(examples[:1], VOCABULARY)
    place = batch["written"].shape[1] // 2
    source = writer.read(batch)
    embedded = writer.table[batch["written"]].detach().requires_grad_()
    hook = writer.layers[0].register_forward_pre_hook(lambda _, given: (given[0] + embedded, *given[1:]))  # pyright: ignore[reportUnknownLambdaType]
    writer(source, batch["written"])[0][0, place].sum().backward()
    hook.remove()
    assert embedded.grad is not None
    reached = embedded.grad[0].abs().sum(1) > 0
    assert reached[: place + 1].all() and not reached[place + 1 :].any()


def test_padding_changes_nothing(writer: Writer, examples: list[Example]) -> None:
    alone = next_token_logits(writer, collate(examples[:1], VOCABULARY))
    together = next_token_logits(writer, collate(examples, VOCABULARY))
    torch.testing.assert_close(together[:1, : alone.shape[1]], alone, atol=1e-5, rtol=1e-5)


def test_the_text_that_is_read_matters(writer: Writer, examples: list[Example]) -> None:
    one, other = (collate([example], VOCABULARY) for example in examples[:2])
    first = writer(writer.read(one), one["written"])[0]
    assert not torch.allclose(first, writer(writer.read(other), one["written"])[0])


def test_kept_keys_and_values_give_the_same_logits(writer: Writer, examples: list[Example]) -> None:
    batch = collate(examples[:1], VOCABULARY)
    source, past, found = writer.read(batch), None, []
    for place in range(batch["written"].shape[1]):
        logits, past = writer(source, batch["written"][:, place : place + 1], past)
        found.append(logits)
    torch.testing.assert_close(torch.cat(found, 1), next_token_logits(writer, batch), atol=1e-5, rtol=1e-5)


def test_the_two_rates_follow_the_closed_form(writer: Writer, examples: list[Example]) -> None:
    optimizers = optimizers_of(writer, RECIPE)
    for step in (1, 7, 400, 5000):
        train_step(writer, collate(examples, VOCABULARY), optimizers, step, RECIPE)
        for name, warmup in (("encoder", RECIPE.encoder), ("decoder", RECIPE.decoder)):
            (group,) = optimizers[name].param_groups
            assert group["lr"] == pytest.approx(warmup.rate * min(step**-0.5, step * warmup.steps**-1.5))
    assert Warmup(0.1, 10_000).at(10_000) == pytest.approx(1e-3)  # the paper's decoder at its peak
    assert Warmup(2e-3, 20_000).at(20_000) == pytest.approx(2e-3 / math.sqrt(20_000))


def test_every_weight_but_the_embeddings_has_one_optimizer(writer: Writer) -> None:
    held = [
        p
        for optimizer in optimizers_of(writer, RECIPE).values()
        for group in optimizer.param_groups
        for p in group["params"]
    ]
    trained = {name for name, p in writer.named_parameters() if any(p is other for other in held)}
    assert len(held) == len(trained)
    assert {name for name, _ in writer.named_parameters()} - trained == {
        name for name, _ in writer.named_parameters() if name.startswith("encoder.embeddings.")
    }


def test_the_loss_is_the_smoothed_cross_entropy(writer: Writer, examples: list[Example]) -> None:
    batch = collate(examples, VOCABULARY)
    writer.requires_grad_(requires_grad=False)
    logs = next_token_logits(writer, batch).log_softmax(-1)
    found = [
        -0.9 * logs[row, place, token] - 0.1 * logs[row, place].mean()
        for row, example in enumerate(examples)
        for place, token in enumerate(example.target)
    ]
    assert float(loss_of(writer, batch, 0.1)) == pytest.approx(float(torch.stack(found).mean()), abs=1e-5)
    plain = token_scores(writer, examples, VOCABULARY)["token_loss"]
    assert plain == pytest.approx(float(loss_of(writer, batch, 0.0)), abs=1e-5)


def test_going_on_after_a_stop_ends_where_one_run_ends(examples: list[Example], tmp_path: Path) -> None:
    def trained(name: str, steps: int, *, resume: bool = False) -> Writer:
        writer, state = Writer(tiny_bert(len(TOKENIZER), max_length=128, seed=1).bert, seed=0), tmp_path / name
        run = train_writer(
            writer, examples, examples, VOCABULARY, RECIPE, steps=steps, minutes=None, state=state, resume=resume
        )
        assert run.step == run.history[-1]["step"] == steps
        return writer

    trained("parts.pt", 3)
    parts, whole = trained("parts.pt", 6, resume=True), trained("whole.pt", 6)
    for (name, one), other in zip(whole.named_parameters(), parts.parameters(), strict=True):
        assert torch.equal(one, other), name


def test_it_learns_the_summaries_by_heart(examples: list[Example], tmp_path: Path) -> None:
    writer = Writer(tiny_bert(len(TOKENIZER), max_length=128, seed=1).bert, seed=0)
    before = token_scores(writer, examples, VOCABULARY)["token_loss"]
    recipe = WriterRecipe(batch_size=3, encoder=Warmup(0.03, 10), decoder=Warmup(0.3, 10))
    train_writer(
        writer, examples, examples, VOCABULARY, recipe, steps=200, minutes=None, state=tmp_path / "run.pt"
    )  # fmt: skip
    assert token_scores(writer, examples, VOCABULARY)["token_loss"] < before / 2


def test_a_state_that_does_not_fit_is_said(writer: Writer, examples: list[Example], tmp_path: Path) -> None:
    def go_on() -> None:
        train_writer(
            writer, examples, examples, VOCABULARY, RECIPE, steps=1, minutes=None, state=tmp_path / "no.pt", resume=True
        )

    with pytest.raises(InputError, match="--resume"):
        go_on()
    (tmp_path / "no.pt").write_bytes(b"nothing")
    with pytest.raises(InputError, match="--resume"):
        go_on()
