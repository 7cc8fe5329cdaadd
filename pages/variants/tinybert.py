"""The TinyBERT chapter: which layers are copied, a head beside its imitation, and every term of the loss."""

import streamlit as st

from pages.ui.address import value_of
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.question import ask
from pages.ui.take import File
from variants import VARIANTS
from variants.tinybert import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.tinybert import closer, copied, heads, measured, smaller
    from pages.ui.tradeoff import trade_off
    from variants.bert.demo import load as load_bert
    from variants.core.encoding import Encoded
    from variants.core.tradeoff import controls_of, shipped
    from variants.distilbert import VARIANT as DISTILBERT
    from variants.tinybert import (
        demo,
        evaluation,
        imitation,
        insides,
        layers,
        notebook,
        objective,
        parameters,
        prediction,
        questions,
        task_stage,
    )
    from variants.tinybert.demo import Comparison, Pair, Stage

    student = demo.load()
    remember(demo.load_pair)(student, "general")

CODE = (
    layers.copied_layers,
    insides.look_inside,
    objective.layer_losses,
    objective.score_error,
    evaluation.least_squares,
    prediction.soft_cross_entropy,
    imitation.losses,
    task_stage.copy_insides,
    task_stage.copy_predictions,
    parameters.count,
)
COMPARED = ("bert", "distilbert", "tinybert", "albert")
STAGES: dict[Stage, str] = {"general": "general: read plain text", "task": "task: learned sentiment too"}
MOST_TEXTS = 16  # kept at a time: one of 128 tokens holds 4 MB of scores and states


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like. Nothing is hidden here: TinyBERT copies, and guesses no words.")
    step("See it", "DistilBERT imitates what its teacher *says*. TinyBERT imitates what happens *inside*: the scores "
         "of every attention head, every hidden state, the embeddings. Both read your text now.")  # fmt: skip
    encoded = attempt(lambda: remember(demo.read)(student, text))
    if encoded:
        say(encoded.notices)
    explore(text, encoded)


@st.fragment
def explore(text: str, encoded: Encoded | None) -> None:
    """Draw the map, the losses, a head, a close-up and the foot; a control redraws these and runs no model."""
    possible = remember(demo.stages_of)(student)
    names = {stage: STAGES[stage] for stage in possible}
    stage = possible[0]
    if len(possible) > 1:
        asked = choice("Which TinyBERT, and which teacher?", names, key="stage", default="general")
        stage = possible[list(names).index(asked)]
    strategy = copied.which_layers()
    if encoded:
        attempt(lambda: inside(stage, strategy, encoded))
    layer, head = heads.chosen(student.model.config.num_hidden_layers, student.model.config.num_attention_heads)
    book = notebook.tinybert_notebook(text=text, stage=stage, strategy=strategy, layer=layer, head=head)
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "tinybert.ipynb", "application/json", book)])


def inside(stage: Stage, strategy: layers.Strategy, encoded: Encoded) -> None:
    """Draw what the two made of the text."""
    pair = remember(demo.load_pair)(student, stage)
    comparison = remember(demo.compare, most=MOST_TEXTS)(pair, encoded)
    with st.spinner("Fitting the map between the widths…"):
        widen = remember(demo.fit_width)(pair, strategy)
    found = imitation.losses(comparison, widen, strategy)
    copied.every_term(pair, comparison, found)
    layer, head = heads.head_beside_head(comparison, found.layers)
    names = {key: name for key, (name, _) in closer.LOOKS.items() if key != "prediction" or pair.judges}
    look = choice("Look closer", names, key="look", default="states")
    closer.LOOKS[look][1](closer.Shown(comparison, widen, found, layer, head))


@st.fragment
def measure_it() -> None:
    """Draw where the parameters went and what a smaller model costs and buys."""
    smaller.where_parameters_went(student)
    st.subheader("What a smaller model costs and buys")
    trade_off(shipped(VARIANTS, COMPARED), controls_of(DISTILBERT), current_text)


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.COPIED, lambda: questions.mark_copied(compared()), key="q1")
    ask(questions.NARROWER, lambda: questions.mark_narrower(general(), compared()), key="q2")
    ask(questions.SECOND, lambda: questions.mark_second(load_bert()), key="q3")
    ask(questions.LEAST, questions.mark_least, key="q4")
    ask(questions.MAPPING, questions.mark_mapping, key="q5")


def current_text() -> str:
    """Return the text that stands in the box now."""
    return value_of("text", VARIANT.example, str)


def general() -> Pair:
    """Return the general TinyBERT with its teacher."""
    return remember(demo.load_pair)(student, "general")


def compared() -> Comparison:
    """Return what both make of the text that stands in the box now."""
    return remember(demo.compare, most=MOST_TEXTS)(general(), remember(demo.read)(student, current_text()))


with see:
    see_it()

with measure:
    step("Measure it")
    measured.general_stage()
    measured.task_stage(student)
    measure_it()
    measured.papers_tables()

with check:
    step("Check yourself", "Commit to an answer; then the model or the paper marks it.")
    check_yourself()
