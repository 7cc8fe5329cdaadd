"""Go on from a shipped model: more text for the same weights, where the run that made them is gone.

A run saves its optimizers' state beside its weights, a shipped model does not. So the optimizers start
anew and the learning rate warms up once more, then takes up its course; the weights start from half
precision. The recipe says at how many tokens that was, and the learning curve goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from transformers import PreTrainedModel

from variants.core.batches import Position, shards
from variants.core.checkpoint import read_history
from variants.core.errors import InputError
from variants.core.optimization import build_optimizers
from variants.core.recipe import Recipe
from variants.core.run_state import Progress, save_run
from variants.core.task import Task, trained
from variants.core.token_store import TokenStore
from variants.core.variant import read_json


def begin_from(
    shipped: Path, model: PreTrainedModel, task: Task, train: TokenStore, weights: Mapping[str, float], folder: Path
) -> None:
    """Write to ``folder`` the state of a run that has come to where the model in ``shipped`` stands.

    Raise InputError where the training moves more than the model's folder holds.
    """
    card = read_json(shipped / "recipe.json")
    if card is None:
        raise InputError(f"There is nothing to go on from in {shipped}; leave out --resume to start anew.")
    kept = {id(parameter) for parameter in task.model.parameters()}
    if any(id(parameter) not in kept for parameter in trained(task.objective).values()):
        raise InputError(f"{shipped.name} was trained with parts that are not shipped; leave out --resume.")
    task.model.load_state_dict(model.state_dict())
    seen = card["tokens_seen"]
    recipe = replace(Recipe.from_dict(card["recipe"]), warmed_at=seen)
    progress = Progress(position_after(seen, train, recipe, weights), card["steps"], card["seconds"])
    progress.history += read_history(shipped)
    save_run(folder, task, build_optimizers(task.objective, recipe), progress, recipe)


def position_after(tokens: int, store: TokenStore, recipe: Recipe, weights: Mapping[str, float]) -> Position:
    """Return where a run stands in its text after about ``tokens`` tokens: at the start of the next shard."""
    served = (shard.start for shard in shards(store, recipe, weights, Position()))
    return replace(next(start for start in served if start.shard_tokens >= tokens), tokens_seen=tokens)
