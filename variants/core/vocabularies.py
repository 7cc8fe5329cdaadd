"""The vocabularies of the variants, all of the same size, all learned from the same text.

- ``wordpiece``: BERT's, uncased (Devlin et al., 2018). ELECTRA, SpanBERT and BERT's students use it too.
- ``byte_bpe``: RoBERTa's. Text is a row of bytes, so nothing is ever unknown (Radford et al., 2019).
- ``unigram``: ALBERT's, uncased; every piece has a probability (Kudo, 2018). ``▁`` starts a word.
- ``unigram_cased``: XLNet's.

How text is cleaned and cut before pieces are learned is transformers' own doing for each model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tokenizers import AddedToken, Regex, pre_tokenizers
from tokenizers.pre_tokenizers import Split
from transformers import AlbertTokenizer, BertTokenizer, PreTrainedTokenizerFast, RobertaTokenizer, XLNetTokenizer

from variants.core.errors import InputError
from variants.core.tokenization import SPECIAL_TOKENS, VOCABULARY_SIZE, as_transformers, train_wordpiece
from variants.core.variant import VocabularyKind

ONE_SCRIPT = r"▁?[\p{L}\p{M}]+|▁?\p{N}+|▁?[^\p{L}\p{M}\p{N}▁]+|▁"  # letters, digits or signs
ALPHABET = 400  # characters; the rarer ones stay unknown, or every one of them would take a place


def learn_vocabulary(
    kind: VocabularyKind, texts: Callable[[], Iterable[str]], size: int = VOCABULARY_SIZE
) -> PreTrainedTokenizerFast:
    """Learn a vocabulary of ``size`` pieces; ``texts`` starts reading anew each time it is called."""
    if kind == "wordpiece":
        return as_transformers(train_wordpiece(texts(), size))
    learned = _learn(_untrained(kind), _common_characters(texts, kind), size)
    if len(learned) <= len(learned.all_special_tokens) + 2:
        raise InputError("The corpus holds no words to learn a vocabulary from.")
    return learned


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


def _untrained(kind: VocabularyKind) -> PreTrainedTokenizerFast:
    if kind != "byte_bpe":
        return CLASSES[kind]()
    special = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4}  # the ids of the published model
    # Without lstrip the space before <mask> becomes a token of its own.
    mask = AddedToken("<mask>", lstrip=True, special=True)
    return RobertaTokenizer(vocab=special, merges=[], mask_token=mask, add_prefix_space=True)  # pyright: ignore[reportArgumentType]


def _learn(untrained: PreTrainedTokenizerFast, texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """Learn pieces that never join a letter with a sign, as SentencePiece learns them; text is cut as before."""
    if isinstance(untrained, RobertaTokenizer):  # its own way of cutting sees to that
        return untrained.train_new_from_iterator(texts, size, show_progress=False)
    words = untrained.backend_tokenizer.pre_tokenizer
    untrained.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, Split(Regex(ONE_SCRIPT), "isolated")])
    learned = untrained.train_new_from_iterator(texts, size, show_progress=False)
    learned.backend_tokenizer.pre_tokenizer = words
    return learned


def _common_characters(texts: Callable[[], Iterable[str]], kind: VocabularyKind) -> Iterator[str]:
    if kind == "byte_bpe":  # its alphabet is the 256 bytes
        yield from texts()
        return
    counts: Counter[str] = Counter()
    for text in texts():
        counts.update(text)
    rare = {ord(character): " " for character, _ in counts.most_common()[ALPHABET:]}
    for text in texts():
        yield text.translate(rare)


def word_starts(tokenizer: PreTrainedTokenizerFast) -> list[bool]:
    """Say of every piece, by id, whether a word can start with it; special tokens start one each."""
    pieces: list[str] = list(tokenizer.convert_ids_to_tokens(list(range(len(tokenizer)))))
    special = set(tokenizer.all_special_tokens)
    if isinstance(tokenizer, BertTokenizer):
        return [not piece.startswith("##") for piece in pieces]
    return [piece in special or piece.startswith(("▁", "Ġ")) for piece in pieces]
