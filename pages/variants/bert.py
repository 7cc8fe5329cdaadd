"""The BERT chapter: hide words of your own sentence and watch the model guess them."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.chapter import chapter_foot, chapter_head, clear_errors, say, step
from pages.ui.controls import choice, slider, text_box, token_picker, words
from pages.ui.figure import show_figure
from pages.ui.measured import show_claims, show_metrics
from pages.ui.question import ask
from pages.ui.take import File
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.bert import VARIANT

LOOKS = ("both sides", "attention", "layer by layer", "input", "80/10/10", "next sentence")
SECOND = "When they arrived, the teacher was already in the room."

chapter_head(VARIANT)
text = text_box("Your text", key="text", default=VARIANT.example, help="Anything you like; [MASK] hides a word too.")

with st.spinner("Starting BERT…"):  # torch comes with these imports, once per server
    from variants.bert import demo, inside, notebook, questions
    from variants.core import figures

    bert = demo.load()


def see(encoded: demo.Encoded) -> demo.Reading:
    """Draw the text as buttons, what BERT reads, and its guesses."""
    masks = token_picker(
        "Click a word to hide it, click again to show it",
        encoded.tokens,
        [place for place, special in enumerate(encoded.special) if not special],
        key="mask",
        default=demo.default_masks(bert, encoded),
    )
    reading = remember(demo.fill)(bert, encoded, masks)
    token_strip(
        reading.encoded.tokens,
        label="What BERT reads",
        marks={place: "special" for place, special in enumerate(encoded.special) if special}
        | {place: "mask" for place in reading.masks},
    )
    return reading


def guesses(reading: demo.Reading) -> tuple[int, int]:
    """Draw the guesses for one hidden place; return the place and how many were asked for."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        place = choice("Which hidden place?", reading.masks, key="place", default=reading.masks[0])
        top_k = slider("How many guesses", key="top_k", low=1, high=20, default=8)
        named = words("A word of yours", key="word", placeholder="for example: early")
        logits = demo.logits_at(reading, place)
        if named:
            with clear_errors():
                found = demo.rank_of(bert, logits, named)
                st.metric(f"“{found.word}” at place {place}", f"{found.probability:.2%}", f"rank {found.rank:,} of {len(logits):,}", "off", delta_arrow="off")
    with left:
        best = demo.best_guesses(bert, logits, top_k)
        hidden = reading.original.tokens[place]
        title = f"BERT's guesses for place {place}" + ("" if hidden == demo.MASK else f", where “{hidden}” stood")
        show_figure(_bars(title, best, highlight=hidden), key="guesses")
    return place, top_k


def _bars(title: str, best: tuple[demo.Guess, ...], *, highlight: str) -> figures.Figure:
    tokens, chances = [guess.token for guess in best], [guess.probability for guess in best]
    return figures.probability_bars(
        title, tokens, chances, accent(VARIANT), highlight=highlight if highlight in tokens else None
    )


def both_sides(reading: demo.Reading, place: int) -> None:
    """Draw the guesses from the left context only, the right only, and both."""
    st.markdown("A left-to-right model sees one side of a gap. BERT sees both: cut one off and look.")
    views = remember(demo.fill_from_one_side)(bert, reading, place)
    for column, (side, logits) in zip(st.columns(3), views.items(), strict=True):
        with column:
            best = demo.best_guesses(bert, logits, 5)
            named = {"left": "Only the words before it", "right": "Only the words after it", "both": "Both sides"}
            show_figure(_bars(named[side], best, highlight=reading.original.tokens[place]), key=f"side_{side}")


def attention(reading: demo.Reading, _place: int) -> None:
    """Draw one attention head as a heat map."""
    layers, heads = reading.attentions.shape[:2]
    left, right = st.columns(2)
    with left:
        layer = slider("Layer", key="layer", low=1, high=layers, default=1)
    with right:
        head = slider("Head", key="head", low=1, high=heads, default=1)
    title = f"Where each token looks in layer {layer}, head {head}"
    weights = reading.attentions[layer - 1, head - 1]
    heat = figures.attention_heatmap(title, reading.encoded.tokens, weights, accent(VARIANT))
    show_figure(heat, key="attention", note="Each row is one token's attention and sums to 100 %. It is not an explanation.")


