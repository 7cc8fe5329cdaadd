"""Beam search against an exhaustive search, greedy writing and teacher forcing, on small random writers."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from transformers import BertConfig, BertModel

from variants.bertsum.beams import Search, Settings, beam_search, repeating
from variants.bertsum.windows import Window
from variants.bertsum.writer import Source, Writer
from variants.bertsum.writing import as_batch
from variants.core.tokenization import Vocabulary

SMALL = Vocabulary(size=9, pad=0, unk=1, cls=2, sep=3, mask=4)  # four words
WINDOW = Window((2, 5, 6, 3, 2, 7, 8, 3), (0, 0, 0, 0, 1, 1, 1, 1), (0, 1), (0, 4))


@pytest.fixture(scope="module", params=[0, 1, 2])
def writer(request: pytest.FixtureRequest) -> Writer:
    torch.manual_seed(request.param)
    config = BertConfig(
        vocab_size=SMALL.size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
        hidden_dropout_prob=0.0,
        initializer_range=0.3,
    )
    return Writer(BertModel(config), seed=request.param).eval()


@pytest.fixture
def source(writer: Writer) -> Source:
    with torch.inference_mode():
        return writer.read(as_batch(WINDOW, SMALL))


def teacher_forced(writer: Writer, source: Source, ids: tuple[int, ...]) -> float:
    """Return the log-probability of a whole summary in one pass."""
    with torch.inference_mode():
        logits, _ = writer(source, torch.tensor([[SMALL.cls, *ids[:-1]]]))
    return float(logits[0].log_softmax(-1)[range(len(ids)), list(ids)].sum())


def allowed(ids: tuple[int, ...], settings: Settings) -> bool:
    early = SMALL.sep in ids[: settings.shortest] or SMALL.sep in ids[:-1]
    trigrams = list(zip(ids, ids[1:], ids[2:], strict=False))
    return not early and not (settings.blocking and len(set(trigrams)) < len(trigrams))


@pytest.mark.parametrize("alpha", [0.0, 0.9])
def test_a_wide_beam_finds_what_an_exhaustive_search_finds(writer: Writer, source: Source, alpha: float) -> None:
    settings = Settings(beams=5**5, alpha=alpha, shortest=1, longest=5, blocking=False)
    words = (SMALL.sep, 5, 6, 7, 8)
    whole = [
        ids
        for length in range(2, 6)
        for ids in itertools.product(words, repeat=length)
        if ids[-1] == SMALL.sep and allowed(ids, settings)
    ]
    scores = {ids: settings.score(teacher_forced(writer, source, ids), len(ids)) for ids in whole}
    best = max(scores, key=scores.__getitem__)
    found = beam_search(writer, source, SMALL, settings).best
    assert found.ids == best and found.score == pytest.approx(scores[best], abs=1e-4)


@pytest.mark.parametrize("blocking", [True, False])
def test_every_beam_of_every_step_has_its_teacher_forced_probability(
    writer: Writer, source: Source, blocking: bool
) -> None:
    search = beam_search(writer, source, SMALL, Settings(beams=4, shortest=3, longest=12, blocking=blocking))
    for number, step in enumerate(search.steps):
        assert list(step.beams) == sorted(step.beams, key=lambda beam: -beam.log_probability)
        for beam in step.beams:
            assert beam.log_probability == pytest.approx(teacher_forced(writer, source, beam.ids), abs=1e-4)
            assert beam.score == pytest.approx(beam.log_probability / ((5 + len(beam.ids)) / 6) ** 0.9)
            assert allowed(beam.ids, search.settings) and beam.ended == (beam.ids[-1] == SMALL.sep)
            if number:
                parent = search.steps[number - 1].beams[beam.parent]
                assert parent.ids == beam.ids[:-1] and not parent.ended


@pytest.mark.parametrize("blocking", [True, False])
def test_greedy_is_a_beam_of_one(writer: Writer, source: Source, blocking: bool) -> None:
    settings = Settings(beams=1, shortest=2, longest=10, blocking=blocking)
    ids: tuple[int, ...] = ()
    while len(ids) < settings.longest and SMALL.sep not in ids:
        with torch.inference_mode():
            logits = writer(source, torch.tensor([[SMALL.cls, *ids]]))[0][0, -1]
        never = {0, 1, 2, 4, *(repeating(ids) if blocking else []), *([SMALL.sep] if len(ids) < 2 else [])}
        ids += (max((token for token in range(SMALL.size) if token not in never), key=lambda token: logits[token]),)
    assert beam_search(writer, source, SMALL, settings).best.ids == ids


def test_the_path_leads_to_the_best(writer: Writer, source: Source) -> None:
    search: Search = beam_search(writer, source, SMALL, Settings(beams=3, shortest=2, longest=9))
    beginnings = [step.beams[place].ids for step, place in zip(search.steps, search.path, strict=False)]
    assert beginnings == [search.best.ids[: length + 1] for length in range(len(search.best.ids))]


def test_stopping_early_loses_nothing(writer: Writer, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(beams=3, shortest=1, longest=9)
    found = beam_search(writer, source, SMALL, settings)

    def never(*_: object) -> bool:
        return False

    monkeypatch.setattr("variants.bertsum.beams._settled", never)
    assert beam_search(writer, source, SMALL, settings).best == found.best


def test_a_search_without_an_end_returns_the_best_beginning(writer: Writer, source: Source) -> None:
    search = beam_search(writer, source, SMALL, Settings(beams=2, shortest=4, longest=4))
    assert not search.best.ended and len(search.best.ids) == 4 and search.last == (3, 0)


def test_what_repeats_a_trigram_is_found() -> None:
    assert repeating((5, 6, 7, 8, 5, 6)) == [7]
    assert repeating((5, 5, 5)) == [5]
    assert repeating((5,)) == repeating(()) == []


def test_the_penalty_is_the_published_one() -> None:
    assert Settings(alpha=0.6).score(-10.0, 25) == pytest.approx(-10.0 / (30**0.6 / 6**0.6))
    assert Settings(alpha=0.0).score(-10.0, 25) == -10.0
    assert math.isclose(Settings(alpha=1.0).score(-3.0, 1), -3.0)
