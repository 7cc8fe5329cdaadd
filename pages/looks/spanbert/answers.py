"""Questions about a passage: two readers, fine-tuned alike, mark where they find the answer."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import slider, text_box, words
from pages.ui.figure import show_figure
from pages.ui.marked import marked_text
from pages.ui.measured import claims_table
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.answering import Reader
from variants.spanbert import ANSWERING, VARIANT, readers
from variants.spanbert.answers import PASSAGE, QUESTION, Found, find
from variants.spanbert.figures import answer_ends
from variants.spanbert.notebook import Asked
from variants.spanbert.readers import Who

NAMES = {"spanbert": VARIANT, "bert": BERT}


def ask_a_passage() -> Asked | None:
    """Let the learner ask; return what was asked, None where no readers ship."""
    if readers.recorded() is None:
        return None
    st.subheader("Ask a passage")
    st.markdown(
        "What spans are for: the answer to a question is a piece of a text. Our SpanBERT and our BERT were fine-tuned "
        "alike, to score every token as the **first** and as the **last** of the answer. [CLS] scores for “not here”."
    )
    passage = text_box("A passage", key="passage", default=PASSAGE, height=150)
    question = words("A question about it", key="question", default=QUESTION)
    n_best = slider("How many answers", key="n_best", low=1, high=10, default=3)
    for who, place in zip(readers.READERS, st.columns(2, gap="large"), strict=True):
        with place:
            found = attempt(lambda who=who: remember(find)(_reader(who), question, passage, n_best))
            if found is None:
                return None  # the other reader would say the same
            _show(who, found, passage)
    return Asked(passage, question, n_best)


def _reader(who: Who) -> Reader:
    return remember(readers.load_reader)(who)


def _show(who: Who, found: Found, passage: str) -> None:
    variant, best = NAMES[who], found.answers[0]
    colour = accent(variant)
    st.markdown(f"**{variant.name}** " + ("finds no answer in this passage." if found.nothing else "answers:"))
    shown = (0, 0) if found.nothing else (best.start, best.end)
    marked_text(passage, *shown, colour=colour, label=f"The passage with {variant.name}'s answer marked")
    show_table(
        [
            {
                "guess" if found.nothing else "answer": answer.text,
                "begins there": f"{answer.opens:.1%}",
                "ends there": f"{answer.closes:.1%}",
                "against “not here”": f"{answer.score:+.2f}",
            }
            for answer in found.answers
        ]
    )
    show_figure(answer_ends(f"{variant.name}: where its answer begins and ends", found, colour), key=f"ends_{who}")
    windows = "one window" if found.windows == 1 else f"{found.windows} overlapping windows; the chart shows the best"
    st.caption(
        f"“Not here” is said unless an answer scores above {found.threshold:+.2f}, the bound that best told passages "
        f"with the answer from others. Read in {windows}, in {1000 * found.seconds:.0f} ms on this machine."
    )


def show_readers() -> None:
    """Draw how both readers scored on questions that they never saw, beside a baseline without a model."""
    recorded = readers.recorded()
    if recorded is None:
        return
    metrics = recorded["metrics"]
    counts = metrics["questions"]
    rows = {f"our {NAMES[who].name}": metrics[who] for who in readers.READERS}
    read = {f"our {NAMES[who].name}": (NAMES[who].shipped or {}).get("tokens_seen", 0) for who in readers.READERS}
    st.markdown("**Our two readers**")
    show_table(
        [
            {
                "who": who,
                "exact": _with_error(scores, "exact"),
                "F1": _with_error(scores, "f1"),
                "tokens read before": f"{read[who]:,}" if who in read else "",
                "run to run": _spread(measured),
                "says “not here”": f"{1 - scores['found']:.0%}" if "found" in scores else "",
                "… of a passage without the answer": (
                    f"{1 - scores['found_in_strange']:.0%}" if "found_in_strange" in scores else ""
                ),
            }
            for who, measured in (rows | {"the likeliest sentence": metrics["likeliest sentence"]}).items()
            for scores in [measured["first"]]
        ]
    )
    st.caption(
        f"Fine-tuned alike on {counts['learned']:,} questions about Wikipedia (SQuAD 1.1's development set, our own "
        f"split by article), by changes of low rank; {counts['test']:,} questions about other articles, ± one "
        f"standard error; {counts['settle']:,} more settled when to say “not here”, which counts in the last two "
        "columns alone. “Run to run” is the standard deviation over several fine-tunings from other seeds, of which "
        "the first is shown. The likeliest sentence is the one that shares most words with the question. "
        "Readers that had read different amounts before prove nothing about spans."
    )
    st.markdown("**Published, at full size: answering**")
    claims_table([claim for claim in VARIANT.claims if claim.source == ANSWERING])


def _with_error(scores: dict[str, float], name: str) -> str:
    return f"{scores[name]:.1%} ± {scores[f'{name}_error']:.1%}"


def _spread(measured: Mapping[str, Any]) -> str:
    """Write how far the runs lie apart; a baseline has none."""
    if "runs" not in measured:
        return ""
    if not (spread := measured["spread"]):
        return "one run"
    return f"exact ± {spread['exact']:.1%}, F1 ± {spread['f1']:.1%} ({len(measured['runs'])} runs)"
