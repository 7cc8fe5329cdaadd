"""The pipeline: original, masked and sampled below each other, and what the discriminator says of each token."""

from dataclasses import dataclass

import streamlit as st

from pages.looks.electra.choices import hidden, sampling
from pages.ui.aligned import Column, aligned_rows
from pages.ui.cache import remember
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.theme import accent
from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.figures import probability_bars
from variants.core.guesses import best_guesses
from variants.core.reading import Reading, logits_at
from variants.electra import VARIANT, figures
from variants.electra.demo import Verdict, guess, judge
from variants.electra.model import Electra
from variants.electra.pipeline import Corruption, refill, standing

TOP_K = 8
ROWS = ("original", "masked", "sampled", "P(replaced)", "in truth")


@dataclass(frozen=True)
class Pipeline:
    """What was hidden, what came of it, and how it was sampled."""

    corruption: Corruption
    masks: tuple[int, ...]  # as chosen; a typed [MASK] is not among them
    temperature: float
    sample: int


def pipeline(electra: Checkpoint[Electra], encoded: Encoded) -> Pipeline:
    """Draw the controls, the three rows and the discriminator's answer."""
    masks = hidden(electra, encoded)
    temperature, sample = sampling()
    reading = remember(guess)(electra, encoded, masks)
    corruption = remember(refill)(electra, reading, temperature=temperature, seed=sample)
    verdict = remember(judge)(electra, corruption.sampled.input_ids)
    _rows(corruption, verdict)
    _said(corruption, verdict, reading)
    bars = figures.verdict_bars(
        "What the discriminator says of every token",
        corruption.sampled.tokens,
        verdict.replaced_probability,
        truths_of(corruption),
        accent(VARIANT),
    )
    show_figure(bars, key="verdict", note="Heights are the verdict, colours the truth. The dotted line is even odds.")
    if corruption.hidden:
        _one_slot(electra, reading, corruption)
    return Pipeline(corruption, masks, temperature, sample)


def truths_of(corruption: Corruption) -> list[figures.Truth]:
    """Return the true label of each token, lucky samples apart."""
    lucky = corruption.lucky
    return [
        "replaced" if replaced else "lucky" if place in lucky else "original"
        for place, replaced in enumerate(corruption.replaced)
    ]


def _rows(corruption: Corruption, verdict: Verdict) -> None:
    marks = {"replaced": "replaced", "lucky": "original", "original": ""}
    styles = {"replaced": "changed", "lucky": "right", "original": ""}
    texts = (corruption.original.tokens, corruption.masked.tokens, corruption.sampled.tokens)
    columns = [
        Column(
            tokens=tokens,
            share=probability,
            value=f"{probability:.0%}",
            mark=marks[truth],
            style=styles[truth] or ("special" if corruption.original.special[place] else ""),
        )
        for place, (tokens, probability, truth) in enumerate(
            zip(zip(*texts, strict=True), verdict.replaced_probability, truths_of(corruption), strict=True)
        )
    ]
    aligned_rows(ROWS, columns, label="Original, masked, sampled, and P(replaced)", colour=accent(VARIANT))


def _said(corruption: Corruption, verdict: Verdict, reading: Reading) -> None:
    number, lucky = len(corruption.hidden), len(corruption.lucky)
    found = [place for place, p in enumerate(verdict.replaced_probability) if p >= 0.5]
    hits = sum(corruption.replaced[place] for place in found)
    said = f"{number} of {len(corruption.original)} tokens hidden, {sum(corruption.replaced)} replaced. "
    said += f"At even odds the discriminator calls {len(found)} replaced, {hits} of them rightly. "
    if lucky:
        said += f"**{lucky} {'sample is' if lucky == 1 else 'samples are'} right by luck** (dashed): the token is the "
        said += "true one, so its label is *original*, and there is nothing to find. "
    st.markdown(said)
    if number > len(set(corruption.hidden) & set(_answerable(corruption))):
        st.caption("Where you typed [MASK] there is no original word, so whatever fills it counts as replaced.")
    st.caption(
        f"Generator {1000 * reading.seconds:.0f} ms, discriminator {1000 * verdict.seconds:.0f} ms on this machine."
    )


def _answerable(corruption: Corruption) -> list[int]:
    return [p for p in corruption.hidden if corruption.original.input_ids[p] != corruption.masked.input_ids[p]]


def _one_slot(electra: Checkpoint[Electra], reading: Reading, corruption: Corruption) -> None:
    places = {place: f"{place} {reading.original.tokens[place]}" for place in reading.masks}
    place = choice("The generator's guesses for which place?", places, key="place", default=reading.masks[0])
    logits, sampled = logits_at(reading, place), corruption.sampled.tokens[place]
    shown = {guess.token: guess.probability for guess in best_guesses(electra, logits, TOP_K)}
    probability, better = standing(logits, corruption.sampled.input_ids[place])
    shown.setdefault(sampled, probability)  # a sample may come from further down
    title = f"The generator's guesses for place {place}, where “{reading.original.tokens[place]}” stood"
    bars = probability_bars(title, list(shown), list(shown.values()), accent(VARIANT), highlight=sampled)
    show_figure(bars, key="guesses")
    st.caption(
        f"Filled: “{plain(sampled)}”, which stands in the text now. Of {len(logits):,} tokens the generator finds "
        f"{better:,} more probable."
    )
