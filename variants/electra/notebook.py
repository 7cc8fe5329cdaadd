"""The ELECTRA page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# ELECTRA on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: both networks are in `assets/models/electra`."""
LOAD = """from variants.electra.demo import guess, judge, load, read

electra = load()
encoded = read(electra, text)
print(encoded.tokens)"""
PIPELINE = """from variants.electra.pipeline import refill

reading = guess(electra, encoded, masks)
corruption = refill(electra, reading, temperature=temperature, seed=sample)
verdict = judge(electra, corruption.sampled.input_ids)
for row in zip(
    corruption.original.tokens,
    corruption.masked.tokens,
    corruption.sampled.tokens,
    corruption.replaced,
    verdict.replaced_probability,
):
    print(*row)"""
REPLACEMENT = """from variants.core.words import read_words
from variants.electra.replacement import compare, replace_word

if word is not None:
    replacement = replace_word(electra, read_words(electra, text), word, new_word)
    found = compare(electra, replacement)
    print("before", found.before.replaced_probability)
    print("after ", found.after.replaced_probability)"""
SIGNALS = """from variants.electra.signals import measure_signals

if masks:
    signals = measure_signals(electra, corruption)
    print("generator", signals.mlm)
    print("discriminator", signals.rtd)"""
HELD_OUT = """from variants.electra.threshold import confusion_at, score_samples

*_, scored = score_samples(electra, most=sequences)
print("AUC", scored.auc)
for threshold in (0.1, 0.25, 0.5, 0.75, 0.9):
    confusion = confusion_at(scored, threshold)
    print(threshold, "precision", confusion.precision, "recall", confusion.recall)"""


@dataclass(frozen=True)
class Controls:
    """What the learner chose on the page."""

    text: str
    masks: tuple[int, ...]
    temperature: float
    sample: int
    word: int | None  # the word replaced by hand, None where the text has none
    new_word: str
    sequences: int | None = None  # of the sample text; None for all


def electra_notebook(controls: Controls) -> str:
    """Return a notebook that repeats the page's numbers for these controls."""
    chosen = "\n".join(f"{name} = {value!r}" for name, value in asdict(controls).items())
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", chosen),
            NotebookCell("code", LOAD),
            NotebookCell("markdown", "## Original, masked, sampled, and what the discriminator says"),
            NotebookCell("code", PIPELINE),
            NotebookCell("markdown", "## A word replaced by hand"),
            NotebookCell("code", REPLACEMENT),
            NotebookCell("markdown", "## Where both losses have a gradient"),
            NotebookCell("code", SIGNALS),
            NotebookCell("markdown", "## The detector on text that it never saw; this takes up to a minute"),
            NotebookCell("code", HELD_OUT),
        ]
    )
