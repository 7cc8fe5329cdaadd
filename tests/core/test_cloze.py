"""A cloze sentence is won by the answer's rank among all pieces."""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import BertTokenizer

from tests.tiny import make_store, sample_wordpiece
from variants.core.cloze import answer_id, cloze_baselines, cloze_scores, fill_ins
from variants.core.evaluation import ClozeItem
from variants.core.masking import IGNORED
from variants.core.tokenization import as_transformers, id_of

TOKENIZER: BertTokenizer = as_transformers(sample_wordpiece())
THE, MASK = answer_id(TOKENIZER, "the") or 0, id_of(TOKENIZER, "[MASK]")


def ranking(best: list[int]) -> Tensor:
    """Logits that put some pieces first, in this order, and all others behind."""
    logits = torch.zeros(len(TOKENIZER))
    logits[best] = torch.arange(len(best), 0, -1, dtype=torch.float32)
    return logits


def test_an_answer_is_one_known_piece() -> None:
    assert TOKENIZER.convert_ids_to_tokens([THE]) == ["the"]
    assert answer_id(TOKENIZER, "antidisestablishmentarianism") is None
    assert answer_id(TOKENIZER, "漢") is None


def test_the_label_stands_at_the_mask() -> None:
    ((ids, labels),) = fill_ins(TOKENIZER, [ClozeItem("Into [MASK] sea.", "the"), ClozeItem("A [MASK].", "漢")])
    assert [(token, label) for token, label in zip(ids, labels, strict=True) if label != IGNORED] == [(MASK, THE)]
    assert ids[0] == TOKENIZER.cls_token_id and ids[-1] == TOKENIZER.sep_token_id


def test_first_guesses_and_first_five_are_counted() -> None:
    """The answer is first, fifth, sixth, and not in the vocabulary."""
    others = [place for place in range(5, 20) if place != THE]
    places = [0, 4, 5]
    items = [ClozeItem(f"{'a ' * n}[MASK] .", "the") for n in range(1, 4)] + [ClozeItem("[MASK] .", "漢")]

    def logits_of(ids: Tensor) -> Tensor:
        place = ids[0].tolist().index(MASK)
        logits = torch.zeros(1, ids.shape[1], len(TOKENIZER))
        ahead = places[place - 2]
        logits[0, place] = ranking([*others[:ahead], THE, *others[ahead:]])
        return logits

    assert cloze_scores(logits_of, TOKENIZER, items) == {"cloze_top1": 0.25, "cloze_top5": 0.5}


def test_an_empty_list_has_no_score() -> None:
    store = make_store([[[THE]]])
    assert cloze_scores(lambda ids: ids, TOKENIZER, []) == {}
    assert cloze_baselines(TOKENIZER, store, []) == {}
    assert cloze_baselines(TOKENIZER, store, [ClozeItem("A [MASK].", "漢")]) == {}


def test_the_unigram_baseline_guesses_the_most_frequent_token() -> None:
    store = make_store([[[THE, THE, 9, 10]]])
    items = [ClozeItem("Into [MASK] sea.", "the"), ClozeItem("Into [MASK] sea.", "漢")]
    assert cloze_baselines(TOKENIZER, store, items)["unigram"] == {"cloze_top1": 0.5, "cloze_top5": 0.5}
