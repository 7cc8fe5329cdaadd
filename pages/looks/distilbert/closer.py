"""Close-ups of the soft target at one place, and of the loss along the text."""

from collections.abc import Callable

import streamlit as st

from pages.ui.cache import remember
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, line_chart, paired_bars
from variants.core.figures import GREY
from variants.distilbert import VARIANT, inheritance, soft_targets
from variants.distilbert.demo import DistilBert, Lesson, Teacher

Models = tuple[Teacher, DistilBert]
Look = Callable[[Models, Lesson, int, int], None]  # the models, the text, the place, the temperature
TEMPERATURES = tuple(range(soft_targets.COOLEST, soft_targets.HOTTEST + 1))
COUNT = 6  # tokens pulled up, and as many pulled down
MOST_LESSONS = 8  # kept at a time


def dark_knowledge(models: Models, lesson: Lesson, place: int, temperature: int) -> None:
    """Draw which tokens the target moves, and how much of it lies beyond the first guess."""
    teacher = lesson.teacher.logits[place]
    cool, warm = (soft_targets.dark_share(teacher, each) for each in (1, temperature))
    st.markdown(
        "A right answer says one word. The teacher's distribution also says which wrong words are nearly right: "
        f"at place {place}, **{cool:.1%}** of its probability lies beyond its first guess, at T = {temperature} "
        f"**{warm:.1%}**."
    )
    pulls = soft_targets.strongest_pulls(models[1], lesson, place, temperature=temperature, count=COUNT)
    series = Series("teacher − student", tuple(pull.difference for pull in pulls), accent(VARIANT))
    title = f"What this target tells the student at T = {temperature}: up, or down"
    show_figure(
        paired_bars(title, [pull.token for pull in pulls], [series], format="+.2%"),
        key="pulls",
        note="Teacher's minus student's probability: the gradient of the loss for each logit is this difference, "
        "times T, with its sign turned, over the number of tokens.",
    )


def why_squared(_models: Models, lesson: Lesson, place: int, _temperature: int) -> None:
    """Draw the length of the gradient over the temperature, with and without T²."""
    st.markdown(
        "Softer targets push less: divide the logits by T, and the gradient shrinks, about as 1/T² once T is large. "
        "Times T² it keeps its size, so that the weight of 5 means the same at every temperature."
    )
    pushes = [soft_targets.push(lesson, place, each) for each in TEMPERATURES]
    series = [
        Series("KL", tuple(push.plain for push in pushes), GREY),
        Series("T² KL", tuple(push.scaled for push in pushes), accent(VARIANT)),
    ]
    chart = line_chart(
        f"Length of the gradient for the student's logits at place {place}",
        TEMPERATURES,
        series,
        x_title="temperature",
        y_title="length",
        logarithmic=True,
        ticks=TEMPERATURES,
    )
    note = "Hinton et al., 2015, section 2.1, derive it for temperatures above all logits; here it is measured."
    show_figure(chart, key="squared", note=note)


def along_the_text(_models: Models, lesson: Lesson, _place: int, temperature: int) -> None:
    """Draw the divergence at every token."""
    st.markdown(
        "The student imitates its teacher at *every* token, also where the word can be seen. The bars' mean is the "
        "distillation loss."
    )
    values = soft_targets.divergences(lesson, temperature)
    colour = accent(VARIANT)
    bars = paired_bars(
        f"T² KL at every token, T = {temperature}",
        lesson.encoded.tokens,
        [Series("T² KL", values, colour)],
        format=".3f",
    )
    show_figure(bars, key="along")


def more_or_less_sure(_models: Models, lesson: Lesson, place: int, _temperature: int) -> None:
    """Draw how many words are in play over the temperature."""
    st.markdown("How many equally likely words would be as uncertain? Heat brings ever more of them into play.")
    series = [
        Series(name, tuple(soft_targets.words_in_play(logits, each) for each in TEMPERATURES), colour)
        for name, logits, colour in (
            ("teacher", lesson.teacher.logits[place], accent(BERT)),
            ("student", lesson.student.logits[place], accent(VARIANT)),
        )
    ]
    chart = line_chart(
        f"Words in play at place {place}",
        TEMPERATURES,
        series,
        x_title="temperature",
        y_title="words (perplexity)",
        format=",.0f",
        logarithmic=True,
        ticks=TEMPERATURES,
    )
    show_figure(chart, key="play", note=f"At the very top is the whole vocabulary, {lesson.teacher.logits.shape[1]:,}.")


def step_zero(models: Models, lesson: Lesson, _place: int, _temperature: int) -> None:
    """Compare a fresh student with the teacher cut to its layers."""
    st.markdown("Before it learns anything, the student *is* its teacher with layers left out. On your text:")
    found = remember(inheritance.step_zero, most=MOST_LESSONS)(models[0], lesson)
    largest = "largest difference of any logit"
    show_table(
        [
            {"the fresh student beside": name, largest: f"{value:.5f}"}
            for name, value in (
                ("its teacher, cut to the same layers, segment table emptied", found.without_segments),
                ("its teacher, cut to the same layers", found.with_segments),
                ("its whole teacher", found.whole),
            )
        ]
    )
    st.caption(
        "The first line is rounding. The segment table is tiny, yet its first row was part of every token that the "
        "teacher read, and the student has no place for it: the first thing that training mends."
    )


LOOKS: dict[str, tuple[str, Look]] = {
    "dark": ("dark knowledge", dark_knowledge),
    "squared": ("why T²", why_squared),
    "play": ("words in play", more_or_less_sure),
    "along": ("along the text", along_the_text),
    "start": ("step 0", step_zero),
}
