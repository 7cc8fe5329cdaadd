"""Chapters that must follow the hand: one learner moves a slider, and the server draws again."""

from __future__ import annotations

import asyncio
from statistics import median, quantiles
from time import perf_counter

from tests.benchmarks.learner import learner
from tests.benchmarks.learners import fresh_texts
from tests.benchmarks.row import Goal, Row
from tests.server import Server, running
from variants.bertsum import demo as bertsum
from variants.bertsum.summary import choose
from variants.core.answering import Reader, windows_of
from variants.core.finetuning import Tuned
from variants.core.labelled import AskedPassage
from variants.core.samples import sample_documents
from variants.electra import demo as electra
from variants.electra.pipeline import draw_masks, refill
from variants.spanbert import answers, demo, readers
from variants.spanbert.answers import QUESTION
from variants.xlnet import demo as xlnet
from variants.xlnet.compare import ORDERS as NUMBER_OF_ORDERS
from variants.xlnet.compare import compare_orders
from variants.xlnet.memory import cut, sample_text

SLIDERS = {  # page -> the slider and what it does
    "roberta": ("Up to epoch", "RoBERTa, an epoch stepped, p95"),
    "spanbert": ("Draw number (the seed)", "SpanBERT, masks redrawn, p95"),
    "xlnet": ("Step", "XLNet, a step of an order, p95"),
    "albert": ("Layers L", "ALBERT-xxlarge without sharing, recounted, p95"),
}
ADDRESSES = {"albert": {"preset": "xxlarge", "sharing": "none"}}  # the largest network there is to count
GOALS = {"albert": Goal(150)}
REDRAW, HEADS, PIPELINE, ORDERS = Goal(100), Goal(300), Goal(200), Goal(3000)
ARTICLE, ANSWER = Goal(2000), Goal(300)
WINDOW = 128  # tokens of a full window, and more words than fit into one


def measure(*, quick: bool) -> list[Row]:
    """Return the 95th percentile of redraws, and the time of both heads on a full window."""
    moves = 8 if quick else 40
    with running() as server:
        rows = [
            Row(
                what=what,
                ours=f"p50 {1000 * median(took):.0f} ms of {moves} redraws",
                value=1000 * quantiles(took, n=20, method="inclusive")[-1],
                unit="ms",
                goal=GOALS.get(page, REDRAW),
            )
            for page, (slider, what) in SLIDERS.items()
            for took in [asyncio.run(moved(server, page, slider, moves))]
        ]
        rows.append(beside_a_race(server, moves))
    passes = 5 if quick else 20
    return [
        *rows,
        both_heads(passes=passes),
        one_answer(passes=passes),
        electra_pipeline(passes=passes),
        many_orders(passes=passes),
        article(passes=passes),
    ]


async def moved(server: Server, page: str, slider: str, moves: int) -> list[float]:
    """Open the page and move the slider up, one step at a time; two steps to warm up."""
    async with learner(server, page) as visitor:
        await visitor.see(ADDRESSES.get(page, {}))
        return [await visitor.slide(slider, 1 + step % 8) for step in range(2 + moves)][2:]


def beside_a_race(server: Server, moves: int) -> Row:
    """Time the answers that one learner gets while another one's stopwatch runs in the background."""
    quiet, took = asyncio.run(answered(server, moves))
    return Row(
        what="BERT, a text read while ALBERT's stopwatch runs, p95",
        ours=f"p50 {1000 * median(took):.0f} ms of {moves} texts",
        beside=f"with nobody else p50 {1000 * median(quiet):.0f} ms",
        value=1000 * quantiles(took, n=20, method="inclusive")[-1],
        unit="ms",
        goal=ANSWER,
    )


async def answered(server: Server, moves: int) -> tuple[list[float], list[float]]:
    """Send texts alone, then while a race of all sizes runs, which leaving ends; return what each took."""
    texts = fresh_texts()
    async with learner(server, "albert") as racer, learner(server, "bert") as visitor:
        await racer.see({"work": "learning", "base": "1"})
        await visitor.see({})
        await visitor.type(next(texts))  # the model is loaded afterwards
        quiet = [await visitor.type(next(texts)) for _ in range(moves)]
        race = asyncio.create_task(racer.press("Start the race (some seconds)"))
        await asyncio.sleep(1)
        took = [await visitor.type(next(texts)) for _ in range(moves)]
        if race.done():
            raise RuntimeError("The race was over before the last text was read.")
        race.cancel()
    return quiet, took


