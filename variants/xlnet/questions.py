"""Questions about XLNet; the model and the sampler give the answers.

Each question pairs a common misconception with a measurement, on the learner's own text where it can.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from variants.core.encoding import Encoded
from variants.core.inference import forward_pass
from variants.core.question import Marked, Option, Question, nearest
from variants.core.samples import sample_documents
from variants.core.token_store import split_sentences
from variants.xlnet.demo import XLNet, batch_of, edited, query_logits
from variants.xlnet.factorization import Factorization, draw_order, places_of
from variants.xlnet.inside import walk_through
from variants.xlnet.objective import Example, order_pair, segment_pairs, starting_pieces
from variants.xlnet.traps import moved

ORDERS = 50
WINDOW = 128  # tokens of a training sequence

SHUFFLED = Question(
    "XLNet is trained on random orders. What is shuffled?",
    (
        Option("the words of the sentence", "Words and positions stay as they are, or grammar could not be learned."),
        Option("the order in which they are predicted", "The mask alone says who comes first; the input is the same."),
    ),
)
TWO_STREAMS = Question(
    "Why does XLNet need two streams of attention?",
    (
        Option("one for each side: left and right", "Both streams look both ways, wherever the order allows."),
        Option(
            "who predicts a token must know its place and not the token; later ones must see the token",
            "One state cannot hide its token and show it: so a place has a query state and a content state.",
        ),
        Option("to make training faster", "They make it slower: every predicted place is computed twice."),
    ),
)
HOW_MANY = Question(
    "Which share of the tokens does XLNet predict in pre-training?",
    (
        Option("all of them, as any left-to-right model", "The first tokens of an order have next to nothing to see."),
        Option("about half", "It is fewer: only the end of each order is predicted."),
        Option("about a sixth, the end of each order", "Partial prediction, K = 6: what comes before it is read only."),
    ),
)
START = Question(
    "What does the query stream of a token start from?",
    (
        Option("the embedding of the token", "Then it would know what it must predict."),
        Option("a vector for its position", "There is no table of positions: places come in through attention."),
        Option("one learned vector, the same at every place", "Distances in attention tell one place from another."),
    ),
)
MASKS = Question(
    "How often does XLNet meet a mask token in pre-training?",
    (
        Option("at 80 % of the predicted tokens, as BERT", "That is what it was built to avoid."),
        Option("never", "Nothing is replaced: a token is hidden by the attention mask, from those who come before it."),
    ),
)
CLS_PLACE = Question(
    "Where does <cls> stand in XLNet's input?",
    (
        Option("first, as in BERT", "Its input is A <sep> B <sep> <cls>."),
        Option("last", "In a segment of its own. With relative positions no end is special."),
        Option("nowhere: there is no <cls>", "There is one, for classification."),
    ),
)


def mark_shuffled(encoded: Encoded) -> Marked:
    """Draw orders; compare what the model is given in each."""
    places = places_of(encoded)
    batches = [batch_of(encoded, [Factorization(draw_order(places, 0, number))]) for number in range(ORDERS)]
    inputs, masks = (
        len({tuple(batch[name].flatten().tolist()) for batch in batches}) for name in ("input_ids", "perm_mask")
    )
    evidence = f"{ORDERS} orders of your text: {inputs} different input, {masks} different masks."
    return Marked(1 if inputs == 1 else 0, evidence)


def mark_two_streams(checkpoint: XLNet, encoded: Encoded) -> Marked:
    """Edit a token; see whether its own prediction moves, and that of the token predicted after it."""
    places = places_of(encoded)
    factorization = Factorization(places if len(places) < 2 else draw_order(places, 0))
    place = factorization.predicted[0]
    with forward_pass():
        before, after = (
            query_logits(checkpoint, batch_of(text, [factorization]))[0]
            for text in (encoded, edited(checkpoint, encoded, place))
        )
    own, later = moved(before[0], after[0]), max(map(moved, before[1:], after[1:]), default=0.0)
    evidence = f"“{encoded.tokens[place]}” was edited. Its own prediction moved by {own:.1%} of the probability, "
    evidence += f"that of a later token by up to {later:.2%}."
    return Marked(1 if own == 0 else 0, evidence)


def mark_how_many(checkpoint: XLNet) -> Marked:
    """Draw training sequences from the sample text and count what is predicted."""
    examples = list(_training_examples(checkpoint))
    predicted, tokens = sum(len(example.targets) for example in examples), sum(map(len, examples))
    share = predicted / tokens
    evidence = f"{predicted:,} of {tokens:,} tokens are predicted in {len(examples)} sequences drawn from the sample "
    return Marked(nearest(share, (1.0, 0.5, 1 / 6)), f"{evidence}text, {share:.1%}.")


def mark_start(checkpoint: XLNet, encoded: Encoded) -> Marked:
    """Count the different vectors that the queries of a text start from."""
    streams = walk_through(checkpoint, encoded, Factorization(places_of(encoded)))
    first, second = streams.levels[:2]
    evidence = f"{first.query[0]} queries started from {first.different_queries} different vector, which "
    evidence += f"{'is' if streams.starts_from_it else 'is not'} the learned one; after one layer there were "
    return Marked(2 if streams.starts_from_it else 0, f"{evidence}{second.different_queries}.")


def mark_masks(checkpoint: XLNet) -> Marked:
    """Look for mask tokens in training sequences."""
    examples = list(_training_examples(checkpoint))
    masks = sum(example.input_ids.count(checkpoint.vocabulary.mask) for example in examples)
    evidence = f"{masks} mask tokens among {sum(map(len, examples)):,} tokens of {len(examples)} training sequences."
    return Marked(0 if masks else 1, evidence)


def mark_cls_place(checkpoint: XLNet) -> Marked:
    """Look for <cls> in training sequences."""
    examples = list(_training_examples(checkpoint))
    cls = checkpoint.vocabulary.cls
    last = sum(example.input_ids[-1] == cls for example in examples)
    first = sum(example.input_ids[0] == cls for example in examples)
    evidence = f"of {len(examples)} training sequences, {first} begin with it and {last} end with it."
    return Marked(1 if last else 0 if first else 2, evidence)


def _training_examples(checkpoint: XLNet) -> Iterator[Example]:
    """Yield the training sequences of the first documents of the sample text, as pre-training draws them."""
    tokenizer, rng = checkpoint.tokenizer, random.Random(0)
    starts = starting_pieces(tokenizer)  # pyright: ignore[reportArgumentType] - the checkpoint's is an XLNetTokenizer
    for document in sample_documents()[:8]:
        sentences = [
            tokenizer.encode(sentence, add_special_tokens=False)
            for paragraph in document.paragraphs
            for sentence in split_sentences(paragraph)
        ]
        for pair in segment_pairs(sentences, WINDOW - 3, rng):
            if sum(map(len, pair)) > 1:
                yield order_pair(*pair, checkpoint.vocabulary, starts, rng)
