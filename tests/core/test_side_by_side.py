"""Several models on one sentence: words line up, hidden words and scores are what each model says by itself."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import BertForMaskedLM

from tests.tiny import HOSTILE, refusal_of
from variants import VARIANTS, find_variant
from variants.bert.demo import fill as fill_bert
from variants.bert.demo import read as read_bert
from variants.core.checkpoint import Checkpoint
from variants.core.inference import forward_pass
from variants.core.overview import ORDERS, as_csv, as_json, overview, records
from variants.core.reading import logits_at
from variants.core.side_by_side import View, can_be_compared, cut, fill_in, hidden_by_hand, view
from variants.core.side_by_side_figures import surprise_map

COMPARABLE = [variant for variant in VARIANTS if can_be_compared(variant)]
TEXT = "The doctor told her patient to drink unbelievably clean water."
SLUGS = [variant.slug for variant in COMPARABLE]


def loaded(slug: str) -> Checkpoint[Any]:
    return find_variant(slug).part("model").load()


def test_every_shipped_model_that_fills_in_can_be_compared() -> None:
    assert {"bert", "roberta", "albert", "electra", "xlnet", "distilbert", "spanbert"} <= set(SLUGS)
    assert "bertsum" not in SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_the_text_stands_as_the_tokenizer_frames_it(slug: str) -> None:
    checkpoint = loaded(slug)
    read = cut(checkpoint, TEXT)
    assert list(read.input_ids) == checkpoint.tokenizer.encode(TEXT)
    places = [place for pieces in read.places for place in pieces]
    assert places == sorted(set(places)) and len(places) == len(read.input_ids) - 2


def test_bert_fills_in_as_in_its_chapter() -> None:
    bert = loaded("bert")
    read = cut(bert, TEXT)
    places = sorted(place for word in (4, 9) for place in read.places[word])
    chapter = fill_bert(bert, read_bert(bert, TEXT), tuple(places))
    ours = fill_in(bert, find_variant("bert").part("scoring"), read.input_ids, places)
    for row, place in enumerate(places):
        assert torch.allclose(torch.tensor(ours[row]), torch.tensor(logits_at(chapter, place)), atol=1e-4)


def test_xlnet_sees_neither_what_is_hidden_nor_that_it_is() -> None:
    """What stands at hidden places changes nothing, as the library's own forward pass says too."""
    xlnet = loaded("xlnet")
    scoring = find_variant("xlnet").part("scoring")
    ids = list(cut(xlnet, TEXT).input_ids)
    hidden = [3, 6]
    found = fill_in(xlnet, scoring, ids, hidden)
    changed = [7 if place in hidden else token_id for place, token_id in enumerate(ids)]
    assert fill_in(xlnet, scoring, changed, hidden) == pytest.approx(found, abs=1e-4)
    unseen = torch.zeros(1, len(ids), len(ids))
    unseen[:, :, hidden] = 1
    with torch.inference_mode():
        library = xlnet.model(
            torch.tensor([ids]),
            token_type_ids=torch.tensor([[0] * (len(ids) - 1) + [2]]),
            perm_mask=unseen,
            target_mapping=torch.eye(len(ids))[None, hidden],
        ).logits[0]
    assert found == pytest.approx(library.numpy(), abs=1e-3)


def by_hand(slug: str, read_ids: list[int], place: int) -> float:
    """Hide one token and ask the library's whole model, one text at a time."""
    checkpoint = loaded(slug)
    ids = torch.tensor([read_ids])
    answer = int(ids[0, place])
    ids[0, place] = checkpoint.vocabulary.mask
    return float(LIBRARY[slug](checkpoint.model, ids, place).double().log_softmax(-1)[answer])


def spanbert_logits(model: Any, ids: Tensor, place: int) -> Tensor:
    """The library has no SpanBERT: its BERT with the same weights reads the text."""
    bert = BertForMaskedLM(model.config).eval()
    bert.bert.load_state_dict(model.bert.state_dict(), strict=False)
    bert.cls.predictions.load_state_dict(
        {name.removeprefix("predictions."): value for name, value in model.cls.state_dict().items()}
    )
    return bert(ids).logits[0, place]


def xlnet_logits(model: Any, ids: Tensor, place: int) -> Tensor:
    length = ids.shape[1]
    unseen = torch.zeros(1, length, length)
    unseen[:, :, place] = 1
    segments = torch.tensor([[0] * (length - 1) + [2]])
    target = torch.eye(length)[None, [place]]
    return model(ids, token_type_ids=segments, perm_mask=unseen, target_mapping=target).logits[0, 0]


