"""What a number of parameters costs, and what sharing them does not save.

A file and the memory for training grow with the parameters, so sharing shrinks them. Arithmetic and
activations grow with what is *computed*: a shared layer is still applied L times, each time to other
inputs. That is why ALBERT is small, and not fast (Lan et al., 2019, section 3.1 saves parameters
only; Table 2 gives its speeds).

Counted for one sequence: operations are matrix products alone, a multiplication and an addition each
count as one. Activations are what torch keeps for the backward pass of all layers in fp32, with plain
attention and without dropout. Left out: a larger batch, which multiplies both, and fused kernels.
"""

from __future__ import annotations

from dataclasses import dataclass

from variants.albert.sizes import Sizes

TOKENS = 128  # in the sequence, or as many as there are positions
BYTES = {"fp32": 4, "fp16": 2, "int8": 1}  # of a parameter
TRAINING = 4  # numbers in fp32 for each parameter: itself, its gradient, Adam's two moments


@dataclass(frozen=True)
class Footprint:
    """What one network takes."""

    tokens: int
    files: dict[str, int]  # bytes, by number format
    training: int  # bytes of weights, gradients and Adam's moments
    operations: int  # of one forward pass
    activations: int  # bytes kept for the backward pass by all layers


def footprint(sizes: Sizes, parameters: int, *, is_factorised: bool) -> Footprint:
    """Return what a network of these sizes and this number of parameters takes for one sequence."""
    tokens = min(TOKENS, sizes.positions)
    return Footprint(
        tokens,
        {name: size * parameters for name, size in BYTES.items()},
        4 * TRAINING * parameters,
        operations(sizes, tokens, is_factorised=is_factorised),
        activations(sizes, tokens),
    )


def operations(sizes: Sizes, tokens: int, *, is_factorised: bool) -> int:
    """Return the floating-point operations of one forward pass, pooler included, heads not."""
    n, h, f = tokens, sizes.hidden, sizes.feed_forward
    projections, products, feed_forward = 8 * n * h * h, 4 * n * n * h, 4 * n * h * f
    widening = 2 * n * sizes.embedding * h if is_factorised else 0
    return sizes.layers * (projections + products + feed_forward) + widening + 2 * h * h


def activations(sizes: Sizes, tokens: int) -> int:
    """Return the bytes that all layers keep for the backward pass.

    For every token eight vectors of width H (the input, queries, keys, values, the context, and three
    around the two normalisations), two of width F, and four single numbers of the normalisations; and
    for every head a square of attention weights.
    """
    n, h, f = tokens, sizes.hidden, sizes.feed_forward
    return 4 * sizes.layers * (8 * n * h + 2 * n * f + sizes.heads * n * n + 4 * n)
