"""Take it with you: files and pictures that the reader's own browser makes.

Nothing is written on the server, so nothing has to be cleaned up and any replica can serve anybody.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"

_component = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue] - loaded lazily
    "take_it",
    html="<div id='row'></div>\n<p id='said' role='status'></p>\n",
    css=(ASSETS / "css" / "take.css").read_text(encoding="utf-8"),
    js=(ASSETS / "js" / "take.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class File:
    """A text file to download."""

    label: str
    name: str
    media_type: str
    text: str


def take(files: Sequence[File], *, key: str, chart: str = "", name: str = "figure", link: bool = False) -> None:
    """Draw download buttons; ``chart`` is the key of the container whose chart becomes SVG or PNG."""
    data = {"files": [asdict(file) for file in files], "chart": chart, "name": name, "link": link}
    _component(data=data, key=key)
