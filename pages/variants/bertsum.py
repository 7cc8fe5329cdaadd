"""The BERTSUM chapter: paste an article and watch BERT choose its sentences."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, say, starting, step
from pages.ui.controls import choice
from pages.ui.question import ask
from pages.ui.take import File
from variants.bertsum import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.bertsum import (
        baselines,
        measured,
        oracle,
        scores,
        switches,
        text,
        windows,
        writing,
        writing_measured,
    )
    from variants.bertsum import beams, comparison, demo, model, notebook, questions, summary, textrank
    from variants.bertsum import oracle as labels
    from variants.bertsum import windows as packing
    from variants.bertsum.pasted import Reading

    bertsum = demo.load()

CODE = (
    packing.windows_of,
    demo.read_part,
    demo.judge,
    model.BertSum.judge,
    summary.choose,
    labels.oracle_steps,
    comparison.compare,
    textrank.textrank,
    beams.beam_search,
)
NAMES = {
    "baselines": "against baselines",
    "oracle": "the oracle",
    "off": "switched off",
    "windows": "windows",
    "input": "three embeddings",
    "heads": "where heads look",
}


@st.fragment
def see_it() -> None:
    """Let the learner paste; a fragment, for a new text changes nothing in the rest of the page."""
    step(
        "See it",
        "Paste an article. Every sentence gets a [CLS] of its own, and BERTSUM scores it: take it or leave it?",
    )
    article = text.choose_article()
    reading = attempt(lambda: remember(demo.read)(bertsum, article))
    explore(article, reading)


@st.fragment
def explore(article: str, reading: Reading | None) -> None:
    """Draw the scores, the summary, a close-up and the foot, which repeats the choices made here.

    A fragment within: a control redraws these, and nothing else.
    """
    files: list[File] = []
    if reading:
        say(reading.notices)
        scored = scores.score_article(bertsum, reading)
        found = attempt(lambda: scores.summarize(scored))
        if found:
            attempt(lambda: look_closer(scored, found))
            written = " ".join(reading.sentences[number] for number in found.shown)
            book = notebook.bertsum_notebook(
                text=article,
                reference=text.current_reference(),
                sentences=found.count,
                part=found.part,
                order=found.order,
                blocking=found.blocking,
                interval_segments=scored.interval_segments,
                between=scored.between,
                seed=baselines.chosen_seed(),
                asked=writing.asked(),
            )
            files.append(File("Summary", "summary.txt", "text/plain", written + "\n"))
            files.append(File("Notebook", "bertsum.ipynb", "application/json", book))
    with foot:
        chapter_foot(VARIANT, CODE, files)


def look_closer(scored: scores.Scored, found: scores.Summary) -> None:
    """Draw one of the close-ups."""
    names = NAMES | ({"writing": "written, not chosen"} if writing.ships() else {})
    look = choice("Look closer", names, key="look", default="baselines", most=len(NAMES) + 1)
    if look == "baselines":
        baselines.against_baselines(scored, found)
    elif look == "oracle":
        oracle.step_by_step(scored, found)
    elif look == "off":
        switches.switched_off(bertsum, scored, found)
    elif look == "windows":
        windows.windows_of_sentences(bertsum, scored)
    elif look == "heads":
        windows.heads_in_a_window(scored)
    elif look == "writing":
        writing.written_summary(scored, found)
    else:
        windows.three_embeddings(bertsum, scored)


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.PRE_TRAINED, lambda: questions.mark_pre_trained(bertsum), key="q1")
    ask(questions.LABELS, lambda: questions.mark_labels(current(), text.current_reference()), key="q2")
    ask(questions.CEILING, questions.mark_ceiling, key="q3")
    ask(questions.TRICK, questions.mark_trick, key="q4")
    ask(questions.PARITY, lambda: questions.mark_parity(bertsum, current()), key="q5")
    ask(questions.ORDER, lambda: questions.mark_order(bertsum, current()), key="q6")
    ask(questions.WRITING, questions.mark_writing, key="q7")


def current() -> Reading:
    """Return the article that stands in the box now."""
    return remember(demo.read)(bertsum, text.current_text())


with see:
    see_it()

with measure:
    step("Measure it")
    measured.measured_rouge()
    writing_measured.measured_writing()
    measured.published_tables()

with check:
    step("Check yourself", "Commit to an answer; then the weights, your article or the paper marks it.")
    check_yourself()
