"""Rivals take what their names say, and ROUGE is the library's."""

from __future__ import annotations

import random

import pytest
from rouge_score.rouge_scorer import RougeScorer

from tests.bertsum.tiny import SENTENCES
from variants.bertsum.comparison import compare
from variants.bertsum.oracle import oracle_steps, score_of
from variants.bertsum.sample_articles import sample_articles
from variants.bertsum.summary import at_random, choose, within


def test_each_takes_what_its_name_says() -> None:
    entries = {entry.name: entry for entry in compare(SENTENCES, (4, 1), count=2, reference=SENTENCES[2], seed=3)}
    assert list(entries) == ["BERTSUM", "Lead-2", "TextRank", "random", "oracle"]
    assert entries["BERTSUM"].taken == (1, 4) and entries["Lead-2"].taken == (0, 1)
    assert entries["random"].taken == at_random(SENTENCES, 2, random.Random(3))
    assert entries["oracle"].taken == (2,)
    scorer = RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
    for entry in entries.values():
        found = scorer.score(SENTENCES[2], "\n".join(SENTENCES[number] for number in entry.taken))
        assert entry.rouge == pytest.approx({name[:6]: value.fmeasure for name, value in found.items()})


def test_without_a_reference_there_is_neither_rouge_nor_oracle() -> None:
    entries = compare(SENTENCES, (0,), count=1, reference=" ")
    assert all(entry.rouge is None for entry in entries) and "oracle" not in {entry.name for entry in entries}


def test_steps_of_the_oracle_hold_every_rival() -> None:
    steps = oracle_steps(SENTENCES, SENTENCES[2] + " " + SENTENCES[0])
    taken: list[str] = []
    for step in steps:
        assert max(step.rivals.values()) == step.rivals[step.sentence] == step.score
        for number, score in step.rivals.items():
            assert score == pytest.approx(score_of([*taken, SENTENCES[number]], SENTENCES[2] + " " + SENTENCES[0]))
        taken.append(SENTENCES[step.sentence])


@pytest.mark.parametrize(("first", "last"), [(0, 100), (0, 50), (50, 100), (30, 31), (0, 1), (99, 100)])
@pytest.mark.parametrize("count", [1, 2, 7, 40, 333])
def test_a_part_of_the_article_holds_the_sentences_that_begin_there(count: int, first: int, last: int) -> None:
    expected = [number for number in range(count) if first <= 100 * number / count < last]
    assert list(within(count, first, last)) == expected


def test_only_candidates_are_taken_and_order_is_a_choice() -> None:
    scores = [0.9, 0.1, 0.5, 0.2, 0.8]
    choice = choose(SENTENCES, scores, 2, candidates=within(5, 40, 100), blocking=False)
    assert choice.ordered("score") == (4, 2) and choice.ordered("document") == (2, 4)


def test_sample_articles_are_whole_and_have_a_licence() -> None:
    articles = sample_articles()
    assert 3 <= len(articles) <= 5 and len({article.slug for article in articles}) == len(articles)
    for article in articles:
        assert 300 <= len(article.text.split()) <= 2000 and article.licence and article.origin
    assert sum(bool(article.summary) for article in articles) >= 3
