"""Text from a file that a learner chose: UTF-8, or UTF-16 with its mark; anything else is said, not guessed."""

from __future__ import annotations

import codecs

from variants.core.errors import InputError

MOST_BYTES = 1_000_000  # 200,000 characters are no more than 800,000 bytes in UTF-8


def text_of(data: bytes) -> str:
    """Return the text of a .txt file; raise InputError for what is none."""
    if len(data) > MOST_BYTES:
        raise InputError(f"This file has {len(data) / 1e6:.1f} MB; a text file of at most 1 MB can be read.")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("This is not a text file in UTF-8: save it as plain text (.txt) and try again.") from error
    if "\0" in text:
        raise InputError("This file is not plain text, it holds zero bytes: save it as .txt and try again.")
    if not text.strip():
        raise InputError("There is nothing to read in this file.")
    return text
