"""The parameter lab: any sizes, any sharing, and where the parameters are."""

import streamlit as st

from pages.looks.albert.sizes import choose_sizes
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from variants.albert import figures, parameters
from variants.albert.footprint import Footprint, footprint
from variants.albert.parameters import LEVELS, Level
from variants.albert.published import SIZES
from variants.albert.rounding import recount
from variants.albert.sizes import PRESETS, Sizes

SAID: dict[Level, str] = {
    "encoder": "encoder",
    "pooler": "+ pooler",
    "masked-lm": "+ MLM head, no pooler",
    "pretraining": "+ pooler, both heads",
}
LEVEL = "pooler"


def parameter_lab() -> None:
    """Let the learner choose sizes; draw and count what they make."""
    sizes = attempt(choose_sizes)
    if sizes is None:
        return
    level = _level(
        choice("What is counted", {str(key): name for key, name in SAID.items()}, key="level", default=LEVEL)
    )
    parts = parameters.at_level(parameters.albert_parts(sizes), level)
    bert_parts = parameters.at_level(parameters.bert_parts(sizes), level)
    networks = {"BERT of this shape": bert_parts, "this ALBERT": parts}
    show_figure(figures.stacked_parts("Parameters, beside a BERT of the same depth and widths", networks), key="beside")
    show_figure(figures.part_map("Where this ALBERT's parameters are", parts), key="parts")
    _formula(parts, remember(parameters.count_albert)(sizes), sizes)
    _footprints(sizes, parameters.total(parts), parameters.total(bert_parts))
    _published()


def _level(asked: str) -> Level:
    return next(level for level in LEVELS if level == asked)


def _formula(parts: tuple[parameters.Part, ...], counted: dict[str, int], sizes: Sizes) -> None:
    st.markdown("**The formula, with your numbers, and the count on the real class**")
    rows = [
        {
            "part": part.name,
            "formula": part.letters,
            "with your numbers": part.numbers,
            "is": f"{part.count:,}",
            "counted": f"{counted[part.name]:,}",
        }
        for part in parts
    ]
    sums = f"{parameters.total(parts):,}", f"{sum(counted[part.name] for part in parts):,}"
    show_table([*rows, {"part": "total", "formula": "", "with your numbers": "", "is": sums[0], "counted": sums[1]}])
    note = (
        "“Counted” builds transformers' own class without memory, on torch's meta device, and adds up its tensors; "
        f"a shared one counts once. P = {sizes.positions}, T = {sizes.segments}."
    )
    if sizes.embedding == sizes.hidden:
        smaller = parameters.total(parts) - next(part.count for part in parts if part.name == parameters.MAP)
        note += f" With E = H the map is of no use; Google's code leaves it out and has {smaller:,}."
    st.caption(note)


def _footprints(sizes: Sizes, ours: int, of_bert: int) -> None:
    st.markdown("**What that costs, and what it does not**")
    costs = {
        "this ALBERT": footprint(sizes, ours, is_factorised=True),
        "BERT of this shape": footprint(sizes, of_bert, is_factorised=False),
    }
    rows = {name: _cost_row(cost) for name, cost in costs.items()}
    show_table([{"": what} | {name: row[what] for name, row in rows.items()} for what in rows["this ALBERT"]])
    st.caption(
        "Shared weights are stored once and used in every layer: files shrink, arithmetic and activations stay. "
        "Training memory is weights, gradients and Adam's two moments in fp32. Operations: matrix products only."
    )


def _cost_row(cost: Footprint) -> dict[str, str]:
    files = {f"file, {name}": _bytes(size) for name, size in cost.files.items()}
    return files | {
        "training memory, weights": _bytes(cost.training),
        f"activations kept, {cost.tokens} tokens": _bytes(cost.activations),
        f"operations, {cost.tokens} tokens": f"{cost.operations / 1e9:,.2f} billion",
    }


def _bytes(size: int) -> str:
    return f"{size / 1e9:,.2f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def _published() -> None:
    with st.expander("The published sizes: which can be reproduced?"):
        rows: list[dict[str, str]] = []
        for preset, claim in SIZES.items():
            found = recount(preset)
            counts = {SAID[level]: f"{count:,}" for level, count in found.counts.items()}
            fits = " · ".join(SAID[level] for level in found.fits) or "none"
            rows.append({"network": PRESETS[preset][0], "paper": f"{claim.value:g}M"} | counts | {"rounds to it": fits})
        show_table(rows)
        st.caption(
            "Lan et al., 2019, Table 1, every network with V = 30,000. BERT's own paper says 110M and 340M, for its "
            "30,522 pieces. What the paper calls 60M and 235M cannot be had from its own sizes."
        )
