"""A model's folder is written whole or not at all, and says how the model came about."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from safetensors import safe_open
from transformers import BertTokenizer

from tests.tiny import sample_wordpiece, tiny_bert
from variants import VARIANTS, find_variant
from variants.core import release as module
from variants.core.batches import Position
from variants.core.recipe import Recipe, Stage
from variants.core.release import Release, card, measured_again, number_of_parameters, write_model
from variants.core.run_state import Progress
from variants.core.tokenization import as_transformers
from variants.core.variant import MODELS, Variant

FILES = {
    "README.md", "config.json", "history.csv", "metrics.json", "model.safetensors", "recipe.json",
    "tokenizer.json", "tokenizer_config.json",
}  # fmt: skip


def make_release(**changes: Any) -> Release:
    history = [
        {"tokens": 1e6, "seconds": 1350.0, "max_length": 16.0, "held_out_loss": 9.5},
        {"tokens": 2e6, "seconds": 2700.0, "max_length": 64.0, "held_out_loss": 9.0},
        {"tokens": 4e6, "seconds": 5400.0, "max_length": 64.0, "held_out_loss": 8.5},
    ]
    values: dict[str, Any] = {
        "variant": find_variant("bert"),
        "recipe": Recipe(tokens=4_000_000, stages=(Stage(16, 0.25), Stage(64, 0.75)), learning_rate=0.002),
        "progress": Progress(Position(tokens_seen=4_000_123), steps=1_976, seconds=5_400.4, history=history),
        "weights": {"books": 2.5},
        "sources": ["books", "news"],
        "metrics": {
            "held_out": {"mlm_loss": 4.25, "mlm_accuracy": 0.375},
            "baselines": {"unigram": {"mlm_accuracy": 0.04}},
            "note": "One look.",
        },
        "strengths": "It knows grammar.",
    }
    return Release(**values | changes)


def tokenizer() -> BertTokenizer:
    return as_transformers(sample_wordpiece())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refuse(*_: object, **__: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def test_the_folder_holds_every_file_and_nothing_else(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "models", tiny_bert(500), tokenizer(), make_release())
    assert folder == tmp_path / "models" / "bert"
    assert set(contents(tmp_path / "models")) == {f"bert/{name}" for name in FILES}


def test_weights_are_half_precision_and_tied_ones_stand_once(tmp_path: Path) -> None:
    model = tiny_bert(500)
    folder = write_model(tmp_path, model, tokenizer(), make_release())
    with safe_open(folder / "model.safetensors", framework="pt") as stored:
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    assert sum(tensor.numel() for tensor in tensors.values()) == number_of_parameters(model)
    assert "cls.predictions.decoder.weight" not in tensors
    for name, tensor in tensors.items():
        assert torch.equal(tensor, model.state_dict()[name].half())


def test_the_model_in_training_is_left_alone(tmp_path: Path) -> None:
    model = tiny_bert(500)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    write_model(tmp_path, model, tokenizer(), make_release())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_the_recipe_says_how_the_model_came_about(tmp_path: Path) -> None:
    release, model = make_release(), tiny_bert(500)
    folder = write_model(tmp_path, model, tokenizer(), release)
    written = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    assert Recipe.from_dict(written.pop("recipe")) == release.recipe
    assert written == {
        "slug": "bert",
        "digest": module.digest_of(folder),
        "parameters": number_of_parameters(model),
        "tokens_seen": 4_000_123,
        "steps": 1_976,
        "seconds": 5_400,
        "sources": ["books", "news"],
        "sampling_weights": {"books": 2.5},
    }
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8")) == release.metrics


def test_the_history_is_a_table(tmp_path: Path) -> None:
    folder = write_model(tmp_path, tiny_bert(500), tokenizer(), make_release())
    with (folder / "history.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(lines)]
    assert rows == make_release().progress.history


def test_a_run_without_history_can_be_written(tmp_path: Path) -> None:
    folder = write_model(tmp_path, tiny_bert(500), tokenizer(), make_release(progress=Progress(), metrics={}))
    assert (folder / "history.csv").read_text(encoding="utf-8").strip() == "tokens"


def test_parameters_are_counted_once() -> None:
    """The decoder is the embedding table: 500 × 16 fewer than the state holds."""
    model = tiny_bert(500)
    stored = {name: t for name, t in model.state_dict().items() if name != "cls.predictions.decoder.weight"}
    twice = "cls.predictions.decoder.bias"  # and its bias is the head's
    assert number_of_parameters(model) == sum(t.numel() for name, t in stored.items() if name != twice)


def test_a_new_model_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    write_model(tmp_path, tiny_bert(500, seed=1), tokenizer(), make_release())
    (tmp_path / "bert" / "stray.txt").touch()
    folder = write_model(tmp_path, tiny_bert(500, seed=2), tokenizer(), make_release())
    assert [path.name for path in tmp_path.iterdir()] == ["bert"]
    assert set(contents(folder)) == FILES
    with safe_open(folder / "model.safetensors", framework="pt") as stored:
        weight = stored.get_tensor("bert.encoder.layer.0.output.dense.weight")
    assert torch.equal(weight, tiny_bert(500, seed=2).state_dict()["bert.encoder.layer.0.output.dense.weight"].half())


def test_what_an_earlier_crash_left_does_not_matter(tmp_path: Path) -> None:
    for name in (".bert.partial", ".bert.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "stray.txt").touch()
    folder = write_model(tmp_path, tiny_bert(500), tokenizer(), make_release())
    assert [path.name for path in tmp_path.iterdir()] == ["bert"] and set(contents(folder)) == FILES


@pytest.mark.parametrize("failure", [refuse, interrupt])
@pytest.mark.parametrize("stage", ["weights", "tokenizer", "digest", "card"])
@pytest.mark.parametrize("replaces", [False, True])
def test_a_failure_leaves_everything_as_it_was(
    tmp_path: Path, stage: str, failure: Callable[..., NoReturn], replaces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if replaces:
        write_model(tmp_path, tiny_bert(500, seed=1), tokenizer(), make_release())
    before, model, tokens = contents(tmp_path), tiny_bert(500, seed=2), tokenizer()
    target = {"weights": type(model), "tokenizer": type(tokens), "digest": module, "card": module}[stage]
    name = {"weights": "save_pretrained", "tokenizer": "save_pretrained", "digest": "digest_of", "card": "card"}[stage]
    monkeypatch.setattr(target, name, failure)
    with pytest.raises((OSError, KeyboardInterrupt)):
        write_model(tmp_path, model, tokens, make_release())
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == (["bert"] if replaces else [])


def test_a_failing_last_move_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old folder steps aside for a moment; it comes back when the new one cannot take its place."""
    write_model(tmp_path, tiny_bert(500, seed=1), tokenizer(), make_release())
    before, rename = contents(tmp_path), Path.rename

    def refuse_the_new(self: Path, target: Path) -> Path:
        return refuse() if self.name.endswith(".partial") else rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(OSError, match="space"):
        write_model(tmp_path, tiny_bert(500, seed=2), tokenizer(), make_release())
    assert contents(tmp_path) == before


