"""Distil live: a student learns while the reader watches, beside one that has no teacher."""

from collections.abc import Generator

import streamlit as st

from pages.looks.distilbert import watched
from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.kept import keep_large, kept, let_go
from pages.ui.running import run_when_asked
from variants.core.figures import Figure
from variants.distilbert import live
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.live import LiveRun, Progress

RUN = "live"
MOST_SEEDS = 99


def distil_live(teacher: Teacher, student: DistilBert, lesson: Lesson | None, place: int | None) -> None:
    """Draw the controls, the training while it runs, and where both students stand."""
    st.subheader("Distil live")
    st.markdown(
        "Two new students start from the same two layers of our BERT and read the same sequences of the site's sample "
        "text. One is **taught**: all three losses. One is left **alone**: the hidden words only."
    )
    steps, seed = _controls()
    run = kept(RUN, LiveRun)
    if run and run.seed != seed:
        let_go(RUN)
        run = None
    taken = run.progress.step if run else 0

    def sentence() -> Figure | None:
        going = kept(RUN, LiveRun)
        return watched.sentence(student, going, lesson, place) if going and lesson and place is not None else None

    def start() -> Generator[Progress]:
        going = kept(RUN, LiveRun) or keep_large(RUN, lambda: LiveRun(teacher, student, seed=seed))
        yield from going.advance(steps)

    run_when_asked(
        f"Take {steps} step{'s'[: steps != 1]} (a minute at most)",
        start,
        key="live",
        described=lambda progress: _described(progress, taken, steps),
        drawn=lambda progress, picture: watched.while_learning(progress, picture, sentence),
    )
    run = kept(RUN, LiveRun)
    if run and run.progress.moments:
        if st.button("Start over", key="live_over"):
            let_go(RUN)
            st.rerun()
        watched.afterwards(run.progress, remember(live.steps_of_an_epoch)(student, seed))
        if bars := attempt(sentence):
            show_figure(bars, key="live_sentence")


def _controls() -> tuple[int, int]:
    """Draw the sliders; return how many steps to take, and the seed of texts and masks."""
    left, right = st.columns(2)
    with left:
        steps = slider("Steps to take", key="steps", low=1, high=live.MOST_STEPS, default=live.STEPS)
    with right:
        seed = slider("Seed of texts and masks", key="live_seed", low=0, high=MOST_SEEDS, default=0)
    return steps, seed


def _described(progress: Progress, taken: int, steps: int) -> tuple[float, str]:
    share = min(1.0, (progress.step - taken) / steps)
    now = progress.moments[-1].taught.losses
    said = f"step {progress.step}, {progress.seconds:.0f} s. At step {progress.moments[-1].step}, taught: distillation "
    return share, said + f"{now.distillation:.2f}, hidden words {now.mlm or 0:.2f}, direction {now.cosine:.2f}"


def chosen() -> tuple[int, int]:
    """Return steps and seed, also while their sliders are not drawn."""
    steps = current("steps", live.STEPS, whole_number(1, live.MOST_STEPS))
    return steps, current("live_seed", 0, whole_number(0, MOST_SEEDS))
