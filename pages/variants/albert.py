"""The ALBERT chapter: fewer parameters, the same work; count, unroll, factorise, ask and time."""

import streamlit as st

from pages.ui.address import current, text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.measured import show_metrics
from pages.ui.question import ask
from pages.ui.take import File
from variants.albert import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.albert import factorization, lab, order, race, sharing, sizes, two_by_two
    from variants.albert import demo, footprint, notebook, parameters, questions, stopwatch
    from variants.albert import factorization as tables
    from variants.albert import order as pairs
    from variants.albert import sharing as layers
    from variants.bert import demo as bert_demo
    from variants.core.encoding import Encoded

    bert, albert = bert_demo.load(), demo.load()

CODE = (
    parameters.albert_parts,
    parameters.count_albert,
    footprint.operations,
    layers.layers_of,
    layers.nudge,
    tables.factorize,
    pairs.ask,
    stopwatch.one_pass,
)
LOOKS = {
    "parameters": "the parameters",
    "sharing": "what sharing is",
    "table": "a smaller table",
    "order": "sentence order",
    "attention": "attention",
}


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; the layers and the sentence order are shown on it.")
    step("See it", "Which parameters does ALBERT save, how, and what does it still have to compute?")
    encoded = attempt(lambda: remember(demo.read)(albert, text))
    if encoded:
        say(encoded.notices)
    explore(text, encoded)


@st.fragment
def explore(text: str, encoded: Encoded | None) -> None:
    """Draw a close-up and the foot, which repeats the choices made here; a control redraws these, and nothing else."""
    look = choice("Look at", LOOKS, key="look", default="parameters")
    if look == "parameters":
        lab.parameter_lab()
    elif look == "table":
        factorization.smaller_table(bert)
    elif look == "attention":
        attention_close_up(VARIANT, text)
    elif encoded:
        (sharing.what_sharing_is if look == "sharing" else order.sentence_order)(bert, albert, text)
    rank, word = factorization.chosen_rank()
    second, other = order.chosen_pair()
    layer, weight, amount = sharing.chosen_nudge()
    book = notebook.albert_notebook(
        text=text,
        sizes=sizes.chosen_sizes(),
        layer=layer,
        weight=weight,
        amount=amount,
        rank=rank,
        word=word,
        second=second,
        other=other,
        work=race.WORK.get(current("work", "reading", str), "reading"),
    )
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "albert.ipynb", "application/json", book)])


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.FASTER, questions.mark_faster, key="q1")
    ask(questions.WHICH, questions.mark_which, key="q2")
    ask(questions.ARITHMETIC, questions.mark_arithmetic, key="q3")
    ask(questions.GRADIENT, lambda: questions.mark_gradient(albert, current_text()), key="q4")
    ask(questions.WIDTH, questions.mark_width, key="q5")
    ask(questions.TASKS, questions.mark_tasks, key="q6")


def current_text() -> Encoded:
    """Return the text that stands in the box now."""
    return remember(demo.read)(albert, text_now(VARIANT))


with see:
    see_it()

with measure:
    step("Measure it")
    race.stopwatch_race()
    show_metrics(VARIANT)
    two_by_two.two_by_two()

with check:
    step("Check yourself", "Commit to an answer; then a stopwatch, a count, the model or the paper marks it.")
    check_yourself()
