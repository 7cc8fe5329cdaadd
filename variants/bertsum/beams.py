"""Beam search: keep the few likeliest beginnings, token by token, and record every step.

Liu and Lapata, 2019, section 4.2: five beams, no trigram twice (Paulus et al., 2018), and a penalty that
divides the log-probability by ((5 + tokens) / 6) ** alpha (Wu et al., 2016), for every further token
lowers a product of probabilities and long summaries would never win. Greedy writing is a beam of one.

A beam that ends leaves its place to others. The search stops when no beam that goes on can still win.

Departure: trigrams are of tokens, not of words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from variants.bertsum.writer import Past, Source, Writer
from variants.core.tokenization import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How is searched."""

    beams: int = 5
    alpha: float = 0.9  # the paper tries 0.6 to 1
    shortest: int = 8  # tokens before the one that ends it
    longest: int = 48  # tokens, the one that ends it included
    blocking: bool = True

    def score(self, log_probability: float, tokens: int) -> float:
        """Return the log-probability after the length penalty."""
        return log_probability / ((5 + tokens) / 6) ** self.alpha


@dataclass(frozen=True)
class Beam:
    """A beginning, or a whole summary."""

    ids: tuple[int, ...]
    log_probability: float  # the sum over its tokens, in nats
    score: float  # after the length penalty
    parent: int  # its place among the beams of the step before
    ended: bool = False


@dataclass(frozen=True)
class Step:
    """The best beams of one step, best first; those that ended stand among them and do not go on."""

    beams: tuple[Beam, ...]
    blocked: int  # continuations that would have repeated a trigram

    @property
    def going_on(self) -> tuple[int, ...]:
        """Return the places of the beams that are continued."""
        return tuple(place for place, beam in enumerate(self.beams) if not beam.ended)


@dataclass(frozen=True)
class Search:
    """All steps, and where the best summary stands in them."""

    steps: tuple[Step, ...]
    settings: Settings
    last: tuple[int, int]  # step and place of the best

    @property
    def best(self) -> Beam:
        """Return the best summary; it is cut where none ended in time."""
        return self.steps[self.last[0]].beams[self.last[1]]

    @property
    def path(self) -> tuple[int, ...]:
        """Return the place of the best summary's beginning in every step up to its end."""
        step, place = self.last
        places = [place]
        for number in range(step, 0, -1):
            places.append(self.steps[number].beams[places[-1]].parent)
        return tuple(reversed(places))


@torch.inference_mode()
def beam_search(writer: Writer, source: Source, vocabulary: Vocabulary, settings: Settings) -> Search:
    """Write a summary of one source."""
    steps: list[Step] = []
    beams, past = [Beam((), 0.0, 0.0, 0)], None
    while beams and len(steps) < settings.longest:
        newest = torch.tensor([[beam.ids[-1] if beam.ids else vocabulary.cls] for beam in beams])
        logits, now = writer(source.repeated(len(beams)), newest, past)
        going_on = steps[-1].going_on if steps else (0,)
        step = _step(beams, going_on, logits[:, -1].log_softmax(-1), vocabulary, settings)
        steps.append(step)
        beams = [step.beams[place] for place in step.going_on]
        past = _of_parents(now, [going_on.index(beam.parent) for beam in beams])
        if _settled(steps, beams, settings):
            break
    return Search(tuple(steps), settings, _best(steps))


def _step(
    beams: list[Beam], places: tuple[int, ...], log_probabilities: Tensor, vocabulary: Vocabulary, settings: Settings
) -> Step:
    """Continue every beam by every token and keep the best."""
    length = len(beams[0].ids) + 1
    never = [vocabulary.pad, vocabulary.unk, vocabulary.cls, vocabulary.mask]
    if length <= settings.shortest:
        never.append(vocabulary.sep)
    log_probabilities[:, never] = -math.inf
    repeats = [repeating(beam.ids) if settings.blocking else [] for beam in beams]
    for row, tokens in enumerate(repeats):
        log_probabilities[row, tokens] = -math.inf
    totals = log_probabilities + torch.tensor([[beam.log_probability] for beam in beams])
    best = totals.flatten().topk(min(settings.beams, totals.numel()))
    kept: list[Beam] = []
    for total, number in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        row, token = divmod(number, totals.shape[1])
        if total > -math.inf:
            score = settings.score(total, length)
            kept.append(Beam((*beams[row].ids, token), total, score, places[row], token == vocabulary.sep))
    return Step(tuple(kept), sum(map(len, repeats)))


def repeating(ids: tuple[int, ...]) -> list[int]:
    """Return the tokens that would complete a trigram that is there already."""
    return sorted({third for *two, third in zip(ids, ids[1:], ids[2:], strict=False) if tuple(two) == ids[-2:]})


def _of_parents(past: Past, rows: list[int]) -> Past:
    return tuple((keys[rows], values[rows]) for keys, values in past)


def _settled(steps: list[Step], beams: list[Beam], settings: Settings) -> bool:
    """Say whether a beam has ended that none of those going on can overtake, were their next tokens certain."""
    ended = [beam.score for step in steps for beam in step.beams if beam.ended]
    hopes = [settings.score(beam.log_probability, settings.longest) for beam in beams]
    return bool(ended) and max(ended) >= max(hopes, default=-math.inf)


def _best(steps: list[Step]) -> tuple[int, int]:
    """Return where the best beam that ended stands; where none did, the best of the last step."""
    places = [(number, place) for number, step in enumerate(steps) for place in range(len(step.beams))]
    ended = [(number, place) for number, place in places if steps[number].beams[place].ended]
    return max(ended or [(len(steps) - 1, 0)], key=lambda at: steps[at[0]].beams[at[1]].score)
