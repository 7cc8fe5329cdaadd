"""BERTSUMABS on a learner's article: one window is read, a summary is written, its words are marked.

The search is recorded whole, so that stepping through its beams runs nothing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerFast

from variants.bertsum.beams import Search, Settings, beam_search
from variants.bertsum.novelty import Stretch, marked_words, novel_share
from variants.bertsum.windows import Window, windows_of
from variants.bertsum.writer import Writer
from variants.bertsum.writer_store import TrainedWriter
from variants.core.inference import forward_pass
from variants.core.padding import padded
from variants.core.task import Batch
from variants.core.tokenization import Vocabulary, tokens_of


@dataclass(frozen=True)
class Asked:
    """What a learner asks of the model that writes."""

    settings: Settings
    window: int  # from 1


@dataclass(frozen=True)
class Written:
    """A summary in the model's own words, and how it was found."""

    summary: str
    read: tuple[int, ...]  # the sentences that stood in the window
    stretches: tuple[Stretch, ...]
    search: Search
    tokens: tuple[tuple[str, ...], ...]  # the newest token of every beam, step by step
    novel_words: float
    novel_pairs: float


def writing_windows(writer: TrainedWriter, token_ids: Sequence[Sequence[int]]) -> tuple[Window, ...]:
    """Return the windows of an article; the model reads one of them."""
    return tuple(windows_of([list(ids) for ids in token_ids], writer.vocabulary, writer.max_length))


def write(writer: TrainedWriter, window: Window, sentences: tuple[str, ...], settings: Settings) -> Written:
    """Read one window of an article's sentences and write a summary of it."""
    search = search_window(writer.model, window, writer.vocabulary, settings)
    summary = text_of(writer.tokenizer, search.best.ids)
    source = " ".join(sentences[number] for number in window.sentences)
    return Written(
        summary=summary,
        read=window.sentences,
        stretches=marked_words(summary, source),
        search=search,
        tokens=tuple(tuple(tokens_of(writer.tokenizer, [b.ids[-1] for b in step.beams])) for step in search.steps),
        novel_words=novel_share(summary, source, 1),
        novel_pairs=novel_share(summary, source, 2),
    )


def search_window(writer: Writer, window: Window, vocabulary: Vocabulary, settings: Settings) -> Search:
    """Run BERT once and the decoder step by step."""
    with forward_pass():
        return beam_search(writer, writer.read(as_batch(window, vocabulary)), vocabulary, settings)


def as_batch(window: Window, vocabulary: Vocabulary) -> Batch:
    """Return one window as the encoder's input."""
    return {
        "input_ids": padded([window.input_ids], vocabulary.pad),
        "attention_mask": padded([(1,) * len(window.input_ids)], 0),
        "token_type_ids": padded([window.token_type_ids], 0),
    }


def text_of(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> str:
    """Return tokens as text, in lower case as the model writes."""
    return str(tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=True))


def beginnings(tokenizer: PreTrainedTokenizerFast, written: Written, step: int) -> tuple[str, ...]:
    """Return what each beam of a step, counted from 1, has written by then."""
    return tuple(text_of(tokenizer, beam.ids) for beam in written.search.steps[step - 1].beams)
