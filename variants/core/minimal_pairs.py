"""Ready pairs for the comparison page: one sentence in order, one broken in one point.

Written for this site: ten kinds of rule, one pair each. BLiMP tests twelve kinds of phenomena, each with
thousands of pairs (Warstadt et al., 2020, Table 2); a sample of it stands in :mod:`variants.core.phenomena`. The two
sentences of a pair have as many tokens in every vocabulary that ships, for each token more costs.
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
    "subject and verb": ("The keys to the cabinet are on the table.", "The keys to the cabinet is on the table."),
    "determiner and noun": ("She read these books at home.", "She read these book at home."),
    "reflexive pronoun": ("The girl washed herself in the river.", "The girl washed himself in the river."),
    "irregular form": ("He had broken the window.", "He had broke the window."),
    "argument": ("The king killed the man.", "The king died the man."),
    "negative polarity": ("Nobody has ever seen the king.", "Everybody has ever seen the king."),
    "filler and gap": ("I know what the boy found there.", "I know that the boy found there."),
    "island": ("Who did she see with her mother?", "Who did she see her mother and?"),
    "quantifier": ("There were many people in the room.", "There was each people in the room."),
    "word order": ("The dog ran into the garden.", "The dog into ran the garden."),
}
