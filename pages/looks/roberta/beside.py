"""RoBERTa beside BERT: the same words hidden from both."""

from typing import Any

import streamlit as st

from pages.ui.address import value_of, whole_numbers
from pages.ui.cache import remember
from pages.ui.chapter import attempt, say
from pages.ui.controls import choice, token_picker
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.bert import demo as bert_demo
from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.figures import probability_bars
from variants.core.guesses import best_guesses
from variants.core.words import read_words
from variants.roberta import VARIANT, demo
from variants.roberta.beside import Answer, answer_of, default_words, shared_words

Models = tuple[bert_demo.Bert, demo.Roberta]
NAMES = (BERT.name, VARIANT.name)
TOP_K = 6


def beside_bert(models: Models, text: str) -> None:
    """Hide the same words from both models and draw their guesses side by side."""
    st.markdown("Both models read the same text for their training, and both guess the words that you hide here.")
    read = attempt(lambda: [remember(read_words)(model, text) for model in models])
    if read is None:
        return
    for name, worded in zip(NAMES, read, strict=True):
        say([f"{name}: {notice}" for notice in worded.encoded.notices])
    words, shared = read[0].words, shared_words(*read)
    chosen = token_picker(
        "Click a word to hide it from both, click again to show it",
        [word.text for word in words],
        [word for word in shared if not words[word].is_mask],
        key="words",
        default=default_words(read[0], shared),
    )
    hidden = [word for word in shared if word in chosen or words[word].is_mask]
    if not hidden:
        st.info("Nothing is hidden yet: click a word above.")
        return
    readings = (
        remember(bert_demo.fill)(models[0], read[0].encoded, read[0].masks_of(chosen)),
        remember(demo.fill)(models[1], read[1].encoded, read[1].masks_of(chosen)),
    )
    answers = {word: [answer_of(*each, word) for each in zip(models, read, readings, strict=True)] for word in hidden}
    names = {word: f"{word + 1} {'mask' if words[word].is_mask else words[word].text}" for word in hidden}
    word = choice("Which hidden word?", names, key="which", default=hidden[-1])
    for column, name, model, answer in zip(st.columns(2), NAMES, models, answers[word], strict=True):
        with column:
            _bars(name, model, answer)
    show_table([row for word in hidden for row in _rows(names[word], answers[word])])
    st.caption(
        "A word that is one piece to one model and several to the other is not the same question to both: "
        "all its pieces are hidden, and the bars and percentages are for the first."
    )


def _bars(name: str, model: Checkpoint[Any], answer: Answer) -> None:
    best, hidden = best_guesses(model, answer.logits, TOP_K), answer.pieces[0]
    tokens = [guess.token for guess in best]
    figure = probability_bars(
        f"{name}'s guesses" if answer.probability is None else f"{name}'s guesses, where “{hidden}” stood",
        tokens,
        [guess.probability for guess in best],
        accent(VARIANT if name == VARIANT.name else BERT),
        highlight=hidden if hidden in tokens else None,
    )
    show_figure(figure, key=f"beside_{name.lower()}")


def _rows(word: str, answers: list[Answer]) -> list[dict[str, str]]:
    return [
        {
            "word": word,
            "model": name,
            "pieces": " ".join(answer.pieces),
            "first guess": f"{answer.best.token} {answer.best.probability:.1%}",
            "hidden piece": "" if answer.probability is None else f"{answer.probability:.2%}",
        }
        for name, answer in zip(NAMES, answers, strict=True)
    ]


def chosen_words(models: Models, text: str) -> tuple[int, ...]:
    """Return the hidden words, also while the picker is not drawn."""
    try:
        read = [remember(read_words)(model, text) for model in models]
    except InputError:  # said where the words are picked
        return ()
    shared = shared_words(*read)
    return tuple(word for word in value_of("words", default_words(read[0], shared), whole_numbers) if word in shared)
