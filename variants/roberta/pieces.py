"""WordPiece and byte-level BPE, side by side on one text.

Liu et al., 2019, section 4.4, take the vocabulary of GPT-2 (Radford et al., 2019): pieces are learned
over *bytes*, of which there are 256, so that every text in every script can be spelled. WordPiece
learns over characters: one that it never met makes the whole word unknown.

Left out: the paper found no clear gain in scores, and neither do we measure one here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from tokenizers import Tokenizer
from transformers import BertTokenizer

from variants.core.byte_level import spelling
from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.tokenization import readable

MOST_CHARACTERS = 600  # of a text; two strips of tokens stand side by side


@dataclass(frozen=True)
class Pieces:
    """A text cut by one vocabulary."""

    text: str  # what was cut
    tokens: tuple[str, ...]
    spelled: tuple[str, ...]  # the bytes of each token that is not plain ASCII, in hexadecimal; else empty
    unknown: int  # tokens that stand for something else
    back: str  # the text made from the tokens again

    @property
    def characters_per_token(self) -> float:
        """Return how much text a token holds on average."""
        return len(self.text) / len(self.tokens)

    @property
    def is_lossless(self) -> bool:
        """Say whether the tokens give the text back to the letter."""
        return self.back == self.text


def cut(checkpoint: Checkpoint[Any], text: str) -> Pieces:
    """Cut the start of a text into pieces; raise InputError when there is nothing to cut."""
    tokenizer, shown = _without_special_tokens(checkpoint), readable(text[:MOST_CHARACTERS]).strip()
    cut = tokenizer.encode(shown, add_special_tokens=False)
    if not cut.ids:
        raise InputError("There is nothing to read in the text yet: type a sentence, for example “The cat sat.”")
    is_bytes = not isinstance(checkpoint.tokenizer, BertTokenizer)
    spelled = tuple(spelling(token) if is_bytes else "" for token in cut.tokens)
    back = tokenizer.decode(cut.ids, skip_special_tokens=False).removeprefix(" ")
    return Pieces(shown, tuple(cut.tokens), spelled, cut.ids.count(checkpoint.vocabulary.unk), back)


@cache
def _without_special_tokens(checkpoint: Checkpoint[Any]) -> Tokenizer:
    """Return a copy of the tokenizer to which a typed “<unk>” is five signs like any others."""
    tokenizer = Tokenizer.from_str(checkpoint.tokenizer.backend_tokenizer.to_str())
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    return tokenizer
