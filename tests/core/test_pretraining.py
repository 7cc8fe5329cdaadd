"""A run learns, and one that was interrupted anywhere ends with exactly the same weights."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import AdamW

from tests.tiny import SPECIAL, VOCABULARY, make_store, tiny_bert
from variants.bert.objective import Objective, collate, make_examples
from variants.core import batches, pretraining
from variants.core.batches import Position
from variants.core.errors import InputError
from variants.core.pretraining import RunSettings, pretrain
from variants.core.recipe import Recipe, Stage
from variants.core.run_state import Progress, recipe_of_run
from variants.core.task import Batch, Task
from variants.core.token_store import TokenStore

RECIPE = Recipe(
    tokens=6_000,
    stages=(Stage(16, 0.4), Stage(32, 0.6)),
    short_share=0.0,
    batch_tokens=256,
    learning_rate=0.01,
    held_out_every=2_000,
)
STEPS = 26  # see the first test
LN_64 = 4.16  # the loss of a guess among all tokens


@pytest.fixture(autouse=True, scope="module")
def small() -> Iterator[None]:
    """So that a run of a few dozen steps crosses several shards, and is measured in a moment."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "SHARD_BATCHES", 4)
        patched.setattr(pretraining, "HELD_OUT", replace(RECIPE, tokens=1, batch_tokens=128))
        patched.setattr(pretraining, "HELD_OUT_EXAMPLES", 40)
        yield


@cache
def store(seed: int) -> TokenStore:
    """Documents of two words each, some words being much more frequent: there is something to learn."""
    rng = random.Random(seed)
    documents: list[list[list[int]]] = []
    for _ in range(30):
        words = [min(SPECIAL + int(rng.expovariate(0.12)), VOCABULARY.size - 1) for _ in range(2)]
        lengths = [rng.randint(4, 9) for _ in range(rng.randint(3, 6))]
        documents.append([[rng.choice(words) for _ in range(length)] for length in lengths])
    return make_store(documents)


def new_task(seed: int = 0) -> Task:
    model = tiny_bert(seed=seed)
    return Task(
        model=model,
        objective=Objective(model),
        make_examples=partial(make_examples, vocabulary=VOCABULARY, seed=0, rows=128),
        collate=partial(collate, vocabulary=VOCABULARY),
    )


def run(task: Task, folder: Path, recipe: Recipe = RECIPE, **settings: Any) -> Progress:
    chosen: dict[str, Any] = {"folder": folder, "device": "cpu", "show_progress": False} | settings
    return pretrain(task, store(1), store(2), recipe, {}, RunSettings(**chosen))


@dataclass(frozen=True)
class Finished:
    """The end of a run that nothing disturbed."""

    weights: dict[str, Tensor]
    progress: Progress


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    task = new_task()
    progress = run(task, tmp_path_factory.mktemp("undisturbed"))
    return Finished({name: tensor.clone() for name, tensor in task.model.state_dict().items()}, progress)


def assert_same_end(task: Task, progress: Progress, expected: Finished) -> None:
    """Equal to the last bit: weights, position, and every look at the held-out text."""
    for name, tensor in expected.weights.items():
        assert torch.equal(task.model.state_dict()[name], tensor), name
    assert (progress.position, progress.steps) == (expected.progress.position, expected.progress.steps)
    kept = ("tokens", "steps", "max_length", "learning_rate")

    def looks(history: list[dict[str, float]]) -> list[dict[str, float]]:
        return [
            {name: value for name, value in row.items() if name in kept or name.startswith("held_out")}
            for row in history
        ]

    assert looks(progress.history) == looks(expected.progress.history)


def test_the_run_is_as_long_as_the_tests_below_need(undisturbed: Finished) -> None:
    position = undisturbed.progress.position
    assert RECIPE.tokens <= position.tokens_seen < RECIPE.tokens + RECIPE.batch_tokens
    assert undisturbed.progress.steps == STEPS
    assert position.epoch >= 1 and position.shard_tokens > 3_000
    assert {row["max_length"] for row in undisturbed.progress.history} == {16, 32}


def test_the_loss_falls(undisturbed: Finished) -> None:
    first, *_, last = undisturbed.progress.history
    assert last["train_mlm_loss"] < first["train_mlm_loss"] < LN_64
    assert last["held_out_mlm_loss"] < LN_64 - 0.5
    assert last["held_out_mlm_loss"] + last["held_out_nsp_loss"] == pytest.approx(last["held_out_loss"], abs=1e-4)


