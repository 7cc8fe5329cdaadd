"""Four ways to fill a training sequence, drawn as boxes."""

import streamlit as st

from pages.looks.roberta.masks import chosen_seed
from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.table import show_table
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.bert.demo import Bert
from variants.roberta import VARIANT, figures, formats
from variants.roberta.demo import Roberta
from variants.roberta.published import FORMATS

SHORTEST, WINDOW, LONGEST = 32, 128, 512
DEFAULT: formats.Format = "full-sentences"
KINDS: dict[str, formats.Format] = {kind: kind for kind in formats.FORMATS}
NAMES: dict[formats.Format, str] = {
    "segment-pair": "SEGMENT-PAIR+NSP",
    "sentence-pair": "SENTENCE-PAIR+NSP",
    "full-sentences": "FULL-SENTENCES",
    "doc-sentences": "DOC-SENTENCES",
}
LEADS: dict[formats.Format, str] = {
    "segment-pair": "BERT's own: two segments of several sentences; half of the time the second is from elsewhere.",
    "sentence-pair": "Two single sentences. They are short, so most of a window stays empty.",
    "full-sentences": "RoBERTa's choice: whole sentences until the window is full, on into the next document.",
    "doc-sentences": "The same, but a window ends with its document. It scored best; batches of unlike size spoke "
    "against it.",
}


def packing(models: tuple[Bert, Roberta], text: str) -> None:
    """Draw the training sequences of one format as boxes, and count all four."""
    kind = KINDS[
        choice(
            "How is a training sequence filled?",
            {str(kind): name for kind, name in NAMES.items()},
            key="format",
            default=DEFAULT,
        )
    ]
    st.markdown(LEADS[kind])
    window = slider("Window, in tokens", key="window", low=SHORTEST, high=LONGEST, default=WINDOW)
    seed, roberta = chosen_seed(), models[1]
    joined = remember(formats.text_with_samples)(roberta, text)
    pack = remember(formats.pack)
    packed: list[tuple[formats.Format, formats.Packed]] = [
        (each, pack(roberta, joined, each, window=window, seed=seed)) for each in formats.FORMATS
    ]
    shown = dict(packed)[kind]
    names = ["your text", *(f"sample {number}" for number in range(1, len(joined.documents)))]
    figure = figures.packed_boxes(f"{NAMES[kind]}: training sequences", shown, names, accent(VARIANT))
    note = f"Your text comes first, {len(names) - 1} documents of the sample follow, a colour each. Grey is <s> or "
    show_figure(figure, key="packing", note=note + "</s>, empty is padding." + _left_out(shown))
    _one_sequence(shown, names)
    _all_formats(packed)
    st.caption(
        "Counted on this text. A real batch is padded only to its longest sequence, and the paper used larger "
        "batches where sequences are short. What the formats scored, with windows of 512:"
    )
    claims_table(FORMATS)


def _all_formats(packed: list[tuple[formats.Format, formats.Packed]]) -> None:
    show_table(
        [
            {
                "format": NAMES[each],
                "sequences": f"{len(found.sequences)}",
                "tokens in one": f"{sum(found.lengths) / len(found.lengths):.0f}",
                "padding": f"{found.padding:.1%}",
                "hold several documents": f"{found.across_documents:.0%}",
            }
            for each, found in packed
        ]
    )


def _left_out(packed: formats.Packed) -> str:
    more = len(packed.sequences) - figures.MOST_SEQUENCES
    return f" {more} more are not drawn." if more > 0 else ""


def _one_sequence(packed: formats.Packed, names: list[str]) -> None:
    most = len(packed.sequences)
    number = slider("Read one sequence", key="sequence", low=1, high=most, default=1) if most > 1 else 1
    boxes = packed.sequences[number - 1]
    token_strip(
        [box.text for box in boxes],
        label=f"Sequence {number}",
        marks={place: "special" for place, box in enumerate(boxes) if box.document is None},
        under=["" if box.document is None else f"{names[box.document]}, {box.length} tokens" for box in boxes],
    )


def chosen_format() -> tuple[formats.Format, int]:
    """Return the format and the window, also while their controls are not drawn."""
    kind = KINDS.get(current("format", DEFAULT, str), DEFAULT)
    return kind, current("window", WINDOW, whole_number(SHORTEST, LONGEST))
