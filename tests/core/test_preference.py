"""Two sentences, and two words for one gap: the same numbers as from each model by itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tests.tiny import refusal_of
from variants import VARIANTS, find_variant
from variants.core.guesses import probabilities
from variants.core.likelihood import pseudo_log_likelihoods
from variants.core.minimal_pairs import EXAMPLES
from variants.core.preference import MOST_FILLERS, Odds, fillers_of, odds, prefer
from variants.core.reading import logits_at
from variants.core.side_by_side import can_be_compared
from variants.core.side_by_side_figures import margins, odds_dots
from variants.roberta.demo import fill, read

SLUGS = [variant.slug for variant in VARIANTS if can_be_compared(variant)]
TEMPLATE = "The {} said that [MASK] was tired."


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_pair_turned_round_turns_the_preference(name: str) -> None:
    first, second = EXAMPLES[name]
    assert first != second
    found = prefer(find_variant("bert"), first, second)
    assert prefer(find_variant("bert"), second, first).margin == pytest.approx(-found.margin, abs=1e-4)


def test_a_preference_is_a_difference_of_pseudo_log_likelihoods() -> None:
    variant = find_variant("xlnet")
    checkpoint, scoring = variant.part("model").load(), variant.part("scoring")
    pair = EXAMPLES["word order"]
    both = pseudo_log_likelihoods(scoring.guesses(checkpoint.model), checkpoint.tokenizer, pair)
    assert prefer(variant, *pair).margin == pytest.approx(both[0].total - both[1].total, abs=1e-3)


def test_only_electra_judges_originality() -> None:
    for slug in SLUGS:
        found = prefer(find_variant(slug), *EXAMPLES["word order"])
        assert found.judges_originality == (slug == "electra")
        assert found.first < 0 and found.second < 0


def test_odds_are_those_of_the_chapter() -> None:
    found = odds(find_variant("roberta"), TEMPLATE, ("doctor", "queen"), ("he", "she"))
    roberta = find_variant("roberta").part("demo").load()
    ids = [roberta.tokenizer.get_vocab()[f"Ġ{word}"] for word in ("he", "she")]
    for filler, value in zip(found.fillers, found.log_odds, strict=True):
        encoded = read(roberta, TEMPLATE.replace("{}", filler))
        reading = fill(roberta, encoded)
        chances = probabilities(logits_at(reading, reading.masks[0]))[ids]
        assert value == pytest.approx(math.log(chances[0] / chances[1]), abs=1e-4)


@pytest.mark.parametrize("slug", SLUGS)
def test_swapped_candidates_swap_the_odds(slug: str) -> None:
    one, other = (odds(find_variant(slug), TEMPLATE, ("nurse",), words) for words in (("he", "she"), ("she", "he")))
    assert one.log_odds[0] == pytest.approx(-other.log_odds[0], abs=1e-4)


def asking(template: str, fillers: str = "king", words: tuple[str, str] = ("he", "she")) -> Callable[[], Odds]:
    return lambda: odds(find_variant("bert"), template, fillers_of(fillers), words)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (asking("The king said that [MASK] was tired."), "needs one {}"),
        (asking("The {} was tired."), "one [MASK]"),
        (asking("The {} said [MASK] and [MASK]."), "one [MASK]"),
        (asking(TEMPLATE, " , "), "nothing to fill in"),
        (asking(TEMPLATE, ",".join(f"w{i}" for i in range(MOST_FILLERS + 1))), "is the most"),
        (asking(TEMPLATE, words=("he", "unbelievably strange")), "BERT: "),
        (asking("word " * 78 + "{} [MASK]"), ""),
        (lambda: prefer(find_variant("bert"), " ", "A cat."), "nothing to read"),
        (lambda: prefer(find_variant("bert"), "A cat.", "cat " * 500), "at most"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(action: Callable[[], object], said: str) -> None:
    refusal = refusal_of(action) or ""
    assert said in refusal and "\n" not in refusal


def test_fillers_are_taken_once_and_trimmed() -> None:
    assert fillers_of(" king, queen ,king,, ") == ("king", "queen")


def test_figures_hold_the_numbers() -> None:
    colours = dict.fromkeys(SLUGS, "#123456")
    found = [prefer(find_variant(slug), *EXAMPLES["word order"]) for slug in ("bert", "electra")]
    drawn = margins(found, colours)
    assert [row[3] for row in drawn.rows] == [each.margin for each in found]
    asked = [odds(find_variant(slug), TEMPLATE, ("king", "<b>"), ("he", "she")) for slug in ("bert", "electra")]
    dots = odds_dots(asked, ("he", "she"), colours)
    assert dots.rows[0] == ("king", asked[0].log_odds[0], asked[1].log_odds[0])
    assert "<b>" not in str(dots.plot.to_json())
