"""Soft targets: teacher and student at one hidden place, at a temperature."""

import streamlit as st

from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.controls import choice, slider, token_picker
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from pages.ui.tokens import special_marks, token_strip
from variants.bert import VARIANT as BERT
from variants.core.charts import Series, paired_bars
from variants.core.encoding import Encoded
from variants.core.guesses import best_guesses
from variants.core.masking import IGNORED
from variants.core.reading import default_masks
from variants.distilbert import VARIANT, demo, soft_targets
from variants.distilbert.demo import DistilBert, Lesson, Teacher
from variants.distilbert.objective import COSINE_WEIGHT, DISTILLATION_WEIGHT, MLM_WEIGHT, TEMPERATURE

TOP_K = 8
MOST_LESSONS = 16  # kept at a time: one of 128 tokens holds 8 MB of logits


def read_with_masks(teacher: Teacher, student: DistilBert, encoded: Encoded) -> Lesson:
    """Draw the text as buttons, and what both read with their first guesses."""
    masks = token_picker(
        "Click a word to hide it, click again to show it",
        encoded.tokens,
        [place for place, special in enumerate(encoded.special) if not special],
        key="mask",
        default=default_masks(student, encoded),
    )
    lesson = remember(demo.hear, most=MOST_LESSONS)(teacher, student, encoded, masks)
    first = {place: _first_guesses(student, lesson, place) for place in lesson.masks}
    token_strip(
        lesson.encoded.tokens,
        label="What both read; below each [MASK] the teacher's first guess and the student's",
        marks=special_marks(encoded.special) | dict.fromkeys(lesson.masks, "mask"),
        under=[first.get(place, "") for place in range(len(encoded))],
    )
    return lesson


def _first_guesses(student: DistilBert, lesson: Lesson, place: int) -> str:
    said = [best_guesses(student, lesson.said_by(who, place), 1)[0].token for who in ("teacher", "student")]
    return " / ".join(said)


def soft_targets_of(student: DistilBert, lesson: Lesson) -> tuple[int, int]:
    """Draw both distributions and the losses; return the place and the temperature."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        places = {place: f"{place} {lesson.original.tokens[place]}" for place in lesson.masks}
        place = choice("Which hidden place?", places, key="place", default=lesson.masks[0])
        temperature = slider(
            "Temperature T",
            key="temperature",
            low=soft_targets.COOLEST,
            high=soft_targets.HOTTEST,
            default=round(TEMPERATURE),
            help="Both logits are divided by T before the softmax. Training uses 2, guessing uses 1.",
        )
        _place_numbers(lesson, place, temperature)
    with left:
        best = soft_targets.beside(student, lesson, place, temperature=temperature, top_k=TOP_K)
        series = [
            Series("teacher", tuple(each.teacher for each in best), accent(BERT)),
            Series("student", tuple(each.student for each in best), accent(VARIANT)),
        ]
        bars = paired_bars(
            f"The teacher's first guesses at T = {temperature}", [each.token for each in best], series, format=".2%"
        )
        show_figure(bars, key="soft", note="The softer the target, the more it says about the words that lost.")
    _losses(lesson, temperature)
    return place, temperature


def _place_numbers(lesson: Lesson, place: int, temperature: int) -> None:
    apart = soft_targets.divergence_at(lesson, place, temperature)
    rows = {
        "KL(teacher ‖ student)": f"{apart:.4f} nats",
        f"times T² = {temperature**2}": f"{temperature**2 * apart:.4f}",
    }
    for who, heard in (("teacher", lesson.teacher), ("student", lesson.student)):
        words = soft_targets.words_in_play(heard.logits[place], temperature)
        rows[f"the {who} is as unsure as among"] = f"{words:,.0f} words"
    show_table([{f"place {place}, T = {temperature}": name, "": value} for name, value in rows.items()])


def _losses(lesson: Lesson, temperature: int) -> None:
    found = soft_targets.losses(lesson, temperature)
    weighted = found.weighted
    hidden = sum(label != IGNORED for label in lesson.labels)
    named = {
        "distillation": (
            f"distillation: T² KL, all {len(lesson.labels)} tokens",
            found.distillation,
            DISTILLATION_WEIGHT,
        ),
        "mlm": (f"hidden words: cross-entropy, {hidden} known", found.mlm, MLM_WEIGHT),
        "cosine": ("direction: 1 − cosine of the last states, all tokens", found.cosine, COSINE_WEIGHT),
    }
    st.markdown("**The three losses of this text**")
    rows = [
        {
            "loss": name,
            "value": "–" if value is None else f"{value:.4f}",
            "weight": f"{weight:g}",
            "value × weight": "–" if value is None else f"{weighted[key]:.4f}",
        }
        for key, (name, value, weight) in named.items()
    ]
    total = {
        "loss": "total, which training descends",
        "value": "",
        "weight": "",
        "value × weight": f"{found.total:.4f}",
    }
    show_table([*rows, total])
    st.caption("The weights are those of the reference's command; the paper names none, and no temperature.")


def chosen_temperature() -> int:
    """Return the temperature, also while its slider is not drawn."""
    low, high = soft_targets.COOLEST, soft_targets.HOTTEST
    return current("temperature", round(TEMPERATURE), whole_number(low, high))
