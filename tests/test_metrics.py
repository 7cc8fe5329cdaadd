"""What the shipped models measured: whole, honest, and clearly better than the baselines."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from variants import VARIANTS
from variants.core.checkpoint import digest_of, read_history, read_metrics
from variants.core.variant import MODELS

SHIPPED = [variant.slug for variant in VARIANTS if variant.shipped]


def test_bert_is_shipped() -> None:
    assert "bert" in SHIPPED


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_card_names_the_weights_that_stand_beside_it(slug: str) -> None:
    recipe = json.loads((MODELS / slug / "recipe.json").read_text(encoding="utf-8"))
    card = (MODELS / slug / "README.md").read_text(encoding="utf-8")
    assert recipe["digest"] == digest_of(MODELS / slug)
    assert f"{recipe['tokens_seen']:,} tokens" in card and f"{recipe['parameters']:,} parameters" in card
    assert "for nothing else" in card and "CC BY-SA" in card


def test_bert_beats_the_most_frequent_token_and_the_n_gram_model() -> None:
    """On the 480 cloze sentences a lead of five points is beyond chance: both answer the same ones (McNemar's test)."""
    metrics = read_metrics("bert")
    assert metrics is not None
    ours, baselines = metrics["held_out"], metrics["baselines"]
    for name in ("unigram", "n-gram"):
        assert ours["mlm_accuracy"] > baselines[name]["mlm_accuracy"] + 0.05
        assert ours["mlm_loss"] < baselines[name]["mlm_loss"] - 0.2
    assert ours["mlm_accuracy"] > baselines["n-gram + kept"]["mlm_accuracy"]
    assert ours["nsp_accuracy"] > baselines["same answer"]["nsp_accuracy"] + 0.2
    assert ours["cloze_top5"] > baselines["n-gram"]["cloze_top5"] + 0.05
    assert ours["cloze_top5"] > 5 * baselines["unigram"]["cloze_top5"]


def test_the_learning_curve_grows_to_what_was_trained() -> None:
    history = read_history("bert")
    assert all(before["tokens"] < after["tokens"] for before, after in pairwise(history))
    recipe = json.loads((MODELS / "bert" / "recipe.json").read_text(encoding="utf-8"))
    assert history[-1]["tokens"] == recipe["tokens_seen"] >= 40_000_000
    assert history[-1]["held_out_mlm_accuracy"] > 2 * history[0]["held_out_mlm_accuracy"]
