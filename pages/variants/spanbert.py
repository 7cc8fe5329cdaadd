"""The SpanBERT chapter: hide whole spans of your own text, and rebuild one from its edges."""

import streamlit as st

from pages.ui.address import text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.measured import show_ablation, show_metrics
from pages.ui.question import ask
from pages.ui.take import File
from variants.spanbert import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.spanbert import answers, heads, masks
    from pages.ui.beside import show_beside_bert
    from variants.core.answering import best_answers
    from variants.core.encoding import Encoded
    from variants.spanbert import ablation, demo, model, notebook, questions, schemes
    from variants.spanbert.spans import draw_spans, mask_spans

    spanbert = demo.load()

CODE = (draw_spans, mask_spans, schemes.hide_text, demo.guess_span, model.SpanBoundaryHead.forward, best_answers)


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; more words make longer spans.")
    step("See it", "The same share of your text, 15 %, is hidden in three ways. Draw again, and watch the counts.")
    encoded = attempt(lambda: remember(demo.read)(spanbert, text))
    if encoded:
        say(encoded.notices)
    try_it(text, encoded)


@st.fragment
def try_it(text: str, encoded: Encoded | None) -> None:
    """Draw masks and heads, and the foot, which repeats the choices made here.

    A fragment within: its controls redraw it and the foot, and nothing else.
    """
    seed = chosen = None
    if encoded:
        seed = attempt(lambda: masks.draw_masks(spanbert, encoded))
        st.subheader("Rebuild a span from its edges")
        st.markdown(
            "Hide a span of your own. One head, SBO, is handed the states of the **two framed tokens** beside it and a "
            "place within it. The other, MLM, reads the states inside, as in BERT. All of them come out of the "
            "encoder, which met [MASK] wherever the span was."
        )
        chosen = attempt(lambda: rebuild(encoded))
    asked = answers.ask_a_passage()
    book = notebook.spanbert_notebook(text=text, seed=seed or 0, chosen=chosen, asked=asked)
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "spanbert.ipynb", "application/json", book)])


def rebuild(encoded: Encoded) -> notebook.Chosen:
    """Draw one hidden span as both heads see it; return what was chosen."""
    span, reading = heads.choose_span(spanbert, encoded)
    guesses = heads.both_heads(spanbert, reading, span)
    names = {key: name for key, (name, _) in heads.LOOKS.items()} | {"attention": "attention"}
    look = choice("Look closer", names, key="look", default="tokens")
    top_k = heads.USUAL_GUESSES
    if look == "attention":
        attention_close_up(VARIANT, text_now(VARIANT))
    else:
        top_k = heads.LOOKS[look][1](spanbert, reading, guesses)
    st.caption(f"One pass of the encoder over your {len(encoded)} tokens took {1000 * reading.seconds:.0f} ms here.")
    return notebook.Chosen(span, guesses.blank, top_k)


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.MASK_RATE, lambda: questions.mark_mask_rate(spanbert, whole()), key="q1")
    ask(questions.ONE_FATE, lambda: questions.mark_one_fate(spanbert, whole()), key="q2")
    ask(questions.WHAT_SBO_SEES, lambda: questions.mark_what_sbo_sees(spanbert, whole()), key="q3")
    ask(questions.MEAN_LENGTH, questions.mark_mean_length, key="q4")
    ask(questions.ENTITIES, questions.mark_entities, key="q5")


def whole() -> Encoded:
    """Return the text that stands in the box now, nothing hidden."""
    return remember(demo.read)(spanbert, text_now(VARIANT))


with see:
    see_it()

with measure:
    step("Measure it")
    show_metrics(VARIANT)
    show_beside_bert(VARIANT)
    answers.show_readers()
    st.markdown("**Published, at full size: what is hidden**")
    show_ablation(ablation.by_masks(), label="trained with", format=".1f", note="development sets")
    st.markdown("**Published, at full size: what SBO adds to random spans**")
    show_ablation(ablation.by_objective(), label="trained with", format=".1f", note="development sets")
    st.markdown(
        "It is often told that SpanBERT is better because it predicts a span without looking inside. Only one of its "
        "two losses does so, and what it adds depends on the task. " + ablation.in_words()
    )

with check:
    step("Check yourself", "Commit to an answer; then the model marks it on your text.")
    check_yourself()
