"""``python -m variants compare``: the numbers of the page."""

from __future__ import annotations

import pytest

from tests.test_main import complaint, printed
from variants import find_variant
from variants.__main__ import main
from variants.core.side_by_side import view

TEXT = "The old king died in the winter."


def test_it_prints_what_every_model_says(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(capsys, "compare", TEXT, "--models", "xlnet,albert", "--words", "2")
    for row, slug in zip(rows, ("xlnet", "albert"), strict=True):
        seen = view(find_variant(slug), TEXT, (2,))
        keys = {"slug", "tokens", "predictions", "pseudo_log_likelihood", "parameters", "seconds"}
        assert keys <= row.keys() and row["slug"] == slug
        assert row["pseudo_log_likelihood"] == pytest.approx(seen.log_likelihood, abs=1e-6)
        assert row["predictions"][0]["probability"] == pytest.approx(seen.filled[0].probability, rel=1e-5)


def test_a_reader_gets_a_table_and_a_mistake_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", TEXT, "--models", "bert,electra"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and lines[1].startswith("bert") and lines[2].startswith("electra")
    assert "choose from bert" in complaint(capsys, "compare", TEXT, "--models", "gpt")
    assert "nothing to read" in complaint(capsys, "compare", " ")
