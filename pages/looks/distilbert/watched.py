"""What is seen of both students: redrawn while they learn, and in full afterwards."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, paired_bars
from variants.core.figures import GREY, Figure
from variants.core.guesses import probabilities
from variants.distilbert import VARIANT, figures, live, soft_targets
from variants.distilbert.demo import DistilBert, Lesson
from variants.distilbert.live import LiveRun, Progress

TOP_K = 6


def while_learning(progress: Progress, place: DeltaGenerator, sentence: Callable[[], Figure | None]) -> None:
    """Draw curves and the reader's sentence again when both students were looked at."""
    if progress.moments[-1].step != progress.step:
        return
    with place.container():
        left, right = st.columns(2)
        with left:
            _plain_chart(figures.distance_curve(progress, accent(VARIANT)), f"distance_{progress.step}")
        with right:
            _plain_chart(figures.agreement_curve(progress, accent(VARIANT)), f"agreement_{progress.step}")
        if bars := sentence():
            _plain_chart(bars, f"sentence_{progress.step}")


def _plain_chart(chart: Figure, key: str) -> None:
    """Draw a chart that the next one replaces, without its numbers to take along."""
    st.markdown(f"**{plain(chart.title)}**")
    st.plotly_chart(chart.plot, key=f"moving_{key}", alt=chart.alt, config={"displayModeBar": False})


def afterwards(progress: Progress, epoch: int) -> None:
    """Draw where both students stand; the sample text comes round again after ``epoch`` steps."""
    left, right = st.columns(2)
    with left:
        show_figure(figures.distance_curve(progress, accent(VARIANT)), key="live_distillation")
    with right:
        show_figure(figures.agreement_curve(progress, accent(VARIANT)), key="live_agreement")
    first, last = progress.moments[0], progress.moments[-1]
    rows = {
        "both, step 0: the teacher cut in half": first.taught,
        f"taught, step {last.step}": last.taught,
        f"alone, step {last.step}": last.alone,
    }
    show_table(
        [
            {
                "student": name,
                "distillation": f"{found.losses.distillation:.3f}",
                "hidden words (nats)": f"{found.losses.mlm or 0:.3f}",
                "direction": f"{found.losses.cosine:.3f}",
                "agrees with the teacher": f"{found.agreement:.1%}",
            }
            for name, found in rows.items()
        ]
    )
    st.caption(
        f"On {live.HELD_OUT} sequences of documents that neither learns from; agreement is over their hidden tokens. "
        f"A batch is {live.BATCH} sequences of up to {live.WINDOW} tokens. The sample is small and comes round again "
        f"after {epoch} steps. {_by_heart(progress)}"
    )


def _by_heart(progress: Progress) -> str:
    """Say whether the one without a teacher has got worse on text that it never reads."""
    best, last = progress.best_alone, progress.moments[-1]
    if best.step == last.step:
        return ""
    return (
        f"The one without a teacher guessed hidden words best at step {best.step} "
        f"({best.alone.losses.mlm or 0:.3f} nats) and needs {last.alone.losses.mlm or 0:.3f} now: a small text "
        "is soon learned by heart, where each place has one right word."
    )


def sentence(student: DistilBert, run: LiveRun, lesson: Lesson, place: int) -> Figure:
    """Return the reader's hidden word as the teacher and both students see it now."""
    taught, alone = run.said_of(lesson, place)
    teacher = lesson.said_by("teacher", place)
    best = soft_targets.beside(student, lesson, place, temperature=1, top_k=TOP_K)
    ids = soft_targets.best_ids(teacher, TOP_K)
    series = [
        Series(name, tuple(float(probabilities(logits)[i]) for i in ids), colour)
        for name, logits, colour in (
            ("teacher", teacher, accent(BERT)),
            ("taught", taught, accent(VARIANT)),
            ("alone", alone, GREY),
        )
    ]
    title = f"Your hidden word at place {place} after {run.progress.step} steps: the teacher's first guesses"
    return paired_bars(title, [each.token for each in best], series)