def test_the_card_states_the_facts() -> None:
    text = card(tiny_bert(500), make_release())
    for fact in (
        "# BERT, pre-trained small",
        "arXiv 1810.04805",
        f"{number_of_parameters(tiny_bert(500)):,} parameters: 2 layers, width 16, 2 heads, feed-forward 32",
        "500 WordPiece pieces",
        "| window | 128 tokens |",
        "4,000,123 tokens in 1,976 steps, 1.5 hours",
        "adamw, peak learning rate 0.002",
        "16 tokens up to 1 million, then 64 tokens up to 4 million",
        "| measure | this model | unigram |",
        "| mlm accuracy | 0.3750 | 0.0400 |",
        "| mlm loss | 4.2500 |  |",
        "Loss is in nats per hidden token. One look.",
        "Trained on books, news.",
        "| 1,000,000 | 9.5000 |\n| 2,000,000 | 9.0000 |\n| 4,000,000 | 8.5000 |",
        "From 2.0 to 4.0 million tokens the loss fell from 9.00 to 8.50.",
        "would add 2.7 million tokens and lower the loss by 0.35 at most",  # 8.5 (1 - (5 / 3) ^ log2(8.5 / 9))
    ):
        assert fact in text
    assert "{" not in text


def test_new_measures_change_the_card_and_nothing_else(tmp_path: Path) -> None:
    model, release = tiny_bert(500), make_release(strengths=find_variant("bert").part("evaluation").STRENGTHS)
    folder = write_model(tmp_path, model, tokenizer(), release)
    before = contents(folder)
    measured_again(folder, release.variant, model, release.metrics)
    assert contents(folder) == before
    measured_again(folder, release.variant, model, {**release.metrics, "note": "Another look."})
    after = contents(folder)
    assert {name for name in before if before[name] != after[name]} == {"README.md", "metrics.json"}
    assert b"Another look." in after["README.md"]


def test_the_tokenizer_is_written_without_how_it_was_last_asked_to_pad(tmp_path: Path) -> None:
    used = deepcopy(tokenizer())  # what it is asked stays in it
    used(["one", "one two"], padding=True, truncation=True, max_length=8)
    folder = write_model(tmp_path, tiny_bert(500), used, make_release())
    written = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    assert (written["padding"], written["truncation"]) == (None, None)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.slug)
def test_what_ships_is_plain(variant: Variant) -> None:
    shipped = json.loads((MODELS / variant.slug / "tokenizer.json").read_text(encoding="utf-8"))
    assert (shipped["padding"], shipped["truncation"]) == (None, None)