def both_heads(*, passes: int) -> Row:
    """Time a pass over 128 tokens with what both heads say of a span."""
    spanbert = demo.load()
    text = " ".join(" ".join(document.paragraphs) for document in sample_documents())[:2000]
    took: list[float] = []
    length = 0
    for number in range(1 + passes):
        began = perf_counter()
        encoded = demo.read(spanbert, text[number:])
        span = demo.default_span(spanbert, encoded)
        demo.guess_span(spanbert, demo.fill(spanbert, encoded, span), span)
        took.append(1000 * (perf_counter() - began))
        length = len(encoded)
    what = f"SpanBERT, both heads on {length} tokens"
    return Row(what=what, ours=f"median of {passes}", value=median(took[1:]), unit="ms", goal=HEADS)


def one_answer(*, passes: int) -> Row:
    """Time an answer from a passage that fills one window; what the reader learned does not matter."""
    source = readers.source_of("spanbert")
    reader = Reader(Tuned(source, 2, seed=0).eval(), source)
    words = " ".join(" ".join(document.paragraphs) for document in sample_documents()).split()[:WINDOW]
    while len(windows := windows_of(AskedPassage(QUESTION, " ".join(words), (), 0), source)) > 1:
        words.pop()
    took: list[float] = []
    for _ in range(1 + passes):
        began = perf_counter()
        answers.find(reader, QUESTION, " ".join(words))
        took.append(1000 * (perf_counter() - began))
    what = f"SpanBERT, an answer from {len(windows[0].input_ids)} tokens"
    return Row(what=what, ours=f"median of {passes}", value=median(took[1:]), unit="ms", goal=HEADS)


def electra_pipeline(*, passes: int) -> Row:
    """Time what ELECTRA's page does from a full window of text to P(replaced) of every token."""
    model = electra.load()
    text = " ".join(" ".join(document.paragraphs) for document in sample_documents())[:2000]
    took: list[float] = []
    length = 0
    for number in range(1 + passes):
        began = perf_counter()
        encoded = electra.read(model, text[number:])
        reading = electra.guess(model, encoded, draw_masks(model, encoded, seed=number))
        electra.judge(model, refill(model, reading, seed=number).sampled.input_ids)
        took.append(1000 * (perf_counter() - began))
        length = len(encoded)
    what = f"ELECTRA, hidden, sampled and judged, {length} tokens"
    return Row(what=what, ours=f"median of {passes}", value=median(took[1:]), unit="ms", goal=PIPELINE)


def many_orders(*, passes: int) -> Row:
    """Time 64 random orders of a sentence of 16 tokens, as XLNet's page asks for them."""
    model = xlnet.load()
    sample = sample_text(model)
    _, sentence = cut(sample, len(sample) - 2 - 16)
    took: list[float] = []
    for seed in range(1 + passes):
        *_, found = compare_orders(model, sentence, seed=seed)
        took.append(1000 * found.seconds)
    what = f"XLNet, {NUMBER_OF_ORDERS} orders of 16 tokens"
    return Row(what=what, ours=f"median of {passes}", value=median(took[1:]), unit="ms", goal=ORDERS)


def article(*, passes: int) -> Row:
    """Time what BERTSUM's page does from 2,000 words to their summary."""
    model = bertsum.load()
    words = " ".join(" ".join(document.paragraphs) for document in sample_documents()).split()
    took: list[float] = []
    for number in range(1 + passes):
        began = perf_counter()
        reading = bertsum.read(model, " ".join(words[number : number + 2000]))
        choose(reading.sentences, bertsum.score(model, reading), 3)
        took.append(1000 * (perf_counter() - began))
    what = "BERTSUM, 2,000 words to their summary"
    return Row(what=what, ours=f"median of {passes}", value=median(took[1:]), unit="ms", goal=ARTICLE)
