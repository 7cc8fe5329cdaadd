"""Questions about RoBERTa; the sampler, the model and the published tables give the answers."""

from __future__ import annotations

import torch
from transformers import BertConfig, BertModel

from variants.core.encoding import Encoded
from variants.core.errors import InputError
from variants.core.question import Marked, Option, Question, nearest
from variants.roberta.demo import Roberta
from variants.roberta.masks import chance_of_a_token, draw_masks, number_that_may_be_hidden
from variants.roberta.published import BATCH_SIZES, LONGER, MASKING

EPOCHS, COPIES, SEEDS = 40, 10, 200
EVERY_HUNDREDTH = 97  # of the code points of Unicode; a prime, so that no block is left out

NEVER_HIDDEN = Question(
    "Ten static copies, forty epochs: how much of a text has never been hidden at the end?",
    (
        Option("nothing: forty epochs are enough", "Epochs 11 to 40 hide the same tokens again."),
        Option(
            "about a fifth of a long text", "Ten draws leave 0.85 to the power of ten, 20 %; a short text loses more."
        ),
        Option("85 %", "That is one draw; each copy has masks of its own."),
    ),
)
ARCHITECTURE = Question(
    "Which of RoBERTa's changes is a change of the network's layers?",
    (
        Option("more layers", "Base has 12 and large has 24, like BERT."),
        Option("another kind of attention", "Every weight has the shape that it has in BERT."),
        Option("none of them", "Only the vocabulary is another one, which makes its embedding table longer."),
    ),
)
GAIN = Question(
    "Which change gained more on MNLI and SQuAD 2.0?",
    (
        Option("dynamic masks", "A few tenths of a point at most, and on MNLI static masks were ahead."),
        Option("ten times the data and five times the steps", "Over a point on MNLI, two on SQuAD 2.0."),
    ),
)
SAME_COMPUTE = Question(
    "About the same number of sequences, in three ways. Which batch size gave the best MNLI score?",
    (
        Option("256 sequences, 1,000,000 steps", "BERT's own; batches of 2K did better on the same text."),
        Option("2K sequences, 125,000 steps", "The middle one: larger is not better without end."),
        Option("8K sequences, 31,000 steps", "It takes the fewest steps, and scored lowest of the three."),
    ),
)
UNKNOWN = Question(
    "Which text makes RoBERTa's vocabulary answer <unk>?",
    (
        Option("an emoji", "Its bytes are in the vocabulary, like all 256."),
        Option("another script", "Each of its letters is spelled with two or three bytes."),
        Option("none", "Every text is a row of bytes, and each of the 256 bytes is a piece."),
    ),
)
SEGMENTS = Question(
    "RoBERTa reads a pair of sentences. What tells it where the second one starts?",
    (
        Option("segment embeddings, as in BERT", "Its table of segments has one row: all tokens get the same vector."),
        Option("separators alone", "Two of them, </s></s>, stand between the sentences."),
    ),
)


def mark_never_hidden(checkpoint: Roberta, encoded: Encoded) -> Marked:
    """Draw the static matrix of the learner's text with many seeds."""
    candidates = number_that_may_be_hidden(checkpoint, encoded)
    if not candidates or (1 - chance_of_a_token(len(encoded), candidates)) ** COPIES < 0.1:
        raise InputError("In so short a text ten draws reach every token: type a longer one above, of eight words.")
    matrices = (draw_masks(checkpoint, encoded, epochs=EPOCHS, seed=seed, copies=COPIES) for seed in range(SEEDS))
    share = 1 - sum(matrix.ever_masked[-1] for matrix in matrices) / (SEEDS * candidates)
    evidence = f"over {SEEDS} draws of ten copies, {share:.1%} of your {candidates} tokens were never hidden."
    return Marked(nearest(share, (0.0, 0.2, 0.85)), evidence)


def mark_architecture(checkpoint: Roberta) -> Marked:
    """Compare the shapes of all weights in the layers with those of a BERT of the same size."""
    config = checkpoint.model.config
    names = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    with torch.device("meta"):
        bert = BertModel(BertConfig(**{name: getattr(config, name) for name in names})).encoder
    ours, theirs = (
        {name: tuple(weight.shape) for name, weight in encoder.named_parameters()}
        for encoder in (checkpoint.model.roberta.encoder, bert)
    )
    same = sum(theirs.get(name) == shape for name, shape in ours.items())
    evidence = f"{same} of the {len(ours)} weights of its {config.num_hidden_layers} layers have the shape that they "
    evidence += f"have in a BERT of this size, and that BERT has {len(theirs)}."
    return Marked(2 if same == len(ours) == len(theirs) else 0, evidence)


def mark_gain() -> Marked:
    """Compare the published gains, each on the mean of the two tasks."""
    score = {claim.text: claim.value for claim in (*MASKING, *LONGER)}
    masks = [score[f"{task}, dynamic masks"] - score[f"{task}, static masks"] for task in ("MNLI", "SQuAD 2.0 F1")]
    longer = [
        score[f"{task}, 160 GB of text, 500,000 steps"] - score[f"{task}, 16 GB of text, 100,000 steps"]
        for task in ("MNLI", "SQuAD 2.0 F1")
    ]
    evidence = "dynamic masks {:+.1f} on MNLI and {:+.1f} on SQuAD 2.0 F1; ".format(*masks)
    evidence += "data and steps {:+.1f} and {:+.1f}.".format(*longer)
    return Marked(int(sum(longer) > sum(masks)), evidence, origin="Liu et al., 2019, Tables 1 and 4")


def mark_same_compute() -> Marked:
    """Take the best row of the published table."""
    best = max(range(len(BATCH_SIZES)), key=lambda row: BATCH_SIZES[row].mnli.value)
    scores = "; ".join(f"{row.sequences:,} × {row.steps:,} {row.mnli.value}" for row in BATCH_SIZES)
    return Marked(best, f"MNLI {scores}.", origin="Liu et al., 2019, Table 3")


def mark_unknown(checkpoint: Roberta) -> Marked:
    """Spell characters from all over Unicode, one by one."""
    surrogates = range(0xD800, 0xE000)
    signs = [chr(code) for code in range(0, 0x110000, EVERY_HUNDREDTH) if code not in surrogates]
    ids = checkpoint.tokenizer(signs, add_special_tokens=False)["input_ids"]
    pieces = [piece for spelled in ids for piece in spelled]
    unknown = pieces.count(checkpoint.vocabulary.unk)
    evidence = (
        f"{len(signs):,} characters from all over Unicode became {len(pieces):,} pieces, {unknown} of them <unk>."
    )
    return Marked(0 if unknown else 2, evidence)


def mark_segments(checkpoint: Roberta) -> Marked:
    """Count the rows of the segment table."""
    rows = checkpoint.model.roberta.embeddings.token_type_embeddings.num_embeddings
    pair = checkpoint.tokenizer("Yes", "No")["input_ids"]
    shown = " ".join(checkpoint.tokenizer.convert_ids_to_tokens(pair))
    evidence = (
        f"our RoBERTa's segment table has {rows} row; BERT's has {BertConfig().type_vocab_size}. A pair is {shown}."
    )
    return Marked(1 if rows == 1 else 0, evidence)
