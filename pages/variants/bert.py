"""The BERT chapter: hide words of your own sentence and watch the model guess them."""

import streamlit as st

from pages.ui.address import text_now
from pages.ui.cache import remember
from pages.ui.chapter import attempt, chapter_foot, chapter_head, learners_text, say, starting, step
from pages.ui.controls import choice, slider, token_picker, words
from pages.ui.figure import show_figure
from pages.ui.measured import show_claims, show_metrics
from pages.ui.plain import plain
from pages.ui.question import ask
from pages.ui.take import File
from pages.ui.tokens import special_marks, token_strip
from variants.bert import VARIANT

chapter_head(VARIANT)
see, measure, check, foot = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANT):  # torch comes with these imports, once per server
    from pages.looks import bert as looks
    from variants.bert import demo, notebook, questions
    from variants.core.encoding import Encoded
    from variants.core.guesses import best_guesses, probabilities, rank_of
    from variants.core.reading import Reading, default_masks, logits_at, read_hidden

    bert = demo.load()

CODE = (demo.fill, read_hidden, probabilities, rank_of, demo.fill_from_one_side, demo.next_sentence, demo.corrupt)


@st.fragment
def see_it() -> None:
    """Let the learner type and hide; a fragment, for a new text changes nothing in the rest of the page."""
    text = learners_text(VARIANT, "Anything you like; [MASK] hides a word too.")
    step("See it", "All hidden words are guessed at once, each on its own, from everything that is left.")
    reading = attempt(lambda: read_with_masks(text))
    if reading:
        length, milliseconds = len(reading.encoded), 1000 * reading.seconds
        st.caption(f"One pass over your {length} tokens took {milliseconds:.0f} ms on this machine.")
    look_closer(text, reading)


def read_with_masks(text: str) -> Reading:
    """Draw the text as buttons, and what BERT reads with its first guesses."""
    encoded = remember(demo.read)(bert, text)
    say(encoded.notices)
    masks = token_picker(
        "Click a word to hide it, click again to show it",
        encoded.tokens,
        [place for place, special in enumerate(encoded.special) if not special],
        key="mask",
        default=default_masks(bert, encoded),
    )
    reading = remember(demo.fill)(bert, encoded, masks)
    guesses = {place: best_guesses(bert, logits_at(reading, place), 1)[0] for place in reading.masks}
    token_strip(
        reading.encoded.tokens,
        label="What BERT reads, and its first guess below each [MASK]",
        marks=special_marks(encoded.special) | dict.fromkeys(reading.masks, "mask"),
        under=[guesses[place].token if place in guesses else "" for place in range(len(encoded))],
    )
    return reading


@st.fragment
def look_closer(text: str, reading: Reading | None) -> None:
    """Draw what follows from the reading alone, and the foot, which repeats the choices made here.

    A fragment within: a control of the close-ups redraws them and the foot, and nothing else.
    """
    top_k = 8
    if reading and reading.masks:
        place, top_k = show_guesses(reading)
        names = {key: name for key, (name, _) in looks.LOOKS.items()}
        look = choice("Look closer", names, key="look", default="sides")
        looks.LOOKS[look][1](bert, reading, place)
    elif reading:
        st.info("Nothing is hidden yet: click a word above.")
    book = notebook.bert_notebook(
        text=text,
        masks=reading.masks if reading else (),
        top_k=top_k,
        second=looks.chosen_second(),
        seed=looks.chosen_seed(),
    )
    with foot:
        chapter_foot(VARIANT, CODE, [File("Notebook", "bert.ipynb", "application/json", book)])


@st.fragment
def check_yourself() -> None:
    """Ask the questions; a fragment, for an answer changes nothing else."""
    ask(questions.EVERY_POSITION, lambda: questions.mark_every_position(bert, whole()), key="q1")
    ask(questions.WRONG_WORDS, lambda: questions.mark_wrong_words(bert, whole()), key="q2")
    ask(questions.LOSS_EVERYWHERE, lambda: questions.mark_loss_everywhere(bert, whole()), key="q3")
    ask(questions.JOINTLY, lambda: questions.mark_jointly(bert, whole()), key="q4")
    ask(questions.TOPIC, lambda: questions.mark_topic(bert), key="q5")
    ask(questions.SIMILARITY, lambda: questions.mark_similarity(bert), key="q6")


def whole() -> Encoded:
    """Return the text that stands in the box now, nothing hidden."""
    return remember(demo.read)(bert, text_now(VARIANT))


def show_guesses(reading: Reading) -> tuple[int, int]:
    """Draw the guesses for one hidden place; return the place and how many were asked for."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        places = {place: f"{place} {reading.original.tokens[place]}" for place in reading.masks}
        place = choice("Which hidden place?", places, key="place", default=reading.masks[0])
        top_k = slider("How many guesses", key="top_k", low=1, high=20, default=8)
        logits = logits_at(reading, place)
        if word := words("A word of yours", key="word", placeholder="for example: early"):
            found = attempt(lambda: rank_of(bert, logits, word))
            if found:
                rank = f"rank {found.rank:,} of {len(logits):,}"
                st.metric(
                    f"“{plain(found.word)}” at place {place}",
                    f"{found.probability:.2%}",
                    rank,
                    "off",
                    delta_arrow="off",
                )
    with left:
        hidden = reading.original.tokens[place]
        title = f"BERT's guesses for place {place}" + (
            "" if hidden == bert.tokenizer.mask_token else f", where “{hidden}” stood"
        )
        show_figure(looks.guess_bars(title, best_guesses(bert, logits, top_k), hidden=hidden), key="guesses")
    return place, top_k


with see:
    see_it()

with measure:
    step("Measure it")
    show_metrics(VARIANT)
    show_claims(VARIANT)

with check:
    step("Check yourself", "Commit to an answer; then the model marks it on your text.")
    check_yourself()
