"""What a chapter measures: our model's figures beside their baselines, and the paper's."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.cache import remember
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.ablation import Ablation, as_tables
from variants.core.figures import Figure, learning_curve
from variants.core.variant import Claim, Variant


def show_metrics(variant: Variant) -> None:
    """Draw what the shipped model scored on text that it never saw."""
    from variants.core.checkpoint import read_metrics

    shipped, metrics = variant.shipped, remember(read_metrics)(variant.slug)
    if shipped is None or not metrics:
        st.info("This model has not been measured yet.")
        return
    st.markdown(
        f"Our {variant.name} has **{shipped['parameters']:,} parameters** and has read "
        f"**{shipped['tokens_seen']:,} tokens**. On documents that it never saw:"
    )
    baselines = metrics["baselines"]
    rows = [{"who": f"our {variant.name}", **_scores(metrics["held_out"])}]
    rows += [{"who": name, **_scores(scores)} for name, scores in baselines.items()]
    measured = [name for name in rows[0] if any(row[name] for row in rows)]  # not every variant has every task
    asked = [row for row in rows if any(row[name] for name in measured if name != "who")]
    show_table([{name: row[name] for name in measured} for row in asked])
    st.caption(metrics["note"])
    note = "On the validation split, always in full windows: the curve jumps where training reached longer ones."
    task = "plm" if "plm_accuracy" in metrics["held_out"] else "mlm"  # in an order, or hidden all at once
    right = f"{task}_accuracy"
    references = {name: scores[right] for name, scores in baselines.items() if right in scores}
    curve = remember(_learning_curve)(variant.slug, task, tuple(references.items()), accent(variant))
    show_figure(curve, key="curve", note=note)


def _learning_curve(slug: str, task: str, references: tuple[tuple[str, float], ...], colour: str) -> Figure:
    from variants.core.checkpoint import read_history

    history = read_history(slug)
    return learning_curve(
        f"{'Predicted' if task == 'plm' else 'Hidden'} tokens guessed right, as training went on",
        [row["tokens"] for row in history],
        [row[f"held_out_{task}_accuracy"] for row in history],
        dict(references),
        colour,
    )


def _scores(scores: dict[str, float]) -> dict[str, str]:
    shown = {
        "tokens right": "plm_accuracy" if "plm_accuracy" in scores else "mlm_accuracy",
        "pairs right": "nsp_accuracy",
        "order right": "sop_accuracy",
        "rebuilt from the edges": "sbo_accuracy",
        "finds that are right": "rtd_precision",
        "replaced tokens found": "rtd_recall",
        "AUC": "rtd_auc",
        "cloze, first guess": "cloze_top1",
        "cloze, first five": "cloze_top5",
    }
    losses = {"loss (nats)": "plm_loss" if "plm_loss" in scores else "mlm_loss", "from the edges (nats)": "sbo_loss"}
    return {name: f"{scores[key]:.1%}" if key in scores else "" for name, key in shown.items()} | {
        name: f"{scores[key]:.2f}" if key in scores else "" for name, key in losses.items()
    }


def show_claims(variant: Variant) -> None:
    """Draw all published figures of a variant, cited."""
    if variant.claims:
        st.markdown("**Published, at full size**")
        claims_table(variant.claims)


def claims_table(claims: Sequence[Claim]) -> None:
    """Draw some published figures, cited."""
    show_table([{"what": claim.text, "score": f"{claim.value:g}", "source": claim.source} for claim in claims])


def claims_as_tables(claims: Sequence[Claim]) -> None:
    """Draw published figures: a table a source where they fill one, and a list of the others."""
    tables, others = as_tables(claims)
    for table in tables:
        _scores_table(table, "", "g")
        st.caption(f"{table.source}.")
    if others:
        claims_table(others)


def show_ablation(table: Ablation, *, label: str, format: str, note: str) -> None:
    """Draw a paper's table of what was trained; ``label`` heads its first column, ``format`` is that of the scores."""
    _scores_table(table, label, format)
    st.caption(f"{table.source}, {note}.")


def _scores_table(table: Ablation, label: str, format: str) -> None:
    show_table(
        [
            {label: what} | {task: f"{score:{format}}" for task, score in zip(table.tasks, scores, strict=True)}
            for what, scores in table.scores.items()
        ]
    )
