"""Every variant hands over its encoder and judges sentences, each checked against the bare model."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.functional import logsigmoid

from tests.tiny import sample_tokenizer
from variants import VARIANTS, find_variant
from variants.core.classification import tune_judge
from variants.core.encoding import never_masked
from variants.core.finetuning import TuningRecipe
from variants.core.labelled import LabelledText
from variants.core.likelihood import pseudo_log_likelihoods
from variants.core.measures import sentence_score
from variants.core.shape import Shape
from variants.core.variant import Variant
from variants.xlnet.scoring import log_probabilities

TINY = Shape(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
SENTENCES = ["The rabbit went down.", "It was late, and the queen said so!", "Oh"]
JUDGES = [variant for variant in VARIANTS if variant.judges_language]
MASKED = ("bert", "roberta", "spanbert", "albert", "distilbert")


def random_model(variant: Variant) -> tuple[Any, Any]:
    tokenizer = sample_tokenizer(variant.vocabulary)
    build = variant.part("model").build
    if variant.slug == "bert":
        return build(len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2).eval(), tokenizer
    return build(len(tokenizer), TINY).eval(), tokenizer


@pytest.mark.parametrize("variant", JUDGES, ids=lambda variant: variant.slug)
def test_every_encoder_can_be_fine_tuned(variant: Variant) -> None:
    model, tokenizer = random_model(variant)
    pretrained = variant.part("scoring").pretrained(model, tokenizer)
    texts = [LabelledText("the cat", 1, "a hat"), LabelledText("a queen", 0, "she said")]
    judge = tune_judge(pretrained, texts, "class", seed=0, recipe=TuningRecipe(epochs=1, batch_size=2))
    assert all(0 < value < 1 for value in judge.judge(texts))


@pytest.mark.parametrize("slug", MASKED)
def test_a_masked_model_scores_one_hidden_token_at_a_time(slug: str) -> None:
    variant = find_variant(slug)
    model, tokenizer = random_model(variant)
    scoring = variant.part("scoring")
    found = pseudo_log_likelihoods(scoring.guesses(model), tokenizer, SENTENCES)
    for sentence, likelihood in zip(SENTENCES, found, strict=True):
        ids = tokenizer(sentence, return_tensors="pt")["input_ids"]
        total = 0.0
        for place, answer in enumerate(ids[0].tolist()):
            if answer not in never_masked(tokenizer):
                hidden = ids.clone()
                hidden[0, place] = tokenizer.mask_token_id
                with torch.inference_mode():
                    output = model(hidden)
                logits = output.prediction_logits if hasattr(output, "prediction_logits") else output.logits
                total += float(logits[0, place].double().log_softmax(-1)[answer])
        assert likelihood.total == pytest.approx(total, abs=1e-3)
    score = sentence_score(scoring, model, tokenizer)
    assert score and score(SENTENCES) == [each.total for each in found]


def test_electra_prefers_what_looks_original() -> None:
    variant = find_variant("electra")
    model, tokenizer = random_model(variant)
    found = variant.part("scoring").preferences(model, tokenizer, SENTENCES)
    for sentence, score in zip(SENTENCES, found, strict=True):
        ids = tokenizer(sentence, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            each = logsigmoid(-model.discriminator(ids).logits[0])
        assert score == pytest.approx(float(each[1:-1].sum()), abs=1e-4)


def test_xlnet_adds_up_conditionals_of_the_library() -> None:
    """Each token's log-probability, asked for one at a time with the library's own masks."""
    variant = find_variant("xlnet")
    model, tokenizer = random_model(variant)
    ids: list[int] = tokenizer.encode(SENTENCES[0])
    words = [place for place, token_id in enumerate(ids) if token_id not in never_masked(tokenizer)]
    ranks = [0] * len(ids)
    for rank, place in enumerate(reversed(words), start=1):
        ranks[place] = rank
    found = log_probabilities(model, [ids], [ranks], tokenizer)[0]
    order = torch.tensor(ranks)
    hidden = ((order[None, :] > 0) & (order[None, :] >= order[:, None])).float()[None]
    segments = torch.tensor([[0] * (len(ids) - 1) + [2]])  # as the tokenizer gives them: <cls> is a segment
    assert segments.tolist() == tokenizer([SENTENCES[0]], return_token_type_ids=True)["token_type_ids"]
    for place in range(len(ids)):
        mapping = torch.zeros(1, 1, len(ids))
        mapping[0, 0, place] = 1.0
        with torch.inference_mode():
            output = model(torch.tensor([ids]), token_type_ids=segments, perm_mask=hidden, target_mapping=mapping)
        logits = output.logits[0, 0]
        expected = float(logits.log_softmax(-1)[ids[place]]) if ranks[place] else 0.0
        assert float(found[place]) == pytest.approx(expected, abs=1e-4)


def test_xlnet_guesses_a_token_from_all_others() -> None:
    """What stands under the hidden place does not matter."""
    variant = find_variant("xlnet")
    model, tokenizer = random_model(variant)
    ids: list[int] = tokenizer.encode(SENTENCES[1])
    guess = variant.part("scoring").last_guess
    rows = torch.tensor([ids, [*ids[:2], 20, *ids[3:]]])
    chosen = torch.zeros_like(rows, dtype=torch.bool)
    chosen[:, 2] = True
    with torch.inference_mode():
        first, second = guess(model, rows, torch.ones_like(rows), chosen)
    torch.testing.assert_close(first, second)


@pytest.mark.parametrize("slug", ["bert", "albert"])
def test_pairs_are_answered_by_the_models_own_head(slug: str) -> None:
    variant = find_variant(slug)
    model, tokenizer = random_model(variant)
    pairs = [("The rabbit went down.", "It was late."), ("Oh", "The queen said so, and so on!")]
    found = variant.part("scoring").follows(model, tokenizer, pairs)
    for pair, value in zip(pairs, found, strict=True):
        with torch.inference_mode():
            output = model(**tokenizer(*pair, return_tensors="pt", return_token_type_ids=True))
        logits = output.seq_relationship_logits if slug == "bert" else output.sop_logits
        assert value == pytest.approx(float(logits[0].softmax(-1)[0]), abs=1e-5)
