"""The second stage: insides first, then predictions, never a label; what is written is what is read."""

from __future__ import annotations

import json
import lzma
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from tests.tinybert.conftest import TEXTS, pretrained
from tests.tinybert.tiny import tiny_student, tiny_teacher
from variants.__main__ import main
from variants.core.classification import collate, judgements
from variants.core.finetuning import Tuned, TuningRecipe
from variants.core.labelled import LabelledText
from variants.tinybert import task_stage
from variants.tinybert.prediction import soft_cross_entropy
from variants.tinybert.task_stage import Copying, copy_insides, copy_predictions, measures
from variants.tinybert.tasks import read_network, write_network

RECIPE = TuningRecipe(epochs=12, batch_size=4, learning_rate=5e-3)


@pytest.fixture
def teacher(tokenizer: PreTrainedTokenizerFast) -> Tuned:
    network = Tuned(pretrained(tiny_teacher(len(tokenizer)).bert, tokenizer), 2, seed=0).eval()
    with torch.no_grad():
        network.head.weight.mul_(100)
    return network.requires_grad_(requires_grad=False)


def test_the_prediction_term_by_hand() -> None:
    student, teacher = torch.tensor([[0.3, -1.0], [2.0, 0.5]]), torch.tensor([[1.0, 0.0], [-0.5, 0.5]])
    expected = 0.0
    for ours, theirs in zip(student.double(), teacher.double(), strict=True):
        p, q = theirs.exp() / theirs.exp().sum(), ours.exp() / ours.exp().sum()
        expected -= float((p * q.log()).sum())
    assert soft_cross_entropy(student, teacher).item() == pytest.approx(
        expected / 4, abs=1e-6
    )  # two texts, two classes
    hot = soft_cross_entropy(student, teacher, 2.0)
    assert hot.item() == pytest.approx(soft_cross_entropy(student / 2, teacher / 2).item(), abs=1e-6)


def test_no_answer_is_better_than_the_teachers_own() -> None:
    teacher = torch.tensor([[1.5, -0.5]])
    student = torch.zeros(1, 2, requires_grad=True)
    soft_cross_entropy(teacher.clone().requires_grad_(), teacher)
    at_teacher = teacher.clone().requires_grad_()
    soft_cross_entropy(at_teacher, teacher).backward()
    assert at_teacher.grad is not None and at_teacher.grad.abs().max() < 1e-6
    assert soft_cross_entropy(student, teacher) > soft_cross_entropy(teacher, teacher)


def test_insides_come_nearer_and_the_map_is_thrown_away(tokenizer: PreTrainedTokenizerFast, teacher: Tuned) -> None:
    source, before = pretrained(tiny_student(0, len(tokenizer)), tokenizer), deepcopy(teacher.state_dict())
    seen: list[float] = []
    tuned = copy_insides(source, teacher, TEXTS, seed=0, recipe=replace(RECIPE, epochs=60))
    assert not isinstance(tuned, Copying) and "widen" not in " ".join(tuned.state_dict())
    for network in (Tuned(source, 2, seed=0), tuned):
        batch = task_stage._collate(TEXTS, source)  # pyright: ignore[reportPrivateUsage]
        ours, theirs = (task_stage.look_inside(each.encoder, batch) for each in (network, teacher))  # pyright: ignore[reportArgumentType]
        seen.append(
            sum(float((a - b).detach().square().mean()) for a, b in zip(ours.scores, theirs.scores, strict=True))
        )
    assert seen[1] < 0.9 * seen[0]
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    assert torch.equal(tuned.head.weight, Tuned(source, 2, seed=0).head.weight)  # predictions are not learned yet


def test_predictions_are_the_teachers_whatever_the_labels_say(
    tokenizer: PreTrainedTokenizerFast, teacher: Tuned
) -> None:
    source = pretrained(tiny_student(0, len(tokenizer)), tokenizer)
    flipped = [LabelledText(text.text, 1 - text.label) for text in TEXTS]
    found: list[torch.Tensor] = []
    for texts in (TEXTS, flipped):
        tuned = copy_predictions(source, Tuned(source, 2, seed=0), teacher, texts, seed=0, recipe=RECIPE)
        with torch.no_grad():
            found.append(judgements(tuned, collate(TEXTS, source), source).softmax(-1))
    assert torch.equal(*found)
    with torch.no_grad():
        expected = judgements(teacher, collate(TEXTS, source), source).softmax(-1)
    assert (found[0].argmax(-1) == expected.argmax(-1)).all()


def test_what_is_written_is_what_is_read(tmp_path: Path, tokenizer: PreTrainedTokenizerFast) -> None:
    source = pretrained(tiny_teacher(len(tokenizer)).bert, tokenizer)
    teacher = Tuned(source, 2, seed=4)
    write_network(tmp_path, "teacher", teacher)
    again = read_network(tmp_path, "teacher", source)
    for name, value in again.state_dict().items():
        assert torch.allclose(value, teacher.state_dict()[name], atol=1e-2, rtol=1e-3)
    assert not any(parameter.requires_grad for parameter in again.parameters()) and not again.training
    assert [path.name for path in tmp_path.iterdir()] == ["teacher.safetensors"]


def test_measures_by_hand() -> None:
    test = [LabelledText("good", 1.0), LabelledText("bad", 0.0), LabelledText("fine", 1.0), LabelledText("dull", 0.0)]
    found = measures([[0.9, 0.1, 0.8, 0.7], [0.9, 0.2, 0.1, 0.6], [0.1, 0.1, 0.1, 0.1]], TEXTS, test)
    assert (found["accuracy"]["teacher"], found["accuracy"]["student"], found["accuracy"]["alone"]) == (0.75, 0.5, 0.5)
    assert found["agreement"] == {"student": 0.75, "alone": 0.25}
    assert found["standard_error"]["teacher"] == pytest.approx((0.75 * 0.25 / 4) ** 0.5)


def test_the_command_writes_a_task_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled = tmp_path / "labelled" / "sentence_polarity"
    labelled.mkdir(parents=True)
    rows = "\n".join(json.dumps({"text": text.text, "label": int(text.label)}) for text in TEXTS[:2])
    for part in ("train", "test"):
        (labelled / f"{part}.jsonl.xz").write_bytes(lzma.compress(rows.encode()))
    monkeypatch.setattr(task_stage, "BUILD", tmp_path / "build")
    monkeypatch.setattr(task_stage, "INSIDES", TuningRecipe(epochs=1))
    arguments = ["tune", "tinybert", "--labelled", str(tmp_path / "labelled"), "--output", str(tmp_path / "models")]
    assert main([*arguments, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    folder = Path(first["folder"])
    assert folder == tmp_path / "models" / "tinybert" / "tasks" / "sentiment"
    assert {path.name for path in folder.iterdir()} == {
        "teacher.safetensors",
        "student.safetensors",
        "recipe.json",
        "metrics.json",
    }
    monkeypatch.setattr(task_stage, "tune_judge", None)  # nothing is trained again
    assert main([*arguments, "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tune", "bert", "--labelled", "."), "invalid choice"),
        (("tune", "tinybert", "--labelled", "nowhere"), "nowhere"),
        (("tune", "tinybert", "--labelled", ".", "--examples", "1"), "--examples"),
        (("tune", "tinybert"), "--labelled"),
        (("tinybert", "A day.", "--stage", "task", "--checkpoint", "no/such"), "cannot be loaded"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    assert said in captured.err.strip().splitlines()[-1]
