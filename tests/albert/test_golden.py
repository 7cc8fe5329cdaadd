"""Every published count that the lab can be asked for, by the page's functions and by the command."""

from __future__ import annotations

import json

import pytest

from tests.albert.golden import GOLDEN_BERT
from variants.__main__ import main
from variants.albert.parameters import LEVELS, bert_parts, count_bert, totals


@pytest.mark.parametrize("name", GOLDEN_BERT)
def test_the_pages_functions_give_the_published_count(name: str) -> None:
    sizes, expected = GOLDEN_BERT[name]
    parts = bert_parts(sizes)
    assert tuple(totals(parts).values())[: len(expected)] == expected
    assert count_bert(sizes) == {part.name: part.count for part in parts}


@pytest.mark.parametrize("name", GOLDEN_BERT)
def test_the_command_gives_the_published_count(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sizes, expected = GOLDEN_BERT[name]
    asked = {
        "layers": sizes.layers,
        "hidden": sizes.hidden,
        "feed-forward": sizes.feed_forward,
        "heads": sizes.heads,
        "vocabulary": sizes.vocabulary,
        "positions": sizes.positions,
        "segments": sizes.segments,
    }
    for level, count in zip(LEVELS, expected, strict=False):
        assert (
            main(["albert", "--json", f"--level={level}", *(f"--{key}={value}" for key, value in asked.items())]) == 0
        )
        result = json.loads(capsys.readouterr().out)
        assert result["bert_total"] == result["bert_totals"][level] == count
        assert result["total"] == result["counted"]
