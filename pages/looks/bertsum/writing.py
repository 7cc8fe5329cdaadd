"""A summary in the model's own words: each word copied or invented, the beams step by step, ROUGE beside the others."""

from html import escape

import streamlit as st

from pages.looks.bertsum import beams
from pages.looks.bertsum.baselines import MEASURES, reference_box
from pages.looks.bertsum.scores import Scored, Summary
from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.controls import choice, slider
from pages.ui.play import playable
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bertsum import VARIANT
from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare_written
from variants.bertsum.novelty import Stretch
from variants.bertsum.pairs import LONGEST_SUMMARY
from variants.bertsum.writer_store import load_writer, recorded
from variants.bertsum.writing import Asked, Written, write, writing_windows

DEFAULT = Settings()
MOST_BEAMS, SHORTEST = 8, 4
MOST_WINDOWS = 3000
PENALTIES = {0: "none", 60: "0.6", 90: "0.9", 120: "1.2"}  # in hundredths
ON_OFF = {"on": "on", "off": "off"}


def ships() -> bool:
    """Say whether there is a model that writes."""
    return recorded() is not None


def written_summary(scored: Scored, found: Summary) -> None:
    """Draw the controls, the summary, its beams and the comparison."""
    st.markdown(
        "BERTSUM chooses; **BERTSUMABS writes**. BERT reads one window, and a decoder of two layers puts one token "
        "after the other, looking at what it has written and at what BERT has read."
    )
    writer = remember(load_writer)()
    windows = writing_windows(writer, scored.reading.token_ids)
    _controls()
    if len(windows) > 1:
        slider("Window that is read", key="read", low=1, high=len(windows), default=1)
    wanted = _asked()
    window = windows[min(wanted.window, len(windows)) - 1]
    with st.spinner("Writing…"):
        written = remember(write)(writer, window, scored.reading.sentences, wanted.settings)
    sentences = [place + 1 for place in written.read]
    _marked(written)
    st.caption(
        f"It has read sentences {sentences[0]} to {sentences[-1]}: one window of {writer.max_length} tokens, and no "
        "more. Green: a word that stands there, underlined where its neighbour does too. Orange and dashed: invented. "
        f"Of its words {written.novel_words:.0%} do not stand in what it read, of its pairs of words "
        f"{written.novel_pairs:.0%}. It writes in lower case, as its vocabulary has it, and **it does not know whether "
        "what it writes is true**; how little it takes from the text is measured below."
    )
    playable("beam_step", lambda: beams.step_through(writer, written))
    _beside(scored, found, written)


def _controls() -> None:
    left, right = st.columns(2)
    with left:
        slider("Beams (1: greedy)", key="beams", low=1, high=MOST_BEAMS, default=DEFAULT.beams)
        choice("No trigram twice", ON_OFF, key="trigrams", default="on")
    with right:
        slider("At most so many tokens", key="longest", low=SHORTEST, high=LONGEST_SUMMARY, default=DEFAULT.longest)
        choice("Length penalty α", PENALTIES, key="alpha", default=round(100 * DEFAULT.alpha))


def asked() -> Asked | None:
    """Return what is asked of the model that writes, also while its controls are not drawn; None without one."""
    return _asked() if ships() else None


def _asked() -> Asked:
    longest = current("longest", DEFAULT.longest, whole_number(SHORTEST, LONGEST_SUMMARY))
    settings = Settings(
        beams=current("beams", DEFAULT.beams, whole_number(1, MOST_BEAMS)),
        alpha=current("alpha", round(100 * DEFAULT.alpha), _penalty) / 100,
        shortest=min(DEFAULT.shortest, longest - 1),
        longest=longest,
        blocking=current("trigrams", "on", str) != "off",
    )
    return Asked(settings, current("read", 1, whole_number(1, MOST_WINDOWS)))


def _penalty(written: str) -> int:
    if int(written) not in PENALTIES:
        raise ValueError(written)
    return int(written)


def _marked(written: Written) -> None:
    said = "".join(_word(stretch) for stretch in written.stretches)
    st.html(f'<blockquote class="summary written" style="--accent:{accent(VARIANT)}">{said}</blockquote>')


def _word(stretch: Stretch) -> str:
    if stretch.copied is None:
        return escape(stretch.text)
    kind = "pair" if stretch.pair else "word" if stretch.copied else "invented"
    return f'<mark class="{kind}">{escape(stretch.text)}</mark>'


def _beside(scored: Scored, found: Summary, written: Written) -> None:
    st.markdown("**Beside sentences that are chosen, in as many words**")
    reference = reference_box()
    entries = remember(compare_written)(written.summary, scored.reading.sentences, found.shown, reference=reference)
    show_table(
        [
            {"who": entry.name, "words not in the article": f"{entry.novel_words:.0%}"}
            | {"pairs not in it": f"{entry.novel_pairs:.0%}"}
            | {name: f"{100 * entry.rouge[key]:.1f}" if entry.rouge else "" for key, name in MEASURES.items()}
            for entry in entries
        ]
    )
    if not reference.strip():
        st.info("Write a reference above to see ROUGE.")
