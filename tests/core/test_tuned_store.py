"""What fine-tuning changed survives the disk, and the rest comes from the model that it started from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.tiny import sample_tokenizer, tiny_bert
from variants.core.answering import collate, span_logits, tune_reader, windows_of
from variants.core.errors import InputError
from variants.core.finetuning import Pretrained, Tuned, TuningRecipe
from variants.core.labelled import AskedPassage
from variants.core.tuned_store import read_tuned, write_tuned

PASSAGE = "The rabbit went down the hole and met a queen."
ASKED = AskedPassage("Who went down?", PASSAGE, ("The rabbit",), 0)


def pretrained() -> Pretrained:
    tokenizer = sample_tokenizer("wordpiece")
    return Pretrained(tiny_bert(len(tokenizer)).bert, tokenizer, max_length=64)


LOW_RANK = TuningRecipe(rank=2, epochs=2, batch_size=4)


def test_only_changes_of_low_rank_and_the_head_are_trained_and_written(tmp_path: Path) -> None:
    source = pretrained()
    before = {name: weight.clone() for name, weight in source.encoder.state_dict().items()}
    reader = tune_reader(source, [ASKED] * 8, seed=0, recipe=LOW_RANK)
    write_tuned(tmp_path / "reader.safetensors", reader.model)
    names = set(load_file(tmp_path / "reader.safetensors"))
    assert {name.rpartition(".")[2] for name in names} == {"up", "down", "weight", "bias"}
    assert {name for name in names if not name.endswith((".up", ".down"))} == {"head.weight", "head.bias"}
    assert [path.name for path in tmp_path.iterdir()] == ["reader.safetensors"]

    again = read_tuned(tmp_path / "reader.safetensors", source, 2).encoder.state_dict()
    changed = {name: again[name] - weight for name, weight in before.items() if not torch.equal(again[name], weight)}
    words = "embeddings.word_embeddings.weight"
    assert words in changed and all(weight.ndim == 2 for weight in changed.values())
    assert all(name.startswith("encoder.layer.") for name in changed if name != words)
    assert all(torch.linalg.matrix_rank(weight, rtol=1e-4) <= 2 for weight in changed.values())


@pytest.mark.parametrize("recipe", [LOW_RANK, replace(LOW_RANK, rank=None)])
def test_read_again_it_scores_as_before(tmp_path: Path, recipe: TuningRecipe) -> None:
    source = pretrained()
    reader = tune_reader(source, [ASKED] * 8, seed=0, recipe=recipe)
    write_tuned(tmp_path / "reader.safetensors", reader.model)
    again = read_tuned(tmp_path / "reader.safetensors", source, 2)
    batch = collate(windows_of(ASKED, source), source)
    with torch.no_grad():
        expected, found = (span_logits(model.eval(), batch) for model in (reader.model, again))
    torch.testing.assert_close(found, expected, atol=2e-2, rtol=0)  # fp16 on disk
    assert not any(weight.requires_grad for weight in again.parameters())


def missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def damaged(path: Path) -> None:
    path.write_bytes(b"nothing of the kind")


def of_another_shape(path: Path) -> None:
    write_tuned(path, Tuned(pretrained(), 3, seed=0))


def of_a_module_that_is_not_there(path: Path) -> None:
    save_file({"encoder.gone.parametrizations.weight.0.down": torch.zeros(2, 8)}, path)


@pytest.mark.parametrize("spoil", [missing, damaged, of_another_shape, of_a_module_that_is_not_there])
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "reader.safetensors"
    assert callable(spoil)
    spoil(path)
    with pytest.raises(InputError, match="make them again"):
        read_tuned(path, pretrained(), 2)
