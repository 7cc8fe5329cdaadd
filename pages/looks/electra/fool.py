"""Fool the detector: a word of the learner's text, replaced by hand."""

import streamlit as st

from pages.looks.electra.rows import Pipeline
from pages.ui.address import current
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice, words
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.theme import accent
from variants.core.checkpoint import Checkpoint
from variants.core.words import Worded, read_words
from variants.electra import VARIANT, figures
from variants.electra.model import Electra
from variants.electra.replacement import compare, default_word, replace_word, suspicion

NEW_WORD = "ate"  # the example of the paper's first figure


def fool_it(electra: Checkpoint[Electra], text: str, _pipeline: Pipeline) -> None:
    """Let the learner replace a word, and draw what the discriminator says before and after."""
    st.markdown("Be the generator: put another word into your text. Nothing else changes. Which tokens light up?")
    worded = remember(read_words)(electra, text)
    first = default_word(worded)
    if first is None:
        st.info("There is no word to replace: type one above.")
        return
    left, right = st.columns(2)
    with left:
        word = choice("Replace this word", _words(worded), key="word", default=first)
    with right:
        new = words("by", key="by", default=NEW_WORD, placeholder="one word, for example: painted")
    attempt(lambda: _show(electra, worded, word, new))


def _words(worded: Worded) -> dict[int, str]:
    """Name the words that can be replaced, each with its number: a word may stand there twice."""
    return {
        number: f"{number + 1} {word.text}"
        for number, word in enumerate(worded.words)
        if worded.places[number] and not word.is_mask
    }


def _show(electra: Checkpoint[Electra], worded: Worded, word: int, new: str) -> None:
    replacement = replace_word(electra, worded, word, new)
    found = remember(compare)(electra, replacement)
    before = [None if place is None else found.before.replaced_probability[place] for place in replacement.place_before]
    old = worded.words[word].text
    figure = figures.before_and_after(
        f"P(replaced), before and after “{old}” became “{new.strip()}”",
        replacement.after.tokens,
        before,
        found.after.replaced_probability,
        replacement.places,
        accent(VARIANT),
    )
    show_figure(figure, key="fool", note="Tinted: your word. The others are the same tokens, read beside another one.")
    highest = suspicion(replacement, found.after)
    verdict = "calls it replaced" if highest >= 0.5 else "takes it for original: you fooled it"
    if not any(replacement.replaced):
        verdict = "and the rule agree that nothing was replaced: this is the word that stood there"
        if highest >= 0.5:
            verdict = "calls it replaced, wrongly: this is the word that stood there"
    several = " (its most suspicious piece)" if replacement.new_pieces > 1 else ""
    st.markdown(f"“{plain(new.strip())}” has P(replaced) **{highest:.0%}**{several}: the discriminator {verdict}.")


def chosen_replacement(electra: Checkpoint[Electra], text: str) -> tuple[int | None, str]:
    """Return the word's number and the new word, also while their controls are not drawn."""
    worded = attempt(lambda: remember(read_words)(electra, text))
    first = default_word(worded) if worded else None
    if worded is None or first is None:
        return None, NEW_WORD

    def known(written: str) -> int:
        if int(written) not in _words(worded):
            raise ValueError(written)
        return int(written)

    return current("word", first, known), current("by", NEW_WORD, str)
