"""The same network with a part switched off, run anew: do the segments and the upper layers matter here?"""

import streamlit as st

from pages.looks.bertsum.scores import Scored, Summary
from pages.ui.cache import remember
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bertsum import VARIANT
from variants.bertsum.ablation import rerun
from variants.bertsum.demo import Summarizer
from variants.bertsum.figures import score_lines
from variants.bertsum.summary import choose


def switched_off(bertsum: Summarizer, scored: Scored, found: Summary) -> None:
    """Run all four settings and draw their scores."""
    st.markdown(
        "“Interval segments tell the sentences apart”: they only say odd or even. Here the network runs four times on "
        "your article. It is not trained anew without the part, as the papers' ablations are; it may miss what it "
        "has learned to lean on."
    )
    sentences = scored.reading.sentences
    with st.spinner("Running four settings…"):
        runs = remember(rerun)(bertsum, scored.reading)
    title = "Scores with parts switched off"
    show_figure(score_lines(title, {run.setting.name: run.scores for run in runs}, accent(VARIANT)), key="settings")
    whole = runs[0]
    rows: list[dict[str, str]] = []
    for run in runs:
        choice = choose(sentences, run.scores, found.count)
        moved = sum(abs(one - other) for one, other in zip(run.scores, whole.scores, strict=True)) / len(sentences)
        rows.append(
            {
                "setting": run.setting.name,
                "takes": ", ".join(str(number + 1) for number in sorted(choice.taken)),
                "mean change of a score": f"{100 * moved:.2f} points",
            }
        )
    plain = choose(sentences, whole.scores, found.count, blocking=False)
    rows.append(
        {
            "setting": "trigram blocking off",
            "takes": ", ".join(str(number + 1) for number in sorted(plain.taken)),
            "mean change of a score": "none: blocking changes no score",
        }
    )
    show_table(rows)
    st.caption("From the whole article; with trigram blocking, but in the last row.")
