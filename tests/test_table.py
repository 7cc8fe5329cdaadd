"""Tables show the learner's words to the letter: Streamlit reads Markdown in their cells."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.table import literal

PLAIN = [
    "84.4 ± 0.2 (x)",
    "-4.86",
    "##ed",
    "▁States.",
    "loss (nats)",
    "12:30",
    "a - b",
    "Clark et al., 2020, Table 5",
    "<b>t</b>",
]
MARKED = {
    "![x](http://x/x.png)": r"!\[x\](http://x/x.png)",
    "**b** `c` $x$": r"\*\*b\*\* \`c\` \$x\$",
    ":red[r]": r"\:red\[r\]",
    "# h": r"\# h",
    "-": r"\-",
    "1. x": r"1\. x",
    "a\\*": r"a\\\*",
    "&lt;": r"\&lt;",
}


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_plain_words_stay_as_they_are(text: str) -> None:
    assert literal(text) == text


@pytest.mark.parametrize("text", MARKED)
def test_what_markdown_would_read_is_escaped(text: str) -> None:
    assert literal(text) == MARKED[text]


def test_cells_and_heads_are_escaped() -> None:
    page = AppTest.from_function(_page).run()
    table = page.table[0].value
    assert list(table.columns) == [r"\*"] and list(table[r"\*"]) == [r"!\[x\](y)"]


def _page() -> None:
    from pages.ui.table import show_table

    show_table([{"*": "![x](y)"}])
