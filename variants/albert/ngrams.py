"""Which words ALBERT hides: runs of one, two or three whole words.

Lan et al., 2019, section 3.1 ("n-gram masking"), and the reference ``create_pretraining_data.py``:
the length n is drawn with a probability in proportion to 1/n, so 6/11, 3/11 and 2/11; a run that
would exceed the budget is shortened, one that touches a hidden word is passed over. The budget is
BERT's: 15 % of all pieces, special ones counted. The 80/10/10 fate is drawn for each piece.

Two departures. A run stays inside its segment; the reference lets it reach over a [SEP]. And where
the budget is smaller than every word, the shortest word is hidden all the same, or very short
windows would hold nothing to predict.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from transformers import PreTrainedTokenizerFast

from variants.core.masking import Masked, corrupt, number_to_mask
from variants.core.tokenization import Vocabulary, tokens_of

LONGEST = 3  # words in a run

Word = list[int]  # the positions of its pieces


def starting_pieces(tokenizer: PreTrainedTokenizerFast) -> list[bool]:
    """Say of every piece, by id, whether it starts a word.

    A piece that begins with a letter goes on with the word before it; ``▁`` marks a start, and a
    punctuation sign or a digit stands for itself, as in the reference.
    """
    return [not piece[0].isalpha() for piece in tokens_of(tokenizer, range(len(tokenizer)))]


def words_of(segment: Sequence[int], first: int, starts: Sequence[bool]) -> list[Word]:
    """Group the positions of a segment's pieces, from ``first`` on, into whole words."""
    words: list[Word] = []
    for position, token_id in enumerate(segment, first):
        if starts[token_id] or not words:
            words.append([position])
        else:
            words[-1].append(position)
    return words


def draw_length(longest: int, rng: random.Random) -> int:
    """Draw how many words to hide in a run, at most ``longest``: n is chosen in proportion to 1/n."""
    lengths = range(1, longest + 1)
    return rng.choices(lengths, [1 / n for n in lengths])[0]


def choose_ngrams(segments: Sequence[Sequence[Word]], budget: int, rng: random.Random) -> list[int]:
    """Return the positions to hide: whole words, at most ``budget`` pieces, at least one word."""
    runs = [words[start : start + LONGEST] for words in segments for start in range(len(words))]
    chosen: list[int] = []
    for run in rng.sample(runs, len(runs)):
        if len(chosen) >= budget:
            break
        length = draw_length(len(run), rng)
        while length and len(chosen) + sum(map(len, run[:length])) > budget:
            length -= 1
        positions = [position for word in run[:length] for position in word]
        if not set(positions) & set(chosen):
            chosen += positions
    return chosen or min((word for words in segments for word in words), key=len)


def mask_ngrams(
    segments: Sequence[Sequence[int]], starts: Sequence[bool], vocabulary: Vocabulary, rng: random.Random
) -> Masked:
    """Build ``[CLS] segment [SEP]``, with a [SEP] after each further segment, and hide n-grams in it."""
    input_ids, words = [vocabulary.cls], list[list[Word]]()
    for segment in segments:
        words.append(words_of(segment, len(input_ids), starts))
        input_ids += [*segment, vocabulary.sep]
    chosen = choose_ngrams(words, number_to_mask(len(input_ids)), rng)
    return corrupt(input_ids, chosen, rng, mask_id=vocabulary.mask, vocabulary_size=vocabulary.size)