def layer_by_layer(reading: demo.Reading, place: int) -> None:
    """Draw the rank of the hidden word after every layer."""
    hidden = reading.original.tokens[place]
    answer = words("Which word to follow?", key="follow", default="" if hidden == demo.MASK else hidden)
    if not answer:
        st.info("Name a word to follow through the layers.")
        return
    steps = inside.logit_lens(bert, reading, place, answer)
    names = ["input", *(f"layer {found.layer}" for found in steps[1:])]
    ranks, best = [found.answer.rank for found in steps], [found.best.token for found in steps]
    figure = figures.rank_by_layer(f"Rank of “{answer}” when words are read off each layer", names, ranks, best, accent(VARIANT))
    show_figure(figure, key="lens", note="An approximation, the “logit lens”: the head that names words was trained on the last layer only.")


def the_input(reading: demo.Reading, place: int) -> None:
    """Draw the three vectors that are summed for one token."""
    last = len(reading.encoded) - 1
    position = slider("Which token?", key="token", low=0, high=last, default=place)
    token = reading.encoded.tokens[position]
    vectors = inside.input_sum(bert, reading, position)
    names = [f"token “{token}”", f"+ place {position}", f"+ segment {reading.encoded.token_type_ids[position]}", "= sum", "normalised"]
    stacked = inside.stacked(vectors)
    show_figure(figures.vector_strips(f"How the input for “{token}” is made", names, stacked, accent(VARIANT)), key="input")


def eighty_ten_ten(reading: demo.Reading, _place: int) -> None:
    """Step through the drawing of a training example."""
    st.markdown("In pre-training, 15 % of the tokens are chosen. A chosen token becomes [MASK] (80 %), a random word (10 %) or stays (10 %).")
    left, right = st.columns(2)
    with left:
        seed = slider("Seed", key="seed", low=0, high=99, default=0)
    drawn = demo.corrupt(bert, reading.original, seed=seed)
    with right:
        shown = slider("Steps", key="step", low=0, high=len(drawn), default=len(drawn))
    tokens, under = list(reading.original.tokens), [""] * len(reading.original)
    for chosen in drawn[:shown]:
        tokens[chosen.position], under[chosen.position] = chosen.shown, f"{chosen.fate}: {chosen.token}"
    marks = {chosen.position: str(chosen.fate) for chosen in drawn[:shown]}
    token_strip(tokens, label="The training example", marks=marks, under=under)
    st.caption(f"{len(drawn)} of {len(tokens)} tokens are chosen: exactly round(15 %), at least one, never [CLS] or [SEP].")


def next_sentence(reading: demo.Reading, _place: int) -> None:
    """Ask whether a second sentence follows."""
    second = text_box("Does this follow?", key="second", default=SECOND, height=70)
    with clear_errors():
        answer = remember(demo.next_sentence)(bert, text, second)
        say(answer.encoded.notices)
        marks = {place: "second" for place, segment in enumerate(answer.encoded.token_type_ids) if segment}
        token_strip(answer.encoded.tokens, label="The pair, segment B shaded", marks=marks)
        chances = [answer.is_next, 1 - answer.is_next]
        show_figure(figures.probability_bars("What [CLS] says of the pair", ["follows", "from elsewhere"], chances, accent(VARIANT)), key="nsp")


step("See it", "All hidden words are guessed at once, each on its own, from everything that is left.")
reading: demo.Reading | None = None
top_k = 8
with clear_errors():
    encoded = remember(demo.read)(bert, text)
    say(encoded.notices)
    reading = see(encoded)
    if reading.masks:
        place, top_k = guesses(reading)
        look = choice("Look closer", LOOKS, key="look", default=LOOKS[0])
        views = (both_sides, attention, layer_by_layer, the_input, eighty_ten_ten, next_sentence)
        dict(zip(LOOKS, views, strict=True))[look](reading, place)
    else:
        st.info("Nothing is hidden yet: click a word above.")

step("Measure it")
show_metrics(VARIANT)
show_claims(VARIANT)

step("Check yourself", "Commit to an answer; then the model marks it on your text.")
if reading is not None:
    whole = reading.original
    ask(questions.EVERY_POSITION, lambda: questions.mark_every_position(bert, whole), key="q1")
    ask(questions.WRONG_WORDS, lambda: questions.mark_wrong_words(bert, whole), key="q2")
    ask(questions.LOSS_EVERYWHERE, lambda: questions.mark_loss_everywhere(bert, whole), key="q3")
    ask(questions.JOINTLY, lambda: questions.mark_jointly(bert, whole), key="q4")
    ask(questions.TOPIC, lambda: questions.mark_topic(bert), key="q5")

book = notebook.bert_notebook(text=text, masks=reading.masks if reading else (), top_k=top_k, second=SECOND, seed=0)
chapter_foot(VARIANT, (demo.fill, demo.probabilities, demo.rank_of), [File("Notebook", "bert.ipynb", "application/json", book)])
