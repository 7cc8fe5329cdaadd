"""The RoBERTa page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.core.notebook import NotebookCell, as_notebook
from variants.roberta.formats import Format

INTRODUCTION = """# RoBERTa on your sentence

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the models are those in `assets/models/roberta` and `assets/models/bert`."""
MASKS = """from variants.roberta.masks import draw_masks
static = draw_masks(roberta, encoded, epochs=epochs, seed=seed, copies=copies)
dynamic = draw_masks(roberta, encoded, epochs=epochs, seed=seed)
for name, matrix in (("static", static), ("dynamic", dynamic)):
    print(name, matrix.patterns_seen[epoch - 1], "patterns,", matrix.ever_masked[epoch - 1], "tokens ever hidden")"""
GUESSES = """from variants.bert import demo as bert_demo
from variants.core.guesses import best_guesses
from variants.core.reading import logits_at
from variants.core.words import read_words

guesses = {}
for demo, model in ((bert_demo, bert_demo.load()), (roberta_demo, roberta)):
    worded = read_words(model, text)
    reading = demo.fill(model, worded.encoded, worded.masks_of(hidden_words))
    guesses[model.name] = {place: best_guesses(model, logits_at(reading, place), 5) for place in reading.masks}
    print(model.name, guesses[model.name])"""
PACKING = """from variants.roberta.formats import pack, text_with_samples
packed = pack(roberta, text_with_samples(roberta, text), format, window=window, seed=seed)
print(len(packed.sequences), "sequences", f"{packed.padding:.1%} padding", f"{packed.across_documents:.1%} mixed")"""
NOISE = """from variants.roberta.gradients import measure_noise

*_, noise = measure_noise(roberta, seed=seed, largest=largest)
for agreement in noise.agreements:
    print(agreement.size, "sequences", f"cosine {agreement.cosine:.3f}")
print("noise scale", noise.noise_scale)"""


def roberta_notebook(
    *,
    text: str,
    seed: int,
    epochs: int,
    copies: int,
    epoch: int,
    hidden_words: tuple[int, ...],
    format: Format,
    window: int,
    largest: int,
) -> str:
    """Return a notebook that repeats the page's numbers for these controls."""
    controls = {
        "text": text, "seed": seed, "epochs": epochs, "copies": copies, "epoch": epoch,
        "hidden_words": hidden_words, "format": format, "window": window, "largest": largest,
    }  # fmt: skip
    load = "from variants.roberta import demo as roberta_demo\n\nroberta = roberta_demo.load()\n"
    load += "encoded = roberta_demo.read(roberta, text)\nprint(encoded.tokens)"
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", "\n".join(f"{name} = {value!r}" for name, value in controls.items())),
            NotebookCell("code", load),
            NotebookCell("markdown", "## Static and dynamic masks"),
            NotebookCell("code", MASKS),
            NotebookCell("markdown", "## The same hidden words, BERT and RoBERTa"),
            NotebookCell("code", GUESSES),
            NotebookCell("markdown", "## Training sequences"),
            NotebookCell("code", PACKING),
            NotebookCell("markdown", "## How well two batches agree; this takes up to a minute"),
            NotebookCell("code", NOISE),
        ]
    )
