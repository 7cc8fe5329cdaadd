"""A small random SpanBERT with the shipped vocabulary, saved and loaded as any other model is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.spanbert.tiny import TINY
from tests.tiny import SHIPPED
from variants.core.answering import windows_of
from variants.core.finetuning import Pretrained, Tuned
from variants.core.labelled import AskedPassage
from variants.core.network_input import padded_inputs
from variants.core.tokenization import vocabulary_of
from variants.core.tuned_store import write_record, write_tuned
from variants.core.vocabularies import load_vocabulary
from variants.spanbert.answers import PASSAGE, QUESTION
from variants.spanbert.demo import SpanBert, load
from variants.spanbert.model import build
from variants.spanbert.readers import READERS


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spanbert")
    tokenizer = load_vocabulary("wordpiece", SHIPPED)
    build(len(tokenizer), TINY, seed=3).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def spanbert(folder: Path) -> SpanBert:
    return load(str(folder))


def write_readers(folder: Path, source: Pretrained, *, finds: bool, spread: dict[str, float]) -> None:
    """Write two readers that learned nothing, as ``tune spanbert`` would.

    All states of a layer-normed encoder are equally long, so a head along that of [CLS] scores [CLS] highest,
    and one against it lowest: ``finds`` says whether the chapter's question has an answer.
    """
    (window,) = windows_of(AskedPassage(QUESTION, PASSAGE, (), 0), source)
    batch = padded_inputs([window.input_ids], vocabulary_of(source.tokenizer).pad, [window.token_type_ids])
    for seed, who in enumerate(READERS):
        model = Tuned(source, 2, seed=seed).eval()
        with torch.no_grad():
            of_cls = model.states(batch)[0, window.cls]
            model.head.weight.copy_((-of_cls if finds else of_cls).expand(2, -1))
        write_tuned(folder / f"{who}.safetensors", model)
    scores = {"exact": 0.25, "exact_error": 0.01, "f1": 0.375, "f1_error": 0.02, "found": 0.75, "found_in_strange": 0.5}
    runs = [scores] * (3 if spread else 1)
    metrics = {who: {"first": scores | {"threshold": 0.0}, "spread": spread, "runs": runs} for who in READERS}
    metrics["likeliest sentence"] = {"first": scores}
    questions = {"learned": 64, "settle": 8, "test": 32}
    write_record(folder, {"origins": {}, "recipe": {}}, metrics | {"questions": questions})
