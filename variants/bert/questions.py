"""Questions about BERT; the sampler and the model give the answers.

Each question pairs a common misconception with a measurement on the learner's own text.
"""

from __future__ import annotations

import random
from collections import Counter

import torch
from torch.nn.functional import cosine_similarity, cross_entropy

from variants.bert.demo import Bert, corrupt, fill, next_sentence, read
from variants.core.corpus import Document
from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.guesses import best_guesses, probabilities
from variants.core.masking import Fate
from variants.core.question import Marked, Option, Question, nearest
from variants.core.reading import hide, logits_at
from variants.core.samples import sample_documents
from variants.core.tokenization import id_of

DRAWS = 2000

EVERY_POSITION = Question(
    "BERT predicts the chosen tokens. At how many of them does it read [MASK]?",
    (
        Option("at all of them", "Then it would never have to represent a word that it can see."),
        Option("at about eight in ten", "One in ten shows a random word and one in ten shows itself."),
        Option("at about half of them", "The split is 80/10/10: most are masked."),
    ),
)
WRONG_WORDS = Question(
    "Which share of all the tokens that BERT reads in pre-training is a wrong word?",
    (
        Option("15 %", "15 % are chosen, but only a tenth of those show a random word."),
        Option("about 1.5 %", "15 % are chosen, a tenth of those show a random word: 1.5 %."),
        Option("none", "A tenth of the chosen tokens are replaced by a random piece of the vocabulary."),
    ),
)
LOSS_EVERYWHERE = Question(
    "From how many tokens of your text does masked language modelling learn in one step?",
    (
        Option("from all of them", "Only the chosen positions have a label; the others carry no loss."),
        Option("from the chosen 15 %", "The gradient at every other output is exactly zero."),
        Option("from the random words alone", "All chosen tokens count: masked, random and kept."),
    ),
)
JOINTLY = Question(
    "Two words are hidden. When BERT guesses the second, does it know its guess for the first?",
    (
        Option("yes", "Both guesses come out of one pass: neither sees the other."),
        Option("no", "All hidden words are guessed at once and independently of each other."),
    ),
)
TOPIC = Question(
    "In a wrong pair, segment B comes from another document. Swap two neighbouring passages instead: "
    "does next sentence prediction notice?",
    (
        Option("yes, it learned the order", "It never saw a swapped pair: telling documents apart was enough."),
        Option(
            "hardly: the answer stays “is next”",
            "The topic is the same, and topic is what it learned to check.",
        ),
    ),
)

SIMILARITY = Question(
    "Two sentences mean the same in other words. Are the vectors that BERT gives to their [CLS] close to each other?",
    (
        Option("yes, [CLS] holds the sentence's meaning", "It was trained for one thing: to tell whether B follows A."),
        Option("not reliably: shared words count for more", "Nothing in pre-training asks [CLS] for similarity."),
    ),
)
# A sentence, the same in other words, and other words' sense in nearly the same words.
TRIPLES = (
    ("The man is eating a meal.", "Somebody has his dinner.", "The man is cooking a meal."),
    ("The child is happy.", "The boy feels very well.", "The child is hungry."),
    ("She bought a new house.", "The woman purchased a home.", "She sold a new house."),
    ("The train was late.", "The railway had a delay.", "The train was full."),
    ("He is afraid of dogs.", "Big animals make him nervous.", "He is fond of dogs."),
    ("The film was boring.", "Nobody enjoyed this movie.", "The film was moving."),
    ("It rained all day.", "The weather was wet from morning to night.", "It snowed all night."),
    ("The king died in battle.", "The ruler was killed in the war.", "The king won the battle."),
)


def mark_every_position(checkpoint: Bert, encoded: Encoded) -> Marked:
    """Count fates over many draws from the learner's text."""
    fates = _fates(checkpoint, encoded)
    share = fates[Fate.MASK] / fates.total()
    evidence = f"{DRAWS:,} draws from your text, {share:.1%} [MASK], {fates[Fate.RANDOM] / fates.total():.1%} random, "
    evidence += f"{fates[Fate.KEEP] / fates.total():.1%} kept."
    return Marked(nearest(share, (1.0, 0.8, 0.5)), evidence)


def mark_wrong_words(checkpoint: Bert, encoded: Encoded) -> Marked:
    """Count random replacements among all tokens, on a text as long as the window."""
    fates = _fates(checkpoint, encoded)
    share = 0.15 * fates[Fate.RANDOM] / fates.total()
    evidence = f"15 % chosen × the share of random ones in {DRAWS:,} draws = {share:.2%}."
    return Marked(nearest(share, (0.15, 0.015, 0.0)), evidence)


