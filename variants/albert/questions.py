"""Questions about ALBERT; a stopwatch, a count, a gradient and the published tables give the answers."""

from __future__ import annotations

from variants.albert.demo import Albert
from variants.albert.footprint import TOKENS, operations
from variants.albert.parameters import albert_parts, at_level, bert_parts, total
from variants.albert.published import ABLATIONS, ORDER_TASKS, Ablation
from variants.albert.sharing import gradients
from variants.albert.sizes import PRESETS, Sharing
from variants.albert.stopwatch import SIZES, race
from variants.core.encoding import Encoded
from variants.core.question import Marked, Option, Question, nearest

ROUNDS = 7

FASTER = Question(
    "ALBERT-base has a ninth of BERT-base's parameters. How fast does it read a sentence?",
    (
        Option("about nine times as fast", "The weights are stored once, and used in all twelve layers."),
        Option("about as fast", "A token passes as many layers of the same width: the same arithmetic."),
        Option("half as fast", "Using one layer again costs nothing extra."),
    ),
)
WHICH = Question(
    "Share one kind of weights among all layers. Which costs more of the score?",
    (
        Option("sharing the attention", "It costs next to nothing."),
        Option("sharing the feed-forward layers", "They cause most of what ALBERT loses by sharing."),
    ),
)
TASKS = Question(
    "Which of the two tasks between sentences teaches much of the other one?",
    (
        Option("NSP teaches sentence order", "A model trained with NSP is at chance when the two are swapped."),
        Option("SOP teaches what NSP asks", "To see the order it must read both; a foreign topic stands out then."),
        Option("neither", "One of them does, and it is the harder one."),
    ),
)
WIDTH = Question(
    "All layers share their weights. Does the full table, E = 768, score better than E = 128?",
    (
        Option("yes, more parameters are better", "That holds without sharing; with all shared it gained nothing."),
        Option("no", "E = 128 did no worse, and it is what ALBERT uses."),
    ),
)
ARITHMETIC = Question(
    "ALBERT-xxlarge has twice the parameters of BERT-base. How much more arithmetic is a sentence?",
    (
        Option("half as much", "Twelve layers are computed, and each is over five times as wide."),
        Option("twice as much", "That would hold if every weight were used once; here each is used twelve times."),
        Option("nearly thirty times as much", "Its one layer of width 4,096 is really executed twelve times."),
    ),
)
GRADIENT = Question(
    "One matrix is used in four layers. What is its gradient in training?",
    (
        Option("that of its last use", "Every use has a say in the loss, the first one too."),
        Option("the mean of its four uses", "Nothing divides by four."),
        Option("the sum over its four uses", "The chain rule adds up what each use contributes."),
    ),
)


def mark_faster() -> Marked:
    """Race two networks of one small size, a few rounds."""
    *_, last = race(SIZES[:1], rounds=ROUNDS)
    lap = last.laps[0]
    evidence = f"at {lap.name}, ALBERT's median pass took {lap.time_ratio:.2f} of BERT's time, with "
    evidence += f"{lap.size_ratio:.2f} of its parameters. Measure it at larger sizes above."
    return Marked(nearest(lap.time_ratio, (1 / 9, 1.0, 2.0)), evidence)


def mark_which() -> Marked:
    """Compare two rows of Table 4 with the one that shares nothing."""
    none, attention, feed_forward = (_row(4, 128, sharing).average.value for sharing in _KINDS)
    evidence = f"average with E = 128: nothing shared {none}, attention {attention}, feed-forward {feed_forward}."
    return Marked(int(feed_forward < attention), evidence, "Lan et al., 2019, Table 4")


def mark_tasks() -> Marked:
    """Compare how far each task's model is above chance in the other task."""
    rows = {row.trained_with: row for row in ORDER_TASKS}
    order_from_nsp, nsp_from_order = rows["NSP"].sop.value, rows["SOP"].nsp.value
    evidence = f"trained with NSP, {order_from_nsp} % of the SOP pairs are right; trained with SOP, {nsp_from_order} % "
    evidence += "of the NSP pairs. Guessing gets 50 %."
    much = 60
    right = 1 if nsp_from_order > much >= order_from_nsp else 0 if order_from_nsp > much else 2
    return Marked(right, evidence, "Lan et al., 2019, Table 5")


def mark_width() -> Marked:
    """Compare two rows of Table 3."""
    wide, narrow = (_row(3, width, "all").average.value for width in (768, 128))
    return Marked(
        int(wide <= narrow), f"average with all shared: E = 768 {wide}, E = 128 {narrow}.", "Lan et al., 2019, Table 3"
    )


def mark_arithmetic() -> Marked:
    """Count operations and parameters of both."""
    bert, xxlarge = PRESETS["bert-base"][1], PRESETS["xxlarge"][1]
    ratio = operations(xxlarge, TOKENS, is_factorised=True) / operations(bert, TOKENS, is_factorised=False)
    counts = total(at_level(albert_parts(xxlarge), "pooler")), total(at_level(bert_parts(bert), "pooler"))
    evidence = f"{ratio:.1f} times the operations for {TOKENS} tokens, {counts[0]:,} parameters against {counts[1]:,}."
    return Marked(nearest(ratio, (0.5, 2.0, 28.0)), evidence, "Counted just now")


def mark_gradient(checkpoint: Albert, encoded: Encoded) -> Marked:
    """Take the gradient of the learner's text for the shared matrix, and for each of its uses."""
    uses = gradients(checkpoint, encoded)
    candidates = (uses.each[-1], uses.mean, uses.sum)
    evidence = f"length of the shared matrix's gradient {uses.shared:.4f}; of the last use's {candidates[0]:.4f}, of "
    evidence += f"the mean of all uses {candidates[1]:.4f}, of their sum {candidates[2]:.4f}."
    return Marked(nearest(uses.shared, candidates), evidence)


_KINDS: tuple[Sharing, ...] = ("none", "attention", "feed-forward")


def _row(table: int, embedding: int, sharing: Sharing) -> Ablation:
    return next(
        row
        for row in ABLATIONS
        if row.average.source.endswith(f"Table {table}") and (row.embedding, row.sharing) == (embedding, sharing)
    )
