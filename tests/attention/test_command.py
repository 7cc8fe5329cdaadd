"""``python -m variants attention``: the numbers of the page."""

from __future__ import annotations

import pytest

from tests.attention.known import SECOND, TEXT, opened
from tests.test_main import complaint, printed
from variants.__main__ import main
from variants.core.head_statistics import statistics_of


def test_it_prints_every_head(capsys: pytest.CaptureFixture[str]) -> None:
    result = printed(capsys, "attention", TEXT, "--second", SECOND, "--variant", "electra-generator")
    _, _, attention = opened("electra-generator", TEXT, SECOND)
    assert result["tokens"] == list(attention.encoded.tokens)
    for row, head in zip(result["heads"], statistics_of(attention), strict=True):
        assert {"layer", "head", "entropy", "mean_distance", "previous", "next", "self", "separator"} <= row.keys()
        assert (row["layer"], row["head"], row["entropy"]) == (head.layer, head.head, head.entropy)


def test_a_reader_gets_a_table_and_a_mistake_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attention", TEXT]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[CLS] the old") and len(lines) == 3 + 16
    assert "choose one of" in complaint(capsys, "attention", TEXT, "--variant", "gpt")
    assert "nothing to read" in complaint(capsys, "attention", "")