def mark_loss_everywhere(checkpoint: Bert, encoded: Encoded) -> Marked:
    """Take the gradient of the loss with respect to every output of the network."""
    chosen = [drawn.position for drawn in corrupt(checkpoint, encoded, seed=0)]
    with torch.no_grad():
        hidden = hide(checkpoint, encoded, tuple(chosen))
        states = checkpoint.model.bert(torch.tensor([hidden.input_ids])).last_hidden_state[0]
    states = states.clone().requires_grad_()
    logits = checkpoint.model.cls.predictions(states)
    labels = torch.full((len(encoded),), -100)
    labels[chosen] = torch.tensor(encoded.input_ids)[chosen]
    cross_entropy(logits, labels).backward()
    gradient = states.grad if states.grad is not None else torch.zeros_like(states)
    learning = int((gradient.norm(dim=1) > 0).sum())
    evidence = f"{learning} of the {len(encoded)} outputs have a gradient, and {len(chosen)} tokens were chosen."
    return Marked(1 if learning == len(chosen) else 0, evidence)


def mark_jointly(checkpoint: Bert, encoded: Encoded) -> Marked:
    """Hide two neighbours; compare the guess for the second with and without the first filled in."""
    places = [place for place, special in enumerate(encoded.special) if not special]
    if len(places) < 2:
        raise InputError("This measurement needs a text of at least two words: type a longer one above.")
    first, second = places[len(places) // 2 - 1 : len(places) // 2 + 1]
    both = fill(checkpoint, encoded, (first, second))
    guess = best_guesses(checkpoint, logits_at(both, first), 1)[0].token
    filled = both.encoded.replace(first, id_of(checkpoint.tokenizer, guess), guess)
    told = fill(checkpoint, filled)
    before, after = (probabilities(logits_at(reading, second)) for reading in (both, told))
    moved = float(abs(before - after).sum() / 2)
    evidence = f"once “{guess}” is written into the first place and the model runs again, its guess for the second "
    evidence += f"moves by {moved:.1%} of the probability. In one pass it could not have known."
    return Marked(1 if moved > 0 else 0, evidence)


def mark_topic(checkpoint: Bert) -> Marked:
    """Ask NSP about passages of the sample text: in order, swapped, and from another document."""
    passages = [_two_passages(document) for document in sample_documents() if len(document.paragraphs) > 1]
    mean = {"in order": 0.0, "swapped": 0.0, "from another document": 0.0}
    for (first, second), (elsewhere, _) in zip(passages, passages[1:] + passages[:1], strict=True):
        pairs = ((first, second), (second, first), (first, elsewhere))
        for name, pair in zip(mean, pairs, strict=True):
            mean[name] += next_sentence(checkpoint, *pair).is_next / len(passages)
    told = ", ".join(f"{name} {value:.0%}" for name, value in mean.items())
    nearer_to_order = abs(mean["swapped"] - mean["in order"]) < abs(mean["swapped"] - mean["from another document"])
    return Marked(1 if nearer_to_order else 0, f"mean “is next” over {len(passages)} passages of the sample: {told}.")


def mark_similarity(checkpoint: Bert) -> Marked:
    """Compare each sentence's [CLS] with a paraphrase's and with a look-alike's."""
    nearer = 0
    for sentence, paraphrase, look_alike in TRIPLES:
        vector = _cls(checkpoint, sentence)
        same = cosine_similarity(vector, _cls(checkpoint, paraphrase), dim=0)
        other = cosine_similarity(vector, _cls(checkpoint, look_alike), dim=0)
        nearer += bool(same > other)
    evidence = f"in {nearer} of {len(TRIPLES)} trials the paraphrase was nearer than a sentence of like words."
    return Marked(0 if nearer > 0.75 * len(TRIPLES) else 1, evidence)


def _cls(checkpoint: Bert, text: str) -> torch.Tensor:
    """Return the vector of [CLS] after the last layer, of shape (hidden,)."""
    return torch.from_numpy(fill(checkpoint, read(checkpoint, text)).hidden_states[-1, 0])


def _two_passages(document: Document) -> tuple[str, str]:
    """Return two consecutive passages of a document, short enough to stand in one window."""
    words = " ".join(document.paragraphs).split()
    return " ".join(words[:40]), " ".join(words[40:80])


def _fates(checkpoint: Bert, encoded: Encoded) -> Counter[Fate]:
    draws = random.Random(0)
    return Counter(
        drawn.fate for _ in range(DRAWS) for drawn in corrupt(checkpoint, encoded, seed=draws.randrange(2**32))
    )