def test_the_history_looks_at_held_out_text_as_often_as_asked(undisturbed: Finished) -> None:
    history = undisturbed.progress.history
    assert [int(row["tokens"]) // 2_000 for row in history] == [1, 2, 3]
    assert history[-1]["tokens"] == undisturbed.progress.position.tokens_seen
    assert [row["steps"] for row in history] == sorted(row["steps"] for row in history)
    for row in history:
        assert row["learning_rate"] == RECIPE.learning_rate_at(int(row["tokens"]))


def test_the_same_run_twice_ends_the_same(undisturbed: Finished, tmp_path: Path) -> None:
    task = new_task()
    assert_same_end(task, run(task, tmp_path), undisturbed)


def test_another_seed_ends_elsewhere(undisturbed: Finished, tmp_path: Path) -> None:
    task = new_task()
    run(task, tmp_path, replace(RECIPE, seed=1))
    name = "bert.encoder.layer.0.output.dense.weight"
    assert not torch.equal(task.model.state_dict()[name], undisturbed.weights[name])


class Bell:
    """Rings, once, when it was struck a number of times."""

    def __init__(self, number: int, ring: Callable[[], object]) -> None:
        self.left = number
        self.ring = ring

    def strike(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.ring()


def interrupt() -> None:
    """Press Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def collating(task: Task, bell: Bell) -> Task:
    """Strike the bell when a batch to learn from is put together."""

    def collate_and_strike(examples: Sequence[Any]) -> Batch:
        if not torch.is_inference_mode_enabled():
            bell.strike()
        return task.collate(examples)

    return replace(task, collate=collate_and_strike)


def measuring(task: Task, bell: Bell) -> Task:
    """Strike the bell when a batch of held-out text is put together."""

    def collate_and_strike(examples: Sequence[Any]) -> Batch:
        if torch.is_inference_mode_enabled():
            bell.strike()
        return task.collate(examples)

    return replace(task, collate=collate_and_strike)


def computing(task: Task, bell: Bell) -> Task:
    """Strike the bell in the middle of a forward pass."""

    def strike(*_: object) -> None:
        if not torch.is_inference_mode_enabled():
            bell.strike()

    model: Any = task.model
    model.bert.encoder.register_forward_hook(strike)
    return task


def differentiating(task: Task, bell: Bell) -> Task:
    """Strike the bell in the middle of a backward pass."""

    def strike(_: Tensor) -> None:
        bell.strike()

    model: Any = task.model
    model.bert.embeddings.LayerNorm.weight.register_hook(strike)
    return task


@pytest.mark.parametrize("wrap", [collating, computing, differentiating])
@pytest.mark.parametrize("step", [2, 14, STEPS])
def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(
    undisturbed: Finished, tmp_path: Path, wrap: Callable[[Task, Bell], Task], step: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(wrap(new_task(), Bell(step, interrupt)), tmp_path)
    again = new_task(seed=9)  # whatever a new process starts with
    assert_same_end(again, run(again, tmp_path, resume=True), undisturbed)


def test_an_interruption_between_update_and_bookkeeping_does_no_harm(
    undisturbed: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C may come at the very moment when the weights have moved and the position has not."""
    bell, step = Bell(14, interrupt), AdamW.step

    def step_and_strike(self: AdamW, *arguments: Any, **options: Any) -> Any:
        result = step(self, *arguments, **options)
        bell.strike()
        return result

    with monkeypatch.context() as patched:
        patched.setattr(AdamW, "step", step_and_strike)
        with pytest.raises(KeyboardInterrupt):
            run(new_task(), tmp_path, checkpoint_minutes=0)
    again = new_task(seed=9)
    assert_same_end(again, run(again, tmp_path, resume=True), undisturbed)


def test_an_interruption_while_measuring_loses_no_look(undisturbed: Finished, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(measuring(new_task(), Bell(5, interrupt)), tmp_path, checkpoint_minutes=0)
    again = new_task(seed=9)
    assert_same_end(again, run(again, tmp_path, resume=True), undisturbed)


def test_a_run_may_be_interrupted_many_times(undisturbed: Finished, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(5, interrupt)), tmp_path)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(collating(new_task(), Bell(6, interrupt)), tmp_path, resume=True)
    again = new_task()
    assert_same_end(again, run(again, tmp_path, resume=True), undisturbed)


@pytest.mark.parametrize("step", [3, 19])
def test_a_killed_run_goes_on_from_its_last_checkpoint(undisturbed: Finished, tmp_path: Path, step: int) -> None:
    """What lies on disk in the middle of a step is all that a killed process leaves."""
    folder, left = tmp_path / "run", tmp_path / "left"
    run(collating(new_task(), Bell(step, lambda: shutil.copytree(folder, left))), folder, checkpoint_minutes=0)
    assert torch.load(left / "state.pt", weights_only=True)["progress"]["steps"] == step - 1
    again = new_task(seed=9)
    assert_same_end(again, run(again, left, resume=True), undisturbed)


def test_checkpoints_are_written_as_often_as_asked(tmp_path: Path) -> None:
    seen: list[bool] = []
    folder = tmp_path / "never"
    run(collating(new_task(), Bell(STEPS, lambda: seen.append(folder.exists()))), folder, checkpoint_minutes=60)
    assert seen == [False]
    assert [path.name for path in folder.iterdir()] == ["state.pt"]  # and once at the end


def test_a_finished_run_has_nothing_left_to_do(undisturbed: Finished, tmp_path: Path) -> None:
    run(new_task(), tmp_path)
    again = collating(new_task(seed=9), Bell(1, interrupt))
    assert_same_end(again, run(again, tmp_path, resume=True), undisturbed)


def test_a_failure_before_the_first_step_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(1, interrupt)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("PytorchStreamWriter")])
def test_a_full_disk_is_one_clear_line_and_spares_the_old_checkpoint(
    tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(4, interrupt)), tmp_path)
    before = (tmp_path / "state.pt").read_bytes()

    def full(_: object, path: Path) -> None:
        path.write_bytes(b"half a checkpoint")
        raise error

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(InputError, match="free some space"):
        run(new_task(), tmp_path, resume=True, checkpoint_minutes=0)
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]
    assert (tmp_path / "state.pt").read_bytes() == before


