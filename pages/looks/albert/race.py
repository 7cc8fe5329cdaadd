"""The stopwatch: small is not fast."""

import streamlit as st

from pages.ui.controls import choice, switch
from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.running import run_when_asked
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.albert import VARIANT, figures, stopwatch
from variants.albert.published import SPEEDS
from variants.albert.stopwatch import NETWORKS, Race

WORK: dict[str, stopwatch.Work] = {"reading": "reading", "learning": "learning"}
NAMES = {"reading": "reading a text", "learning": "reading and gradients"}


@st.fragment
def stopwatch_race() -> None:
    """Build and time both networks when asked; show the paper's speeds beside them."""
    st.subheader("Small is not fast")
    st.markdown(
        "A popular account: ALBERT “cuts training and inference times by roughly 70 %”. Test it. A BERT and an ALBERT "
        "of the same depth and width, with random weights, take turns on one core of this machine."
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        work = WORK[choice("What is timed?", NAMES, key="work", default="reading")]
    with right:
        base = switch("Base size too, 12 × 768", key="base", help="Takes half a gigabyte, and half a minute more.")
    sizes = (*stopwatch.SIZES, stopwatch.BASE) if base else stopwatch.SIZES
    race = run_when_asked(
        "Start the race (some seconds)",
        lambda: stopwatch.race(sizes, work=work),
        key=f"race_{work}_{base}",
        described=_described,
    )
    if race:
        _show(race)
    with st.expander("Where the paper's speeds come from"):
        st.markdown(
            "The paper times **training** on many machines at once, with BERT-large as 1. Machines exchange the "
            "gradients of all parameters, so fewer of them help there; and no ALBERT is 70 % faster than the BERT of "
            "its own depth and width. The larger ones are *slower* than BERT-large. The paper's own 70 % is about "
            "parameters: ALBERT-xxlarge has around 70 % of BERT-large's."
        )
        claims_table(SPEEDS)


def _described(race: Race) -> tuple[float, str]:
    lap = race.laps[-1]
    return race.done / race.total, f"{lap.name}: ALBERT takes {lap.time_ratio:.2f} of BERT's time so far"


def _show(race: Race) -> None:
    names = [lap.name for lap in race.laps]
    laps = {name: [lap.quartiles(name) for lap in race.laps] for name in NETWORKS}
    rounds = len(race.laps[0].seconds[NETWORKS[0]])
    show_figure(
        figures.times("Time for one sequence, layers × width", names, laps, accent(VARIANT)),
        key="race",
        note=f"Medians of up to {rounds} passes over {stopwatch.TOKENS} tokens, measured here just now; whiskers: "
        "quartiles.",
    )
    show_table(
        [
            {
                "layers × width": lap.name,
                "BERT": f"{lap.quartiles('BERT')[1]:.1f} ms, {_file(lap.parameters['BERT'])}",
                "ALBERT": f"{lap.quartiles('ALBERT')[1]:.1f} ms, {_file(lap.parameters['ALBERT'])}",
                "ALBERT's time": f"{lap.time_ratio:.2f} of BERT's",
                "ALBERT's file": f"{lap.size_ratio:.2f} of BERT's",
                "beside the weights": " and ".join(f"{lap.peaks[name] / 1e6:.1f} MB" for name in NETWORKS),
            }
            for lap in race.laps
        ]
    )
    first = race.laps[0].sizes
    st.caption(
        "Files in fp32, which is also the memory for the weights. Beside the weights: the most that one pass has alive "
        "at a time, measured, for BERT and for ALBERT: activations, and gradients where it learns. "
        f"Vocabulary {first.vocabulary:,}, E = {first.embedding}."
    )


def _file(parameters: int) -> str:
    return f"{4 * parameters / 1e6:,.0f} MB"
