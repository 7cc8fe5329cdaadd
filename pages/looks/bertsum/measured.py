"""How good our BERTSUM is: ROUGE beside its baselines, with parts switched off, and the papers' tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.cache import remember
from pages.ui.table import show_table
from variants.bertsum import VARIANT
from variants.bertsum.published import ABLATIONS, NEWS, NYT, SYSTEMS, Row
from variants.core.checkpoint import read_metrics

SETS = {"openstax": "textbooks", "scitldr": "papers"}
MEASURES = {"rouge1": "1", "rouge2": "2", "rougeL": "L"}


def measured_rouge() -> None:
    """Draw what the evaluation wrote for the shipped model; nothing of what it did not measure."""
    shipped, metrics = VARIANT.shipped, remember(read_metrics)(VARIANT.slug)
    if shipped is None or not metrics:
        st.info("This model has not been measured yet.")
        return
    st.markdown(
        f"Our {VARIANT.name} has **{shipped['parameters']:,} parameters** and was fine-tuned on "
        f"**{shipped['tokens_seen']:,} tokens** of articles. ROUGE F1 in points on articles that it never saw:"
    )
    held_out: Mapping[str, float] = metrics["held_out"]
    rows = {f"our {VARIANT.name}": held_out, **metrics["baselines"]}
    show_table([_row(name, scores) for name, scores in rows.items() if _has_rouge(scores)])
    st.caption(metrics["note"])
    _honest(metrics)
    if ablations := metrics.get("ablations"):
        st.markdown("**With a part switched off in the trained network**")
        show_table([_row("as trained", held_out)] + [_row(name, scores) for name, scores in ablations.items()])
        st.caption("Switched off, not trained without: the papers' rows below are trainings of their own.")


def _honest(metrics: Mapping[str, Any]) -> None:
    """Say how the losses compare, where both were measured."""
    ours, same = (row.get("sentence_loss") for row in (metrics["held_out"], metrics["baselines"].get("same score", {})))
    if ours and same:
        verdict = "more than" if ours > same else "less than"
        st.caption(
            f"As probabilities the scores are {'poor' if ours > same else 'fair'}: their loss is {ours:.3f} nats a "
            f"sentence, {verdict} the {same:.3f} of one score for all. A summary needs only their order."
        )


def published_tables() -> None:
    """Draw the papers' figures, cited."""
    st.markdown("**Published, CNN/DailyMail, ROUGE F1 in points**")
    _published(SYSTEMS)
    st.markdown("**What each part is worth, each row a training or a choice without it**")
    _published(ABLATIONS)
    st.caption(
        "Popular accounts name the interval segments and leave out trigram blocking. The first are worth a few "
        "hundredths of a point, the second more than half a point. And Lead-3 shows how much of the score a news "
        "story's first sentences bring by themselves."
    )
    st.markdown("**Chosen or written? CNN/DailyMail in F1, the New York Times in recall**")
    _published((*NEWS, *NYT))
    st.caption(
        "BERTSUMABS writes with a decoder of six layers; BERTSUMEXTABS was fine-tuned to choose before. Which is "
        "better depends on what the people wrote who made the references: highlights, or summaries in their own words."
    )


def _published(rows: Sequence[Row]) -> None:
    show_table(
        [
            {"what": row.name}
            | {name: f"{c.value:.2f}" for name, c in zip(("ROUGE-1", "ROUGE-2", "ROUGE-L"), row.claims, strict=True)}
            | {"source": row.rouge1.source}
            for row in rows
        ]
    )


def _row(name: str, scores: Mapping[str, float]) -> dict[str, str]:
    cells = {
        f"{called} R-{measure}": scores.get(f"{source}_{key}")
        for source, called in SETS.items()
        for key, measure in MEASURES.items()
    }
    return {"who": name} | {column: "" if value is None else f"{100 * value:.1f}" for column, value in cells.items()}


def _has_rouge(scores: Mapping[str, float]) -> bool:
    return any("rouge" in name for name in scores)
