"""The frame around every figure: a title, the chart, and its numbers to read and to take away."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.plain import plain
from pages.ui.table import show_table
from pages.ui.take import File, take
from variants.core.figures import Cell, Figure

ROWS_IN_PAGE = 40


def show_figure(figure: Figure, *, key: str, note: str = "", picked: Callable[[int], None] | None = None) -> None:
    """Draw a figure; ``key`` names it in the page and in downloaded files.

    ``picked`` is told the number of a point that the reader clicks.
    """
    with st.container(key=f"figure_{key}"):
        st.markdown(f"**{plain(figure.title)}**")
        listening: dict[str, Any] = (
            {"on_select": lambda: _tell(f"chart_{key}", picked), "selection_mode": "points"} if picked else {}
        )
        st.plotly_chart(figure.plot, key=f"chart_{key}", alt=figure.alt, config={"displayModeBar": False}, **listening)
        if note:
            st.caption(note)
        numbers = st.expander("Numbers and download", key=f"numbers_{key}", on_change="rerun")
        if numbers.open:
            with numbers:
                _numbers(figure, key)


def _tell(chart: str, picked: Callable[[int], None]) -> None:
    points = st.session_state[chart]["selection"]["points"]
    if points:
        picked(int(points[-1]["point_index"]))


def _numbers(figure: Figure, key: str) -> None:
    shown = figure.rows[:ROWS_IN_PAGE]
    columns = figure.columns[:12]
    show_table([{name: _written(cell) for name, cell in zip(columns, row, strict=False)} for row in shown])
    left_out = len(figure.rows) > len(shown) or len(figure.columns) > len(columns)
    if left_out:
        st.caption("The table shows the first rows and columns; the files hold all of them.")
    files = [
        File("CSV", f"{key}.csv", "text/csv", as_csv(figure)),
        File("JSON", f"{key}.json", "application/json", as_json(figure)),
    ]
    take(files, key=f"take_{key}", chart=f"figure_{key}", name=key)


def as_csv(figure: Figure) -> str:
    """Return the figure's numbers as CSV."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(figure.columns)
    writer.writerows(figure.rows)
    return written.getvalue()


def as_json(figure: Figure) -> str:
    """Return the figure's numbers as a JSON list of objects."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return json.dumps({"title": figure.title, "rows": rows}, ensure_ascii=False, indent=1)


def _written(cell: Cell) -> str:
    return f"{cell:.4f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell
