"""Pre-training from end to end, on a corpus and for a time that a test can bear."""

from __future__ import annotations

import json
import lzma
import random
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from variants import VARIANTS, find_variant
from variants.__main__ import main
from variants.bert import objective
from variants.bert.demo import load
from variants.core import checkpoint, commands, measures, transfer, variant
from variants.core.checkpoint import digest_of, read_history
from variants.core.errors import InputError
from variants.core.evaluation import read_cloze
from variants.core.finetuning import TuningRecipe
from variants.core.recipe import curriculum
from variants.core.vocabularies import learn_vocabulary

WORDS = [
    *["the", "a", "cat", "dog", "bird", "tree", "house", "river", "sea", "garden"],
    *["walked", "sang", "slept", "ran", "over", "under", "near", "and"],
]
FILES = {
    "model.safetensors",
    "config.json",
    "tokenizer.json",
    "recipe.json",
    "history.csv",
    "metrics.json",
    "README.md",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write four hundred small documents of made-up sentences."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(0)
    documents = ["\n".join(" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(8)) for _ in range(400)]
    (folder / "made_up.txt").write_text("\n\n".join(documents) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the real build folder and the real models out of it."""
    cloze = tmp_path / "cloze.jsonl"
    answers = ("ran", "antidisestablishmentarianism")  # one that the vocabulary cannot say
    lines = [json.dumps({"text": "The cat [MASK] .", "answer": answer}) for answer in answers]
    cloze.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(commands, "BUILD", tmp_path / "build")
    monkeypatch.setattr(commands, "CLOZE", cloze)
    for name in ("EXAMPLES", "QUICK_EXAMPLES", "SENTENCES", "PASSAGES"):
        monkeypatch.setattr(measures, name, 20)
    return tmp_path


def pretrain(capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, *more: str) -> Any:
    arguments = ["pretrain", "bert", "--corpus", str(corpus), "--output", str(build / "models"), "--device", "cpu"]
    assert main([*arguments, "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_pretrain_writes_a_whole_model_that_loads(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    result = pretrain(capsys, corpus, build, "--tokens", "6e3", "--batch-tokens", "512")
    folder = build / "models" / "bert"
    assert {path.name for path in folder.iterdir()} >= FILES
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["digest"] == digest_of(folder)
    assert recipe["tokens_seen"] == result["tokens_seen"] >= 6000
    metrics = json.loads((folder / "metrics.json").read_text())
    assert set(metrics["held_out"]) >= {"mlm_loss", "mlm_accuracy", "nsp_accuracy", "cloze_top1", "cloze_top5"}
    assert set(metrics["baselines"]) == {"unigram", "n-gram", "n-gram + kept", "same answer"}
    assert load(str(folder)).model.config.hidden_size == 256

    again = pretrain(capsys, corpus, build, "--tokens", "7e3", "--resume")
    assert again["tokens_seen"] > result["tokens_seen"]


def test_a_resumed_run_keeps_the_vocabulary_it_began_with(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    other = learn_vocabulary("wordpiece", ["the cat sang and the dog slept"] * 9)
    other.save_pretrained(build / "other")
    pretrain(capsys, corpus, build, "--tokens", "2e3", "--batch-tokens", "512", "--vocabulary", str(build / "other"))
    pretrain(capsys, corpus, build, "--tokens", "3e3", "--resume")
    written = json.loads((build / "models" / "bert" / "tokenizer.json").read_text())["model"]["vocab"]
    assert written == other.get_vocab()


def test_a_shipped_model_goes_on_learning_where_its_run_is_gone(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    first = pretrain(capsys, corpus, build, "--tokens", "6e3", "--batch-tokens", "512")
    shutil.rmtree(build / "build")
    folder = build / "models" / "bert"
    before, history = load_file(folder / "model.safetensors"), read_history(folder)
    second = pretrain(capsys, corpus, build, "--tokens", "7e3", "--resume")
    assert first["tokens_seen"] < 7000 <= second["tokens_seen"]
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["recipe"]["warmed_at"] == first["tokens_seen"]
    assert (recipe["recipe"]["tokens"], recipe["recipe"]["batch_tokens"]) == (7000, 512)
    assert read_history(folder)[: len(history)] == history
    moved = [
        (value - before[name]).abs().max().item() for name, value in load_file(folder / "model.safetensors").items()
    ]
    assert 0 < max(moved) < 0.05  # a few steps from there; a fresh model would stand elsewhere


def test_nothing_shipped_and_no_run_is_nothing_to_go_on_from(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    asked = ["pretrain", "bert", "--corpus", str(corpus), "--output", str(build / "models"), "--resume"]
    assert main(asked) == 2
    assert "nothing to resume" in capsys.readouterr().err


def test_evaluate_measures_what_a_model_can_answer_and_keeps_the_rest(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretrain(capsys, corpus, build, "--tokens", "4e3", "--batch-tokens", "512")
    for module in (commands, checkpoint, variant):
        monkeypatch.setattr(module, "MODELS", build / "models")
    monkeypatch.setattr(transfer, "RECIPE", TuningRecipe(epochs=1, batch_size=4))
    metrics = build / "models" / "bert" / "metrics.json"
    metrics.write_text(json.dumps({"kept": 1}))
    asked = ["evaluate", "bert", "--corpus", str(corpus), "--labelled", str(labelled_sets(build / "labelled"))]

    checkpoint._load.cache_clear()  # pyright: ignore[reportPrivateUsage] - another test's BERT has the same name
    assert main([*asked, "--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["bert"]
    assert json.loads(metrics.read_text()) == {"kept": 1}
    assert set(found) >= {"held_out", "baselines", "cost", "likelihood", "pairs", "grammar", "transfer"}
    assert set(found["transfer"]["measures"]) == set(found["transfer"]["baselines"])
    assert [len(each["runs"]) for each in found["transfer"]["measures"].values()] == [1, 1, 1, 1]
    assert found["grammar"]["blimp"] in (0.0, 0.5, 1.0)

    assert main([*asked[:-2], "--json"]) == 0
    written = json.loads(metrics.read_text())
    assert written["kept"] == 1 and written["cost"]["parameters"] == found["cost"]["parameters"]
    assert "transfer" not in written  # without labelled sets it is not measured
    checkpoint._load.cache_clear()  # pyright: ignore[reportPrivateUsage]


def test_a_control_is_trained_with_its_own_recipe_and_only_measured(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path
) -> None:
    asked = ["pretrain", "roberta", "--corpus", str(corpus), "--output", str(build / "models"), "--device", "cpu"]
    assert main([*asked, "--json", "--tokens", "2e4", "--control", "large-batch"]) == 0
    folder = Path(json.loads(capsys.readouterr().out)["folder"])
    assert {path.name for path in folder.iterdir()} == {"recipe.json", "metrics.json", "history.csv"}
    recipe = json.loads((folder / "recipe.json").read_text())["recipe"]
    changed = dict(find_variant("roberta").part("objective").CONTROL_RECIPES["large-batch"])
    assert recipe["stages"] == [asdict(stage) for stage in curriculum(20_000, changed.pop("opening"))]
    assert {name: recipe[name] for name in changed} == changed
    assert (recipe["batch_tokens"], recipe["learning_rate"]) == (16_384, 2e-3)
    assert main([*asked, "--control", "small-batch"]) == 2
    assert "it has large-batch" in capsys.readouterr().err


def test_the_common_budget_is_a_control_of_bert(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network and the recipe stay; the run is as long as the other variants'."""
    monkeypatch.setitem(objective.CONTROL_RECIPES, "common-budget", {"tokens": 3_000})
    folder = Path(pretrain(capsys, corpus, build, "--control", "common-budget")["folder"])
    recipe = json.loads((folder / "recipe.json").read_text())
    assert folder.parts[-2:] == ("controls", "common-budget") and 3000 <= recipe["tokens_seen"] < 6000
    assert recipe["recipe"]["stages"] == [asdict(stage) for stage in curriculum(3000)]
    asked = pretrain(capsys, corpus, build, "--control", "common-budget", "--tokens", "1e3")
    assert 1000 <= asked["tokens_seen"] < 3000  # who asks for an amount gets it


@pytest.mark.parametrize("slug", [variant.slug for variant in VARIANTS if variant.controls])
def test_a_control_that_is_compared_can_be_trained(slug: str) -> None:
    chapter = find_variant(slug)
    part = chapter.part("objective")
    assert chapter.controls.keys() <= {*getattr(part, "CONTROLS", ()), *getattr(part, "CONTROL_RECIPES", ())}


def labelled_sets(folder: Path) -> Path:
    """Write a few lines of every labelled set."""
    paragraph = {
        "context": "The cat sang. The dog slept.",
        "qas": [{"question": "Who sang?", "answers": [{"text": "The cat", "answer_start": 0}]}],
    }
    pair = {"sentence_good": "the cat sang", "sentence_bad": "cat the sang", "linguistics_term": "a", "UID": "a"}
    lines = {
        "sentence_polarity": ('{"text": "the cat sang", "label": 1}\n{"text": "a dog slept", "label": 0}\n', "jsonl"),
        "stsb": (
            '{"text1": "cat", "text2": "cat", "score": 5}\n{"text1": "cat", "text2": "sea", "score": 0}\n',
            "jsonl",
        ),
        "squad_dev_pages": (json.dumps({"data": [{"paragraphs": [paragraph]}]}), "json"),
        "blimp": (json.dumps(pair) + "\n", "jsonl"),
    }
    for name, (text, suffix) in lines.items():
        (folder / name).mkdir(parents=True)
        for part in ("blimp",) if name == "blimp" else ("train", "dev" if name == "stsb" else "test"):
            (folder / name / f"{part}.{suffix}.xz").write_bytes(lzma.compress(text.encode()))
    return folder


def test_minutes_become_tokens(capsys: pytest.CaptureFixture[str], corpus: Path, build: Path) -> None:
    result = pretrain(capsys, corpus, build, "--minutes", "0.02", "--batch-tokens", "512")
    assert result["tokens_seen"] >= 512


def test_too_little_space_is_said_before_anything_starts(
    capsys: pytest.CaptureFixture[str], corpus: Path, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "NEEDED_SPACE", 10**18)
    assert main(["pretrain", "bert", "--corpus", str(corpus), "--output", str(build)]) == 2
    assert "free" in capsys.readouterr().err


def test_a_cloze_list_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "cloze.jsonl").write_text("not json\n")
    with pytest.raises(InputError, match="cloze"):
        read_cloze(tmp_path / "cloze.jsonl")
