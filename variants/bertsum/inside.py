"""The three vectors that BERTSUM sums for one token: what it is, where it stands, and whether its sentence is odd.

BERT's own input (Devlin et al., 2018, section 3); what is new is that segments alternate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variants.bertsum.demo import Summarizer
from variants.bertsum.windows import Window
from variants.core.inference import forward_pass


def window_of(windows: tuple[Window, ...], sentence: int) -> int:
    """Return the number of the window that a sentence stands in."""
    return next(number for number, window in enumerate(windows) if sentence in window.sentences)


def span_of(window: Window, sentence: int) -> range:
    """Return the positions of a sentence in its window, its [CLS] first and its [SEP] last."""
    number = window.sentences.index(sentence)
    ends = (*window.places[1:], len(window.input_ids))
    return range(window.places[number], ends[number])


def input_sum(checkpoint: Summarizer, window: Window, position: int) -> npt.NDArray[np.float32]:
    """Return the rows of the three tables for one token, and their sum: (4, hidden)."""
    tables = checkpoint.model.bert.embeddings
    with forward_pass():
        rows = (
            tables.word_embeddings.weight[window.input_ids[position]],
            tables.position_embeddings.weight[position],
            tables.token_type_embeddings.weight[window.token_type_ids[position]],
        )
        return np.stack([row.numpy() for row in (*rows, rows[0] + rows[1] + rows[2])])
