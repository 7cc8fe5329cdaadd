"""The game: ten sentences, a word to replace in each, and the generator as the opponent."""

import streamlit as st

from pages.looks.electra.choices import MOST_SEEDS
from pages.looks.electra.rows import Pipeline
from pages.ui.address import value_of
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import MOST_WORDS, choice, slider, words
from pages.ui.plain import plain
from pages.ui.table import show_table
from pages.ui.tokens import special_marks, token_strip
from variants.core.checkpoint import Checkpoint
from variants.electra import game
from variants.electra.model import Electra

WINNERS = {"you": "you", "generator": "the generator", "nobody": "nobody"}


def beat_it(electra: Checkpoint[Electra], _text: str, _pipeline: Pipeline) -> None:
    """Draw one round, and the score of all that were played."""
    st.markdown(
        "Ten sentences of the sample text. Replace the framed word by another one that the discriminator does not "
        "notice. The generator replaces the same word, without seeing it. The less suspicious word wins."
    )
    seed = slider("Set of sentences (the seed)", key="game", low=0, high=MOST_SEEDS, default=0)
    challenges = remember(game.draw_challenges)(electra, seed)
    number = choice("Round", {n: str(n) for n in range(1, len(challenges) + 1)}, key="round", default=1)
    challenge = challenges[number - 1]
    token_strip(
        challenge.worded.encoded.tokens,
        label=f"Sentence {number}",
        marks={challenge.place: "edge"} | special_marks(challenge.worded.encoded.special),
    )
    words(f"Instead of “{plain(challenge.original)}”", key=f"answer{number}", placeholder="one other word")
    answers = tuple(value_of(f"answer{n}", "", lambda asked: asked[:MOST_WORDS]) for n in range(1, len(challenges) + 1))
    if answer := answers[number - 1].strip():
        attempt(lambda: _one_round(electra, challenge, answer, seed))
    found = remember(game.score)(electra, challenges, answers, seed)
    if found.rounds:
        _score(challenges, found)


def _one_round(electra: Checkpoint[Electra], challenge: game.Challenge, answer: str, seed: int) -> None:
    found = remember(game.play)(electra, challenge, answer, seed)
    said = {"you": "You win this round.", "generator": "The generator wins this round.", "nobody": "The same word."}
    st.markdown(
        f"Your “{plain(found.yours.word)}”: P(replaced) **{found.yours.suspicion:.0%}**. The generator's "
        f"“{plain(found.generators.word)}”: **{found.generators.suspicion:.0%}**. **{said[found.winner]}**"
    )


def _score(challenges: tuple[game.Challenge, ...], found: game.Score) -> None:
    yours, generators = found.fooled
    st.markdown(
        f"**{len(found.rounds)} of {len(challenges)} rounds played.** Passed for original, below even odds: {yours} "
        f"of your words, {generators} of the generator's. Rounds won: you {found.won('you')}, the generator "
        f"{found.won('generator')}."
    )
    show_table(
        [
            {
                "round": str(number + 1),
                "original": challenges[number].original,
                "yours": f"{each.yours.word} ({each.yours.suspicion:.0%})",
                "the generator's": f"{each.generators.word} ({each.generators.suspicion:.0%})",
                "less suspicious": WINNERS[each.winner],
            }
            for number, each in found.rounds.items()
        ]
    )
