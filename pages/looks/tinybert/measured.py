"""What our TinyBERT measures, before and after the task stage, and what the paper reports."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, paired_bars
from variants.core.checkpoint import read_history, read_metrics
from variants.core.figures import GREY
from variants.tinybert import VARIANT, figures, published
from variants.tinybert.demo import TinyBert
from variants.tinybert.tasks import recorded

ABLATIONS = {
    "steps": "What the two stages and the augmented data are worth",
    "terms": "What each term of the loss is worth",
    "maps": "What the map of the layers is worth",
}


def general_stage() -> None:
    """Show how near the shipped student is to its teacher on text never seen."""
    shipped, metrics = VARIANT.shipped, remember(read_metrics)(VARIANT.slug)
    if shipped is None or not metrics:
        return
    st.markdown(
        f"Our {VARIANT.name} has **{shipped['parameters']:,} parameters** and has read "
        f"**{shipped['tokens_seen']:,} tokens** beside its teacher. On documents that it never saw:"
    )
    names = {"attention_loss": "attention scores", "hidden_loss": "hidden states", "embedding_loss": "embeddings"}
    rows = {f"our {VARIANT.name}": metrics["held_out"], **metrics["baselines"]}
    show_table(
        [{"who": who} | {name: f"{scores[key]:.3f}" for key, name in names.items()} for who, scores in rows.items()]
    )
    st.caption(metrics["note"])
    if len(history := read_history(VARIANT.slug)) > 1:
        colours = (accent(VARIANT), accent(BERT), GREY)
        show_figure(figures.held_out_losses(history, colours), key="curve", note="On the validation split.")


def task_stage(student: TinyBert) -> None:
    """Show what the task stage reached, beside the student that was fine-tuned alone."""
    card = remember(recorded)(student.name)
    if card is None:
        return
    found = card["metrics"]
    st.markdown(
        f"**The task stage: is a sentence of a film review positive?** {card['examples']:,} sentences to learn from, "
        f"{found['test']:,} to be judged."
    )
    names = {
        "teacher": "teacher: our BERT, fine-tuned on the labels",
        "student": "TinyBERT, distilled from that teacher, without labels",
        "alone": "TinyBERT, fine-tuned on the labels, without a teacher",
        "words": "words counted, naive Bayes",
    }
    rows = [
        {
            "who": name,
            "right": f"{found['accuracy'][key]:.1%} ± {found['standard_error'][key]:.1%}",
            "agrees with the teacher": f"{found['agreement'][key]:.1%}" if key in found["agreement"] else "",
        }
        for key, name in names.items()
    ]
    show_table(rows)
    st.caption("One run each, with the standard error of a share. Without the paper's augmented data.")


def papers_tables() -> None:
    """Draw what TinyBERT keeps of BERT task by task, and what each of its parts is worth."""
    st.markdown("**What is kept of BERT-base, in the paper**")
    kept = Series("kept", tuple(row.kept for row in published.GLUE), accent(VARIANT))
    title = f"{published.AVERAGE.kept:.1%} of the average; task by task"
    note = f"GLUE test server, {published.AVERAGE.teacher.source}; retention is computed here from the printed scores."
    show_figure(paired_bars(title, [row.task for row in published.GLUE], [kept]), key="retention", note=note)
    claims_table((*published.COSTS, *published.RIVALS))
    st.markdown("**What each part is worth, in the paper**")
    for key, heading in ABLATIONS.items():
        claims = published.ABLATIONS[key]
        labels = [claim.text.removeprefix("average, ") for claim in claims]
        scores = Series("average", tuple(claim.value for claim in claims), accent(VARIANT))
        sources = "; ".join(dict.fromkeys(claim.source for claim in claims))
        note = f"{published.AVERAGED}. {sources}."
        show_figure(paired_bars(heading, labels, [scores], format=".1f"), key=f"ablation_{key}", note=note)
    with st.expander("What popular accounts mix up"):
        st.markdown(
            "- *“The main innovation of the two-stage learning framework is the TinyBERT.”* It is the other way round: "
            "TinyBERT's are the distillation of a Transformer's insides, and learning in two stages.\n"
            "- *“Then it is fine-tuned.”* The second stage is distillation again, from a teacher that was fine-tuned.\n"
            "- *“It copies the attention weights.”* It copies the scores before the softmax."
        )
