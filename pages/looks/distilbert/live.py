"""Distil live: a student learns while the reader watches, beside one that has no teacher."""

from collections.abc import Generator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.kept import keep_large, kept, let_go
from pages.ui.running import run_when_asked
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, paired_bars
from variants.core.figures import GREY
from variants.core.guesses import probabilities
from variants.distilbert import VARIANT, figures, live, soft_targets
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.live import LiveRun, Progress

RUN = "live"
MOST_SEEDS = 99
TOP_K = 6


def distil_live(teacher: Teacher, student: DistilBert, lesson: Lesson | None, place: int | None) -> None:
    """Draw the controls, the training while it runs, and where both students stand."""
    st.subheader("Distil live")
    st.markdown(
        "Two new students start from the same two layers of our BERT and read the same sequences of the site's sample "
        "text. One is **taught**: all three losses. One is left **alone**: the hidden words only."
    )
    left, right = st.columns(2)
    with left:
        steps = slider("Steps to take", key="steps", low=1, high=live.MOST_STEPS, default=live.STEPS)
    with right:
        seed = slider("Seed of texts and masks", key="live_seed", low=0, high=MOST_SEEDS, default=0)
    run = kept(RUN, LiveRun)
    if run and run.seed != seed:
        let_go(RUN)
        run = None
    taken = run.progress.step if run else 0

    def start() -> Generator[Progress]:
        going = kept(RUN, LiveRun) or keep_large(RUN, lambda: LiveRun(teacher, student, seed=seed))
        yield from going.advance(steps)

    run_when_asked(
        f"Take {steps} step{'s'[: steps != 1]} (a minute at most)",
        start,
        key="live",
        described=lambda progress: _described(progress, taken, steps),
        drawn=_moving,
    )
    run = kept(RUN, LiveRun)
    if run and run.progress.moments:
        if st.button("Start over", key="live_over"):
            let_go(RUN)
            st.rerun()
        _show(run.progress, remember(live.steps_of_an_epoch)(student, seed))
        if lesson and place is not None:
            attempt(lambda: _sentence(student, run, lesson, place))


def _described(progress: Progress, taken: int, steps: int) -> tuple[float, str]:
    share = min(1.0, (progress.step - taken) / steps)
    now = progress.moments[-1].taught.losses
    said = f"step {progress.step}, {progress.seconds:.0f} s. At step {progress.moments[-1].step}, taught: distillation "
    return share, said + f"{now.distillation:.2f}, hidden words {now.mlm or 0:.2f}, direction {now.cosine:.2f}"


def _moving(progress: Progress, place: DeltaGenerator) -> None:
    """Draw the curve again when it has grown."""
    if progress.moments[-1].step == progress.step:
        chart = figures.distance_curve(progress, accent(VARIANT))
        key = f"moving_{progress.step}"
        place.plotly_chart(chart.plot, key=key, alt=chart.alt, config={"displayModeBar": False})


def _show(progress: Progress, epoch: int) -> None:
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
        f"({best.alone.losses.mlm or 0:.3f} nats) and needs {last.alone.losses.mlm or 0:.3f} now: it learns the sample "
        "by heart, where each place has one right word. A teacher's answers are richer."
    )


def _sentence(student: DistilBert, run: LiveRun, lesson: Lesson, place: int) -> None:
    """Draw the reader's hidden word as the teacher and both students see it now."""
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
    show_figure(paired_bars(title, [each.token for each in best], series), key="live_sentence")


def chosen() -> tuple[int, int]:
    """Return steps and seed, also while their sliders are not drawn."""
    steps = current("steps", live.STEPS, whole_number(1, live.MOST_STEPS))
    return steps, current("live_seed", 0, whole_number(0, MOST_SEEDS))
