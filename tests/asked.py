"""What holds of every question of a chapter."""

from __future__ import annotations

from variants.core.question import Question


def assert_well_asked(question: Question) -> None:
    """Every option differs from the others and is answered in words of its own."""
    assert question.prompt.endswith("?") and len(question.options) >= 2
    assert all(option.text and option.why.endswith(".") for option in question.options)
    assert len({option.text for option in question.options}) == len(question.options)
