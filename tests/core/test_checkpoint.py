"""A shipped model is what its card says, is loaded once, and is ready for inference only."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertForPreTraining

from tests.tiny import ROOT, SHIPPED, sample_wordpiece, tiny_bert
from variants import find_variant
from variants.core import checkpoint as module
from variants.core.checkpoint import (
    Checkpoint,
    digest_of,
    load_checkpoint,
    read_history,
    read_metrics,
)
from variants.core.errors import InputError
from variants.core.recipe import Recipe
from variants.core.release import Release, write_model
from variants.core.run_state import Progress
from variants.core.tokenization import as_transformers
from variants.core.variant import read_json

HISTORY = [{"tokens": 10.0, "loss": 9.25}, {"tokens": 20.0, "loss": 8.5}]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model, written as pre-training writes it."""
    release = Release(
        variant=find_variant("bert"),
        recipe=Recipe(tokens=1),
        progress=Progress(history=HISTORY),
        weights={},
        sources=["made"],
        metrics={"held_out": {"mlm_loss": 1.0}},
        strengths="It is small.",
    )
    models = tmp_path_factory.mktemp("models")
    return write_model(models, tiny_bert(500, seed=5), as_transformers(sample_wordpiece()), release)


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be damaged."""
    return Path(shutil.copytree(released, tmp_path / "model"))


def load(folder: Path) -> Checkpoint[BertForPreTraining]:
    return load_checkpoint(BertForPreTraining.from_pretrained, str(folder))


def test_the_model_is_ready_for_inference_only(released: Path) -> None:
    model = load(released).model
    assert not any(part.training for part in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_weights_are_those_that_were_written(released: Path) -> None:
    written, loaded = tiny_bert(500, seed=5).state_dict(), load(released).model.state_dict()
    assert set(written) == set(loaded)
    for name, tensor in written.items():
        assert torch.equal(loaded[name], tensor.half().float()), name


def test_tied_weights_are_one_tensor(released: Path) -> None:
    model = load(released).model
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight


def test_tokenizer_and_window_come_along(released: Path) -> None:
    checkpoint = load(released)
    assert checkpoint.tokenizer.get_vocab() == sample_wordpiece().get_vocab()
    assert (checkpoint.name, checkpoint.max_length) == (str(released), 128)


def test_attentions_are_there(released: Path) -> None:
    output = load(released).model(torch.tensor([[2, 7, 3]]), output_attentions=True)
    assert [tuple(layer.shape) for layer in output.attentions] == [(1, 2, 3, 3)] * 2


def test_a_model_is_loaded_once(released: Path) -> None:
    """Also when two ask at the same moment."""
    built: list[str] = []

    def build(path: str, **options: Any) -> BertForPreTraining:
        built.append(path)
        return BertForPreTraining.from_pretrained(path, **options)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(load_checkpoint, build, str(released)) for _ in range(4)]
    found = [answer.result() for answer in asked]
    assert len(built) == 1 and all(checkpoint is found[0] for checkpoint in found)
    assert load(released) is load(released)


def test_a_model_in_training_is_switched_over(released: Path) -> None:
    def build(path: str, **options: Any) -> BertForPreTraining:
        return BertForPreTraining.from_pretrained(path, **options).train()

    assert not load_checkpoint(build, str(released)).model.training


def test_checkpoints_compare_by_name(released: Path) -> None:
    checkpoint = load(released)
    same = replace(checkpoint, model=tiny_bert(500))
    other = replace(checkpoint, name="another")
    assert checkpoint == same and hash(checkpoint) == hash(same)
    assert checkpoint != other
    assert checkpoint != str(checkpoint.name)


def test_loaded_objects_are_spared_by_the_garbage_collector(copied: Path) -> None:
    gc.unfreeze()
    load(copied)
    assert gc.get_freeze_count() > 0


def test_one_thread_computes() -> None:
    """Seen in a process that was told to use four."""
    code = "import torch; torch.set_num_threads(4); import variants.core.checkpoint; print(torch.get_num_threads())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "1"


def test_digest_is_the_sha256_of_the_weights(released: Path) -> None:
    digest = hashlib.sha256((released / "model.safetensors").read_bytes()).hexdigest()
    assert digest_of(released) == digest
    assert (read_json(released / "recipe.json") or {})["digest"] == digest


def test_the_shipped_weights_are_those_of_their_card() -> None:
    assert (read_json(SHIPPED / "recipe.json") or {})["digest"] == digest_of(SHIPPED)


def one_byte_changed(folder: Path) -> None:
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "model.safetensors").write_bytes(data)


def cut_off(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def cut_off_without_a_card(folder: Path) -> None:
    (folder / "recipe.json").unlink()
    cut_off(folder)


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def no_weights_nor_card(folder: Path) -> None:
    (folder / "recipe.json").unlink()
    no_weights(folder)


def damaged_card(folder: Path) -> None:
    (folder / "recipe.json").write_text("{", encoding="utf-8")


def card_without_a_digest(folder: Path) -> None:
    (folder / "recipe.json").write_text('{"slug": "bert"}', encoding="utf-8")


def damaged_configuration(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


def no_tokenizer(folder: Path) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()


def everything_gone(folder: Path) -> None:
    shutil.rmtree(folder)


def only_the_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        one_byte_changed, cut_off, cut_off_without_a_card, no_weights, no_weights_nor_card, damaged_card,
        card_without_a_digest, damaged_configuration, no_tokenizer, everything_gone, only_the_folder,
    ],
)  # fmt: skip
def test_a_damaged_model_is_one_clear_line(copied: Path, damage: Callable[[Path], None]) -> None:
    damage(copied)
    with pytest.raises(InputError) as caught:
        load(copied)
    assert str(copied) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("source", ["", "nowhere", "no-one/no-such-model", "../../etc", "a b\0c"])
def test_an_unknown_source_is_one_clear_line(source: str) -> None:
    with pytest.raises(InputError) as caught:
        load_checkpoint(BertForPreTraining.from_pretrained, source)
    assert "\n" not in str(caught.value)


def test_a_failed_load_may_be_tried_again(copied: Path, released: Path) -> None:
    no_weights_nor_card(copied)
    with pytest.raises(InputError):
        load(copied)
    shutil.copy(released / "model.safetensors", copied)
    assert load(copied).max_length == 128


def test_measures_and_history_are_read(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODELS", released.parent)
    assert read_metrics("bert") == {"held_out": {"mlm_loss": 1.0}}
    assert read_history("bert") == HISTORY
    assert read_metrics("roberta") is None and read_history("roberta") == []


def test_shipped_measures_are_sound() -> None:
    """Where the shipped model was measured, its figures are in range and its history grows."""
    metrics = json.loads((SHIPPED / "metrics.json").read_text(encoding="utf-8"))
    scores = [metrics["held_out"], *metrics["baselines"].values()] if metrics else []
    for score in scores:
        assert all(0 <= value <= 1 for name, value in score.items() if not name.endswith("loss"))
        assert all(value > 0 for name, value in score.items() if name.endswith("loss"))
    seen = [row["tokens"] for row in read_history("bert")]
    assert seen == sorted(set(seen))
