"""The map is the best there is for each student, and the means are what they say."""

from __future__ import annotations

from copy import deepcopy
from functools import partial

import pytest
import torch
from transformers import BertForPreTraining, BertTokenizer

from tests.tiny import VOCABULARY, make_store, sample_paragraphs, sample_wordpiece
from tests.tinybert.tiny import THIN, a_batch, every_example, make, tiny_student, tiny_teacher
from variants.core.task import Task
from variants.core.token_store import TokenStore, split_sentences
from variants.core.tokenization import as_transformers
from variants.tinybert.evaluation import Moments, evaluate, fit_map, mean_scores, untrained
from variants.tinybert.insides import look_inside
from variants.tinybert.model import build
from variants.tinybert.objective import Objective, collate


def losses(objective: Objective) -> float:
    measures = objective(a_batch())
    return (measures["hidden_loss"] + measures["embedding_loss"]).item()


def test_the_map_is_the_best_there_is() -> None:
    """Gradient descent does not find a better one, and any step away is worse."""
    objective = Objective(tiny_student(), tiny_teacher())
    before = losses(objective)
    fit_map(objective, iter([a_batch()]))
    best = losses(objective)
    assert best < 0.9 * before
    measures = objective(a_batch())
    gradient = torch.autograd.grad(measures["loss"], [objective.widen.weight, objective.widen.bias])
    assert all(part.abs().max() < 1e-4 for part in gradient)


def test_the_map_is_found_where_there_is_one() -> None:
    """As for a student that is its teacher."""
    teacher = tiny_teacher()
    objective = Objective(deepcopy(teacher.bert), teacher)
    fit_map(objective, iter([a_batch()]))
    assert losses(objective) == pytest.approx(0.0, abs=1e-6)


def test_the_map_does_not_depend_on_how_the_text_is_batched() -> None:
    one, other = (Objective(tiny_student(), tiny_teacher()) for _ in range(2))
    examples = every_example(32)[:12]
    fit_map(one, iter([collate(examples, VOCABULARY)]))
    fit_map(other, iter([collate(examples[:5], VOCABULARY), collate(examples[5:], VOCABULARY)]))
    assert torch.allclose(one.widen.weight, other.widen.weight, atol=1e-4)


def test_moments_by_hand() -> None:
    rows = torch.randn(20, 3, generator=torch.Generator().manual_seed(0)) + 5
    moments = Moments()
    moments.add(rows[:7])
    moments.add(rows[7:])
    assert moments.variance() == pytest.approx(rows.var(0, correction=0).mean().item(), rel=1e-5)


def test_means_by_hand() -> None:
    """Every head has a mean score, every layer a mean state; padding counts for nothing."""
    teacher, examples = tiny_teacher(), every_example(32)[:12]
    objective = Objective(tiny_student(), teacher)
    task = Task(objective.model, objective, make, partial(collate, vocabulary=VOCABULARY))
    scores, states = list[torch.Tensor](), list[torch.Tensor]()
    for example in examples:
        insides = look_inside(teacher.bert, collate([example], VOCABULARY))
        scores.append(torch.stack(insides.scores).flatten(-2)[:, 0])  # (layers, heads, pairs)
        states.append(torch.stack(insides.states)[:, 0])  # (layers + 1, tokens, width)
    attention = torch.cat(scores, dim=-1).var(-1, correction=0).mean(1).sum()
    hidden = torch.cat(states, dim=1).var(1, correction=0).mean(-1)
    measured = mean_scores(task, examples)
    assert measured["attention_loss"] == pytest.approx(attention.item(), rel=1e-4)
    assert measured["hidden_loss"] == pytest.approx(hidden[1:].sum().item(), rel=1e-4)
    assert measured["embedding_loss"] == pytest.approx(hidden[0].item(), rel=1e-4)


@pytest.fixture(scope="module")
def tokenizer() -> BertTokenizer:
    return as_transformers(sample_wordpiece())


@pytest.fixture(scope="module")
def store(tokenizer: BertTokenizer) -> TokenStore:
    texts = [split_sentences(paragraph) for paragraph in sample_paragraphs()[:40]]
    return make_store([[tokenizer.encode(s, add_special_tokens=False) for s in text] for text in texts])


@pytest.fixture(scope="module")
def teacher(tokenizer: BertTokenizer) -> BertForPreTraining:
    return tiny_teacher(len(tokenizer))


def test_every_measure_stands_beside_a_baseline(
    tokenizer: BertTokenizer, store: TokenStore, teacher: BertForPreTraining
) -> None:
    model = build(len(tokenizer), THIN)
    same = evaluate(model, tokenizer, train=store, test=store, cloze=(), count=12, teacher=teacher)
    assert set(same["held_out"]) == {"attention_loss", "hidden_loss", "embedding_loss"}
    assert same["baselines"]["untrained"] == same["held_out"]  # it is
    assert set(same["baselines"]["mean"]) == set(same["held_out"])
    assert "12 sequences" in same["note"]
    copied = evaluate(deepcopy(teacher.bert), tokenizer, train=store, test=store, cloze=(), count=12, teacher=teacher)
    assert all(value == pytest.approx(0.0, abs=1e-4) for value in copied["held_out"].values())
    assert min(copied["baselines"]["untrained"].values()) > 0.01


def test_the_untrained_student_has_the_same_shape() -> None:
    model = tiny_student(7)
    fresh = untrained(model)
    assert fresh.config.to_dict() == model.config.to_dict()
    assert not torch.equal(fresh.embeddings.word_embeddings.weight, model.embeddings.word_embeddings.weight)
