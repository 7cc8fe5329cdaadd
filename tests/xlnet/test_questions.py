"""Questions are marked by what the model and the sampler say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.asked import assert_well_asked
from tests.tiny import HOSTILE, refusal_of
from variants.core.question import Marked, Question
from variants.xlnet import questions
from variants.xlnet.demo import XLNet, read

TEXT = "New York is a city in the United States."
Mark = Callable[[XLNet, str], Marked]
ASKED: dict[str, tuple[Question, Mark]] = {
    "shuffled": (questions.SHUFFLED, lambda model, text: questions.mark_shuffled(read(model, text))),
    "streams": (questions.TWO_STREAMS, lambda model, text: questions.mark_two_streams(model, read(model, text))),
    "share": (questions.HOW_MANY, lambda model, _text: questions.mark_how_many(model)),
    "start": (questions.START, lambda model, text: questions.mark_start(model, read(model, text))),
    "masks": (questions.MASKS, lambda model, _text: questions.mark_masks(model)),
    "cls": (questions.CLS_PLACE, lambda model, _text: questions.mark_cls_place(model)),
}
EXPECTED = {  # what the paper says
    "shuffled": "the order in which",
    "streams": "its place and not the token",
    "share": "about a sixth",
    "start": "one learned vector",
    "masks": "never",
    "cls": "last",
}


@pytest.mark.parametrize("name", ASKED)
def test_the_measurement_bears_out_the_paper(xlnet: XLNet, name: str) -> None:
    question, mark = ASKED[name]
    marked = mark(xlnet, TEXT)
    assert EXPECTED[name] in question.options[marked.right].text
    assert marked.evidence.endswith(".") and "\n" not in marked.evidence
    assert marked == mark(xlnet, TEXT)


@pytest.mark.parametrize("name", ASKED)
def test_every_option_says_why(name: str) -> None:
    assert_well_asked(ASKED[name][0])


@pytest.mark.parametrize("name", ["shuffled", "streams", "start"])  # the others do not read the text
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_a_question_is_marked_or_refused(xlnet: XLNet, name: str, text: str) -> None:
    found: list[Marked] = []
    sentence = refusal_of(lambda: found.append(ASKED[name][1](xlnet, text)))
    assert bool(found) != bool(sentence) and "\n" not in sentence
