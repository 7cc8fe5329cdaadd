"""A learner's text as a model reads it: tokens, ids, segments, and what could not be taken over.

Whatever is typed is accepted if there is anything to read in it. What does not fit is cut at the
end and said aloud; nothing is dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from transformers import PreTrainedTokenizerFast

from variants.core.errors import InputError
from variants.core.tokenization import readable, tokens_of, vocabulary_of

MAX_CHARACTERS = 20_000  # far more than any window holds; the rest is not even tokenized
Side = Literal["left", "right", "both"]


@dataclass(frozen=True)
class Encoded:
    """One model input; the fields run over its tokens."""

    input_ids: tuple[int, ...]
    tokens: tuple[str, ...]
    token_type_ids: tuple[int, ...]
    special: tuple[bool, ...]  # [CLS], [SEP] and the like, which are never masked
    notices: tuple[str, ...] = ()  # what the learner should know: a cut, an unknown sign

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.input_ids)

    def position(self, position: int) -> int:
        """Return ``position`` if a token stands there that may be masked; raise InputError otherwise."""
        if not 0 <= position < len(self):
            raise InputError(f"There is no token {position}; the text has tokens 0 to {len(self) - 1}.")
        if self.special[position]:
            raise InputError(f"Token {position} is {self.tokens[position]}, which is never hidden.")
        return position

    def replace(self, position: int, token_id: int, token: str) -> Encoded:
        """Return the input with another token at ``position``."""
        ids, tokens = list(self.input_ids), list(self.tokens)
        ids[position], tokens[position] = token_id, token
        return replace(self, input_ids=tuple(ids), tokens=tuple(tokens))


def encode(
    tokenizer: PreTrainedTokenizerFast, text: str, second: str | None = None, *, max_length: int = 128
) -> Encoded:
    """Tokenize a text, or two as a pair; raise InputError when there is nothing to read."""
    vocabulary = vocabulary_of(tokenizer)
    first_ids, first_notices = _ids(tokenizer, text, "text")
    if second is None:
        ids, cut = _fit(first_ids, max_length - 2)
        input_ids = [vocabulary.cls, *ids, vocabulary.sep]
        segments = [0] * len(input_ids)
        notices = first_notices
    else:
        second_ids, second_notices = _ids(tokenizer, second, "second sentence")
        room = max_length - 3
        kept_second, cut_second = _fit(second_ids, max(room // 2, room - len(first_ids)))
        kept_first, cut_first = _fit(first_ids, room - len(kept_second))
        cut = cut_first + cut_second
        head = [vocabulary.cls, *kept_first, vocabulary.sep]
        input_ids = [*head, *kept_second, vocabulary.sep]
        segments = [0] * len(head) + [1] * (len(input_ids) - len(head))
        notices = first_notices + second_notices
    if cut:
        notices += (f"The model reads {max_length} tokens at most: the last {cut:,} were left out.",)
    tokens = tokens_of(tokenizer, input_ids)
    marks = never_masked(tokenizer)
    special = tuple(token_id in marks for token_id in input_ids)
    return Encoded(tuple(input_ids), tuple(tokens), tuple(segments), special, notices)


def never_masked(tokenizer: PreTrainedTokenizerFast) -> set[int]:
    """Return the ids of [CLS], [SEP] and [PAD]."""
    vocabulary = vocabulary_of(tokenizer)
    return {vocabulary.cls, vocabulary.sep, vocabulary.pad}


def _ids(tokenizer: PreTrainedTokenizerFast, text: str, name: str) -> tuple[list[int], tuple[str, ...]]:
    notices: tuple[str, ...] = ()
    if len(text) > MAX_CHARACTERS:
        notices += (f"Only the first {MAX_CHARACTERS:,} of {len(text):,} characters are read.",)
    ids = tokenizer.encode(readable(text[:MAX_CHARACTERS]), add_special_tokens=False, verbose=False)
    if not text.strip() or not set(ids) - never_masked(tokenizer):
        raise InputError(f"There is nothing to read in the {name} yet: type a sentence, for example “The cat sat.”")
    if tokenizer.unk_token_id in ids and str(tokenizer.unk_token) not in text:
        notices += (f"A sign or word that the vocabulary cannot spell stands as {tokenizer.unk_token}, “unknown”.",)
    return ids, notices


def _fit(ids: list[int], room: int) -> tuple[list[int], int]:
    """Cut ``ids`` to ``room`` tokens; return them and how many were cut."""
    return ids[:room], max(0, len(ids) - room)


def mask_positions(encoded: Encoded, mask_id: int) -> tuple[int, ...]:
    """Return where [MASK] stands."""
    return tuple(position for position, token_id in enumerate(encoded.input_ids) if token_id == mask_id)
