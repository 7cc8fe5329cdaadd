"""The comparison page: any two to four models side by side, on the same text and the same questions."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui.chapter import show_code, starting, step
from pages.ui.controls import choice, several, text_box
from pages.ui.menu import draw_menu
from pages.ui.take import File, take
from variants import VARIANTS, find_variant
from variants.core.variant import Variant

MOST = 4
DEFAULT = ("bert", "roberta", "electra", "xlnet")

st.title("Side by side")
st.markdown(
    "The same text, the same hidden words, the same question: what does each model make of it? All of them were "
    "pre-trained here, small, and on unequal amounts of text: the scoreboard says how much."
)
body, foot = st.container(), st.container()

with body, starting(VARIANTS[0], page="compare"):  # torch comes with these imports, once per server
    from pages.looks.compare.family import family
    from pages.looks.compare.fillers import many_fillers
    from pages.looks.compare.scoreboard import scoreboard
    from pages.looks.compare.sentence import one_sentence
    from pages.looks.compare.sentences import minimal_pairs
    from variants.core import likelihood, phenomena, preference, side_by_side

    comparable = {variant.slug: variant.name for variant in VARIANTS if side_by_side.can_be_compared(variant)}

QUESTIONS = {
    "sentence": "One sentence",
    "pair": "Two sentences",
    "fillers": "One template, many words",
    "scores": "Scoreboard",
    "family": "The family",
}
TOLD = ("scores", "family")  # nothing runs there
ALONE = {"pair": minimal_pairs, "fillers": many_fillers, "scores": scoreboard, "family": family}
CODE: Sequence[Callable[..., object]] = (
    side_by_side.view,
    side_by_side.fill_in,
    likelihood.hidden_in_turn,
    preference.prefer,
    preference.odds,
    phenomena.judge,
)


@st.fragment
def compare() -> None:
    """Draw the chosen comparison; a fragment, for nothing else on the page depends on it."""
    text = text_box("Your text", key="text", default=VARIANTS[0].example, height=70)
    draw_menu()
    question = choice("What to compare", QUESTIONS, key="compare", default="sentence")
    slugs = chosen_variants(question)
    if not slugs:
        st.info("Nothing is chosen yet: click two or more above.")
        return
    draw(question, [find_variant(slug) for slug in slugs], text)


def chosen_variants(question: str) -> tuple[str, ...]:
    """Draw the choice of what stands side by side: models that run, or variants that are told of."""
    if question not in TOLD:
        default = [slug for slug in DEFAULT if slug in comparable]
        return several("Which models, up to four", comparable, key="models", default=default, most=MOST)
    everyone = {variant.slug: variant.name for variant in VARIANTS}
    most = MOST if question == "family" else len(everyone)
    return several("Which variants", everyone, key="variants", default=DEFAULT, most=most)


def draw(question: str, chosen: Sequence[Variant], text: str) -> None:
    """Draw one comparison of some models."""
    step(QUESTIONS[question])
    if question == "sentence":
        one_sentence(chosen, text)
        return
    ALONE[question](chosen)


with body:
    compare()

with foot:
    st.divider()
    show_code(CODE)
    st.markdown("**Take it with you**")
    take(list[File](), key="take_page", link=True)
    st.caption("The link holds your text, the models and your choices.")
    st.markdown("**Sources**")
    st.markdown(
        "Salazar et al. (2020), *Masked Language Model Scoring*, [arXiv 1910.14659](https://arxiv.org/abs/1910.14659). "
        "Warstadt et al. (2020), *BLiMP*, [1912.00582](https://arxiv.org/abs/1912.00582). Caliskan et al. (2017), "
        "[1608.07187](https://arxiv.org/abs/1608.07187)."
    )
