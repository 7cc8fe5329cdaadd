"""Sentence order against next sentence: both heads, three pairs."""

from collections.abc import Mapping

import streamlit as st

from pages.ui.address import current, value_of, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt, say
from pages.ui.controls import slider, text_box
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.albert import VARIANT, figures, order
from variants.albert.demo import Albert
from variants.albert.published import ORDER_TASKS, in_words
from variants.albert.runs import recorded_pairs
from variants.bert import VARIANT as BERT
from variants.bert.demo import Bert

SECOND = "There it meets the salt water, and its mud sinks to the ground."
MOST_OTHERS = 10  # documents in the sample
HEADS = (f"{VARIANT.name}: “in order”", f"{BERT.name}: “follows”")


def sentence_order(bert: Bert, albert: Albert, text: str) -> None:
    """Ask both heads about the learner's text and a second sentence, in three arrangements."""
    st.markdown(
        "BERT learned to tell what follows from what comes **from another document** (NSP); the topic is often enough "
        "for that. ALBERT learned to tell a pair in order from the same pair **swapped** (SOP). Ask both heads."
    )
    second = text_box("What comes after your text?", key="second", default=SECOND, height=70)
    number = slider("Other document", key="other", low=1, high=MOST_OTHERS, default=1)
    other = remember(order.elsewhere)(number - 1)
    st.caption("Its sentence, from the sample text:")
    token_strip([other], label="The sentence of the other document")
    found = attempt(lambda: [remember(order.ask)(model, text, second, other) for model in (albert, bert)])
    if found is None:
        return
    say(list(dict.fromkeys(notice for answers in found for encoded in answers.encoded for notice in encoded.notices)))
    series = {head: answers.probabilities for head, answers in zip(HEADS, found, strict=True)}
    bars = figures.grouped_bars(
        "How sure each head is that the pair is right", order.ARRANGEMENTS, series, (accent(VARIANT), accent(BERT))
    )
    note = "One pair is no proof, in either direction; measured on many:"
    show_figure(bars, key="order", note=note)
    _measured()


def _measured() -> None:
    ours = recorded_pairs()
    read = {f"our {variant.name}": (variant.shipped or {}).get("tokens_seen") for variant in (VARIANT, BERT)}
    rows = [
        {"who": name, "NSP right": f"{scores['nsp_accuracy']:.1%}", "SOP right": f"{scores['sop_accuracy']:.1%}"}
        | {"tokens read": f"{read[name]:,}", "from": "held-out passages of forty words"}
        for name, scores in ours.items()
    ]
    rows += [
        {"who": f"the paper's, trained with {row.trained_with}", "NSP right": f"{row.nsp.value}%"}
        | {"SOP right": f"{row.sop.value}%", "tokens read": "", "from": row.sop.source}
        for row in ORDER_TASKS
    ]
    show_table(rows)
    st.caption(f"Always giving one answer is right half of the time. {in_words(ORDER_TASKS)} {_our_own(ours)}")


def _our_own(scores: Mapping[str, Mapping[str, float]]) -> str:
    if not (albert := scores.get(f"our {VARIANT.name}")):
        return ""
    return f"Our own ALBERT, trained with SOP, is right in {albert['nsp_accuracy']:.1%} of the NSP pairs."


def chosen_pair() -> tuple[str, int]:
    """Return the second sentence and the number of the other document, also while they are not drawn."""
    return value_of("second", SECOND, str), current("other", 1, whole_number(1, MOST_OTHERS))
