"""The BERTSUM page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.bertsum.summary import Order
from variants.bertsum.writing import Asked
from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# BERTSUM on your article

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the model is the one in `assets/models/bertsum`."""
SCORES = """from variants.bertsum import demo

bertsum = demo.load()
reading = demo.read(bertsum, text)
scores = demo.score(bertsum, reading, interval_segments=interval_segments, between=between)
print(len(reading.sentences), "sentences,", len(reading), "tokens")
for number, (sentence, score) in enumerate(zip(reading.sentences, scores)):
    print(f"{number + 1:>4} {score:6.1%}  {sentence}")"""
SUMMARY = """from variants.bertsum.summary import choose, within

candidates = within(len(scores), *part)
choice = choose(reading.sentences, scores, sentences, blocking=blocking, candidates=candidates)
summary = " ".join(reading.sentences[number] for number in choice.ordered(order))
print(summary)
for each in choice.blocked:
    print("passed over:", each.sentence + 1, "shares", " ".join(each.trigram), "with", each.by + 1)"""
COMPARE = """from variants.bertsum.comparison import compare

entries = compare(reading.sentences, choice.taken, count=sentences, reference=reference, seed=seed)
for entry in entries:
    print(entry.name, [number + 1 for number in entry.taken], entry.rouge)"""
ORACLE = """from variants.bertsum.oracle import oracle_steps

steps = oracle_steps(reading.sentences, reference, sentences)
for step in steps:
    print("sentence", step.sentence + 1, f"ROUGE-1 + ROUGE-2 {step.score:.3f}")"""
WRITE = """from variants.bertsum.comparison import compare_written
from variants.bertsum.writer_store import load_writer
from variants.bertsum.writing import write, writing_windows

writer = load_writer()
windows = writing_windows(writer, reading.token_ids)
written = write(writer, windows[min(window, len(windows)) - 1], reading.sentences, settings)
print(written.summary)
print("invented:", [each.text for each in written.stretches if each.copied is False])
for entry in compare_written(written.summary, reading.sentences, choice.ordered(order), reference=reference):
    print(entry.name, entry.text, entry.rouge)"""
RERUN = """from variants.bertsum.ablation import rerun

for run in rerun(bertsum, reading):
    print(run.setting.name, [number + 1 for number in choose(reading.sentences, run.scores, sentences).taken])"""


def bertsum_notebook(
    *,
    text: str,
    reference: str,
    sentences: int,
    part: tuple[int, int],
    order: Order,
    blocking: bool,
    interval_segments: bool,
    between: bool,
    seed: int,
    asked: Asked | None = None,
) -> str:
    """Return a notebook that repeats the page's numbers for these controls; ``asked`` of the model that writes."""
    controls = {
        "text": text, "reference": reference, "sentences": sentences, "part": part, "order": order,
        "blocking": blocking, "interval_segments": interval_segments, "between": between, "seed": seed,
    }  # fmt: skip
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", "\n".join(f"{name} = {value!r}" for name, value in controls.items())),
            NotebookCell("markdown", "## A score for every sentence"),
            NotebookCell("code", SCORES),
            NotebookCell("markdown", "## The summary"),
            NotebookCell("code", SUMMARY),
            NotebookCell("markdown", "## Beside Lead, TextRank, a draw and the oracle"),
            NotebookCell("code", COMPARE),
            NotebookCell("markdown", "## The oracle, step by step"),
            NotebookCell("code", ORACLE),
            NotebookCell("markdown", "## With a part switched off"),
            NotebookCell("code", RERUN),
            *(_writing(asked) if asked else ()),
        ]
    )


def _writing(asked: Asked) -> tuple[NotebookCell, ...]:
    controls = (
        "from variants.bertsum.beams import Settings\n",
        f"window = {asked.window}",
        f"settings = {asked.settings}",
    )
    return (
        NotebookCell("markdown", "## Written, not chosen: a beam search"),
        NotebookCell("code", "\n".join(controls)),
        NotebookCell("code", WRITE),
    )
