"""Questions about a passage, through the real frame: two readers that learned nothing stand in for the tuned ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.spanbert.conftest import write_readers
from tests.test_pages import open_page, shown, tables
from variants.core.answering import LONGEST_ANSWER, Reader
from variants.core.finetuning import Pretrained
from variants.spanbert import demo, readers
from variants.spanbert.answers import PASSAGE, QUESTION, find
from variants.spanbert.demo import SpanBert
from variants.spanbert.readers import READERS, Who


class Tuning:
    """Where the page looks for readers, and what it takes them to start from."""

    def __init__(self, folder: Path, spanbert: SpanBert) -> None:
        self.folder = folder
        self.source = Pretrained(spanbert.model.bert, spanbert.tokenizer, segments=False)

    def write(self, *, finds: bool = True, spread: dict[str, float] | None = None) -> None:
        write_readers(self.folder / readers.FOLDER, self.source, finds=finds, spread=spread or {})


@pytest.fixture
def tuning(spanbert: SpanBert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tuning:
    found, load = Tuning(tmp_path, spanbert), readers.load_reader

    def source_of(_who: Who) -> Pretrained:
        return found.source

    def load_anew(who: Who) -> Reader:  # another function for each test, for what it loads is remembered
        return load(who)

    monkeypatch.setattr(demo, "load", lambda: spanbert)
    monkeypatch.setattr(readers, "MODELS", tmp_path)
    monkeypatch.setattr(readers, "origins", dict)
    monkeypatch.setattr(readers, "source_of", source_of)
    monkeypatch.setattr(readers, "load_reader", load_anew)
    return found


def answers(page: AppTest, heading: str) -> list[dict[str, str]]:
    """Return the tables of answers of both readers, a row an answer."""
    return [row for table in page.table if heading in table.value for row in table.value.to_dict("records")]


def test_no_readers_no_questions(tuning: Tuning) -> None:
    page = open_page("spanbert")
    assert tuning.folder.exists() and "Ask a passage" not in [heading.value for heading in page.subheader]


def test_the_best_answers_stand_with_both_probabilities(tuning: Tuning) -> None:
    tuning.write()
    page = open_page("spanbert", n_best="4")
    rows = answers(page, "answer")
    for number, who in enumerate(READERS):
        found = find(readers.load_reader(who), QUESTION, PASSAGE, 4)
        assert not found.nothing and found.answers[0].text in PASSAGE
        for answer, row in zip(found.answers, rows[4 * number : 4 * number + 4], strict=True):
            assert row["answer"] == answer.text and row["against “not here”"] == f"{answer.score:+.2f}"
            assert (row["begins there"], row["ends there"]) == (f"{answer.opens:.1%}", f"{answer.closes:.1%}")
            assert answer.start < answer.end and len(answer.text.split()) <= LONGEST_ANSWER
            assert answer.opens in found.start and answer.closes in found.end
    assert shown(page).count("** answers:") == 2 and "<mark" in "".join(str(each.body) for each in page.html)


def test_nothing_is_found_where_cls_scores_highest(tuning: Tuning) -> None:
    tuning.write(finds=False)
    page = open_page("spanbert")
    assert shown(page).count("finds no answer in this passage.") == 2
    assert len(answers(page, "guess")) == 6 and not answers(page, "answer")
    assert all(row["against “not here”"].startswith("-") for row in answers(page, "guess"))
    assert "<mark" not in "".join(str(each.body) for each in page.html)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("passage", "", "There is no passage yet"),
        ("question", "", "There is no question yet"),
        ("question", "a? " * 60, "ask a shorter one"),
        ("passage", "king " * 10_000, "20,000 are the most"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_stays(tuning: Tuning, key: str, typed: str, said: str) -> None:
    tuning.write()
    page = open_page("spanbert")
    box = page.text_area(key="control_passage") if key == "passage" else page.text_input(key="control_question")
    box.set_value(typed).run()
    assert not page.exception
    assert [said in warning.value and "\n" not in warning.value for warning in page.warning] == [True]
    assert not answers(page, "answer") and page.session_state[f"control_{key}"] == typed
    page.text_area(key="control_passage").set_value("The king died in winter.").run()
    page.text_input(key="control_question").set_value("Who died?").run()
    assert not page.warning and answers(page, "answer") + answers(page, "guess")


def test_a_long_passage_is_read_in_windows(tuning: Tuning) -> None:
    tuning.write()
    page = open_page("spanbert", passage=f"{PASSAGE} " * 4)
    assert "overlapping windows; the chart shows the best" in shown(page)


@pytest.mark.parametrize(
    ("spread", "said"),
    [({"exact": 0.0125, "f1": 0.025}, "exact ± 1.2%, F1 ± 2.5% (3 runs)"), ({}, "one run")],
)
def test_scores_stand_with_their_spread(tuning: Tuning, spread: dict[str, float], said: str) -> None:
    tuning.write(spread=spread)
    text = tables(open_page("spanbert"))
    assert text.count(said) == 2 and "25.0% ± 1.0%" in text and "37.5% ± 2.0%" in text
