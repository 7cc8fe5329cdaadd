"""Reading in parts gives what one pass an article gives; switches change the input, and only that."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.bertsum.tiny import SENTENCES
from variants.bertsum import demo
from variants.bertsum.ablation import SETTINGS, rerun
from variants.bertsum.demo import Summarizer
from variants.bertsum.inside import input_sum, span_of, window_of
from variants.bertsum.reading import PART, score_sentences

LONG = "\n".join(f"{SENTENCES[n % 5][:-1]}, said rabbit number {n} to the queen." for n in range(90))


@pytest.mark.parametrize("segments", [True, False])
@pytest.mark.parametrize("between", [True, False])
@pytest.mark.parametrize("text", [" ".join(SENTENCES), LONG])
def test_scores_are_those_of_the_evaluation(tiny: Summarizer, text: str, *, segments: bool, between: bool) -> None:
    reading = demo.read(tiny, text)
    found = demo.score(tiny, reading, interval_segments=segments, between=between)
    expected = score_sentences(
        tiny.model, tiny.tokenizer, reading.sentences, interval_segments=segments, between=between
    )
    assert found == pytest.approx(expected) and len(found) == len(reading.sentences)


def test_every_sentence_stands_in_one_window_of_a_small_part(tiny: Summarizer) -> None:
    reading = demo.read(tiny, LONG)
    parts = demo.parts(tiny, reading)
    assert len(parts) > 1 and all(1 <= len(part) <= PART for part in parts)
    numbers = [number for part in parts for window in part for number in window.sentences]
    assert numbers == list(range(90))


def test_a_change_at_the_end_leaves_the_parts_before_it(tiny: Summarizer) -> None:
    one, other = (
        demo.parts(tiny, demo.read(tiny, text)) for text in (LONG, LONG + "\nThe queen was not amused at all.")
    )
    assert one[:-1] == other[: len(one) - 1]


def test_a_score_is_what_one_window_gives_by_hand(tiny: Summarizer) -> None:
    """Past our windows: the library's BERT on ids put together here, then both layers."""
    ids: list[int] = []
    places: list[int] = []
    segments: list[int] = []
    for number, sentence in enumerate(SENTENCES):
        places.append(len(ids))
        marked = tiny.tokenizer.encode(sentence)
        ids += marked
        segments += [number % 2] * len(marked)
    with torch.inference_mode():
        states = tiny.model.bert(torch.tensor([ids]), token_type_ids=torch.tensor([segments])).last_hidden_state
        logits = tiny.model.judge(states[:, places], torch.ones(1, 5, dtype=torch.bool))
    reading = demo.read(tiny, " ".join(SENTENCES))
    assert demo.score(tiny, reading) == pytest.approx(logits.sigmoid()[0].tolist(), rel=1e-5)


def test_every_setting_is_run_anew(tiny: Summarizer) -> None:
    reading = demo.read(tiny, " ".join(SENTENCES))
    runs = rerun(tiny, reading)
    assert [run.setting for run in runs] == list(SETTINGS)
    assert runs[0].scores == demo.score(tiny, reading)
    assert len({run.scores for run in runs}) == 4


def test_the_three_rows_are_those_of_the_tables(tiny: Summarizer) -> None:
    windows = tuple(window for part in demo.parts(tiny, demo.read(tiny, LONG)) for window in part)
    tables = tiny.model.bert.embeddings
    for sentence in (0, 7, 89):
        window = windows[window_of(windows, sentence)]
        span = span_of(window, sentence)
        assert window.input_ids[span[0]] == tiny.vocabulary.cls and window.input_ids[span[-1]] == tiny.vocabulary.sep
        rows = input_sum(tiny, window, span[0])
        assert np.allclose(rows[:3].sum(0), rows[3], atol=1e-6)
        assert np.array_equal(rows[1], tables.position_embeddings.weight[span[0]].detach().numpy())
        assert np.array_equal(rows[2], tables.token_type_embeddings.weight[sentence % 2].detach().numpy())
        with torch.inference_mode():
            batch = (torch.tensor([window.input_ids]), torch.tensor([window.token_type_ids]))
            read = tables(batch[0], token_type_ids=batch[1])[0, span[0]]
            assert torch.allclose(tables.LayerNorm(torch.tensor(rows[3])), read, atol=1e-5)


def test_nothing_is_the_models_to_keep(tiny: Summarizer) -> None:
    before = {name: value.clone() for name, value in tiny.model.state_dict().items()}
    demo.score(tiny, demo.read(tiny, LONG))
    assert all(torch.equal(value, before[name]) for name, value in tiny.model.state_dict().items())
