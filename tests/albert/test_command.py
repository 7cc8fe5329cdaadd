"""The parameter lab on the command line: published counts, and one line for what cannot be."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.albert.golden import GOLDEN, GOLDEN_ABLATION
from variants.__main__ import main
from variants.albert.parameters import LEVELS
from variants.albert.sizes import PRESETS, Sharing


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["albert", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_readmes_example(capsys: pytest.CaptureFixture[str]) -> None:
    result = printed(capsys, "--sharing", "all", "--embedding-size", "128", "--layers", "12", "--hidden", "768")
    assert result["total"] == result["counted"] == sum(result["modules"].values()) == 11_683_584
    assert result["bert_total"] == sum(result["bert_modules"].values()) == 109_081_344
    assert result["formula"].endswith("= 11,683,584") and result["formula"].startswith("(V·E)")
    assert result["footprint"]["files"]["fp32"] == 4 * 11_683_584


@pytest.mark.parametrize("preset", GOLDEN)
@pytest.mark.parametrize("place", range(4))
def test_published_alberts(capsys: pytest.CaptureFixture[str], preset: str, place: int) -> None:
    sizes, level = PRESETS[preset][1], list(LEVELS)[place]
    shape = ("--layers", f"{sizes.layers}", "--hidden", f"{sizes.hidden}", "--heads", f"{sizes.heads}")
    result = printed(capsys, *shape, "--level", level)
    assert result["total"] == result["counted"] == GOLDEN[preset][place]
    assert list(result["totals"].values()) == list(GOLDEN[preset])


@pytest.mark.parametrize(("embedding", "sharing"), GOLDEN_ABLATION)
def test_the_papers_ablation(capsys: pytest.CaptureFixture[str], embedding: int, sharing: Sharing) -> None:
    result = printed(capsys, "--sharing", sharing, "--embedding-size", f"{embedding}")
    with_pooler, without = GOLDEN_ABLATION[embedding, sharing]
    assert (result["total"], result["counted"]) == (with_pooler, with_pooler)
    assert result["totals"]["encoder"] == without


def test_bert_base_stands_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    result = printed(capsys, "--vocabulary", "30522", "--level", "pretraining")
    assert result["bert_total"] == 110_106_428


def test_a_reader_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["albert", "--sharing", "groups", "--group-size", "3"]) == 0
    out = capsys.readouterr().out
    assert "4·(4(H² + H) + 2H)" in out and "BERT of the same shape" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--layers", "1000000000"), "between 1 and 96"),
        (("--layers", "0"), "between 1 and 96"),
        (("--layers", "1e9"), "--layers"),
        (("--hidden", "770", "--heads", "12"), "cannot be divided among 12 heads"),
        (("--hidden", "-64"), "between 1 and"),
        (("--embedding-size", "40000"), "between 1 and"),
        (("--embedding-size", "200", "--vocabulary", "100"), "E no larger than V"),
        (("--sharing", "half"), "--sharing"),
        (("--sharing", "groups", "--group-size", "7"), "groups of 7"),
        (("--feed-forward", "0"), "feed-forward must be between"),
    ],
)
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(["albert", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and len(captured.err.strip().splitlines()) == 1
    assert captured.err.startswith("error: ") and said in captured.err


def test_no_weights_are_needed() -> None:
    """In a process where no model folder exists."""
    code = "from pathlib import Path; import variants.core.variant as v; v.MODELS = Path('/nowhere');"
    code += "from variants.__main__ import main; main(['albert', '--json'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["total"] == 11_683_584
