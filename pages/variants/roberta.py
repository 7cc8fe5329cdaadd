"""The RoBERTa chapter: BERT's network, trained better; see each change to the recipe by itself."""

import streamlit as st

from pages.ui.address import text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.measured import claims_table, show_metrics
from pages.ui.play import playable
from pages.ui.question import ask
from pages.ui.take import File
from variants.roberta import VARIANT
from variants.roberta.published import LONGER

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.roberta import batches, beside, masks, packing, pieces
    from pages.ui.beside import show_beside_bert
    from variants.bert import demo as bert_demo
    from variants.core.encoding import Encoded
    from variants.core.reading import read_hidden
    from variants.core.words import read_words
    from variants.roberta import demo, formats, gradients, notebook, objective, questions
    from variants.roberta import masks as mask_matrices
    from variants.roberta import pieces as byte_level

    models = (bert_demo.load(), demo.load())

roberta = models[1]
CODE = (
    mask_matrices.draw_masks,
    objective.mask_anew,
    read_words,
    read_hidden,
    formats.pack,
    byte_level.cut,
    gradients.measure_noise,
    gradients.gradient_of,
)


def attention(_models: beside.Models, text: str) -> None:
    """Draw one head of RoBERTa on the learner's text."""
    attention_close_up(VARIANT, text)


LOOKS = {
    "beside": ("beside BERT", beside.beside_bert),
    "packing": ("packing", packing.packing),
    "bytes": ("bytes", pieces.byte_pieces),
    "attention": ("attention", attention),
}


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; [MASK] hides a word too.")
    step("See it", "Which tokens must RoBERTa predict, and which did BERT? Follow your text through the epochs.")
    encoded = attempt(lambda: remember(demo.read)(roberta, text))
    explore(text, encoded)


@st.fragment
def explore(text: str, encoded: Encoded | None) -> None:
    """Draw the masks, a close-up and the foot, which repeats the choices made here.

    A fragment within: a control redraws these, and nothing else.
    """
    if encoded:
        say(encoded.notices)
        playable("epoch", lambda: attempt(lambda: masks.mask_matrix(roberta, encoded)))
        look = choice("Look closer", {key: name for key, (name, _) in LOOKS.items()}, key="look", default="beside")
        LOOKS[look][1](models, text)
    kind, window = packing.chosen_format()
    book = notebook.roberta_notebook(
        text=text,
        **masks.chosen_matrix(),
        hidden_words=beside.chosen_words(models, text),
        format=kind,
        window=window,
        largest=gradients.LARGEST,
    )
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "roberta.ipynb", "application/json", book)])


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.NEVER_HIDDEN, lambda: questions.mark_never_hidden(roberta, current_text()), key="q1")
    ask(questions.ARCHITECTURE, lambda: questions.mark_architecture(roberta), key="q2")
    ask(questions.GAIN, questions.mark_gain, key="q3")
    ask(questions.SAME_COMPUTE, questions.mark_same_compute, key="q4")
    ask(questions.UNKNOWN, lambda: questions.mark_unknown(roberta), key="q5")
    ask(questions.SEGMENTS, lambda: questions.mark_segments(roberta), key="q6")


def current_text() -> Encoded:
    """Return the text that stands in the box now."""
    return remember(demo.read)(roberta, text_now(VARIANT))


with see:
    see_it()

with measure:
    step("Measure it")
    batches.batch_sizes(roberta)
    show_metrics(VARIANT)
    show_beside_bert(VARIANT)
    st.markdown("**Published, at full size: data and steps are where the gain comes from**")
    claims_table(LONGER)

with check:
    step("Check yourself", "Commit to an answer; then the sampler, the model or the paper marks it.")
    check_yourself()
