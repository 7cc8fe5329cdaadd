"""The beams of a search, step by step: nothing is run again."""

import streamlit as st

from pages.ui.figure import show_figure
from pages.ui.play import stepper
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bertsum import VARIANT
from variants.bertsum.beam_figures import beam_lattice
from variants.bertsum.pairs import LONGEST_SUMMARY
from variants.bertsum.writer_store import TrainedWriter
from variants.bertsum.writing import Written, beginnings


def step_through(writer: TrainedWriter, written: Written) -> None:
    """Draw one step: the chart, what each beam has written by then, and what was not allowed."""
    search = written.search
    ends = search.last[0] + 1  # the step that the summary ends in: others go on, and lose
    number = stepper("Step of the search", key="beam_step", last=len(search.steps), most=LONGEST_SUMMARY, start=ends)
    step = search.steps[number - 1]
    st.markdown(f"**Step {number} of {len(search.steps)}**")
    show_figure(
        beam_lattice(written, number, accent(VARIANT)),
        key="beams",
        note="In full colour the way to the summary above. A square is a beam that ends here. The best of one step may "
        "lose later: greedy writing never finds that out.",
    )
    texts = beginnings(writer.tokenizer, written, number)
    show_table(
        [
            {
                "rank": str(rank),
                "written so far": text,
                "log-probability": f"{beam.log_probability:.2f}",
                "after the penalty": f"{beam.score:.2f}",
                "": "ends" if beam.ended else "",
            }
            for rank, (beam, text) in enumerate(zip(step.beams, texts, strict=True), start=1)
        ]
    )
    if step.blocked:
        st.caption(f"Continuations that would have repeated a trigram, and were not allowed: {step.blocked}.")
    if not search.best.ended:
        st.info("No beam came to an end: the summary is cut where the limit stands.")
