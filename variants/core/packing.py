"""Full sentences: fill a window with whole sentences, one after another, as they stand in a document.

Liu et al., 2019, section 4.2 (DOC-SENTENCES), and Joshi et al., 2019, section 3.3: one segment a
window, no sentence pairs. A sentence that does not fit any more opens the next window.

One departure, for windows shorter than sentences: a sentence longer than the window is cut in parts.
"""

from __future__ import annotations

from collections.abc import Iterable

from variants.core.token_store import Sentence


def pack_sentences(sentences: Iterable[Sentence], room: int) -> list[list[int]]:
    """Return windows of at most ``room`` tokens, special ones not counted; every token is used once."""
    windows: list[list[int]] = []
    for sentence in sentences:
        for start in range(0, len(sentence), room):
            part = sentence[start : start + room]
            if windows and len(windows[-1]) + len(part) <= room:
                windows[-1] += part
            else:
                windows.append(list(part))
    return windows
