"""The XLNet chapter: your sentence predicted in any order, and what an order lets a token see."""

from collections.abc import Callable

import streamlit as st

from pages.ui.address import text_now
from pages.ui.attention import attention_close_up
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice
from pages.ui.measured import claims_table, show_ablation, show_metrics
from pages.ui.play import playable
from pages.ui.question import ask
from pages.ui.take import File
from variants.xlnet import VARIANT
from variants.xlnet.published import by_part, same_data

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks.xlnet import memory, order, orders, pairs, paper, streams, traps
    from pages.ui.beside import show_beside_bert
    from variants.bert import demo as bert_demo
    from variants.core.encoding import Encoded
    from variants.xlnet import compare, demo, factorization, notebook, questions
    from variants.xlnet import memory as segments
    from variants.xlnet import orders as training_orders
    from variants.xlnet import streams as attention

    xlnet, bert = demo.load(), bert_demo.load()

CODE = (
    demo.follow,
    factorization.permutation_masks,
    training_orders.permutation_mask,
    attention.query_states,
    attention.attend,
    compare.compare_orders,
    segments.recurrence,
)
NAMES = {
    "orders": "orders compared",
    "pairs": "pairs",
    "paper": "the paper's figure",
    "memory": "memory",
    "streams": "two streams",
    "traps": "traps",
    "attention": "attention",
}


@st.fragment
def see_it() -> None:
    """Let the learner type; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; a sentence shows most.")
    step("See it", "Your sentence stays as it is. Choose the **order** in which its tokens are predicted.")
    encoded = attempt(lambda: remember(demo.read)(xlnet, text))
    explore(text, encoded)


@st.fragment
def explore(text: str, encoded: Encoded | None) -> None:
    """Draw the order, a close-up and the foot, which repeats the choices made here.

    A fragment within: a control redraws these, and nothing else.
    """
    chosen = None
    if encoded:
        say(encoded.notices)
        chosen = attempt(lambda: order.choose_order(encoded))
    if encoded and chosen:
        reading = remember(demo.follow)(xlnet, encoded, chosen)
        playable("step", lambda: order.step_through(reading))
        st.caption(f"One pass predicted all {len(reading.steps)} tokens in {1000 * reading.seconds:.0f} ms here.")
        look_closer(text, reading)
    book = notebook.xlnet_notebook(
        text=text, factorization=chosen, top_k=order.chosen_top_k(), seed=order.chosen_seed()
    )
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "xlnet.ipynb", "application/json", book)])


def look_closer(text: str, reading: demo.OrderReading) -> None:
    """Draw one of the close-ups."""
    looks: dict[str, Callable[[], None]] = {
        "orders": lambda: orders.against_each_other(xlnet, reading),
        "pairs": lambda: pairs.inform_each_other(bert, xlnet, text),
        "paper": lambda: paper.the_papers_figure(xlnet, reading),
        "memory": lambda: memory.memory_of_segments(xlnet, reading, text),
        "streams": lambda: streams.two_streams(xlnet, reading),
        "traps": lambda: traps.four_traps(xlnet, reading),
        "attention": lambda: attention_close_up(VARIANT, text),
    }
    look = choice("Look closer", NAMES, key="look", default="orders", most=len(NAMES))
    attempt(looks[look])


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.SHUFFLED, lambda: questions.mark_shuffled(whole()), key="q1")
    ask(questions.TWO_STREAMS, lambda: questions.mark_two_streams(xlnet, whole()), key="q2")
    ask(questions.HOW_MANY, lambda: questions.mark_how_many(xlnet), key="q3")
    ask(questions.START, lambda: questions.mark_start(xlnet, whole()), key="q4")
    ask(questions.MASKS, lambda: questions.mark_masks(xlnet), key="q5")
    ask(questions.CLS_PLACE, lambda: questions.mark_cls_place(xlnet), key="q6")


def whole() -> Encoded:
    """Return the text that stands in the box now."""
    return remember(demo.read)(xlnet, text_now(VARIANT))


with see:
    see_it()

with measure:
    step("Measure it")
    show_metrics(VARIANT)
    show_beside_bert(VARIANT)
    st.markdown("**Published, at full size: what each part brings**")
    note = "models of the size of BERT-base. The paper calls hiding words DAE"
    show_ablation(by_part(), label="trained as", format=".2f", note=note)
    claims_table(same_data())
    with st.expander("What popular accounts mix up"):
        st.markdown(
            "- “It shuffles the words”: no. Words and positions stay; only the attention mask changes.\n"
            "- “It is a denoising autoencoder like BERT”: no. It is autoregressive, built to do without masks.\n"
            "- “BERT predicts its hidden words in a fixed order”: it predicts them all at once, in no order.\n"
            "- “Permutations give it long-range memory”: that is Transformer-XL's recurrence, a separate part."
        )

with check:
    step("Check yourself", "Commit to an answer; then the model or the sampler marks it.")
    check_yourself()
