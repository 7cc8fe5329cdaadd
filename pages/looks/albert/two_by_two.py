"""The two ways to save parameters, alone and together: our four models, and the paper's."""

import streamlit as st

from pages.ui.table import show_table
from variants.albert.published import ABLATIONS
from variants.albert.rounding import exact, recount_ablation
from variants.albert.runs import Run, recorded_runs, verdict

SHARED = {"none": "nothing", "all": "all", "attention": "attention", "feed-forward": "feed-forward"}


def two_by_two() -> None:
    """Show what sharing and a narrow table cost, in our own runs and in the paper's."""
    st.subheader("What each of the two ideas costs")
    if runs := recorded_runs():
        st.markdown("**Our own four runs, on the same text**")
        show_table([_row(run) for run in runs])
        st.caption(verdict(runs))
    st.markdown("**The paper's base-sized models, counted again**")
    show_table(
        [
            {
                "layers share": SHARED[row.sharing],
                "E": f"{row.embedding}",
                "exact, with pooler": f"{exact(row):,}",
                "paper": f"{row.parameters.value:g}M",
                "the pooler in it?": _pooler(recount_ablation(row).fits),
                "average": f"{row.average.value}",
                "MNLI": f"{row.mnli.value}",
                "Table": row.average.source.rpartition(" ")[2],
            }
            for row in ABLATIONS
        ]
    )
    st.caption(
        "Lan et al., 2019, Tables 3 and 4. Sharing the attention costs little, sharing the feed-forward layers costs "
        "most of what is lost. With all shared, E = 128 scores no worse than E = 768. The average is over SQuAD 1.1 "
        "and 2.0, MNLI, SST-2 and RACE. The printed counts fit only if the pooler is left out of the rows that share "
        "nothing. Two rows stand in both tables with different MNLI scores; both are shown."
    )


def _pooler(fits: tuple[str, ...]) -> str:
    with_it, without = "pooler" in fits, "encoder" in fits
    return "either way" if with_it and without else "yes" if with_it else "no" if without else "does not fit"


def _row(run: Run) -> dict[str, str]:
    scores = run.scores
    return {
        "layers share": "all" if run.shares else "nothing",
        "E": f"{run.embedding}",
        "parameters": f"{run.parameters:,}",
        "tokens seen": f"{run.tokens_seen:,}",
        "tokens right": f"{scores['mlm_accuracy']:.1%}",
        "loss (nats)": f"{scores['mlm_loss']:.2f}",
        "order right": f"{scores['sop_accuracy']:.1%}",
    }
