"""How good our BERTSUMABS is: ROUGE at equal length beside Lead and others, what reading is worth, what is new."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.table import show_table
from variants.bertsum.verdict import Verdict, verdict_on
from variants.bertsum.writer_store import recorded

SETS = {"openstax": "textbooks", "scitldr": "papers", "wikipedia": "Wikipedia"}
SYSTEMS = {
    "written": "our BERTSUMABS, written",
    "another": "what it wrote for another text",
    "extractive": "our BERTSUM, its best sentences first",
    "lead": "Lead",
    "random": "a sentence at random",
    "oracle": "the oracle's first sentence",
}
MEASURES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}

Scores = Mapping[str, float]


def measured_writing() -> None:
    """Draw what the tuning measured; nothing where no model that writes ships."""
    record = recorded()
    if record is None:
        return
    metrics: Mapping[str, Any] = record["metrics"]
    verdict = verdict_on(metrics)
    st.markdown("**Written, not chosen: our BERTSUMABS**")
    pairs = ", ".join(f"{count:,} of {SETS[source]}" for source, count in record["pairs"].items())
    tested = ", ".join(f"{count:,} of {SETS[source]}" for source, count in metrics["summed_up"].items())
    st.markdown(
        f"It learned from {sum(record['pairs'].values()):,} texts with a short summary ({pairs}) in "
        f"{record['steps']:,} steps of {record['recipe']['batch_size']}. " + _said(verdict)
    )
    rouge = metrics["rouge"]
    show_table([_row(source, name, rouge[name][source]) for source in rouge["written"] for name in SYSTEMS])
    st.caption(
        f"ROUGE F1 in points, ± one standard error, on texts that it never learned from: {tested}. Everybody sees the "
        "same window and may use as many words as were written for that text; the oracle knows the reference. "
        "References are short, two sentences at most. Textbook sections stood in the text that BERT was pre-trained on."
    )
    _why(metrics, verdict)


def _said(verdict: Verdict) -> str:
    parts = [
        f"{what} the first words of the text on {', '.join(SETS[source] for source in sources)}"
        for what, sources in (
            ("beats", verdict.better),
            ("does not beat", verdict.worse),
            ("cannot be told from", verdict.undecided),
        )
        if sources
    ]
    return f"In ROUGE-1 it **{'; it '.join(parts)}**."


def _row(source: str, name: str, scores: Scores) -> dict[str, str]:
    cells = {
        title: f"{100 * scores[measure]:.1f} ± {100 * scores[f'{measure}_error']:.1f}"
        for measure, title in MEASURES.items()
    }
    return {"texts": SETS[source], "who": SYSTEMS[name]} | cells


def _why(metrics: Mapping[str, Any], verdict: Verdict) -> None:
    st.markdown("**Why: does it read?**")
    ahead = metrics["ahead_of_another"]
    gains = ", ".join(
        f"{SETS[source]} {100 * row['rouge1']:+.1f} ± {100 * row['rouge1_error']:.1f}" for source, row in ahead.items()
    )
    st.markdown(
        "A summary that it wrote for *another* text should be worth nothing. By so much ROUGE-1 its own is better: "
        f"**{gains}**. All the rest is earned by small words and set phrases, such as “is a city in” or "
        "“we propose a”: ROUGE counts words and does not ask what they say."
    )
    show_table([_token_row(source, scores) for source, scores in metrics["tokens"].items()])
    st.caption(
        f"Loss in nats a token, the real words before it given. With another text to read the loss is "
        f"{verdict.reading:.2f} nats higher: so much is reading worth. Knowing what words usually follow each other is "
        f"worth {verdict.language:.2f}. A decoder that starts from nothing learns first to write like a summary, and "
        "only then to write about the text; the paper's has seen hundreds of thousands of stories."
    )
    novel = metrics["novel"]
    show_table(
        [
            {"texts": SETS[source], "whose": whose}
            | {
                title: f"{scores[share]:.0%}"
                for share, title in (("novel_words", "new words"), ("novel_pairs", "new pairs of words"))
            }
            for source in novel["written"]
            for whose, scores in (("our BERTSUMABS", novel["written"][source]), ("people", novel["reference"][source]))
        ]
    )
    st.caption(
        "Shares that do not stand in what was read. Of its summaries "
        f"{metrics['different']:.0%} differ from all others. A few of them, whatever they are like:"
    )
    show_table(
        [
            {"texts": SETS[row["source"]], "a person": row["reference"], "our BERTSUMABS": row["written"]}
            for row in metrics["examples"]
        ]
    )


def _token_row(source: str, scores: Scores) -> dict[str, str]:
    return {
        "texts": SETS[source],
        "loss": f"{scores['token_loss']:.2f}",
        "right": f"{scores['token_accuracy']:.1%}",
        "loss with another text": f"{scores['other_text_loss']:.2f}",
        "right with another text": f"{scores['other_text_accuracy']:.1%}",
        "loss of word frequencies": f"{scores['frequency_loss']:.2f}",
    }
