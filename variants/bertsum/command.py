"""``python -m variants bertsum FILE``: the page's summary of an article on the command line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from variants.bertsum.beams import Settings
from variants.bertsum.comparison import compare
from variants.bertsum.demo import load, parts, read, score
from variants.bertsum.files import text_of
from variants.bertsum.pasted import Reading
from variants.bertsum.rouge import rouge_of
from variants.bertsum.summary import Blocked, choose, within
from variants.bertsum.writer_store import load_writer
from variants.bertsum.writing import write, writing_windows
from variants.core.errors import InputError
from variants.core.tokenization import tokens_of

MOST_SENTENCES, MOST_SEEDS, MOST_BEAMS = 20, 10**6, 20


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the controls of the BERTSUM page."""
    parser.add_argument("file", help="a text file with an article; - reads standard input")
    parser.add_argument("--sentences", type=int, default=3, help="how many to take (default 3)")
    parser.add_argument("--no-blocking", action="store_true", help="take sentences that repeat a trigram, too")
    parser.add_argument("--no-segments", action="store_true", help="segments all A: run the encoder without A B A B")
    parser.add_argument("--no-between", action="store_true", help="run without the layers between sentences")
    parser.add_argument("--within", default="0-100", help="take sentences from this part of the article, in per cent")
    parser.add_argument("--order", choices=("document", "score"), default="document", help="of the summary's sentences")
    parser.add_argument("--reference", help="a summary to compare with, or a file that holds one: gives ROUGE")
    parser.add_argument("--lead", action="store_true", help="show what the baselines take, also without a reference")
    parser.add_argument("--seed", type=int, default=0, help="of the random baseline")
    parser.add_argument("--abstractive", action="store_true", help="also write a summary of the first window")
    parser.add_argument("--beam", type=int, default=Settings().beams, help="beams of that search; 1 is greedy")
    parser.add_argument("--checkpoint", default="bertsum", help="a folder instead of our model")


def run(arguments: Namespace) -> dict[str, Any]:
    """Return every sentence with its score, the summary, and ROUGE where there is a reference."""
    if not 1 <= arguments.sentences <= MOST_SENTENCES:
        raise InputError(f"--sentences must be between 1 and {MOST_SENTENCES}.")
    if not 1 <= arguments.beam <= MOST_BEAMS:
        raise InputError(f"--beam must be between 1 and {MOST_BEAMS}.")
    text, reference = _text(arguments.file), _reference(arguments.reference)
    checkpoint = load(arguments.checkpoint)
    reading = read(checkpoint, text)
    segments = not arguments.no_segments
    scores = score(checkpoint, reading, interval_segments=segments, between=not arguments.no_between)
    candidates = _candidates(arguments.within, len(scores))
    sentences, count = reading.sentences, arguments.sentences
    choice = choose(sentences, scores, count, blocking=not arguments.no_blocking, candidates=candidates)
    entries = compare(sentences, choice.taken, count=count, reference=reference, seed=arguments.seed)
    shown = entries[1:] if arguments.lead or reference else ()
    blocked = {each.sentence: each for each in choice.blocked}
    return {
        "sentences": [
            {
                "text": sentence,
                "score": scores[number],
                "chosen": number in choice.taken,
                "blocked_by": _blocked(blocked.get(number)),
            }
            for number, sentence in enumerate(sentences)
        ],
        "summary": " ".join(sentences[number] for number in choice.ordered(arguments.order)),
        "rouge": entries[0].rouge,
        "baselines": {
            each.name: {"chosen": list(each.taken), "summary": _joined(sentences, each.taken), "rouge": each.rouge}
            for each in shown
        },
        "left_out": list(reading.left_out),
        "windows": [
            list(window.sentences) for part in parts(checkpoint, reading, interval_segments=segments) for window in part
        ],
        "notices": list(reading.notices),
        "abstractive": _written(reading, reference, arguments.beam) if arguments.abstractive else None,
    }


def _written(reading: Reading, reference: str, beams: int) -> dict[str, Any]:
    writer = load_writer()
    written = write(
        writer, writing_windows(writer, reading.token_ids)[0], reading.sentences, replace(Settings(), beams=beams)
    )
    best = written.search.best
    return {
        "summary": written.summary,
        "tokens": tokens_of(writer.tokenizer, best.ids),
        "log_probability": best.log_probability,
        "score": best.score,
        "read": list(written.read),
        "words": [{"text": s.text, "copied": s.copied} for s in written.stretches if s.copied is not None],
        "novel": {"words": written.novel_words, "pairs": written.novel_pairs},
        "rouge": rouge_of([written.summary], reference) if reference.strip() else None,
    }


def table(result: dict[str, Any]) -> str:
    """Return the result for a reader: the scores, what was passed over, the summary, ROUGE."""
    lines = [f"note: {notice}" for notice in result["notices"]]
    for number, sentence in enumerate(result["sentences"]):
        by = sentence["blocked_by"]
        mark = "*" if sentence["chosen"] else "x" if by else " "
        said = f"  [shares “{' '.join(by['trigram'])}” with {by['sentence']}]" if by else ""
        lines.append(f"{number:>4} {mark} {sentence['score']:>6.1%}  {sentence['text']}{said}")
    lines += ["", result["summary"]]
    if result["rouge"]:
        lines.append("\nROUGE F1        1      2      L   sentences")
        rows = {"BERTSUM": {"rouge": result["rouge"]}} | result["baselines"]
        for name, row in rows.items():
            values = "  ".join(f"{value:5.3f}" for value in row["rouge"].values())
            lines.append(f"{name:<12} {values}   {' '.join(map(str, row.get('chosen', [])))}")
    elif result["baselines"]:
        lines += [f"{name:<12} {' '.join(map(str, row['chosen']))}" for name, row in result["baselines"].items()]
    if written := result["abstractive"]:
        lines += ["", f"written ({written['novel']['words']:.0%} of the words are not in what was read):"]
        lines.append(written["summary"])
        if written["rouge"]:
            lines.append("ROUGE F1 " + "  ".join(f"{value:.3f}" for value in written["rouge"].values()))
    return "\n".join(lines)


def _text(file: str) -> str:
    try:
        return text_of(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except OSError as error:
        raise InputError(f"The file {file} cannot be read; give a text file, or - for standard input.") from error


def _reference(asked: str | None) -> str:
    if not asked:
        return ""
    try:
        is_file = Path(asked).is_file()
    except (OSError, ValueError):  # a sentence may be no possible name
        is_file = False
    return _text(asked) if is_file else asked


def _candidates(asked: str, count: int) -> range:
    try:
        first, last = map(int, asked.split("-"))
    except ValueError as error:
        raise InputError("--within needs two numbers, such as 0-50.") from error
    if not 0 <= first < last <= 100 or not within(count, first, last):
        raise InputError(f"No sentence begins between {first} and {last} per cent of this article.")
    return within(count, first, last)


def _blocked(blocked: Blocked | None) -> dict[str, Any] | None:
    return blocked and {"sentence": blocked.by, "trigram": list(blocked.trigram)}


def _joined(sentences: Sequence[str], taken: Sequence[int]) -> str:
    return " ".join(sentences[number] for number in taken)
