"""The network and its loss: against a pass over each article alone, and a sum done by hand."""

from __future__ import annotations

import copy
import math

import pytest
import torch

from tests.bertsum.tiny import ARTICLES, SENTENCES, TOKENIZER, tiny_bertsum
from tests.tiny import make_store, tiny_bert
from variants.bertsum.articles import store_of
from variants.bertsum.evaluation import ABLATIONS, evaluate, rouge, same_score, sentence_loss
from variants.bertsum.model import build
from variants.bertsum.objective import Example, build_task, make_examples
from variants.bertsum.oracle import oracle_labels
from variants.bertsum.reading import score_sentences, sentence_vectors
from variants.core.tokenization import vocabulary_of

STORE = store_of(ARTICLES, TOKENIZER)
MODEL = tiny_bertsum().eval()
TASK = build_task(TOKENIZER, seed=0, model=MODEL)


def examples() -> list[Example]:
    return [e for i in range(len(STORE)) for e in TASK.make_examples(STORE, i, copy=0, max_length=128)]


def test_labels_are_the_oracles_and_follow_the_sentences() -> None:
    first, second, third = examples()
    assert first.labels == (False, False, True, False, False)
    assert second.labels == (False, True, False)
    assert len(third.labels) == sum(len(window.sentences) for window in third.windows) == 40
    assert len(third.windows) > 1 and len(third) == sum(len(window.input_ids) for window in third.windows)


def test_the_loss_is_the_mean_over_all_sentences() -> None:
    """Each article scored alone, as a page scores it."""
    with torch.inference_mode():
        measures = TASK.objective(TASK.collate(examples()))
    lost: list[float] = []
    hits = 0
    for example, article in zip(examples(), ARTICLES, strict=True):
        scores = score_sentences(MODEL, TOKENIZER, article.sentences)
        lost += [-math.log(p if label else 1 - p) for p, label in zip(scores, example.labels, strict=True)]
        hits += example.labels[scores.index(max(scores))]
    assert float(measures["ext_loss"]) == pytest.approx(sum(lost) / len(lost), abs=1e-5)
    assert float(measures["ext_accuracy"]) == pytest.approx(hits / 3)


def test_padding_and_neighbours_change_no_score() -> None:
    batch = TASK.collate(examples())
    alone = TASK.collate(examples()[1:2])
    with torch.inference_mode():
        together = MODEL(**{name: value for name, value in batch.items() if name != "labels"})
        single = MODEL(**{name: value for name, value in alone.items() if name != "labels"})
    torch.testing.assert_close(together[1, :3], single[0], atol=1e-5, rtol=1e-5)
    assert (together[1, 3:] < -1e30).all()


def test_sentences_look_at_each_other_only_between() -> None:
    """Another last sentence, in another window, leaves the first one's vector alone, and not its score."""
    long = ARTICLES[2].sentences
    other = (*long[:-1], SENTENCES[0])
    vectors, changed = (sentence_vectors(MODEL, TOKENIZER, text)[None] for text in (long, other))
    torch.testing.assert_close(vectors[:, 0], changed[:, 0])
    changed = vectors.clone()
    changed[:, -1] = torch.randn(vectors.shape[2], generator=torch.Generator().manual_seed(0))
    real = torch.ones(vectors.shape[:2], dtype=torch.bool)
    keen = copy.deepcopy(MODEL)
    with torch.inference_mode():
        for parameter in keen.between.parameters():
            parameter.mul_(10)  # a fresh one hardly listens
        alone = [MODEL.judge(each, real, between=False)[0, 0] for each in (vectors, changed)]
        together = [keen.judge(each, real)[0, 0] for each in (vectors, changed)]
    assert alone[0] == alone[1]
    assert together[0] != together[1]


def test_it_starts_from_bert_and_leaves_it_alone() -> None:
    bert = tiny_bert(len(TOKENIZER), max_length=128, seed=5).bert
    model = build(bert, seed=0)
    for name, value in model.bert.state_dict().items():
        assert torch.equal(value, bert.state_dict()[name])
    with torch.no_grad():
        next(model.bert.parameters()).add_(1.0)
    assert not torch.equal(model.bert.embeddings.word_embeddings.weight, bert.embeddings.word_embeddings.weight)


def test_everything_is_trained() -> None:
    model = tiny_bertsum(seed=1)
    task = build_task(TOKENIZER, seed=0, model=model)
    task.objective(task.collate(examples()))["loss"].backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


def test_it_learns_from_articles_alone() -> None:
    with pytest.raises(TypeError):
        make_examples(make_store([[[9, 9]]]), 0, copy=0, max_length=128, vocabulary=vocabulary_of(TOKENIZER))


def test_rouge_of_the_summary_itself_is_one() -> None:
    found = rouge(ARTICLES[:1], lambda article: (article.sentences.index(article.summary),))
    assert found == pytest.approx({"openstax_rouge1": 1.0, "openstax_rouge2": 1.0, "openstax_rougeL": 1.0})


def test_the_evaluation_measures_five_rivals_and_three_ablations() -> None:
    found = evaluate(MODEL, TOKENIZER, train=STORE, test=STORE, cloze=[], count=5)
    baselines = found["baselines"]
    assert set(baselines) == {"lead", "random", "textrank", "oracle", "same score"}
    ours = {name for name in found["held_out"] if "rouge" in name}
    assert all(set(scores) == ours for scores in found["ablations"].values()) and set(found["ablations"]) == {
        *ABLATIONS
    }
    assert ours == set(baselines["lead"]) == set(baselines["oracle"]) and len(ours) == 6
    for name in ours:
        assert baselines["oracle"][name] >= baselines["random"][name] - 1e-9


def test_the_loss_of_a_sentence_is_the_pooled_cross_entropy() -> None:
    losses: list[float] = []
    for article in ARTICLES:
        scores = score_sentences(MODEL, TOKENIZER, article.sentences)
        labels = oracle_labels(article.sentences, article.summary)
        losses += [-math.log(score if label else 1 - score) for score, label in zip(scores, labels, strict=True)]
    assert sentence_loss(TASK, examples())["sentence_loss"] == pytest.approx(sum(losses) / len(losses), rel=1e-4)


def test_the_loss_of_one_answer_for_all() -> None:
    """From three sentences of which one is taken, asked of eight of which two are."""
    train, test = store_of(ARTICLES[1:2], TOKENIZER), store_of(ARTICLES[:2], TOKENIZER)
    expected = -2 / 8 * math.log(1 / 3) - 6 / 8 * math.log(2 / 3)
    assert same_score(train, test)["sentence_loss"] == pytest.approx(expected)
