"""The vocabularies of the variants, all of the same size, all learned from the same text.

- ``wordpiece``: BERT's, uncased (Devlin et al., 2018). ELECTRA, SpanBERT and BERT's students use it too.
- ``byte_bpe``: RoBERTa's. Text is a row of bytes, so nothing is ever unknown (Radford et al., 2019).
- ``unigram``: ALBERT's, uncased; every piece has a probability (Kudo, 2018). ``▁`` starts a word.
- ``unigram_cased``: XLNet's.

How text is cleaned before pieces are learned is transformers' own doing for each model. The unigram pieces are
learned by SentencePiece (Kudo and Richardson, 2018), as the papers' were: the trainer of ``tokenizers`` leaves such
words as "a", "it" and "always" without a piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken
from transformers import AlbertTokenizer, BertTokenizer, PreTrainedTokenizerFast, RobertaTokenizer, XLNetTokenizer

from variants.core.errors import InputError
from variants.core.tokenization import SPECIAL_TOKENS, VOCABULARY_SIZE, as_transformers, train_wordpiece
from variants.core.variant import VocabularyKind

CHARACTER_COVERAGE = 0.9998  # of the text; rarer characters stay unknown, or each would take a place
LONGEST_PARAGRAPH = 100_000  # bytes; SentencePiece would skip those above its 4,192
ERRORS_ONLY = 2


def learn_vocabulary(
    kind: VocabularyKind, texts: Iterable[str], size: int = VOCABULARY_SIZE
) -> PreTrainedTokenizerFast:
    """Learn a vocabulary of ``size`` pieces."""
    if kind == "wordpiece":
        return as_transformers(train_wordpiece(texts, size))
    if kind == "byte_bpe":
        return _untrained_byte_bpe().train_new_from_iterator(texts, size, show_progress=False)
    return _learn_unigram(CLASSES[kind], texts, size)


def load_vocabulary(kind: VocabularyKind, folder: str | Path) -> PreTrainedTokenizerFast:
    """Load the tokenizer saved in ``folder``."""
    missing = f"There is no tokenizer in {folder}; pre-train the model first."
    try:
        tokenizer = CLASSES[kind].from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise InputError(missing) from error
    if len(tokenizer) <= 2 * len(SPECIAL_TOKENS):  # transformers makes one without a word where it finds no file
        raise InputError(missing)
    return tokenizer


CLASSES: dict[VocabularyKind, type[PreTrainedTokenizerFast]] = {
    "wordpiece": BertTokenizer,
    "byte_bpe": RobertaTokenizer,
    "unigram": AlbertTokenizer,
    "unigram_cased": XLNetTokenizer,
}


def _untrained_byte_bpe() -> PreTrainedTokenizerFast:
    special = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4}  # the ids of the published model
    # Without lstrip the space before <mask> becomes a token of its own.
    mask = AddedToken("<mask>", lstrip=True, special=True)
    return RobertaTokenizer(vocab=special, merges=[], mask_token=mask, add_prefix_space=True)  # pyright: ignore[reportArgumentType]


def _learn_unigram(
    tokenizer_class: type[PreTrainedTokenizerFast], texts: Iterable[str], size: int
) -> PreTrainedTokenizerFast:
    untrained = tokenizer_class()
    clean = untrained.backend_tokenizer.normalizer.normalize_str
    special = sorted(untrained.get_vocab(), key=untrained.get_vocab().__getitem__)
    pieces = _unigram_pieces((clean(text) for text in texts), size - len(special))
    return tokenizer_class(vocab=[*((token, 0.0) for token in special), *pieces])


def _unigram_pieces(texts: Iterable[str], size: int) -> list[tuple[str, float]]:
    """Learn ``size`` pieces, each with its log probability, none of which joins a letter with a digit or a sign."""
    model = BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            model_type="unigram",
            vocab_size=size + 1,  # its own token for unknown characters is left out below
            unk_id=0,
            bos_id=-1,
            eos_id=-1,
            normalization_rule_name="identity",
            character_coverage=CHARACTER_COVERAGE,
            max_sentence_length=LONGEST_PARAGRAPH,
            hard_vocab_limit=False,
            num_threads=1,  # the pieces are the same on every machine
            minloglevel=ERRORS_ONLY,
        )
    except RuntimeError as error:
        raise InputError("The corpus holds too few words to learn a vocabulary from.") from error
    learned = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [(learned.id_to_piece(token), learned.get_score(token)) for token in range(1, learned.get_piece_size())]


def word_starts(tokenizer: PreTrainedTokenizerFast) -> list[bool]:
    """Say of every piece, by id, whether a word can start with it; special tokens start one each."""
    pieces: list[str] = list(tokenizer.convert_ids_to_tokens(list(range(len(tokenizer)))))
    special = set(tokenizer.all_special_tokens)
    if isinstance(tokenizer, BertTokenizer):
        return [not piece.startswith("##") for piece in pieces]
    return [piece in special or piece.startswith(("▁", "Ġ")) for piece in pieces]