def test_nothing_to_resume_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to resume"):
        run(new_task(), tmp_path / "nowhere", resume=True)
    with pytest.raises(InputError, match="nothing to resume"):
        recipe_of_run(tmp_path / "nowhere")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5_000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


def a_text(path: Path) -> None:
    path.write_text("hello", encoding="utf-8")


def changed_inside(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[:2_000] = bytes(2_000)
    path.write_bytes(data)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_model(path: Path) -> None:
    state = torch.load(path, weights_only=True)
    state["trained"]["model.bert.pooler.dense.bias"] = torch.zeros(3)
    torch.save(state, path)


def other_optimizers(path: Path) -> None:
    state = torch.load(path, weights_only=True)
    state["optimizers"] = []
    torch.save(state, path)


def without_progress(path: Path) -> None:
    state = torch.load(path, weights_only=True)
    del state["progress"]
    torch.save(state, path)


def only_a_list(path: Path) -> None:
    torch.save(["model"], path)


@pytest.mark.parametrize(
    "damage",
    [
        cut_off, emptied, overwritten, a_text, changed_inside, a_folder, another_model, other_optimizers,
        without_progress, only_a_list,
    ],
)  # fmt: skip
def test_a_damaged_checkpoint_is_one_clear_line(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(3, interrupt)), tmp_path)
    damage(tmp_path / "state.pt")
    with pytest.raises(InputError) as caught:
        run(new_task(), tmp_path, resume=True)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_checkpoint_knows_its_recipe(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(3, interrupt)), tmp_path)
    assert recipe_of_run(tmp_path) == RECIPE


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_both_optimizers_can_be_interrupted(tmp_path: Path, optimizer: Any) -> None:
    recipe = replace(RECIPE, tokens=2_000, optimizer=optimizer)
    whole = new_task()
    run(whole, tmp_path / "whole", recipe)
    with pytest.raises(KeyboardInterrupt):
        run(collating(new_task(), Bell(5, interrupt)), tmp_path / "cut", recipe)
    again = new_task(seed=9)
    run(again, tmp_path / "cut", recipe, resume=True)
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], tensor), name


def test_progress_starts_at_the_beginning() -> None:
    assert Progress() == Progress(Position(), 0, 0.0, [])
