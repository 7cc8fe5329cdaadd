"""A learner's words as they are: most of Streamlit's labels and messages are Markdown."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:^=&])")


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` to the letter: no links, no pictures, no formatting."""
    return _MARKS.sub(r"\\\1", text.replace("\n", " "))
