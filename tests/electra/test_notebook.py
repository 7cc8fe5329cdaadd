"""The notebook runs as it stands and repeats the page's numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from variants.core.checkpoint import Checkpoint
from variants.core.words import read_words
from variants.electra.demo import guess, judge, read
from variants.electra.model import Electra
from variants.electra.notebook import Controls, electra_notebook
from variants.electra.pipeline import refill
from variants.electra.replacement import compare, replace_word
from variants.electra.signals import measure_signals
from variants.electra.threshold import score_samples


def run(controls: Controls) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in json.loads(electra_notebook(controls))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], cell["id"], "exec"), found)
    return found


@pytest.mark.parametrize("text", ["The cat sat on the old mat.", """She said: "it's a \\n {trap}" – 'really'\n漢"""])
def test_the_cells_repeat_the_numbers_of_the_page(electra: Checkpoint[Electra], text: str) -> None:
    found = run(Controls(text, (2, 4), 1.5, sample=3, word=1, new_word="river", sequences=4))
    encoded = read(electra, text)
    corruption = refill(electra, guess(electra, encoded, (2, 4)), temperature=1.5, seed=3)
    assert found["text"] == text and found["corruption"] == corruption
    verdict = judge(electra, corruption.sampled.input_ids)
    assert found["verdict"].replaced_probability == verdict.replaced_probability
    both = compare(electra, replace_word(electra, read_words(electra, text), 1, "river"))
    assert found["found"].after.replaced_probability == both.after.replaced_probability
    assert found["signals"] == measure_signals(electra, corruption)
    *_, scored = score_samples(electra, most=4)
    assert found["scored"].auc == scored.auc and found["scored"].done == 4


def test_a_text_without_words_and_masks_runs_through(electra: Checkpoint[Electra]) -> None:
    found = run(Controls("[MASK]", (), 0, sample=0, word=None, new_word="ate", sequences=4))
    assert found["corruption"].hidden == (1,) and "signals" not in found
    assert electra.name == "electra"
