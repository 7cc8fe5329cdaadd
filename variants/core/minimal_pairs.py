"""Ready pairs for the comparison page: one sentence in order, one broken in one point.

Written for this site, one for each kind of phenomenon that BLiMP tests (Warstadt et al., 2020, Table 2).
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
    "subject and verb": ("The keys to the cabinet are on the table.", "The keys to the cabinet is on the table."),
    "determiner and noun": ("She read these books at home.", "She read these book at home."),
    "reflexive pronoun": ("The girl washed herself in the river.", "The girl washed himself in the river."),
    "irregular form": ("He had broken the window.", "He had broke the window."),
    "argument": ("The old man sleeps in the house.", "The old man sleeps the house."),
    "negative polarity": ("Nobody has ever seen the king.", "Somebody has ever seen the king."),
    "filler and gap": ("I know what the boy found.", "I know that what the boy found it."),
    "island": ("Who did she see with her mother?", "Who did she see her mother and?"),
    "quantifier": ("There were many people in the room.", "There was each people in the room."),
    "word order": ("The dog ran into the garden.", "The dog into ran the garden."),
}
