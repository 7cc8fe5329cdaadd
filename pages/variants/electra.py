"""The ELECTRA chapter: hide words, let a small generator refill them, and see what the discriminator notices."""

import streamlit as st

from pages.ui.address import text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.question import ask
from pages.ui.take import File
from variants.electra import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.electra import detector, fool, game, records, rows, signals
    from variants.core.encoding import Encoded
    from variants.electra import demo, notebook, objective, pipeline, questions, replacement, threshold
    from variants.electra import signals as gradients

    electra = demo.load()

CODE = (
    pipeline.draw_masks,
    demo.guess,
    pipeline.refill,
    objective.sample,
    demo.judge,
    replacement.replace_word,
    gradients.measure_signals,
    threshold.confusion_at,
)


def attention(_electra: object, text: str, _found: object) -> None:
    """Draw one head of the discriminator or of the generator on the learner's text."""
    attention_close_up(VARIANT, text)


LOOKS = {
    "fool": ("fool the detector", fool.fool_it),
    "game": ("beat the generator", game.beat_it),
    "signals": ("learning from all tokens", signals.all_tokens),
    "gan": ("not a GAN", signals.no_gan),
    "attention": ("attention", attention),
}


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; [MASK] hides a word too.")
    step(
        "See it",
        "Chance hides words, the **generator** fills them in, and the **discriminator** says of every token whether "
        "it was replaced. The discriminator is what is kept.",
    )
    encoded = attempt(lambda: remember(demo.read)(electra, text))
    explore(text, encoded)


@st.fragment
def explore(text: str, encoded: Encoded | None) -> None:
    """Draw the rows, a close-up and the foot, which repeats the choices made here.

    A fragment within: a control redraws these, and nothing else.
    """
    found = None
    if encoded:
        say(encoded.notices)
        found = attempt(lambda: rows.pipeline(electra, encoded))
    if found:
        look = choice("Look closer", {key: name for key, (name, _) in LOOKS.items()}, key="look", default="fool")
        LOOKS[look][1](electra, text, found)
    word, new_word = fool.chosen_replacement(electra, text) if encoded else (None, fool.NEW_WORD)
    controls = notebook.Controls(
        text=text,
        masks=found.masks if found else (),
        temperature=found.temperature if found else 1.0,
        sample=found.sample if found else 0,
        word=word,
        new_word=new_word,
    )
    book = notebook.electra_notebook(controls)
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "electra.ipynb", "application/json", book)])


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.GAN, lambda: questions.mark_gan(electra, whole()), key="q1")
    ask(questions.LUCKY, lambda: questions.mark_lucky(electra), key="q2")
    ask(questions.GENERATOR_SIZE, questions.mark_generator_size, key="q3")
    ask(questions.WEIGHT, lambda: questions.mark_weight(electra, whole()), key="q4")
    ask(questions.WHICH_MODEL, lambda: questions.mark_which_model(electra, whole()), key="q5")
    ask(questions.ACCURACY, lambda: questions.mark_accuracy(electra), key="q6")


def whole() -> Encoded:
    """Return the text that stands in the box now, nothing hidden."""
    return remember(demo.read)(electra, text_now(VARIANT))


with see:
    see_it()

with measure:
    step("Measure it")
    detector.detector(electra)
    records.records()

with check:
    step("Check yourself", "Commit to an answer; then the sampler, the gradients or the paper marks it.")
    check_yourself()
