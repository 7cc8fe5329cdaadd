"""The ALBERT page as a notebook: the same functions, the same numbers."""

from __future__ import annotations

from variants.albert.sharing import Weight
from variants.albert.sizes import Sizes
from variants.albert.stopwatch import Work
from variants.core.notebook import NotebookCell, as_notebook

INTRODUCTION = """# ALBERT, counted, unrolled and timed

Run this in the folder of BERT Lab (`pip install -r requirements.txt` once). Nothing is fetched from
a network: the models are those in `assets/models/albert` and `assets/models/bert`."""
COUNT = """from variants.albert.parameters import albert_parts, bert_parts, count_albert, totals
from variants.albert.sizes import Sizes

sizes = {sizes}
parts = albert_parts(sizes)
counted = count_albert(sizes)
for part in parts:
    print(f"{{part.name:<28}}{{part.count:>16,}}{{counted[part.name]:>16,}}  {{part.letters}} = {{part.numbers}}")
print("this ALBERT", totals(parts))
print("BERT of this shape", totals(bert_parts(sizes)))"""
LOAD = """from variants.albert import demo
from variants.bert import demo as bert_demo
from variants.core.words import read_words

models = {"ALBERT": demo.load(), "BERT": bert_demo.load()}
encoded = {name: read_words(model, text).encoded for name, model in models.items()}"""
SHARING = """from variants.albert.sharing import nudge, path_of, states_of

nudged = {name: nudge(model, encoded[name], **weight) for name, model in models.items()}
paths = {name: path_of(states_of(model, encoded[name]), range(len(encoded[name]))) for name, model in models.items()}
for name in models:
    print(name, nudged[name], paths[name], sep="\\n  ")"""
FACTORS = """from variants.albert.factorization import factorize, neighbours_at_rank

bert = models["BERT"]
factors = factorize(bert)
print(f"rank {rank}: {factors.lost()[rank]:.1%} lost, {factors.parameters(rank):,} numbers")
near = {rank: neighbours_at_rank(bert, word, rank) for rank in (factors.shape[1], rank)}
for found in near.values():
    print([(each.token, round(each.cosine, 2)) for each in found])"""
ORDER = """from variants.albert.order import ARRANGEMENTS, ask, elsewhere

answers = {name: ask(model, text, second, elsewhere(other - 1)).probabilities for name, model in models.items()}
for name, found in answers.items():
    print(name, dict(zip(ARRANGEMENTS, found)))"""
RACE = """from variants.albert.stopwatch import NETWORKS, race

for found in race(work=work):
    pass
for lap in found.laps:
    print(lap.name, {name: lap.quartiles(name) for name in NETWORKS}, f"{lap.time_ratio:.2f} of the time")"""


def albert_notebook(
    *,
    text: str,
    sizes: Sizes | None,
    layer: int,
    weight: Weight,
    amount: int,
    rank: int,
    word: str,
    second: str,
    other: int,
    work: Work,
) -> str:
    """Return a notebook that repeats the page's numbers for these controls; illegal sizes are left out."""
    controls = {
        "text": text, "weight": {"layer": layer, "weight": weight, "amount": amount}, "rank": rank, "word": word,
        "second": second, "other": other, "work": work,
    }  # fmt: skip
    counting = [] if sizes is None else [NotebookCell("code", COUNT.format(sizes=sizes))]
    return as_notebook(
        [
            NotebookCell("markdown", INTRODUCTION),
            NotebookCell("code", "\n".join(f"{name} = {value!r}" for name, value in controls.items())),
            NotebookCell("markdown", "## The parameters, by formula and counted on the real class"),
            *counting,
            NotebookCell("markdown", "## What sharing is"),
            NotebookCell("code", LOAD),
            NotebookCell("code", SHARING),
            NotebookCell("markdown", "## BERT's token table at another rank"),
            NotebookCell("code", FACTORS),
            NotebookCell("markdown", "## In order, swapped, from another document"),
            NotebookCell("code", ORDER),
            NotebookCell("markdown", "## The stopwatch; some seconds"),
            NotebookCell("code", RACE),
        ]
    )
