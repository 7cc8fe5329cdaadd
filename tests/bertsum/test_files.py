"""Files: text is read, and nothing else is guessed."""

from __future__ import annotations

import pytest

from variants.bertsum.files import MOST_BYTES, text_of
from variants.core.errors import InputError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_to_the_letter(encoding: str) -> None:
    assert text_of("Größe – 漢字\nline two".encode(encoding)) == "Größe – 漢字\nline two"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not a text file"),
        ("naïve".encode("latin-1"), "not a text file"),
        (b"a\0b", "zero bytes"),
        (b"  \n", "nothing to read"),
        (b"", "nothing to read"),
        (b"a" * (MOST_BYTES + 1), "1 MB"),
        (b"a" * 5_000_000, "5.0 MB"),
    ],
)
def test_what_is_no_text_is_said(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        text_of(data)
