"""The DistilBERT page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# DistilBERT on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: teacher and student are those in `assets/models/bert` and `assets/models/distilbert`."""
HEAR = """from variants.distilbert.demo import hear, load, load_teacher_of, read

student = load()
teacher = load_teacher_of(student)
lesson = hear(teacher, student, read(student, text), masks)
print(lesson.encoded.tokens)"""
SOFT = """from variants.distilbert.soft_targets import beside, losses

found = losses(lesson, temperature)
print(found, "total", found.total)
soft = {place: beside(student, lesson, place, temperature=temperature, top_k=8) for place in lesson.masks}
for place, best in soft.items():
    print(place, [(each.token, f"{each.teacher:.2%}", f"{each.student:.2%}") for each in best])"""
WATERFALL = """from variants.distilbert.inheritance import BASE, BASE_VOCABULARY, step_zero, waterfall

counted = waterfall(BASE, BASE_VOCABULARY)
start = step_zero(teacher, lesson)
print(counted, start, sep="\\n")"""
LIVE = """from variants.distilbert.live import LiveRun

run = LiveRun(teacher, student, seed=seed)
for progress in run.advance(steps, seconds=600):
    pass
for moment in progress.moments:
    print(moment.step, moment.taught, moment.alone)"""


def distilbert_notebook(*, text: str, masks: tuple[int, ...], temperature: int, steps: int, seed: int) -> str:
    """Return a notebook that repeats the page's numbers for these controls."""
    controls = {"text": text, "masks": masks, "temperature": temperature, "steps": steps, "seed": seed}
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", "\n".join(f"{name} = {value!r}" for name, value in controls.items())),
            NotebookCell("code", HEAR),
            NotebookCell("markdown", "## Soft targets and the three losses"),
            NotebookCell("code", SOFT),
            NotebookCell("markdown", "## Where the parameters went, and step 0"),
            NotebookCell("code", WATERFALL),
            NotebookCell("markdown", "## Distil live; this takes up to a minute"),
            NotebookCell("code", LIVE),
        ]
    )
