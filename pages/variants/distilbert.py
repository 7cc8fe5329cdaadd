"""The DistilBERT chapter: hide a word, soften what the teacher says of it, and watch a student learn."""

import streamlit as st

from pages.ui.address import text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.measured import show_metrics
from pages.ui.question import ask
from pages.ui.take import File
from variants import VARIANTS
from variants.distilbert import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.distilbert import closer, headlines, inherited, live, soft
    from pages.ui.tradeoff import trade_off
    from variants.core.encoding import Encoded
    from variants.core.tradeoff import controls_of, shipped
    from variants.distilbert import demo, divergence, inheritance, model, notebook, objective, questions, soft_targets
    from variants.distilbert import live as live_distillation
    from variants.distilbert.demo import Lesson

    student = demo.load()
    teacher = demo.load_teacher_of(student)

CODE = (
    demo.hear,
    soft_targets.losses,
    soft_targets.beside,
    divergence.distillation_loss,
    objective.cosine_loss,
    model.start_from,
    inheritance.waterfall,
    live_distillation.LiveRun.advance,
)
COMPARED = ("bert", "distilbert", "tinybert", "albert")


@st.fragment
def see_it() -> None:
    """Let the learner type and hide; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; [MASK] hides a word too.")
    step("See it", "Teacher and student read the same text with the same words hidden. The student learned to say not "
         "the right word alone, but all that its teacher thinks possible.")  # fmt: skip
    lesson = attempt(lambda: read_with_masks(text))
    explore(text, lesson)


def read_with_masks(text: str) -> Lesson:
    """Draw the text as buttons and hear both."""
    encoded = remember(demo.read)(student, text)
    say(encoded.notices)
    return soft.read_with_masks(teacher, student, encoded)


@st.fragment
def explore(text: str, lesson: Lesson | None) -> None:
    """Draw the soft targets, a close-up, the training and the foot, which repeats the choices made here.

    A fragment within: a control redraws these, and neither the text nor its models' pass.
    """
    place = None
    if lesson and lesson.masks:
        place, temperature = soft.soft_targets_of(student, lesson)
        names = {key: name for key, (name, _) in closer.LOOKS.items()} | {"attention": "attention"}
        look = choice("Look closer", names, key="look", default="dark")
        if look == "attention":
            attention_close_up(VARIANT, text)
        else:
            closer.LOOKS[look][1]((teacher, student), lesson, place, temperature)
    elif lesson:
        st.info("Nothing is hidden yet: click a word above.")
    steps, seed = live.chosen()
    book = notebook.distilbert_notebook(
        text=text,
        masks=lesson.masks if lesson else (),
        temperature=soft.chosen_temperature(),
        steps=steps,
        seed=seed,
    )
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "distilbert.ipynb", "application/json", book)])
    live.distil_live(teacher, student, lesson, place)  # the last to run: it may take a minute


@st.fragment
def measure_it() -> None:
    """Draw where the parameters went and what a smaller model costs and buys."""
    inherited.where_parameters_went(student)
    st.subheader("What a smaller model costs and buys")
    trade_off(shipped(VARIANTS, COMPARED), controls_of(VARIANT), lambda: text_now(VARIANT))


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.SMALLER, questions.mark_smaller, key="q1")
    ask(questions.FASTER, questions.mark_faster, key="q2")
    ask(questions.FINE_TUNING, lambda: questions.mark_fine_tuning(student), key="q3")
    ask(questions.LEAST, questions.mark_least, key="q4")
    ask(questions.SEGMENTS, lambda: questions.mark_segments(teacher, student), key="q5")
    ask(questions.SQUARED, lambda: questions.mark_squared(heard()), key="q6")


def heard() -> Lesson:
    """Return what both say of that text, nothing of it hidden by a click."""
    encoded: Encoded = remember(demo.read)(student, text_now(VARIANT))
    return remember(demo.hear, most=soft.MOST_LESSONS)(teacher, student, encoded)


with see:
    see_it()

with measure:
    step("Measure it")
    measure_it()
    show_metrics(VARIANT)
    headlines.our_own_runs()
    headlines.headlines()

with check:
    step("Check yourself", "Commit to an answer; then the model, the clock or the paper marks it.")
    check_yourself()