LIBRARY: dict[str, Callable[[Any, Tensor, int], Tensor]] = {
    "bert": lambda model, ids, place: model(ids).prediction_logits[0, place],
    "roberta": lambda model, ids, place: model(ids).logits[0, place],
    "albert": lambda model, ids, place: model(ids).prediction_logits[0, place],
    "electra": lambda model, ids, place: model.generator(ids).logits[0, place],
    "distilbert": lambda model, ids, place: model(ids).logits[0, place],
    "spanbert": spanbert_logits,
    "xlnet": xlnet_logits,
}


@torch.inference_mode()
@pytest.mark.parametrize("slug", SLUGS)
def test_word_scores_are_one_mask_at_a_time(slug: str) -> None:
    seen = view(find_variant(slug), TEXT)
    ids = list(seen.cut.input_ids)
    for pieces, score in zip(seen.cut.places, seen.word_scores, strict=True):
        assert score == pytest.approx(sum(by_hand(slug, ids, place) for place in pieces), abs=1e-4)
    assert seen.log_likelihood == pytest.approx(sum(score for score in seen.word_scores if score), abs=1e-6)


def test_the_clock_stands_while_others_are_served() -> None:
    """Both slots are taken for a while: that is no time of this model's."""
    view(find_variant("bert"), TEXT)  # the first pass of a model is slow
    taken, free = threading.Barrier(3), threading.Event()

    def hold() -> None:
        with forward_pass():
            taken.wait()
            free.wait(2)

    with ThreadPoolExecutor(3) as pool:
        holders = [pool.submit(hold) for _ in range(2)]
        taken.wait()
        asked = pool.submit(view, find_variant("bert"), TEXT)
        time.sleep(1.5)
        free.set()
        assert asked.result().seconds < 1
        assert all(holder.result() is None for holder in holders)


def test_a_typed_mask_is_hidden_and_has_no_right_answer() -> None:
    for slug in SLUGS:
        seen = view(find_variant(slug), "The king went to [MASK] house.", (1,))
        assert [filled.word for filled in seen.filled] == [1, 4]
        assert seen.filled[1].probability is None and seen.word_scores[4] is None
        assert 0 < (seen.filled[0].probability or 0) < 1
        assert hidden_by_hand(seen.cut) == seen.cut.places[4]
        assert [g.probability for g in seen.filled[1].guesses] == sorted(
            (g.probability for g in seen.filled[1].guesses), reverse=True
        )


def test_only_electra_suspects() -> None:
    for slug in SLUGS:
        suspicions = view(find_variant(slug), TEXT).suspicions
        assert bool(suspicions) == (slug == "electra")
        assert all(value is not None and 0 < value < 1 for value in suspicions)


def test_what_does_not_fit_is_not_asked() -> None:
    seen = view(find_variant("bert"), "river " * 300)
    assert [bool(pieces) for pieces in seen.cut.places] == [True] * 126 + [False] * 174
    assert seen.word_scores[126:] == (None,) * 174
    assert (seen.cut.left_out, seen.cut.max_length) == (174, loaded("bert").max_length)


def test_what_a_vocabulary_drops_is_not_said_to_be_beyond_the_end() -> None:
    read = cut(loaded("bert"), "the \u200b cat")
    assert [bool(pieces) for pieces in read.places] == [True, False, True] and read.left_out == 0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_read_or_refused_in_one_line(text: str) -> None:
    for slug in SLUGS:
        if said := refusal_of(lambda slug=slug: view(find_variant(slug), text[:600])):
            assert "\n" not in said


@pytest.fixture(scope="module")
def views() -> list[View]:
    return [view(find_variant(slug), TEXT, (4,)) for slug in ("bert", "xlnet", "electra")]


@pytest.mark.parametrize("order", ORDERS)
def test_the_table_is_sorted(views: list[View], order: str) -> None:
    names = [row["model"] for row in overview(views, order)]
    key = ORDERS[order][1]
    values = [key(each) for name in names for each in views if each.name == name] if key else []
    assert sorted(names) == sorted(each.name for each in views) and values == sorted(values)


def test_files_hold_what_was_found(views: list[View]) -> None:
    assert json.loads(as_json(views)) == json.loads(json.dumps(records(views)))
    rows = list(csv.DictReader(io.StringIO(as_csv(views))))
    assert [float(row["pseudo_log_likelihood"]) for row in rows] == [each.log_likelihood for each in views]


def test_the_map_says_what_is_most_surprising(views: list[View]) -> None:
    drawn = surprise_map(views)
    words = [word.text for word in views[0].cut.words]
    scores = [score or 0.0 for score in views[0].word_scores]
    assert f"BERT: {words[scores.index(min(scores))]}" in drawn.alt
    assert drawn.rows[0][1:] == tuple(-score for score in scores)
