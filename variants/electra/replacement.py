"""A word replaced by hand: the learner takes the generator's place.

The generator swaps token for token. A learner thinks in words, so a whole word is replaced by
another one, whatever the number of pieces of each. Token by token, the new text is compared with the
old one where both have as many pieces; otherwise every piece of the new word counts as replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from variants.core.checkpoint import Checkpoint
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.tokenization import readable, tokens_of
from variants.core.words import Worded
from variants.electra.demo import Verdict, judge
from variants.electra.model import Electra


@dataclass(frozen=True)
class Replacement:
    """A text before and after one word was replaced."""

    before: Encoded
    after: Encoded
    start: int  # where the word stands in both
    old_pieces: int
    new_pieces: int

    @property
    def places(self) -> range:
        """Return the places of the new word's pieces in the new text."""
        return range(self.start, self.start + self.new_pieces)

    @property
    def replaced(self) -> tuple[bool, ...]:
        """Say of every token of the new text whether it was replaced."""
        aligned = self.old_pieces == self.new_pieces
        return tuple(
            place in self.places and not (aligned and self.before.input_ids[place] == token_id)
            for place, token_id in enumerate(self.after.input_ids)
        )

    @property
    def place_before(self) -> tuple[int | None, ...]:
        """Return where each token of the new text stood in the old one, None for pieces without a counterpart."""
        moved, shared = self.new_pieces - self.old_pieces, min(self.new_pieces, self.old_pieces)

        def counterpart(place: int) -> int | None:
            if place < self.start + shared:
                return place
            return None if place in self.places else place - moved

        return tuple(counterpart(place) for place in range(len(self.after)))

    @property
    def originals(self) -> tuple[str, ...]:
        """Return what stood at each place of the new text; the last piece holds what the old word has more."""
        found = ["" if place is None else self.before.tokens[place] for place in self.place_before]
        surplus = self.before.tokens[self.start + self.new_pieces : self.start + self.old_pieces]
        last = self.start + self.new_pieces - 1
        found[last] = " ".join([found[last], *surplus])
        return tuple(found)


@dataclass(frozen=True)
class BeforeAndAfter:
    """What the discriminator says of both texts."""

    before: Verdict
    after: Verdict


def replace_word(checkpoint: Checkpoint[Electra], worded: Worded, word: int, new: str) -> Replacement:
    """Replace the word with number ``word``; raise InputError where the new one is not one word."""
    places = worded.places[word] if 0 <= word < len(worded.words) else ()
    if not places:
        raise InputError("This word was cut off: the text is longer than the model's window.")
    ids = pieces_of(checkpoint, new)
    before, start = worded.encoded, places[0]
    room = checkpoint.max_length - len(before) + len(places)
    if len(ids) > room:
        raise InputError(f"“{new}” has {len(ids)} pieces and the window has room for {room}: try a shorter word.")
    spliced = {
        "input_ids": (ids, before.input_ids),
        "tokens": (tuple(tokens_of(checkpoint.tokenizer, ids)), before.tokens),
        "token_type_ids": ((0,) * len(ids), before.token_type_ids),
        "special": ((False,) * len(ids), before.special),
    }
    fields = {name: (*old[:start], *pieces, *old[start + len(places) :]) for name, (pieces, old) in spliced.items()}
    return Replacement(before, replace(before, **fields), start, len(places), len(ids))


def pieces_of(checkpoint: Checkpoint[Electra], word: str) -> tuple[int, ...]:
    """Return the pieces of one word; raise InputError for none, for several and for special tokens."""
    word = readable(word).strip()
    if not word:
        raise InputError("Type the word that is to stand there instead.")
    if (number := len(word.split())) > 1:
        raise InputError(f"“{word}” is {number} words: one word takes the place of one.")
    ids = tuple(checkpoint.tokenizer.encode(word, add_special_tokens=False))
    if not ids:
        raise InputError("There is no letter in this word: try another one.")
    if checkpoint.vocabulary.unk in ids:
        raise InputError(f"“{word}” cannot be spelled with this vocabulary: try another word.")
    if set(ids) & set(checkpoint.tokenizer.all_special_ids):
        raise InputError(f"“{word}” is a special token, not a word: try another one.")
    return ids


def word_number(checkpoint: Checkpoint[Electra], worded: Worded, word: str) -> int:
    """Return which word of the text is ``word``, the first one if there are several."""
    if word.strip() in checkpoint.tokenizer.all_special_tokens:
        raise InputError(f"{word.strip()} is a special token, which is never replaced.")
    wanted = readable(word).strip().casefold()
    for number, found in enumerate(worded.words):
        if found.text.casefold() == wanted and worded.places[number] and not found.is_mask:
            return number
    raise InputError(f"“{word}” is no word of the text: name one that stands in it.")


def compare(checkpoint: Checkpoint[Electra], replacement: Replacement) -> BeforeAndAfter:
    """Let the discriminator read both texts."""
    return BeforeAndAfter(
        judge(checkpoint, replacement.before.input_ids), judge(checkpoint, replacement.after.input_ids)
    )


def suspicion(replacement: Replacement, after: Verdict) -> float:
    """Return P(replaced) of the new word: that of its most suspicious piece."""
    return max(after.replaced_probability[place] for place in replacement.places)


def default_word(worded: Worded) -> int | None:
    """Return the word that is replaced until the learner chooses: “cooked”, as in the paper, or one in the middle."""
    words = [n for n, word in enumerate(worded.words) if worded.places[n] and not word.is_mask]
    cooked = [n for n in words if worded.words[n].text == "cooked"]
    return (cooked or words[len(words) // 2 :] or [None])[0]
