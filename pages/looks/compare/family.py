"""What each variant changed, from the records."""

import csv
import io
import json
from collections.abc import Sequence

import streamlit as st

from pages.ui.table import show_table
from pages.ui.take import File, take
from variants import VARIANTS, find_variant
from variants.core.differences import differences
from variants.core.variant import Variant


def family(chosen: Sequence[Variant]) -> None:
    """Draw the table of differences; BERT, where all began, is always the first column."""
    bert = find_variant("bert")
    shown = [bert, *(variant for variant in chosen if variant is not bert)]
    rows = differences(shown, VARIANTS)
    show_table(rows)
    st.caption(
        "What the papers did with their models of base size unless it says otherwise; ours are smaller. The last row "
        "alone is about ours."
    )
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    files = [
        File("CSV", "family.csv", "text/csv", written.getvalue()),
        File("JSON", "family.json", "application/json", json.dumps(rows, ensure_ascii=False, indent=1)),
    ]
    take(files, key="take_family")
