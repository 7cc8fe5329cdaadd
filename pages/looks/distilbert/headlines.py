"""What “97 %”, “40 %” and “60 % faster” mean, from the paper's own tables."""

import streamlit as st

from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.charts import Series, paired_bars
from variants.distilbert import VARIANT, published
from variants.distilbert.runs import recorded_runs


def headlines() -> None:
    """Draw what is kept task by task, and work the three headlines out."""
    st.markdown("**What “97 %”, “40 %” and “60 % faster” mean**")
    found = published.meaning()
    slow, fast = (claim.value for claim in published.SECONDS)
    large, small = (claim.value for claim in published.MILLIONS)
    teacher, student = published.AVERAGE.teacher.value, published.AVERAGE.student.value
    rows = [
        {
            "said": "keeps 97 % of BERT",
            "from": f"{student:g} of {teacher:g}, a mean over nine tasks",
            "means": f"{found.kept:.1%}; without WNLI, where both are near chance, {found.kept_without_wnli:.1%} as "
            f"printed and {found.kept_corrected:.1%} with BERT's MNLI score of the README",
        },
        {
            "said": "40 % smaller",
            "from": f"{small:g} of {large:g} million parameters",
            "means": f"{found.smaller:.0%} fewer; the layers are half",
        },
        {
            "said": "60 % faster",
            "from": f"{fast:g} s instead of {slow:g} s",
            "means": f"{found.throughput:.2f} times as much in the same time, {found.less_time:.0%} less time",
        },
    ]
    show_table(rows)
    st.caption(f"{published.AVERAGE.teacher.source} and Table 3; retention is computed here from the printed scores.")
    kept = Series("kept", tuple(row.kept for row in published.GLUE), accent(VARIANT))
    bars = paired_bars("What DistilBERT keeps of BERT-base, task by task", [row.task for row in published.GLUE], [kept])
    show_figure(bars, key="retention", note=_misprint())
    st.markdown("**What each part of the training is worth, and how others measured it**")
    claims_table((*published.ABLATION, *published.RIVALS))


def _misprint() -> str:
    """Say why there are two values without WNLI."""
    (printed,) = (row.teacher for row in published.GLUE if row.task == "MNLI")
    right = published.MNLI_IN_CODE
    return (
        f"GLUE development sets, {printed.source}. The table prints {printed.value:g} for BERT-base on MNLI; only "
        f"{right.value:g}, in the {right.source}, leads to the printed average of {published.AVERAGE.teacher.value:g}. "
        "The bar of MNLI follows the table."
    )


def our_own_runs() -> None:
    """Show the shipped student beside the one without a teacher, where both were measured."""
    if runs := recorded_runs():
        st.markdown("**Our own runs: the same student, start and masks, with a teacher and without**")
        show_table(
            [
                {
                    "run": run.name,
                    "tokens read": f"{run.tokens_seen:,}",
                    "hidden tokens right": f"{run.accuracy:.1%}",
                    "loss (nats)": f"{run.loss:.2f}",
                    "from the teacher, T² KL": f"{run.distillation:.2f}",
                    "direction": f"{run.cosine:.3f}",
                }
                for run in runs
            ]
        )
