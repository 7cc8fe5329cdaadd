"""Text to tokens and back: a WordPiece vocabulary trained on our own corpus.

WordPiece (Schuster and Nakajima, 2012), uncased, as in BERT: text is lower-cased, accents are
stripped, words are split at spaces and punctuation, and each word is cut greedily into the longest
pieces of the vocabulary; a piece that continues a word starts with ``##``.

Left out: the cased and multilingual vocabularies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertTokenizer, PreTrainedTokenizerFast

from variants.core.errors import InputError

VOCABULARY_SIZE = 8192
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True)
class Vocabulary:
    """The size of a vocabulary and the ids of its special tokens."""

    size: int
    pad: int
    unk: int
    cls: int
    sep: int
    mask: int


def vocabulary_of(tokenizer: PreTrainedTokenizerFast) -> Vocabulary:
    """Return what objectives need to know of a tokenizer."""
    special = {
        name: id_of(tokenizer, str(getattr(tokenizer, f"{name}_token")))
        for name in ("pad", "unk", "cls", "sep", "mask")
    }
    return Vocabulary(size=len(tokenizer), **special)


def id_of(tokenizer: PreTrainedTokenizerFast, token: str) -> int:
    """Return the id of one token."""
    return int(str(tokenizer.convert_tokens_to_ids(token)))


def tokens_of(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> list[str]:
    """Return the tokens behind some ids."""
    return list(tokenizer.convert_ids_to_tokens(list(ids)))


def readable(text: str) -> str:
    """Return the text with “?” for what is no character, half of a surrogate pair."""
    return text.encode(errors="replace").decode()


def train_wordpiece(texts: Iterable[str], vocabulary_size: int = VOCABULARY_SIZE) -> Tokenizer:
    """Learn an uncased WordPiece vocabulary of ``vocabulary_size`` pieces from ``texts``."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary_size,
        special_tokens=list(SPECIAL_TOKENS),
        limit_alphabet=400,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() < len(SPECIAL_TOKENS) + 2:
        raise InputError("The corpus holds no words to learn a vocabulary from.")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def as_transformers(tokenizer: Tokenizer, max_length: int = 128) -> BertTokenizer:
    """Wrap a trained vocabulary as the transformers tokenizer of BERT."""
    wrapped = BertTokenizer(vocab=tokenizer.get_vocab(), model_max_length=max_length)
    if len(wrapped) != tokenizer.get_vocab_size():
        raise RuntimeError("transformers did not take the vocabulary")  # it ignores unknown arguments silently
    return wrapped


def unpadded(tokenizer: Tokenizer) -> Tokenizer:
    """Return a copy that gives every text as it is: a tokenizer remembers how it was last asked to pad and cut."""
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.no_padding()
    plain.no_truncation()
    return plain
